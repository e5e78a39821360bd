"""A map of a data set: a sample of its pictures in the plane, so that those with like pixels lie close together."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Literal

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from core.datasets.dataset import CHANNELS, Dataset
from core.datasets.decode import Pixels
from core.datasets.pixels import convert
from core.datasets.split import Indices

SAMPLE = 1_500  # pictures on a map: as many as two cores lay out by t-SNE in 3 s, and as a browser draws at once
PIXELS = 16  # px a side that are compared: 768 numbers a colour picture, whose covariance is solved in 0.1 s


@dataclass(frozen=True, eq=False)
class PixelMap:
    """Pictures in the plane.

    Attributes:
        points: (N, 2) float32, the pictures along the two directions in which they differ most, centred.
        shares: Of the whole variance, what lies along each direction, 0 to 1.
    """

    points: NDArray[np.float32]
    shares: tuple[float, float]


def sample_for_map(labels: NDArray[Any], limit: int = SAMPLE, seed: int = 0) -> Indices:
    """Sorted numbers of at most `limit` pictures, always the same ones: each class by its share, but at least one.

    (Where there are more classes than `limit`, not every class can have one.)

    Args:
        labels: (N,) class numbers.
    """
    order = np.random.default_rng(seed).permutation(len(labels))
    dealt = labels[order]
    by_class = np.argsort(dealt, kind="stable")
    counts = np.bincount(dealt)
    rank = np.empty(len(labels), np.int64)
    rank[by_class] = np.arange(len(labels)) - np.repeat(np.cumsum(counts) - counts, counts)
    chosen = np.argsort(rank / counts[dealt], kind="stable")[:limit]
    return np.sort(order[chosen])


def small_pictures(dataset: Dataset, numbers: Indices, side: int, colour_mode: Literal["grey", "rgb"]) -> Pixels:
    """The pictures `numbers` as (n, s, s, C) uint8, s being `side` px, or less where they are stored smaller.

    Read one by one: a sample of a large set is never in memory as a whole.
    """
    side, channels = min(side, dataset.meta.size), CHANNELS[colour_mode]
    return np.stack([convert(_shrunk(dataset.images[number], side), channels) for number in numbers])


def pca_map(images: Pixels) -> PixelMap:
    """Principal component analysis of (N, S, S, C) pictures, each reduced to at most `PIXELS` px a side, 0 to 1.

    An axis points to where its strongest pixel is lighter, so the same pictures always give the same map.
    """
    values = _blocks(images).reshape(len(images), -1)
    values = np.pad(values, ((0, 0), (0, 1)))  # two directions even where a picture is one grey pixel
    values -= values.mean(axis=0)
    variances, directions = np.linalg.eigh(values.T @ values)
    axes = directions[:, :-3:-1]
    axes = axes * np.where(np.take_along_axis(axes, np.abs(axes).argmax(axis=0)[None], 0) < 0, -1, 1)
    first, second = np.maximum(variances[:-3:-1], 0) / max(float((values**2).sum()), np.finfo(np.float32).tiny)
    return PixelMap((values @ axes).astype(np.float32), (float(first), float(second)))


def _shrunk(image: Pixels, side: int) -> Pixels:
    """(s, s, C) of (S, S, C); whole blocks are averaged first, which is three times faster than the filter alone."""
    if len(image) == side:
        return image
    picture = Image.fromarray(image[..., 0] if image.shape[2] == 1 else image)
    small = picture.resize((side, side), Image.Resampling.BILINEAR, reducing_gap=1.0)
    return np.asarray(small).reshape(side, side, -1)


def _blocks(images: Pixels) -> NDArray[np.float32]:
    """Means over square blocks of pixels, 0 to 1; what does not fill a block at the right and below is left out."""
    factor = -(-images.shape[1] // PIXELS)
    side = images.shape[1] // factor * factor
    places = [(row, column) for row in range(factor) for column in range(factor)]
    total = np.zeros((len(images), side // factor, side // factor, images.shape[3]), np.float32)
    for row, column in places:
        total += images[:, row:side:factor, column:side:factor]
    total /= 255 * len(places)
    return total
