"""What may be wrong with the pictures: found by a process of its own, shown as chips that filter the grid."""

from __future__ import annotations

from typing import Any

import streamlit as st

from core.datasets.dataset import Dataset
from core.datasets.inspecting.checks import Checks, Finding, find_checks, warnings_of
from core.datasets.split import Split
from core.i18n import N_, _
from core.tasks.folder import TaskFolder
from core.tasks.start import result_of, start_task
from ui import format, session
from ui.choice import choice
from ui.data.marks import DROP, mark
from ui.html import plain
from ui.services import studio

REFRESH = 1.0  # seconds
KINDS = {
    "leakage": N_("also in training"),
    "conflict": N_("two classes at once"),
    "duplicates": N_("duplicates"),
    "near_duplicates": N_("near duplicates"),
    "dark": N_("very dark"),
    "blurred": N_("very blurred"),
    "constant": N_("of one colour"),
    "small_class": N_("in small classes"),
}
REPEATED = {"duplicates", "near_duplicates"}  # of these one each is worth keeping
HARMLESS = {"small_class"}  # dropping would make it worse

_running: dict[str, TaskFolder] = {}  # content hash → the check that works on it, for all browsers


def findings(dataset: Dataset, split: Split | None, split_key: Any) -> list[Finding] | None:
    """What was found; None while it is being looked for. Sets that we draw ourselves need no look."""
    if dataset.meta.synthetic:
        return []
    checks = find_checks(studio().home.cache, dataset.meta.content_hash)
    return (
        _findings(dataset.meta.content_hash, dataset.meta.classes, split_key, dataset, checks, split)
        if checks
        else None
    )


def chips(found: list[Finding] | None, dataset: Dataset) -> Finding | None:
    """Show what was found and return what the grid is to show, if a chip was pressed."""
    if found is None:
        _look(dataset)
        return None
    _forget(dataset.meta.content_hash)
    if not found:
        return None
    by_kind = {finding.kind: finding for finding in found}
    chosen = session.recall("data.finding")
    choice(
        _("Worth a look"),
        {kind: f"{format.count(len(found.indices))} {_(KINDS[kind])}" for kind, found in by_kind.items()},
        chosen,
        _choose,
        key="data.findings",
        as_pills=True,
        required=False,
    )
    finding = by_kind.get(session.recall("data.finding"))
    if finding:
        _about(finding, dataset)
    return finding


def _choose(kind: str | None) -> None:
    session.remember("data.finding", kind)
    session.remember("data.page", 0)


def _about(finding: Finding, dataset: Dataset) -> None:
    with st.container(horizontal=True, vertical_alignment="center", key="data-finding"):
        st.markdown(plain(finding.text), width="stretch")
        if finding.kind in HARMLESS:
            return
        repeated = finding.kind in REPEATED
        numbers = finding.extra.tolist() if repeated else finding.indices.tolist()
        label = _("Mark all but one of each to be dropped") if repeated else _("Mark all to be dropped")
        st.button(label, on_click=mark, args=(dataset, numbers, DROP), icon=":material/playlist_remove:")


def _look(dataset: Dataset) -> None:
    key = dataset.meta.content_hash
    if key not in _running:
        _running[key] = start_task(studio().home, "check", {"dataset": dataset.meta.id})
    result = result_of(_running[key])
    if result is None or not result.error:
        st.fragment(_watch, run_every=REFRESH)(_running[key])
        return
    with st.container(horizontal=True, vertical_alignment="center"):
        st.caption(_("The pictures could not be checked: {reason}").format(reason=plain(result.error)), width="stretch")
        st.button(_("Try again"), on_click=_forget, args=(key,))


def _forget(content_hash: str) -> None:
    _running.pop(content_hash, None)


def _watch(task: TaskFolder) -> None:
    if result_of(task):
        st.rerun()
    st.caption(_("Looking for duplicates and bad pictures: {step}").format(step=plain(task.progress().text)))


@st.cache_data(max_entries=32, show_spinner=False)
def _findings(
    content_hash: str,
    classes: tuple[str, ...],
    split_key: Any,
    _dataset: Dataset,
    _checks: Checks,
    _split: Split | None,
) -> list[Finding]:
    return warnings_of(_dataset, _checks, _split)
