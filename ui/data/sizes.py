"""How large the photos of a data set were, and what becoming squares did to them."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import streamlit as st
from numpy.typing import NDArray

from core.datasets.dataset import DatasetMeta, Fit
from core.datasets.inspecting.inspect import SizeFacts, size_facts, size_points
from core.i18n import N_, _
from ui import format
from ui.components import chart
from ui.data.pixel_charts import photo_sizes
from ui.palette import CLASS_COLOURS

HEIGHT = 340  # px of the chart
MOST = 1_500  # dots; a browser draws so many at once

# What becoming squares did to photos that were not square; {overhang} is `SizeFacts.overhang`.
FITS: dict[Fit, str] = {
    "crop": N_("The middle square is kept: on average {overhang} of the longer side is cut off."),
    "pad": N_("They are kept whole on a black square: on average {overhang} of it stays black."),
    "stretch": N_("They are pressed into a square: on average the longer side is shortened by {overhang}."),
}


def sizes_view(
    meta: DatasetMeta, sizes: NDArray[np.int32] | None, labels: NDArray[np.int32], names: Sequence[str]
) -> None:
    """Show the sizes of the photos of `meta` before they became squares.

    Args:
        sizes: (N, 2) width and height in px, (0, 0) where unknown; None where nothing is known.
        labels: (N,) class numbers.
        names: Of the classes, for the reader.
    """
    found, points, step = _measured(sizes, labels, meta.size, meta.fit, len(names))
    if found is None:
        st.markdown(_("How large these pictures were before they became squares is not known."))
        st.caption(_("It is shown here where photos were added as files: not of an array, and not of drawn pictures."))
        return
    st.markdown(_sentence(found))
    st.markdown(_squares(found, meta))
    if len(np.unique(points[:, :2], axis=0)) > 1:
        shown = names if len(names) <= len(CLASS_COLOURS) else [""]
        alt = _("Dots: width and height of {count} photos. {sentence}").format(
            count=format.count(found.known), sentence=_sentence(found)
        )
        chart(photo_sizes(points, step, shown), key="photo-sizes", height=HEIGHT, alt=alt)
        st.caption(_legend(step))
    if found.known < len(labels):
        unknown = format.count(len(labels) - found.known)
        st.caption(_("Of {count} other pictures the size is not known.").format(count=unknown))


@st.cache_data(max_entries=16, show_spinner=False)
def _measured(
    sizes: NDArray[np.int32] | None, labels: NDArray[np.int32], side: int, fit: Fit, classes: int
) -> tuple[SizeFacts | None, NDArray[np.int64], int]:
    """Facts, points and step; one group where there are more classes than colours."""
    if sizes is None:
        return None, np.zeros((0, 4), np.int64), 1
    groups = labels if classes <= len(CLASS_COLOURS) else np.zeros_like(labels)
    return size_facts(sizes, side, fit), *size_points(sizes, groups, MOST)


def _sentence(found: SizeFacts) -> str:
    (low, width, high), (lowest, height, highest) = found.widths, found.heights
    if low == high and lowest == highest:
        return _("All {count} photos were {width} × {height} px.").format(
            count=format.count(found.known), width=format.count(width), height=format.count(height)
        )
    text = _(
        "The photos were {low} to {high} px wide (median {width}) and {lowest} to {highest} px high (median {height})."
    )
    sizes = {"low": low, "high": high, "width": width, "lowest": lowest, "highest": highest, "height": height}
    return text.format(**{name: format.count(size) for name, size in sizes.items()})


def _squares(found: SizeFacts, meta: DatasetMeta) -> str:
    """What happened to those that were not square, and to those that were too small."""
    texts = [_("All of them were square, so nothing is lost.")]
    if found.not_square:
        overhang = format.whole_percent(found.overhang)
        many = _("Not square: {count} of {all}.").format(
            count=format.count(found.not_square), all=format.count(found.known)
        )
        texts = [many, _(FITS[meta.fit]).format(overhang=overhang)]
    if found.enlarged:
        text = _("Smaller than the {side} × {side} px that are kept: {count} of {all}. Enlarged, they look soft.")
        texts.append(text.format(side=meta.size, count=format.count(found.enlarged), all=format.count(found.known)))
    return " ".join(texts)


def _legend(step: int) -> str:
    text = _("Each dot is a size, larger where more photos have it. On the dotted line they are square, below it wide.")
    if step > 1:
        text += " " + _("Sizes are gathered in steps of {step} px.").format(step=step)
    return text
