"""The server's side of the inference worker: asks, waits, and starts another worker when one has died."""

from __future__ import annotations

import subprocess
import threading
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from core.augmentation.spec import AugmentSpec
from core.errors import StudioError, WorkerError
from core.frames import Arrays, read_frame, write_frame
from core.i18n import _
from core.runs.executor import Worker
from core.runs.folder import RunFolder
from core.wavering import Wavering

ANSWER_WITHIN = 120.0  # seconds for photos
EXAM_WITHIN = 900.0  # seconds of silence: pictures may have to be made the right size before the first batch
CLOSES_WITHIN = 5.0  # seconds after SIGTERM
MAP_WITHIN = 600.0  # seconds for a map, which waits for the cores where runs are trained


@dataclass(frozen=True)
class PhotoAnswer:
    """A model's answer for one photo.

    Attributes:
        probabilities: (K,) float32, or None where there is no answer.
        seen: (S, S, C) uint8, the picture as the network saw it.
        error: Why there is no answer, or empty.
        features: (F,) float32, what `core.novelty` measures: what went into the output layer, and the looks.
    """

    probabilities: NDArray[np.float32] | None
    seen: NDArray[np.uint8] | None
    error: str = ""
    features: NDArray[np.float32] | None = None


class Inference:
    """One long-lived worker, asked by one thread at a time.

    Args:
        spawn: Gives a worker that waits for its job.
    """

    def __init__(self, spawn: Callable[[], Worker]) -> None:
        self._spawn, self._lock = spawn, threading.Lock()
        self._worker: Worker | None = None
        self._is_closed = False

    def warm(self) -> None:
        """Start the worker now, so that the first question does not wait for TensorFlow."""
        if self._lock.acquire(blocking=False):
            try:
                self._ready()
            finally:
                self._lock.release()

    def classify(self, run: RunFolder, photos: Sequence[bytes], invert: bool = False) -> list[PhotoAnswer]:
        """Answers for photo files, in their order.

        Raises:
            StudioError: If the run has no model yet.
            WorkerError: If two workers in a row died over it.
        """
        arrays = {f"photo{number}": np.frombuffer(photo, np.uint8) for number, photo in enumerate(photos)}
        reply, results = self._ask({"do": "classify", "run": str(run.path), "invert": invert}, arrays, ANSWER_WITHIN)
        return [
            PhotoAnswer(
                results.get(f"probabilities{number}"),
                results.get(f"seen{number}"),
                error,
                results.get(f"features{number}"),
            )
            for number, error in enumerate(reply["errors"])
        ]

    def embed(self, run: RunFolder, dataset_id: str, numbers: NDArray[np.int64]) -> NDArray[np.float32]:
        """(n, 2): the pictures `numbers` of a data set, those that the run's model finds alike close together.

        Args:
            dataset_id: A set with the very pictures that the run was trained on.

        Raises:
            StudioError: If the run has no model yet, the set is gone or another one, or the model sees no difference.
            WorkerError: If two workers in a row died over it, or it took too long.
        """
        header = {"do": "embed", "run": str(run.path), "dataset": dataset_id}
        _reply, results = self._ask(header, {"numbers": numbers}, MAP_WITHIN)
        return results["points"]

    def waver(
        self, run: RunFolder, dataset_id: str, numbers: Sequence[int], views: int, augmentation: AugmentSpec
    ) -> Wavering:
        """What the run's model says of pictures and of their warped copies; arguments as in `core.wavering.Question`.

        Raises:
            StudioError: If the run has no model, the set is gone or another one, or the model's answers are no numbers.
            WorkerError: If two workers in a row died over it, or it took too long.
        """
        header: dict[str, Any] = {"do": "waver", "run": str(run.path), "dataset": dataset_id, "views": views}
        header["augmentation"] = augmentation.model_dump(mode="json")
        _reply, results = self._ask(header, {"numbers": np.array(numbers, np.int64)}, ANSWER_WITHIN)
        return Wavering(**results)

    def ask(
        self,
        do: str,
        header: dict[str, Any],
        arrays: Arrays | None = None,
        within: float = ANSWER_WITHIN,
        tell: Callable[[int, int], None] = lambda done, of: None,
    ) -> tuple[dict[str, Any], Arrays]:
        """Ask what stands under `do` in `core.handlers`.

        Args:
            within: Seconds of silence after which the worker is given up.
            tell: Called with how many steps of how many are done, by answers that take long.

        Raises:
            StudioError: If the worker refuses, in its words.
            WorkerError: If two workers in a row died over it, or it took too long.
        """
        return self._ask({"do": do, **header}, arrays or {}, within, tell)

    def close(self) -> None:
        """End the worker for good, and wait until it is gone: a question that it was asked is not asked again."""
        self._is_closed = True
        self.rest()

    def rest(self) -> None:
        """End the worker, and wait until it is gone; the next question starts another."""
        if self._worker:
            self._worker.terminate()
            if self._worker.process:
                with suppress(subprocess.TimeoutExpired):
                    self._worker.process.wait(CLOSES_WITHIN)

    def _ask(
        self,
        header: dict[str, Any],
        arrays: Arrays,
        within: float,
        tell: Callable[[int, int], None] = lambda done, of: None,
    ) -> tuple[dict[str, Any], Arrays]:
        with self._lock:
            for _attempt in range(2):
                late = threading.Event()
                try:
                    reply, results = self._exchange(self._ready(), header, arrays, within, late, tell)
                except (EOFError, OSError):
                    self._worker = None
                    if self._is_closed:
                        break
                    if late.is_set():
                        raise WorkerError(
                            _("The model did not answer within {seconds:.0f} s. Try fewer photos.").format(
                                seconds=within
                            )
                        ) from None
                    continue
                if not reply["ok"]:
                    raise StudioError(reply["error"])
                return reply, results
        raise WorkerError(
            _("The model's worker stopped twice over this question, most likely for want of memory. Try fewer photos.")
        )

    def _ready(self) -> Worker:
        if self._worker is None or not self._worker.is_alive():
            self._worker = self._spawn()
            self._worker.give("serve")
        return self._worker

    def _exchange(
        self,
        worker: Worker,
        header: dict[str, Any],
        arrays: Arrays,
        within: float,
        late: threading.Event,
        tell: Callable[[int, int], None],
    ) -> tuple[dict[str, Any], Arrays]:
        def give_up() -> None:
            late.set()
            worker.kill()

        process = worker.process
        assert process is not None
        assert process.stdin is not None
        assert process.stdout is not None
        while True:
            watchdog = threading.Timer(within, give_up)
            watchdog.start()
            try:
                if header:
                    write_frame(process.stdin, header, arrays)  # type: ignore[arg-type]
                reply, results = read_frame(process.stdout)  # type: ignore[arg-type]
            finally:
                watchdog.cancel()
            if "ok" in reply:
                return reply, results
            header = {}  # it was only told how far the answer is
            tell(reply["done"], reply["of"])
