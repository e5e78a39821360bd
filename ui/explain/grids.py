"""The patch, the kernel and their products as grids of numbers, and the line in which they add up."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from core.explaining import PatchProduct
from core.i18n import _
from ui.explain.sums import Units, adding_up, digits_for, rounded, text
from ui.html import escaped
from ui.palette import BLUE, ORANGE

FACTORS = 3  # digits of the largest number of a patch or a kernel
STRONGEST = 0.5  # opacity of the largest number's cell: text in the theme's colour is read on it in both themes


@dataclass(frozen=True, eq=False)
class Sum:
    """A `PatchProduct` in digits that add up.

    Attributes:
        digits: Behind the point, of all that follow, which are in units of the last digit.
        channels: Numbers of the channels whose products are shown.
        products: (kh, kw, n) of these channels; those of one add up to its part.
        parts: (n,) what these channels give.
        rest: What all other channels give; 0 where there are none.
        bias, before: The parts, the rest and the bias add up to `before`.
    """

    digits: int
    channels: tuple[int, ...]
    products: Units
    parts: Units
    rest: int
    bias: int
    before: int


def sum_of(product: PatchProduct, channels: Sequence[int]) -> Sum:
    """Round a product so that the digits shown add up, with the products of these channels in full."""
    of_channels = product.products.sum(axis=(0, 1), dtype=np.float64)
    parts = of_channels[list(channels)]
    line = [*parts, of_channels.sum() - parts.sum(), product.bias]
    digits = digits_for([*line, product.before])
    has_rest, has_bias = len(channels) < len(of_channels), product.bias != 0
    said = [*range(len(parts)), *([len(parts)] if has_rest else []), *([len(parts) + 1] if has_bias else [])]
    units = np.zeros(len(line), np.int64)
    units[said] = adding_up([line[place] for place in said], rounded(product.before, digits), digits)
    cells = [
        adding_up(product.products[..., channel], int(total), digits)
        for channel, total in zip(channels, units, strict=False)
    ]
    *shown, rest, bias = units.tolist()
    return Sum(
        digits, tuple(channels), np.stack(cells, -1), np.array(shown), rest, bias, rounded(product.before, digits)
    )


def strongest_channel(product: PatchProduct) -> int:
    """The channel whose products change the sum the most."""
    return int(np.abs(product.products.sum(axis=(0, 1))).argmax())


def grids_html(product: PatchProduct, shown: Sum, names: Sequence[str]) -> str:
    """Patch × kernel = products, a row for each channel that is shown.

    Args:
        names: Of these channels; a stranger's text is safe here.
    """
    digits = [digits_for([float(np.abs(part).max())], FACTORS) for part in (product.patch, product.kernel)]
    outside = _outside(product)
    rows = []
    for place, (channel, name) in enumerate(zip(shown.channels, names, strict=True)):
        patch, kernel = (part[..., channel] for part in (product.patch, product.kernel))
        tables = (
            _table(_("patch"), patch, _texts(patch, digits[0]), float(np.abs(product.patch).max()), outside),
            _table(_("kernel"), kernel, _texts(kernel, digits[1]), float(np.abs(product.kernel).max())),
            _table(
                _("products"),
                product.products[..., channel],
                [[text(units, shown.digits) for units in row] for row in shown.products[..., place].tolist()],
                float(np.abs(product.products[..., shown.channels]).max()),
            ),
        )
        heading = f"<p>{escaped(name)}</p>" if len(names) > 1 else ""
        rows.append(f"{heading}<div class='studio-grids'>{'<b>×</b>'.join(tables[:2])}<b>=</b>{tables[2]}</div>")
    return "".join(rows)


def line_html(product: PatchProduct, shown: Sum, names: Sequence[str]) -> str:
    """The sum in one line: what each channel gives, the others, the bias, and the activation of it all."""
    terms = [
        (text(part, shown.digits), name or _("products"))
        for part, name in zip(shown.parts.tolist(), names, strict=True)
    ]
    others = product.products.shape[2] - len(shown.channels)
    if others:
        terms.append((text(shown.rest, shown.digits), _("the other {count} channels").format(count=others)))
    terms.append((text(shown.bias, shown.digits), _("bias")))
    parts = [_term(*term) for term in terms]
    before = text(shown.before, shown.digits)
    result = f"<b>=</b>{_term(before, _('sum'))}"
    if product.activation != "linear":
        after = output_text(product, shown, product.after)
        result += f"<b>→</b>{_term(after, activation_name(product.activation), 'result')}"
    return f"<div class='studio-sum'>{'<b>+</b>'.join(parts)}{result}</div>"


def output_text(product: PatchProduct, shown: Sum, number: float) -> str:
    """A number that comes out, with the digits of the sum; with more where the activation made it small."""
    is_small = 0 < abs(product.after) < abs(product.before) / 2
    digits = max(shown.digits, digits_for([product.after])) if is_small else shown.digits
    return text(rounded(number, digits), digits)


def activation_name(name: str) -> str:
    """An activation of Keras as it is written in a formula."""
    return {"relu": "ReLU", "elu": "ELU", "gelu": "GELU", "silu": "SiLU"}.get(name, name)


def _outside(product: PatchProduct) -> NDArray[np.bool_]:
    """(kh, kw): which numbers of the patch are zeros beyond the border of what goes in."""
    flags = []
    for low, high, count, side in zip(
        product.box[:2], product.box[2:], product.patch.shape, product.input_shape, strict=False
    ):
        places = np.linspace(low, high - 1, count)
        flags.append((places < 0) | (places >= side))
    return np.asarray(flags[0][:, None] | flags[1][None])


def _texts(values: NDArray[np.float32], digits: int) -> list[list[str]]:
    return [[text(rounded(value, digits), digits) for value in row] for row in values.tolist()]


def _table(
    caption: str,
    values: NDArray[np.float32],
    texts: Sequence[Sequence[str]],
    most: float,
    outside: NDArray[np.bool_] | None = None,
) -> str:
    rows = []
    for r, (numbers, words) in enumerate(zip(values.tolist(), texts, strict=True)):
        cells = [
            _cell(number, word, most, outside is not None and bool(outside[r, c]))
            for c, (number, word) in enumerate(zip(numbers, words, strict=True))
        ]
        rows.append(f"<tr>{''.join(cells)}</tr>")
    return f"<table><caption>{escaped(caption)}</caption>{''.join(rows)}</table>"


def _cell(number: float, word: str, most: float, is_outside: bool) -> str:
    if is_outside:
        return f"<td class='outside' title='{escaped(_('beyond the border: 0'))}'>{word}</td>"
    share = round(100 * STRONGEST * abs(number) / most) if most else 0
    colour = ORANGE if number > 0 else BLUE
    return f"<td style='background:color-mix(in srgb, {colour} {share}%, transparent)'>{word}</td>"


def _term(number: str, word: str, name: str = "") -> str:
    return f"<span class='{name}'><strong>{number}</strong><small>{escaped(word)}</small></span>"
