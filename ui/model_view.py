"""The right side of the Model page: totals or what is wrong, the drawing, memory, the code."""

from __future__ import annotations

import psutil
import streamlit as st

from core.architecture.describe import memory_needed
from core.architecture.edit import Repair, find_repair
from core.architecture.keras_code import keras_code
from core.architecture.layers import OwnCNN
from core.architecture.memory import largest_batch
from core.architecture.shapes import StackFacts
from core.i18n import N_, _
from core.spec import RunSpec
from ui import format, session
from ui.components import Block, stack_drawing
from ui.held import held
from ui.html import escaped, plain
from ui.layer_card import Card, stack_cards
from ui.stack_editor import change_stack, layers, select, selected

DRAWING = "model-drawing"
REPAIRS: dict[Repair, str] = {
    "flatten": N_("Put Flatten before it"),
    "global_average_pool2d": N_("Put GlobalAveragePool2D before it"),
    "same": N_("Use padding “same”"),
    "remove": N_("Remove it"),
}


def totals_or_problem(spec: RunSpec, facts: StackFacts, classes: int) -> None:
    """What the stack comes to; in the same place, what keeps it from being built, with a button that mends it."""
    with st.container(key="model-verdict"):
        if facts.problem is None:
            totals(spec, facts, classes)
        else:
            _problem(stack_cards(layers(), spec, facts, classes)[facts.problem.index + 1], facts, classes)


def drawing(spec: RunSpec, facts: StackFacts, classes: int) -> None:
    """The blocks of the stack; a click opens the card of a block."""
    drawn = blocks(stack_cards(layers(), spec, facts, classes))
    open_card = "[class*='st-key-card-at-'][class*='-open']"
    stack_drawing(drawn, key=DRAWING, selected=selected(), on_select=_clicked, follow=open_card)


def blocks(cards: list[Card]) -> list[Block]:
    """The cards as blocks of the drawing, with the same numbers."""
    return [
        Block(
            card.title, card.shape, _details(card), "dense" if card.kind == "output" else card.kind, bool(card.problem)
        )
        for card in cards
    ]


def memory_warning(spec: RunSpec, facts: StackFacts, classes: int) -> None:
    """A warning where training would need more memory than is free, and what to do; for networks of either kind."""
    if facts.problem:
        return
    needed, free = memory_needed(spec, classes), psutil.virtual_memory().available
    if needed <= free:
        return
    fits = largest_batch(spec, classes, free)
    text = _("Training would need about {needed} of memory, and {free} are free on this computer.")
    if fits:
        advice = _("A batch size of {batch} would fit.").format(batch=fits)
    elif isinstance(spec.architecture, OwnCNN):
        advice = _("Even one picture at a time is too much: take smaller pictures, pool earlier, or use fewer units.")
    else:
        advice = _(
            "Even one picture at a time is too much: take smaller pictures, another backbone, or train less of it."
        )
    with st.container(key="model-memory"):
        sentence = text.format(needed=format.size(needed), free=format.size(free))
        st.warning(plain(f"{sentence} {advice}"), icon=":material/memory:")
        if fits:
            label = _("Use batch size {batch}").format(batch=fits)
            st.button(
                label,
                key="model-batch",
                on_click=session.change,
                args=("training",),
                kwargs={"batch_size": fits},
                **held("training.batch_size"),
            )


def code(spec: RunSpec, names: tuple[str, ...]) -> None:
    """The Keras script of the network, folded."""
    with st.expander(_("Show as Keras code"), icon=":material/code:"):
        st.code(keras_code(spec, names), language="python")


def totals(spec: RunSpec, facts: StackFacts, classes: int) -> None:
    """What a network comes to: of a stack its work, of a transfer network what of it trains."""
    batch = spec.training.batch_size
    if isinstance(spec.architecture, OwnCNN):
        middle = [(format.short_count(facts.multiply_adds), _("multiply-adds a picture"))]
    else:
        frozen = facts.parameters - facts.trainable_parameters
        middle = [(format.count(facts.trainable_parameters), _("train")), (format.count(frozen), _("frozen"))]
    rows = (
        (format.count(facts.parameters), _("parameters")),
        *middle,
        (format.size(memory_needed(spec, classes)), _("memory at batch size {batch}").format(batch=batch)),
    )
    tiles = "".join(f"<div><b>{escaped(value)}</b><span>{escaped(name)}</span></div>" for value, name in rows)
    st.html(f"<div class='studio-totals'>{tiles}</div>")


def _problem(card: Card, facts: StackFacts, classes: int) -> None:
    which = (
        card.title if card.layer is None else _("Layer {number}, {title}").format(number=card.number, title=card.title)
    )
    repair = find_repair(layers(), facts, classes)
    with st.container(horizontal=True, vertical_alignment="center", key="model-problem"):
        st.error(f"**{plain(which)}:** {plain(card.problem)}", icon=":material/build:")
        if repair:
            label = _(REPAIRS[repair[0]])
            args = (repair[1], card.number)
            st.button(label, key="model-repair", on_click=change_stack, args=args, **held("architecture"))


def _details(card: Card) -> tuple[str, ...]:
    lines = [card.summary]
    if card.facts and card.facts.parameters:
        lines.append(_("{count} parameters").format(count=format.count(card.facts.parameters)))
    if card.facts and card.facts.multiply_adds:
        lines.append(_("{count} multiply-adds").format(count=format.short_count(card.facts.multiply_adds)))
    return tuple(line for line in lines if line)


def _clicked() -> None:
    number = session.widget_value(DRAWING)["click"]
    if number is not None:
        select(int(number))
