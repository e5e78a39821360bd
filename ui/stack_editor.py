"""The left side of the Model page: presets and the stack as cards, one of them open with its settings.

A card has a number: 0 is the input picture, i is layer i (counted from 1), the last is the output layer. The drawing's
blocks have the same numbers. Callbacks work on the stack as it is when they run: a quick second click may come before
the page of the first one is drawn.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

import streamlit as st

from core.architecture.edit import MAX_LAYERS, Layers, duplicate, insert, move, remove, replace
from core.architecture.layers import LAYERS, AnyLayer, OwnCNN
from core.architecture.presets import PRESETS
from core.architecture.shapes import StackFacts, output_layer
from core.i18n import _
from core.knobs import knobs_of
from ui import session
from ui.choice import choice
from ui.held import held
from ui.layer_card import Card, card_facts, card_header, stack_cards
from ui.palette import KIND_COLOURS, WRONG
from ui.widgets import knob_widget

PRESET, CONTROL = "model-preset", "architecture"
REMEMBERED = 50  # steps back

_SHEET = Path(__file__).with_name("stack_editor.css").read_text(encoding="utf-8")


def editor_style() -> None:
    """Put the cards' style sheet into the page."""
    colours = KIND_COLOURS | {"output": KIND_COLOURS["dense"]}
    marks = (
        f"[class*='st-key-card-at-'][class*='-{kind}'] {{ --kind: {colour}; }}" for kind, colour in colours.items()
    )
    st.html(f"<style>:root {{ --studio-wrong: {WRONG}; }}{_SHEET}{''.join(marks)}</style>")


def layers() -> Layers:
    """The stack of this browser's settings; empty while they are for transfer learning."""
    architecture = session.spec().architecture
    return architecture.layers if isinstance(architecture, OwnCNN) else ()


def selected() -> int:
    """The number of the open card."""
    return min(max(int(session.recall("model.selected", 1)), 0), len(layers()) + 1)


def select(number: int) -> None:
    """Open another card."""
    session.remember("model.selected", number)


def change_stack(changed: Layers, number: int) -> None:
    """Take over a changed stack, open card `number`, and keep the old stack for `undo`.

    A click that comes after the switch to transfer learning changes nothing.
    """
    if len(changed) > MAX_LAYERS or not isinstance(session.spec().architecture, OwnCNN):
        return
    past = session.recall("model.past", ())
    session.remember("model.past", (*past, layers())[-REMEMBERED:])
    session.change("architecture", layers=changed)
    select(number)


def undo() -> None:
    """Go back to the stack before the last change."""
    *past, last = session.recall("model.past", ()) or (layers(),)
    if isinstance(session.spec().architecture, OwnCNN):
        session.remember("model.past", tuple(past))
        session.change("architecture", layers=last)


def preset_pills() -> None:
    """The presets; none is lit once the stack differs from all of them."""
    current = next((name for name, preset in PRESETS.items() if preset.architecture.layers == layers()), None)
    choice(
        _("Start from"),
        {name: _(preset.title) for name, preset in PRESETS.items()},
        current,
        _take,
        key=PRESET,
        as_pills=True,
        required=False,
        wrap=True,
        **held(CONTROL),
    )
    with st.container(horizontal=True, vertical_alignment="center", key="model-about", gap="small"):
        st.caption(_(PRESETS[current].help) if current else _("Your own stack. Undo takes you back, step by step."))
        st.button(
            _("Undo"),
            icon=":material/undo:",
            type="tertiary",
            key="model-undo",
            on_click=undo,
            **held(
                CONTROL,
                help=_("Go back to the stack before the last change"),
                disabled=not session.recall("model.past"),
            ),
        )


def cards(facts: StackFacts, classes: int) -> None:
    """The stack from the input picture to the output layer; the selected card is open."""
    here = selected()
    with st.container(key="model-cards", gap=None):
        for card in stack_cards(layers(), session.spec(), facts, classes):
            marks = ("-open" if card.number == here else "") + ("-failed" if card.problem else "")
            with st.container(key=f"card-at-{card.number}{marks}-{card.kind}", gap=None):
                card_header(card, open=card.number == here, on_click=select)
                with st.empty():  # as in `card_header`
                    if card.number == here:
                        with st.container(key="card-body", gap="small"):
                            _body(card, classes)


