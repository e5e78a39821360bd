"""The numbers beside the curves: what a run that goes on or has ended says of itself."""

from __future__ import annotations

from typing import Any

import pytest

from core.runs.history import EpochRecord, History
from ui.live import going, gone

STARTED = {"kind": "started", "epochs": 4, "steps": 10, "batch_size": 8, "epoch": 0, "batch": 0}
EXTRACTED = {"kind": "extracted", "done": 1200, "total": 1797, "images_per_second": 10.0}


def folded(*events: dict[str, Any]) -> History:
    history = History()
    for event in events:
        history.apply(event)
    return history


def stage(name: str) -> dict[str, Any]:
    return {"kind": "stage", "stage": name}


@pytest.mark.parametrize("stages", [[], ["loading"], ["loading", "building"]])
def test_a_resumed_run_says_nothing_of_batches_until_it_works_on_some(stages: list[str]) -> None:
    """It said "batch 0/10" and the speed of last time for seconds."""
    ended = {"kind": "ended", "state": "paused", "message": ""}
    assert going(folded(STARTED, EXTRACTED, ended, *map(stage, stages), *([STARTED] if stages[1:] else []))) == []


def test_what_is_under_way_is_counted() -> None:
    assert going(folded(STARTED, EXTRACTED))[0] == "picture <b>1,200/1,797</b>"
    assert going(folded(STARTED, EXTRACTED, stage("training")))[:2] == [
        "epoch <b>1/4</b>",
        "batch <b>0/10</b>",
    ]


def test_the_frozen_part_s_time_is_told_beside_the_training_s() -> None:
    history = History(epochs_planned=4, records=[EpochRecord(0, 0.5, 0.5, 0.5, 0.5, 1e-3, 2.0)])
    assert gone(history, 0.9) == ["epoch <b>1/4</b>", "<b>2 s</b> of training"]
    assert gone(history, 10.0)[1] == "<b>2 s</b> of training (+ 10 s for the frozen part, once)"
    assert gone(History(), 10.0) == []
