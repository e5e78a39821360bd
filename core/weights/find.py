"""Which file holds a backbone's weights, in the data home's weights folder or in Keras's own cache."""

from __future__ import annotations

import hashlib
import json
import math
import os
import re
import stat
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Literal, NamedTuple

from core.architecture.backbones.table import BACKBONES, BackboneName
from core.architecture.transfer import IMAGENET, RANDOM, WEIGHTS, Transfer
from core.errors import DataError
from core.home import PROJECT, Home
from core.i18n import _

PATIENCE = 15.0  # seconds for a look at a file, which takes half a second
LOOK_AGAIN = 60.0  # seconds after one that took too long
MOST_KNOWN = 128  # files
UPLOADED = "my_"  # before the names of files that browsers uploaded
Stamp = tuple[int, int]  # modified, in ns; size in bytes


@dataclass(frozen=True)
class FoundWeights:
    """Where a backbone's weights come from.

    Attributes:
        path: Of the file; None for random weights.
        sha256: Of the file's content; "" for random weights.
    """

    path: Path | None
    source: Literal["random", "folder", "keras_cache"]
    sha256: str


def find_weights(home: Home, backbone: BackboneName, weights: str) -> FoundWeights | None:
    """The file that training would begin with, its arrays fitting; None where there is none on this computer.

    Args:
        weights: As `Transfer.weights`. "imagenet" takes the file under its official name in the weights folder or in
            Keras's cache, else any other in the weights folder that fits and that no browser uploaded.
    """
    if weights == RANDOM:
        return FoundWeights(None, "random", "")
    path = _fitting_path(home, backbone, weights)
    if path is None:
        return None
    try:
        sha256 = sha256_of(path)
    except OSError:  # removed since
        return None
    return FoundWeights(path, "folder" if path.parent == home.weights else "keras_cache", sha256)


def files_for(home: Home, backbone: BackboneName) -> list[str]:
    """Names of the files in the weights folder that fit the backbone and that `Transfer.weights` can name."""
    names = [path.name for path in _folder(home) if not problem_of(path, backbone)]
    return [name for name in names if re.fullmatch(WEIGHTS, name)]


def weights_with(home: Home, backbone: BackboneName, sha256: str) -> Path:
    """The file with this content, whatever it is called now: a run goes on with the weights it began with.

    Raises:
        DataError: If it is gone.
    """
    for path in (*_candidates(home, backbone, IMAGENET), *_folder(home)):
        if _stamp_of(path) and sha256_of(path) == sha256:
            return path
    raise DataError(
        _(
            "The file with the weights of {backbone} that this began with is gone (SHA-256 {sha256}…). "
            "Put it back into the folder “weights” of the data home."
        ).format(backbone=BACKBONES[backbone].title, sha256=sha256[:12])
    )


def weights_problem(home: Home, architecture: Transfer) -> str:
    """Why training cannot begin with these weights, and what to do; "" where it can."""
    backbone, weights = architecture.backbone, architecture.weights
    if weights == RANDOM or _fitting_path(home, backbone, weights):
        return ""
    return _none_found(home, backbone) if weights == IMAGENET else _cannot_use(home, backbone, weights)


def problem_of(path: Path, backbone: BackboneName) -> str:
    """What is wrong with a file for this backbone, looked up once while the file stays as it is; "" if it fits."""
    stamp = _stamp_of(path)
    if stamp is None:
        return _("The file is not there.")
    with _locks.setdefault(path, threading.Lock()):  # thirty browsers ask at once, and one answer serves all
        known = _known.get((path, stamp))
        if known is None or known.until < time.monotonic():
            known = _known[path, stamp] = _look(path)
            while len(_known) > MOST_KNOWN:
                _known.pop(next(iter(_known)))
    return known.problems[backbone]


def sha256_of(path: Path) -> str:
    """SHA-256 of a file's content, computed once while the file stays as it is."""
    return _sha256(path, _stamp_of(path))


def _none_found(home: Home, backbone: BackboneName) -> str:
    entry = BACKBONES[backbone]
    text = _(
        "The weights of {backbone} ({size} MB) are not on this computer. Fetch them, upload the file {file}, put it "
        "into the folder “weights” of the data home, or train from random weights."
    ).format(backbone=entry.title, size=entry.size_mb, file=entry.file_name)
    is_there = _stamp_of(home.weights / entry.file_name) is not None
    return f"{_cannot_use(home, backbone, entry.file_name)} {text}" if is_there else text


def _cannot_use(home: Home, backbone: BackboneName, name: str) -> str:
    if _stamp_of(home.weights / name) is None:
        return _(
            "The file {file} is no longer in the folder “weights” of the data home. "
            "Choose other weights, or upload it again."
        ).format(file=name)
    return _("The file {file} cannot be used. {problem}").format(
        file=name, problem=problem_of(home.weights / name, backbone)
    )


def _fitting_path(home: Home, backbone: BackboneName, weights: str) -> Path | None:
    return next((path for path in _candidates(home, backbone, weights) if not problem_of(path, backbone)), None)


def _candidates(home: Home, backbone: BackboneName, weights: str) -> Iterator[Path]:
    """Paths to look at, in this order; nothing need be there."""
    if weights != IMAGENET:
        yield home.weights / weights
        return
    official = BACKBONES[backbone].file_name
    yield home.weights / official
    yield _keras_home() / "models" / official
    yield from (path for path in _folder(home) if path.name != official and not path.name.startswith(UPLOADED))


def _folder(home: Home) -> list[Path]:
    return sorted(home.weights.glob("*.h5"))


def _keras_home() -> Path:
    """As Keras finds it; asking Keras would load TensorFlow."""
    return Path(os.environ.get("KERAS_HOME") or Path.home() / ".keras")


def _stamp_of(path: Path) -> Stamp | None:
    """What changes when the file does; None where there is no file that could be read."""
    try:
        found = path.stat()
    except OSError:
        return None
    is_readable = stat.S_ISREG(found.st_mode) and os.access(path, os.R_OK)
    return (found.st_mtime_ns, found.st_size) if is_readable else None


class _Known(NamedTuple):
    """What is wrong with a file, by backbone, and until when that holds, in seconds of the monotonic clock."""

    problems: dict[str, str]
    until: float


_known: dict[tuple[Path, Stamp], _Known] = {}
_locks: dict[Path, threading.Lock] = {}


def _look(path: Path) -> _Known:
    """What is wrong with the file, by backbone, asked in a process of its own.

    HDF5's library may crash or never come back on a damaged file (HDFGroup/hdf5 issue 1707), and the server with it.
    """
    command = [sys.executable, "-m", "core.weights", str(path)]
    try:
        done = subprocess.run(
            command, cwd=PROJECT, stdin=subprocess.DEVNULL, capture_output=True, timeout=PATIENCE, check=True
        )
    except subprocess.TimeoutExpired:  # damaged, or this computer was too busy
        text = _("It could not be read in time. Try again in a minute; if it stays so, fetch the file again.")
        return _Known(dict.fromkeys(BACKBONES, text), time.monotonic() + LOOK_AGAIN)
    except (subprocess.SubprocessError, OSError):
        text = _("The file is damaged: it cannot be read to its end. Fetch it again.")
        return _Known(dict.fromkeys(BACKBONES, text), math.inf)
    found = {str(backbone): str(problem) for backbone, problem in json.loads(done.stdout).items()}
    return _Known(found, math.inf)


@lru_cache(maxsize=64)
def _sha256(path: Path, _stamp: Stamp | None) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()
