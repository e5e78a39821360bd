"""How much of a stranger's file is accepted: one table, each line with its reason.

A file `limits.toml` in the data home raises (or lowers) any of them: `photo_pixels = 60_000_000`.
"""

from __future__ import annotations

import tomllib
from dataclasses import dataclass, fields, replace
from pathlib import Path

from core.errors import StudioError
from core.home import current_home
from core.i18n import _


@dataclass(frozen=True)
class Limits:
    """Sizes in bytes, pixels or pieces, each checked before memory is asked for."""

    photo_pixels: int = 25_000_000  # 9,000² px fit into a 9 KB file and cost 390 MB decoded; phones take 12–24 Mpx
    photo_bytes: int = 120_000_000  # 25 Mpx with alpha, uncompressed, are 100 MB
    npz_bytes: int = 4_000_000_000  # unpacked: 1,200 photos of 224 px as float64 are 1.4 GB
    npz_ratio: int = 200  # unpacked to packed: MNIST has 5, real photos 1–2, a bomb of zeros 1,000
    npz_small: int = 64_000_000  # below this a high ratio does no harm, and blank toy sets have one
    zip_bytes: int = 16_000_000_000  # unpacked: 200,000 photos of 80 KB
    zip_ratio: int = 100  # unpacked to packed, over all files: JPEG has 1, BMP of drawings 20, a bomb 1,000
    zip_directory: int = 64_000_000  # the list of what is in it, read whole: 300 bytes a file for 200,000 files
    pictures: int = 200_000  # three times MNIST
    stored_bytes: int = 8_000_000_000  # of one set: 50,000 photos at 224 px
    stored_side: int = 512  # px; the largest picture size that a run can ask for
    classes: int = 1_000  # as ImageNet
    class_name: int = 64  # characters
    file_name: int = 255  # characters kept of what a picture was called; disks take as many
    refusals: int = 2_000  # left out files listed by name; the rest is counted
    upload_bytes: int = 1_000_000_000  # on disk, a browser: a quota, so that one cannot fill it for all
    model_input_bytes: int = 4_000_000_000  # resized copy in the cache: MNIST at 128 px in colour is 3.4 GB
    cache_bytes: int = 12_000_000_000  # converted copies kept; what was used longest ago goes first
    frozen_bytes: int = 8_000_000_000  # of one frozen part: 8 copies of 2,400 photos at VGG16's block5_conv3, 224 px
    bundle_bytes: int = 1_000_000_000  # weights of one run; VGG16 with the notebook's head at 224 px has 72 MB
    download_bytes: int = 1_000_000_000  # the largest built-in file is 229 MB


def load_limits(file: Path) -> Limits:
    """The table, with the numbers that `file` gives in place of its own.

    Raises:
        StudioError: If the file is no TOML or names something that is not in the table.
    """
    try:
        given = tomllib.loads(file.read_text(encoding="utf-8"))
    except FileNotFoundError:
        return Limits()
    except (OSError, ValueError) as error:
        raise StudioError(
            _("{path} cannot be read ({error}). Mend it or remove it.").format(path=file, error=error)
        ) from error
    names = {field.name for field in fields(Limits)}
    for name, value in given.items():
        if name not in names or type(value) is not int or value < 1:
            raise StudioError(
                _("{path}: expected lines such as {example} with one of {names}, got {name} = {value}.").format(
                    path=file,
                    example="photo_pixels = 60_000_000",
                    names=", ".join(sorted(names)),
                    name=name,
                    value=value,
                )
            )
    return replace(Limits(), **given)


def check_limits() -> None:
    """Raise StudioError if limits.toml cannot be used, so that whoever starts the app learns it in words.

    Until it is mended the table's own numbers hold.
    """
    if _problem:
        raise StudioError(_problem)


_problem = ""
try:
    LIMITS = load_limits(current_home().root / "limits.toml")
except StudioError as error:  # modules read LIMITS while they are imported, where nobody could show it
    LIMITS, _problem = Limits(), str(error)
