"""The left side of the page: the pictures, and what is chosen for all routes."""

from __future__ import annotations

from dataclasses import asdict, replace

import streamlit as st

from core.datasets.dataset import Dataset
from core.i18n import N_, _, ngettext
from core.knobs import knob_of
from core.routes import Choices, latest_choices, notebook_choices
from core.spec import TrainingSpec
from ui import format, session
from ui.access import own_runs
from ui.choice import choice
from ui.html import plain
from ui.navigation import link_to
from ui.widgets import help_of

KEPT = "routes.choices"
SIZES = (64, 96, 128, 160, 192, 224)  # px
TITLES = {"hour": N_("A class hour"), "notebook": N_("As in the notebook")}


def choices() -> Choices:
    """What this browser has chosen; at first what was raced last with these pictures."""
    kept = session.recall(KEPT)
    if not isinstance(kept, Choices):
        kept = latest_choices(own_runs(), session.spec().data) or Choices()
        session.remember(KEPT, kept)
    return kept


def settings(dataset: Dataset) -> None:
    """The chosen set in a line, and what can be chosen."""
    _pictures(dataset)
    _pills(dataset)
    _sizes(dataset)
    _epochs()
    _rest()


def _pictures(dataset: Dataset) -> None:
    title, count = _(dataset.meta.label), format.count(len(dataset))
    line = _("**{title}** · {count} pictures · {classes} classes")
    st.markdown(line.format(title=plain(title), count=count, classes=len(dataset.meta.classes)))
    link_to("data", _("Other pictures"))


def _pills(dataset: Dataset) -> None:
    presets = {"hour": Choices(), "notebook": notebook_choices(dataset, session.spec().data)}
    choice(
        _("Start from"),
        {name: _(TITLES[name]) for name in presets},
        next((name for name, made in presets.items() if made == choices()), None),
        lambda name: _change(**asdict(presets[name or "hour"])),
        key="routes-preset",
        as_pills=True,
        required=False,
        wrap=True,
        help=_("The notebook: 224 px, 50 epochs, batches of 128, the last fifth for validation."),
    )
    if choices() == presets["notebook"] and not choices().last_fifth:
        st.caption(_("The split stays as on the Data page: the last fifth of these pictures has not all classes."))


def _sizes(dataset: Dataset) -> None:
    session.show_value("routes-size", choices().image_size)
    st.select_slider(
        _("Picture size"),
        sorted({*SIZES, choices().image_size}),
        choices().image_size,
        format_func=lambda size: f"{size} px",
        key="routes-size",
        help=_("Side of the square pictures, in colour. Half the side is a quarter of the work."),
        on_change=lambda: _change(image_size=session.widget_value("routes-size")),
    )
    if dataset.meta.size < choices().image_size:
        note = _("Kept at {size} px, these pictures are enlarged: VGG16 cannot see more in them.")
        st.caption(note.format(size=dataset.meta.size))


def _epochs() -> None:
    knob = knob_of(TrainingSpec, "epochs")
    session.show_value("routes-epochs", choices().epochs)
    st.slider(
        _(knob.title),
        min_value=int(knob.low or 1),
        max_value=int(knob.high or 1),
        value=choices().epochs,
        key="routes-epochs",
        help=help_of(knob),
        on_change=lambda: _change(epochs=session.widget_value("routes-epochs")),
    )


def _rest() -> None:
    policy = _("last fifth for validation") if choices().last_fifth else _("split of the Data page")
    line = _("Adam at 0.001, batches of {batch}, {policy}, one seed for all.").format(
        batch=choices().batch_size, policy=policy
    )
    if choices().dropout:
        line += " " + _("VGG16's heads drop {share} % of what they get while they learn.").format(
            share=round(100 * choices().dropout)
        )
    head = choices().head_epochs
    if head:
        more = ngettext(
            "Fine-tuning trains the head alone for {epochs} epoch, then goes on at a tenth of the rate.",
            "Fine-tuning trains the head alone for {epochs} epochs, then goes on at a tenth of the rate.",
            head,
        )
        line += " " + more.format(epochs=head)
    st.caption(line)


def _change(**changes: object) -> None:
    session.remember(KEPT, replace(choices(), **changes))  # type: ignore[arg-type]
