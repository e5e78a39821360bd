"""What was set differently: the settings of several runs in words, and only those that differ."""

from __future__ import annotations

from collections.abc import Sequence

import streamlit as st

from core.architecture.layers import LAYERS, OwnCNN
from core.architecture.summary import summary
from core.i18n import N_, _
from core.knobs import Frozen, Knob, knobs_of
from core.runs.folder import RunInfo
from ui.compare.chosen import Compared
from ui.html import escaped
from ui.network_words import network_rows

PARTS = {"data": N_("Data"), "augmentation": N_("Augmentation"), "network": N_("Network"), "training": N_("Training")}
NONE = "–"

Key = tuple[str, str]  # a part and a title


def differences(settings: Sequence[dict[Key, str]]) -> dict[Key, list[str]]:
    """The settings in which not all runs agree, in order, with a value a run; a dash where it has no such setting."""
    ordered = sorted(dict.fromkeys(key for mine in settings for key in mine), key=lambda key: list(PARTS).index(key[0]))
    rows = {key: [mine.get(key, NONE) for mine in settings] for key in ordered}
    return {key: values for key, values in rows.items() if len(set(values)) > 1}


def settings_of(info: RunInfo) -> dict[Key, str]:
    """Every setting of a run in words: (part, title) → value with its unit."""
    spec = info.spec
    found: dict[Key, str] = {("data", _("Data set")): _(info.dataset_title)}
    found[("data", _("Version of the pictures"))] = info.content_hash[:8]  # such may bear the same name
    found |= {("data", title): value for title, value in _knobs(spec.data)}
    found |= {("augmentation", title): value for title, value in _knobs(spec.augmentation)}
    found |= {("network", title): value for title, value in network_rows(spec)}
    if isinstance(spec.architecture, OwnCNN):
        for place, layer in enumerate(spec.architecture.layers, start=1):
            words = " · ".join(filter(None, (LAYERS[layer.kind][1], summary(layer))))
            found[("network", _("Layer {number}").format(number=place))] = words
    return found | {("training", title): value for title, value in _knobs(spec.training)}


def settings_table(runs: Sequence[Compared]) -> None:
    """One row a setting that differs, one column a run."""
    rows = differences([settings_of(run.info) for run in runs])
    if not rows:
        text = _("All settings are the same, and so are the pictures: such runs come out the same, too.")
        st.info(text, icon=":material/drag_handle:")
        return
    heads = "".join(f"<th scope='col'>{run.tag}</th>" for run in runs)
    body, part = "", ""
    for (group, title), values in rows.items():
        if group != part:
            body += f"<tr class='part'><th colspan='{len(runs) + 1}'>{escaped(_(PARTS[group]))}</th></tr>"
            part = group
        cells = "".join(f"<td>{escaped(value)}</td>" for value in values)
        body += f"<tr><th scope='row'>{escaped(title)}</th>{cells}</tr>"
    st.html(
        f"<div class='compared-scroll'><table class='compared-table'><thead><tr><td></td>{heads}</tr></thead>"
        f"<tbody>{body}</tbody></table></div>"
    )
    st.caption(_("Whatever is not here was set alike."))


def _knobs(part: Frozen) -> list[tuple[str, str]]:
    return [(_(knob.title), value_words(knob, getattr(part, knob.name))) for knob in knobs_of(type(part))]


def value_words(knob: Knob, value: object) -> str:
    """A value as its slider shows it: "15 degrees", "on", "SGD with momentum"."""
    if knob.choices:
        return _(knob.choices.get(str(value), str(value)))
    if isinstance(value, bool):
        return _("on") if value else _("off")
    text = f"{value:g}" if isinstance(value, float) else str(value)
    return f"{text} {_(knob.unit)}" if knob.unit else text
