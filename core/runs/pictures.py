"""Whether a data set holds the very pictures that a run was made for."""

from __future__ import annotations

from core.datasets.dataset import Dataset
from core.runs.folder import RunInfo


def are_pictures_of(info: RunInfo, dataset: Dataset) -> bool:
    """Whether they are, whatever the set is called now.

    A bundle of a stranger may name a hash that its numbers of pictures and classes do not fit.
    """
    meta = dataset.meta
    return (
        meta.content_hash == info.content_hash
        and (meta.size, meta.channels) == (info.stored_size, info.stored_channels)
        and info.pictures in (None, len(dataset))
        and int(dataset.labels.max()) < len(info.classes)
    )
