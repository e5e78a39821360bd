"""The pictures that all of the runs get wrong, those that some of them do, and those that only one does."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import streamlit as st
from numpy.typing import NDArray

from core.datasets.dataset import Dataset
from core.errors import StudioError
from core.i18n import _
from ui import format, session
from ui.choice import choice
from ui.compare.chosen import SIGNS, Compared, same_pictures, wrong_answers
from ui.components import Tile, gallery
from ui.datasets import small_pictures
from ui.html import plain
from ui.pager import pager
from ui.run_pictures import dataset_of

A_PAGE = 24  # pictures
SIDE = 88  # px of a picture
KEY = "compare-mistakes"
ALL, SOME = -1, -2  # instead of a run's place: the mistakes that all make, and those that several and not all do


def mistakes(runs: Sequence[Compared]) -> None:
    """Galleries of mistakes in common and of each run's own, or why there are none."""
    judged = [run for run in runs if run.exam]
    if len(judged) < 2:
        st.info(_("This takes two runs that have taken their final exam."), icon=":material/compare:")
        return
    if not same_pictures(judged):
        text = _(
            "These runs were not judged on the same pictures, so their mistakes cannot be held against each other. "
            "Runs on the same data set with the same split are."
        )
        st.info(text, icon=":material/compare:")
        return
    wrong = wrong_answers(judged)
    kind = _kind(judged, wrong)
    if len(judged) > 2:
        st.caption("  \n".join(_adding_up(run, wrong, row) for row, run in enumerate(judged)))
    positions = _positions(wrong, kind)
    try:
        _gallery(judged, dataset_of(judged[0].info), positions, kind)
    except StudioError as error:
        st.info(plain(str(error)), icon=":material/hide_image:")


def in_common(wrong: NDArray[np.bool_]) -> NDArray[np.int64]:
    """Positions of the pictures that all of (R, N) get wrong."""
    return np.flatnonzero(wrong.all(axis=0))


def in_part(wrong: NDArray[np.bool_]) -> NDArray[np.int64]:
    """Positions of the pictures that at least two of (R, N) get wrong, and at least one right."""
    return np.flatnonzero((wrong.sum(axis=0) > 1) & ~wrong.all(axis=0))


def own(wrong: NDArray[np.bool_], run: int) -> NDArray[np.int64]:
    """Positions of the pictures that of (R, N) only row `run` gets wrong."""
    return np.flatnonzero(wrong[run] & (wrong.sum(axis=0) == 1))


def _positions(wrong: NDArray[np.bool_], kind: int) -> NDArray[np.int64]:
    if kind == SOME:
        return in_part(wrong)
    return in_common(wrong) if kind == ALL else own(wrong, kind)


def _adding_up(run: Compared, wrong: NDArray[np.bool_], row: int) -> str:
    """How a run's mistakes fall into the groups."""
    every, common, alone = int(wrong[row].sum()), len(in_common(wrong)), len(own(wrong, row))
    text = _("{run}: {every} = {common} in common + {some} with some of them + {alone} alone")
    numbers = {"every": every, "common": common, "some": every - common - alone, "alone": alone}
    return text.format(run=plain(run.label), **{name: format.count(number) for name, number in numbers.items()})


def _kind(judged: Sequence[Compared], wrong: NDArray[np.bool_]) -> int:
    labels = {ALL: _("In common: {count}").format(count=format.count(len(in_common(wrong))))}
    if len(judged) > 2:
        labels[SOME] = _("Some of them: {count}").format(count=format.count(len(in_part(wrong))))
    for row, run in enumerate(judged):
        text = _("Only {run}: {count}").format(run=plain(run.label), count=format.count(len(own(wrong, row))))
        labels[row] = text
    kept = session.recall(KEY, ALL)
    kind: int = kept if kept in labels else ALL
    choice(
        _("Mistakes"),
        labels,
        kind,
        lambda number: session.remember(KEY, number),
        key=KEY,
        label_visibility="collapsed",
    )
    return kind


def _gallery(judged: Sequence[Compared], dataset: Dataset, positions: NDArray[np.int64], kind: int) -> None:
    if not len(positions):
        st.caption(_("No such picture."))
        return
    key = f"{KEY}-{kind}-{'-'.join(run.run.id for run in judged)}"
    pages = -(-len(positions) // A_PAGE)
    page = min(int(session.recall(key, 0)), pages - 1)
    here = positions[page * A_PAGE : (page + 1) * A_PAGE]
    exam = judged[0].exam
    assert exam is not None
    numbers = [int(number) for number in exam.indices[here]]
    pictures = small_pictures(dataset, judged[0].info.spec.data, numbers, SIDE)
    tiles = [_tile(judged, int(place), picture) for place, picture in zip(here, pictures, strict=True)]
    gallery(tiles, key=f"tiles-{KEY}", size=SIDE)
    st.caption(_("Below each picture: what it is, and what each run says."))
    pager(key, page, pages)


def _tile(judged: Sequence[Compared], place: int, picture: NDArray[np.uint8]) -> Tile:
    classes = judged[0].info.classes
    exams = [(run, run.exam) for run in judged if run.exam]
    said = [f"{SIGNS[run.place]} {classes[int(exam.said[place])]}" for run, exam in exams]
    first = exams[0][1]
    return Tile(
        id=str(int(first.indices[place])),
        image=np.asarray(picture),
        caption=classes[int(first.labels[place])],
        note="  ".join(said),
    )
