"""Small pieces of HTML. Every text is escaped here: class and run names are strangers' texts."""

from __future__ import annotations

import html
from collections.abc import Iterable

import streamlit as st


def escaped(text: object) -> str:
    """`text` so that no browser takes it for markup."""
    return html.escape(str(text))


def facts(rows: Iterable[tuple[str, str]]) -> None:
    """Names and values in two aligned columns."""
    body = "".join(f"<dt>{escaped(name)}</dt><dd>{escaped(value)}</dd>" for name, value in rows)
    st.html(f"<dl class='studio-facts'>{body}</dl>")


def plain(text: str) -> str:
    """`text` for a Markdown label, with the signs that Markdown reads made harmless."""
    return "".join(f"\\{sign}" if sign in "\\`*_{}[]()#+-.!|<>~$:" else sign for sign in text)
