"""Photos gathered class by class, from files or from the camera, until there are enough for a set."""

from __future__ import annotations

import time
from collections.abc import Sequence

import numpy as np
import streamlit as st
from streamlit.runtime.uploaded_file_manager import UploadedFile

from core.datasets.dataset import clean_class_name
from core.datasets.importing.names import join_name, numbered, split_name
from core.datasets.importing.sources import Entry, StagedSource, stage, unstage
from core.datasets.limits import LIMITS
from core.desk import DeskState, folder_of
from core.errors import DataError, StudioError
from core.i18n import _
from ui import format, session
from ui.access import visible_dataset
from ui.choice import choice
from ui.components import Tile, camera, gallery_rows
from ui.data.add import keep_all, look_into_upload, taken
from ui.data.outcome import errors_said
from ui.desk import INBOX, discard, my_desk
from ui.html import plain
from ui.tasks import begin_task
from ui.thumbnails import thumbnail

NAMED = 3  # classes in the name that a new set is given
LAST = 6  # photos of a class that are shown, the newest ones
SIDE = 64  # px of such a photo
BROKEN = np.full((SIDE, SIDE), 128, np.uint8)  # shown for a file that cannot be read; an import says why

Gathered = dict[str, list[Entry]]  # class name → its photos, oldest first


def collect_panel() -> None:
    """The classes, ways to give photos to the chosen one, and what has been gathered so far."""
    desk = my_desk()
    state = desk.state()
    with st.container(border=True, key="data-panel"):
        st.subheader(_title(state))
        chosen = _choose_class(state)
        if chosen:
            with errors_said(), StagedSource(desk.inbox) as source:
                _ways(chosen, folder_of(state.classes.index(chosen)), source)
        with StagedSource(desk.inbox) as source:
            gathered = by_class(source.entries, state.classes)
            _rows(source, gathered)
        _footer(state, gathered)


def by_class(entries: Sequence[Entry], classes: Sequence[str]) -> Gathered:
    """The photos of each class in the order they came; they lie in folders called as the class's place."""
    gathered: Gathered = {name: [] for name in classes}
    for entry in sorted(entries, key=lambda entry: entry.place):
        folder = entry.name.partition("/")[0]
        if folder.isdecimal() and int(folder) < len(classes):
            gathered[classes[int(folder)]].append(entry)
    return gathered


def named(folder: str, uploaded: Sequence[UploadedFile], taken: set[str]) -> list[tuple[str, UploadedFile]]:
    """Names in the class's folder for files handed over; one that is there already gets a number."""
    files = []
    for file in uploaded:
        own = join_name((folder, *split_name(file.name.replace("/", "-"))))
        name, number = own, 2
        while name in taken:
            name, number = numbered(own, number), number + 1
        taken.add(name)
        files.append((name, file))
    return files


def _title(state: DeskState) -> str:
    if not state.target:
        return _("Class by class")
    try:
        return _("Add photos to {title}").format(title=plain(visible_dataset(state.target).meta.title))
    except StudioError:
        return _("Add photos")


def _choose_class(state: DeskState) -> str | None:
    """The class that photos go to now, and a place to name another."""
    name: str | None = session.recall("collect.class")
    chosen = name if name in state.classes else next(iter(state.classes), None)
    with st.container(horizontal=True, vertical_alignment="bottom", key="collect-classes"):
        if state.classes:
            choice(
                _("Photos go to"),
                {each: plain(each) for each in state.classes},
                chosen,
                lambda each: session.remember("collect.class", each),
                key="collect.classes",
                as_pills=True,
            )
        st.text_input(
            _("New class") if state.classes else _("Name the first class"),
            key="collect.new",
            max_chars=LIMITS.class_name,
            placeholder=_("hedgehog"),
            on_change=_add_class,
            width=180,
        )
    return chosen


