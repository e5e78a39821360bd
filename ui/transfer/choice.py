"""Which kind of network this browser makes, an own CNN or transfer learning; each is kept while the other is shown."""

from __future__ import annotations

from typing import Any

from core.architecture.presets import DEFAULT_PRESET, PRESETS
from core.architecture.transfer import Transfer
from core.i18n import N_, _
from core.spec import ArchitectureSpec
from ui import session
from ui.choice import choice
from ui.held import are_hidden, held

KIND = "model-kind"
KINDS = {"own": N_("My own CNN"), "transfer": N_("Transfer learning")}
FIRST: dict[str, ArchitectureSpec] = {"own": PRESETS[DEFAULT_PRESET].architecture, "transfer": Transfer()}


def kind_choice() -> None:
    """The switch between the two kinds; not where a lesson hides the network."""
    if are_hidden("architecture"):
        return
    help = _("Design one from scratch, or begin with a network that has learned from 1.2 million photos.")
    choice(
        _("Network"),
        {kind: _(words) for kind, words in KINDS.items()},
        session.spec().architecture.kind,
        switch,
        key=KIND,
        **held("architecture", help=help),
    )


def switch(kind: str) -> None:
    """Make the other kind of network, as it was left."""
    spec = session.spec()
    if kind == spec.architecture.kind:
        return
    session.remember(f"model.{spec.architecture.kind}", spec.architecture)
    session.set_spec(spec.model_copy(update={"architecture": session.recall(f"model.{kind}", FIRST[kind])}))


def change_transfer(**changes: Any) -> None:
    """Change some of the transfer settings; a click that comes after the switch to an own CNN changes nothing."""
    if isinstance(session.spec().architecture, Transfer):
        session.change("architecture", **changes)
