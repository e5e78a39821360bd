"""All settings of a run in words: for the page of a run, beside those of other runs, and in its report."""

from __future__ import annotations

from core.architecture.layers import LAYERS, OwnCNN
from core.architecture.summary import summary
from core.i18n import N_, _
from core.knobs import Frozen, Knob, knobs_of
from core.runs.folder import RunInfo
from core.runs.network_words import network_rows

PARTS = {"data": N_("Data"), "augmentation": N_("Augmentation"), "network": N_("Network"), "training": N_("Training")}
ONLY_FOR = {  # settings that mean nothing under the other choices
    "split_seed": ("split_policy", {"stratified"}),
    "momentum": ("optimizer", {"sgd", "rmsprop"}),
    "weight_decay": ("optimizer", {"adamw"}),
    "schedule_epochs": ("schedule", {"step", "plateau"}),
    "schedule_factor": ("schedule", {"step", "plateau"}),
}
OFF_AT_ZERO = {"early_stopping"}
ONE = {"epochs": N_("epoch"), "degrees": N_("degree"), "grey levels of 255": N_("grey level of 255")}

Key = tuple[str, str]  # a part, a name in `PARTS`, and a title


def settings_of(info: RunInfo) -> dict[Key, str]:
    """Every setting of a run that means something under the others: (part, title) → value with its unit."""
    spec = info.spec
    found: dict[Key, str] = {("data", _("Data set")): _(info.dataset_title)}
    found[("data", _("Version of the pictures"))] = info.content_hash[:8]  # such may bear the same name
    found |= {("data", title): value for title, value in setting_rows(spec.data)}
    found |= {("augmentation", title): value for title, value in setting_rows(spec.augmentation)}
    found |= {("network", title): value for title, value in network_rows(spec)}
    if isinstance(spec.architecture, OwnCNN):
        for place, layer in enumerate(spec.architecture.layers, start=1):
            words = " · ".join(filter(None, (LAYERS[layer.kind][1], summary(layer))))
            found[("network", _("Layer {number}").format(number=place))] = words
    return found | {("training", title): value for title, value in setting_rows(spec.training)}


def setting_rows(part: Frozen) -> list[tuple[str, str]]:
    """Title and value of each setting of a part of a specification that means something under the others."""
    used = [knob for knob in knobs_of(type(part)) if means_something(knob, part)]
    return [(_(knob.title), value_words(knob, getattr(part, knob.name))) for knob in used]


def means_something(knob: Knob, part: Frozen) -> bool:
    """Whether this setting changes anything as the others of its part are set."""
    setting, values = ONLY_FOR.get(knob.name, ("", set()))
    return not setting or getattr(part, setting) in values


def value_words(knob: Knob, value: object) -> str:
    """A value as its slider shows it: "15 degrees", "1 epoch", "on", "SGD with momentum"."""
    if knob.choices:
        return _(knob.choices.get(str(value), str(value)))
    if isinstance(value, bool):
        return _("on") if value else _("off")
    if knob.name in OFF_AT_ZERO and value == 0:
        return _("off")
    text = f"{value:g}" if isinstance(value, float) else str(value)
    unit = ONE.get(knob.unit, knob.unit) if value == 1 else knob.unit
    return f"{text} {_(unit)}" if unit else text
