"""The page of the four routes as a person uses it."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import replace

import pytest
from streamlit.testing.v1 import AppTest
from streamlit.testing.v1.element_tree import Html

from core.home import PROJECT
from core.routes import NOTEBOOK, Choices, Mistake, Route, mistake_specs, route_specs
from core.runs import submit
from core.runs.events import EventKind, EventWriter, Stage
from core.runs.folder import OUT_OF_MEMORY, RunFolder, State, Status
from core.runs.store import list_runs
from core.runs.submit import submit_run
from core.runs.summary import summarize
from core.spec import DataSpec, RunSpec, to_query
from core.weights.find import FoundWeights
from tests.pages.turns import row
from ui import format
from ui.html import plain
from ui.race_chart import Lane
from ui.routes import race
from ui.services import Studio

DATA = DataSpec()
ROUTES, MISTAKES = route_specs(DATA, Choices()), mistake_specs(DATA, Choices())
EPOCHS = Choices().epochs
NAMES = ["Own CNN", "VGG16 features", "VGG16 fine-tuned", "Fine-tuning + augmentation"]
NBSP = "\N{NO-BREAK SPACE}"
Train = Callable[..., RunFolder]


@pytest.fixture(autouse=True)
def weights_there(monkeypatch: pytest.MonkeyPatch) -> None:
    """As if VGG16's file lay in the weights folder; nothing is trained here."""
    monkeypatch.setattr(submit, "weights_problem", lambda home, architecture: "")
    monkeypatch.setattr(submit, "find_weights", lambda *_asked: FoundWeights(None, "random", "0" * 64))


def opened(data: DataSpec = DATA) -> AppTest:
    page = AppTest.from_file(str(PROJECT / "ui" / "shell.py"), default_timeout=30)
    page.query_params["spec"] = to_query(RunSpec(data=data))
    page.switch_page(str(PROJECT / "pages" / "understand" / "routes.py")).run()
    assert not page.exception
    return page


@pytest.fixture
def train(studio_without_spare: Studio, monkeypatch: pytest.MonkeyPatch) -> Train:
    """Make a run of a route or mistake by hand: `train("own", State.FINISHED, epochs=20, test_accuracy=0.9)`."""
    ids = iter(f"r20261122-0930{number:02d}-000000" for number in range(60))
    monkeypatch.setattr(submit, "new_run_id", lambda: next(ids))

    def make(
        name: Route | Mistake, state: State, epochs: int = 0, spec: RunSpec | None = None, **status: object
    ) -> RunFolder:
        spec = spec or next(specs[name] for specs in (ROUTES, MISTAKES) if name in specs)  # type: ignore[index]
        run = submit_run(studio_without_spare.home, spec, name, status=Status(state=state, epoch=epochs))
        run.update_status(**status)
        with EventWriter(run.events) as events:
            events.write(EventKind.STARTED, epochs=EPOCHS, steps=10, batch_size=32, epoch=0, batch=0)
            for epoch in range(epochs):
                values = dict.fromkeys(("loss", "accuracy", "val_loss"), 0.5) | {"val_accuracy": (epoch + 1) / EPOCHS}
                events.write(EventKind.STAGE, stage=Stage.TRAINING)
                events.write(EventKind.EPOCH, epoch=epoch, learning_rate=1e-3, seconds=0.2, **values)
        return run

    return make


def race_button(page: AppTest) -> tuple[str, bool]:
    """Its label, and whether it can be pressed."""
    button = page.button(key="race")
    return button.label, not button.disabled


def press_race(page: AppTest) -> None:
    page.button(key="race").click().run()
    assert not page.exception


def htmls(page: AppTest, mark: str) -> list[str]:
    return [part.value for part in page.get("html") if isinstance(part, Html) and f"class='{mark}'" in part.value]


def standings(page: AppTest) -> list[str]:
    return [re.sub("<[^>]+>", "", text) for text in htmls(page, "race-state")]


