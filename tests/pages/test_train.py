"""The Train page as a person uses it; the curves themselves are looked at in a real browser."""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest
from streamlit.testing.v1 import AppTest
from streamlit.testing.v1.element_tree import Html

from core.architecture.presets import PRESETS
from core.augmentation.spec import PRESETS as AUGMENTATIONS
from core.augmentation.spec import AugmentSpec
from core.datasets.store import open_dataset
from core.home import PROJECT
from core.runs.events import EventKind, EventWriter
from core.runs.folder import OUT_OF_MEMORY, Request, RunFolder, State
from core.runs.store import list_runs
from core.runs.submit import split_of, submit_run
from core.spec import DataSpec, RunSpec, TrainingSpec, to_query
from core.time_budget import PhaseTiming, Timing, timed_spec
from core.time_budgets import TimingAnswer, TimingOrder, Wait
from tests.pages.turns import press, query, spec_of
from ui import time_budget
from ui.html import plain
from ui.services import Studio

pytestmark = pytest.mark.usefixtures("studio_without_spare")
Make = Callable[..., RunFolder]
MAY_HIDE = {"momentum", "weight_decay", "schedule_epochs", "schedule_factor"}


def opened(spec: RunSpec | None = None, run: str = "") -> AppTest:
    page = AppTest.from_file(str(PROJECT / "ui" / "shell.py"), default_timeout=30)
    if spec:
        page.query_params["spec"] = to_query(spec)
    if run:
        page.query_params["run"] = run
    page.switch_page(str(PROJECT / "pages" / "build" / "train.py")).run()
    assert not page.exception
    return page


def labels(page: AppTest) -> list[str]:
    return [button.label for button in page.button]


def start_button(page: AppTest) -> bool:
    """Whether the start button can be pressed."""
    return not next(button for button in page.button if button.label == "Start training").disabled


def settings_shown(page: AppTest) -> set[str]:
    widgets = [*page.slider, *page.select_slider, *page.selectbox, *page.number_input, *page.button_group]
    return {widget.key.removeprefix("training.") for widget in widgets if (widget.key or "").startswith("training.")}


def test_settings_write_the_specification() -> None:
    page = opened()
    page.slider(key="training.epochs").set_value(7).run()
    page.select_slider(key="training.learning_rate").set_value(0.05).run()
    page.select_slider(key="training.batch_size").set_value(128).run()
    page.selectbox(key="training.optimizer").set_value("sgd").run()
    page.slider(key="training.momentum").set_value(0.5).run()
    page.slider(key="data.validation_fraction").set_value(0.3).run()
    assert not page.exception
    assert spec_of(page) == RunSpec(
        data=DataSpec(validation_fraction=0.3),
        training=TrainingSpec(epochs=7, learning_rate=0.05, batch_size=128, optimizer="sgd", momentum=0.5),
    )


def test_settings_show_what_the_link_says() -> None:
    page = opened(RunSpec(training=TrainingSpec(epochs=7, learning_rate=0.003, batch_size=100, optimizer="nadam")))
    assert page.slider(key="training.epochs").value == 7
    assert page.select_slider(key="training.learning_rate").value == 0.003, "between two steps of the slider"
    assert page.select_slider(key="training.batch_size").value == 100
    assert page.selectbox(key="training.optimizer").value == "nadam"


@pytest.mark.parametrize(
    ("training", "shown"),
    [
        (TrainingSpec(), set()),
        (TrainingSpec(optimizer="sgd"), {"momentum"}),
        (TrainingSpec(optimizer="rmsprop"), {"momentum"}),
        (TrainingSpec(optimizer="adamw"), {"weight_decay"}),
        (TrainingSpec(schedule="cosine"), set()),
        (TrainingSpec(schedule="step"), {"schedule_epochs", "schedule_factor"}),
        (TrainingSpec(schedule="plateau"), {"schedule_epochs", "schedule_factor"}),
    ],
)
def test_settings_that_mean_nothing_are_not_shown(training: TrainingSpec, shown: set[str]) -> None:
    names = settings_shown(opened(RunSpec(training=training)))
    assert names & MAY_HIDE == shown
    assert names - MAY_HIDE == set(TrainingSpec.model_fields) - MAY_HIDE


def test_a_choice_brings_its_setting_at_once_and_a_hidden_one_keeps_its_value() -> None:
    page = opened()
    page.selectbox(key="training.optimizer").set_value("sgd").run()
    page.slider(key="training.momentum").set_value(0.5).run()
    page.selectbox(key="training.optimizer").set_value("adam").run()
    assert "momentum" not in settings_shown(page)
    page.selectbox(key="training.optimizer").set_value("sgd").run()
    assert page.slider(key="training.momentum").value == 0.5


