"""The left side of the Train page: settings to make, or the settings a run was made with."""

from __future__ import annotations

import streamlit as st

from core.i18n import N_, _
from core.knobs import Knob, knob_of, knobs_of
from core.runs.folder import RunFolder, RunInfo
from core.spec import DataSpec, TrainingSpec
from ui import format, session
from ui.augment.words import in_full
from ui.html import facts
from ui.network_words import network_rows
from ui.run_pictures import part_of
from ui.widgets import spec_widgets

FIRST = ("epochs", "batch_size", "learning_rate", "optimizer")
PICTURES = {
    "train": N_("Training pictures"),
    "validation": N_("Validation pictures"),
    "test": N_("Test pictures"),
}
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
    augmentation = (_("Augmentation"), in_full(info.spec.augmentation))
    facts([*_data_rows(run, info), augmentation, *network_rows(info.spec), *_training_rows(info.spec.training)])


def _advanced(training: TrainingSpec) -> list[Knob]:
    return [knob for knob in knobs_of(TrainingSpec) if knob.advanced and _means_something(knob, training)]


def _means_something(knob: Knob, training: TrainingSpec) -> bool:
    setting, values = ONLY_FOR.get(knob.name, ("", set()))
    return not setting or getattr(training, setting) in values


def _data_rows(run: RunFolder, info: RunInfo) -> list[tuple[str, str]]:
    data = info.spec.data
    names = ["split_policy", "split_seed"] if data.split_policy == "stratified" else ["split_policy"]
    knobs = [knob_of(DataSpec, name) for name in names]
    return [
        (_("Data"), _(info.dataset_title)),
        (_("Picture size"), f"{data.image_size} px"),
        *((_(title), format.count(size)) for part, title in PICTURES.items() if (size := len(part_of(run, part)))),
        *((_(knob.title), _value(knob, getattr(data, knob.name))) for knob in knobs),
    ]


def _training_rows(training: TrainingSpec) -> list[tuple[str, str]]:
    used = [knob for knob in knobs_of(TrainingSpec) if _means_something(knob, training)]
    return [(_(knob.title), _value(knob, getattr(training, knob.name))) for knob in used]


def _value(knob: Knob, value: object) -> str:
    if knob.choices:
        return _(knob.choices[str(value)])
    return f"{value:g}" if isinstance(value, int | float) else str(value)
