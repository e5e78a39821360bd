"""The left side of the Augment page: presets as pills, sliders, and words on what does not suit the pictures."""

from __future__ import annotations

from functools import partial
from typing import Any

import streamlit as st

from core.augmentation.advice import advice
from core.augmentation.spec import CHANGES, LIGHT, PRESETS, AugmentSpec
from core.datasets.dataset import DatasetMeta
from core.i18n import _
from core.knobs import knob_of, knobs_of
from ui import session
from ui.choice import choice
from ui.components import live_slider
from ui.held import are_hidden, held, is_held
from ui.widgets import help_of, knob_widget

PRESET = "augment-preset"
FOLDED = tuple(knob.name for knob in knobs_of(AugmentSpec) if knob.advanced)
FIRST = tuple(knob.name for knob in knobs_of(AugmentSpec) if not knob.advanced)
IN_LIGHT = tuple(name for name in FOLDED if name in LIGHT and name != "cutout")
IN_MORE = tuple(name for name in FOLDED if name not in IN_LIGHT)
ALL = tuple(f"augmentation.{name}" for name in (*FIRST, *FOLDED))
ACCENT = "#2b8fd0"


def settings(meta: DatasetMeta | None) -> None:
    """All of the left side; words on what does not suit the pictures need a set."""
    if are_hidden(*ALL):
        return
    _touched_style()
    preset_pills()
    _knobs(_shown(FIRST))
    for title, names in ((_("Light"), IN_LIGHT), (_("Shear, upside down, cutout …"), IN_MORE)):
        if shown := _shown(names):
            with st.expander(title):
                _knobs(shown)
    if meta is None:
        return
    is_photos = meta.channels == 3 and not meta.synthetic
    for sentence in advice(session.spec().augmentation, meta.classes, is_photos=is_photos):
        st.warning(sentence, icon=":material/school:")


def touched() -> str:
    """The knob that was moved last, of those that change pictures; else the first that is on, else the first of all."""
    active = session.spec().augmentation.active
    name: str = session.recall("augment.touched") or next(iter(active), FIRST[0])
    return name


def preset_pills() -> None:
    """The presets; none is lit once the settings differ from all of them. How often an epoch shows pictures stays."""
    if all(map(is_held, ALL)):
        return
    current = session.spec().augmentation.model_copy(update={"repeats": 1})
    choice(
        _("Start from"),
        {name: _(PRESETS[name].title) for name in _different_presets()},
        next((name for name, preset in PRESETS.items() if preset.spec == current), None),
        _take_preset,
        key=PRESET,
        as_pills=True,
        required=False,
        help="\n\n".join(f"**{_(preset.title)}:** {_(preset.help)}" for preset in PRESETS.values()),
    )


def _different_presets() -> list[str]:
    """The presets without those that differ from one before only in what a lesson keeps."""
    free = [name for name in (*FIRST, *FOLDED) if not is_held(f"augmentation.{name}")]
    values = {name: [getattr(preset.spec, field) for field in free] for name, preset in PRESETS.items()}
    names = list(values)
    return [name for place, name in enumerate(names) if values[name] not in [values[other] for other in names[:place]]]


def _take_preset(name: str | None) -> None:
    if name:
        preset = dict(PRESETS[name].spec)
        session.change("augmentation", **{**preset, "repeats": session.spec().augmentation.repeats})
        session.remember("augment.touched", None)


def _shown(names: tuple[str, ...]) -> tuple[str, ...]:
    """Those that no lesson hides."""
    return tuple(name for name in names if not are_hidden(f"augmentation.{name}"))


def _knobs(names: tuple[str, ...]) -> None:
    for name in names:
        with st.container(key=f"augment-knob-{name}"):
            if isinstance(getattr(session.spec().augmentation, name), float):
                _slider(name)
            else:
                knob_widget(session.spec().augmentation, name, f"augmentation.{name}", _changed)


def _slider(name: str) -> None:
    """A slider that the pictures follow while it is dragged."""
    knob = knob_of(AugmentSpec, name)
    assert knob.low is not None
    assert knob.high is not None
    assert knob.step is not None
    live_slider(
        _(knob.title),
        knob.low,
        knob.high,
        knob.step,
        value=getattr(session.spec().augmentation, name),
        key=f"augmentation.{name}",
        on_change=partial(_changed, name),
        **held(f"augmentation.{name}", help=help_of(knob)),
    )


def _changed(name: str, value: Any) -> None:
    session.change("augmentation", **{name: value})
    if name in CHANGES:
        session.remember("augment.touched", name)


def _touched_style() -> None:
    """Mark the knob that was moved last."""
    place = "margin-left: -0.75rem; padding-left: calc(0.75rem - 3px); width: calc(100% + 0.75rem);"
    rule = f"border-left: 3px solid {ACCENT}; {place}"
    name = session.recall("augment.touched") or "none"
    st.html(f"<style>.st-key-augment-knob-{name} {{ {rule} }}</style>")
