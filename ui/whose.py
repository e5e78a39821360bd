"""Whose a run or a set is, in a word or two; and that there is more than this browser sees."""

from __future__ import annotations

import ipaddress
from collections.abc import Callable
from urllib.parse import urlsplit

import streamlit as st

from core.access import NOBODY, Access
from core.i18n import _
from ui import session

DIGITS = 4  # of an owner's name that tell browsers apart on a page


def mark_of(access: Access) -> str:
    """What lists put behind the things of others, as plain text: "published", for the teacher whose it is; else ""."""
    viewer = session.viewer()
    if not access.owners or viewer.owner in access.owners:
        return ""
    return ", ".join(map(browser_name, access.owners)) if viewer.is_teacher else _("published")


def browser_name(owner: str) -> str:
    """What a page calls an owner: "you", "browser 3f2a", "everybody" where there is none, or that it is unknown."""
    if not owner:
        return _("everybody")
    if owner in NOBODY.owners:
        return _("owner unknown")
    return _("you") if owner == session.viewer().owner else _("browser {name}").format(name=owner[:DIGITS])


def marked(text: str, access: Access) -> str:
    """`text` with its mark behind it, as plain text."""
    mark = mark_of(access)
    return f"{text} · {mark}" if mark else text


def where_pictures_stay() -> str:
    """On which computer everything happens."""
    if _is_own_computer():
        return _("CNN Studio runs on this computer. Your pictures stay here.")
    return _("CNN Studio runs on one computer for all of you. Your pictures stay there.")


def own_mark() -> str:
    """What others call this browser, so that two people can speak of it; "" on one's own computer without a teacher."""
    viewer = session.viewer()
    if _is_own_computer() and not viewer.is_teacher:
        return ""
    return _("You are browser {name}.").format(name=viewer.owner[:DIGITS])


def hidden_line(words: Callable[[], str]) -> None:
    """Say quietly what is private to other browsers and how to get at it, on one's own computer: never on a network.

    Args:
        words: Counts it, and says so; "" where there is nothing. Not called where nothing may be said.
    """
    if _is_own_computer() and (text := words()):
        st.caption(f"{text} {_('The link that the terminal shows at its start opens all of them.')}")


def _is_own_computer() -> bool:
    """Whether the server listens to this computer alone, and was asked by a name of it: a proxy could be before it."""
    hosts = st.get_option("server.address"), urlsplit(st.context.url or "http://localhost").hostname
    return all(map(_is_loopback, hosts))


def _is_loopback(host: str | None) -> bool:
    if host == "localhost":
        return True
    try:
        return ipaddress.ip_address(host or "").is_loopback
    except ValueError:
        return False
