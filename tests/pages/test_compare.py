"""The Compare page as a person uses it; the table's own presses are made in a real browser."""

from __future__ import annotations

import re
from collections.abc import Callable
from unittest.mock import call, patch

import numpy as np
import pytest
import streamlit as st
from streamlit.testing.v1 import AppTest

from core.access import owner_of
from core.architecture.presets import PRESETS
from core.home import PROJECT
from core.runs.events import EventKind, EventWriter
from core.runs.folder import RunFolder, State
from core.runs.index import index_of
from core.runs.notes import about_of, change_about
from core.runs.store import list_runs
from core.runs.trash import discarded
from core.spec import DataSpec, RunSpec, TrainingSpec, from_query
from tests.pages.turns import press, query
from ui.exam.shown import WATCH
from ui.services import Studio

pytestmark = pytest.mark.usefixtures("studio_without_spare")
Make = Callable[..., RunFolder]


def opened(*runs: RunFolder, opened_run: RunFolder | None = None, **view: str) -> AppTest:
    page = AppTest.from_file(str(PROJECT / "ui" / "shell.py"), default_timeout=30)
    if runs:
        page.query_params["runs"] = ",".join(run.id for run in runs)
    if opened_run:
        page.session_state["studio.page.compare-opened"] = opened_run.id
    for name, value in view.items():
        page.query_params[name] = value
    page.switch_page(str(PROJECT / "pages" / "understand" / "compare.py")).run()
    assert not page.exception
    return page


def words(page: AppTest) -> str:
    elements = (*page.subheader, *page.markdown, *page.error, *page.info, *page.caption, *page.warning)
    return "\n".join(element.value for element in elements) + "\n".join(html(page))


def untagged(page: AppTest) -> str:
    return re.sub("<[^>]+>", "", words(page))


def html(page: AppTest) -> list[str]:
    return [element.proto.body for element in page.get("html")]


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
    assert "To compare, train another one" in words(page)
    assert "Tick" not in words(page)
    assert not page.text_input


@pytest.mark.parametrize("state", list(State))
def test_every_state_is_listed(made_run: Make, state: State) -> None:
    learnt(made_run(state=state, exam=False), (0.5,))
    assert "1 run" in words(opened())


def test_a_damaged_run_is_listed_for_the_teacher_who_can_delete_it(
    made_run: Make, studio_without_spare: Studio, look_as: Callable[..., None]
) -> None:
    run = made_run("Broken")
    (run.path / "run.json").write_bytes(b"{")
    assert "card-delete" not in {button.key for button in opened(opened_run=run).button}
    look_as(is_teacher=True)
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
    assert "Such runs come out the same" in words(opened(made_run(), made_run()))


def test_only_runs_trained_to_the_end_are_said_to_come_out_the_same(made_run: Make) -> None:
    text = words(opened(made_run(), made_run(state=State.STOPPED)))
    assert "All settings are the same" in text
    assert "come out the same" not in text


def test_scores_are_held_against_the_first(made_run: Make) -> None:
    first, second = made_run("First"), made_run("Second")
    second.update_status(test_accuracy=0.5)
    text = words(opened(first, second))
    assert "−49.4 points" in text
    assert "They answer alike on all 359 test pictures" in text


def test_runs_without_an_exam_say_so_everywhere(made_run: Make) -> None:
    page = opened(*(made_run(exam=False, state=State.STOPPED) for _ in range(2)))
    assert "Fewer than two of these runs have taken their final exam" in words(page)
    assert "No epoch is finished yet" in words(page)


def test_other_pictures_are_not_compared(made_run: Make) -> None:
    page = opened(made_run("First"), made_run("Second", spec=RunSpec(data=DataSpec(split_seed=1))))
    assert "Different pictures: the score of First cannot be compared with that of Second." in words(page)
    assert " points" not in words(page)
    for tab, said in (
        ("matrices", "there is no difference to show"),
        ("mistakes", "cannot be held against each other"),
    ):
        page.session_state["studio.view..tab"] = tab
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
    page.session_state["studio.view..tab"] = "mistakes"
    page.run()
    assert not page.exception
    assert page.button_group(key="compare-mistakes").options == ["In common: 0", "Only ● First: 2", "Only ■ Second: 0"]
    page.session_state["studio.view..tab"] = "matrices"
    page.session_state["studio.view..matrices"] = "difference"
    page.run()
    assert not page.exception
    assert "■ Second minus ● First" in untagged(page)


