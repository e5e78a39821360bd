"""The Compare page as a person uses it; the table's own presses are made in a real browser."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pytest
from streamlit.testing.v1 import AppTest

from core.architecture.presets import PRESETS
from core.home import PROJECT
from core.runs.events import EventKind, EventWriter
from core.runs.folder import RunFolder, State, list_runs
from core.runs.index import index_of
from core.runs.notes import about_of, change_about
from core.runs.trash import discarded
from core.spec import DataSpec, RunSpec, TrainingSpec, from_query
from ui.services import Studio

pytestmark = pytest.mark.usefixtures("studio_without_spare")
Make = Callable[..., RunFolder]


def opened(*runs: RunFolder, opened_run: RunFolder | None = None) -> AppTest:
    page = AppTest.from_file(str(PROJECT / "ui" / "shell.py"), default_timeout=30)
    if runs:
        page.query_params["runs"] = ",".join(run.id for run in runs)
    if opened_run:
        page.session_state["studio.page.compare-opened"] = opened_run.id
    page.switch_page(str(PROJECT / "pages" / "understand" / "compare.py")).run()
    assert not page.exception
    return page


def words(page: AppTest) -> str:
    elements = (*page.subheader, *page.markdown, *page.error, *page.info, *page.caption, *page.warning)
    return "\n".join(element.value for element in elements) + "\n".join(html(page))


def html(page: AppTest) -> list[str]:
    return [element.proto.body for element in page.get("html")]


def press(page: AppTest, label: str) -> AppTest:
    next(button for button in page.button if button.label == label).click().run()
    assert not page.exception
    return page


def address(page: AppTest) -> str:
    found = page.query_params.get("runs", "")
    return found if isinstance(found, str) else ",".join(found)


def learnt(run: RunFolder, accuracies: tuple[float, ...]) -> RunFolder:
    with EventWriter(run.events) as events:
        events.write(EventKind.STARTED, epochs=20, steps=10, batch_size=32, epoch=0, batch=0)
        for epoch, accuracy in enumerate(accuracies):
            both = {"loss": 1 - accuracy, "val_loss": 1 - accuracy, "accuracy": accuracy, "val_accuracy": accuracy}
            events.write(EventKind.EPOCH, epoch=epoch, learning_rate=1e-3, seconds=2.0, **both)
    return run


def test_without_runs_it_leads_to_the_first_one(studio_without_spare: Studio) -> None:
    assert opened().subheader[0].value == "No runs to compare yet"


def test_one_run_is_listed_and_nothing_is_to_be_searched(made_run: Make) -> None:
    page = opened(made_run())
    assert "1 run" in words(page)
    assert "Tick another run" in words(page)
    assert not page.text_input


@pytest.mark.parametrize("state", list(State))
def test_every_state_is_listed(made_run: Make, state: State) -> None:
    learnt(made_run(state=state, exam=False), (0.5,))
    assert "1 run" in words(opened())


def test_a_damaged_run_is_listed_and_can_be_deleted(made_run: Make, studio_without_spare: Studio) -> None:
    run = made_run()
    (run.path / "run.json").write_bytes(b"{")
    page = opened(opened_run=run)
    assert "cannot be read" in words(page)
    page.button(key="card-delete").click().run()
    assert not page.exception
    assert list_runs(studio_without_spare.home) == []


def test_only_settings_that_differ_are_shown_in_words(made_run: Make) -> None:
    first = made_run("First")
    second = made_run("Second <b>", spec=RunSpec(training=TrainingSpec(epochs=7, optimizer="sgd")))
    tables = [text for text in html(opened(first, second)) if "compared-table" in text]
    settings = tables[1]
    assert "Second &lt;b&gt;" in settings
    assert "<th scope='row'>Epochs</th><td>20 epochs</td><td>7 epochs</td>" in settings
    assert "<th scope='row'>Optimizer</th><td>Adam</td><td>SGD with momentum</td>" in settings
    assert "Learning rate" not in settings


def test_same_settings_are_said_to_be_the_same(made_run: Make) -> None:
    assert "All settings are the same" in words(opened(made_run(), made_run()))


def test_scores_are_held_against_the_first(made_run: Make) -> None:
    first, second = made_run("First"), made_run("Second")
    second.update_status(test_accuracy=0.5)
    text = words(opened(first, second))
    assert "−49.4 points" in text
    assert "same 359 test pictures: First alone names 0 of them right, Second alone 0" in text


def test_runs_without_an_exam_say_so_everywhere(made_run: Make) -> None:
    page = opened(*(made_run(exam=False, state=State.STOPPED) for _ in range(2)))
    assert "Fewer than two of these runs have taken their final exam" in words(page)
    assert "No epoch is finished yet" in words(page)


def test_other_pictures_are_not_compared(made_run: Make) -> None:
    page = opened(made_run(), made_run(spec=RunSpec(data=DataSpec(split_seed=1))))
    assert "judged on different pictures" in words(page)
    for tab, said in (
        ("Matrices", "there is no difference to show"),
        ("Mistakes", "cannot be held against each other"),
    ):
        page.session_state["studio.page.compare-tab"] = tab
        page.run()
        assert not page.exception
        assert said in words(page)


def test_mistakes_in_common_and_matrices_of_the_same_pictures(made_run: Make) -> None:
    first, second = made_run("First"), made_run("Second")
    with np.load(second.evaluation) as arrays:
        kept = dict(arrays)
    kept["probabilities"] = np.eye(10, dtype=np.float32)[kept["labels"]]  # it has no mistake at all
    np.savez(second.evaluation, **kept)
    page = opened(first, second)
    page.session_state["studio.page.compare-tab"] = "Mistakes"
    page.run()
    assert not page.exception
    assert page.button_group(key="compare-mistakes").options == ["In common: 0", "Only ● First: 2", "Only ■ Second: 0"]
    page.session_state["studio.page.compare-tab"] = "Matrices"
    page.session_state["studio.page.compare-matrices"] = "difference"
    page.run()
    assert not page.exception
    assert "**■ Second** minus ● First" in words(page)


def test_the_address_keeps_the_runs_and_leaves_out_what_is_not_here(made_run: Make) -> None:
    run = made_run()
    page = AppTest.from_file(str(PROJECT / "ui" / "shell.py"), default_timeout=30)
    page.query_params["runs"] = f"../../etc,{run.id},r20200101-000000-000000,{run.id}"
    page.switch_page(str(PROJECT / "pages" / "understand" / "compare.py")).run()
    assert not page.exception
    assert "left out" in words(page)
    assert address(page) == run.id


def test_a_run_is_renamed_and_gets_a_note(made_run: Make) -> None:
    run = made_run("Given")
    page = opened(opened_run=run)
    page.text_input(key=f"card-name-{run.id}").set_value("Mine")
    page.text_area(key=f"card-note-{run.id}").set_value("I expected 90 %.")
    press(page, "Keep name and note")
    about = about_of(run)
    assert (about.name, about.note) == ("Mine", "I expected 90 %.")
    assert run.info().name == "Given"


def test_its_name_is_the_same_on_every_page(made_run: Make) -> None:
    run = made_run("Given")
    change_about(run, name="Mine")
    page = AppTest.from_file(str(PROJECT / "ui" / "shell.py"), default_timeout=30)
    page.query_params["run"] = run.id
    for file in ("build/train.py", "understand/evaluate.py"):
        page.switch_page(str(PROJECT / "pages" / file)).run()
        assert not page.exception
        shown = words(page) + " ".join(option for box in page.selectbox for option in box.options)
        assert "Mine" in shown
        assert "Given" not in shown


def test_deleting_can_be_undone(made_run: Make, studio_without_spare: Studio) -> None:
    first, second = made_run("First"), made_run("Second")
    page = opened(first, second)
    page.button(key="delete-chosen").click().run()
    assert not page.exception
    assert "2 runs are deleted" in words(page)
    assert list_runs(studio_without_spare.home) == []
    press(page, "Undo")
    assert len(list_runs(studio_without_spare.home)) == 2
    assert discarded(studio_without_spare.home) == []


def test_a_run_that_learns_is_not_deleted(made_run: Make, studio_without_spare: Studio) -> None:
    busy, done = made_run("Busy", state=State.QUEUED, exam=False), made_run("Done")
    page = opened(busy, done)
    page.button(key="delete-chosen").click().run()
    assert not page.exception
    assert "Busy still learns" in words(page)
    assert [run.id for run in list_runs(studio_without_spare.home)] == [busy.id]
    assert address(page) == busy.id


def test_cloning_takes_the_settings_over(made_run: Make) -> None:
    spec = RunSpec(architecture=PRESETS["lenet5"].architecture, data=DataSpec(image_size=28))
    page = opened(opened_run=made_run(spec=spec))
    page.button(key="card-clone").click().run()
    assert not page.exception
    query = page.query_params["spec"]
    assert from_query(query if isinstance(query, str) else query[0]) == spec


def test_filters_leave_some_and_say_how_many(made_run: Make) -> None:
    made_run("First")
    made_run("Second", state=State.STOPPED, exam=False)
    page = opened()
    page.text_input(key="compare-search").set_value("sec").run()
    assert "1 of 2 runs" in words(page)
    press(page, "Show all")
    assert "1 of 2" not in words(page)
    page.selectbox(key="compare-filter-state").set_value("finished").run()
    assert "1 of 2 runs" in words(page)


def test_a_star_of_another_browser_is_seen(made_run: Make, studio_without_spare: Studio) -> None:
    change_about(made_run("First"), starred=True)
    made_run("Second")
    index_of(studio_without_spare.home).look(now=True)
    page = opened()
    page.toggle(key="compare-filter-starred").set_value(True).run()
    assert "1 of 2 runs" in words(page)
