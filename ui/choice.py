"""A choice of one among few, side by side, that shows what the page keeps, and tells when a person chooses."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, TypeVar

import streamlit as st

from ui import session

Option = TypeVar("Option")


def choice(
    label: str,
    words: Mapping[Option, str],
    value: Option | None,
    take: Callable[[Any], object],
    *,
    key: str,
    as_pills: bool = False,
    required: bool = True,
    **look: Any,
) -> None:
    """Show the options in a row with `value` chosen, which comes as the widget's default.

    A value that is written through a widget's key reaches a slow browser after it has drawn the widget; whatever is
    pressed until then brings the value before, or none, as if a person had just chosen that.

    Args:
        words: Each option → what it is called. A value that is none of them chooses none.
        take: Called with the option that a person chose; with None where not `required` and it was pressed again.
        key: Unique on the page.
        as_pills: Apart from each other, and in several lines where they are many.
        look: As `st.segmented_control` and `st.pills` take it.
    """
    shown = value if value in words else None
    name = session.key_showing(key, shown)
    widget: Callable[..., object] = st.pills if as_pills else st.segmented_control
    widget(
        label,
        list(words),
        default=shown,
        key=name,
        required=required,
        format_func=lambda option: words.get(option, ""),
        on_change=lambda: take(session.widget_value(name)),
        **look,
    )
