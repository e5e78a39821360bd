"""A worker process, the only place where TensorFlow lives.

python -m core.worker             warms up, then waits for one line on standard input: `train FOLDER` or `serve`
python -m core.worker FOLDER      trains the run in FOLDER
"""

from __future__ import annotations

import os
import sys
from pathlib import Path
from typing import TYPE_CHECKING, BinaryIO

from core.datasets.store import forget_opened
from core.errors import StudioError
from core.frames import read_frame, write_frame
from core.handlers import HANDLERS
from core.runs.folder import RunFolder

if TYPE_CHECKING:
    from core.runs.folder import Status

os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "2")


def main(arguments: list[str]) -> int:
    """Do one job; the exit code is 0 also where training failed for a reason that the run's status tells."""
    if arguments:
        train(Path(arguments[0]))
        return 0
    answers = _take_stdout()
    warm_up()
    job, _, argument = sys.stdin.buffer.readline().decode().strip().partition(" ")
    if job == "train":
        log_to(RunFolder(Path(argument)).log)
        train(Path(argument))
    elif job == "serve":
        serve(sys.stdin.buffer, answers)
    return 0


def train(folder: Path) -> Status:
    """Train the run in `folder`."""
    import tensorflow as tf

    from core.learning.fit import train_run

    tf.config.experimental.enable_op_determinism()  # so that a resumed run equals one that never stopped
    return train_run(RunFolder(folder))


def warm_up() -> None:
    """Import all that a job needs and run one tiny training step, so that the first real one starts at once."""
    import keras
    import numpy as np

    import core.learning.fit
    import core.learning.predict  # noqa: F401

    model = keras.Sequential([keras.Input((8, 8, 1)), keras.layers.Flatten(), keras.layers.Dense(2)])
    model.compile("adam", "mse")
    model.fit(np.zeros((2, 8, 8, 1)), np.zeros((2, 2)), verbose=0)


def serve(questions: BinaryIO, answers: BinaryIO) -> None:
    """Answer questions until the other side closes: {"do": name, "run": folder ...} → {"ok": true ...}.

    A long answer tells on its way how far it is: {"done": steps, "of": all}. A `StudioError` becomes
    {"ok": false, "error": text}; anything else ends this worker, and the asker starts another.
    """

    def tell(done: int, of: int) -> None:
        write_frame(answers, {"done": done, "of": of})

    while True:
        try:
            header, arrays = read_frame(questions)
        except EOFError:
            return
        try:
            reply, results = HANDLERS[header["do"]](header, arrays, tell)
            write_frame(answers, {"ok": True, **reply}, results)
        except StudioError as error:
            write_frame(answers, {"ok": False, "error": str(error)})
        forget_opened()  # a set that is removed while this process lives frees its place on the disk


def _take_stdout() -> BinaryIO:
    """Keep standard output for answers alone: what libraries print goes to standard error."""
    answers = os.fdopen(os.dup(1), "wb")
    os.dup2(2, 1)
    return answers


def log_to(path: Path) -> None:
    """Send all that this process prints from now on to the end of a file."""
    with path.open("ab") as file:
        os.dup2(file.fileno(), 1)
        os.dup2(file.fileno(), 2)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
