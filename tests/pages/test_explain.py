"""The dialog of a photo and the tab "Explain a photo", with answers made by hand; a real browser sees the real ones."""

from __future__ import annotations

from collections.abc import Callable, Hashable
from dataclasses import replace
from typing import Any

import numpy as np
import pytest
from streamlit.testing.v1 import AppTest

from core.errors import DataError, StudioError, WorkerError
from core.explaining import Filters, HeatMap, Occlusion, Subject
from core.home import PROJECT
from core.questions import Answer, Put
from core.runs.folder import RunFolder
from tests.ui.explain.made import layer_maps, product
from ui import run_pictures, services
from ui.explain import heat, layers, one_number
from ui.services import Studio

Make = Callable[..., RunFolder]
LAYERS = ("conv2d_1", "conv2d_3")


class AtOnce:
    """Questions that are answered while they are asked, unless `waits`; `error` is what all of them fail with."""

    def __init__(self) -> None:
        self.asked: list[Hashable] = []
        self.error: StudioError | None = None
        self.waits = False

    def ask(self, key: Hashable, put: Put, asker: str, patience: float = 0.0) -> Answer:
        self.asked.append(key)
        if self.waits:
            return Answer(done=1, of=4)
        return Answer(error=str(self.error)) if self.error else Answer(put(None, lambda done, of: None))  # type: ignore[arg-type]

    def try_again(self, key: Hashable) -> None:
        self.error = None

    def known(self, key: Hashable) -> Answer | None:
        return None

    def close(self) -> None: ...


@pytest.fixture
def questions(studio_without_spare: Studio, monkeypatch: pytest.MonkeyPatch) -> AtOnce:
    """A model with two convolutions; of the class 0 nothing speaks."""
    at_once: Any = AtOnce()
    studio = replace(studio_without_spare, quick=at_once, long=at_once)
    monkeypatch.setitem(services._studios, studio.home.root.resolve(), studio)

    def cam(_inference: object, _subject: Subject, class_number: int, layer: str = "") -> HeatMap:
        spots = np.zeros((2, 2), np.float32) if class_number == 0 else np.array([[0, 0.2], [0.5, 1]], np.float32)
        return HeatMap(spots, layer or LAYERS[-1], LAYERS, class_number, np.full(10, 0.1, np.float32))

    def covering(_inference: object, _subject: Subject, class_number: int, _tell: object) -> Occlusion:
        return Occlusion(np.array([[0.4, 0.3], [0.2, -0.1]], np.float32), 4, 4, 0.8, class_number)

    def maps(_inference: object, _subject: Subject) -> Any:
        return layer_maps("conv2d_1"), layer_maps("max_pool2d_2", "pool"), layer_maps("conv2d_3")

    def patch(_inference: object, _subject: Subject, layer: str, number: int, row: int, column: int) -> Any:
        made = product(np.ones((3, 3, 3)), np.full((3, 3, 3), 0.1), bias=0.05, layer=layer)
        return replace(made, filter=number, row=row, column=column)

    def filters(*_args: object) -> Filters:
        return Filters("conv2d_1", np.ones((3, 3, 1, 3), np.float32), np.zeros(3, np.float32))

    monkeypatch.setattr(heat, "grad_cam", cam)
    monkeypatch.setattr(heat, "occlusion", covering)
    monkeypatch.setattr(layers, "feature_maps", maps)
    monkeypatch.setattr(layers, "first_filters", filters)
    monkeypatch.setattr(one_number, "patch_product", patch)
    return at_once  # type: ignore[no-any-return]


def opened(run: RunFolder, **views: str) -> AppTest:
    page = AppTest.from_file(str(PROJECT / "ui" / "shell.py"), default_timeout=30)
    for name, value in {"run": run.id, **views}.items():
        page.query_params[name] = value
    page.switch_page(str(PROJECT / "pages" / "understand" / "evaluate.py")).run()
    assert not page.exception
    return page


def words(page: AppTest) -> str:
    elements = (*page.markdown, *page.caption, *page.info, *page.error, *page.success, *page.warning)
    return "\n".join(element.value for element in elements)


def numbers_of(run: RunFolder) -> tuple[int, ...]:
    with np.load(run.evaluation) as exam:
        return tuple(exam["indices"].tolist())


def test_the_surest_mistake_is_explained_first_with_both_maps_and_their_disagreement(
    made_run: Make, questions: AtOnce
) -> None:
    """The heat grows towards the lower right, the drops towards the upper left."""
    page = opened(made_run(), tab="explain")
    text = words(page)
    assert "with 80.0" in text
    assert "Grad-CAM** is bright where the maps of conv2d\\_3" in text
    assert "**The two do not agree here** (rank correlation −1.00)" in text
    assert page.selectbox(key="heat-layer").value == "conv2d_3"