def _add_class() -> None:
    typed = session.widget_value("collect.new").strip()
    session.show_value("collect.new", "")
    if not typed:
        return
    name = clean_class_name(typed)
    desk = my_desk()
    classes = desk.state().classes
    if name not in classes and len(classes) < LIMITS.classes:
        desk.change(classes=(*classes, name))
    session.remember("collect.class", name)


def _ways(chosen: str, folder: str, source: StagedSource) -> None:
    """Files and camera side by side, both for one class."""
    left, right = st.columns(2, gap="medium")
    number = session.recall("data.upload", 0)
    with left:
        uploaded = st.file_uploader(
            _("Drop photos of {name}").format(name=plain(chosen)),
            accept_multiple_files=True,
            key=f"collect.upload-{number}",
            help=_("JPEG, PNG, WebP, GIF or BMP, of any size."),
        )
        if uploaded:
            try:
                keep_all(named(folder, uploaded, {entry.name for entry in source.entries}))
            finally:
                taken(uploaded)
            st.rerun()
    with right:
        _keep_shots(folder, camera(key=f"camera-{chosen}", on_shots="rerun"))


def _keep_shots(folder: str, shots: Sequence[bytes]) -> None:
    desk = my_desk()
    if sum(map(len, shots)) > desk.room():
        raise DataError(_("There is no more room for photos here. Make a set of them first."))
    for shot in shots:
        stage(desk.inbox, f"{folder}/camera-{time.time_ns()}.jpg", shot)


def _rows(source: StagedSource, gathered: Gathered) -> None:
    """The newest photos of each class; a click takes one away."""
    if not any(gathered.values()):
        return
    rows = [(_row_title(name, len(entries)), _tiles(source, entries)) for name, entries in gathered.items() if entries]
    gone = gallery_rows(rows, key="collect-photos", size=SIDE, columns=LAST, on_click="rerun")
    st.caption(_("A click takes a photo away."))
    if gone and gone in {entry.name for entries in gathered.values() for entry in entries}:
        unstage(my_desk().inbox, [gone])
        st.rerun()


def _row_title(name: str, count: int) -> str:
    return _("{name} · {count}").format(name=name, count=format.count(count))


def _tiles(source: StagedSource, entries: Sequence[Entry]) -> list[Tile]:
    tiles = []
    for entry in reversed(entries[-LAST:]):
        picture = thumbnail(f"{my_desk().path}/{entry.name}/{entry.size}", SIDE * 2, source.read(entry))
        tiles.append(
            Tile(
                entry.name,
                BROKEN if picture is None else picture,
                alt=_("Take away {name}").format(name=entry.name.partition("/")[2]),
            )
        )
    return tiles


def _footer(state: DeskState, gathered: Gathered) -> None:
    full = [name for name, entries in gathered.items() if entries]
    enough = bool(full) if state.target else len(full) >= 2
    with st.container(horizontal=True, horizontal_alignment="right", vertical_alignment="center"):
        if not enough:
            st.caption(_("At least one photo is needed.") if state.target else _("Two classes with photos are needed."))
        _cancel(sum(map(len, gathered.values())))
        label = _("Save as a new version") if state.target else _("Make a set of them")
        if st.button(label, type="primary", icon=":material/check:", disabled=not enough):
            if state.target:
                names = state.folder_names
                target = visible_dataset(state.target).meta.id  # it may have been published no more
                begin_task("extend", {"dataset": target, "path": str(my_desk().inbox), "names": names})
                st.rerun()
            look_into_upload(INBOX, ", ".join(full[:NAMED]))


def _cancel(count: int) -> None:
    """Leave; photos that would be lost are asked about first."""
    if not count:
        st.button(_("Cancel"), type="tertiary", on_click=discard)
        return
    with st.popover(_("Cancel"), type="tertiary"):
        st.markdown(_("The {count} photos gathered here would be gone.").format(count=format.count(count)))
        st.button(_("Throw them away"), on_click=discard)