def _take(name: str | None) -> None:
    if name:  # a click on the lit pill gives None and changes nothing
        change_stack(PRESETS[name].architecture.layers, 1)


def _body(card: Card, classes: int) -> None:
    if card.layer is not None:
        st.caption(_(LAYERS[card.kind][2]))
        _settings(card, card.layer)
    elif card.number == 0:
        st.caption(_("The picture that comes in. Its size and colours are set on the Data page."))
    else:
        st.caption(_output_words(classes))
    card_facts(card)
    with st.container(horizontal=True, key="card-actions", gap="xsmall"):
        if card.layer is not None:
            _actions(card)
        _adder(card)


def _output_words(classes: int) -> str:
    units, _activation = output_layer(classes, session.spec().training.loss)
    follows = _("It follows from your {classes} classes, so there is nothing to set.").format(classes=classes)
    if units == 1:
        return _("One number between 0 and 1 for two classes.") + " " + follows
    return _("One probability for each class; together they make 1.") + " " + follows


def _settings(card: Card, layer: AnyLayer) -> None:
    if not knobs_of(type(layer)):
        return
    with st.container(key="card-knobs", horizontal=True):
        for knob in knobs_of(type(layer)):
            key = f"layer.{card.number}.{card.kind}.{knob.name}"
            knob_widget(layer, knob.name, key, lambda name, value: _set(card, name, value), control=CONTROL)


def _set(card: Card, name: str, value: Any) -> None:
    index = card.number - 1
    if index < len(layers()) and layers()[index].kind == card.kind:
        layer = layers()[index]
        changed = type(layer).model_validate({**dict(layer), name: value})
        change_stack(replace(layers(), index, changed), card.number)


def _actions(card: Card) -> None:
    full, last = len(layers()) >= MAX_LAYERS, len(layers())
    for name, icon, label, keys, disabled in (
        ("up", "arrow_upward", _("Move up"), "Alt+Up", card.number == 1),
        ("down", "arrow_downward", _("Move down"), "Alt+Down", card.number == last),
        ("duplicate", "content_copy", _("Duplicate"), None, full),
        ("delete", "delete", _("Delete"), None, False),
    ):
        st.button(
            label,
            icon=f":material/{icon}:",
            shortcut=keys,
            **held(CONTROL, help=f"{label} ({keys})" if keys else label, disabled=disabled),
            key=f"model-{name}",
            on_click=_act,
            args=(name,),
        )


def _act(name: str) -> None:
    number, stack = selected(), layers()
    index, last = number - 1, len(stack) - 1
    if not 0 <= index <= last:
        return
    if name == "delete":
        change_stack(remove(stack, index), min(number, last))
    elif name == "duplicate":
        change_stack(duplicate(stack, index), number + 1)
    elif 0 <= (to := index + (1 if name == "down" else -1)) <= last:
        change_stack(move(stack, index, to), to + 1)


def _adder(card: Card) -> None:
    before = card.kind == "output"
    full = len(layers()) >= MAX_LAYERS
    why = _("A stack holds {most} layers at most.").format(most=MAX_LAYERS) if full else _("Choose a layer to add here")
    title = _("Add before") if before else _("Add after")
    popover = st.popover(title, icon=":material/add:", **held(CONTROL, help=why, disabled=full))
    with popover, st.container(key="card-kinds", gap=None):
        for kind, (_class, name, help) in LAYERS.items():
            st.button(f"**{name}** *{_(help)}*", key=f"model-add-{kind}", type="tertiary", on_click=_add, args=(kind,))


def _add(kind: str) -> None:
    place = min(selected(), len(layers()))  # card i is layer i - 1 of the tuple, so "after it" is index i
    change_stack(insert(layers(), place, LAYERS[kind][0]()), place + 1)
