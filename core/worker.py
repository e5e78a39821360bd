"""A worker process, the only place where TensorFlow lives.

python -m core.worker             warms up, then waits for one line on standard input: `train FOLDER` or `serve`
python -m core.worker FOLDER      trains the run in FOLDER
"""

from __future__ import annotations

import os
import sys
from pathlib import Path
from typing import BinaryIO

from core.datasets.store import forget_opened
from core.errors import StudioError
from core.frames import Arrays, read_frame, write_frame
from core.handlers import HANDLERS, Header
from core.i18n import _
from core.runs.folder import RunFolder, unreadable
from core.runs.hold import only_worker

os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "2")


def main(arguments: list[str]) -> int:
    """Do one job; the exit code is 0 also where training failed for a reason that the run's status tells."""
    if arguments:
        return train(Path(arguments[0]))
    answers = _take_stdout()
    warm_up()
    job, _space, argument = sys.stdin.buffer.readline().decode().strip().partition(" ")
    if job == "train":
        log_to(RunFolder(Path(argument)).log)
        return train(Path(argument))
    if job == "serve":
        serve(sys.stdin.buffer, answers)
    return 0


def train(folder: Path) -> int:
    """Train the run in `folder`; return the exit code, 1 where another worker has it."""
    import tensorflow as tf

    from core.learning.fit import train_run

    tf.config.experimental.enable_op_determinism()  # so that a resumed run equals one that never stopped
    run = RunFolder(folder)
    try:
        with only_worker(run):
            train_run(run)
    except StudioError as error:
        sys.stderr.write(f"{error}\n")
        return 1
    return 0


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
    {"ok": false, "error": text}, and so does a file that cannot be read or written; anything else ends this worker,
    and the asker starts another.
    """

    def tell(done: int, of: int) -> None:
        write_frame(answers, {"done": done, "of": of})

    while True:
        try:
            header, arrays = read_frame(questions)
        except EOFError:
            return
        results: Arrays = {}
        try:
            answered, results = HANDLERS[header["do"]](header, arrays, tell)
            reply = {"ok": True, **answered}
        except (StudioError, OSError) as error:
            reply = {"ok": False, "error": _in_words(error, header)}
        write_frame(answers, reply, results)
        forget_opened()  # a set that is removed while this process lives frees its place on the disk


def _in_words(error: StudioError | OSError, header: Header) -> str:
    if isinstance(error, StudioError):
        return str(error)
    run = RunFolder(Path(header.get("run", "")))
    if not run.path.exists():  # deleted while it was asked about
        return str(unreadable(run))
    text = _("A file could not be read or written ({reason}). See that the disk has room, then ask again.")
    return text.format(reason=error.strerror or type(error).__name__)


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
