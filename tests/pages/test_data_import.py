"""How sets come in on the Data page: downloads, archives, arrays, photos gathered class by class."""

from __future__ import annotations

import shutil

import numpy as np
import pytest
from streamlit.testing.v1 import AppTest

from core import desk as desk_module
from core.datasets.importing.sources import StagedSource, stage
from core.datasets.limits import Limits
from core.datasets.store import list_datasets, open_dataset
from core.errors import DataError, StudioError
from core.home import Home
from core.spec import DataSpec
from core.tasks.folder import create_task
from tests.pages.data_page import (
    choose,
    data_of,
    desk,
    npz,
    opened,
    pictures,
    png,
    press,
    said,
    texts,
    upload,
    zipped,
    zoo,
)
from tests.pages.turns import row, run
from ui import tasks
from ui.data import add

pytestmark = pytest.mark.usefixtures("studio_without_spare")


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


def _never_done(monkeypatch: pytest.MonkeyPatch) -> None:
    """Tasks are started, and nobody works on them."""
    monkeypatch.setattr(tasks, "start_task", create_task)
    monkeypatch.setattr(tasks, "result_of", lambda _task: None)


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
    assert row(page, "data.kind").value == "own"
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
        row(page, "collect.classes").set_value(name)
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