def column(page: AppTest, name: str) -> list[str]:
    """The figures of this name, one a route."""
    found = [re.search(f"<dt>{name}</dt><dd>([^<]*)</dd>", text) for text in htmls(page, "race-figures")]
    return [match[1] for match in found if match]


def test_before_anything_is_raced_it_offers_to(studio_without_spare: Studio) -> None:
    page = opened()
    assert race_button(page) == ("Race the four routes", True)
    assert "Queues all four, in the order of the table." in [caption.value for caption in page.caption]
    assert standings(page) == ["Not trained yet"] * 4
    assert column(page, "Test accuracy") == column(page, "Time") == ["–"] * 4
    assert column(page, "Notebook") == [f"{share}.0{NBSP}%" for share in (50, 54, 85, 88)]
    assert column(page, "Multiply-adds a photo")[1] == f"5.0{NBSP}G{NBSP}once, 1.1{NBSP}M{NBSP}an{NBSP}epoch"
    assert not page.warning
    assert not page.success


def test_one_press_queues_all_four_in_their_order(studio_without_spare: Studio) -> None:
    page = opened()
    press_race(page)
    runs = sorted(list_runs(studio_without_spare.home), key=lambda run: run.status().queued_at)
    assert [run.info().name for run in runs] == NAMES
    assert [run.info().spec for run in runs] == list(ROUTES.values())
    assert standings(page) == [f"Waits: number {place} in the queue" for place in (1, 2, 3, 4)]
    assert race_button(page) == ("The race is on", False)


def test_a_second_browser_that_presses_too_sees_the_runs_of_the_first(studio_without_spare: Studio) -> None:
    first, second = opened(), opened()
    press_race(first)
    press_race(second)
    assert len(list_runs(studio_without_spare.home)) == 4
    assert standings(second) == standings(first)


def test_in_the_middle_it_shows_how_far_each_is(train: Train) -> None:
    train("own", State.FINISHED, EPOCHS, test_accuracy=0.71)
    train("features", State.RUNNING, 12)
    running = train("fine_tuned", State.RUNNING, 0)
    train("augmented", State.QUEUED)
    with EventWriter(running.events) as events:
        events.write(EventKind.STAGE, stage=Stage.EXTRACTING)
        events.write(EventKind.EXTRACTED, done=1_200, total=1_797, images_per_second=10.0)
    page = opened()
    assert standings(page) == [
        "✓ Finished · epoch 20/20",
        "Training · epoch 12/20",
        "Frozen part: 1,200 of 1,797 · epoch 0/20",
        "Waits: number 1 in the queue",
    ]
    assert column(page, "Test accuracy") == [f"71.0{NBSP}%", "–", "–", "–"]
    assert race_button(page) == ("The race is on", False)
    assert not page.success


def test_a_route_has_the_time_that_compare_shows(train: Train) -> None:
    runs = [train("own", State.FINISHED, EPOCHS, test_accuracy=0.71), train("features", State.RUNNING, 12)]
    loading = train("fine_tuned", State.RUNNING, 0)
    with EventWriter(loading.events) as events:
        events.write(EventKind.STAGE, stage=Stage.LOADING)
    page = opened()
    assert [format.duration(summarize(run).seconds) for run in runs] == ["4 s", "2 s"]
    assert column(page, "Time") == ["4 s", "2 s", "–", "–"]
    assert standings(page)[2] == "Loading the pictures · epoch 0/20"


def test_the_lines_are_drawn_from_the_events(train: Train, monkeypatch: pytest.MonkeyPatch) -> None:
    lanes: list[tuple[str, int, float]] = []
    train("features", State.RUNNING, 12)

    def drawn(found: list[Lane], _waiting: str) -> dict[str, object]:
        lanes.extend((lane.label, len(lane.history.records), lane.published) for lane in found)
        return {}

    monkeypatch.setattr(race, "race", drawn)
    opened()
    assert lanes == [
        ("1 Own CNN", 0, 0.5),
        ("2 Features", 12, 0.54),
        ("3 Fine-tuned", 0, 0.85),
        ("4 Augmented", 0, 0.88),
    ]


