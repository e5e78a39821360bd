"""Labels as people store them → class numbers and names."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from core.datasets.dataset import class_names
from core.datasets.limits import LIMITS
from core.errors import DataError
from core.i18n import _


def label_classes(ys: list[NDArray[Any]], names: NDArray[Any] | None) -> tuple[NDArray[np.int32], tuple[str, ...]]:
    """Class numbers 0 … K−1 in the order of the sorted labels, and these as names; or as `names` has them."""
    found, labels = np.unique(np.concatenate([_flat(y) for y in ys]), return_inverse=True)
    if len(found) > LIMITS.classes:
        raise DataError(
            _("Expected at most {limit:,} different labels, got {got:,}.").format(limit=LIMITS.classes, got=len(found))
        )
    if names is None or (places := _places(found, _flat(names))) is None:
        return labels.astype(np.int32), class_names(str(label) for label in found)
    order = np.argsort(places)
    return np.argsort(order)[labels].astype(np.int32), class_names(_flat(names)[places[order]].tolist())


def _places(found: NDArray[Any], names: NDArray[Any]) -> NDArray[np.int64] | None:
    """(K,) place in `names` of each of the sorted labels, by number or by text; else as many names, in their order."""
    known = {name: place for place, name in enumerate(names.tolist())}
    places = [known.get(label, -1) for label in found.tolist()] if found.dtype.kind == "U" else found.tolist()
    if min(places) >= 0 and max(places) < len(names):
        return np.array(places, np.int64)
    return np.arange(len(found)) if len(found) == len(names) else None


def _flat(y: NDArray[Any]) -> NDArray[Any]:
    """Labels as (N,) whole numbers or text."""
    if y.ndim == 2 and y.shape[1] > 1:
        return _from_one_hot(y)
    y = y.reshape(len(y))
    if y.dtype.kind == "S":
        return np.char.decode(y, "utf-8", "replace")
    if y.dtype.kind == "U":
        return y
    with np.errstate(invalid="ignore"):  # NaN and numbers beyond 64 bits come out as others
        whole = y.astype(np.int64)
    if (whole != y).any():
        raise DataError(
            _("Expected whole numbers, one-hot rows or text as labels, got fractions, NaN or numbers beyond 64 bits.")
        )
    return whole


def _from_one_hot(y: NDArray[Any]) -> NDArray[Any]:
    if y.dtype.kind not in "biuf" or not np.isin(y, (0, 1)).all() or (y.sum(axis=1) != 1).any():
        raise DataError(
            _("Expected labels of shape (N,) or one-hot rows with a single 1, got {dtype} {shape}.").format(
                dtype=y.dtype, shape=y.shape
            )
        )
    labels: NDArray[np.int64] = y.argmax(axis=1)
    return labels
