"""What the pixels of the training pictures are like: how bright, how spread, and the mean picture of each class."""

from __future__ import annotations

import math
import mmap
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from core.datasets.dataset import Dataset
from core.datasets.decode import Pixels
from core.datasets.pixels import convert
from core.datasets.split import Indices, Split

WHITE = 255  # the highest value of a pixel; dividing by it scales to 0–1
BINS = 64  # of four neighbouring values each
SAMPLE_BYTES = 64_000_000  # of pixels read: all 60,000 pictures of MNIST, 425 colour photos of 224 px
SIDE = 112  # px; of a larger picture every second, third ... pixel is measured
MEAN_BYTES = 4_000_000  # of mean pictures: 100 classes in colour at `SIDE`


@dataclass(frozen=True, eq=False)
class Brightness:
    """How bright pixels are.

    Attributes:
        shares: (64, C) float64: the share of pixels whose value is 4b to 4b + 3; over b they add up to 1.
        mean, std: One number a channel, 0–255.
    """

    shares: NDArray[np.float64]
    mean: tuple[float, ...]
    std: tuple[float, ...]

    @property
    def scaled_mean(self) -> tuple[float, ...]:
        """`mean` after scaling, 0–1."""
        return tuple(value / WHITE for value in self.mean)

    @property
    def scaled_std(self) -> tuple[float, ...]:
        """`std` after scaling, 0–1."""
        return tuple(value / WHITE for value in self.std)


@dataclass(frozen=True, eq=False)
class PixelFacts:
    """What was measured in training pictures.

    Attributes:
        whole: Of all classes, each counting as much as it has training pictures.
        classes: Of each class; None for one without a training picture.
        mean_pictures: (K, s, s, C) uint8, s at most `SIDE`; black for a class without a training picture.
        likeness: (K,) float64, 0–1: the share of the variance of a class's pixels that its mean picture explains.
            1: all its pictures are the same; near 0: they have nothing in common at any place, or there are none.
        used: (K,) int64, pictures measured of each class.
    """

    whole: Brightness
    classes: tuple[Brightness | None, ...]
    mean_pictures: Pixels
    likeness: NDArray[np.float64]
    used: NDArray[np.int64]

    @property
    def sample_size(self) -> int:
        """Pictures measured."""
        return int(self.used.sum())


def pixel_facts(dataset: Dataset, split: Split, channels: int) -> PixelFacts:
    """Measure training pictures: all of them where they have at most `SAMPLE_BYTES`, else as many of each class.

    Args:
        channels: 1 or 3: the pictures are measured in the colours that the network sees.
    """
    sample = class_sample(dataset, split.train)
    if sum(map(len, sample)) < len(split.train):
        _fetch_ahead(dataset.images, np.concatenate(sample))
    counts, means = _measured(dataset, sample, channels)
    pixels = counts.sum(axis=1, keepdims=True)  # (K, 1, C), 0 for a class without a training picture
    shares = counts / np.maximum(pixels, 1)
    weights = np.bincount(dataset.labels[split.train], minlength=len(sample)) / len(split.train)
    classes = tuple(_brightness(share) if len(rows) else None for share, rows in zip(shares, sample, strict=True))
    return PixelFacts(
        whole=_brightness(np.tensordot(weights, shares, 1)),
        classes=classes,
        mean_pictures=np.rint(means).astype(np.uint8),
        likeness=np.array([_likeness(mean, found) for mean, found in zip(means, classes, strict=True)]),
        used=np.array([len(rows) for rows in sample], np.int64),
    )


def class_sample(dataset: Dataset, train: Indices) -> list[Indices]:
    """For each class its training pictures, or evenly spread ones, the same each time.

    All of them together are at most `SAMPLE_BYTES`, but there is at least one of each class.
    """
    classes = len(dataset.meta.classes)
    fitting = SAMPLE_BYTES // math.prod(dataset.images.shape[1:])
    most = len(train) if len(train) <= fitting else max(1, fitting // classes)
    labels = dataset.labels[train]
    return [_spread(train[labels == label], most) for label in range(classes)]


def busiest_block(image: Pixels, side: int) -> tuple[int, int]:
    """Top and left of the block of (side, side) px that varies most in (H, W), of blocks that do not overlap.

    For the eye: flat background makes a dull excerpt. `side` is at most H and W.
    """
    rows, columns = image.shape[0] // side, image.shape[1] // side
    blocks = image[: rows * side, : columns * side].reshape(rows, side, columns, side)
    row, column = divmod(int(blocks.std(axis=(1, 3)).argmax()), columns)
    return row * side, column * side


def _spread(indices: Indices, most: int) -> Indices:
    count = min(len(indices), most)
    return indices[np.arange(count) * len(indices) // max(count, 1)]


def _measured(dataset: Dataset, sample: list[Indices], channels: int) -> tuple[NDArray[np.int64], NDArray[np.float64]]:
    """For each class how often each value occurs, (K, 256, C), and its mean picture, (K, s, s, C)."""
    classes, size = len(sample), dataset.meta.size
    step = math.ceil(size / min(SIDE, math.isqrt(MEAN_BYTES // (classes * channels))))
    side = len(range(0, size, step))
    counts = np.zeros((classes, WHITE + 1, channels), np.int64)
    means = np.zeros((classes, side, side, channels))
    for label, rows in enumerate(sample):
        if len(rows):
            counts[label], means[label] = _measure(dataset.images[rows][:, ::step, ::step], channels)
    return counts, means


def _fetch_ahead(images: Pixels, rows: Indices) -> None:
    """Ask for scattered pictures of a mapped file all at once: page by page a cold disk takes ten times longer."""
    mapped: object = images.base
    if not isinstance(images, np.memmap) or not isinstance(mapped, mmap.mmap) or not hasattr(mmap, "MADV_WILLNEED"):
        return
    size = math.prod(images.shape[1:])
    for row in rows:
        start = images.offset % mmap.ALLOCATIONGRANULARITY + int(row) * size
        start, before = start - start % mmap.PAGESIZE, start % mmap.PAGESIZE
        mapped.madvise(mmap.MADV_WILLNEED, start, before + size)


def _measure(pictures: Pixels, channels: int) -> tuple[NDArray[np.int64], NDArray[np.float64]]:
    """How often each value is in (n, s, s, c), as (256, channels), and the mean picture (s, s, channels).

    The pictures hang below each other as one: Pillow converts and counts it several times faster than numpy would.
    """
    count, side = pictures.shape[:2]
    strip = convert(pictures.reshape(count * side, side, -1), channels)
    image = Image.fromarray(strip[..., 0] if channels == 1 else strip)
    values = np.array(image.histogram()).reshape(channels, WHITE + 1).T
    total = strip.reshape(count, side, side, channels).sum(axis=0, dtype=np.uint32)
    return values, total / count


def _brightness(shares: NDArray[np.float64]) -> Brightness:
    """From the shares (256, C) of each value."""
    values = np.arange(WHITE + 1)
    mean = values @ shares
    variance = ((values[:, np.newaxis] - mean) ** 2 * shares).sum(axis=0)
    return Brightness(
        shares=shares.reshape(BINS, -1, shares.shape[1]).sum(axis=1),
        mean=tuple(mean.tolist()),
        std=tuple(np.sqrt(variance).tolist()),
    )


def _likeness(mean: NDArray[np.float64], found: Brightness | None) -> float:
    variance = np.square(found.std).sum() if found else np.inf
    return float(mean.var(axis=(0, 1)).sum() / variance) if variance else 1.0
