"""Curves of several runs over each other, and where their epochs lie."""

import pytest

from core.runs.events import EventKind, EventWriter
from core.runs.folder import State, Status
from core.runs.submit import submit_run
from core.spec import RunSpec
from ui.compare.chosen import COLOURS, Compared
from ui.compare.curves import overlaid, places


@pytest.fixture
def compared(home, monkeypatch):
    """Make a run with these validation accuracies, an epoch of 10 steps each 2 seconds: `compared(place, ...)`."""

    def make(place, *accuracies, seconds=2.0):
        run = submit_run(home, RunSpec(), f"Run <{place}>", status=Status(state=State.STOPPED))
        clock = iter(range(1000))
        with monkeypatch.context() as patched, EventWriter(run.events) as events:
            patched.setattr("core.runs.events.time.time", lambda: 100 + seconds * next(clock))
            events.write(EventKind.STARTED, epochs=20, steps=10, batch_size=32, epoch=0, batch=0)
            for epoch, accuracy in enumerate(accuracies):
                both = {"loss": 1.0, "val_loss": 2.0, "accuracy": 0.5, "val_accuracy": accuracy}
                events.write(EventKind.EPOCH, epoch=epoch, learning_rate=1e-3, seconds=seconds, **both)
        return Compared(run, place, run.info().name, run.info(), run.status())

    return make


def test_epochs_lie_by_number_by_step_and_by_the_clock(compared):
    run = compared(0, 0.5, 0.75)
    assert places(run, "epoch") == [1, 2]
    assert places(run, "step") == [10, 20]
    assert places(run, "time") == [2, 4]


def test_each_run_has_its_colour_and_validation_is_dashed(compared):
    figure = overlaid([compared(0, 0.5, 0.75), compared(2, 0.25)], "accuracy", "epoch", with_training=False)
    first, second = figure["data"]
    assert (first["y"], first["line"]["color"], first["line"]["dash"]) == ([0.5, 0.75], COLOURS[0], "dash")
    assert (second["y"], second["line"]["color"]) == ([0.25], COLOURS[2])
    assert first["marker"]["symbol"] != second["marker"]["symbol"]
    assert first["name"] == "Run &lt;0&gt;"
    assert figure["layout"]["yaxis"]["range"] == [0, 1]


def test_training_is_solid_where_it_is_wanted(compared):
    lines = overlaid([compared(0, 0.5)], "loss", "epoch", with_training=True)["data"]
    assert [(line["line"]["dash"], line["y"]) for line in lines] == [("solid", [1.0]), ("dash", [2.0])]


def test_a_long_training_is_counted_in_minutes(compared):
    figure = overlaid([compared(0, 0.5, 0.75, seconds=600.0)], "loss", "time", with_training=False)
    assert figure["data"][0]["x"] == [10, 20]
    assert figure["layout"]["xaxis"]["title"]["text"] == "minutes of training"
