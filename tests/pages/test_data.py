"""The Data page as a person uses it; pictures and bars are looked at in a real browser."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from streamlit.testing.v1 import AppTest

from core.datasets.dataset import About, Original
from core.datasets.editing.edit import Edits
from core.datasets.pixels import as_model_input
from core.datasets.shapes import ShapesSpec, shapes_id
from core.datasets.store import list_datasets, open_dataset, save_dataset
from core.desk import Desk
from core.home import Home
from core.spec import DataSpec
from core.tasks.folder import Result, TaskFolder, create_task
from tests.pages.data_page import choose, data_of, desk, opened, press, said, texts, upload, zoo
from tests.pages.turns import row, run
from ui.data import checks
from ui.datasets import small_pictures

pytestmark = pytest.mark.usefixtures("studio_without_spare")


def store(home: Home, title: str, classes: int, each: int = 4) -> str:
    about = About(
        title=title,
        classes=tuple(f"class {number}" for number in range(classes)),
        source="a test",
        licence="CC0 1.0",
        original=Original(shape="", dtype="uint8", range=(0, 255)),
    )
    labels = np.repeat(np.arange(classes), each)
    images = np.random.default_rng(0).integers(0, 256, (len(labels), 4, 4, 1), dtype=np.uint8)
    return save_dataset(home, about, images, labels, np.zeros(len(labels), np.uint8)).meta.id


def own(home: Home, dataset_id: str) -> AppTest:
    return opened(DataSpec(dataset=dataset_id, image_size=open_dataset(home, dataset_id).meta.size))


def _marked(page: AppTest, home: Home, dataset_id: str, edits: Edits) -> Desk:
    """Put marks on the browser's desk, as clicks in the gallery do, which AppTest cannot make."""
    page.button(key=f"own.{dataset_id}.class 1.out").click()
    run(page)
    found = desk(home)
    found.mark(dataset_id, edits)
    run(page)
    return found


def test_the_digits_are_there_at_once() -> None:
    page = opened()
    assert "1,797 pictures of 10 classes, 8×8 pixels, grey." in texts(page)
    assert "1,151 to learn from, 287 to check progress with, 359 for the final exam." in texts(page)
    assert page.radio(key="data.sources").value == "digits"


def test_size_and_colour_are_written_to_the_specification() -> None:
    page = opened()
    page.select_slider(key="data.image_size").set_value(16)
    page.segmented_control(key="data.colour_mode").set_value("rgb")
    run(page)
    assert data_of(page) == DataSpec(image_size=16, colour_mode="rgb")
    assert "16×16 pixels, in colour." in texts(page)


def test_sliders_of_the_shapes_draw_another_set_and_show_where_it_changed() -> None:
    page = opened()
    choose(page, "shapes")
    assert "Synthetic" in texts(page)
    assert data_of(page) == DataSpec(dataset=shapes_id(ShapesSpec()), image_size=32, colour_mode="rgb")
    assert row(page, "data.parts").value == "train"
    page.slider(key="shapes.rotation").set_value(90)
    run(page)
    assert data_of(page).dataset == shapes_id(ShapesSpec(rotation=90))
    assert row(page, "data.parts").value == "test"
    page.slider(key="shapes.size").set_value(16)
    run(page)
    assert data_of(page) == DataSpec(
        dataset=shapes_id(ShapesSpec(rotation=90, size=16)), image_size=16, colour_mode="rgb"
    )
    choose(page, "digits")
    choose(page, "shapes")
    assert data_of(page).dataset == shapes_id(ShapesSpec(rotation=90, size=16))


def test_marks_become_a_new_version_and_the_old_one_stays(home: Home) -> None:
    dataset_id = store(home, "Tiny", classes=3, each=6)
    page = own(home, dataset_id)
    desk_of_page = _marked(page, home, dataset_id, Edits(drop=frozenset({0}), move={6: "class 0"}))
    assert "Tiny" in texts(page)
    press(page, "Next") if any(button.label == "Next" and not button.disabled for button in page.button) else run(page)
    assert not desk_of_page.marks(dataset_id).is_empty  # paging keeps them
    press(page, "Save as a new version")
    dataset = open_dataset(home, data_of(page).dataset)
    assert (dataset.meta.version, dataset.meta.family) == (2, dataset_id)
    assert np.bincount(dataset.labels).tolist() == [6, 5, 6]
    assert len(open_dataset(home, dataset_id)) == 18
    assert desk_of_page.marks(dataset_id).is_empty


def test_classes_are_renamed_joined_and_left_out_in_a_new_version(home: Home) -> None:
    dataset_id = store(home, "Tiny", classes=4, each=6)
    page = own(home, dataset_id)
    page.text_input(key=f"own.{dataset_id}.class 0").set_value("one")
    page.text_input(key=f"own.{dataset_id}.class 1").set_value("one")
    page.button(key=f"own.{dataset_id}.class 2.out").click()
    run(page)
    press(page, "Save as a new version")
    dataset = open_dataset(home, data_of(page).dataset)
    assert dataset.meta.classes == ("one", "class 3")
    assert np.bincount(dataset.labels).tolist() == [12, 6]


