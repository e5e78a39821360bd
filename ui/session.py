"""The state of one browser. The only file that touches `st.session_state` and the query parameters.

spec    the settings being made, a `RunSpec`; in the URL, so that a reload keeps them
lesson  what a teacher's link says about the settings and pages, a `Lesson`; in the URL until it is left
run     the id of the run being looked at; in the URL of the pages that show a run
view    what of a run is looked at (a cell, a photo ...), in the URL of the page that shows it
runs    the ids of the runs that are compared; in the URL of the Compare page
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from typing import Any, Literal

import streamlit as st

from core.access import Viewer, owner_of
from core.datasets.dataset import Dataset
from core.desk import new_token
from core.errors import StudioError
from core.i18n import _
from core.knobs import Frozen
from core.lesson import Lesson, Mode, differing, lesson_from_query, lesson_to_query
from core.spec import DataSpec, RunSpec, from_query, to_query
from ui.browser_cookie import NAME as COOKIE
from ui.browser_cookie import is_kept, was_forgotten
from ui.teacher_cookie import PARAMETER, REFUSED, is_teacher, times_left

Part = Literal["data", "augmentation", "architecture", "training"]
PICTURES = ("data.dataset", "data.image_size", "data.colour_mode")  # what goes with a set

_SPEC, _RUN, _NOTICE, _BROWSER = "studio.spec", "studio.run", "studio.notice", "studio.browser"
_LESSON = "studio.lesson"
KEPT = "lesson.kept"  # remembered: the settings that something was to change and a lesson has kept
MISSING = "lesson.missing"  # remembered: pages and settings that stay free while what the lesson needs is not here
_COMPARED = "studio.compared"
_LEFT = "studio.left"  # how often this browser had left teacher mode when the page was opened
_ARRIVAL = "studio.arrival"  # the query parameters that this browser came with
_NOTHING = object()  # unlike None, which a widget may hold


def begin() -> None:
    """Take over what the URL says; called once at the start of every script run."""
    state = st.session_state
    if _SPEC not in state:
        arrived, taught = _of_url("spec", from_query), _of_url("lesson", lesson_from_query)
        if taught and arrived is None and st.query_params.get("spec"):  # it would keep the defaults
            _tell(_("So the lesson of this link is not on. Ask your teacher for the link again."))
            taught = None
        state[_SPEC], state[_LESSON], state[_ARRIVAL] = arrived or RunSpec(), taught, st.query_params.to_dict()
    if st.query_params.get(PARAMETER) == REFUSED:
        _tell(_("This is not the teacher's token. The terminal in which CNN Studio was started shows the right one."))
        _show_in_url(**{PARAMETER: ""})
    asked = st.query_params.get("run")
    if asked:
        state[_RUN] = asked


def end(page_shows_run: bool) -> None:
    """Write the state back to the URL; called at the end of every script run."""
    taught: Lesson | None = st.session_state.get(_LESSON)
    _show_in_url(
        spec=to_query(spec()),
        lesson=lesson_to_query(taught) if taught else "",
        run=(run_id() or "") if page_shows_run else "",
    )


def spec() -> RunSpec:
    """The settings being made."""
    found = st.session_state.get(_SPEC)
    return found if isinstance(found, RunSpec) else RunSpec()


def set_spec(new: RunSpec) -> None:
    """Replace all settings but those that a lesson keeps; that it kept some is said on the page."""
    taught = lesson()
    kept = taught.kept(spec(), new) if taught else new
    st.session_state[_SPEC] = kept
    if kept != new:
        remember(KEPT, differing(kept, new))


def lesson() -> Lesson | None:
    """The lesson that is on, if any; while its pictures or weights are not here, others may be chosen."""
    taught: Lesson | None = st.session_state.get(_LESSON)
    return taught.without(*recall(MISSING)) if taught and recall(MISSING) else taught


def mode(control: str) -> Mode:
    """Whether a setting (`core.lesson.CONTROLS`) may be changed, is only shown, or is not even shown."""
    taught = lesson()
    return taught.mode(control) if taught else "free"


def leave_lesson() -> None:
    """End the lesson; the settings stay as they are."""
    st.session_state[_LESSON] = None


def change(part: Part, **changes: Any) -> None:
    """Change some fields of one part of the settings; values are validated.

    Raises:
        pydantic.ValidationError: If a value is out of its range.
    """
    old: Frozen = getattr(spec(), part)
    new = type(old).model_validate({**dict(old), **changes})
    set_spec(spec().model_copy(update={part: new}))


def use_dataset(dataset: Dataset) -> None:
    """Choose a data set, at its own size and colours; not where a lesson keeps another."""
    if mode("data.dataset") != "free" and spec().data.dataset != dataset.meta.id:
        remember(KEPT, ("data.dataset",))
        return
    size, colours = dataset.meta.size, dataset.colour_mode
    data: DataSpec = spec().data.model_copy(
        update={"dataset": dataset.meta.id, "image_size": size, "colour_mode": colours}
    )
    set_spec(spec().model_copy(update={"data": data}))


def run_id() -> str | None:
    """The run being looked at, if any."""
    found = st.session_state.get(_RUN)
    return found if isinstance(found, str) else None


def look_at(run: str | None) -> None:
    """Choose the run that Train, Evaluate and Classify show; None for none."""
    st.session_state[_RUN] = run
    if "run" in st.query_params:  # else the old run in the URL would win at the next run of the script
        _show_in_url(run=run or "")


def view(run: str, name: str) -> str:
    """What `set_view` kept, else what the URL said that this browser came with; it may be anything, and is checked.

    Args:
        run: Its id; "" on a page that shows no single run.
    """
    arrival, key = st.session_state.get(_ARRIVAL, {}), f"studio.view.{run}.{name}"
    value = str(st.session_state.get(key, arrival.get(name, "") if arrival.get("run", "") == run else ""))
    _show_in_url(**{name: value})
    return value


def set_view(run: str, name: str, value: str) -> None:
    """Choose what of a run is looked at; "" takes it out of the URL."""
    st.session_state[f"studio.view.{run}.{name}"] = value
    _show_in_url(**{name: value})


def clone(spec: RunSpec) -> None:
    """Take over settings for a new run: the Train page then shows them, and no run."""
    set_spec(spec)
    look_at(None)


def compared() -> tuple[str, ...]:
    """Ids of the runs that are compared, as `compare` kept them, else as the URL said that this browser came with.

    They may be anything, and are checked; the URL of the page shows them.
    """
    text = str(st.session_state.get(_COMPARED, st.session_state.get(_ARRIVAL, {}).get("runs", "")))
    _show_in_url(runs=text)
    return tuple(filter(None, text.split(",")))


def compare(runs: Iterable[str]) -> None:
    """Choose the runs that are compared."""
    st.session_state[_COMPARED] = ",".join(runs)


def browser() -> str:
    """The token of this browser: its cookie, or one of this session where it brought none, or one that is forgotten."""
    cookie = st.context.cookies.get(COOKIE, "")
    return cookie if is_kept(cookie) else str(st.session_state.setdefault(_BROWSER, new_token()))


def viewer() -> Viewer:
    """Who looks at this page, by the cookies that it was opened with; a teacher until any tab of the browser leaves."""
    owner = owner_of(browser())
    has_left = st.session_state.setdefault(_LEFT, times_left(owner)) != times_left(owner)
    has_left |= was_forgotten(st.context.cookies)
    return Viewer(owner, is_teacher=not has_left and is_teacher(st.context.cookies))


def remember(key: str, value: Any) -> None:
    """Keep a page's own choice (a selected card, a page of a grid) for this browser."""
    st.session_state[f"studio.page.{key}"] = value


