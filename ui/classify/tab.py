"""Which of the photos on a browser's desk this tab asks about: a reload finds them again, other tabs have their own."""

from __future__ import annotations

from pathlib import Path

from streamlit import runtime
from streamlit.runtime.scriptrunner import get_script_run_ctx

from core.asked import asked_of, clear_asked
from ui import session
from ui.desk import my_desk

MINE = "classify.asked"  # path of what this tab asks about, "" for nothing; a fresh tab has not looked yet
_holders: dict[Path, str] = {}  # what lies on a desk → the Streamlit session of the tab that asks about it


def asked_here() -> Path | None:
    """What this tab asks about; a tab that was just opened, or loaded again, takes up the newest that no other has."""
    mine = session.recall(MINE)
    if mine is None:
        hold(next((one for one in asked_of(my_desk()) if not _is_held(one)), None))
        mine = session.recall(MINE)
    return Path(mine) if mine and Path(mine).exists() else None


def hold(asked: Path | None) -> None:
    """Ask about this from now on; None for nothing."""
    session.remember(MINE, str(asked or ""))
    for gone in [one for one in list(_holders) if not one.exists()]:
        _holders.pop(gone, None)
    if asked:
        _holders[asked] = _tab()


def clear_here() -> None:
    """Free what this tab asks about; what other tabs ask about stays."""
    asked = asked_here()
    if asked:
        clear_asked(asked)
    hold(None)


def _is_held(asked: Path) -> bool:
    """Whether another tab that is open asks about it."""
    holder = _holders.get(asked)
    return holder not in (None, _tab()) and runtime.get_instance().is_active_session(str(holder))


def _tab() -> str:
    """Streamlit's name for this tab, until it is closed or loaded again."""
    context = get_script_run_ctx()
    return context.session_id if context else ""
