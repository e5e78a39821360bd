"""Data: where the pictures come from on the left, what they are on the right."""

import streamlit as st

from core.datasets.catalog import BUILT_IN
from core.errors import StudioError
from core.i18n import _
from ui import session
from ui.data.collect import collect_panel
from ui.data.look import import_panel, prepared_import
from ui.data.outcome import outcome
from ui.data.panels import missing, no_own_set, to_fetch
from ui.data.results import after_cancel, take_results
from ui.data.source import ALL, OWN, data_source, shown_source, source_of, take_preparation, take_start_card
from ui.data.view import data_view
from ui.datasets import chosen_dataset
from ui.desk import my_desk
from ui.held import settings_and_result
from ui.navigation import next_step
from ui.tasks import running_task, task_panel


def panel(source: str, error: StudioError | None) -> None:
    """What stands in for the pictures when there are none to show."""
    if source in BUILT_IN and BUILT_IN[source].files:
        to_fetch(source)
    elif error:
        missing(error, is_data_page=True)
    else:
        no_own_set()


def preparation(source: str) -> bool:
    """Whether something is being made instead of looked at: then it is what the page shows."""
    task, prepared = running_task(), prepared_import()
    if task:
        task_panel(task, after_cancel)
    elif source == OWN and prepared:
        import_panel(*prepared)
    elif source == OWN and my_desk().state().is_collecting:
        collect_panel()
    else:
        return False
    return True


before = session.spec()
take_start_card()
take_preparation()
take_results()
if session.spec() != before:
    st.rerun()  # the road above this page was drawn before the set was chosen
dataset, error = None, None
source = shown_source()
if source == source_of(session.spec().data.dataset):
    try:
        dataset = chosen_dataset()
    except StudioError as failure:
        error = failure
with st.container(key="data-page"):
    settings, result = settings_and_result(*ALL)
with settings:
    data_source(dataset)
with result:
    outcome()
    if preparation(source):
        pass
    elif dataset is None:
        panel(source, error)
    else:
        data_view(dataset, session.spec().data)
        next_step("augment", _("Vary the pictures"))
