"""The Data page as a person uses it; pictures and bars are looked at in a real browser."""

from __future__ import annotations

import io
import shutil
from typing import Any
from zipfile import ZipFile

import numpy as np
import pytest
from numpy.typing import NDArray
from PIL import Image
from streamlit.testing.v1 import AppTest

from core import desk as desk_module
from core.datasets.dataset import About, Original
from core.datasets.editing.edit import Edits
from core.datasets.importing.sources import StagedSource, stage
from core.datasets.limits import Limits
from core.datasets.pixels import as_model_input
from core.datasets.shapes import ShapesSpec, shapes_id
from core.datasets.store import list_datasets, open_dataset, save_dataset
from core.desk import Desk
from core.errors import DataError, StudioError
from core.home import PROJECT, Home
from core.spec import DataSpec, RunSpec, from_query, to_query
from core.tasks.folder import Result, TaskFolder, create_task
from ui import tasks
from ui.data import add, checks
from ui.data.grid import _pictures

pytestmark = pytest.mark.usefixtures("studio_without_spare")


def opened(data: DataSpec | None = None) -> AppTest:
    page = AppTest.from_file(str(PROJECT / "ui" / "shell.py"), default_timeout=30)
    if data:
        page.query_params["spec"] = to_query(RunSpec(data=data))
    return run(page.switch_page(str(PROJECT / "pages" / "build" / "data.py")))


def run(page: AppTest) -> AppTest:
    page.run()
    assert not page.exception
    return page


def data_of(page: AppTest) -> DataSpec:
    text = page.query_params.get("spec")
    return from_query(text[0] if isinstance(text, list) else text).data if text else DataSpec()


def choose(page: AppTest, source: str) -> None:
    if source == "own":
        page.segmented_control(key="data.kind").set_value("own")
    else:
        page.segmented_control(key="data.kind").set_value("ready")
        run(page)
        page.radio(key="data.sources").set_value(source)
    run(page)


def press(page: AppTest, label: str) -> None:
    next(button for button in page.button if button.label == label).click()
    run(page)
    run(page)  # the fragment that watches a task would run the page again


def texts(page: AppTest) -> str:
    parts = [*page.subheader, *page.markdown, *page.caption, *page.success]
    return "\n".join(part.value.replace("\\", "") for part in parts)


def said(page: AppTest) -> str:
    """The error shown, without the backslashes that keep Markdown from reading its signs."""
    return str(page.error[0].value.replace("\\", ""))


def npz(**arrays: object) -> bytes:
    file = io.BytesIO()
    np.savez_compressed(file, **arrays)  # type: ignore[arg-type]
    return file.getvalue()


def png(value: int, size: tuple[int, int] = (32, 32)) -> bytes:
    """A picture with some structure, so that no two are alike."""
    rng = np.random.default_rng(value)
    file = io.BytesIO()
    Image.fromarray(rng.integers(0, 256, (size[1], size[0], 3), dtype=np.uint8)).save(file, "PNG")
    return file.getvalue()


def zipped(files: dict[str, bytes]) -> bytes:
    file = io.BytesIO()
    with ZipFile(file, "w") as archive:
        for name, content in files.items():
            archive.writestr(name, content)
    return file.getvalue()


def zoo(count: int = 4) -> bytes:
    files = {
        f"zoo/{name}/{number}.png": png(100 * place + number)
        for place, name in enumerate(("gnu", "yak"))
        for number in range(count)
    }
    return zipped({**files, "zoo/gnu/broken.jpg": b"nothing"})


def pictures(count: int) -> NDArray[np.uint8]:
    return np.arange(count * 16, dtype=np.uint8).reshape(count, 4, 4)


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


def upload(page: AppTest, content: bytes, name: str = "zoo.zip") -> None:
    choose(page, "own")
    page.file_uploader[0].set_value((name, content, "application/octet-stream"))
    run(page)
    run(page)


def desk(home: Home) -> Desk:
    """The desk of the only browser of a test."""
    (path,) = (home.root / "desks").iterdir()
    return Desk(path)


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
    assert page.segmented_control(key="data.parts").value == "train"
    page.slider(key="shapes.rotation").set_value(90)
    run(page)
    assert data_of(page).dataset == shapes_id(ShapesSpec(rotation=90))
    assert page.segmented_control(key="data.parts").value == "test"
    page.slider(key="shapes.size").set_value(16)
    run(page)
    assert data_of(page) == DataSpec(
        dataset=shapes_id(ShapesSpec(rotation=90, size=16)), image_size=16, colour_mode="rgb"
    )
    choose(page, "digits")
    choose(page, "shapes")
    assert data_of(page).dataset == shapes_id(ShapesSpec(rotation=90, size=16))


