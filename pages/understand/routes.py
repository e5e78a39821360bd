"""Four routes: the ways of the animals notebook raced on the chosen pictures, and its two mistakes."""

import streamlit as st

from core.datasets.dataset import Dataset
from core.errors import StudioError
from core.i18n import _
from core.routes import mistake_specs, route_specs
from ui import session
from ui.access import newest_runs
from ui.data.panels import missing
from ui.datasets import chosen_dataset
from ui.routes.choices import choices, settings
from ui.routes.race import Race, race_panel
from ui.routes.start import found_problems, race_button


def shown(dataset: Dataset) -> None:
    """Settings left, the race right."""
    with left:
        settings(dataset)
    data = session.spec().data
    routes, mistakes = route_specs(data, choices()), mistake_specs(data, choices())
    raced, tried = newest_runs(routes), newest_runs(mistakes)
    found = found_problems(dataset, routes)
    with left:
        race_button(dataset, routes, raced, found)
    with right:
        race_panel(Race(routes, raced, mistakes, tried, len(dataset.meta.classes), can_start=not found))


st.subheader(_("Four routes"), anchor=False)
st.markdown(
    _(
        "The course's animals notebook tries four ways to a classifier. Here they learn from your pictures, "
        "with the same split and the same seed, and race against the clock."
    )
)
with st.container(key="wide-routes"):
    left, right = st.columns([1, 2], gap="large")
try:
    dataset = chosen_dataset()
except StudioError as error:
    with right:
        missing(error)
else:
    shown(dataset)
