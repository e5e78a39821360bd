"""Forgetting a browser: the next person at a shared computer begins with nothing of the last one's.

The browser gets another token. What belongs to the old one stays on the server, and what trains there goes on.
"""

from __future__ import annotations

import streamlit as st
from starlette.requests import HTTPConnection
from starlette.responses import RedirectResponse
from starlette.types import Scope

from core.i18n import _
from ui.browser_cookie import NAME, forget_token, new_cookie, was_forgotten
from ui.components import post_form
from ui.html import escaped
from ui.teacher_cookie import NAME as TEACHER

FIELD = "forget"  # of the form


def answer_forget(scope: Scope, _value: str) -> RedirectResponse:
    """The way to the first page, without settings, as another browser; a teacher's is no teacher's any more."""
    is_secure = scope["scheme"] == "https"
    forget_token(HTTPConnection(scope).cookies.get(NAME, ""))
    answer = RedirectResponse("./", status_code=303)
    answer.headers["Cache-Control"] = "no-store"
    answer.headers.append("set-cookie", new_cookie(secure=is_secure))
    answer.delete_cookie(TEACHER, httponly=True, samesite="lax", secure=is_secure)
    return answer


def forget_button() -> None:
    """A quiet button that says what would become of everything, and then does it."""
    with st.popover(_("Forget this browser"), type="tertiary", icon=":material/person_off:"):
        st.markdown(
            _(
                "For the next person at this computer. Your runs and pictures stay on the server, and what trains goes "
                "on, but you cannot come back to them here: only the teacher still sees them. "
                "Publish or export first what you want to see again."
            )
        )
        post_form(FIELD, _("Forget it"), key="forget-browser")


def stop_if_forgotten() -> None:
    """End the page of a tab that was opened before its browser was forgotten in another one."""
    if was_forgotten(st.context.cookies):
        st.info(_("This browser was forgotten in another tab."), icon=":material/person_off:")
        st.html(f"<p class='studio-leave'><a href='./'>{escaped(_('Begin anew'))}</a></p>")
        st.stop()
