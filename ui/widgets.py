"""From a knob of a specification to a widget. The specification is the truth; a widget shows it and writes it back."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import streamlit as st

from core.i18n import _
from core.knobs import Frozen, Knob, knob_of
from ui import session
from ui.choice import choice
from ui.held import are_hidden, held

POWERS_OF_TWO = tuple(2**exponent for exponent in range(13))
HALF_POWERS = (*POWERS_OF_TWO, *(3 * power for power in POWERS_OF_TWO))
LOG_STEPS = (*(float(f"{step}e{exponent}") for exponent in range(-6, 0) for step in (1, 2, 5)), 1.0)
MOST_STEPS = 500  # beyond them a slider cannot be set to the step
FEW = 3  # up to this many short choices stand side by side


def knob_widget(
    model: Frozen,
    name: str,
    key: str,
    on_change: Callable[[str, Any], None],
    disabled: bool = False,
    control: str = "",
) -> None:
    """Show the setting `name` of `model` as the widget that suits it; not where a lesson hides it.

    Args:
        key: Unique on the page.
        on_change: Called with the name and the new value when a person changes it.
        control: What a lesson calls the setting (`core.lesson.CONTROLS`), where that is not its key.
    """
    control = control or key
    if are_hidden(control):
        return
    knob, value = knob_of(type(model), name), getattr(model, name)
    look = held(control, help=help_of(knob), disabled=disabled)
    words = {option: _(text) for option, text in (knob.choices or {}).items()}
    if 0 < len(words) <= FEW and all(len(text) < 12 for text in words.values()):
        choice(_(knob.title), words, value, lambda option: on_change(name, option), key=key, **look)
        return
    session.show_value(key, value)
    common: dict[str, Any] = {
        "label": _(knob.title),
        "key": key,
        "on_change": lambda: on_change(name, session.widget_value(key)),
        **look,
    }
    if words:
        options = list(words)
        st.selectbox(options=options, index=options.index(value), format_func=words.__getitem__, **common)
        return
    common["value"] = value
    if knob.scale == "log":
        st.select_slider(options=_with(LOG_STEPS, value, knob), format_func=lambda number: f"{number:g}", **common)
    elif knob.scale in ("powers_of_two", "half_powers"):
        steps = POWERS_OF_TWO if knob.scale == "powers_of_two" else HALF_POWERS
        st.select_slider(options=_with(steps, value, knob), **common)
    elif isinstance(value, bool):
        st.toggle(**common)
    elif isinstance(value, str):
        st.color_picker(**common)
    else:
        _number(knob, type(value), common)


def spec_widgets(part: session.Part, names: Sequence[str], disabled: bool = False) -> None:
    """Widgets for some settings of one part of this browser's specification, in the order given."""
    for name in names:
        knob_widget(
            getattr(session.spec(), part),
            name,
            f"{part}.{name}",
            lambda field, value: session.change(part, **{field: value}),
            disabled,
        )


def _number(knob: Knob, kind: type[int] | type[float], common: dict[str, Any]) -> None:
    assert knob.low is not None
    assert knob.high is not None
    step = kind(knob.step or 1)
    widget = st.slider if (knob.high - knob.low) / step <= MOST_STEPS else st.number_input
    shown = "%d" if kind is int else "%g"
    widget(min_value=kind(knob.low), max_value=kind(knob.high), step=step, format=shown, **common)


def help_of(knob: Knob) -> str:
    """The help text of a knob, with its unit."""
    return f"{_(knob.help)} ({_(knob.unit)})" if knob.unit else _(knob.help)


def _with(options: Sequence[Any], value: Any, knob: Knob) -> list[Any]:
    """The options in the knob's range, and the present value if it lies between two of them."""
    assert knob.low is not None
    assert knob.high is not None
    return sorted({option for option in options if knob.low <= option <= knob.high} | {value})
