"""Seconds an epoch: the MNIST notebook's script (arrays / 255 into fit, batch 128) / our run: ≥ 1.25.

Both train and validate the same split of 48,000 + 12,000 digits, in turn, in one process; the first epoch of each,
which traces the graph, does not count.
"""

from __future__ import annotations

import statistics
import sys
import time
from itertools import pairwise
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).parent.parent))
import numpy as np

from benchmarks.common import BATCH_SIZE, at_least, import_mnist, mnist_file, notebook_spec, quick, temporary_home


def notebook(pictures: int, epochs: int) -> list[float]:
    """The notebook's cells as they stand; seconds of each epoch."""
    import keras
    from keras import layers
    from sklearn.model_selection import train_test_split

    with np.load(mnist_file()) as arrays:
        x, y = arrays["x_train"][:pictures, ..., np.newaxis], arrays["y_train"][:pictures]
    x_train, x_validation, y_train, y_validation = train_test_split(x, y, test_size=0.2, random_state=0)
    x_train, x_validation = x_train / 255, x_validation / 255
    model = keras.Sequential(
        [
            keras.Input((28, 28, 1)),
            layers.Conv2D(32, 3, padding="same", activation="relu"),
            layers.MaxPooling2D(),
            layers.Conv2D(64, 3, padding="same", activation="relu"),
            layers.MaxPooling2D(),
            layers.Flatten(),
            layers.Dense(10, activation="softmax"),
        ]
    )
    model.compile("adam", "sparse_categorical_crossentropy", metrics=["accuracy"])
    seconds: list[float] = []

    class Clock(keras.callbacks.Callback):  # type: ignore[misc]
        def on_epoch_begin(self, epoch: int, logs: Any = None) -> None:
            self.start = time.time()

        def on_epoch_end(self, epoch: int, logs: Any = None) -> None:
            seconds.append(time.time() - self.start)

    model.fit(
        x_train,
        y_train,
        batch_size=BATCH_SIZE,
        epochs=epochs,
        validation_data=(x_validation, y_validation),
        callbacks=[Clock()],
    )
    return seconds[1:]


def main() -> None:
    """Run it."""
    import tensorflow as tf
    from tensorflow.python.framework.config import disable_op_determinism

    from core.learning.fit import train_run
    from core.runs.events import EventKind, read_events
    from core.runs.submit import submit_run

    rounds, epochs, pictures = (3, 3, 12_800) if quick() else (3, 4, 60_000)
    with temporary_home() as home:
        spec = notebook_spec(import_mnist(home, pictures), epochs)

        def ours() -> list[float]:
            tf.config.experimental.enable_op_determinism()  # as the worker does
            run = submit_run(home, spec)
            train_run(run)
            disable_op_determinism()  # as the notebook leaves it
            ends = [event["t"] for event in read_events(run.events)[0] if event["kind"] == EventKind.EPOCH]
            return [end - start for start, end in pairwise(ends)]  # checkpoints included

        theirs_all: list[float] = []
        ours_all: list[float] = []
        for _round in range(rounds):
            theirs_all += notebook(pictures, epochs)
            ours_all += ours()
            print(f"notebook {theirs_all[-1]:.2f} s, ours {ours_all[-1]:.2f} s an epoch", flush=True)
    at_least("mnist_epoch", statistics.median(theirs_all) / statistics.median(ours_all), 1.25)


if __name__ == "__main__":
    main()
