"""Numbers rounded so that what is shown adds up to the last digit."""

from __future__ import annotations

import math
from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

SIGNIFICANT = 4  # digits of the largest number that is shown
FEWEST, MOST = 1, 6  # digits behind the point

Units = NDArray[np.int64]  # whole numbers of the last digit that is shown


def digits_for(values: Sequence[float], significant: int = SIGNIFICANT) -> int:
    """Digits behind the point at which the largest of `values` has so many digits that mean something."""
    largest = max((abs(value) for value in values), default=0.0)
    if largest == 0:
        return significant - 1
    return int(np.clip(significant - 1 - math.floor(math.log10(largest)), FEWEST, MOST))


def rounded(value: float, digits: int) -> int:
    """`value` in units of its last digit."""
    return round(float(value) * 10.0**digits)


def adding_up(values: NDArray[np.floating] | Sequence[float], total: int, digits: int) -> Units:
    """`values` in units of the last digit, each rounded up or down so that together they are exactly `total`.

    As few as possible are not rounded to the nearest, and those where it matters least (largest remainders).

    Args:
        values: Of any shape; their sum is about `total` units.
    """
    exact = np.asarray(values, np.float64) * 10.0**digits
    units = np.rint(exact).astype(np.int64)
    off = total - int(units.sum())
    sign = 1 if off > 0 else -1
    order = np.argsort(-sign * (exact - units).ravel(), kind="stable")
    rounds, rest = divmod(abs(off), max(units.size, 1))
    changes = np.full(units.size, sign * rounds)
    changes[order[:rest]] += sign
    return np.asarray(units + changes.reshape(units.shape))


def text(units: int, digits: int) -> str:
    """The number as it is shown, with a minus as long as a plus: 1282 units of 3 digits → "1.282"."""
    return f"{units / 10**digits:.{digits}f}".replace("-", "−") if units else f"{0:.{digits}f}"
