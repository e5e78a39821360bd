"""Bringing in whatever a person hands over: a folder, a .zip or an .npz; first a look, then the set."""

from __future__ import annotations

from collections import Counter
from contextlib import suppress
from io import BytesIO
from pathlib import Path
from typing import Literal

import numpy as np
from PIL import Image

from core.datasets.dataset import TEST, TRAIN, VALIDATION, Dataset, Refusal, clean_class_name
from core.datasets.decode import FORMATS, Photo, Pixels, decode_photo
from core.datasets.importing.arrays import raw_samples, to_pictures
from core.datasets.importing.layout import Layout, Placed
from core.datasets.importing.npz import look_into_npz, read_npz, store_pictures
from core.datasets.importing.photos import PhotoOptions, import_photos, laid_out, shortened
from core.datasets.importing.sources import Source, open_source
from core.datasets.limits import LIMITS
from core.datasets.progress import Progress, silent, within
from core.errors import DataError
from core.home import Home
from core.i18n import _
from core.knobs import Frozen

SAMPLES = 8  # pictures decoded for a preview
HEADERS = 1_000  # photos whose sizes are compared
SHOWN = 256  # px; longer side of such a picture
SIDES = (28, 32, 48, 64, 96, 128, 160, 224)  # px that are offered for storing photos
USUAL_SIDE = 128  # px; taken for photos that are larger: small enough to train on a laptop


class Found(Frozen):
    """One class in a file, with the number of its pictures in each part."""

    name: str
    train: int
    validation: int
    test: int


class Look(Frozen):
    """What is in a file, before it becomes a set.

    Attributes:
        what: In a few words: "450 photos", "960 + 240 pictures of 224×224×3".
        side: Suggested for storing, in px; for arrays their own.
        is_grey: Whether no sample has colours.
        is_square: Whether all of many are squares, so that there is nothing to crop.
    """

    kind: Literal["photos", "arrays"]
    what: str
    classes: tuple[Found, ...]
    refused: tuple[Refusal, ...]
    side: int
    is_grey: bool
    is_square: bool


def look_into(path: Path, on_progress: Progress = silent) -> tuple[Look, list[Pixels]]:
    """Find out what an import of `path` would give, with a few of its pictures, (h, w, 3), at most `SHOWN` px.

    Raises:
        DataError: If nothing can be made of it.
    """
    if path.suffix.lower() == ".npz":
        return _look_into_arrays(path, on_progress)
    with open_source(path) as source:
        return look_into_photos(source, on_progress)


def bring_in(home: Home, path: Path, options: PhotoOptions, on_progress: Progress = silent, owner: str = "") -> Dataset:
    """Make a data set of a folder or .zip of class folders, or of an .npz file.

    An .npz keeps its pictures' own size; of the options only title, names and fit are used.

    Args:
        owner: Whose it is to be, "" for everybody's.

    Raises:
        DataError: If nothing can be made of it.
    """
    if path.suffix.lower() == ".npz":
        return _bring_arrays(home, path, options, on_progress, owner)
    with open_source(path) as source:
        return import_photos(home, source, options, on_progress, owner=owner)


def _bring_arrays(home: Home, path: Path, options: PhotoOptions, on_progress: Progress, owner: str) -> Dataset:
    arrays = read_npz(path, within(on_progress, 0, 0.3))
    pictures = to_pictures(arrays, within(on_progress, 0.3, 0.8), options.fit)
    names = [clean_class_name(options.classes.get(name, name)) for name in pictures.classes]
    later, licence = within(on_progress, 0.8, 1), options.licence or _("not stated")
    return store_pictures(home, pictures, names, options.title, path.name, licence, later, owner=owner)


def look_into_photos(source: Source, on_progress: Progress = silent) -> tuple[Look, list[Pixels]]:
    """The same for photos."""
    layout = laid_out(source)
    photos: list[Photo] = []
    refused: list[Refusal] = []
    chosen = _spread(layout, SAMPLES)
    for done, placed in enumerate(chosen):
        on_progress(done / len(chosen), _("Looking at {name}").format(name=placed.entry.name))
        try:
            photos.append(decode_photo(source.read(placed.entry), SHOWN, _shown))
        except DataError as error:
            refused.append(Refusal(name=placed.entry.name, reason=str(error)))
    look = Look(
        kind="photos",
        what=_("{count:,} files in {classes:,} class folders").format(
            count=len(layout.placed), classes=len(layout.classes)
        ),
        classes=_found(layout),
        refused=shortened([*source.refused, *layout.refused, *refused]),
        side=_side(photos),
        is_grey=bool(photos) and all(photo.is_grey for photo in photos),
        is_square=_all_square(source, layout),
    )
    return look, [photo.pixels for photo in photos]


def _look_into_arrays(path: Path, on_progress: Progress) -> tuple[Look, list[Pixels]]:
    given = look_into_npz(path, SAMPLES, on_progress)
    counts = {
        part: np.bincount(given.labels[given.parts == part], minlength=len(given.classes))
        for part in (TRAIN, VALIDATION, TEST)
    }
    found = [
        Found(name=name, train=int(counts[TRAIN][k]), validation=int(counts[VALIDATION][k]), test=int(counts[TEST][k]))
        for k, name in enumerate(given.classes)
    ]
    look = Look(
        kind="arrays",
        what=f"{given.original.shape} {given.original.dtype}",
        classes=tuple(found),
        refused=(),
        side=given.side("crop"),
        is_grey=given.channels == 1,
        is_square=given.size[0] == given.size[1],
    )
    return look, [_shown(sample) for sample in raw_samples(given)]


def _spread(layout: Layout, count: int) -> list[Placed]:
    """At most so many photos, evenly over the classes."""
    step = max(1, -(-len(layout.placed) // count))
    return list(layout.placed[::step])


def _all_square(source: Source, layout: Layout) -> bool:
    """Whether none of many photos is higher or wider than the other way, by what their files begin with."""
    for placed in _spread(layout, HEADERS):
        with suppress(Exception):  # a damaged file is told of when it is read
            with Image.open(BytesIO(source.read(placed.entry)), formats=FORMATS) as image:
                width, height = image.size
            if width != height:
                return False
    return True


def _found(layout: Layout) -> tuple[Found, ...]:
    counts = Counter((placed.class_name, placed.part) for placed in layout.placed)
    return tuple(
        Found(name=name, train=counts[name, TRAIN], validation=counts[name, VALIDATION], test=counts[name, TEST])
        for name in layout.classes
    )


def _side(photos: list[Photo]) -> int:
    """Their own side where all have one, and a small one; else the largest offered that needs no enlarging."""
    sides = {min(photo.width, photo.height) for photo in photos}
    if len(sides) == 1 and max(sides) <= USUAL_SIDE:
        return max(sides)
    shortest = int(np.median(sorted(sides))) if sides else USUAL_SIDE
    fitting = [side for side in SIDES if side <= min(shortest, USUAL_SIDE)]
    return min(fitting[-1] if fitting else SIDES[0], LIMITS.stored_side)


def _shown(pixels: Pixels) -> Pixels:
    """Shrunk for the screen, its form kept."""
    image = Image.fromarray(pixels)
    image.thumbnail((SHOWN, SHOWN))
    return np.asarray(image)
