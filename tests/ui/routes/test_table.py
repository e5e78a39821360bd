"""The figures under the race."""

from __future__ import annotations

from core.runs.history import EpochRecord, History
from ui.routes.table import time_words


def trained(*seconds: float) -> History:
    return History(records=[EpochRecord(epoch, 0.5, 0.5, 0.5, 0.5, 1e-3, took) for epoch, took in enumerate(seconds)])


def test_a_clock_shows_the_time_of_training_and_beside_it_what_the_frozen_part_took() -> None:
    """Loading and the exam were in it, so a run had one time in the race and another on Compare."""
    assert time_words(trained(1.4, 1.0), 0.1) == "2 s"
    assert time_words(trained(1.4, 1.0), 10.2) == "2 s (+ 10 s once)"


def test_no_clock_runs_before_the_first_epoch_is_done() -> None:
    assert time_words(History(), 0.0) == time_words(History(), 10.2) == "–"
