"""One card of the stack: what it holds, its header and its figures. Knows nothing of how the stack is changed."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import streamlit as st

from core.architecture.edit import Layers
from core.architecture.layers import LAYERS, AnyLayer
from core.architecture.shapes import LayerFacts, Shape, StackFacts, output_layer
from core.architecture.summary import parameter_sum, shape_text, summary
from core.i18n import _
from core.spec import RunSpec
from ui import format
from ui.html import facts, plain


@dataclass(frozen=True)
class Card:
    """What a card shows.

    Attributes:
        number: 0 for the input picture, then the layers, then the output layer.
        kind: As in `LAYERS`; "input", "output".
        shape: Of what it gives; () where an earlier layer fails or it fails itself.
        facts: None where they cannot be known, and for the input picture.
        layer: None for the input picture and the output layer.
        problem: Why it cannot be built, or empty.
    """

    number: int
    kind: str
    title: str
    summary: str
    shape: Shape
    facts: LayerFacts | None = None
    layer: AnyLayer | None = None
    problem: str = ""


def stack_cards(layers: Layers, spec: RunSpec, stack: StackFacts, classes: int) -> list[Card]:
    """All cards, from the input picture to the output layer.

    Args:
        layers: Of the stack.
        spec: Says what comes in, and the loss.
        stack: What `describe` says about it.
    """
    units, activation = output_layer(classes, spec.training.loss)
    colours = _("grey") if spec.data.colour_mode == "grey" else _("colour")
    picture = _("{side}×{side} px · {colours}").format(side=spec.data.image_size, colours=colours)
    rows: list[tuple[str, str, str, AnyLayer | None]] = [
        *((layer.kind, LAYERS[layer.kind][1], summary(layer), layer) for layer in layers),
        ("output", _("Output"), f"{units} · {activation}", None),
    ]
    made = [Card(0, "input", _("Picture"), picture, stack.input_shape)]
    for index, (kind, title, words, layer) in enumerate(rows):
        found = stack.layers[index] if index < len(stack.layers) else None
        problem = stack.problem.message if stack.problem and stack.problem.index == index else ""
        shape = found.output_shape if found else ()
        made.append(Card(index + 1, kind, title, words, shape, found, layer, problem))
    return made


def card_header(card: Card, open: bool, on_click: Callable[[int], None]) -> None:
    """A row to click: number, name, settings in short; right: the shape that comes out and the parameters."""
    number = f"{card.number} " if card.layer is not None else ""
    words = f" *{plain(card.summary)}*" if card.summary else ""
    right = f" `{shape_text(card.shape)}`" if not card.problem else " `✗`"
    held = f" :small[{format.count(card.facts.parameters)}]" if card.facts and card.facts.parameters else ""
    st.button(
        f"**{number}{card.title}**{words}{right}{held}",
        key=f"card-row-{card.number}",
        type="tertiary",
        width="stretch",
        on_click=on_click,
        args=(card.number,),
    )
    with st.empty():  # always there: a place that is left out would show the old card until the script ends
        if card.problem:
            with st.container(key="card-problem"):
                st.caption(f"✗ {plain(card.problem)}")


def card_facts(card: Card) -> None:
    """The figures of an open card, with the sum that the parameters come from."""
    if card.facts is None:
        return
    held = format.count(card.facts.parameters)
    if card.facts.parameters:
        held = f"{held} = {parameter_sum(card.layer, card.facts)}"
    facts(
        (
            (_("Output"), shape_text(card.shape)),
            (_("Parameters"), held),
            (_("Multiply-adds"), _("{count} a picture").format(count=format.count(card.facts.multiply_adds))),
        )
    )