def recall(key: str, default: Any = None) -> Any:
    """What `remember` kept."""
    return st.session_state.get(f"studio.page.{key}", default)


def widget_value(key: str) -> Any:
    """What a person has just set in the widget with this key."""
    return st.session_state[key]


def clicked_number(key: str) -> int | None:
    """The number that is the id of the tile just clicked in the gallery with this key; None for anything else."""
    tile = widget_value(key).get("click")  # it comes from a browser
    return int(tile) if isinstance(tile, str) and re.fullmatch("[0-9]{1,9}", tile, re.ASCII) else None


def show_value(key: str, value: Any) -> None:
    """Make the widget with this key show `value`; call it before the widget is made, which takes it as default too.

    As default, since a slow browser has drawn the widget before it reads what was written through the key, and sends
    its default with whatever is pressed until then. Nothing is written where the value is there already: each write is
    sent to the browser, where it would undo what a person who is quicker than the server has set since.
    """
    if st.session_state.get(key, _NOTHING) != value:
        st.session_state[key] = value


def key_showing(key: str, value: Any) -> str:
    """The key of a widget whose default is `value`: another one each time something else has changed that value.

    Nobody takes an answer of the widget before, which a slow browser still shows and sends.
    """
    turn = recall(f"turn.{key}", 0)
    name = f"{key}-{turn}" if turn else key
    shown, several = st.session_state.get(name, value), isinstance(value, list)
    if sorted(shown) == sorted(value) if several else shown == value:  # several come in the order of the presses
        return name
    remember(f"turn.{key}", turn + 1)
    return f"{key}-{turn + 1}"


def notice(page: str) -> str:
    """A message about this browser's link, if any; it stays until another page than the one drawn now is opened."""
    text, told_on = st.session_state.get(_NOTICE, ("", ""))
    kept = text if told_on in ("", page) else ""
    st.session_state[_NOTICE] = (kept, page)
    return str(kept)


def _tell(text: str) -> None:
    before, _told_on = st.session_state.get(_NOTICE, ("", ""))
    st.session_state[_NOTICE] = (f"{before}\n\n{text}".strip(), "")


def _show_in_url(**values: str) -> None:
    """Write parameters, or take out those that are "", all at once: each write is a step of the browser's history."""
    shown = st.query_params.to_dict()
    wanted = {name: value for name, value in {**shown, **values}.items() if value}
    if wanted != shown:
        st.query_params.from_dict(wanted)


def _of_url(name: str, read: Callable[[str], Any]) -> Any:
    """What the URL's parameter says; None where it says nothing, or what cannot be read, which is told."""
    text = st.query_params.get(name)
    try:
        return read(text) if text else None
    except StudioError as error:
        _tell(str(error))
        return None
