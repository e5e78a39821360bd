"""Names of files as strangers give them: text to show and to sort by, never used as a path."""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import lru_cache
from pathlib import PurePosixPath

from core.datasets.dataset import clean_class_name, clean_line
from core.datasets.limits import LIMITS

_SEPARATOR = re.compile(r"[/\\]")
_FILE = re.compile(r"(.+)(\.[a-z0-9]{1,8})", re.IGNORECASE | re.DOTALL)  # stem and extension
_FOLDER = 1_000  # characters looked at; results are kept in memory, and a .zip may give 65,535 in each name
_JUNK = {"__macosx", "thumbs.db", "ehthumbs.db", "desktop.ini", "@eadir", "$recycle.bin", "system volume information"}


def split_name(text: str) -> tuple[str, ...]:
    """Folders and file name, at least one part, cleaned; folders are cut as class names are, the extension stays.

    Both "/" and "\\" part them; roots and steps such as ".." mean nothing here and are left out.
    """
    *folders, file = [part for part in _SEPARATOR.split(text) if part.strip()] or [""]
    parts = [*(_clean_folder(folder[:_FOLDER]) for folder in folders), _clean_file(file)]
    return tuple(part for part in parts if part not in (".", "..")) or (clean_class_name(""),)


def join_name(parts: Sequence[str]) -> str:
    """The parts with "/" between them, at most `LIMITS.file_name` characters: the end gives way, but the extension."""
    name = "/".join(parts)
    if len(name) <= LIMITS.file_name:
        return name
    match = _FILE.fullmatch(parts[-1])
    suffix = match[2] if match else ""
    return name[: LIMITS.file_name - len(suffix)].rstrip() + suffix


def clean_name(text: str) -> str:
    """What a file called `text` is called here."""
    return join_name(split_name(text))


def numbered(name: str, number: int) -> str:
    """Another name for a file of the same name: "a.png" → "a (2).png", no longer than a name may be."""
    old, mark = PurePosixPath(name), f" ({number})"
    over = max(0, len(name) + len(mark) - LIMITS.file_name)
    return str(old.with_name(f"{old.stem[: len(old.stem) - over].rstrip()}{mark}{old.suffix}"))


def is_junk(parts: Sequence[str]) -> bool:
    """Whether a file is hidden or an operating system's own, or lies in such a folder."""
    return any(part.startswith(".") or part.lower() in _JUNK for part in parts)


@lru_cache(maxsize=4096)
def _clean_folder(text: str) -> str:
    return clean_class_name(text)


def _clean_file(text: str) -> str:
    match = _FILE.fullmatch(text.strip())
    return clean_line(match[1], LIMITS.file_name) + match[2] if match else clean_line(text, LIMITS.file_name)
