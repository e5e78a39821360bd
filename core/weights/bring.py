"""Brings weights into the data home: by download, or from a file that a person hands over."""

from __future__ import annotations

import hashlib
import re
import shutil
from itertools import count
from pathlib import Path

from core.architecture.backbones.table import BACKBONES, BackboneName
from core.datasets.download import fetch
from core.datasets.one_at_a_time import one_at_a_time
from core.datasets.progress import Progress, silent
from core.errors import DataError
from core.files import write_atomically
from core.home import Home
from core.i18n import _
from core.weights.arrays import read_arrays
from core.weights.find import UPLOADED, problem_of, sha256_of

_NAME = re.compile(r"(?P<stem>.*?)(?P<suffix>(\.weights)?\.h5)?", re.IGNORECASE | re.DOTALL)
_STEM = 100  # characters kept; with a number and ".weights" it is a name that `Transfer.weights` accepts


def fetch_weights(home: Home, backbone: BackboneName, on_progress: Progress = silent) -> Path:
    """Download the backbone's weights into the weights folder, unless they lie there; only a file that fits appears.

    Raises:
        DataError: If they cannot be fetched: then it says what else can be done.
    """
    target = home.weights / BACKBONES[backbone].file_name
    home.weights.mkdir(parents=True, exist_ok=True)

    def wait(fraction: float, _text: str) -> None:
        on_progress(fraction, _("Another download of these weights is running"))

    with one_at_a_time(target.with_name(f".{target.name}.lock"), wait):
        if problem_of(target, backbone):
            _download(target, backbone, on_progress)
    return target


def keep_weights(home: Home, backbone: BackboneName, file: Path, name: str) -> str:
    """Copy a file that was handed over into the weights folder; its name there, one that `Transfer.weights` accepts.

    The same content under the same name is kept once; other content gets a number.

    Args:
        file: Where it lies now.
        name: What the person calls it.

    Raises:
        DataError: If it does not fit the backbone or holds numbers that are not finite.
    """
    _check(file, backbone)
    read_arrays(file, backbone)  # its numbers too
    home.weights.mkdir(parents=True, exist_ok=True)
    with one_at_a_time(home.weights / ".keep.lock", silent):
        target = _place(home.weights, name, sha256_of(file))
        if not target.exists():
            with file.open("rb") as content:
                write_atomically(target, lambda copy: shutil.copyfileobj(content, copy))
    return target.name


def _download(target: Path, backbone: BackboneName, on_progress: Progress) -> None:
    """Under another name until it is checked: without an MD5 sum it may be any page that a network sends instead."""
    entry, arriving = BACKBONES[backbone], target.with_name(f"{target.name}.new")
    try:
        fetch(entry.url, arriving, on_progress=on_progress, md5=entry.md5)
        _check(arriving, backbone)
    except DataError as error:
        arriving.unlink(missing_ok=True)
        raise DataError(
            _(
                "The weights of {backbone} could not be fetched. {error} Without internet, upload the file {file}, put "
                "it into the folder “weights” of the data home, or train from random weights."
            ).format(backbone=entry.title, error=error, file=entry.file_name)
        ) from error
    arriving.replace(target)


def _check(path: Path, backbone: BackboneName) -> None:
    if problem := problem_of(path, backbone):
        raise DataError(problem)


def uploaded_name(backbone: BackboneName, file: Path, name: str) -> str:
    """The name of a browser's upload: the official one for the official content alone, else one that says it is an
    upload, which is offered by its name and never becomes everybody's ImageNet."""
    entry = BACKBONES[backbone]
    with file.open("rb") as content:
        found = hashlib.file_digest(content, lambda: hashlib.md5(usedforsecurity=False)).hexdigest()
    return entry.file_name if found == entry.md5 else UPLOADED + "".join(_safe(name)).removeprefix(UPLOADED)


def _place(folder: Path, name: str, sha256: str) -> Path:
    """Where a file is to lie, or lies already."""
    stem, suffix = _safe(name)
    paths = (folder / f"{stem}{f'-{number}' if number > 1 else ''}{suffix}" for number in count(1))
    return next(path for path in paths if not path.exists() or sha256_of(path) == sha256)


def _safe(name: str) -> tuple[str, str]:
    """Stem and suffix of the name with letters, digits, ".", "_" and "-" alone, no folder, not hidden."""
    match = _NAME.fullmatch(re.split(r"[/\\]", name)[-1])
    assert match
    stem = re.sub("[^A-Za-z0-9._-]+", "_", match["stem"]).lstrip("._-")[:_STEM]
    return stem or "weights", (match["suffix"] or ".h5").lower()
