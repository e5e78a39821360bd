"""A look at what an import would give: classes, left out files, and what becomes of photos that are no squares."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TypeVar

import numpy as np
import streamlit as st
from numpy.typing import NDArray

from core.datasets.dataset import CHANNELS, Fit, Refusal
from core.datasets.importing.bring import SIDES, Look
from core.datasets.importing.photos import PhotoOptions
from core.datasets.limits import LIMITS
from core.datasets.pixels import convert, to_square
from core.errors import StudioError
from core.i18n import N_, _
from core.spec import ColourMode
from core.tasks.folder import TaskFolder, open_task
from ui import format, session
from ui.choice import choice
from ui.components import Tile, gallery, gallery_rows
from ui.data.class_names import class_rows
from ui.desk import INBOX, my_desk, step_back
from ui.html import facts, plain
from ui.services import studio
from ui.tasks import begin_task

FITS: dict[Fit, str] = {"crop": N_("Cut out the middle"), "pad": N_("Black bars"), "stretch": N_("Stretch")}
COLOURS: dict[ColourMode, str] = {"rgb": N_("colour"), "grey": N_("grey")}
NAMED = 8  # classes named in the sentence
FEW, LIST = 6, 320  # left out files beyond which their list scrolls, in so many px
PREVIEW, IN_A_ROW = 72, 4  # px of a picture in the preview, and how many stand side by side

Option = TypeVar("Option", bound=str)
Samples = tuple[NDArray[np.uint8], ...]


def prepared_import() -> tuple[TaskFolder, Look] | None:
    """What was found in the upload that lies on this browser's desk, if any."""
    state = my_desk().state()
    if not state.look or not state.upload:
        return None
    try:
        task = open_task(studio().home, state.look)
        result = task.result()
        return (task, Look.model_validate(result.value)) if result and not result.error else None
    except (StudioError, ValueError):
        step_back()
        st.rerun()  # what stands beside it was drawn for a look that is gone


def import_panel(task: TaskFolder, look: Look) -> None:
    """Show what would come, let it be shaped, and bring it in."""
    with st.container(border=True, key="data-panel"):
        st.subheader(_("Ready to add"))
        st.caption(plain(look.what))
        options = _options(look, _samples(str(task.path)))
        st.caption(plain(_classes(look)))
        with st.expander(_("Names of the classes")):
            class_rows("import.names", _counts(look), options.classes, _rename, can_leave_out=False)
        left_out(look.refused)
        with st.container(horizontal=True, horizontal_alignment="right"):
            st.button(_("Back"), type="tertiary", on_click=step_back)
            if st.button(_("Add this set"), type="primary", icon=":material/add:"):
                upload = my_desk().path / my_desk().state().upload
                begin_task("import", {"path": str(upload), "options": options.model_dump(mode="json")})
                st.rerun()


def left_out(refused: Sequence[Refusal]) -> None:
    """The files that were left out, each with its reason."""
    if not refused:
        return
    many = len(refused) > FEW
    with (
        st.expander(_("Left out: {count}").format(count=format.count(len(refused))), icon=":material/block:"),
        st.container(height=LIST if many else "content", border=False),
    ):
        facts((one.name, one.reason) for one in refused)


def _options(look: Look, samples: Samples) -> PhotoOptions:
    """The choices for this import, by their widgets."""
    title = _title()
    if look.kind == "photos":
        with st.container(horizontal=True, gap="medium", key="import-options"):
            side, colour = _side(look), _colour(look)
    else:
        side, colour = look.side, _own_colour(look)
    fit = _fit(look, samples, side, CHANNELS[colour])
    return PhotoOptions(title=title, side=side, fit=fit, colour=colour, classes=_names())


def _names() -> dict[str, str]:
    """Other names for the classes found: those that photos were gathered for, and those that were typed here."""
    state = my_desk().state()
    gathered = state.folder_names if state.upload == INBOX else {}
    return {**gathered, **(session.recall("import.names") or {})}


