"""The left side of the Train page: settings to make, or the settings a run was made with."""

from __future__ import annotations

from collections.abc import Iterable
from functools import partial

import streamlit as st

from core.augmentation.words import in_full
from core.i18n import N_, _
from core.knobs import Knob, knob_of, knobs_of
from core.lesson import FIELDS
from core.runs.folder import RunFolder, RunInfo
from core.runs.network_words import network_rows
from core.runs.settings import means_something, setting_rows, value_words
from core.spec import DataSpec, TrainingSpec
from ui import format, session
from ui.held import are_hidden
from ui.html import facts
from ui.run_pictures import part_of
from ui.widgets import spec_widgets

FIRST = ("epochs", "batch_size", "learning_rate", "optimizer")
SPLIT = ("split_policy", "split_seed")
PICTURES = {
    "train": N_("Training pictures"),
    "validation": N_("Validation pictures"),
    "test": N_("Test pictures"),
}


def training_settings() -> None:
    """Sliders for this browser's training settings; the rarer ones are folded away."""
    folded = [knob.name for knob in _advanced(session.spec().training)]
    first, rest = _controls(FIRST), ["data.validation_fraction", *_controls(folded)]
    if not are_hidden(*first, *rest):
        st.subheader(_("Settings"))
    spec_widgets("training", FIRST)
    if not are_hidden(*rest):
        with st.expander(_("Advanced")):
            spec_widgets("data", ["validation_fraction"])
            spec_widgets("training", folded)


def run_settings(run: RunFolder) -> None:
    """The settings of a run, to read; without those that the lesson which is on hides."""
    info = run.info()
    st.subheader(_("Settings of this run"))
    augmentation = (_("Augmentation"), in_full(info.spec.augmentation))
    facts(
        [
            *_data_rows(run, info),
            *([] if are_hidden(*_all_of("augmentation")) else [augmentation]),
            *([] if are_hidden("architecture") else network_rows(info.spec)),
            *_training_rows(info.spec.training),
        ]
    )


def _controls(names: Iterable[str]) -> list[str]:
    return [f"training.{name}" for name in names]


def _advanced(training: TrainingSpec) -> list[Knob]:
    return [knob for knob in knobs_of(TrainingSpec) if knob.advanced and means_something(knob, training)]


def _all_of(part: str) -> list[str]:
    return [f"{part}.{name}" for name in FIELDS[part]]


def _training_rows(training: TrainingSpec) -> list[tuple[str, str]]:
    hidden = {_(knob.title) for knob in knobs_of(TrainingSpec) if are_hidden(f"training.{knob.name}")}
    return [(title, words) for title, words in setting_rows(training) if title not in hidden]


def _data_rows(run: RunFolder, info: RunInfo) -> list[tuple[str, str]]:
    data = info.spec.data
    known = [name for name in SPLIT if not are_hidden(f"data.{name}")]
    split = [knob for knob in map(partial(knob_of, DataSpec), known) if means_something(knob, data)]
    return [
        *([] if are_hidden("data.dataset") else [(_("Data"), _(info.dataset_title))]),
        *([] if are_hidden("data.image_size") else [(_("Picture size"), f"{data.image_size} px")]),
        *((_(title), format.count(size)) for part, title in PICTURES.items() if (size := len(part_of(run, part)))),
        *((_(knob.title), value_words(knob, getattr(data, knob.name))) for knob in split),
    ]
