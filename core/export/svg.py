"""Small charts as SVG text, for a page without any script. Texts take the colour of the page."""

from __future__ import annotations

from collections.abc import Sequence
from html import escape
from itertools import groupby

import numpy as np
from numpy.typing import NDArray

TRAIN, VALIDATION, WRONG = "#0072b2", "#3391d1", "#d55e00"  # as on the pages of the app (ui/palette.py)
WIDTH, HEIGHT, LEFT, BOTTOM, TOP = 460, 240, 44, 34, 12  # px
TICKS = 4  # on an axis, at most
CELL, MAX_NUMBERED = 34, 20  # px of a matrix's cell; classes up to which cells show their numbers
LONGEST = 14  # characters of a name beside a matrix
DOTTED = 40  # epochs up to which each has its dot; one between two gaps always has it

Values = Sequence[float | None]
Point = tuple[float, float]  # px


def curves(title: str, train: Values, validation: Values, top: float) -> str:
    """Training (solid) and validation (dashed) over the epochs; y from 0 to `top`. A gap where there is no number."""
    epochs = max(len(train), 1)
    lines = [
        _line(values, epochs, top, colour, dash)
        for values, colour, dash in ((train, TRAIN, ""), (validation, VALIDATION, "6 4"))
    ]
    shown = "".join([*_axes(epochs, top), *lines])
    return f'<svg viewBox="0 0 {WIDTH} {HEIGHT}" role="img" aria-label="{escape(title)}">{shown}</svg>'


def matrix(counts: NDArray[np.int64], classes: Sequence[str]) -> str:
    """A confusion matrix of (K, K) counts, rows true, columns named; each row's colour is the share of the row."""
    size = len(counts)
    cell = CELL if size <= MAX_NUMBERED else max(4, CELL * MAX_NUMBERED // size)
    shares = counts / np.maximum(counts.sum(axis=1, keepdims=True), 1)
    cells = [
        _cell(int(counts[row, column]), float(shares[row, column]), row, column, cell, classes)
        for row, column in zip(*map(np.ndarray.tolist, np.nonzero(counts)), strict=True)
    ]
    names = _names(classes, cell) if size <= MAX_NUMBERED else []
    space = 20 + 7 * min(LONGEST, max(map(len, classes))) if names else 4
    frame = f'<rect x="0" y="0" width="{size * cell}" height="{size * cell}" class="frame"/>'
    box = f"-{space} -4 {size * cell + space + 4} {size * cell + space}"
    shown = "".join([frame, *cells, *names])
    width = size * cell + space
    return f'<svg viewBox="{box}" style="max-width:{width}px" role="img" aria-label="confusion matrix">{shown}</svg>'


def _axes(epochs: int, top: float) -> list[str]:
    step = max(1, -(-epochs // TICKS))
    marks = [_text(_x(epoch, epochs), HEIGHT - 16, str(epoch), "middle") for epoch in range(step, epochs + 1, step)]
    for number in range(TICKS + 1):
        value = top * number / TICKS
        y = _y(value, top)
        marks.append(f'<line x1="{LEFT}" x2="{WIDTH - 8}" y1="{y:.1f}" y2="{y:.1f}" class="grid"/>')
        marks.append(_text(LEFT - 6, y + 4, f"{value:.2g}", "end"))
    return [*marks, _text((LEFT + WIDTH) / 2, HEIGHT - 2, "epoch", "middle")]


def _line(values: Values, epochs: int, top: float, colour: str, dash: str) -> str:
    pieces = _pieces(values, epochs, top)
    dotted = [point for piece in pieces if epochs < DOTTED or len(piece) == 1 for point in piece]
    dots = "".join(f'<circle cx="{x:.1f}" cy="{y:.1f}" r="2.5" fill="{colour}"/>' for x, y in dotted)
    path = "".join("M" + "L".join(f"{x:.1f} {y:.1f}" for x, y in piece) for piece in pieces)
    style = f'fill="none" stroke="{colour}" stroke-width="2.5" stroke-dasharray="{dash}"'
    return f'<path d="{path}" {style}/>{dots}'


def _pieces(values: Values, epochs: int, top: float) -> list[list[Point]]:
    """The points between two gaps, for each stretch that has any."""
    there = groupby(enumerate(values, 1), key=lambda numbered: numbered[1] is not None)
    return [
        [(_x(epoch, epochs), _y(min(value, top), top)) for epoch, value in stretch if value is not None]
        for has_numbers, stretch in there
        if has_numbers
    ]


def _cell(count: int, share: float, row: int, column: int, side: int, classes: Sequence[str]) -> str:
    colour = TRAIN if row == column else WRONG
    strength = share if row == column else share**0.5  # so that few of many can still be seen
    place = f'x="{column * side}" y="{row * side}" width="{side - 1}" height="{side - 1}"'
    title = escape(f"{count} of {classes[row]} called {classes[column]}")
    shown = f'<rect {place} fill="{colour}" fill-opacity="{0.08 + 0.5 * strength:.2f}"><title>{title}</title></rect>'
    number = _text(column * side + side / 2, row * side + side / 2 + 4, str(count), "middle")
    return shown + (number if side == CELL else "")


def _names(classes: Sequence[str], side: int) -> list[str]:
    end, found = len(classes) * side, []
    for number, name in enumerate(classes):
        middle, text = number * side + side / 2, name if len(name) <= LONGEST else f"{name[: LONGEST - 1]}…"
        found.append(_text(-8, middle + 4, text, "end"))
        turned = f'transform="translate({middle + 4} {end + 8}) rotate(-60)"'
        found.append(f'<text {turned} text-anchor="end">{escape(text)}</text>')
    return found


def _text(x: float, y: float, text: str, anchor: str) -> str:
    return f'<text x="{x:.1f}" y="{y:.1f}" text-anchor="{anchor}">{escape(text)}</text>'


def _x(epoch: int, epochs: int) -> float:
    return LEFT + (WIDTH - LEFT - 12) * epoch / epochs


def _y(value: float, top: float) -> float:
    return TOP + (HEIGHT - TOP - BOTTOM) * (1 - value / top)