def _title() -> str:
    title = my_desk().state().title
    session.show_value("import.title", title)
    st.text_input(
        _("Name of the set"),
        title,
        key="import.title",
        max_chars=LIMITS.class_name,
        on_change=lambda: _rename_set(title),
    )
    return title


def _rename_set(title: str) -> None:
    my_desk().change(title=session.widget_value("import.title").strip() or title)


def _side(look: Look) -> int:
    side: int = session.recall("import.side") or look.side
    session.show_value("import.side.widget", side)
    st.select_slider(
        _("Size to keep"),
        sorted({*SIDES, look.side, side}),
        side,
        format_func=lambda side: f"{side} px",
        key="import.side.widget",
        help=_(
            "Side of the squares in which the photos are kept. Larger shows more and trains slower: twice the side is "
            "four times the work. A network may always look at them in a smaller size."
        ),
        on_change=lambda: session.remember("import.side", session.widget_value("import.side.widget")),
    )
    return side


def _colour(look: Look) -> ColourMode:
    return _choice("colour", _("Colours"), COLOURS, _own_colour(look))


def _own_colour(look: Look) -> ColourMode:
    return "grey" if look.is_grey else "rgb"


def _fit(look: Look, samples: Samples, side: int, channels: int) -> Fit:
    """How pictures become squares, with all ways side by side; no question where all are squares already."""
    asked = bool(samples) and not look.is_square
    chosen = _choice("fit", _("How to make squares of them"), FITS, "crop") if asked else "crop"
    gallery(_tiles(samples, side, chosen, channels), key="import-preview", size=PREVIEW, columns=IN_A_ROW)
    if asked:
        with st.expander(_("Compare the three ways")):
            longest = sorted(samples, key=_longness, reverse=True)[:IN_A_ROW]
            rows = [(_(words), _tiles(longest, side, fit, channels)) for fit, words in FITS.items()]
            gallery_rows(rows, key="import-compare", size=PREVIEW, columns=IN_A_ROW)
    return chosen


def _longness(sample: NDArray[np.uint8]) -> float:
    """How far (h, w, C) is from a square: its long side as a multiple of the short one."""
    sides = sample.shape[:2]
    return float(max(sides) / min(sides))


def _choice(name: str, label: str, choices: dict[Option, str], default: Option) -> Option:
    value: Option = session.recall(f"import.{name}") or default
    key = f"import.{name}.widget"
    words = {option: _(text) for option, text in choices.items()}
    choice(label, words, value, lambda option: session.remember(f"import.{name}", option), key=key)
    return value


def _tiles(samples: Sequence[NDArray[np.uint8]], side: int, fit: Fit, channels: int) -> list[Tile]:
    """The samples as the set would keep them."""
    kept = (convert(to_square(sample, side, fit), channels) for sample in samples)
    return [
        Tile(str(number), picture, alt=_("Sample {number}").format(number=number + 1))
        for number, picture in enumerate(kept)
    ]


def _counts(look: Look) -> list[tuple[str, int]]:
    return [(found.name, found.train + found.validation + found.test) for found in look.classes]


def _classes(look: Look) -> str:
    """In one line: "4 classes: dress (120) · hat (120) · …"."""
    named = " · ".join(f"{name} ({format.count(count)})" for name, count in _shown_counts(look))
    text = _("{count} classes: {named}").format(count=format.count(len(look.classes)), named=named)
    return text + " · …" if len(look.classes) > NAMED else text


def _shown_counts(look: Look) -> list[tuple[str, int]]:
    names = _names()
    return [(names.get(name, name), count) for name, count in _counts(look)[:NAMED]]


def _rename(old: str, new: str | None) -> None:
    names = {name: to for name, to in (session.recall("import.names") or {}).items() if name != old}
    session.remember("import.names", names if new in (None, old) else {**names, old: new})


@st.cache_data(max_entries=16, show_spinner=False)
def _samples(folder: str) -> Samples:
    with np.load(Path(folder) / "samples.npz", allow_pickle=False) as arrays:
        return tuple(arrays[name] for name in arrays.files)
