"""Two browsers on one server, page by page: what one makes the other sees once it is published, and never changes."""

from __future__ import annotations

from collections.abc import Callable
from unittest.mock import call, patch

import pytest
import streamlit as st
from streamlit.testing.v1 import AppTest

from core.access import Viewer, owner_of
from core.datasets.access import add_owner
from core.datasets.dataset import About, Dataset
from core.datasets.editing.versions import publish_dataset
from core.datasets.store import access_of_dataset, open_dataset, save_dataset
from core.home import PROJECT, Home
from core.inference import Inference
from core.runs.folder import Request, RunFolder, State
from core.runs.index import index_of
from core.runs.notes import about_of, change_about
from core.runs.store import list_runs
from core.runs.trash import discarded
from core.spec import DataSpec, RunSpec, TrainingSpec, to_query
from ui import session
from ui.exam.shown import WATCH
from ui.services import Studio

ALICE, BOB = "a" * 32, "b" * 32
Look = Callable[..., None]
Make = Callable[..., RunFolder]

PAGES = {
    "train": "build/train.py",
    "evaluate": "understand/evaluate.py",
    "compare": "understand/compare.py",
    "classify": "use/classify.py",
    "export": "use/export.py",
}


@pytest.fixture(autouse=True)
def bob_looks(studio_without_spare: Studio, look_as: Look, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(Inference, "warm", lambda _self: None)  # no worker is asked anything here
    look_as(BOB)


@pytest.fixture
def hers(made_run: Make) -> RunFolder:
    """A finished run of Alice's."""
    return made_run("Alice's own", owner=owner_of(ALICE))


@pytest.fixture
def her_set(studio_without_spare: Studio) -> Dataset:
    """Pictures of Alice's."""
    home = studio_without_spare.home
    digits = open_dataset(home, "digits")
    about = About(**{name: getattr(digits.meta, name) for name in About.model_fields} | {"title": "Alice's zoo"})
    return save_dataset(home, about, digits.images, digits.labels, digits.parts, owner=owner_of(ALICE))


def opened(file: str, address: dict[str, str] | None = None, card_of: RunFolder | None = None) -> AppTest:
    page = AppTest.from_file(str(PROJECT / "ui" / "shell.py"), default_timeout=30)
    for name, value in (address or {}).items():
        page.query_params[name] = value
    if card_of:
        page.session_state["studio.page.compare-opened"] = card_of.id
    page.switch_page(str(PROJECT / "pages" / file)).run()
    assert not page.exception
    return page


def told(page: AppTest) -> str:
    """Everything on the page that can be read, without the backslashes that keep Markdown from reading its signs."""
    kinds = ("subheader", "markdown", "error", "info", "caption", "warning", "success", "text")
    texts = [getattr(element, "value", "") for kind in kinds for element in page.get(kind)]
    texts += [element.proto.body for element in page.get("html")]
    texts += [button.label for button in page.button]
    texts += [option for box in page.selectbox for option in box.options]
    texts += [element.proto.json or element.proto.mixed.json for element in page.get("bidi_component")]
    return "\n".join(map(str, texts)).replace("\\", "")


@pytest.mark.parametrize("file", PAGES.values(), ids=PAGES)
def test_another_s_run_is_not_listed_and_its_address_leads_to_a_sentence(hers: RunFolder, file: str) -> None:
    assert "Alice" not in told(opened(file))
    page = opened(file, {"run": hers.id, "runs": hers.id})
    assert "Alice" not in told(page)
    said = "No runs to compare yet" if "compare" in file else "This run is private to the browser that made it"
    assert said in told(page)


def test_nor_is_it_among_the_last_runs_on_the_start_page(hers: RunFolder) -> None:
    assert "Alice" not in told(opened("start/start.py", {"run": hers.id}))


@pytest.mark.parametrize("file", PAGES.values(), ids=PAGES)
def test_once_published_it_is_seen_by_all_with_a_mark(hers: RunFolder, file: str) -> None:
    change_about(hers, published=True)
    page = opened(file, {"run": hers.id, "runs": hers.id})
    assert "Alice's own" in told(page)
    assert "published" in told(page)


def test_the_owner_sees_no_mark(hers: RunFolder, look_as: Look) -> None:
    look_as(ALICE)
    change_about(hers, published=True)
    assert "published" not in told(opened("understand/compare.py"))


def test_it_can_be_cloned_but_not_stopped_resumed_or_published(made_run: Make) -> None:
    for state in (State.RUNNING, State.PAUSED):
        run = made_run("Alice's own", state=state, exam=False, owner=owner_of(ALICE))
        change_about(run, published=True)
        page = opened("build/train.py", {"run": run.id})
        assert "Alice's own" in told(page)
        assert not {button.key for button in page.button} & {"ask-pause", "ask-stop", "ask-finish_epoch"}
        assert "Resume" not in told(page)
        assert not page.toggle
        assert "Clone with changes" in told(page) or state == State.RUNNING


def test_a_button_of_a_page_from_before_stops_nothing_of_another_s(made_run: Make, look_as: Look) -> None:
    run = made_run("Alice's own", state=State.RUNNING, exam=False, owner=owner_of(ALICE))
    change_about(run, published=True)
    look_as(ALICE)
    page = opened("build/train.py", {"run": run.id})
    look_as(BOB)
    page.button(key="ask-stop").click().run()
    assert run.request() is None
    assert "belongs to another browser" in told(page)


def test_its_card_is_to_be_read_alone(hers: RunFolder, studio_without_spare: Studio) -> None:
    change_about(hers, published=True, note="Too fast.")
    page = opened("understand/compare.py", card_of=hers)
    assert {"Too fast.", "Its curves", "Clone with changes"} <= set(told(page).splitlines())
    assert not {button.key for button in page.button} & {"card-delete", f"publish-{hers.id}"}
    assert not page.text_area


def test_a_page_from_before_deletes_nothing_of_another_s(
    made_run: Make, hers: RunFolder, look_as: Look, studio_without_spare: Studio
) -> None:
    look_as(ALICE)
    page = opened("understand/compare.py", {"runs": hers.id})
    look_as(BOB)
    page.button(key="delete-chosen").click().run()
    assert list_runs(studio_without_spare.home) == [hers]
    assert discarded(studio_without_spare.home) == []


def test_the_run_that_is_opened_in_the_table_is_no_way_around(hers: RunFolder) -> None:
    assert "Alice" not in told(opened("understand/compare.py", card_of=hers))


def test_what_one_deletes_is_not_offered_to_the_other(hers: RunFolder, look_as: Look) -> None:
    look_as(ALICE)
    page = opened("understand/compare.py", card_of=hers)
    page.button(key="card-delete").click().run()
    assert "1 run is deleted" in told(page)
    look_as(BOB)
    assert not opened("understand/compare.py").expander


def test_a_run_belongs_to_the_browser_that_starts_it(studio_without_spare: Studio) -> None:
    page = opened("build/train.py")
    next(button for button in page.button if button.label == "Start training").click().run()
    assert not page.exception
    assert [run.info().owner for run in list_runs(studio_without_spare.home)] == [owner_of(BOB)]


def test_publishing_is_a_toggle_on_the_card_and_on_the_train_page(hers: RunFolder, look_as: Look) -> None:
    look_as(ALICE)
    page = opened("understand/compare.py", card_of=hers)
    page.toggle(key=f"publish-{hers.id}").set_value(True).run()
    assert about_of(hers).published
    page = opened("build/train.py", {"run": hers.id})
    assert page.toggle(key=f"publish-{hers.id}").value
    page.toggle(key=f"publish-{hers.id}").set_value(False).run()
    assert not about_of(hers).published


def test_another_s_pictures_are_not_listed_and_its_address_leads_to_a_sentence(her_set: Dataset) -> None:
    address = {"spec": to_query(RunSpec(data=DataSpec(dataset=her_set.meta.id)))}
    for file in ("build/data.py", "build/augment.py", "build/model.py", "build/train.py", "understand/routes.py"):
        assert "zoo" not in told(opened(file, address)).replace(her_set.meta.id, "")
    assert "private to the browser that brought them in" in told(opened("build/data.py", address))


def test_a_run_cannot_be_started_on_another_s_pictures(her_set: Dataset, studio_without_spare: Studio) -> None:
    page = opened("build/train.py", {"spec": to_query(RunSpec(data=DataSpec(dataset=her_set.meta.id)))})
    assert next(button for button in page.button if button.label == "Start training").disabled
    assert "private to the browser that brought them in" in told(page)


def test_published_pictures_are_used_by_all_and_deleted_by_none_but_the_owner(
    her_set: Dataset, studio_without_spare: Studio, look_as: Look
) -> None:
    publish_dataset(studio_without_spare.home, her_set.meta.id, True, Viewer(owner_of(ALICE)))
    address = {"spec": to_query(RunSpec(data=DataSpec(dataset=her_set.meta.id)))}
    page = opened("build/data.py", address)
    assert "Alice's zoo · published" in told(page)
    assert "own.delete" not in {button.key for button in page.button}
    assert not any("Published" in toggle.label for toggle in page.toggle)
    look_as(ALICE)
    page = opened("build/data.py", address)
    assert "own.delete" in {button.key for button in page.button}
    page.toggle(key=f"publish-{her_set.meta.id}").set_value(False).run()
    look_as(BOB)
    assert "Alice's zoo" not in told(opened("build/data.py", address))


@pytest.fixture
def without_pictures(made_run: Make, her_set: Dataset) -> RunFolder:
    """A run of Alice's that is published while its pictures are private."""
    spec = RunSpec(data=DataSpec(dataset=her_set.meta.id), training=TrainingSpec(epochs=1))
    run = made_run("Alice's own", spec=spec, owner=owner_of(ALICE), pinned=(0, 1))
    change_about(run, published=True)
    return run


@pytest.mark.parametrize(
    ("file", "view"),
    [
        ("build/train.py", {}),
        ("understand/evaluate.py", {"tab": "explain"}),
        ("understand/evaluate.py", {"tab": "mistakes"}),
        ("use/classify.py", {}),
        ("use/export.py", {}),
    ],
)
def test_a_run_can_be_published_without_its_pictures(
    without_pictures: RunFolder, file: str, view: dict[str, str]
) -> None:
    page = opened(file, {"run": without_pictures.id, **view})
    assert "are private to the browser that made" in told(page)
    assert "data:image" not in told(page)
    assert "Your model names" not in told(page)


def test_publishing_a_run_offers_to_publish_its_pictures(
    without_pictures: RunFolder, her_set: Dataset, look_as: Look
) -> None:
    look_as(ALICE)
    page = opened("build/train.py", {"run": without_pictures.id})
    page.toggle(key=f"publish-{her_set.meta.id}").set_value(True).run()
    assert not page.exception
    look_as(BOB)
    page = opened("understand/evaluate.py", {"run": without_pictures.id, "tab": "mistakes"})
    assert "are private" not in told(page)
    assert "data:image" in told(page)


def test_pictures_that_are_published_can_be_taken_back_after_their_run(
    without_pictures: RunFolder, her_set: Dataset, look_as: Look, home: Home
) -> None:
    publish_dataset(home, her_set.meta.id, True, Viewer(owner_of(ALICE)))
    look_as(ALICE)
    page = opened("build/train.py", {"run": without_pictures.id})
    page.toggle(key=f"publish-{without_pictures.id}").set_value(False).run()
    page.toggle(key=f"publish-{her_set.meta.id}").set_value(False).run()
    assert not access_of_dataset(home, her_set.meta.id).published
    assert [toggle.key for toggle in page.toggle] == [f"publish-{without_pictures.id}"]


def test_who_takes_a_set_back_is_told_that_another_owner_still_publishes_it(
    her_set: Dataset, look_as: Look, home: Home
) -> None:
    add_owner(home.datasets / her_set.meta.id, owner_of(BOB))
    address = {"spec": to_query(RunSpec(data=DataSpec(dataset=her_set.meta.id)))}
    for token in (ALICE, BOB):
        publish_dataset(home, her_set.meta.id, True, Viewer(owner_of(token)))
    page = opened("build/data.py", address)
    assert "Everybody still sees it" not in told(page)
    page.toggle(key=f"publish-{her_set.meta.id}").set_value(False).run()
    assert "Everybody still sees it" in told(page)
    assert not page.toggle(key=f"publish-{her_set.meta.id}").value
    assert access_of_dataset(home, her_set.meta.id).published_by == (owner_of(ALICE),)


def test_the_export_page_of_one_s_own_run_gives_no_pictures_of_another_s(made_run: Make, her_set: Dataset) -> None:
    spec = RunSpec(data=DataSpec(dataset=her_set.meta.id))
    page = opened("use/export.py", {"run": made_run("Brought in", spec=spec, owner=owner_of(BOB)).id})
    assert told(page).count("Without pictures") == 2


def test_a_teacher_sees_all_and_whose_it_is(hers: RunFolder, look_as: Look, her_set: Dataset) -> None:
    look_as(BOB, is_teacher=True)
    whose = f"browser {owner_of(ALICE)[:4]}"
    for file in PAGES.values():
        page = opened(file, {"run": hers.id, "runs": hers.id})
        assert "Alice's own" in told(page) and whose in told(page)
    address = {"spec": to_query(RunSpec(data=DataSpec(dataset=her_set.meta.id)))}
    assert f"Alice's zoo · {whose}" in told(opened("build/data.py", address))


def class_page(home: Home) -> AppTest:
    index_of(home).look(now=True)  # pages look once a second
    return opened("start/class.py")


def test_the_class_page_is_the_teacher_s(home: Home, made_run: Make, look_as: Look) -> None:
    made_run("Alice's own", state=State.RUNNING, exam=False, owner=owner_of(ALICE))
    page = class_page(home)
    assert "This page is the teacher's" in told(page) and "Alice" not in told(page)
    assert '"label": "Teacher\'s token"' in told(page) and '"field": "teacher"' in told(page)
    look_as(BOB, is_teacher=True)
    page = class_page(home)
    assert "Alice's own" in told(page) and "Teacher's token" not in told(page)


def test_that_nothing_trains_is_said_once(home: Home, look_as: Look) -> None:
    look_as(BOB, is_teacher=True)
    page = class_page(home)
    assert told(page).count("Nothing trains right now") == 1 and "0 runs" not in told(page)


def test_a_teacher_stops_one_run_or_all(home: Home, made_run: Make, look_as: Look, her_set: Dataset) -> None:
    look_as(BOB, is_teacher=True)
    first = made_run("Alice's own", state=State.RUNNING, exam=False, owner=owner_of(ALICE))
    second = made_run("Bob's own", state=State.QUEUED, exam=False, owner=owner_of(BOB))
    page = class_page(home)
    assert {"##### 2 runs train or wait", "you", f"browser {owner_of(ALICE)[:4]}"} <= set(told(page).splitlines())
    assert "1 set of pictures" in told(page)
    page.button(key=f"class-stop-{first.id}").click().run()
    assert first.request() and not second.request()
    page.button(key="class-stop-all").click().run()
    assert not page.exception
    assert (second.request() or ("", 0))[0] == Request.STOP


def test_who_has_left_the_teacher_s_role_stops_nothing(home: Home, made_run: Make, look_as: Look) -> None:
    run = made_run("Alice's own", state=State.RUNNING, exam=False, owner=owner_of(ALICE))
    look_as(BOB, is_teacher=True)
    page = class_page(home)
    look_as(BOB)
    page.button(key="class-stop-all").click().run()
    assert run.request() is None
    assert "This page is the teacher's" in told(page)


def test_who_leaves_in_another_tab_is_no_teacher_in_this_one(
    home: Home, made_run: Make, look_as: Look, monkeypatch: pytest.MonkeyPatch
) -> None:
    made_run("Alice's own", state=State.RUNNING, exam=False, owner=owner_of(ALICE))
    look_as(BOB, is_teacher=True)
    page, left = class_page(home), [0]
    monkeypatch.setattr(session, "times_left", lambda owner: left[0] if owner == owner_of(BOB) else 0)
    left[0] = 1
    assert "This page is the teacher's" in told(page.run()) and "Alice" not in told(page)
    assert "Alice's own" in told(class_page(home)), "a tab opened later brings cookies of its own"


def test_the_compare_page_offers_to_forget_the_browser(hers: RunFolder, look_as: Look) -> None:
    for token in (ALICE, BOB):  # Bob has no run, but may have brought in pictures
        look_as(token)
        page = opened("understand/compare.py")
        assert "only the teacher still sees them" in told(page) and '"field": "forget"' in told(page)


def test_a_tab_from_before_its_browser_was_forgotten_shows_nothing_any_more(
    hers: RunFolder, look_as: Look, monkeypatch: pytest.MonkeyPatch
) -> None:
    look_as(ALICE)
    page = opened("understand/compare.py")
    assert "Alice's own" in told(page)
    monkeypatch.setattr("ui.forgetting.was_forgotten", lambda _cookies: True)
    assert "forgotten in another tab" in told(page.run()) and "href='./'" in told(page)
    assert "Alice" not in told(page) and not page.exception


def test_a_run_s_page_is_looked_at_again_while_its_owner_may_take_it_back(hers: RunFolder, look_as: Look) -> None:
    change_about(hers, published=True)
    watched = []
    for token, is_teacher in ((ALICE, False), (BOB, False), (BOB, True)):
        look_as(token, is_teacher)
        with patch.object(st, "fragment", wraps=st.fragment) as fragment:
            opened("understand/evaluate.py", {"run": hers.id})
        watched.append(call(run_every=WATCH) in [call(**made.kwargs) for made in fragment.call_args_list])
    assert watched == [False, True, True]


def test_another_s_pictures_are_not_mended_but_others_chosen(her_set: Dataset) -> None:
    page = opened("build/train.py", {"spec": to_query(RunSpec(data=DataSpec(dataset=her_set.meta.id)))})
    assert "Choose other pictures" in told(page) and "Mend it" not in told(page)


def test_on_one_s_own_computer_it_is_said_that_there_are_others(
    hers: RunFolder, her_set: Dataset, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("ui.whose._is_own_computer", lambda: True)
    assert "1 run was made in another browser and is private to it. The link" in told(opened("understand/compare.py"))
    page = opened("build/data.py")
    page.segmented_control(key="data.kind").set_value("own").run()
    assert "1 set was brought in by another browser and is private to it. The link" in told(page)
    monkeypatch.setattr("ui.whose._is_own_computer", lambda: False)
    assert "another browser" not in told(opened("understand/compare.py"))


def test_what_has_no_owner_is_everybody_s(made_run: Make, home: Home) -> None:
    run = made_run("From the command line")
    page = opened("understand/compare.py", card_of=run)
    assert "card-delete" in {button.key for button in page.button}
    assert "published" not in told(page)
