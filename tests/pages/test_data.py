"""The Data page as a person uses it; pictures and bars are looked at in a real browser."""

from __future__ import annotations

import io
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray
from streamlit.testing.v1 import AppTest

from core.datasets.dataset import About, Original
from core.datasets.pixels import as_model_input
from core.datasets.shapes import ShapesSpec, shapes_id
from core.datasets.store import open_dataset, save_dataset
from core.errors import DataError
from core.home import PROJECT, Home
from core.spec import DataSpec, RunSpec, from_query, to_query
from ui.data_grid import _pictures

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
    page.radio(key="data.sources").set_value(source)
    run(page)


def press(page: AppTest, label: str) -> None:
    next(button for button in page.button if button.label == label).click()
    run(page)


def texts(page: AppTest) -> str:
    return "\n".join(part.value for part in [*page.subheader, *page.markdown, *page.caption])


def said(page: AppTest) -> str:
    """The error shown, without the backslashes that keep Markdown from reading its signs."""
    return str(page.error[0].value.replace("\\", ""))


def npz(**arrays: object) -> bytes:
    file = io.BytesIO()
    np.savez_compressed(file, **arrays)  # type: ignore[arg-type]
    return file.getvalue()


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


def upload(page: AppTest, content: bytes, name: str = "zoo.npz", names: str = "") -> None:
    page.file_uploader[0].set_value((name, content, "application/octet-stream"))
    run(page)
    if names:
        page.text_input[0].set_value(names)
        run(page)
    press(page, "Add this set")


def test_the_digits_are_there_at_once() -> None:
    page = opened()
    assert "1,797 pictures of 10 classes, 8×8 pixels, grey." in texts(page)
    assert "1,151 to learn from, 287 to check progress with, 359 for the final exam." in texts(page)
    assert page.radio(key="data.sources").value == "digits"


def test_size_and_shares_are_written_to_the_specification() -> None:
    page = opened()
    page.select_slider(key="data.image_size").set_value(16)
    page.slider(key="data.test_fraction").set_value(0.3)
    page.segmented_control(key="data.colour_mode").set_value("rgb")
    run(page)
    assert data_of(page) == DataSpec(image_size=16, test_fraction=0.3, colour_mode="rgb")
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
    def no_network(url: str, *_rest: object) -> None:
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
    assert "data.test_fraction" not in [slider.key for slider in page.slider]


def test_an_upload_becomes_the_chosen_set_and_leaves_nothing_behind(home: Home) -> None:
    page = opened()
    choose(page, "own")
    upload(page, npz(X=pictures(8), Y=[0, 1] * 4), names="gnu, yak")
    assert data_of(page).dataset.startswith("zoo-")
    assert "8 pictures of 2 classes, 4×4 pixels, grey." in texts(page)
    assert page.file_uploader[0].value is None
    assert list((home.root / "uploads").iterdir()) == []
    choose(page, "digits")
    choose(page, "own")
    page.selectbox(key="data.own").select_index(0)
    run(page)
    assert data_of(page).dataset.startswith("zoo-")


@pytest.mark.parametrize(
    ("content", "names", "message"),
    [
        (b"no archive", "", "cannot be read as .npz"),
        (npz(X_train=pictures(4)), "", "y_train is missing"),
        (npz(X=pictures(4), y=[0, 1, 0, 1]), "gnu, yak, emu", "Expected 2 class names"),
    ],
)
def test_a_bad_file_is_explained_and_the_upload_stays(home: Home, content: bytes, names: str, message: str) -> None:
    page = opened()
    choose(page, "own")
    upload(page, content, names=names)
    assert message in said(page)
    assert page.file_uploader[0].value is not None
    assert data_of(page) == DataSpec()
    assert list((home.root / "uploads").iterdir()) == []


def test_a_set_from_a_foreign_link_leads_back_to_the_digits() -> None:
    page = opened(DataSpec(dataset="gone-1234abcd"))
    assert "This data set is not here" in texts(page)
    press(page, "Go back to the digits")
    assert data_of(page) == DataSpec()
    assert "1,797 pictures" in texts(page)


def test_a_class_too_small_to_be_dealt_out_is_named_and_its_pictures_are_shown(home: Home) -> None:
    page = opened(DataSpec(dataset=store(home, "Tiny", classes=2, each=2), image_size=4))
    assert "Class class 0 has 2 pictures" in page.error[0].value.replace("\\", "")
    assert "1 / 1" in texts(page)


def test_many_classes_and_pictures_are_turned_page_by_page(home: Home) -> None:
    page = opened(DataSpec(dataset=store(home, "Many", classes=25, each=20), image_size=4))
    assert "1 / 2" in texts(page)  # 13 pictures of a class to learn from, 8 a page
    press(page, "Next")
    assert "2 / 2" in texts(page)
    classes = page.selectbox(key="data.class_page")
    assert classes.options == ["classes 1–10 of 25", "classes 11–20 of 25", "classes 21–25 of 25"]
    classes.select_index(2)
    run(page)
    assert page.selectbox(key="data.class_page").value == 2


@pytest.mark.parametrize(("card", "shown"), [("own", "My own pictures"), ("mnist", "Handwritten digits (MNIST)")])
def test_a_card_of_the_start_page_opens_its_source_once(card: str, shown: str) -> None:
    page = opened()
    page.session_state["studio.page.built_in"] = card
    run(page)
    assert page.radio(key="data.sources").value == card
    assert shown in texts(page)
    choose(page, "digits")
    assert page.radio(key="data.sources").value == "digits"


def test_tiles_are_what_the_network_sees(home: Home) -> None:
    """Only the shown pictures are converted, so they must equal those of the whole converted set."""
    dataset = open_dataset(home, "digits")
    shown: Any = _pictures(dataset.meta.content_hash, (3, 1, 4), 12, "rgb", 44, dataset)
    np.testing.assert_array_equal(shown, as_model_input(dataset, 12, "rgb", home.cache)[[3, 1, 4]])
