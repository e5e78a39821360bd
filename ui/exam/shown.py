"""An exam with what is needed to show it."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import streamlit as st
from numpy.typing import NDArray

from core.datasets.dataset import Dataset
from core.errors import StudioError
from core.evaluation import Exam
from core.runs.folder import RunFolder, RunInfo
from ui.access import may_be_taken_back, recheck
from ui.datasets import seen_pictures
from ui.exam.sitting import Sitting
from ui.run_pictures import dataset_of, may_see_pictures

WATCH = 3.0  # seconds between two looks whether another's run may still be seen


@dataclass(frozen=True, eq=False)
class Shown:
    """An exam with what is needed to show it.

    Attributes:
        sitting: Which pictures were asked about, and the model of which epoch.
        dataset: The set that the run was made for; None where it is gone or has changed.
        pictures: As the network saw them, (N, S, S, C); None where they are gone.
        missing: Why they are.
    """

    run: RunFolder
    info: RunInfo
    exam: Exam
    sitting: Sitting
    dataset: Dataset | None
    pictures: NDArray[np.uint8] | None
    missing: str = ""

    @property
    def key(self) -> str:
        """Names this exam in the keys of widgets."""
        return f"{self.run.id}-{self.sitting.part}-{self.sitting.epoch}"

    @property
    def is_final(self) -> bool:
        """Whether this is the exam that counts: on the test pictures, of the model that the run ended with."""
        return self.sitting == Sitting()

    def name(self, number: int) -> str:
        """The name of a class, as plain text."""
        return self.info.classes[number]

    def position_of(self, number: int) -> int | None:
        """Place in the exam of the picture with this number in the data set; None where it is not among them."""
        places = np.flatnonzero(self.exam.indices == number)
        return int(places[0]) if len(places) else None


def recheck_shown(shown: Shown) -> None:
    """Draw the whole page anew where the run or its pictures may not be seen any more; see `recheck`."""
    recheck(shown.run)
    if shown.dataset and not may_see_pictures(shown.info):
        st.rerun()


def watch_shown(shown: Shown) -> None:
    """Look again every few seconds where the run or its pictures may be taken back; see `recheck_shown`."""
    if may_be_taken_back(shown.run):
        st.fragment(recheck_shown, run_every=WATCH)(shown)


def show_exam(run: RunFolder, exam: Exam, sitting: Sitting) -> Shown:
    """Open the run's pictures, or say why they cannot be shown."""
    info = run.info()
    try:
        dataset = dataset_of(info)
        return Shown(run, info, exam, sitting, dataset, seen_pictures(dataset, info.spec.data))
    except StudioError as error:
        return Shown(run, info, exam, sitting, None, None, str(error))