def test_a_link_opens_the_photo_the_class_and_the_layer(made_run: Make, questions: AtOnce) -> None:
    run = made_run()
    number = numbers_of(run)[5]
    page = opened(run, tab="explain", explain=str(number), cam="conv2d_1", **{"class": "7"})
    assert page.selectbox(key="heat-layer").value == "conv2d_1"
    assert page.selectbox(key="heat-class").value == 7
    assert "raise the score of 7" in words(page)


def test_another_class_is_looked_for_and_nothing_speaks_for_it(made_run: Make, questions: AtOnce) -> None:
    page = opened(made_run(), tab="explain")
    page.selectbox(key="heat-class").set_value(0).run()
    assert not page.exception
    assert page.query_params["class"] in ("0", ["0"])
    assert "Nothing in conv2d\\_3 speaks for 0." in words(page)
    assert "agree" not in words(page), "without a heat there is nothing to compare"


@pytest.mark.parametrize("view", ["explain", "class", "cam", "look", "layer", "map", "pixel"])
@pytest.mark.parametrize("value", ["-1", "99999999999", "<b>", "1e9"])
def test_a_link_that_says_nonsense_shows_the_usual_view(
    made_run: Make, questions: AtOnce, view: str, value: str
) -> None:
    look = {"look": "number"} if view in ("layer", "map", "pixel") else {}
    page = opened(made_run(), tab="explain", **{**look, view: value})
    assert "but called" in words(page)


def test_one_number_is_made_of_the_patch_that_the_link_names(made_run: Make, questions: AtOnce) -> None:
    page = opened(made_run(), tab="explain", look="number", layer="conv2d_3", map="2", pixel="1-3")
    assert questions.asked[-1][-1] == ("conv2d_3", 2, 1, 3)  # type: ignore[index]
    assert page.selectbox(key="number-layer").value == "conv2d_3"
    assert page.number_input(key="number-map").value == 3
    assert "looks at 3 × 3 px of **max\\_pool2d\\_2**, in 3 channels at once" in words(page)
    assert "✓ The network itself says **2\\.750** there." in words(page)


def test_another_layer_begins_with_its_own_first_map(made_run: Make, questions: AtOnce) -> None:
    page = opened(made_run(), tab="explain", look="number", layer="conv2d_3", map="2", pixel="1-3")
    page.selectbox(key="number-layer").set_value("conv2d_1").run()
    assert questions.asked[-1][-1] == ("conv2d_1", 1, 3, 3)  # type: ignore[index]


def test_the_layers_are_shown_with_what_they_are(made_run: Make, questions: AtOnce) -> None:
    page = opened(made_run(), tab="explain", look="layers")
    assert "Click a map of a convolution" in words(page)
    assert [key[0] for key in questions.asked] == ["feature_maps", "first_filters"]  # type: ignore[index]


def test_a_question_that_failed_can_be_asked_again(made_run: Make, questions: AtOnce) -> None:
    questions.error = WorkerError("The model's worker stopped twice.")
    page = opened(made_run(), tab="explain")
    assert "The model's worker stopped twice\\." in words(page)
    next(button for button in page.button if button.label == "Try again").click().run()
    assert "Grad-CAM** is bright" in words(page)


def test_while_the_model_is_asked_the_page_says_so_and_shows_the_picture(made_run: Make, questions: AtOnce) -> None:
    questions.waits = True
    page = opened(made_run(), tab="explain")
    assert [key[0] for key in questions.asked] == ["grad_cam"]  # type: ignore[index]
    assert any("Your model is asked what speaks" in str(bar.proto) for bar in page.get("progress"))
    assert page.selectbox(key="heat-layer").disabled
    questions.waits = False
    page.run()
    assert "Grad-CAM** is bright" in words(page)


def test_without_its_pictures_nothing_can_be_explained(
    made_run: Make, questions: AtOnce, monkeypatch: pytest.MonkeyPatch
) -> None:
    def gone(_name: str) -> None:
        raise DataError("gone")

    monkeypatch.setattr(run_pictures, "visible_dataset", gone)
    page = opened(made_run(), tab="explain")
    assert "no longer on this computer" in words(page)
    assert not questions.asked


def test_a_photo_opens_large_and_leads_inside(made_run: Make, questions: AtOnce) -> None:
    run = made_run()
    number = numbers_of(run)[5]
    page = opened(run, photo=str(number))
    assert page.toggle(key="photo-heat").value
    assert page.selectbox(key="photo-class").value is not None
    page.button(key="look-inside").click().run()
    assert not page.exception
    assert page.query_params["explain"] in (str(number), [str(number)])
    assert page.query_params["tab"] in ("explain", ["explain"])
    assert "photo" not in page.query_params
    assert page.selectbox(key="heat-layer").value == "conv2d_3"


def test_without_the_heat_map_the_model_is_not_asked(made_run: Make, questions: AtOnce) -> None:
    run = made_run()
    page = opened(run, photo=str(numbers_of(run)[5]))
    asked = len(questions.asked)
    page.toggle(key="photo-heat").set_value(False).run()
    assert not page.exception
    assert len(questions.asked) == asked
    assert not [box for box in page.selectbox if box.key == "photo-class"]