def test_the_address_says_how_they_are_looked_at(made_run: Make) -> None:
    runs = made_run("First"), made_run("Second")
    page = opened(*runs, tab="matrices", matrices="difference")
    assert "■ Second minus ● First" in untagged(page)
    page.button_group(key="compare-matrices").set_value("side").run()
    assert not page.exception
    assert "minus" not in words(page)
    assert "matrices" not in page.query_params
    assert opened(*runs, tab="<b>", along="../../etc").button_group(key="compare-along").value == "epoch"


def test_the_mistakes_of_three_runs_fall_into_groups_that_add_up(made_run: Make) -> None:
    first, _second, third = runs = [made_run(name) for name in ("First", "Second", "Third")]
    for run, picture in ((third, 1), (first, 2)):
        with np.load(run.evaluation) as arrays:
            kept = dict(arrays)
        place = np.argsort(kept["indices"])[picture] if picture == 2 else picture
        wrong = picture == 2
        kept["probabilities"][place] = np.eye(10, dtype=np.float32)[(kept["labels"][place] + wrong) % 10]
        np.savez(run.evaluation, **kept)
    page = opened(*runs)
    page.session_state["studio.view..tab"] = "mistakes"
    page.run()
    assert not page.exception
    options = page.button_group(key="compare-mistakes").options
    assert options[:2] == ["In common: 1", "Some of them: 1"]
    assert options[2:] == ["Only ● First: 1", "Only ■ Second: 0", "Only ◆ Third: 0"]
    text = words(page)
    assert "● First: 3 = 1 in common + 1 with some of them + 1 alone" in text
    assert "◆ Third: 1 = 1 in common + 0 with some of them + 0 alone" in text
    page.button_group(key="compare-mistakes").set_value(-2).run()
    assert not page.exception
    assert "No such picture" not in words(page)


def test_the_address_keeps_the_runs_and_leaves_out_what_is_not_here(made_run: Make) -> None:
    run = made_run()
    page = AppTest.from_file(str(PROJECT / "ui" / "shell.py"), default_timeout=30)
    page.query_params["runs"] = f"../../etc,{run.id},r20200101-000000-000000,{run.id}"
    page.switch_page(str(PROJECT / "pages" / "understand" / "compare.py")).run()
    assert not page.exception
    said = "2 of the 3 runs of this link cannot be shown"
    assert said in words(page)
    assert query(page, "runs") == run.id
    page.run()
    assert said in words(page), "also after the address was written anew"
    press(page, "Untick all")
    assert "of this link" not in words(page)


def test_a_link_to_runs_that_are_all_gone_says_so(studio_without_spare: Studio) -> None:
    page = opened(RunFolder(studio_without_spare.home.runs / "r20200101-000000-000000"))
    assert "1 of the 1 runs of this link cannot be shown" in words(page)


def test_a_run_that_is_private_to_another_browser_is_said_to_be_missing(
    made_run: Make, look_as: Callable[..., None]
) -> None:
    own, other = made_run("Own", owner=owner_of("a" * 32)), made_run("Other", owner=owner_of("b" * 32))
    look_as("a" * 32)
    text = words(opened(own, other))
    assert "1 of the 2 runs of this link cannot be shown" in text
    assert "Other" not in text


def test_the_comparison_is_looked_at_again_while_another_may_take_a_run_back(
    made_run: Make, look_as: Callable[..., None]
) -> None:
    """It stood there until the next click."""
    runs = [made_run(name, owner=owner_of(token * 32)) for name, token in (("Own", "a"), ("Mine", "a"), ("Hers", "b"))]
    change_about(runs[2], published=True)
    look_as("a" * 32)
    watched = []
    for chosen in (runs[:2], runs[1:]):
        with patch.object(st, "fragment", wraps=st.fragment) as fragment:
            opened(*chosen)
        watched.append(call(run_every=WATCH) in [call(**made.kwargs) for made in fragment.call_args_list])
    assert watched == [False, True]


def test_more_runs_than_can_be_compared_are_not_said_to_be_gone(made_run: Make) -> None:
    assert "At most 6 runs are compared" in words(opened(*(made_run() for _ in range(7))))


def test_a_run_deleted_twice_comes_back(made_run: Make, studio_without_spare: Studio) -> None:
    run = made_run("Precious")
    first, second = opened(run), opened(run)
    for page in (first, second):
        page.button(key="delete-chosen").click().run()
        assert not page.exception
    press(first, "Undo")
    assert list_runs(studio_without_spare.home) == [run]


def test_what_another_browser_wrote_meanwhile_is_kept(made_run: Make) -> None:
    run = made_run("Given")
    page = opened(opened_run=run)
    change_about(run, note="written by another browser")
    page.text_input(key=f"card-name-{run.id}").set_value("Mine")
    press(page, "Keep name and note")
    about = about_of(run)
    assert (about.name, about.note) == ("Mine", "written by another browser")


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


