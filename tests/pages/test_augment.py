"""The Augment page as a person uses it; the pictures are looked at as they go to the browser."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np
import pytest
import streamlit as st
from streamlit.testing.v1 import AppTest

from core.augmentation.spec import PRESETS, AugmentSpec
from core.batches import Pictures, batches_of
from core.datasets.dataset import About, Original
from core.datasets.pixels import as_model_input
from core.datasets.shapes import ShapesSpec, shapes_id
from core.datasets.store import open_dataset, save_dataset
from core.home import PROJECT, Home
from core.runs.submit import split_of
from core.spec import DataSpec, RunSpec, TrainingSpec, to_query
from tests.pages.turns import run, spec_of
from ui import session
from ui.augment import first_batch, photo, preview, settings
from ui.components import Tile

pytestmark = pytest.mark.usefixtures("studio_without_spare")


@pytest.fixture(autouse=True)
def shown(monkeypatch: pytest.MonkeyPatch) -> dict[str, list[Tile]]:
    """The tiles of each gallery of the last run of the page."""
    galleries: dict[str, list[Tile]] = {}

    def gallery(items: Sequence[Tile], *, key: str, **_look: Any) -> None:
        galleries[key] = list(items)

    for module in (preview, photo, first_batch):
        monkeypatch.setattr(module, "gallery", gallery)
    monkeypatch.setattr(settings, "live_slider", still_slider)
    return galleries


def still_slider(
    label: str,
    min_value: float,
    max_value: float,
    step: float,
    *,
    value: float,
    key: str,
    help: str,
    disabled: bool,
    on_change: Callable[[float], None],
) -> None:
    """Streamlit's own in place of the one that AppTest cannot move."""
    session.show_value(key, value)
    st.slider(
        label,
        min_value,
        max_value,
        step=step,
        key=key,
        help=help,
        disabled=disabled,
        on_change=lambda: on_change(session.widget_value(key)),
    )


def opened(spec: RunSpec | None = None) -> AppTest:
    page = AppTest.from_file(str(PROJECT / "ui" / "shell.py"), default_timeout=30)
    if spec:
        page.query_params["spec"] = to_query(spec)
    return run(page.switch_page(str(PROJECT / "pages" / "build" / "augment.py")))


def pixels(tiles: list[Tile]) -> list[bytes]:
    return [tile.image.tobytes() for tile in tiles]


def notebook(**training: Any) -> RunSpec:
    return RunSpec(augmentation=PRESETS["notebook"].spec, training=TrainingSpec(**training))


def test_off_at_first(shown: dict[str, list[Tile]]) -> None:
    page = opened()
    assert page.button_group(key="augment-preset").value == "none"
    assert len(set(pixels(shown["augment-copies"] + shown["augment-original"]))) == 1
    assert "Rotation is off; it would do this" in [said.value for said in page.caption]
    assert [tile.caption for tile in shown["augment-levels"]] == ["↻ 45°", "↻ 22°", "0°", "↺ 22°", "↺ 45°"]
    assert "Nothing is varied yet. Choose a preset or move a slider." in [said.value for said in page.caption]


@pytest.mark.parametrize("preset", PRESETS)
def test_a_preset_sets_the_knobs_and_keeps_how_often(preset: str) -> None:
    page = opened(RunSpec(augmentation=AugmentSpec(repeats=3, noise=0.3)))
    page.button_group(key="augment-preset").set_value(preset)
    run(page)
    assert spec_of(page).augmentation == PRESETS[preset].spec.model_copy(update={"repeats": 3})
    assert page.button_group(key="augment-preset").value == preset


def test_a_slider_moves_the_same_draws(shown: dict[str, list[Tile]]) -> None:
    page = opened(notebook())
    before = pixels(shown["augment-copies"])
    assert len(set(before)) == preview.COPIES
    page.slider(key="augmentation.rotation").set_value(60.0)
    run(page)
    turned = pixels(shown["augment-copies"])
    assert all(one != other for one, other in zip(before, turned, strict=True))
    page.slider(key="augmentation.rotation").set_value(30.0)
    run(page)
    assert pixels(shown["augment-copies"]) == before