def test_a_chip_shows_what_was_found_and_marks_all_but_one_of_each(home: Home) -> None:
    about = About(
        title="Twice", classes=("a", "b"), source="", licence="", original=Original(shape="", dtype="", range=(0, 1))
    )
    images = np.random.default_rng(0).integers(0, 256, (40, 32, 32, 3), dtype=np.uint8)
    images[1] = images[0]
    labels = np.repeat([0, 1], 20)
    dataset_id = save_dataset(home, about, images, labels, np.zeros(40, np.uint8)).meta.id
    page = own(home, dataset_id)
    run(page)
    page.pills(key="data.findings").set_value("duplicates")
    run(page)
    press(page, "Mark all but one of each to be dropped")
    assert desk(home).marks(dataset_id).drop == {1}


def test_every_view_of_a_set_is_drawn(home: Home) -> None:
    page = opened()
    upload(page, zoo())
    press(page, "Add this set")
    for view, words in (
        ("map", "lie close together"),
        ("pixels", "255"),
        ("sizes", "32"),
        ("files", ""),
        ("about", ""),
        ("pictures", "8 pictures"),
    ):
        page.segmented_control(key="data.views").set_value(view)
        run(page)
        assert words in texts(page)
        assert not page.error
    assert [row for row in page.expander if "Left out" in row.label] == []


def test_a_set_is_exported_and_deleted(home: Home) -> None:
    dataset_id = store(home, "Tiny", classes=2, each=6)
    page = own(home, dataset_id)
    press(page, "Make .npz (NumPy)")
    assert "ready to be downloaded" in texts(page)
    press(page, "Delete it")
    assert [meta.id for meta in list_datasets(home)] == ["digits"]
    assert data_of(page).dataset == "digits"


def test_a_set_from_a_foreign_link_leads_back_to_the_digits() -> None:
    page = opened(DataSpec(dataset="gone-1234abcd"))
    assert "This data set is not here" in texts(page)
    press(page, "Go back to the digits")
    assert data_of(page) == DataSpec()
    assert "1,797 pictures" in texts(page)


def test_a_class_too_small_to_be_dealt_out_is_named_and_its_pictures_are_shown(home: Home) -> None:
    page = opened(DataSpec(dataset=store(home, "Tiny", classes=2, each=2), image_size=4))
    assert "Class class 0 has 2 pictures" in said(page)
    assert page.toggle(key="data.marking.widget")  # what stands above the pictures


def test_many_classes_and_pictures_are_turned_page_by_page(home: Home) -> None:
    page = opened(DataSpec(dataset=store(home, "Many", classes=25, each=20), image_size=4))
    assert "1 / 2" in texts(page)  # 13 pictures of a class to learn from, 8 a page
    press(page, "Next")
    assert "2 / 2" in texts(page)
    classes = page.selectbox(key="data.classes.widget")
    assert classes.options == ["classes 1–10 of 25", "classes 11–20 of 25", "classes 21–25 of 25"]
    classes.select_index(2)
    run(page)
    assert page.selectbox(key="data.classes.widget").value == 2


@pytest.mark.parametrize(
    ("card", "shown"), [("own", "Bring your own pictures"), ("mnist", "Handwritten digits (MNIST)")]
)
def test_a_card_of_the_start_page_opens_its_source_once(card: str, shown: str) -> None:
    page = opened()
    page.session_state["studio.page.built_in"] = card
    run(page)
    assert shown in texts(page)
    choose(page, "digits")
    assert page.radio(key="data.sources").value == "digits"


def test_tiles_are_what_the_network_sees(home: Home) -> None:
    """Only the shown pictures are converted, so they must equal those of the whole converted set."""
    dataset = open_dataset(home, "digits")
    shown = small_pictures(dataset, DataSpec(image_size=12, colour_mode="rgb"), (3, 1, 4), 44)
    np.testing.assert_array_equal(shown, as_model_input(dataset, 12, "rgb", home.cache)[[3, 1, 4]])


def test_sets_of_one_title_are_told_apart(home: Home) -> None:
    """A list finds what was chosen by its text: any of them opened the last one."""
    ids = [store(home, "Same", classes=classes) for classes in (2, 3, 4)]
    page = own(home, ids[0])
    box = page.selectbox(key="data.own")
    assert len(set(box.options)) == 3
    for dataset_id in ids:
        page.selectbox(key="data.own").set_value(dataset_id)
        run(page)
        assert data_of(page).dataset == dataset_id


def test_marks_that_cannot_be_told_can_be_cleared(home: Home) -> None:
    """A class name of spaces, once marked, made the page of its set an error for good."""
    dataset_id = store(home, "Tiny", classes=2, each=6)
    page = own(home, dataset_id)
    found = _marked(page, home, dataset_id, Edits(move={0: "gone", 99: "class 1"}))
    assert page.error
    press(page, "Clear")
    assert not page.error
    assert found.marks(dataset_id).is_empty


def test_a_check_that_failed_can_be_tried_again(home: Home, monkeypatch: pytest.MonkeyPatch) -> None:
    def failing(home: Home, kind: str, arguments: dict[str, Any]) -> TaskFolder:
        task = create_task(home, kind, arguments)
        task.end(Result(error="Out of luck."))
        return task

    dataset_id = store(home, "Tiny", classes=2, each=6)
    with monkeypatch.context() as unlucky:
        unlucky.setattr(checks, "start_task", failing)
        page = own(home, dataset_id)
    assert "Out of luck." in texts(page)
    press(page, "Try again")
    assert "Out of luck." not in texts(page)
    assert page.pills(key="data.findings").options  # six pictures a class are few