def test_a_run_that_learns_is_stopped_and_then_deleted(made_run: Make, studio_without_spare: Studio) -> None:
    busy, done = made_run("Busy", state=State.QUEUED, exam=False), made_run("Done")
    page = opened(busy, done)
    page.button(key="delete-chosen").click().run()
    assert not page.exception
    assert "Busy is being stopped" in words(page)
    assert [run.id for run in list_runs(studio_without_spare.home)] == [busy.id]
    assert query(page, "runs") == ""
    studio_without_spare.queue.tick()
    page.run()
    assert not page.exception
    assert "being stopped" not in words(page)
    assert "2 runs are deleted" in words(page)
    press(page, "Undo")
    assert {run.status().state for run in list_runs(studio_without_spare.home)} == {State.STOPPED, State.FINISHED}


def test_a_run_that_goes_on_nevertheless_is_not_deleted(
    made_run: Make, studio_without_spare: Studio, monkeypatch: pytest.MonkeyPatch
) -> None:
    busy = made_run("Busy", state=State.QUEUED, exam=False)
    page = opened(busy)
    page.button(key="delete-chosen").click().run()
    monkeypatch.setattr("ui.compare.changes.STOPS_WITHIN", -1.0)
    studio_without_spare.queue.tick()
    page.run()
    assert not page.exception
    assert "being stopped" not in words(page)
    assert list_runs(studio_without_spare.home) == [busy]


def test_the_ticked_line_leads_to_the_comparison_below(made_run: Make) -> None:
    first, second = made_run("First"), made_run("Second")
    assert "Tick another run" in words(opened(first))
    text = words(opened(first, second))
    assert "**2 runs compared** · [See it ↓](#compared)" in text
    assert "<div id='compared'>" in text


def test_a_run_leads_to_its_curves_exam_answers_and_files(made_run: Make) -> None:
    made_run("Newest"), made_run("New")
    with_model, without = made_run("Old"), made_run("Failed", state=State.FAILED, exam=False, checkpoint=False)
    ways = {"card-train", "card-evaluate", "card-classify", "card-export"}
    assert ways <= {button.key for button in opened(opened_run=with_model).button}
    assert ways & {button.key for button in opened(opened_run=without).button} == {"card-train", "card-evaluate"}
    page = opened(opened_run=with_model)
    page.button(key="card-export").click().run()
    assert not page.exception
    assert page.selectbox(key="run-picker").value == with_model.id


def test_a_search_that_finds_nothing_says_so(made_run: Make) -> None:
    made_run("First"), made_run("Second")
    page = opened()
    assert "compare-table" in {part.key for part in page.get("bidi_component")}
    page.text_input(key="compare-search").set_value("zebra").run()
    assert "No run fits the search and the filters" in words(page)
    assert "compare-table" not in {part.key for part in page.get("bidi_component")}
    press(page, "Show all")
    assert "No run fits" not in words(page)


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


def test_search_filters_and_order_stand_in_the_address(made_run: Make) -> None:
    made_run("First")
    made_run("Second", state=State.STOPPED, exam=False)
    page = opened(search="sec", state="stopped", sort="-name")
    assert "1 of 2 runs" in words(page)
    assert page.text_input(key="compare-search").value == "sec"
    press(page, "Show all")
    assert (query(page, "search"), query(page, "state"), query(page, "sort")) == ("", "", "-name")
    page.toggle(key="compare-filter-starred").set_value(True).run()
    assert query(page, "starred") == "1"


@pytest.mark.parametrize(
    ("asked", "names"),
    [
        ("name", ["First", "Second"]),
        ("-name", ["Second", "First"]),
        ("-created_at", ["Second", "First"]),
        ("created_at", ["First", "Second"]),
        ("__class__", ["Second", "First"]),
    ],
)
def test_the_address_says_how_the_table_is_sorted(made_run: Make, asked: str, names: list[str]) -> None:
    made_run("First")
    made_run("Second")
    page = opened(sort=asked)
    table = next(found.proto.json for found in page.get("bidi_component") if "Second" in found.proto.json)
    assert sorted(names, key=table.index) == names


def test_a_star_of_another_browser_is_seen(made_run: Make, studio_without_spare: Studio) -> None:
    change_about(made_run("First"), starred=True)
    made_run("Second")
    index_of(studio_without_spare.home).look(now=True)
    page = opened()
    page.toggle(key="compare-filter-starred").set_value(True).run()
    assert "1 of 2 runs" in words(page)