def test_a_new_draw_rerolls(shown: dict[str, list[Tile]]) -> None:
    page = opened(notebook())
    before = pixels(shown["augment-copies"])
    page.button(key="augment-redraw").click()
    run(page)
    assert not set(before) & set(pixels(shown["augment-copies"]))


def test_the_copies_are_those_of_the_epochs_to_come(shown: dict[str, list[Tile]], home: Home) -> None:
    spec = notebook(seed=7)
    opened(spec)
    dataset = open_dataset(home, "digits")
    offered = [int(tile.id) for tile in shown["augment-offered"]]
    (original,) = shown["augment-original"]
    number = next(number for number in offered if np.array_equal(dataset.images[number], original.image))
    batches = batches_of(spec, Pictures(dataset.images, dataset.labels, np.array([number])))
    for epoch, tile in enumerate(shown["augment-copies"]):
        np.testing.assert_array_equal(tile.image, batches.batch(epoch, 0)[0][0])


def test_the_strip_follows_the_knob_last_moved(shown: dict[str, list[Tile]]) -> None:
    page = opened(notebook())
    assert [tile.caption for tile in shown["augment-levels"]] == ["↻ 30°", "↻ 15°", "0°", "↺ 15°", "↺ 30°"]
    assert [tile.note for tile in shown["augment-levels"]] == ["most", "typical", "least", "typical", "most"]
    page.slider(key="augmentation.zoom").set_value(0.5)
    run(page)
    assert [tile.caption for tile in shown["augment-levels"]] == ["× 2.00", "× 1.33", "× 1.00", "× 0.80", "× 0.67"]
    page.toggle(key="augmentation.vertical_flip").set_value(True)
    run(page)
    assert [tile.caption for tile in shown["augment-levels"]] == ["as it is", "mirrored"]


def test_the_fill_modes_side_by_side(shown: dict[str, list[Tile]]) -> None:
    page = opened()
    assert [tile.caption for tile in shown["augment-fills"]] == ["nearest", "constant", "reflect", "wrap"]
    assert [tile.mark for tile in shown["augment-fills"]] == ["chosen", "", "", ""]
    page.selectbox(key="augmentation.fill_mode").set_value("wrap")
    run(page)
    assert [tile.mark for tile in shown["augment-fills"]] == ["", "", "", "chosen"]


def test_the_first_batch_is_what_training_will_see(shown: dict[str, list[Tile]], home: Home) -> None:
    spec = notebook(batch_size=16, seed=3)
    page = opened(spec)
    page.toggle(key="augment-first-batch").set_value(True)
    run(page)
    dataset = open_dataset(home, "digits")
    train = split_of(dataset, spec.data).train
    images, labels = batches_of(spec, Pictures(dataset.images, dataset.labels, train)).batch(0, 0)
    assert pixels(shown["augment-batch"]) == [image.tobytes() for image in images]
    assert [tile.caption for tile in shown["augment-batch"]] == [dataset.meta.classes[label] for label in labels]


def test_the_first_batch_at_another_size(shown: dict[str, list[Tile]], home: Home) -> None:
    """Only what is shown is made: a batch of 1,024 pictures at 224 px would take seconds at each move of a slider."""
    spec = notebook(batch_size=128).model_copy(update={"data": DataSpec(image_size=20, colour_mode="rgb")})
    page = opened(spec)
    page.toggle(key="augment-first-batch").set_value(True)
    run(page)
    dataset = open_dataset(home, "digits")
    images = as_model_input(dataset, 20, "rgb", home.cache)
    train = split_of(dataset, spec.data).train
    expected, _labels = batches_of(spec, Pictures(images, dataset.labels, train)).batch(0, 0)
    assert pixels(shown["augment-batch"]) == [image.tobytes() for image in expected[: first_batch.SHOWN]]


def test_a_split_that_fails_is_said_and_the_settings_are_kept(home: Home) -> None:
    about = About(
        title="Two",
        classes=("a", "b"),
        source="a test",
        licence="CC0 1.0",
        original=Original(shape="", dtype="uint8", range=(0, 255)),
    )
    labels, parts = np.array([0, 1]), np.zeros(2, np.uint8)
    dataset = save_dataset(home, about, np.zeros((2, 8, 8, 1), np.uint8), labels, parts)
    page = opened(RunSpec(data=DataSpec(dataset=dataset.meta.id)))
    assert page.error
    page.slider(key="augmentation.rotation").set_value(50.0)
    run(page)
    assert spec_of(page).augmentation.rotation == 50
    assert any(button.label == "Shape the network" for button in page.button)


