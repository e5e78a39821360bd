"""The left side of the Model page for transfer learning: backbone, weights, what trains, the head."""

from __future__ import annotations

import re
from collections.abc import Sequence

import streamlit as st

from core.architecture.backbones.graph import layers_of, steps_of
from core.architecture.backbones.table import BACKBONES, PIXELS, Backbone, BackboneName
from core.architecture.transfer import IMAGENET, MAX_HIDDEN, NOTHING, RANDOM, Transfer
from core.i18n import N_, _
from core.knobs import knob_of
from core.spec import RunSpec
from ui import format, session
from ui.held import held
from ui.html import facts, plain
from ui.transfer.choice import change_transfer
from ui.transfer.weights import weights_panel
from ui.widgets import knob_widget

BACKBONE, BEGIN, HIDDEN, UNITS = "transfer.backbone", "transfer.train-from", "transfer.hidden", "transfer.units"
TAKEN_OVER = "transfer.taken-over"  # the settings before and after the last change of the backbone
MOST_UNITS = 4096  # as `HiddenUnits` allows
OWN = "own"
HEADS: dict[str, tuple[tuple[int, ...], str]] = {
    "course": ((128, 64, 32), N_("128 · 64 · 32 (the course)")),
    "one": ((256,), "256"),
    "none": ((), N_("none: straight to the output")),
}


def transfer_settings(spec: RunSpec, architecture: Transfer) -> None:
    """All settings of a transfer network; the rarer ones are folded away."""
    _backbone(architecture)
    weights_panel(architecture)
    _what_trains(spec, architecture)
    _knobs(architecture, ["pooling"])
    _hidden(architecture)
    _knobs(architecture, ["dropout"])
    with st.expander(_("Advanced")):
        _knobs(architecture, advanced(spec, architecture))


def advanced(spec: RunSpec, architecture: Transfer) -> list[str]:
    """The rarer settings that mean something under the others."""
    names = ["head_epochs"] * architecture.is_fine_tuning
    names += ["fine_tuning_rate"] * (architecture.is_fine_tuning and architecture.head_epochs > 0)
    names += ["preprocessing"]
    if not spec.augmentation.is_off:
        names += ["augmented"] + ["views"] * (architecture.augmented == "views")
    return names


def begins(architecture: Transfer, size: int) -> list[str]:
    """Where training may begin, from the picture on; "" for the head, last. Any size has the same names."""
    smallest = BACKBONES[architecture.backbone].smallest
    return [*(step.name for step in steps_of(architecture.backbone, max(size, smallest))), NOTHING]


def read_units(text: str) -> tuple[int, ...] | None:
    """Units of the head's layers as typed, such as "128, 64"; None where they cannot be meant."""
    words = [word for word in re.split(r"[\s,;·]+", text.strip()) if word]
    if len(words) > MAX_HIDDEN or not all(re.fullmatch("[0-9]{1,5}", word) for word in words):
        return None
    units = tuple(map(int, words))
    return units if all(1 <= number <= MOST_UNITS for number in units) else None


def _knobs(architecture: Transfer, names: Sequence[str]) -> None:
    for name in names:
        knob_widget(architecture, name, f"architecture.{name}", lambda field, value: change_transfer(**{field: value}))


def _backbone(architecture: Transfer) -> None:
    session.show_value(BACKBONE, architecture.backbone)
    st.selectbox(
        _("Backbone"),
        list(BACKBONES),
        list(BACKBONES).index(architecture.backbone),
        format_func=lambda name: BACKBONES[name].title,
        key=BACKBONE,
        on_change=_take_backbone,
        **held("architecture", help=_(knob_of(Transfer, "backbone").help)),
    )
    entry = BACKBONES[architecture.backbone]
    taken_over = session.recall(TAKEN_OVER)
    if taken_over and taken_over[1] == architecture:  # nothing was changed since
        st.caption(f":material/info: {plain(' '.join(changed_words(*taken_over)))}")
    st.caption(_(entry.about))
    facts(_facts(architecture.backbone, entry))


def _facts(name: BackboneName, entry: Backbone) -> list[tuple[str, str]]:
    convolutions = sum(layer.kind.endswith("Conv2D") for layer in layers_of(name))
    return [
        (_("Parameters"), format.count(entry.parameters)),
        (_("Layers"), _("{count} convolutions").format(count=format.count(convolutions))),
        (_("Trained at"), f"{entry.native_size} px"),
        (_("Weights"), f"{entry.size_mb} MB · {entry.licence}"),
        (_("Pixels"), _("Preprocessing is inside the model: {what}.").format(what=_(PIXELS[entry.pixels]))),
    ]


