"""Real photos and arrays, cut small so that a thousand imports of them take a minute."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray
from PIL import Image

FORMATS = {"jpg": "JPEG", "png": "PNG", "webp": "WEBP", "gif": "GIF", "bmp": "BMP"}
CLASSES = ("cats", "dogs")
_SIDE = 40  # px


@cache
def photos(assets: Path) -> dict[str, bytes]:
    """One photo of each class in each format, as "cats/1.png"."""
    return {
        f"{name}/{place}.{ending}": _saved(file, FORMATS[ending])
        for name in CLASSES
        for place, (ending, file) in enumerate(zip(FORMATS, _files(assets, name), strict=False))
    }


@cache
def arrays(assets: Path) -> dict[str, NDArray[Any]]:
    """Sixteen photos with their labels, eight of them for testing."""
    with np.load(assets / "datasets" / "animals3_dev64.npz") as whole:
        return {name: whole[name][:8, ::2, ::2] if whole[name].ndim == 4 else whole[name][:8] for name in whole.files}


@cache
def digits(assets: Path) -> dict[str, NDArray[Any]]:
    """Twelve digits with their labels, six of them for testing."""
    with np.load(assets / "datasets" / "mnist.npz") as whole:
        return {name: whole[name][:6] for name in whole.files}


def zipped(files: Mapping[str, bytes], method: int = zipfile.ZIP_DEFLATED) -> bytes:
    """An ordinary .zip."""
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w", method) as archive:
        for name, content in files.items():
            archive.writestr(name, content)
    return target.getvalue()


def npy(array: NDArray[Any]) -> bytes:
    """One array as a file of its own."""
    target = io.BytesIO()
    np.save(target, array)
    return target.getvalue()


def npz(named: Mapping[str, NDArray[Any]], method: int = zipfile.ZIP_DEFLATED) -> bytes:
    """An ordinary .npz."""
    return zipped({f"{name}.npy": npy(array) for name, array in named.items()}, method)


def _files(assets: Path, name: str) -> list[Path]:
    return sorted((assets / "datasets" / "animals3_224" / name).iterdir())


def _saved(file: Path, kind: str) -> bytes:
    target = io.BytesIO()
    with Image.open(file) as image:
        image.resize((_SIDE, _SIDE - 8)).save(target, kind)
    return target.getvalue()
