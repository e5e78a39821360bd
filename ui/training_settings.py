"""The left side of the Train page: settings to make, or the settings a run was made with."""

from __future__ import annotations

import streamlit as st

from core.i18n import _
from core.knobs import Knob, knobs_of
from core.runs.folder import RunFolder
from core.spec import RunSpec, TrainingSpec
from ui import session
from ui.html import facts
from ui.widgets import spec_widgets

FIRST = ("epochs", "batch_size", "learning_rate", "optimizer")
ONLY_FOR = {  # settings that mean nothing under the other choices
    "momentum": ("optimizer", {"sgd", "rmsprop"}),
    "weight_decay": ("optimizer", {"adamw"}),
    "schedule_epochs": ("schedule", {"step", "plateau"}),
    "schedule_factor": ("schedule", {"step", "plateau"}),
}


def training_settings() -> None:
    """Sliders for this browser's training settings; the rarer ones are folded away."""
    st.subheader(_("Settings"))
    spec_widgets("training", FIRST)
    with st.expander(_("Advanced")):
        spec_widgets("data", ["validation_fraction"])
        spec_widgets("training", [knob.name for knob in _advanced(session.spec().training)])


def run_settings(run: RunFolder) -> None:
    """The settings of a run, to read."""
    info = run.info()
    st.subheader(_("Settings of this run"))
    facts(_rows(info.dataset_title, info.spec))


def _advanced(training: TrainingSpec) -> list[Knob]:
    return [knob for knob in knobs_of(TrainingSpec) if knob.advanced and _means_something(knob, training)]


def _means_something(knob: Knob, training: TrainingSpec) -> bool:
    setting, values = ONLY_FOR.get(knob.name, ("", set()))
    return not setting or getattr(training, setting) in values


def _rows(title: str, spec: RunSpec) -> list[tuple[str, str]]:
    rows = [(_("Data"), _(title)), (_("Picture size"), f"{spec.data.image_size} px")]
    training = spec.training
    used = [knob for knob in knobs_of(TrainingSpec) if _means_something(knob, training)]
    return rows + [(_(knob.title), _value(knob, getattr(training, knob.name))) for knob in used]


def _value(knob: Knob, value: object) -> str:
    if knob.choices:
        return _(knob.choices[str(value)])
    return f"{value:g}" if isinstance(value, int | float) else str(value)
