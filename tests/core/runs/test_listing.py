"""Search, filters and order of a list of runs."""

import pytest

from core.runs.folder import State
from core.runs.listing import COLUMNS, Wanted, wanted_runs
from core.runs.summary import RunSummary

RUNS = (
    RunSummary(
        id="r3",
        name="Run 10",
        state=State.FINISHED,
        title="Digits",
        network="small",
        score=0.5,
        seconds=3.0,
        starred=True,
    ),
    RunSummary(id="r2", name="run 9", note="Größe", state=State.RUNNING, title="Animals", network="vgg16", best=0.9),
    RunSummary(id="r1", name="Ape", state=State.FINISHED, title="Digits", network="own", score=0.9, parameters=5),
)


def ids(**wanted):
    return [run.id for run in wanted_runs(RUNS, Wanted(**wanted))]


@pytest.mark.parametrize(
    ("wanted", "expected"),
    [
        ({}, ["r3", "r2", "r1"]),
        ({"text": " RUN  9 "}, ["r2"]),
        ({"text": "grösse"}, ["r2"]),
        ({"text": "größe"}, ["r2"]),
        ({"text": "vgg animals"}, ["r2"]),
        ({"dataset": "Digits"}, ["r3", "r1"]),
        ({"state": "running"}, ["r2"]),
        ({"network": "own"}, ["r1"]),
        ({"starred": True}, ["r3"]),
        ({"dataset": "Digits", "network": "vgg16"}, []),
    ],
)
def test_filters_leave_what_suits_in_its_order(wanted, expected):
    assert ids(**wanted) == expected


@pytest.mark.parametrize(
    ("sort", "upwards", "expected"),
    [
        ("name", True, ["r1", "r2", "r3"]),
        ("name", False, ["r3", "r2", "r1"]),
        ("score", False, ["r1", "r3", "r2"]),
        ("score", True, ["r3", "r1", "r2"]),
        ("parameters", True, ["r1", "r3", "r2"]),
        ("created_at", True, ["r1", "r2", "r3"]),
        ("starred", False, ["r3", "r2", "r1"]),
        ("state", True, ["r2", "r3", "r1"]),
        ("title", True, ["r2", "r3", "r1"]),
    ],
)
def test_runs_without_a_value_come_last_either_way(sort, upwards, expected):
    assert ids(sort=sort, upwards=upwards) == expected


def test_networks_of_ones_own_are_sorted_by_their_number_of_layers():
    runs = [RunSummary(id=f"r{layers}", name="", network="own", detail=str(layers)) for layers in (10, 9, 11)]
    assert [run.id for run in wanted_runs(runs, Wanted(sort="network", upwards=True))] == ["r9", "r10", "r11"]


@pytest.mark.parametrize("column", COLUMNS)
def test_every_column_can_be_sorted_by_with_gaps(column):
    runs = [*RUNS, RunSummary(id="r0", name="")]
    assert len(wanted_runs(runs, Wanted(sort=column))) == 4
