"""The proof with shapes on a page: one network, trained without and with turned copies, side by side as they learn."""

from __future__ import annotations

from collections.abc import Mapping
from functools import lru_cache

import numpy as np
import streamlit as st
from numpy.typing import NDArray

from core.augmentation.draws import units_of
from core.augmentation.proof import PROOF, SHAPES, Side
from core.augmentation.warp import augment
from core.datasets.dataset import TEST, TRAIN
from core.datasets.shapes import CLASSES, draw_shapes
from core.evaluation import of_hundred
from core.i18n import N_, _
from core.runs.folder import RunFolder, State, Status
from core.runs.history import History, history_of
from core.runs.store import can_go_on
from core.runs.waiting import check_line
from ui import format, session
from ui.access import newest_runs, recheck
from ui.components.gallery import Tile, gallery_rows
from ui.errors import errors_shown
from ui.held import not_in_lesson
from ui.html import plain
from ui.navigation import go
from ui.services import studio
from ui.side_by_side import REFRESH, any_active, standing
from ui.start_training import queue_run

NAMES: dict[Side, str] = {"without": N_("Shapes as they are"), "with": N_("Shapes turned by up to 180°")}
EACH = 2  # example pictures of each class
TILE = 44  # px of one

Runs = Mapping[Side, RunFolder]
Pixels = NDArray[np.uint8]


def shapes_proof(open: bool) -> None:
    """Show the proof with its last runs, whoever started them.

    Args:
        open: Whether it stands open, as where the shapes are the chosen set; else it is folded.
    """
    title = _("See it in a minute: shapes")
    if open:
        with st.container(border=True, key="shapes-proof"):
            st.subheader(title, anchor="shapes-proof")
            _proof()
        return
    folded = st.expander(title, icon=":material/school:", key="shapes-proof-folded", on_change="rerun")
    if folded.open:
        with folded:
            _proof()


def verdict(without: float, turned: float) -> str:
    """What came of it, in one sentence, from two test accuracies of 0 to 1; `turned` is that with turned copies."""
    if turned > without:
        text = _("Turned copies in training: from {before} of 100 right to {after}.")
    else:
        text = _("Turned copies did not help this time: {before} of 100 right without them, {after} with them.")
    return text.format(before=of_hundred(without), after=of_hundred(turned))


def _proof() -> None:
    _story()
    runs = newest_runs(PROOF)
    active = any_active(runs.values())
    st.fragment(_live, run_every=REFRESH if active else None)(runs, active)


def _story() -> None:
    st.markdown(
        _(
            "A network that has only ever seen upright shapes fails on turned ones. "
            "Turned copies of the same pictures, shown in training, mend it."
        )
    )
    rows = zip((_("Training"), _("Turned copies"), _("Test")), _examples(), strict=True)
    tiles = [
        (title, [Tile(f"{title}-{place}", picture, alt=_name(place)) for place, picture in enumerate(pictures)])
        for title, pictures in rows
    ]
    gallery_rows(tiles, key="proof-examples", size=TILE, columns=EACH * len(CLASSES))


def _name(place: int) -> str:
    return _(CLASSES[place % len(CLASSES)])


@lru_cache(maxsize=1)
def _examples() -> tuple[Pixels, Pixels, Pixels]:
    """Training pictures, the same as the first epoch turns them, and test pictures; the classes in turn."""
    dataset, spec = draw_shapes(SHAPES), PROOF["with"]
    of_class = [dataset.labels == label for label in range(len(CLASSES))]
    train, test = (
        np.stack([np.flatnonzero(mine & (dataset.parts == part))[:EACH] for mine in of_class], axis=1).reshape(-1)
        for part in (TRAIN, TEST)
    )
    upright, units = dataset.images[train], units_of(spec.training.seed, 0, train)
    return upright, augment(upright, spec.augmentation, units), dataset.images[test]


def _live(runs: Runs, was_active: bool) -> None:
    if was_active != any_active(runs.values()):  # both ended, or they are gone: look for the newest runs again
        st.rerun()
    for run in runs.values():
        recheck(run)
    _start(runs, was_active)
    for column, side in zip(st.columns(2, gap="medium"), PROOF, strict=True):
        with column:
            _side(side, runs.get(side))
    _outcome({side: run.status() for side, run in runs.items()})


def _start(runs: Runs, active: bool) -> None:
    kept = not_in_lesson(*PROOF.values())
    with st.container(horizontal=True, vertical_alignment="center"):
        label = _("Train both again") if runs and not active else _("Train both")
        if st.button(label, icon=":material/play_arrow:", disabled=active or bool(kept), key="proof-train"):
            with errors_shown():
                _train_both()
                st.rerun()
        if active:
            st.caption(_("Both go on while you look at other pages."))
        elif kept:
            st.caption(kept)
        else:
            epochs = PROOF["with"].training.epochs
            st.caption(_("Two runs of {epochs} epochs, about a minute together.").format(epochs=epochs))


def _train_both() -> None:
    """Queue both, unless another browser has done so since this page was drawn."""
    if not any_active(newest_runs(PROOF).values()):
        check_line(studio().home, session.viewer(), len(PROOF))  # both of them or none
        for side, spec in PROOF.items():
            queue_run(spec, _(NAMES[side]))


def _side(side: Side, run: RunFolder | None) -> None:
    st.markdown(f"**{_(NAMES[side])}**")
    history = history_of(run.events) if run else History()
    status = run.status() if run else None
    records, epochs = history.records, PROOF[side].training.epochs
    st.progress(min(len(records) / epochs, 1.0), text=standing(run, status, history, epochs))
    validation = format.percent(records[-1].val_accuracy if records else None)
    st.caption(_("Validation, upright shapes: {accuracy}").format(accuracy=validation))
    st.metric(_("Test, turned shapes"), format.percent(status.test_accuracy if status else None))
    if run and status:
        _way_on(side, run, status)


def _way_on(side: Side, run: RunFolder, status: Status) -> None:
    if st.button(_("See this run"), icon=":material/show_chart:", type="tertiary", key=f"proof-see-{side}"):
        session.look_at(run.id)
        go("train")
    if status.message:
        st.warning(plain(_(status.message)), icon=":material/info:")
    if can_go_on(run):
        st.caption(_("It can go on where it was: see this run. Or train both again."))
    elif status.state == State.FAILED:
        st.caption(_("Train both again. If it fails once more, see this run and change its settings."))


def _outcome(statuses: Mapping[Side, Status]) -> None:
    """The sentence at the end, where both got there."""
    results = [statuses[side] for side in PROOF if side in statuses]
    scores = [status.test_accuracy for status in results if status.test_accuracy is not None]
    if len(scores) < len(PROOF):
        return
    if all(status.epoch == spec.training.epochs for status, spec in zip(results, PROOF.values(), strict=True)):
        st.success(verdict(*scores), icon=":material/school:")
    else:
        st.info(
            _("One of the two ended before its last epoch, so they cannot be compared. Train both again."),
            icon=":material/info:",
        )
