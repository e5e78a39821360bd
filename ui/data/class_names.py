"""Rows of class names that can be changed: a name, a count, and a way to leave the class out."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from functools import partial

import streamlit as st

from core.datasets.limits import LIMITS
from core.i18n import _
from ui import format, session

ROWS = 10  # classes shown at a time

Change = Callable[[str, str | None], None]


def class_rows(
    key: str,
    counts: Sequence[tuple[str, int]],
    changed: Mapping[str, str | None],
    on_change: Change,
    can_leave_out: bool,
) -> None:
    """Show the classes, a page at a time where there are many.

    Args:
        counts: Class name and number of pictures, in order.
        changed: What a name became; None: left out.
        on_change: Called with the old name and what it becomes.
        can_leave_out: Whether there is a button for that.
    """
    for name, count in _page_of(key, counts):
        _row(f"{key}.{name}", name, count, changed.get(name, name), partial(on_change, name), can_leave_out)


def page_of_classes(key: str, count: int) -> range:
    """The classes on the chosen page, by a control for another page where there are more than `ROWS`."""
    if count <= ROWS:
        return range(count)
    pages = -(-count // ROWS)
    page = min(session.recall(key, 0), pages - 1)
    widget = f"{key}.widget"
    session.show_value(widget, page)
    st.selectbox(
        _("Classes"),
        range(pages),
        page,
        format_func=lambda page: _classes_on(page, count),
        key=widget,
        label_visibility="collapsed",
        on_change=lambda: session.remember(key, session.widget_value(widget)),
        width=210,
    )
    return range(page * ROWS, min((page + 1) * ROWS, count))


def _page_of(key: str, counts: Sequence[tuple[str, int]]) -> list[tuple[str, int]]:
    return [counts[place] for place in page_of_classes(f"{key}.page", len(counts))]


def _classes_on(page: int, count: int) -> str:
    return _("classes {first}–{last} of {count}").format(
        first=page * ROWS + 1, last=min((page + 1) * ROWS, count), count=format.count(count)
    )


def _row(
    key: str, name: str, count: int, now: str | None, on_change: Callable[[str | None], None], can_leave_out: bool
) -> None:
    with st.container(horizontal=True, wrap=False, vertical_alignment="center", key=f"class-row-{key}"):
        session.show_value(key, now or name)
        st.text_input(
            _("Name of class {name}").format(name=name),
            now or name,
            key=key,
            max_chars=LIMITS.class_name,
            disabled=now is None,
            label_visibility="collapsed",
            on_change=lambda: on_change(session.widget_value(key).strip() or name),
        )
        st.caption(format.count(count), width="content")
        if can_leave_out:
            icon, words = (":material/undo:", _("Keep it")) if now is None else (":material/delete:", _("Leave it out"))
            st.button(
                words,
                key=f"{key}.out",
                icon=icon,
                help=words,
                type="tertiary",
                on_click=on_change,
                args=(name if now is None else None,),
            )
