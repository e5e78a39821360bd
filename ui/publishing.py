"""Showing a run or a set to everybody on this server, and taking that back."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

import streamlit as st

from core.datasets.editing.versions import publish_dataset
from core.i18n import _
from core.runs.folder import RunFolder
from core.runs.notes import about_of, change_about
from ui import session
from ui.access import dataset_access, may_change, may_change_dataset, my_run, visible_listing
from ui.errors import errors_shown
from ui.services import studio


def run_switches(run: RunFolder) -> None:
    """A toggle that publishes the run and, as long as it or its pictures are, one for those; none for others' runs."""
    info = run.info()
    if not info.owner or not may_change(run):
        return
    published = about_of(run).published
    with st.container(gap="xsmall", key="publish-run"):
        label, help = (
            _("Published: everybody on this server sees it"),
            _("You and the teacher alone can change or delete it."),
        )
        _switch(f"publish-{run.id}", label, help, published, partial(_publish_run, run.id))
        dataset_id = info.spec.data.dataset
        if published or dataset_access(dataset_id).published:  # taking the run back leaves its pictures as they are
            text = _("Without them others see its numbers and can ask its model, but not what it learnt from.")
            set_switch(dataset_id, _("Its pictures too"), text)


def set_switch(dataset_id: str, label: str, help: str) -> None:
    """A toggle that publishes a set; nothing for one that is everybody's or another's."""
    access = dataset_access(dataset_id)
    if access.owners and may_change_dataset(dataset_id):
        mine = access.publishes(session.viewer())
        _switch(f"publish-{dataset_id}", label, help, mine, partial(_publish_set, dataset_id))
        if access.published and not mine:
            st.caption(_("Everybody still sees it: another browser brought in the same pictures and publishes them."))


def _switch(key: str, label: str, help: str, value: bool, publish: Callable[[bool], None]) -> None:
    session.show_value(key, value)
    st.toggle(label, value, key=key, help=help, on_change=lambda: publish(bool(session.widget_value(key))))


def _publish_run(run_id: str, published: bool) -> None:
    with errors_shown():
        change_about(my_run(run_id), published=published)
        visible_listing(now=True)


def _publish_set(dataset_id: str, published: bool) -> None:
    with errors_shown():
        publish_dataset(studio().home, dataset_id, published, session.viewer())