def test_at_the_end_the_sentence_says_who_won(train: Train) -> None:
    for route, score in zip(ROUTES, (0.71, 0.9, 0.91, 0.93), strict=True):
        train(route, State.FINISHED, EPOCHS, test_accuracy=score)
    page = opened()
    assert [box.value for box in page.success] == ["Fine-tuning + augmentation was best: 93 of 100 right. Own CNN: 71."]
    assert race_button(page) == ("Race again", True)


def test_all_are_raced_again_once_all_are_done(train: Train, studio_without_spare: Studio) -> None:
    for route in ROUTES:
        train(route, State.FINISHED, EPOCHS, test_accuracy=0.9)
    page = opened()
    press_race(page)
    assert len(list_runs(studio_without_spare.home)) == 8
    assert race_button(page) == ("The race is on", False)


def test_a_route_that_was_ended_early_is_not_compared(train: Train) -> None:
    for route in ROUTES:
        train(route, State.FINISHED, 3 if route == "own" else EPOCHS, test_accuracy=0.9)
    page = opened()
    assert not page.success
    assert "cannot be compared" in page.info[0].value


def test_the_rest_goes_on_and_what_is_finished_stays(train: Train, studio_without_spare: Studio) -> None:
    done = train("own", State.FINISHED, EPOCHS, test_accuracy=0.7)
    paused = train("features", State.PAUSED, 5)
    failed = train("fine_tuned", State.FAILED, 5, message=OUT_OF_MEMORY)
    page = opened()
    assert [box.value for box in page.warning] == [plain(f"VGG16 fine-tuned: {OUT_OF_MEMORY}")]
    assert standings(page)[1:] == ["‖ Paused · epoch 5/20", "✗ Failed · epoch 5/20", "Not trained yet"]
    assert race_button(page) == ("Race the rest", True)
    press_race(page)
    assert [run.status().state for run in (done, paused, failed)] == [State.FINISHED, State.QUEUED, State.FAILED]
    new = [run.info().spec for run in list_runs(studio_without_spare.home) if run not in (done, paused, failed)]
    assert set(new) == {ROUTES["fine_tuned"], ROUTES["augmented"]}


def test_a_press_on_a_route_shows_its_run(train: Train, monkeypatch: pytest.MonkeyPatch) -> None:
    places: list[str] = []
    monkeypatch.setattr("ui.routes.table.go", places.append)
    run = train("features", State.RUNNING, 12)
    page = opened()
    page.button(key="route-features").click().run()
    assert places == ["train"]
    assert page.query_params.get("run", [""]) != run.id, "this page does not show a run"
    assert page.session_state["studio.run"] == run.id


def test_runs_that_were_deleted_are_forgotten(train: Train, studio_without_spare: Studio) -> None:
    run = train("features", State.RUNNING, 12)
    page = opened()
    run.path.rename(studio_without_spare.home.root / "deleted")
    page.run()
    assert not page.exception
    assert standings(page) == ["Not trained yet"] * 4


def test_what_is_chosen_decides_what_is_raced(studio_without_spare: Studio) -> None:
    page = opened()
    page.select_slider(key="routes-size").set_value(64).run()
    page.slider(key="routes-epochs").set_value(3).run()
    assert row(page, "routes-preset").value is None
    press_race(page)
    asked = {run.info().spec for run in list_runs(studio_without_spare.home)}
    assert asked == set(route_specs(DATA, Choices(image_size=64, epochs=3)).values())


def test_a_fresh_browser_finds_the_last_race_with_its_choices(studio_without_spare: Studio) -> None:
    page = opened()
    page.select_slider(key="routes-size").set_value(64).run()
    press_race(page)
    fresh = opened()
    assert fresh.select_slider(key="routes-size").value == 64
    assert standings(fresh) == standings(page)