def test_an_impossible_stack_keeps_the_start_waiting_and_says_why(studio_without_spare: Studio) -> None:
    page = opened(RunSpec(architecture=PRESETS["animals"].architecture))
    assert not start_button(page)
    assert "this 2×2 pool with stride 2 was one too many" in page.warning[0].value
    page.button(key="mend-model-0").click().run()
    assert not page.exception
    assert page.button_group(key="model-preset").value == "animals"
    assert list_runs(studio_without_spare.home) == []


def test_a_loss_for_two_classes_keeps_the_start_waiting_until_another_is_taken() -> None:
    page = opened(RunSpec(training=TrainingSpec(loss="binary_crossentropy")))
    assert not start_button(page)
    assert "two classes" in page.warning[0].value
    assert "Mend it" not in labels(page), "it is mended here"
    page.selectbox(key="training.loss").set_value("sparse_categorical_crossentropy").run()
    assert start_button(page)
    assert not page.warning


def test_a_missing_data_set_keeps_the_start_waiting() -> None:
    page = opened(RunSpec(data=DataSpec(dataset="gone")))
    assert not start_button(page)
    assert page.warning
    assert "Mend it" in labels(page)


def test_start_queues_a_run_of_these_settings_and_shows_it(studio_without_spare: Studio) -> None:
    spec = RunSpec(training=TrainingSpec(epochs=7, optimizer="sgd"))
    page = opened(spec)
    press(page, "Start training")
    (run,) = list_runs(studio_without_spare.home)
    assert (run.status().state, run.info().spec, run.info().name) == (State.QUEUED, spec, "Run 1")
    assert query(page, "run") == run.id
    assert spec_of(page) == spec
    assert "Start training" not in labels(page)
    assert {"Pause", "Stop"} <= set(labels(page))


def test_a_request_is_left_for_the_worker_once(made_run: Make) -> None:
    run = made_run(state=State.RUNNING, exam=False, checkpoint=False)
    page = opened(run=run.id)
    page.button(key="ask-pause").click().run()
    assert not page.exception
    pending = run.request()
    assert pending is not None
    assert pending[0] is Request.PAUSE
    assert page.button(key="ask-pause").disabled
    assert page.button(key="ask-finish_epoch").disabled, "the gentler one"
    assert not page.button(key="ask-stop").disabled


def test_a_finished_run_shows_its_sentence_and_the_next_step(made_run: Make) -> None:
    run = made_run()
    page = opened(run=run.id)
    assert [box.value for box in page.success] == ["99 of 100 pictures that it had never seen are named right."]
    assert "Resume" not in labels(page)
    press(page, "See its mistakes")
    assert page.subheader[0].value.startswith("Your model names 99 of 100 pictures right.")


def settings_of_run(page: AppTest) -> str:
    """The names and values listed, without the tags."""
    texts = [part.value for part in page.get("html") if isinstance(part, Html)]
    return re.sub("(<[^>]+>)+", "|", next(text for text in texts if "studio-facts" in text))


def test_a_run_says_how_its_pictures_were_dealt_out(made_run: Make, studio_without_spare: Studio) -> None:
    shown = settings_of_run(opened(run=made_run().id))
    assert "|Training pictures|1,151|Validation pictures|287|Test pictures|359|" in shown
    assert "|Split|stratified (every class alike)|Split seed|0|" in shown
    last = submit_run(studio_without_spare.home, RunSpec(data=DataSpec(split_policy="last")))
    shown = settings_of_run(opened(run=last.id))
    assert "|Training pictures|1,149|Validation pictures|288|Test pictures|360|" in shown
    assert "|Split|last pictures, as in Keras|Augmentation|" in shown


@pytest.mark.parametrize(
    ("augmentation", "said"),
    [
        (AugmentSpec(), "off"),
        (AUGMENTATIONS["notebook"].spec, "Notebook"),
        (AugmentSpec(rotation=15, zoom=0.1, repeats=2), "Rotation 15°, Zoom 0.1, Fill mode nearest, Times an epoch 2"),
    ],
)
def test_a_run_says_how_its_pictures_were_varied(
    studio_without_spare: Studio, augmentation: AugmentSpec, said: str
) -> None:
    run = submit_run(studio_without_spare.home, RunSpec(augmentation=augmentation))
    page = opened(run=run.id)
    assert f"|Augmentation|{said}|Network|Small CNN|Epochs|" in settings_of_run(page)
    assert any("Training pictures are varied" in caption.value for caption in page.caption) != (said == "off")


