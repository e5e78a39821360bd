"""Answers of trained models for single photos, from models kept loaded."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

import keras
import numpy as np
from numpy.typing import NDArray

from core.batches import Pictures
from core.datasets.pixels import PixelPath
from core.errors import DataError, StudioError, TrainingError
from core.evaluation import NO_NUMBERS, Exam
from core.exams import Part
from core.home import Home
from core.i18n import _
from core.inference import PhotoAnswer
from core.learning.checkpoint import load_variables, load_weights
from core.learning.evaluate import at_times, class_probabilities, evaluate_model
from core.learning.frozen import kept_outputs
from core.learning.inputs import pictures_of, weights_of
from core.learning.judging import NO_NUMBER, Rows, is_answered, judged, with_features
from core.learning.network import Cut, build_network, layer_weights
from core.learning.pipeline import EVALUATION_BATCH, evaluation_batch_size
from core.phases import phases
from core.runs.folder import RunFolder, RunInfo, unreadable

MAX_LOADED = 4  # runs whose model is kept in memory


@dataclass(frozen=True, eq=False)
class Trained:
    """A trained model with what is needed to ask it.

    Attributes:
        cut: The model in front of and behind the first layer that was trained; None where it was read as a whole.
    """

    info: RunInfo
    model: keras.Model
    path: PixelPath
    cut: Cut | None = None

    @cached_property
    def both(self) -> keras.Model:
        """The model with two outputs, see `core.learning.judging`."""
        return with_features(self.model)


_loaded: OrderedDict[Path, tuple[Trained, tuple[Path, int]]] = OrderedDict()  # with the weights' file and its time


def load_trained(run: RunFolder, epoch: int | None = None) -> Trained:
    """The model of `run` as its last checkpoint left it, or as `epoch` did; the last few runs' stay loaded.

    A run has one model in memory: asking for another epoch puts other weights into the very same one, so that what
    TensorFlow made of it once is good for all epochs.

    Args:
        epoch: 0-based; one whose weights were kept.

    Raises:
        StudioError: If the run has no checkpoint yet, or the weights of that epoch were not kept.
    """
    weights = weights_file(run, epoch)
    stamped = weights, weights.stat().st_mtime_ns
    trained, there = _loaded.pop(run.path, (None, None))
    if trained is None or (there != stamped and trained.cut is None):
        trained, there = _built(run, is_last=epoch is None), None
    if there != stamped and trained.cut is not None:
        _put_in(weights, trained.info, trained.cut.trained, epoch)
    _loaded[run.path] = trained, stamped
    while len(_loaded) > MAX_LOADED:
        _loaded.popitem(last=False)
    return trained


def _put_in(weights: Path, info: RunInfo, trained: keras.Model, epoch: int | None) -> None:
    try:
        if info.imported:
            load_variables(weights, layer_weights(trained))
        else:
            load_weights(weights, trained)
    except TrainingError as error:
        if epoch is None:
            raise
        text = _("The weights of epoch {epoch} are damaged. Choose another one.")
        raise StudioError(text.format(epoch=epoch + 1)) from error


def weights_file(run: RunFolder, epoch: int | None) -> Path:
    """The file with the weights that `epoch` (0-based) left, or with the last ones. Raises as `load_trained` does."""
    file = run.checkpoint if epoch is None else run.snapshot(epoch)
    if file.exists():
        return file
    if not run.path.is_dir():
        raise unreadable(run)
    if epoch is None:
        raise StudioError(
            _("This run has not finished an epoch yet, so there is nothing to ask. Let it train a little.")
        )
    raise StudioError(_("The weights of epoch {epoch} were not kept. Choose another one.").format(epoch=epoch + 1))


def classify(run: RunFolder, photos: list[bytes], invert: bool = False) -> list[PhotoAnswer]:
    """Let the model of `run` judge photo files; one that cannot be read, or judged, gives an answer with its reason.

    Args:
        photos: The files' contents, of any size and accepted format.
        invert: Whether light and dark are swapped first, for ink on paper where training showed light on dark.

    Raises:
        StudioError: If the run has no model, or none of the model's answers is a number.
    """
    trained = load_trained(run)
    seen = [_see(trained.path, photo, invert) for photo in photos]
    readable = [picture for picture in seen if not isinstance(picture, str)]
    pictures = np.array(readable, np.uint8).reshape(-1, *trained.info.spec.input_shape)
    probabilities, features = judged(trained.both, pictures)
    if readable and not is_answered(probabilities).any():
        raise StudioError(_(NO_NUMBERS))
    answers = zip(probabilities, features, strict=True)
    return [
        PhotoAnswer(None, None, picture) if isinstance(picture, str) else _answer(picture, *next(answers))
        for picture in seen
    ]


def _answer(picture: NDArray[np.uint8], probabilities: Rows, features: Rows) -> PhotoAnswer:
    if np.isnan(probabilities).any():
        return PhotoAnswer(None, None, _(NO_NUMBER))
    return PhotoAnswer(probabilities, picture, features=features)


def probabilities_of(
    model: keras.Model, pictures: NDArray[np.uint8], most: int = EVALUATION_BATCH
) -> NDArray[np.float32]:
    """(n, K) probabilities of the classes for (n, S, S, C) pictures, asked at most `most` at a time.

    Raises:
        StudioError: If they are no numbers.
    """
    batch_size = min(most, evaluation_batch_size(model))
    starts = range(0, len(pictures), batch_size)
    answers = [np.asarray(model.predict_on_batch(pictures[start : start + batch_size])) for start in starts]
    return class_probabilities(np.concatenate(answers))


def examine_run(
    run: RunFolder,
    part: Part = "test",
    epoch: int | None = None,
    tell: Callable[[int, int], None] = lambda done, of: None,
) -> Exam:
    """Let the run's model judge a part of its pictures, and keep the result in the run folder.

    Args:
        epoch: Ask the model as it was after that epoch (0-based); None for the last one.
        tell: Called a few times a second with how many batches of how many are done.

    Raises:
        StudioError: If there is no such model, the data set is gone or another one, or the disk is full.
    """
    stamp = weights_file(run, epoch).stat().st_mtime_ns

    def check() -> None:
        if weights_file(run, epoch).stat().st_mtime_ns != stamp:
            raise StudioError(_("The model has learnt more while it was judged. Ask again when it has ended."))

    model, pictures = kept_or_whole(load_trained(run, epoch), pictures_of(run, run.info())[part], run)
    return evaluate_model(run, model, pictures, part, epoch, at_times(tell), check)


def kept_or_whole(trained: Trained, pictures: Pictures, run: RunFolder) -> tuple[keras.Model, Pictures]:
    """The whole model and the pictures, or what was trained of it and what is kept of all that comes before."""
    if trained.cut is None or trained.cut.frozen is None:
        return trained.model, pictures
    cache = Home(run.path.parent.parent).cache
    kept = kept_outputs(trained.info, trained.cut.frozen, _train_from(trained.info), pictures, cache)
    return (trained.cut.trained, kept) if kept else (trained.model, pictures)


def _built(run: RunFolder, is_last: bool) -> Trained:
    """The run's model, whose weights behind the cut are still to be read.

    What was written at the end of the run stands in where the file with the backbone's weights is gone since; not for
    other epochs than the last one, whose weights are only those behind the cut.
    """
    info = run.info()
    size, _width, channels = info.spec.input_shape
    path = PixelPath(info.stored_size, size, channels, info.stored_channels, info.stored_fit)
    if info.imported:  # its checkpoint holds the whole network, in whose place no backbone's file can be found
        whole = build_network(info.spec, len(info.classes)).whole
        return Trained(info, whole, path, Cut(None, whole))
    try:
        network = build_network(info.spec, len(info.classes), weights_of(run, info))
    except DataError:
        if not (is_last and run.model.exists()):
            raise
        return Trained(info, keras.models.load_model(run.model, compile=False), path)
    return Trained(info, network.whole, path, network.cut(_train_from(info)))


def _train_from(info: RunInfo) -> str:
    return phases(info.spec)[-1].train_from


def _see(path: PixelPath, photo: bytes, invert: bool) -> NDArray[np.uint8] | str:
    try:
        picture = path.photo(photo)
    except DataError as error:
        return str(error)
    return 255 - picture if invert else picture
