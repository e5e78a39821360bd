"""Kernel × patch in numbers: where the kernel lies, the three grids, the sum, and what the network itself says."""

from __future__ import annotations

import streamlit as st

from core.explaining import PatchProduct, Subject
from core.i18n import _, ngettext
from ui import session
from ui.components import PixelMap, pixel_map
from ui.explain.choice import KEPT
from ui.explain.grids import (
    Sum,
    activation_name,
    grids_html,
    line_html,
    output_text,
    strongest_channel,
    sum_of,
)
from ui.explain.sources import FEW, Inputs, channel_names, input_channel
from ui.html import plain

SIZE = 150  # px of what goes in
SAME = 1e-4  # of the largest number in the sum: 32-bit floats added up in another order


def show_product(subject: Subject, product: PatchProduct, inputs: Inputs) -> None:
    """How the number of `product` comes about, in numbers that add up as they are shown."""
    left, right = st.columns([1, 3])
    with right:
        st.markdown(_where(product, inputs))
        channels = _channels(product)
    with left:
        _place(subject, product, inputs, channels[0])
    rounded = sum_of(product, channels)
    names = channel_names(product, inputs, channels)
    st.html(grids_html(product, rounded, names))
    st.html(line_html(product, rounded, names))
    st.markdown(_activation(product))
    st.markdown(_check(product, rounded))


def _where(product: PatchProduct, inputs: Inputs) -> str:
    height, width, channels = product.kernel.shape
    if inputs.is_picture:
        goes_in = _("the picture, made ready for the network")
    else:
        goes_in = plain(inputs.maps.layer) if inputs.maps else _("what the layers before it made")
    text = ngettext(
        "The kernel looks at {width} × {height} px of **{source}** and multiplies number by number.",
        "The kernel looks at {width} × {height} px of **{source}**, in {count} channels at once, and multiplies number "
        "by number.",
        channels,
    )
    return text.format(width=width, height=height, source=goes_in, count=channels)


def _channels(product: PatchProduct) -> list[int]:
    """Those whose products are shown: all of a few, else the one chosen, which is the strongest at first."""
    count = product.patch.shape[2]
    if count <= FEW:
        return list(range(count))
    strongest, key = strongest_channel(product), f"explain.channel.{product.layer}"
    chosen = min(int(session.recall(key, strongest)), count - 1)
    session.show_value("number-channel", chosen + 1)
    st.slider(
        _("Channel"),
        1,
        count,
        chosen + 1,
        key="number-channel",
        persist_state=KEPT,
        on_change=lambda: session.remember(key, session.widget_value("number-channel") - 1),
        help=_("Channel {number} changes this sum the most.").format(number=strongest + 1),
    )
    return [chosen]


def _place(subject: Subject, product: PatchProduct, inputs: Inputs, channel: int) -> None:
    """What goes in with the patch framed; the picture where it is that, or where that channel was not drawn."""
    rows, columns, _count = product.input_shape
    number = input_channel(product, channel)
    image, words = subject.seen, _("its place in the picture")
    if inputs.maps and number < len(inputs.maps.maps):
        image, words = inputs.maps.maps[number], _("channel {number}").format(number=number + 1)
    alt = _("What goes in; the frame is around what the kernel looks at.")
    pixel_map(PixelMap(image, rows, columns, product.box, alt), key="number-input", size=SIZE)
    st.caption(words)


def _activation(product: PatchProduct) -> str:
    name = activation_name(product.activation)
    if product.activation == "linear":
        return _("This layer has no activation: the sum is what comes out.")
    if product.activation == "relu":
        if product.before > 0:
            return _("ReLU keeps it, because it is above 0.")
        return _("ReLU makes it 0, because it is not above 0.")
    return _("The activation {name} makes {after} of it.").format(name=plain(name), after=plain(f"{product.after:.4g}"))


def _check(product: PatchProduct, rounded: Sum) -> str:
    """Whether Keras itself gives the same number there."""
    said = plain(output_text(product, rounded, product.output))
    most = max(abs(product.output), abs(product.before), abs(product.total))
    if abs(product.output - product.after) <= SAME * max(most, 1e-6):
        return _("✓ The network itself says **{number}** there.").format(number=said)
    after = plain(output_text(product, rounded, product.after))
    return _("✗ The network itself says **{number}** there, not {after}.").format(number=said, after=after)
