"""The proof with shapes as a person uses it."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from streamlit.testing.v1 import AppTest

from core.augmentation.proof import PROOF, Side
from core.runs.events import EventKind, EventWriter, Stage
from core.runs.folder import OUT_OF_MEMORY, RunFolder, State, Status
from core.runs.store import list_runs
from core.runs.submit import submit_run
from ui import session
from ui.augment import proof
from ui.html import plain
from ui.services import Studio

EPOCHS = PROOF["with"].training.epochs
Train = Callable[..., RunFolder]


def shown(open: bool = True) -> AppTest:
    def script(open: bool) -> None:
        from ui.augment.proof import shapes_proof

        shapes_proof(open)

    page = AppTest.from_function(script, args=(open,), default_timeout=30).run()
    assert not page.exception
    return page


@pytest.fixture
def train(studio_without_spare: Studio) -> Train:
    """Make a run of one side by hand: `train("with", State.FINISHED, epochs=40, test_accuracy=0.9)`."""

    def make(side: Side, state: State, epochs: int = 0, **status: object) -> RunFolder:
        run = submit_run(studio_without_spare.home, PROOF[side], side, status=Status(state=state, epoch=epochs))
        run.update_status(**status)
        with EventWriter(run.events) as events:
            events.write(EventKind.STARTED, epochs=EPOCHS, steps=10, batch_size=32, epoch=0, batch=0)
            for epoch in range(epochs):
                values = dict.fromkeys(("loss", "accuracy", "val_loss"), 0.5) | {"val_accuracy": (epoch + 1) / EPOCHS}
                events.write(EventKind.STAGE, stage=Stage.VALIDATING)
                events.write(EventKind.EPOCH, epoch=epoch, learning_rate=1e-3, seconds=0.2, **values)
        return run

    return make


def train_button(page: AppTest) -> tuple[str, bool]:
    """Its label, and whether it can be pressed."""
    button = page.button(key="proof-train")
    return button.label, not button.disabled


def standings(page: AppTest) -> list[str]:
    return [bar.proto.text for bar in page.get("progress")]


def figures(page: AppTest) -> list[str]:
    return [metric.value for metric in page.metric]


def validations(page: AppTest) -> list[str]:
    return [line.value.partition(": ")[2] for line in page.caption if line.value.startswith("Validation")]


def test_before_anything_is_trained_it_offers_to(studio_without_spare: Studio) -> None:
    page = shown()
    assert [heading.value for heading in page.subheader] == ["See it in a minute: shapes"]
    assert train_button(page) == ("Train both", True)
    assert standings(page) == ["Not trained yet"] * 2
    assert (figures(page), validations(page)) == (["–", "–"], ["–", "–"])
    assert not page.success


def test_one_press_queues_both_and_leaves_what_is_looked_at(studio_without_spare: Studio) -> None:
    page = shown()
    page.button(key="proof-train").click().run()
    assert not page.exception
    runs = {run.info().name: run.info().spec for run in list_runs(studio_without_spare.home)}
    assert runs == {"Shapes as they are": PROOF["without"], "Shapes turned by up to 180°": PROOF["with"]}
    assert standings(page) == ["Waits: number 1 in the queue", "Waits: number 2 in the queue"]
    assert train_button(page) == ("Train both", False)
    assert "studio.run" not in page.session_state


def test_a_second_browser_that_presses_too_sees_the_runs_of_the_first(studio_without_spare: Studio) -> None:
    first, second = shown(), shown()
    first.button(key="proof-train").click().run()
    second.button(key="proof-train").click().run()
    assert len(list_runs(studio_without_spare.home)) == 2
    assert standings(second) == standings(first)


def test_in_the_middle_it_shows_how_far_each_is(train: Train) -> None:
    train("without", State.FINISHED, EPOCHS, test_accuracy=0.6125)
    train("with", State.RUNNING, 12)
    page = shown()
    assert standings(page) == ["✓ Finished · epoch 40/40", "Training · epoch 12/40"]
    assert (validations(page), figures(page)) == (
        ["100.0\N{NO-BREAK SPACE}%", "30.0\N{NO-BREAK SPACE}%"],
        ["61.3\N{NO-BREAK SPACE}%", "–"],
    )
    assert not train_button(page)[1]
    assert not page.success


def test_at_the_end_the_sentence_says_what_came_of_it(train: Train) -> None:
    train("with", State.FINISHED, EPOCHS, test_accuracy=0.93)
    train("without", State.FINISHED, EPOCHS, test_accuracy=0.61)
    page = shown()
    assert figures(page) == ["61.0\N{NO-BREAK SPACE}%", "93.0\N{NO-BREAK SPACE}%"]
    assert [box.value for box in page.success] == ["Turned copies in training: from 61 of 100 right to 93."]
    assert train_button(page) == ("Train both again", True)


def test_a_run_that_was_ended_early_is_not_compared(train: Train) -> None:
    train("without", State.FINISHED, EPOCHS, test_accuracy=0.61)
    train("with", State.FINISHED, 3, test_accuracy=0.4)
    page = shown()
    assert not page.success
    assert "cannot be compared" in page.info[0].value


def test_a_failed_run_says_why_and_both_can_be_trained_again(train: Train, studio_without_spare: Studio) -> None:
    failed = train("without", State.FAILED, 3, message=OUT_OF_MEMORY)
    train("with", State.FINISHED, EPOCHS, test_accuracy=0.93)
    page = shown()
    assert [box.value for box in page.warning] == [plain(OUT_OF_MEMORY)]
    assert standings(page)[0] == "✗ Failed · epoch 3/40"
    page.button(key="proof-train").click().run()
    assert len(list_runs(studio_without_spare.home)) == 4
    assert failed.status().state == State.FAILED


@pytest.mark.parametrize("state", [State.PAUSED, State.STOPPED, State.INTERRUPTED])
def test_a_run_that_can_go_on_says_so_and_is_one_press_away(
    train: Train, monkeypatch: pytest.MonkeyPatch, state: State
) -> None:
    places: list[str | None] = []
    monkeypatch.setattr(proof, "go", lambda page: places.extend([page, session.run_id()]))
    run = train("with", state, 12)
    page = shown()
    assert "It can go on where it was" in page.caption[-1].value
    assert train_button(page)[1]
    page.button(key="proof-see-with").click().run()
    assert places == ["train", run.id]


def test_runs_that_were_deleted_are_forgotten(train: Train, studio_without_spare: Studio) -> None:
    run = train("with", State.RUNNING, 12)
    page = shown()
    run.path.rename(studio_without_spare.home.root / "deleted")
    page.run()
    assert not page.exception
    assert standings(page) == ["Not trained yet"] * 2
    assert train_button(page) == ("Train both", True)


def test_on_other_sets_it_is_folded(studio_without_spare: Studio) -> None:
    page = shown(open=False)
    (box,) = page.expander
    assert (box.label, box.proto.expanded) == ("See it in a minute: shapes", False)
    assert not page.subheader
