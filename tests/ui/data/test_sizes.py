"""Photo sizes as a person sees them: in a sentence, as dots, and what became of them."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray
from streamlit.testing.v1 import AppTest

from core.datasets.dataset import DatasetMeta, Fit, Original
from ui.data import sizes
from ui.data.sizes import sizes_view

META = DatasetMeta(
    id="pets",
    title="Pets",
    classes=("cat", "dog"),
    source="",
    licence="",
    original=Original(shape="", dtype="uint8", range=(0, 255)),
    size=64,
    channels=3,
    content_hash="0",
    given_test=False,
)


@pytest.fixture
def drawn(monkeypatch: pytest.MonkeyPatch) -> list[dict[str, Any]]:
    """The figures that were shown."""
    seen: list[dict[str, Any]] = []
    monkeypatch.setattr(sizes, "chart", lambda figure, **others: seen.append({**figure, **others}))
    return seen


def _script(view, *arguments):  # AppTest runs its text alone: no annotations, no imports
    view(*arguments)


def said(pairs: list[tuple[int, int]] | None, fit: Fit = "crop", classes: int = 2) -> str:
    """All that is said of photos of these sizes, of as many classes in turn."""
    sizes: NDArray[np.int32] | None = None if pairs is None else np.array(pairs, np.int32)
    labels = np.arange(len(pairs or [0]), dtype=np.int32) % classes
    arguments = META.model_copy(update={"fit": fit}), sizes, labels, [f"class {k}" for k in range(classes)]
    page = AppTest.from_function(_script, args=(sizes_view, *arguments), default_timeout=30).run()
    assert not page.exception
    return "\n".join(text.value for text in [*page.markdown, *page.caption])


def test_ranges_and_medians_are_a_sentence(drawn: list[dict[str, Any]]) -> None:
    text = said([(1000, 500), (80, 160), (640, 480)])
    assert "80 to 1,000 px wide (median 640) and 160 to 500 px high (median 480)" in text
    assert "Not square: 3 of 3." in text
    assert text.splitlines()[0] in drawn[0]["alt"]


@pytest.mark.parametrize(
    ("fit", "words"),
    [
        ("crop", "50\N{NO-BREAK SPACE}% of the longer side is cut off"),
        ("pad", "50\N{NO-BREAK SPACE}% of it stays black"),
        ("stretch", "the longer side is shortened by 50\N{NO-BREAK SPACE}%"),
    ],
)
def test_what_the_fit_did_is_said(fit: Fit, words: str, drawn: list[dict[str, Any]]) -> None:
    assert words in said([(200, 100), (100, 100)], fit)


def test_photos_of_one_size_need_no_chart(drawn: list[dict[str, Any]]) -> None:
    text = said([(64, 64), (64, 64)])
    assert "All 2 photos were 64 × 64 px." in text
    assert "nothing is lost" in text
    assert drawn == []


def test_small_photos_were_enlarged(drawn: list[dict[str, Any]]) -> None:
    assert "Smaller than the 64 × 64 px that are kept: 1 of 2." in said([(32, 32), (64, 64)])


def test_unknown_sizes_are_counted_apart(drawn: list[dict[str, Any]]) -> None:
    assert "Of 1 other pictures the size is not known." in said([(0, 0), (100, 50), (50, 100)])


@pytest.mark.parametrize("pairs", [None, [(0, 0), (0, 0)]])
def test_without_sizes_there_is_a_calm_sentence(
    pairs: list[tuple[int, int]] | None, drawn: list[dict[str, Any]]
) -> None:
    assert said(pairs).startswith("How large these pictures were before they became squares is not known.")
    assert drawn == []


def test_few_classes_have_colours_and_many_share_one(drawn: list[dict[str, Any]]) -> None:
    sizes = [(100 + number, 50) for number in range(9)]
    said(sizes, classes=8)
    said(sizes, classes=9)
    assert [len(figure["data"]) for figure in drawn] == [1 + 8, 1 + 1]


def test_a_great_many_sizes_are_gathered(monkeypatch: pytest.MonkeyPatch, drawn: list[dict[str, Any]]) -> None:
    monkeypatch.setattr(sizes, "MOST", 4)
    sizes._measured.clear()
    assert "gathered in steps of" in said([(100 + number, 50) for number in range(30)])