def _take_backbone() -> None:
    """Another backbone, trained in its last step where the one before was trained at all; what changed is said."""
    name: BackboneName = session.widget_value(BACKBONE)
    architecture = session.spec().architecture
    if name not in BACKBONES or not isinstance(architecture, Transfer):
        return
    smallest = BACKBONES[name].smallest
    change_transfer(
        backbone=name,
        train_from=steps_of(name, smallest)[-1].name if architecture.is_fine_tuning else NOTHING,
        weights=RANDOM if architecture.weights == RANDOM else IMAGENET,
    )
    session.remember(TAKEN_OVER, (architecture, session.spec().architecture))


def changed_words(before: Transfer, now: Transfer) -> list[str]:
    """What another backbone brought with it: where training begins, and with which weights."""
    title, words = BACKBONES[now.backbone].title, []
    if now.is_fine_tuning:
        words.append(
            _("Training begins with {step} now, the last part of {backbone}.").format(
                step=now.train_from, backbone=title
            )
        )
    if now.weights == RANDOM:
        words.append(_("{backbone} begins with random weights too.").format(backbone=title))
    elif before.weights != now.weights:
        words.append(
            _("{file} was for {before}: ImageNet weights are taken.").format(
                file=before.weights, before=BACKBONES[before.backbone].title
            )
        )
    return words


def _what_trains(spec: RunSpec, architecture: Transfer) -> None:
    options = begins(architecture, spec.data.image_size)
    help = _(
        "Layers before it stay frozen, as ImageNet has shaped them. Further left, more of the backbone learns: "
        "it fits your pictures better, takes longer, and with few pictures learns them by heart."
    )
    begin = architecture.train_from if architecture.train_from in options else NOTHING
    session.show_value(BEGIN, begin)
    st.select_slider(
        _("Train from"),
        options,
        begin,
        format_func=lambda name: name or _("head only"),
        key=BEGIN,
        on_change=lambda: change_transfer(train_from=session.widget_value(BEGIN)),
        **held("architecture", help=help),
    )


def _hidden(architecture: Transfer) -> None:
    """The dense layers of the head: one of a few, or numbers of one's own."""
    known = next((name for name, (units, _title) in HEADS.items() if units == architecture.hidden), OWN)
    shown = OWN if session.recall("transfer.own-head") else known
    help = _(
        "Layers between the backbone and the output, each with ReLU. More units tell finer differences apart, "
        "but with few pictures they learn these by heart."
    )
    session.show_value(HIDDEN, shown)
    st.selectbox(
        _("Dense layers of the head"),
        [*HEADS, OWN],
        [*HEADS, OWN].index(shown),
        format_func=lambda name: _("my own …") if name == OWN else _(HEADS[name][1]),
        key=HIDDEN,
        on_change=_take_head,
        **held("architecture", help=help),
    )
    if shown == OWN:
        _units(architecture)


def _take_head() -> None:
    name = session.widget_value(HIDDEN)
    session.remember("transfer.own-head", name == OWN)
    session.remember("transfer.units-refused", "")
    if name in HEADS:
        change_transfer(hidden=HEADS[name][0])


def _units(architecture: Transfer) -> None:
    help = _("Up to {most} numbers from 1 to {units}, such as 200, 50.")
    units = ", ".join(map(str, architecture.hidden))
    session.show_value(UNITS, units)
    st.text_input(
        _("Units of each layer, the first one first"),
        units,
        key=UNITS,
        on_change=_take_units,
        placeholder=_("none: straight to the output"),
        **held("architecture", help=help.format(most=MAX_HIDDEN, units=MOST_UNITS)),
    )
    refused = session.recall("transfer.units-refused", "")
    if refused:
        text = _("“{text}” was not taken: expected up to {most} numbers from 1 to {units}, such as 200, 50.")
        st.error(plain(text.format(text=refused, most=MAX_HIDDEN, units=MOST_UNITS)), icon=":material/error:")


def _take_units() -> None:
    text = session.widget_value(UNITS)
    units = read_units(text)
    session.remember("transfer.units-refused", text if units is None else "")
    if units is not None:
        change_transfer(hidden=units)