@pytest.mark.parametrize("content", [b"", b"PK\x03\x04 cut off", b"no archive"])
def test_a_damaged_split_is_left_out_of_the_settings(made_run: Make, content: bytes) -> None:
    run = made_run()
    run.split.write_bytes(content)
    shown = settings_of_run(opened(run=run.id))
    assert "pictures" not in shown
    assert "|Split|" in shown


def test_a_failed_run_shows_its_message_and_cannot_go_on(made_run: Make) -> None:
    run = made_run(state=State.FAILED, exam=False, checkpoint=False)
    run.update_status(message=OUT_OF_MEMORY)
    page = opened(run=run.id)
    assert [box.value for box in page.warning] == [plain(OUT_OF_MEMORY)]
    assert not page.success
    assert "Clone with changes" in labels(page)
    assert not {"Resume", "See its mistakes", "Pause", "Stop"} & set(labels(page))


@pytest.mark.parametrize("state", [State.PAUSED, State.STOPPED, State.INTERRUPTED])
def test_a_run_that_can_go_on_is_put_back_into_the_queue(made_run: Make, state: State) -> None:
    run = made_run(state=state, exam=False)
    with EventWriter(run.events) as events:
        events.write(EventKind.STARTED, epochs=2, steps=10, batch_size=8, epoch=0, batch=0)
        told = {"loss": 1.0, "accuracy": 0.5, "images_per_second": 9.0}
        events.write(EventKind.BATCH, epoch=0, batch=3, **told)
    page = opened(run=run.id)
    assert ("See what it has learnt" in labels(page)) == (state == State.STOPPED)
    press(page, "Resume")
    assert run.status().state == State.QUEUED
    assert "Pause" in labels(page)


def test_while_the_frozen_part_works_there_is_no_epoch_to_finish(made_run: Make) -> None:
    run = made_run(state=State.RUNNING, exam=False, checkpoint=False)
    with EventWriter(run.events) as events:
        events.write(EventKind.EXTRACTED, done=0, total=1_797, images_per_second=0.0)
        page = opened(run=run.id)
        assert {"Pause", "Stop"} <= set(labels(page))
        assert "Finish this epoch" not in labels(page)
        events.write(EventKind.STAGE, stage="training")
    assert "Finish this epoch" in labels(opened(run=run.id))


@pytest.mark.parametrize("has_learnt", [False, True])
def test_a_run_stopped_before_its_first_batch_is_led_on_to_resume(made_run: Make, has_learnt: bool) -> None:
    run = made_run(state=State.STOPPED, exam=False)
    with EventWriter(run.events) as events:
        events.write(EventKind.STARTED, epochs=2, steps=10, batch_size=8, epoch=0, batch=0)
        if has_learnt:
            events.write(EventKind.BATCH, epoch=0, batch=5, loss=1.0, accuracy=0.5, images_per_second=80.0)
        events.write(EventKind.ENDED, state="stopped", message="")
    resume = next(button for button in opened(run=run.id).button if button.label == "Resume")
    assert resume.proto.type == ("secondary" if has_learnt else "primary")


def test_clone_takes_the_settings_over_and_leaves_the_run(studio_without_spare: Studio) -> None:
    theirs = RunSpec(training=TrainingSpec(epochs=7, optimizer="sgd", momentum=0.5))
    run = submit_run(studio_without_spare.home, theirs)
    run.update_status(state=State.FINISHED)
    page = opened(RunSpec(training=TrainingSpec(epochs=99)), run=run.id)
    press(page, "Clone with changes")
    assert spec_of(page) == theirs
    assert query(page, "run") == ""
    assert page.slider(key="training.epochs").value == 7
    assert page.slider(key="training.momentum").value == 0.5
    assert start_button(page)
    assert run.status().state == State.FINISHED
    assert run.info().spec == theirs


@pytest.mark.parametrize("unknown", ["r20260101-000000-000000", "../../etc", "<b>**x**"])
def test_an_unknown_run_is_said_in_words_and_forgotten(unknown: str) -> None:
    page = opened(run=unknown)
    assert page.warning[0].value.startswith(f"There is no run “{plain(unknown)}” here")
    assert query(page, "run") == ""
    assert start_button(page)


def test_a_damaged_run_is_left_out_of_the_list(made_run: Make) -> None:
    run, other = made_run("Broken", exam=False, checkpoint=False), made_run("Sound", exam=False, checkpoint=False)
    (run.path / "run.json").write_bytes(b"{")
    page = opened(run=other.id)
    assert "Sound" in labels(page)
    assert "Broken" not in labels(page)


