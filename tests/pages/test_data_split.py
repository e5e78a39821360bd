"""How a set is dealt out, set on the Data page."""

from __future__ import annotations

import numpy as np
import pytest
from numpy.typing import NDArray
from streamlit.testing.v1 import AppTest

from core.datasets.dataset import TEST, TRAIN, VALIDATION, About, Original
from core.datasets.shapes import ShapesSpec, shapes_id
from core.datasets.store import save_dataset
from core.home import Home
from core.spec import DataSpec
from tests.pages.data_page import data_of, opened
from tests.pages.turns import run

pytestmark = pytest.mark.usefixtures("studio_without_spare")

SPACE = "\N{NO-BREAK SPACE}"
SHAPES = DataSpec(dataset=shapes_id(ShapesSpec()), image_size=32, colour_mode="rgb")


def captions(page: AppTest) -> list[str]:
    return [caption.value for caption in page.caption]


def sliders(page: AppTest) -> list[str]:
    return [key for slider in page.slider if (key := slider.key or "").startswith("data.split")]


def stored(home: Home, labels: NDArray[np.int64], parts: NDArray[np.uint8]) -> DataSpec:
    about = About(
        title="Zoo",
        classes=("gnu", "yak"),
        source="a test",
        licence="CC0 1.0",
        original=Original(shape="", dtype="uint8", range=(0, 255)),
    )
    images = np.random.default_rng(0).integers(0, 256, (len(labels), 4, 4, 1), dtype=np.uint8)
    return DataSpec(dataset=save_dataset(home, about, images, labels, parts).meta.id, image_size=4)


def test_two_handles_where_the_set_gives_neither_part() -> None:
    page = opened(DataSpec(validation_fraction=0.25))
    assert page.slider(key="data.split").value == (60, 80)
    page.slider(key="data.split").set_range(50, 75)
    run(page)
    assert data_of(page) == DataSpec(validation_fraction=1 / 3, test_fraction=0.25)
    assert f"899 (50{SPACE}%) · 448 (25{SPACE}%) · 450 (25{SPACE}%)" in captions(page)
    assert "899 to learn from, 448 to check progress with, 450 for the final exam." in captions(page)


def test_a_handle_pulled_too_far_goes_back_to_what_is_allowed() -> None:
    page = opened(DataSpec())
    page.slider(key="data.split").set_range(100, 100)
    run(page)
    assert page.slider(key="data.split").value == (98, 99)
    assert data_of(page) == DataSpec(validation_fraction=1 / 99, test_fraction=0.01)
    page.slider(key="data.split").set_range(0, 0)
    run(page)
    assert page.slider(key="data.split").value == (1, 10)


def test_a_given_test_leaves_one_handle() -> None:
    page = opened(SHAPES)
    assert sliders(page) == ["data.split.validation_fraction"]
    page.slider(key="data.split.validation_fraction").set_value(70)
    run(page)
    assert data_of(page) == SHAPES.model_copy(update={"validation_fraction": 0.3})
    assert f"280 (70{SPACE}%) · 120 (30{SPACE}%)" in captions(page)
    assert "This set brings its own test pictures." in captions(page)


def test_given_validation_pictures_leave_one_handle(home: Home) -> None:
    parts = np.repeat([TRAIN, VALIDATION], [20, 10]).astype(np.uint8)
    data = stored(home, np.tile([0, 1], 15), parts)
    page = opened(data)
    assert sliders(page) == ["data.split.test_fraction"]
    page.slider(key="data.split.test_fraction").set_value(60)
    run(page)
    assert data_of(page) == data.model_copy(update={"test_fraction": 0.4})
    assert f"12 (60{SPACE}%) · 8 (40{SPACE}%)" in captions(page)
    assert "This set brings its own validation pictures." in captions(page)
    assert "12 to learn from, 10 to check progress with, 8 for the final exam." in captions(page)


def test_a_set_that_brings_all_parts_leaves_nothing_to_set(home: Home) -> None:
    page = opened(stored(home, np.tile([0, 1], 15), np.repeat([TRAIN, VALIDATION, TEST], 10).astype(np.uint8)))
    assert sliders(page) == []
    assert "This set brings its own validation and test pictures." in captions(page)
    assert page.selectbox(key="data.split_policy").disabled
    assert page.number_input(key="data.split_seed").disabled


def test_the_last_pictures_need_no_seed() -> None:
    page = opened(DataSpec())
    assert not page.number_input(key="data.split_seed").disabled
    page.selectbox(key="data.split_policy").set_value("last")
    run(page)
    assert data_of(page) == DataSpec(split_policy="last")
    assert page.number_input(key="data.split_seed").disabled
    assert "1,149 to learn from, 288 to check progress with, 360 for the final exam." in captions(page)


def test_a_set_sorted_by_class_says_what_is_missing(home: Home) -> None:
    data = stored(home, np.repeat([0, 1], 10), np.zeros(20, np.uint8))
    page = opened(data.model_copy(update={"split_policy": "last"}))
    assert "kept for the test, hold no picture of gnu." in page.error[0].value.replace("\\", "")
    assert not any("(" in caption for caption in captions(page)), "no shares of a split that cannot be made"
    page.selectbox(key="data.split_policy").set_value("stratified")
    run(page)
    assert not page.error
