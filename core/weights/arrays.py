"""The arrays of a backbone out of a Keras .h5 file, which may be a stranger's: headers first, numbers when all fit.

Two forms are read. Keras until version 2 names its layers in attributes: those that have weights are matched in order,
as Keras does it, whatever they are called. Keras 3 (`.weights.h5`) has no names but a number a class: conv2d, conv2d_1.
"""

from __future__ import annotations

import math
import re
from collections import Counter
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from itertools import chain, repeat, zip_longest
from pathlib import Path

import h5py
import numpy as np
from numpy.typing import NDArray

from core.architecture.backbones.graph import GraphLayer, Shape, layers_of
from core.architecture.backbones.table import BACKBONES, BackboneName
from core.datasets.limits import LIMITS
from core.errors import DataError
from core.i18n import _

_DAMAGED = (OSError, KeyError, ValueError, RuntimeError, TypeError)  # whatever h5py raises for a broken file
_MAX_NAMES = 10_000  # layers, or arrays of a layer, that a file may name; the largest backbone here has 427
_MAX_NAME = 1_000  # bytes

Fitting = list[tuple[GraphLayer, list[h5py.Dataset]]]


def read_arrays(path: Path, backbone: BackboneName) -> list[list[NDArray[np.float32]]]:
    """The weights of the backbone: for each layer that has any, in Keras's order, its arrays in Keras's order.

    What the file holds behind the backbone's layers, such as the top of a whole network, is left aside.

    Raises:
        DataError: If `check_arrays` does, or a number is not finite.
    """
    with _fitting(path, backbone) as layers:
        return [[_numbers(dataset, layer, backbone) for dataset in datasets] for layer, datasets in layers]


def check_arrays(path: Path, backbone: BackboneName) -> None:
    """Look whether the file fits, from headers alone: milliseconds, however large it is.

    Raises:
        DataError: If the file is damaged, no file with weights, or has other arrays; then with layer and both shapes.
    """
    with _fitting(path, backbone):
        pass


@contextmanager
def _fitting(path: Path, backbone: BackboneName) -> Iterator[Fitting]:
    """Each layer with its arrays in the open file, not yet read."""
    _check_file(path)
    wanted = [layer for layer in layers_of(backbone) if layer.weights]
    try:
        with h5py.File(path, "r", locking=False) as file:
            layers = list(zip(wanted, chain(_arrays_of(file, wanted), repeat([])), strict=False))
            for layer, datasets in layers:
                _check_layer(layer, datasets, backbone)
            yield layers
    except _DAMAGED as error:
        raise DataError(_("The file is damaged or cut off. Fetch it again.")) from error


def _check_file(path: Path) -> None:
    if not path.is_file():
        raise DataError(_("The file is not there."))
    size = path.stat().st_size
    if not size:
        raise DataError(_("The file is empty. Fetch it again."))
    if size > LIMITS.download_bytes:
        raise DataError(
            _("Expected a file with weights of at most {limit:.1f} GB, got {size:.1f} GB.").format(
                limit=LIMITS.download_bytes / 1e9, size=size / 1e9
            )
        )
    if not h5py.is_hdf5(path):
        raise DataError(_("Expected weights as Keras writes them (HDF5, .h5); this is another kind of file."))


def _arrays_of(file: h5py.File, wanted: Sequence[GraphLayer]) -> Iterator[list[h5py.Dataset]]:
    """The arrays of one layer after another; fewer layers than wanted where the file ends before."""
    root = _at(file, "model_weights") if _has(file, "model_weights") else file  # of a whole model that was saved
    if "layer_names" in root.attrs:
        return _in_order(root)
    if _has(root, "layers"):
        return _by_class(_at(root, "layers"), wanted)
    raise DataError(_("The file holds no layers with weights as Keras writes them. Choose another file."))


def _in_order(root: h5py.Group) -> Iterator[list[h5py.Dataset]]:
    for name in _names(root, "layer_names"):
        layer = _at(root, name)
        arrays = [_at(layer, array) for array in _names(layer, "weight_names")]
        if arrays:
            yield arrays