def test_a_finished_race_is_shown_as_trained_after_a_reload(train: Train, studio_without_spare: Studio) -> None:
    """With the notebook's heads at another size; the own CNN, the same for every head, is the newest run."""
    choices = replace(NOTEBOOK, image_size=64, epochs=EPOCHS, last_fifth=False)
    for route, spec in reversed(route_specs(DATA, choices).items()):
        train(route, State.FINISHED, EPOCHS, spec=spec, test_accuracy=0.9)
    page = opened()
    assert standings(page) == [f"✓ Finished · epoch {EPOCHS}/{EPOCHS}"] * 4
    assert race_button(page) == ("Race again", True)


def test_one_pill_takes_the_notebook_s_choices_and_the_other_goes_back(studio_without_spare: Studio) -> None:
    page = opened()
    assert row(page, "routes-preset").value == "hour"
    row(page, "routes-preset").set_value("notebook").run()
    assert (page.select_slider(key="routes-size").value, page.slider(key="routes-epochs").value) == (224, 50)
    assert any("batches of 128, last fifth for validation" in caption.value for caption in page.caption)
    press_race(page)
    asked = {run.info().spec for run in list_runs(studio_without_spare.home)}
    assert asked == set(route_specs(DATA, NOTEBOOK).values())
    row(page, "routes-preset").set_value("hour").run()
    assert (page.select_slider(key="routes-size").value, page.slider(key="routes-epochs").value) == (128, 20)


def test_missing_weights_are_said_once_with_the_way_to_mend_them(
    studio_without_spare: Studio, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(submit, "weights_problem", lambda home, architecture: "The weights are not here.")
    page = opened()
    assert [box.value for box in page.warning] == [plain("The weights are not here.")]
    assert not race_button(page)[1]
    assert page.button(key="try-raw_pixels").disabled
    labels = [link.proto.label for link in page.get("page_link")]
    assert "Mend it: Model" in labels


def test_too_little_memory_is_a_warning_that_names_the_route(
    studio_without_spare: Studio, monkeypatch: pytest.MonkeyPatch
) -> None:
    free = type("Memory", (), {"available": 2 * 10**9})
    monkeypatch.setattr("ui.routes.start.psutil.virtual_memory", lambda: free)
    page = opened()
    assert page.warning[0].value.startswith(plain("Own CNN would need about 2.1 GB of memory, and 2.0 GB are free"))
    assert race_button(page)[1]


def test_a_missing_set_is_said_in_words(studio_without_spare: Studio) -> None:
    page = opened(DataSpec(dataset="gone"))
    assert not [button for button in page.button if button.key == "race"]
    assert any("gone" in box.value for box in (*page.warning, *page.error, *page.info, *page.markdown))


def metrics(page: AppTest) -> list[tuple[str, str]]:
    return [(metric.label, metric.value) for metric in page.metric]


def test_a_mistake_is_tried_and_shown_beside_the_right_route(train: Train, studio_without_spare: Studio) -> None:
    train("features", State.FINISHED, EPOCHS, test_accuracy=0.9)
    train("everything_trainable", State.FINISHED, EPOCHS, test_accuracy=0.25)
    page = opened()
    right = ("VGG16 features", f"90.0{NBSP}%")
    assert metrics(page) == [("With the mistake", f"25.0{NBSP}%"), right, ("With the mistake", "–"), right]
    assert [page.button(key=f"try-{name}").label for name in MISTAKES] == ["Try it again", "Try it"]
    page.button(key="try-raw_pixels").click().run()
    assert not page.exception
    (queued,) = [run for run in list_runs(studio_without_spare.home) if run.status().state == State.QUEUED]
    assert (queued.info().name, queued.info().spec) == ("Raw pixels", MISTAKES["raw_pixels"])
    assert page.button(key="try-raw_pixels").disabled
    assert race_button(page) == ("Race the rest", True), "a mistake that is being tried does not hold up the race"


def test_a_mistake_that_was_paused_goes_on(train: Train, studio_without_spare: Studio) -> None:
    run = train("raw_pixels", State.PAUSED, 5)
    page = opened()
    page.button(key="try-raw_pixels").click().run()
    assert run.status().state == State.QUEUED
    assert len(list_runs(studio_without_spare.home)) == 1