@pytest.mark.parametrize("click", ["x", "", "-1", "999999999", [1], None])
def test_garbage_instead_of_a_click_changes_nothing(
    click: Any, shown: dict[str, list[Tile]], monkeypatch: pytest.MonkeyPatch
) -> None:
    page = opened()
    before = pixels(shown["augment-original"])
    value = session.widget_value
    garbage = {photo.KEY: {"click": click}, preview.FILLS: {"click": click}}
    monkeypatch.setattr(session, "widget_value", lambda key: garbage.get(key) or value(key))
    monkeypatch.setattr(photo, "gallery", lambda *_tiles, on_click, **_look: on_click())
    monkeypatch.setattr(preview, "gallery", lambda tiles, *, key, on_click=None, **_look: on_click and on_click())
    run(page)
    monkeypatch.undo()
    assert spec_of(page).augmentation == AugmentSpec()
    assert before


def test_a_picked_picture_that_is_no_training_picture_any_more_is_let_go(
    shown: dict[str, list[Tile]], home: Home
) -> None:
    page = opened()
    outsider = int(split_of(open_dataset(home, "digits"), DataSpec()).test[0])
    page.session_state[f"studio.page.{photo.PHOTO}"] = ("digits", outsider)
    run(page)
    offered = {tile.image.tobytes() for tile in shown["augment-offered"]}
    assert pixels(shown["augment-original"])[0] in offered


def test_a_large_batch_is_cut_short_and_says_so(shown: dict[str, list[Tile]]) -> None:
    page = opened(notebook(batch_size=128))
    page.toggle(key="augment-first-batch").set_value(True)
    run(page)
    assert len(shown["augment-batch"]) == first_batch.SHOWN
    assert any("The 128 pictures" in said.value and "first 64" in said.value for said in page.caption)


def test_only_training_pictures_are_offered_the_classes_in_turn(shown: dict[str, list[Tile]], home: Home) -> None:
    page = opened()
    dataset = open_dataset(home, "digits")
    train = set(split_of(dataset, DataSpec()).train.tolist())
    first = [int(tile.id) for tile in shown["augment-offered"]]
    assert set(first) <= train
    assert [int(dataset.labels[number]) for number in first] == list(range(10))
    page.button(key="augment-others").click()
    run(page)
    others = [int(tile.id) for tile in shown["augment-offered"]]
    assert set(others) <= train - set(first)


def test_flips_of_digits_are_warned_of() -> None:
    page = opened(notebook())
    assert any("mirror" in said.value for said in page.warning)
    page.toggle(key="augmentation.horizontal_flip").set_value(False)
    run(page)
    assert not page.warning


def test_the_code_is_there_when_something_is_on() -> None:
    assert any("nothing to write" in said.value for said in opened().caption)
    layers, generator = (block.value for block in opened(notebook()).code)
    assert "RandomRotation(30 / 360" in layers
    assert "rotation_range=30" in generator


def test_a_missing_set_is_said_and_the_sliders_stay() -> None:
    page = opened(RunSpec(data=DataSpec(dataset="gone"), augmentation=PRESETS["gentle"].spec))
    assert [said.value for said in page.subheader] == ["This data set is not here"]
    assert page.button_group(key="augment-preset").value == "gentle"


def test_shapes_in_colour(shown: dict[str, list[Tile]]) -> None:
    shapes = ShapesSpec(train_per_class=10, test_per_class=10)
    data = DataSpec(dataset=shapes_id(shapes), image_size=16, colour_mode="rgb")
    opened(RunSpec(data=data, augmentation=PRESETS["strong"].spec))
    assert {tile.image.shape for tile in shown["augment-copies"]} == {(16, 16, 3)}


def test_the_road_names_the_preset() -> None:
    page = opened(notebook())
    assert any("Notebook" in block.proto.body for block in page.get("html"))