def test_a_set_that_is_not_here_is_offered_and_a_failed_download_says_what_to_do(
    home: Home, monkeypatch: pytest.MonkeyPatch
) -> None:
    def no_network(url: str, *_rest: object, **_named: object) -> None:
        raise DataError(f"{url} could not be downloaded.")

    monkeypatch.setattr("core.datasets.catalog.fetch", no_network)
    page = opened()
    choose(page, "mnist")
    assert data_of(page) == DataSpec()
    press(page, "Get it (11 MB)")
    assert f"Or put mnist.npz with the arrays x_train, y_train, x_test, y_test at {home.root}" in said(page)
    assert data_of(page) == DataSpec()


def test_a_file_that_lies_in_downloads_is_read_in(home: Home) -> None:
    folder = home.root / "downloads"
    folder.mkdir()
    labels = np.repeat(np.arange(10), 2)
    content = npz(x_train=pictures(20), y_train=labels, x_test=pictures(20), y_test=labels)
    (folder / "mnist.npz").write_bytes(content)
    page = opened()
    choose(page, "mnist")
    press(page, "Read it in")
    assert data_of(page) == DataSpec(dataset="mnist", image_size=4)
    assert "This set brings its own test pictures." in texts(page)


def test_an_archive_is_looked_into_shaped_and_becomes_the_chosen_set(home: Home) -> None:
    page = opened()
    upload(page, zoo())
    assert "9 files in 2 class folders" in texts(page)
    assert "2 classes: gnu (5) · yak (4)" in texts(page)
    assert data_of(page) == DataSpec()
    page.text_input(key="import.title").set_value("My zoo")
    page.text_input(key="import.names.yak").set_value("ox")
    run(page)
    press(page, "Add this set")
    dataset = open_dataset(home, data_of(page).dataset)
    assert (dataset.meta.title, dataset.meta.classes, dataset.meta.size) == ("My zoo", ("gnu", "ox"), 32)
    assert "8 pictures are in the set. 1 file was left out" in texts(page)
    assert not list(desk(home).path.glob("upload*"))
    assert page.file_uploader[0].value is None


def test_an_upload_that_is_looked_into_survives_a_reload(home: Home) -> None:
    """A reload is a new session of the same browser, which its cookie names."""
    upload(opened(), zoo())
    page = opened()
    assert page.segmented_control(key="data.kind").value == "own"
    assert "9 files in 2 class folders" in texts(page)
    press(page, "Back")
    assert "Bring your own pictures" in texts(page)
    assert not list(desk(home).path.glob("upload*"))


def test_a_look_that_was_tidied_away_makes_room_for_another_file(home: Home) -> None:
    upload(opened(), zoo())
    shutil.rmtree(home.root / "tasks")
    page = opened()
    assert "Bring your own pictures" in texts(page)
    assert page.file_uploader
    assert "More can be added" not in texts(page)


def test_arrays_are_looked_into_too_and_keep_their_size(home: Home) -> None:
    page = opened()
    upload(page, npz(X=pictures(8), Y=[0, 1] * 4), "zoo.npz")
    assert "2 classes: 0 (4) · 1 (4)" in texts(page)
    page.text_input(key="import.names.0").set_value("gnu")
    run(page)
    press(page, "Add this set")
    assert open_dataset(home, data_of(page).dataset).meta.classes == ("gnu", "1")
    assert "8 pictures of 2 classes, 4×4 pixels, grey." in texts(page)


@pytest.mark.parametrize(
    ("content", "name", "message"),
    [
        (b"no archive", "a.npz", "cannot be read as .npz"),
        (b"no archive", "a.zip", "damaged or incomplete"),
        (npz(X_train=pictures(4)), "a.npz", "y_train is missing"),
        (zipped({"a.png": png(1)}), "a.zip", "Expected"),
        (zipped({}), "a.zip", "Expected"),
    ],
)
def test_a_bad_file_is_explained_and_nothing_stays_of_it(home: Home, content: bytes, name: str, message: str) -> None:
    page = opened()
    upload(page, content, name)
    assert message in said(page)
    assert data_of(page) == DataSpec()
    assert not list(desk(home).path.glob("upload*"))
    assert [meta.id for meta in list_datasets(home)] == ["digits"]


