"""The state of one browser. The only file that touches `st.session_state` and the query parameters.

spec    the settings being made, a `RunSpec`; in the URL, so that a reload keeps them
run     the id of the run being looked at; in the URL of the pages that show a run
view    what of a run is looked at (a cell, a photo ...), in the URL of the page that shows it
runs    the ids of the runs that are compared; in the URL of the Compare page
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Any, Literal

import streamlit as st

from core.access import Viewer, owner_of
from core.datasets.dataset import Dataset
from core.desk import is_token, new_token
from core.errors import StudioError
from core.knobs import Frozen
from core.spec import DataSpec, RunSpec, from_query, to_query
from ui.browser_cookie import NAME as COOKIE

Part = Literal["data", "augmentation", "architecture", "training"]

_SPEC, _RUN, _NOTICE, _BROWSER = "studio.spec", "studio.run", "studio.notice", "studio.browser"
_COMPARED = "studio.compared"
_ARRIVAL = "studio.arrival"  # the query parameters that this browser came with
_NOTHING = object()  # unlike None, which a widget may hold


def begin() -> None:
    """Take over what the URL says; called once at the start of every script run."""
    state = st.session_state
    if _SPEC not in state:
        state[_SPEC] = _spec_of_url()
        state[_ARRIVAL] = st.query_params.to_dict()
    asked = st.query_params.get("run")
    if asked:
        state[_RUN] = asked


def end(page_shows_run: bool) -> None:
    """Write the state back to the URL; called at the end of every script run."""
    wanted = {"spec": to_query(spec()), "run": (run_id() or "") if page_shows_run else ""}
    for name, value in wanted.items():
        _show_in_url(name, value)


def spec() -> RunSpec:
    """The settings being made."""
    found = st.session_state.get(_SPEC)
    return found if isinstance(found, RunSpec) else RunSpec()


def set_spec(spec: RunSpec) -> None:
    """Replace all settings."""
    st.session_state[_SPEC] = spec


def change(part: Part, **changes: Any) -> None:
    """Change some fields of one part of the settings; values are validated.

    Raises:
        pydantic.ValidationError: If a value is out of its range.
    """
    old: Frozen = getattr(spec(), part)
    new = type(old).model_validate({**dict(old), **changes})
    set_spec(spec().model_copy(update={part: new}))


def use_dataset(dataset: Dataset) -> None:
    """Choose a data set, at its own size and colours."""
    size, mode = dataset.meta.size, dataset.colour_mode
    data: DataSpec = spec().data.model_copy(
        update={"dataset": dataset.meta.id, "image_size": size, "colour_mode": mode}
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
        if run:
            st.query_params["run"] = run
        else:
            del st.query_params["run"]


def view(run: str, name: str) -> str:
    """What `set_view` kept, else what the URL said that this browser came with; it may be anything, and is checked."""
    arrival, key = st.session_state.get(_ARRIVAL, {}), f"studio.view.{run}.{name}"
    value = str(st.session_state.get(key, arrival.get(name, "") if arrival.get("run") == run else ""))
    _show_in_url(name, value)
    return value


def set_view(run: str, name: str, value: str) -> None:
    """Choose what of a run is looked at; "" takes it out of the URL."""
    st.session_state[f"studio.view.{run}.{name}"] = value
    _show_in_url(name, value)


def clone(spec: RunSpec) -> None:
    """Take over settings for a new run: the Train page then shows them, and no run."""
    set_spec(spec)
    look_at(None)


def compared() -> tuple[str, ...]:
    """Ids of the runs that are compared, as `compare` kept them, else as the URL said that this browser came with.

    They may be anything, and are checked; the URL of the page shows them.
    """
    text = str(st.session_state.get(_COMPARED, st.session_state.get(_ARRIVAL, {}).get("runs", "")))
    _show_in_url("runs", text)
    return tuple(filter(None, text.split(",")))


def compare(runs: Iterable[str]) -> None:
    """Choose the runs that are compared."""
    st.session_state[_COMPARED] = ",".join(runs)


def browser() -> str:
    """The token of this browser: its cookie, or one of this session where it brought none."""
    cookie = st.context.cookies.get(COOKIE, "")
    if not is_token(cookie) and _BROWSER not in st.session_state:
        st.session_state[_BROWSER] = new_token()
    return cookie if is_token(cookie) else str(st.session_state[_BROWSER])


def viewer() -> Viewer:
    """Who looks at this page."""
    return Viewer(owner_of(browser()))


def language() -> str:
    """The browser's language as gettext names it, such as "en" or "ko_KR"; English where nobody is reading."""
    return (st.context.locale or "en").replace("-", "_")


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
    """Make the widget with this key show `value`; call it before the widget is made.

    Nothing is written where it shows it already: each write is sent to the browser, where it would undo what a person
    who is quicker than the server has set since.
    """
    if st.session_state.get(key, _NOTHING) != value:
        st.session_state[key] = value


def notice() -> str:
    """A message about this browser's link, told once; empty when there is none."""
    return str(st.session_state.pop(_NOTICE, ""))


def _show_in_url(name: str, value: str) -> None:
    if value and st.query_params.get(name) != value:
        st.query_params[name] = value
    elif not value and name in st.query_params:
        del st.query_params[name]


def _spec_of_url() -> RunSpec:
    text = st.query_params.get("spec")
    if not text:
        return RunSpec()
    try:
        return from_query(text)
    except StudioError as error:
        st.session_state[_NOTICE] = str(error)
        return RunSpec()
