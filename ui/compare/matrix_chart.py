"""The difference of two confusion matrices as a figure: what one does more often than the other."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from core.i18n import _
from ui.charts import MAX_LABELLED, Figure, confusion_matrix


def matrix_difference(
    counts: NDArray[np.int64], against: NDArray[np.int64], classes: Sequence[str], most: int = 0
) -> Figure:
    """A heat map of (K, K) counts minus those of another model on the same pictures.

    Blue is better: more right answers or fewer mistakes; vermillion is worse. Every cell with a change has its number
    with its sign.

    Args:
        most: The change that has the full colour, so that several figures can be compared; by default the largest here.
    """
    change = counts - against
    better = np.where(np.eye(len(classes), dtype=bool), change, -change)
    figure = confusion_matrix(counts, classes)
    heat = figure["data"][0]
    scaled = better / max(most, int(np.abs(better).max(initial=0)), 1)
    heat["z"] = (np.sign(scaled) * np.abs(scaled) ** 0.5).round(4).tolist()  # a root, so that small changes are seen
    for row, changes in zip(heat["customdata"], change.tolist(), strict=True):
        for cell, number in zip(row, changes, strict=True):
            cell[0] = signed(number)
    heat["hovertemplate"] = _("%{customdata[0]} of %{customdata[1]} called %{customdata[2]}") + "<extra></extra>"
    if len(classes) <= MAX_LABELLED:
        true, said = np.nonzero(change)
        texts = [signed(int(change[cell])) for cell in zip(true, said, strict=True)]
        figure["data"][1] |= {"x": said.tolist(), "y": true.tolist(), "text": texts}
    return figure


def signed(number: int) -> str:
    """+3, −2, 0."""
    return f"{number:+d}".replace("-", "−") if number else "0"