def test_photos_gathered_class_by_class_become_a_set(home: Home) -> None:
    page = opened()
    choose(page, "own")
    page.segmented_control(key="data.ways").set_value("collect")
    run(page)
    press(page, "Start")
    for name in ("gnu", "yak"):
        page.text_input(key="collect.new").set_value(name)
        run(page)
    for name in ("gnu", "yak"):
        page.pills(key="collect.classes").set_value(name)
        run(page)
        for number in range(3):
            page.file_uploader[-1].set_value((f"{number}.png", png(number + len(name) * (name == "yak")), "image/png"))
            run(page)
    assert "Make a set of them" in [button.label for button in page.button if not button.disabled]
    press(page, "Make a set of them")
    press(page, "Add this set")
    dataset = open_dataset(home, data_of(page).dataset)
    assert dataset.meta.classes == ("gnu", "yak")
    assert np.bincount(dataset.labels).tolist() == [3, 3]
    assert not desk(home).inbox.exists()


def test_photos_are_added_to_a_set_as_a_new_version(home: Home) -> None:
    page = opened()
    upload(page, zoo())
    press(page, "Add this set")
    first = data_of(page).dataset
    press(page, "Add photos")
    stage(desk(home).inbox, "0001/new.png", png(999))  # folders are called as the class's place
    run(page)
    press(page, "Save as a new version")
    second = open_dataset(home, data_of(page).dataset)
    assert (second.meta.version, second.meta.parent, len(second)) == (2, first, 9)
    assert len(open_dataset(home, first)) == 8
    page.selectbox(key="data.version").set_value(first)
    run(page)
    assert data_of(page).dataset == first


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
    shown: Any = _pictures(dataset.meta.content_hash, (3, 1, 4), 12, "rgb", 44, dataset)
    np.testing.assert_array_equal(shown, as_model_input(dataset, 12, "rgb", home.cache)[[3, 1, 4]])


def _never_done(monkeypatch: pytest.MonkeyPatch) -> None:
    """Tasks are started, and nobody works on them."""
    monkeypatch.setattr(tasks, "start_task", create_task)
    monkeypatch.setattr(tasks, "result_of", lambda _task: None)


def _marked(page: AppTest, home: Home, dataset_id: str, edits: Edits) -> Desk:
    """Put marks on the browser's desk, as clicks in the gallery do, which AppTest cannot make."""
    page.button(key=f"own.{dataset_id}.class 1.out").click()
    run(page)
    found = desk(home)
    found.mark(dataset_id, edits)
    run(page)
    return found


def gathered(page: AppTest, names: tuple[str, ...], each: int = 3) -> None:
    """Gather photos class by class."""
    choose(page, "own")
    page.segmented_control(key="data.ways").set_value("collect")
    run(page)
    press(page, "Start")
    for place, name in enumerate(names):
        page.text_input(key="collect.new").set_value(name)
        run(page)
        for number in range(each):
            page.file_uploader[-1].set_value((f"{number}.png", png(100 * place + number), "image/png"))
            run(page)


def test_a_look_that_is_cancelled_leads_back_to_the_photos_gathered(
    home: Home, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The photos stayed on disk with no way to them, and the next start deleted them."""
    page = opened()
    gathered(page, ("gnu", "yak"))
    _never_done(monkeypatch)
    next(button for button in page.button if button.label == "Make a set of them").click()
    run(page)
    press(page, "Cancel")
    assert "Class by class" in texts(page)
    with StagedSource(desk(home).inbox) as source:
        assert len(source.entries) == 6
    assert "Make a set of them" in [button.label for button in page.button if not button.disabled]


def test_only_one_thing_is_made_at_a_time_and_what_it_needs_is_left_alone(
    home: Home, monkeypatch: pytest.MonkeyPatch
) -> None:
    page = opened()
    upload(page, zoo())
    _never_done(monkeypatch)
    next(button for button in page.button if button.label == "Add this set").click()
    run(page)
    assert not page.file_uploader
    assert "More can be added when this is done." in texts(page)
    assert list(desk(home).path.glob("upload*"))
    with pytest.raises(StudioError, match="already"):
        tasks.begin_task("look", {})


def test_classes_may_be_called_as_no_folder_can(home: Home) -> None:
    page = opened()
    gathered(page, ("T-shirt/top", "train", ".net"))
    press(page, "Make a set of them")
    assert "T-shirt/top (3)" in texts(page)
    press(page, "Add this set")
    dataset = open_dataset(home, data_of(page).dataset)
    assert set(dataset.meta.classes) == {"T-shirt/top", "train", ".net"}
    assert np.bincount(dataset.labels).tolist() == [3, 3, 3]


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


def test_too_much_at_once_is_refused_and_freed(home: Home, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(desk_module, "LIMITS", Limits(upload_bytes=10_000))
    freed: list[str] = []
    monkeypatch.setattr(add, "forget", freed.append)
    page = opened()
    upload(page, zoo())
    assert "may hand over at a time" in said(page)
    assert freed
    assert page.file_uploader[0].value is None
    assert not list(desk(home).path.glob("upload*"))


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
