"""Maps of what trained models find alike: made one at a time for the whole server, kept on disk for all browsers.

A map has a worker of its own that ends with it: the inference worker answers one question at a time, and a person who
shows it a photo must not wait for somebody's map.
"""

from __future__ import annotations

import hashlib
import logging
import os
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from core.cache import make_room
from core.datasets.dataset import DatasetMeta
from core.datasets.limits import LIMITS
from core.datasets.split import Indices
from core.errors import StudioError, WorkerError
from core.files import write_atomically
from core.i18n import _
from core.inference import Inference
from core.runs.executor import Worker
from core.runs.folder import RunFolder

logger = logging.getLogger(__name__)

_VERSION = 1  # part of the files' names: raise it when a map comes out different


@dataclass(frozen=True, eq=False)
class MapOrder:
    """What a map is of: a run's model as it is now, and pictures of a set by their numbers."""

    run: RunFolder
    dataset: DatasetMeta
    numbers: Indices

    def file_name(self) -> str:
        """Another one for another model, other pictures or another sample of them."""
        stamp = self.run.checkpoint.stat().st_mtime_ns if self.run.checkpoint.exists() else 0
        pictures = hashlib.sha256(self.dataset.content_hash.encode() + self.numbers.tobytes()).hexdigest()
        return f"map{_VERSION}-{self.run.id}-{stamp}-{pictures[:24]}.npy"


@dataclass(frozen=True, eq=False)
class MapAnswer:
    """A map, or how far it is.

    Attributes:
        points: (n, 2) float32, once it is made.
        error: Why it could not be made, or empty.
        seconds: For how long it has been in the making; None while another map is.
    """

    points: NDArray[np.float32] | None = None
    error: str = ""
    seconds: float | None = None


class ModelMaps:
    """Makes maps in a thread, each with a worker of its own.

    Args:
        cache: Folder that keeps them.
        spawn: Gives a worker that waits for its job.
    """

    def __init__(self, cache: Path, spawn: Callable[[], Worker]) -> None:
        self._cache, self._inference = cache, Inference(spawn)
        self._lock = threading.Lock()
        self._failed: dict[str, str] = {}
        self._making: tuple[str, float] | None = None

    def ask(self, order: MapOrder) -> MapAnswer:
        """The map if there is one; else it is begun, unless another one is being made or this one has failed."""
        name = order.file_name()
        with self._lock:
            points = _read(self._cache / name, len(order.numbers))
            if points is not None:
                return MapAnswer(points)
            if name in self._failed:
                return MapAnswer(error=self._failed[name])
            if self._making is None:
                self._making = name, time.monotonic()
                threading.Thread(target=self._make, args=(name, order), name="model-map", daemon=True).start()
            made, begun = self._making
        return MapAnswer(seconds=time.monotonic() - begun if made == name else None)

    def try_again(self, order: MapOrder) -> None:
        """Forget that this map could not be made."""
        with self._lock:
            self._failed.pop(order.file_name(), None)

    def _make(self, name: str, order: MapOrder) -> None:
        error = ""
        try:
            self._keep(self._cache / name, self._inference.embed(order.run, order.dataset.id, order.numbers))
        except WorkerError:
            error = _("The worker of this map stopped twice, most likely for want of memory, or took too long.")
        except StudioError as refusal:
            error = str(refusal)
        except Exception:
            logger.exception("map %s", name)
            error = _("The map could not be made or kept. The server's log tells why; perhaps the disk is full.")
        finally:
            self._inference.rest()
            with self._lock:
                self._making = None
                if error:
                    self._failed[name] = error

    def _keep(self, file: Path, points: NDArray[np.float32]) -> None:
        write_atomically(file, partial(np.save, arr=points, allow_pickle=False))
        make_room(self._cache, LIMITS.cache_bytes, keep=file)


def _read(file: Path, count: int) -> NDArray[np.float32] | None:
    """The kept map of `count` pictures; None where there is none, or a damaged one."""
    try:
        points = np.load(file, allow_pickle=False)
        os.utime(file)
    except (OSError, ValueError, EOFError):
        return None
    return points if points.shape == (count, 2) and points.dtype == np.float32 else None
