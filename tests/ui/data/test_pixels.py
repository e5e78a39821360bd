"""Pixel values as a person sees them: in words, in numbers, and by class."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray
from streamlit.testing.v1 import AppTest

from core.datasets.dataset import About, Dataset, Original, make_dataset
from core.datasets.split import Split, make_split
from core.datasets.store import open_dataset
from core.home import Home
from core.spec import DataSpec
from ui.components import Tile
from ui.data import pixels
from ui.data.pixel_tables import excerpt_of
from ui.data.pixels import pixels_view


@pytest.fixture
def drawn(monkeypatch: pytest.MonkeyPatch) -> dict[str, Any]:
    """What the charts and the gallery were given, by their keys."""
    seen: dict[str, Any] = {}

    def chart(figure: dict[str, Any], *, key: str, **others: Any) -> None:
        seen[key] = {"figure": figure, **others}

    def gallery(tiles: list[Tile], *, key: str, **others: Any) -> None:
        seen[key] = {"tiles": tiles, **others}

    monkeypatch.setattr(pixels, "chart", chart)
    monkeypatch.setattr(pixels, "gallery", gallery)
    return seen


def page_of(dataset: Dataset, data: DataSpec, split: Split, names: list[str]) -> AppTest:
    pixels._facts.clear()
    page = AppTest.from_function(_script, args=(pixels_view, dataset, data, split, names), default_timeout=30)
    return run(page)


def _script(view, *arguments):  # AppTest runs its text alone: no annotations, no imports
    view(*arguments)


def run(page: AppTest) -> AppTest:
    page.run()
    assert not page.exception
    return page


def html_of(page: AppTest) -> str:
    return "\n".join(element.proto.body for element in page.get("html"))


@pytest.fixture
def digits(drawn: dict[str, Any]) -> AppTest:
    dataset = open_dataset(Home(Path("nowhere")), "digits")
    split = make_split(dataset.labels, dataset.parts, 0.2, 0.2, 0)
    return page_of(dataset, DataSpec(), split, list(dataset.meta.classes))


def many_classes(count: int) -> tuple[Dataset, DataSpec, Split, list[str]]:
    """Of each class one dark pixel to train with, in colour."""
    names = tuple(f"*{number}*" for number in range(count))
    about = About(
        title="Many", classes=names, source="", licence="", original=Original(shape="", dtype="", range=(0, 1))
    )
    images: NDArray[np.uint8] = np.full((count, 4, 4, 3), 51, np.uint8)
    dataset = make_dataset(about, images, np.arange(count), np.zeros(count, np.uint8), f"many-{count}")
    nothing = np.zeros(0, np.int64)
    data = DataSpec(dataset=dataset.meta.id, image_size=4, colour_mode="rgb")
    return dataset, data, Split(np.arange(count), nothing, nothing), list(names)


def test_the_step_of_the_notebook_is_explained(digits: AppTest) -> None:
    words = "\n".join(text.value for text in digits.markdown)
    assert "x / 255" in words
    assert "learning rate" in words
    assert "cannot forget it" in words


def test_histograms_before_and_after_stand_side_by_side(digits: AppTest, drawn: dict[str, Any]) -> None:
    assert [drawn[key]["figure"]["data"][0]["x"][-1] for key in ("pixels-before", "pixels-after")] == [255, 1]
    assert drawn["pixels-before"]["alt"].startswith("Histogram of pixel values from 0 to 255: mean 77.7")
    assert drawn["pixels-after"]["alt"].startswith("Histogram of pixel values from 0 to 1: mean 0.305")


def test_a_picture_is_shown_as_numbers(digits: AppTest) -> None:
    """The first training picture, of which all 8 × 8 pixels are shown."""
    dataset = open_dataset(Home(Path("nowhere")), "digits")
    first = make_split(dataset.labels, dataset.parts, 0.2, 0.2, 0).train[0]
    tables = html_of(digits).split("<caption>")
    assert tables[1].count("<td style") == tables[2].count("<td style") == 64
    value = int(dataset.images[first, 0].max())
    assert f">{value}</td>" in tables[1]
    assert f">{value / 255:.2f}</td>" in tables[2]


def test_mean_and_spread_are_a_table(digits: AppTest) -> None:
    table = html_of(digits).split("studio-channels'>")[1]
    assert "<td>77.7</td><td>0.305</td><td>95.8</td><td>0.376</td>" in table


def test_all_training_pictures_were_measured(digits: AppTest) -> None:
    assert "Measured in all 1,151 training pictures." in [text.value for text in digits.caption]


def test_mean_pictures_have_names_and_counts(digits: AppTest, drawn: dict[str, Any]) -> None:
    tiles = drawn["mean-pictures"]["tiles"]
    assert [tile.caption for tile in tiles] == [str(number) for number in range(10)]
    assert tiles[0].note == "114 pictures"
    assert any("pictures of 0 are most alike" in text.value for text in digits.markdown)


def test_another_class_changes_all_numbers(digits: AppTest, drawn: dict[str, Any]) -> None:
    before = drawn["pixels-before"]["figure"]
    digits.selectbox(key="data.pixels_of").set_value(3)
    run(digits)
    assert drawn["pixels-before"]["figure"] != before
    assert "a picture of “3”" in html_of(digits)
    assert digits.selectbox(key="data.pixels_of").value == 3


def test_a_sample_is_called_one(drawn: dict[str, Any], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("core.datasets.inspecting.pixel_facts.SAMPLE_BYTES", 64 * 100)
    dataset = open_dataset(Home(Path("nowhere")), "digits")
    split = make_split(dataset.labels, dataset.parts, 0.2, 0.2, 0)
    page = page_of(dataset, DataSpec(), split, list(dataset.meta.classes))
    pixels._facts.clear()
    assert any("100 of 1,151 training pictures" in text.value for text in page.caption)


def test_names_of_strangers_are_harmless(drawn: dict[str, Any]) -> None:
    dataset, data, split, _names = many_classes(2)
    page = page_of(dataset, data, split, ["<b>x</b>", "y"])
    assert "&lt;b&gt;x&lt;/b&gt;" in html_of(page)
    assert "<b>x" not in html_of(page)
    assert "the red channel" in html_of(page)


def test_very_many_classes_come_a_page_at_a_time(drawn: dict[str, Any]) -> None:
    page = page_of(*many_classes(150))
    assert len(drawn["mean-pictures"]["tiles"]) == 100
    page.selectbox(key="data.mean_page").set_value(1)
    run(page)
    assert [tile.caption for tile in drawn["mean-pictures"]["tiles"]] == [f"*{number}*" for number in range(100, 150)]
    assert drawn["mean-pictures"]["tiles"][0].note == "1 picture"


def test_a_class_of_another_set_is_forgotten(digits: AppTest, drawn: dict[str, Any]) -> None:
    page = page_of(*many_classes(2))
    page.session_state["studio.page.data.pixels"] = 9
    run(page)
    assert page.selectbox(key="data.pixels_of").value == -1


def test_the_excerpt_is_the_busiest_part_or_all_of_a_tiny_picture() -> None:
    picture = np.zeros((20, 20, 3), np.uint8)
    picture[9, 8, 0] = 255
    excerpt = excerpt_of(picture)
    assert (excerpt.top, excerpt.left, excerpt.values.shape) == (8, 8, (8, 8))
    assert excerpt.values[1, 0] == 255
    assert excerpt_of(np.zeros((4, 4, 1), np.uint8)).values.shape == (4, 4)


def test_pictures_of_one_value_have_a_histogram(drawn: dict[str, Any]) -> None:
    dataset, data, split, names = many_classes(2)
    page_of(dataset, data, split, names)
    figure = drawn["pixels-before"]["figure"]
    assert max(figure["data"][0]["y"]) > 0