def _by_class(layers: h5py.Group, wanted: Sequence[GraphLayer]) -> Iterator[list[h5py.Dataset]]:
    seen: Counter[str] = Counter()
    for layer in wanted:
        name = re.sub("(?<=[a-z])(?=[A-Z])", "_", layer.kind).lower()  # BatchNormalization: batch_normalization
        number, seen[name] = seen[name], seen[name] + 1
        group = f"{name}_{number}" if number else name
        if not _has(layers, group):
            return
        arrays = _at(layers, f"{group}/vars")
        yield [_at(arrays, str(place)) for place in range(min(len(arrays), len(layer.weights) + 1))]


def _names(group: h5py.Group, attribute: str) -> list[str]:
    """What the attribute lists, once its size is known to be sane."""
    header = group.attrs.get_id(attribute)
    if math.prod(header.shape) > _MAX_NAMES or header.dtype.itemsize > _MAX_NAME:
        raise ValueError(attribute)
    return [name.decode() if isinstance(name, bytes) else str(name) for name in group.attrs[attribute]]


def _has(group: h5py.Group, name: str) -> bool:
    """Whether there is anything of that name; `name in group` would follow where it leads."""
    return group.get(name, getlink=True) is not None


def _at(group: h5py.Group, path: str) -> h5py.Group | h5py.Dataset:
    """What lies at `path` of the group, by hard links alone: others may lead into any file of this computer."""
    for part in filter(None, path.split("/")):
        if not isinstance(group, h5py.Group) or not _has(group, part):
            raise KeyError(path)
        if not isinstance(group.get(part, getlink=True), h5py.HardLink):
            raise DataError(_("The file refers to other places, as no file with weights does. Choose another file."))
        group = group[part]
    return group


def _check_layer(layer: GraphLayer, datasets: Sequence[h5py.Dataset], backbone: BackboneName) -> None:
    for expected, dataset in zip_longest(layer.weights, datasets):
        found = dataset.shape if isinstance(dataset, h5py.Dataset) else None
        if found is None or found != expected:
            raise DataError(
                _(
                    "{layer} of {backbone} expects {expected}, the file has {found}. "
                    "Choose the file without top for {backbone}, or the backbone that the file is for."
                ).format(
                    layer=layer.name,
                    backbone=BACKBONES[backbone].title,
                    expected=_shape(expected),
                    found=_shape(found),
                )
            )
        _check_storage(layer, dataset, backbone)


def _shape(shape: Shape | None) -> str:
    return _("no more arrays") if shape is None else str(shape)


def _check_storage(layer: GraphLayer, dataset: h5py.Dataset, backbone: BackboneName) -> None:
    """Refuse what are no numbers, lies in other files, or is packed: a few bytes may unpack to any size."""
    is_count = dataset.shape == () and dataset.dtype.kind in "iu"  # of a Normalization layer
    if dataset.dtype.kind != "f" and not is_count:
        raise DataError(
            _(
                "{layer} of {backbone} expects floating-point numbers, the file has {found}. Choose another file."
            ).format(layer=layer.name, backbone=BACKBONES[backbone].title, found=dataset.dtype)
        )
    if dataset.is_virtual or dataset.external or dataset.chunks:
        raise DataError(
            _("The arrays of the file are compressed or lie elsewhere. Save the weights with Keras once more.")
        )


def _numbers(dataset: h5py.Dataset, layer: GraphLayer, backbone: BackboneName) -> NDArray[np.float32]:
    with np.errstate(all="ignore"):  # a number too large for float32 becomes infinite, and is refused below
        array = np.asarray(dataset[()], np.float32)
    if not np.isfinite(array).all():
        raise DataError(
            _("{layer} of {backbone} has numbers that are not finite in this file. Fetch it again.").format(
                layer=layer.name, backbone=BACKBONES[backbone].title
            )
        )
    return array
