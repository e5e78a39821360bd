"""The press on Start: it waits, with the reason, until data, model and training fit together."""

from __future__ import annotations

from collections.abc import Sequence

import streamlit as st

from core.errors import StudioError
from core.guess import Guess
from core.i18n import _
from core.runs.folder import RunFolder
from core.runs.submit import Problem, problems, submit_run
from core.runs.waiting import check_line
from core.spec import RunSpec
from ui import session
from ui.access import sees_dataset, visible_dataset
from ui.datasets import chosen_dataset
from ui.errors import errors_shown
from ui.guess import forget_guess, my_guess
from ui.html import plain
from ui.navigation import go
from ui.pins.choice import my_pins
from ui.services import studio


def queue_run(spec: RunSpec, name: str = "", guess: Guess | None = None, pinned: Sequence[int] = ()) -> RunFolder:
    """Queue a run of this browser; what it looks at stays.

    Args:
        guess, pinned: As `submit_run` takes them.

    Raises:
        StudioError: If the settings do not fit together, the pictures may not be seen, or too many runs wait.
    """
    check_line(studio().home, session.viewer())
    visible_dataset(spec.data.dataset)  # the settings may come from anywhere
    run = submit_run(studio().home, spec, name, session.viewer().owner, guess=guess, pinned=pinned)
    studio().queue.submit(run)
    return run


def start_run(spec: RunSpec, name: str = "", guess: Guess | None = None, pinned: Sequence[int] = ()) -> None:
    """Queue a run and look at it; arguments and errors as of `queue_run`."""
    session.look_at(queue_run(spec, name, guess, pinned).id)


def start_button() -> None:
    """The primary button of the Train page, with what keeps it waiting above it."""
    found = _problems()
    for number, problem in enumerate(found):  # a page may have several
        st.warning(plain(problem.message), icon=":material/build:")
        if problem.page != "train" and st.button(_way_out(problem), key=f"mend-{problem.page}-{number}"):
            go(problem.page)
    if st.button(_("Start training"), type="primary", icon=":material/play_arrow:", disabled=bool(found)):
        with errors_shown():
            spec, dataset = session.spec(), chosen_dataset()
            start_run(spec, guess=my_guess(dataset.meta), pinned=my_pins(dataset, spec.data))
            forget_guess()
            st.rerun()


def _way_out(problem: Problem) -> str:
    """What the button beside a problem says: pictures of somebody else's cannot be mended."""
    is_hidden = problem.page == "data" and not sees_dataset(session.spec().data.dataset)
    return _("Choose other pictures") if is_hidden else _("Mend it")


def _problems() -> list[Problem]:
    try:
        return problems(session.spec(), chosen_dataset(), studio().home)
    except StudioError as error:
        return [Problem("data", str(error))]
