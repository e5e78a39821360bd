"""More photos for a set that is there: a new version with them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from core.datasets.dataset import Dataset, DatasetMeta, Original, Refusal, clean_class_name
from core.datasets.editing.versions import copy_pictures, finish_version
from core.datasets.importing.photos import Collected, PhotoOptions, laid_out, renamed, shortened, squares
from core.datasets.importing.sources import Source
from core.datasets.origins import Origins, joined, unknown
from core.datasets.progress import Progress, silent, within
from core.datasets.store import origins_of
from core.datasets.writer import DatasetWriter
from core.errors import DataError
from core.home import Home
from core.i18n import _


def extend(
    home: Home,
    dataset: Dataset,
    source: Source,
    on_progress: Progress = silent,
    names: Mapping[str, str] | None = None,
    owner: str = "",
) -> Dataset:
    """Store `dataset` with the photos of `source` after its own as its newest version; what cannot be read is listed.

    Photos in a folder that is called like a class join it, other folders become new classes. They are stored in the
    size, colour mode and fit of the set; a part that the source gives them they keep.

    Args:
        names: Other names for the folders of `source`.
        owner: Whose the new version is to be, "" for everybody's.

    Raises:
        DataError: If no photo can be read, or there would be more than `LIMITS` and the disk allow.
    """
    meta, layout, collected = dataset.meta, renamed(laid_out(source), names or {}), Collected()
    options = PhotoOptions(title=meta.title, side=meta.size, fit=meta.fit, colour=dataset.colour_mode)
    with DatasetWriter(home.datasets, meta.size, meta.channels, len(dataset) + len(layout.placed)) as writer:
        copy_pictures(writer, dataset, np.arange(len(dataset)), within(on_progress, 0, 0.2))
        for group in squares(source, layout.placed, options, within(on_progress, 0.2, 1)):
            kept = collected.sort(group)
            if kept:
                writer.add([one.square for one in kept])
        refused = (*source.refused, *layout.refused, *collected.refused)
        _check_some(collected, refused)
        classes = tuple(dict.fromkeys([*meta.classes, *(one.class_name for one in collected.placed)]))
        origins = joined([origins_of(home, dataset) or unknown(len(dataset)), collected.origins()])
        changes = {"classes": classes, "refused": shortened((*meta.refused, *refused))}
        changes |= _described(meta, source.title, origins)
        labels, parts = _labels_and_parts(dataset, collected, classes)
        on_progress(1.0, _("Storing {count:,} pictures").format(count=len(labels)))
        return finish_version(home, writer, meta, changes, labels, parts, origins, owner)


def _check_some(collected: Collected, refused: Sequence[Refusal]) -> None:
    if collected.placed:
        return
    text = _("There is no photo to add. Put photos into a folder that is called like their class.")
    if refused:
        text = _("None of the photos can be added. The first: {name}: {reason}").format(
            name=refused[0].name, reason=refused[0].reason
        )
    raise DataError(text)


def _labels_and_parts(
    dataset: Dataset, collected: Collected, classes: tuple[str, ...]
) -> tuple[NDArray[np.int32], NDArray[np.uint8]]:
    number = {name: index for index, name in enumerate(classes)}
    labels = np.array([number[one.class_name] for one in collected.placed], np.int32)
    parts = np.array([one.part for one in collected.placed], np.uint8)
    return np.concatenate([dataset.labels, labels]), np.concatenate([dataset.parts, parts])


def _described(meta: DatasetMeta, title: str, origins: Origins) -> dict[str, Any]:
    """What is to be said about the set now: what is true of its pictures need not be true of the new ones."""
    addition = _("; of added photos not stated")
    is_known = meta.licence != _("not stated") and not meta.licence.endswith(addition)
    return {
        "source": meta.source if title in meta.source.split(", ") else clean_class_name(f"{meta.source}, {title}"),
        "licence": meta.licence + addition if is_known else meta.licence,
        "original": _original(meta.original, origins),
        "synthetic": False,
    }


def _original(before: Original, origins: Origins) -> Original:
    """All photos in one piece, after what came in as arrays, if anything did."""
    photos = Collected()
    photos.sizes = [(width, height) for width, height in origins.sizes.tolist() if width]
    added = photos.original()
    arrays = [piece for piece in before.shape.split(" + ") if not piece.endswith("px")]
    dtypes = dict.fromkeys([*before.dtype.split(" + "), added.dtype])
    return Original(
        shape=" + ".join([*arrays, added.shape]),
        dtype=" + ".join(dtypes),
        range=(min(before.range[0], added.range[0]), max(before.range[1], added.range[1])),
    )
