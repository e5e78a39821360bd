"""Pixels as numbers: an excerpt of a picture before and after scaling, and mean and spread of each channel."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import streamlit as st
from numpy.typing import NDArray

from core.datasets.inspecting.pixel_facts import WHITE, Brightness, busiest_block
from core.i18n import _
from ui.components.gallery import SMALL, data_uri
from ui.data.pixel_charts import CHANNELS
from ui.html import escaped

EXCERPT = 8  # px, the side of an excerpt
SHOWN = 208  # px; twice what the page shows of the picture, for sharp screens
INK_FROM = 118  # grey level from which black is read better than white; both have a contrast of 4.5 or more there


@dataclass(frozen=True, eq=False)
class Excerpt:
    """A square of a picture's first channel.

    Attributes:
        values: (n, n) uint8.
        top, left: Where it lies, in px.
    """

    values: NDArray[np.uint8]
    top: int
    left: int


def excerpt_of(picture: NDArray[np.uint8]) -> Excerpt:
    """The square of 8 px, or less where there is no more, in which (S, S, C) varies most."""
    side = min(EXCERPT, len(picture))
    top, left = busiest_block(picture[..., 0], side)
    return Excerpt(picture[top : top + side, left : left + side, 0], top, left)


def excerpt_head(picture: NDArray[np.uint8], excerpt: Excerpt, name: str) -> None:
    """Show where the excerpt lies in `picture` (S, S, C) of the class `name`, and say what it is."""
    side, whole = len(excerpt.values), len(picture)
    text = _("What the network gets to read: {side} × {side} pixels of a picture of “{name}”.")
    if picture.shape[2] == 3:
        text = _("What the network gets to read: {side} × {side} pixels of a picture of “{name}”, the red channel.")
    place = ";".join(
        f"{edge}:{100 * value / whole:.2f}%"
        for edge, value in (("top", excerpt.top), ("left", excerpt.left), ("width", side), ("height", side))
    )
    st.html(
        "<div class='studio-excerpt-head'><div class='studio-where'>"
        f"<img alt='' class='{'pixelated' if whole <= SMALL else ''}' src='{data_uri(picture, SHOWN)}'>"
        f"<i style='{place}'></i></div><p>{escaped(text.format(side=side, name=name))}</p></div>"
    )


def excerpt_table(excerpt: Excerpt, scaled: bool) -> None:
    """Show the numbers of an excerpt, each on the shade of its pixel."""
    label = _("after") if scaled else _("before")
    rows = "".join(f"<tr>{''.join(_cell(int(value), scaled) for value in row)}</tr>" for row in excerpt.values)
    st.html(f"<table class='studio-excerpt'><caption>{escaped(label)}</caption><tbody>{rows}</tbody></table>")


def channel_table(found: Brightness) -> None:
    """Mean and standard deviation of each channel, before and after scaling."""
    heads = ("", _("mean"), "÷ 255", _("standard deviation"), "÷ 255")
    names = CHANNELS[len(found.mean)]
    numbers = zip(names, found.mean, found.scaled_mean, found.std, found.scaled_std, strict=True)
    rows = "".join(_row(_(name), (f"{a:.1f}", f"{b:.3f}", f"{c:.1f}", f"{d:.3f}")) for name, a, b, c, d in numbers)
    head = "".join(f"<th scope='col'>{escaped(text)}</th>" for text in heads)
    st.html(f"<table class='studio-channels'><thead><tr>{head}</tr></thead><tbody>{rows}</tbody></table>")


def _cell(value: int, scaled: bool) -> str:
    text = f"{value / WHITE:.2f}" if scaled else str(value)
    ink = "#000" if value >= INK_FROM else "#fff"
    return f"<td style='background:rgb({value},{value},{value});color:{ink}'>{escaped(text)}</td>"


def _row(name: str, numbers: tuple[str, ...]) -> str:
    return f"<tr><th scope='row'>{escaped(name)}</th>{''.join(f'<td>{escaped(text)}</td>' for text in numbers)}</tr>"
