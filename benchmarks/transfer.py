"""What the benchmarks of transfer learning share: photos and VGG16 from the assets, the plain script, ours timed.

The plain script is what a course writes: VGG16 without its top, `preprocess_input`, arrays into `fit`. Ours is a whole
run as a worker trains it. Both get the same pictures in the same parts, the same head, optimizer and batch size.

Of ours counts the time from the network's being built to the end of the last epoch: the extraction, tracing, events and
a checkpoint each epoch included. Of the plain script counts its epochs alone. Neither side's time for reading files,
building and saving counts.
"""

from __future__ import annotations

import statistics
import time
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path

import numpy as np

from benchmarks.common import assets
from core.architecture.backbones.table import BACKBONES
from core.architecture.transfer import Transfer
from core.datasets.dataset import TEST, TRAIN, VALIDATION, About, Dataset
from core.datasets.importing.photos import PhotoOptions, import_photos
from core.datasets.importing.sources import open_source
from core.datasets.store import save_dataset
from core.home import Home
from core.spec import DataSpec, RunSpec, TrainingSpec

EPOCHS = 50  # the animals notebook's
WARM_UP = 8  # pictures that trace the plain script's graph


@dataclass(frozen=True)
class Setting:
    """How large the comparison is: side of the pictures in px, and how many photos both sides train and validate."""

    size: int
    batch_size: int
    train: int
    validation: int

    def photos(self, home: Home) -> Dataset:
        """They, and what a run needs besides: a test photo of each class, which ours takes along."""
        return import_animals(home, self.size, self.train, self.validation, test=3)

    @property
    def as_text(self) -> str:
        return f"{self.train} + {self.validation} photos at {self.size} px, batch {self.batch_size}, {EPOCHS} epochs"


QUICK = Setting(size=128, batch_size=32, train=96, validation=32)
NOTEBOOK = Setting(size=224, batch_size=128, train=768, validation=192)


def vgg16_file() -> Path:
    """The weights of VGG16, from the test assets."""
    return assets() / "weights" / BACKBONES["vgg16"].file_name


def import_animals(home: Home, size: int, train: int, validation: int = 0, test: int = 0) -> Dataset:
    """So many photos of the assets' three classes in each part, and VGG16's weights where the app looks for them.

    The classes take turns, and from the first on again where there are too few photos. A part that gets none is dealt
    out of the training part by the run.
    """
    (home.weights / vgg16_file().name).symlink_to(vgg16_file())
    with open_source(assets() / "datasets" / "animals3_224") as source:
        photos = import_photos(home, source, PhotoOptions(title="Animals", side=size))
    in_turn = np.arange(len(photos)).reshape(len(photos.meta.classes), -1).T.reshape(-1)  # as many photos of each class
    parts = np.repeat(np.array([TRAIN, VALIDATION, TEST], np.uint8), [train, validation, test])
    chosen = np.resize(in_turn, len(parts))
    about = About(**{name: getattr(photos.meta, name) for name in About.model_fields} | {"title": "Some animals"})
    return save_dataset(home, about, photos.images[chosen], photos.labels[chosen], parts)


class PlainScript:
    """The script of a course: the whole network in one `fit`, epoch after epoch; traced when it is made."""

    def __init__(self, photos: Dataset, setting: Setting, train_from: str = "") -> None:
        import keras
        from keras import layers
        from keras.applications.vgg16 import VGG16, preprocess_input

        self._batch_size = setting.batch_size
        self._train, self._validation = (
            (preprocess_input(photos.images[chosen].astype(np.float32)), photos.labels[chosen])
            for chosen in (photos.parts == TRAIN, photos.parts == VALIDATION)
        )
        base = VGG16(weights=str(vgg16_file()), include_top=False, input_shape=(setting.size, setting.size, 3))
        for layer in base.layers:
            layer.trainable = layer.name == train_from
        head = [layers.Flatten(), *(layers.Dense(units, activation="relu") for units in Transfer().hidden)]
        self._model = keras.Sequential([base, *head, layers.Dense(len(photos.meta.classes), activation="softmax")])
        self._model.compile("adam", "sparse_categorical_crossentropy", metrics=["accuracy"])
        self._fit(WARM_UP)

    def epoch(self) -> float:
        """Train and validate one epoch; its seconds."""
        return self._fit(None)

    def _fit(self, pictures: int | None) -> float:
        (x_train, y_train), (x_validation, y_validation) = (
            (x[:pictures], y[:pictures]) for x, y in (self._train, self._validation)
        )
        start = time.perf_counter()
        self._model.fit(
            x_train,
            y_train,
            batch_size=self._batch_size,
            validation_data=(x_validation, y_validation),
            verbose=0,
        )
        return time.perf_counter() - start


@dataclass(frozen=True)
class Timed:
    """Seconds of a run of ours: until the frozen part has seen all pictures, and of each epoch after that."""

    extraction: float
    epochs: list[float]

    @property
    def as_text(self) -> str:
        return f"extraction {self.extraction:.1f} s, first epoch {self.epochs[0]:.1f} s, then {self.one_epoch:.2f} s"

    @property
    def one_epoch(self) -> float:
        """Of the median epoch; the first, which traces the graph, is left out."""
        return statistics.median(self.epochs[1:])

    def all_epochs(self, count: int = EPOCHS) -> float:
        """Of extraction and `count` epochs: those measured, and the median one for each that was not run."""
        return self.extraction + sum(self.epochs) + (count - len(self.epochs)) * self.one_epoch


def timed_run(home: Home, photos: Dataset, setting: Setting, epochs: int, train_from: str = "") -> Timed:
    """Train a run of ours as its worker does."""
    import tensorflow as tf
    from tensorflow.python.framework.config import disable_op_determinism

    from core.learning.fit import train_run
    from core.runs.events import EventKind, Stage, read_events
    from core.runs.submit import submit_run

    spec = RunSpec(
        data=DataSpec(dataset=photos.meta.id, image_size=setting.size, colour_mode="rgb"),
        architecture=Transfer(train_from=train_from),
        training=TrainingSpec(epochs=epochs, batch_size=setting.batch_size),
    )
    run = submit_run(home, spec)
    tf.config.experimental.enable_op_determinism()  # as the worker does
    train_run(run)
    disable_op_determinism()  # as the plain script leaves it
    events, _offset = read_events(run.events)
    stages = {event["stage"]: event["t"] for event in events if event["kind"] == EventKind.STAGE}
    start = next(event["t"] for event in events if event["kind"] == EventKind.STARTED)
    trains = next(event["t"] for event in events if event.get("stage") == Stage.TRAINING)
    ends = [event["t"] for event in events if event["kind"] == EventKind.EPOCH]
    marks = [trains, *ends[:-1], stages[Stage.EVALUATING]]  # an epoch's checkpoint follows its event
    return Timed(trains - start, [end - begin for begin, end in pairwise(marks)])