def test_a_damaged_run_that_the_link_names_is_said_in_words(made_run: Make) -> None:
    run = made_run(exam=False, checkpoint=False)
    (run.path / "run.json").write_bytes(b"{")
    page = opened(run=run.id)
    assert "cannot be read" in page.warning[0].value
    assert start_button(page)


def test_the_last_twenty_runs_are_listed(made_run: Make) -> None:
    runs = sorted((made_run(exam=False, checkpoint=False) for _ in range(22)), key=lambda run: run.id, reverse=True)
    page = opened()
    assert [button.key for button in page.button if (button.key or "").startswith("run-r")] == [
        f"run-{run.id}" for run in runs[:20]
    ]


def estimate(page: AppTest) -> list[str]:
    """What is said of how long training would take, from top to bottom."""
    settings = page.columns[0]
    headlines = [line.value for line in settings.markdown if line.value.startswith(("**About", "**At most"))]
    return [*headlines, *(caption.value for caption in settings.caption)]


def timed(studio: Studio, spec: RunSpec, answer: TimingAnswer) -> TimingOrder:
    """Let `answer` be known of the network of `spec` on the digits."""
    dataset = open_dataset(studio.home, "digits")
    order = TimingOrder(timed_spec(spec, len(split_of(dataset, spec.data).train)), len(dataset.meta.classes))
    studio.time_budgets._answers[order] = answer
    return order


def takes(step: float) -> TimingAnswer:
    """A network of which a step takes so many seconds, and nothing else any."""
    phase = PhaseTiming(begin=0, step=step, look=step / 100, frozen=0, epoch=0)
    return TimingAnswer(Timing(build=0, phases=(phase,), finish=0))


def test_what_is_not_known_is_timed_once_the_settings_stand_still(
    studio_without_spare: Studio, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: list[int] = []

    def ask(order: TimingOrder) -> TimingAnswer:
        asked.append(order.spec.training.batch_size)
        return TimingAnswer(wait=Wait.TRAINING)

    monkeypatch.setattr(studio_without_spare.time_budgets, "ask", ask)
    page = opened()
    assert estimate(page) == ["Timing a few batches…"]
    page.select_slider(key="training.batch_size").set_value(64).run()
    assert estimate(page) == ["Timing a few batches…"]
    assert not asked, "settings that are being made"
    monkeypatch.setattr(time_budget, "STOOD_STILL", 0.0)
    page.run()
    assert asked == [64]
    assert estimate(page) == ["How long it takes is measured when no run is going on."]


def test_an_estimate_follows_the_settings_without_timing_anew(studio_without_spare: Studio) -> None:
    timed(studio_without_spare, RunSpec(), takes(step=0.32))  # 0.01 s a picture: 1,149 of them, 290 looks of 0.0032 s
    page = opened(RunSpec(training=TrainingSpec(epochs=2)))
    assert estimate(page) == ["**About 25 s**", "12 s an epoch"]
    page.slider(key="training.epochs").set_value(20).run()
    assert estimate(page) == ["**About 4 min**", "12 s an epoch"]
    page.slider(key="training.early_stopping").set_value(3).run()
    assert estimate(page) == ["**At most about 4 min**", "12 s an epoch"]
    assert start_button(page)


def test_a_smaller_size_is_offered_and_taken_with_a_press(studio_without_spare: Studio) -> None:
    spec = RunSpec(data=DataSpec(image_size=192))
    timed(studio_without_spare, spec, takes(step=2.0))
    page = opened(spec)
    (label,) = (label for label in labels(page) if label.startswith("at "))
    assert label == "at 128 px about 12 min"
    press(page, label)
    assert spec_of(page).data.image_size == 128
    assert estimate(page) == ["Timing a few batches…"]


def test_why_nothing_was_timed_is_said_in_words_and_can_be_tried_again(studio_without_spare: Studio) -> None:
    order = timed(studio_without_spare, RunSpec(), TimingAnswer(error="It needs *9* GB."))
    page = opened()
    assert estimate(page) == [plain("It needs *9* GB.")]
    assert start_button(page)
    press(page, "Try again")
    assert studio_without_spare.time_budgets.known(order) is None
    assert estimate(page) == ["Timing a few batches…"]


@pytest.mark.parametrize(
    "spec", [RunSpec(data=DataSpec(dataset="gone")), RunSpec(training=TrainingSpec(loss="binary_crossentropy"))]
)
def test_settings_that_do_not_fit_together_have_no_estimate(spec: RunSpec) -> None:
    assert estimate(opened(spec)) == []


def test_a_run_that_is_shown_has_no_estimate(made_run: Make) -> None:
    assert estimate(opened(run=made_run().id)) == []
