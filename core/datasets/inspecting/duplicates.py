"""Which pictures are copies of each other, exactly or nearly: saved again, resized, brighter, a little cropped.

Perceptual hashes find all pairs that may be; then the pixels decide. Near is meant strictly: two photos of one thing,
or two digits written alike, are no duplicates.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from core.datasets.decode import Pixels
from core.datasets.editing.rows import in_blocks
from core.datasets.inspecting.looks import Looks
from core.datasets.progress import Progress, within
from core.datasets.split import Indices
from core.i18n import _


@dataclass(frozen=True)
class Rule:
    """When two pictures are near duplicates. Measured on 930 photos, each against its altered copies and the others.

    Attributes:
        bits: At most so many of the 64 bits of the perceptual hashes differ.
        correlation: At least, of the small copies, after the one was made as bright as the other and laid over it.
        shift: At most, at the edge, as a share of the side, when it was laid over; 0: not moved at all.
    """

    bits: int
    correlation: float
    shift: float


# Photos. JPEG 60, half the size and brightness + 10 % or - 20 % change up to 8 bits, cropping 3 % up to 12 (more in 3
# of 100 photos where that is cut off at each side, or all at one corner). Lowest correlation of a copy 0.992; highest
# of two photos 0.983, and 0.972 of those within the shift.
PHOTO = Rule(bits=12, correlation=0.99, shift=0.05)
# Drawings, and whatever is below 32 px. JPEG 90, noise of 3 grey levels and brightness + 10 % change up to 4 bits and
# leave 0.9988; the two most similar of all 70,000 digits of MNIST reach 0.992, of the bundled ones (8 px) 0.994.
DRAWN = Rule(bits=6, correlation=0.995, shift=0.0)

RESIDUAL = 4.0  # grey levels that may be left between copies on average; up to 3.5 were (brightness cut off at white)
GAIN = (0.7, 1.4)  # how many times brighter one copy may be
LOOKALIKES = 8  # pictures compared with each, those with the most similar sketches; a copy is among the first

_CELLS = 2**22  # distances at a time: 32 MB
_CHUNK = 2**16  # pairs of sketches at a time: 32 MB
_PAIRS = 256  # pairs compared at a time: 60 MB


def exact_groups(looks: Looks) -> NDArray[np.int32]:
    """(N,) number of the group of exactly equal pictures that each is in, or -1."""
    return _numbered(_first_equal(looks))


def near_groups(looks: Looks, on_progress: Progress) -> NDArray[np.int32]:
    """(N,) number of the group of copies, exact or near, that each picture is in, or -1.

    A group is a chain: each has a near copy in it, the ends may differ more. Constant pictures are compared exactly.
    """
    rule = DRAWN if looks.drawn else PHOTO
    first = _first_equal(looks)
    single = np.flatnonzero((first == np.arange(len(first))) & ~looks.constant)
    pairs = single[_candidates(looks.phashes[single], looks.sketches[single], rule, within(on_progress, 0, 0.6))]
    copies = _confirmed(looks.small, pairs, rule, within(on_progress, 0.6, 1))
    return _numbered(_joined(len(first), copies)[first])


def alike(one: Pixels, other: Pixels, rule: Rule) -> NDArray[np.bool_]:
    """For pairs of small pictures, both (n, s, s, C) uint8, whether the other is the one again, (n,).

    The other is written as the one times a gain plus a level; with `rule.shift` also moved and zoomed, which for
    softened pictures is nearly a sum with derivatives (as in Lucas and Kanade, 1981): least squares finds all at once.
    """
    parts = _parts(one.astype(np.float32), rule)  # (n, P, k)
    wanted = _centred(other.astype(np.float32)[..., None], rule)  # (n, P, 1)
    turned = parts.transpose(0, 2, 1)
    ridge = parts.shape[1] * 1e-2 * np.eye(parts.shape[2], dtype=np.float32)  # what varies by 0.1 level counts little
    weights = np.linalg.solve(turned @ parts + ridge, turned @ wanted)  # (n, k, 1)
    rest = wanted - parts @ weights
    unlike = (rest**2).sum((1, 2)) / np.maximum((wanted**2).sum((1, 2)), 1e-6)
    gain = weights[:, 0, 0]
    same: NDArray[np.bool_] = (1 - unlike >= rule.correlation**2) & (np.abs(rest).mean((1, 2)) <= RESIDUAL)
    same &= (gain >= GAIN[0]) & (gain <= GAIN[1])
    return same & (_shift(weights[:, 1:, 0], gain, one.shape[1]) <= rule.shift)


def _parts(one: NDArray[np.float32], rule: Rule) -> NDArray[np.float32]:
    """The picture and, if it may move, what moving it across and down and zooming it adds: (n, P, 1 or 4)."""
    if not rule.shift:
        return _centred(one[..., None], rule)
    down, across = np.gradient(one, axis=(1, 2))
    place = np.linspace(-0.5, 0.5, one.shape[1], dtype=np.float32)[:, None]  # shares of the side
    zoom = place * across + place[:, None] * down
    return _centred(np.stack([one, across, down, zoom], axis=-1), rule)


def _centred(values: NDArray[np.float32], rule: Rule) -> NDArray[np.float32]:
    """(n, s, s, C, k) as (n, P, k) of mean 0; without the outermost pixels, which have come from outside."""
    inner = values[:, 1:-1, 1:-1] if rule.shift else values
    flat = inner.reshape(len(values), -1, values.shape[-1])
    centred: NDArray[np.float32] = flat - flat.mean(axis=1, keepdims=True)
    return centred


def _shift(weights: NDArray[np.float32], gain: NDArray[np.float32], side: int) -> NDArray[np.float32]:
    """How far the edge moves, as a share of the side, by weights (n, 0 or 3) of across, down and zoom."""
    if not weights.shape[1]:
        return np.zeros_like(gain)
    pixels = np.abs(weights[:, :2]).max(axis=1) + np.abs(weights[:, 2]) / 2
    share: NDArray[np.float32] = pixels / np.maximum(gain, 1e-6) / side
    return share


def _candidates(
    phashes: NDArray[np.uint64], sketches: NDArray[np.float32], rule: Rule, on_progress: Progress
) -> Indices:
    """(m, 2) numbers of the pictures whose hashes are close, the smaller first; all distances are looked at."""
    found = [np.empty((0, 2), np.int64)]
    step = max(1, _CELLS // max(1, len(phashes)))
    for start in range(0, len(phashes), step):
        block = phashes[start : start + step, None]
        near = np.bitwise_count(block ^ phashes[start:]) <= rule.bits
        pairs = np.argwhere(near)
        found.append(_most_alike(start + pairs[pairs[:, 0] < pairs[:, 1]], sketches))
        on_progress(min(1.0, (start + step) / len(phashes)), _("Comparing fingerprints of the pictures"))
    return np.concatenate(found)


def _most_alike(pairs: Indices, sketches: NDArray[np.float32]) -> Indices:
    """Of the pairs (m, 2) with the same first picture, the `LOOKALIKES` whose sketches are most similar."""
    parts = [pairs[start : start + _CHUNK].T for start in range(0, len(pairs), _CHUNK)]
    likeness = [np.einsum("ij,ij->i", sketches[one], sketches[other]) for one, other in parts]
    firsts = pairs[:, 0]
    order = np.lexsort((-np.concatenate([[], *likeness]), firsts))
    rank = np.arange(len(order)) - np.searchsorted(firsts[order], firsts[order])
    best: Indices = pairs[order[rank < LOOKALIKES]]
    return best


def _confirmed(small: Pixels, pairs: Indices, rule: Rule, on_progress: Progress) -> Indices:
    """Those of the pairs (m, 2) whose small pictures agree, whichever of the two is laid over the other."""
    done, kept = 0, [np.empty((0, 2), np.int64)]
    for one, other in _pictures_of(small, pairs):
        agree = alike(one, other, rule) | alike(other, one, rule)
        kept.append(pairs[done : done + len(one)][agree])
        done += len(one)
        on_progress(done / len(pairs), _("Comparing pictures that look alike"))
    return np.concatenate(kept)


def _pictures_of(small: Pixels, pairs: Indices) -> Iterator[tuple[Pixels, Pixels]]:
    for ones, others in zip(in_blocks(small, pairs[:, 0]), in_blocks(small, pairs[:, 1]), strict=True):
        for start in range(0, len(ones), _PAIRS):
            yield ones[start : start + _PAIRS], others[start : start + _PAIRS]


def _first_equal(looks: Looks) -> Indices:
    """(N,) number of the first picture that equals each."""
    _values, first, inverse = np.unique(looks.digests, return_index=True, return_inverse=True)
    equal: Indices = first[inverse]
    return equal


def _joined(count: int, pairs: Indices) -> Indices:
    """(count,) the smallest number that each is connected with by pairs (m, 2)."""
    root = list(range(count))
    for one, other in pairs.tolist():
        low, high = sorted((_root(root, one), _root(root, other)))
        root[high] = low
    return np.array([_root(root, number) for number in range(count)], np.int64)


def _root(root: list[int], number: int) -> int:
    while root[number] != number:
        root[number] = number = root[root[number]]
    return number


def _numbered(firsts: NDArray[Any]) -> NDArray[np.int32]:
    """Number the groups from 0 in the order of `firsts`, (N,) the first of each one's group; -1 for one alone."""
    _values, inverse, counts = np.unique(firsts, return_inverse=True, return_counts=True)
    shared = counts > 1
    numbers = np.where(shared, np.cumsum(shared) - 1, -1)
    return numbers[inverse].astype(np.int32)
