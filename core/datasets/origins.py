"""What each picture of a set was before it came in: its file's name and its size. Kept beside the pictures."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from core.files import write_atomically

FILE = "origins.json"


@dataclass(frozen=True, eq=False)
class Origins:
    """Names and sizes in the order of the pictures.

    Attributes:
        names: N names, "" where a picture had none.
        sizes: (N, 2) int32, width and height in px before resizing, (0, 0) where they are not known.
    """

    names: tuple[str, ...]
    sizes: NDArray[np.int32]

    def __len__(self) -> int:
        return len(self.names)

    def take(self, rows: NDArray[Any]) -> Origins:
        """Those of some pictures."""
        return Origins(tuple(self.names[row] for row in rows), self.sizes[rows])


def unknown(count: int) -> Origins:
    """Origins of `count` pictures of which nothing is known."""
    return Origins(("",) * count, np.zeros((count, 2), np.int32))


def joined(parts: Sequence[Origins]) -> Origins:
    """Several origins one after the other."""
    names = tuple(name for part in parts for name in part.names)
    return Origins(names, np.concatenate([part.sizes for part in parts]))


def write_origins(folder: Path, origins: Origins) -> None:
    """Write them into the folder of a set."""
    text = json.dumps({"names": origins.names, "sizes": origins.sizes.tolist()}, separators=(",", ":"))
    write_atomically(folder / FILE, lambda file: file.write(text.encode()))


def read_origins(folder: Path, count: int) -> Origins | None:
    """Those of the set in `folder`; None where it has none for exactly `count` pictures."""
    try:
        found = json.loads((folder / FILE).read_bytes())
        origins = Origins(tuple(map(str, found["names"])), np.array(found["sizes"], np.int32).reshape(-1, 2))
    except (OSError, ValueError, KeyError, TypeError):
        return None
    return origins if len(origins) == len(origins.sizes) == count else None
