"""The Model page as a person uses it; the drawing itself is looked at in a real browser."""

from __future__ import annotations

from types import SimpleNamespace

import psutil
import pytest
from streamlit.testing.v1 import AppTest

from core.architecture.describe import describe
from core.architecture.layers import AnyLayer, Conv2D, Flatten, OwnCNN
from core.architecture.presets import PRESETS
from core.home import PROJECT
from core.spec import DataSpec, RunSpec, to_query
from tests.pages.turns import row, spec_of
from ui.layer_card import stack_cards
from ui.model_view import blocks
from ui.services import Studio

pytestmark = pytest.mark.usefixtures("studio_without_spare")
SMALL = [layer.kind for layer in PRESETS["small"].architecture.layers]


def opened(spec: RunSpec | None = None) -> AppTest:
    page = AppTest.from_file(str(PROJECT / "ui" / "shell.py"), default_timeout=30)
    if spec:
        page.query_params["spec"] = to_query(spec)
    page.switch_page(str(PROJECT / "pages" / "build" / "model.py")).run()
    assert not page.exception
    return page


def with_layers(*layers: Conv2D | Flatten) -> RunSpec:
    return RunSpec(architecture=OwnCNN(layers=layers))


def stack_of(page: AppTest) -> tuple[AnyLayer, ...]:
    architecture = spec_of(page).architecture
    assert isinstance(architecture, OwnCNN)
    return architecture.layers


def kinds(page: AppTest) -> list[str]:
    return [layer.kind for layer in stack_of(page)]


def press(page: AppTest, *keys: str) -> None:
    for key in keys:
        page.button(key=key).click().run()
        assert not page.exception


def test_cards_show_settings_shape_and_parameters() -> None:
    page = opened()
    assert [page.button(key=f"card-row-{number}").label for number in (0, 1, 4, 8)] == [
        "**Picture** *8×8 px · grey* `8×8×1`",
        "**1 Conv2D** *32 · 3×3 · same · linear* `8×8×32` :small[320]",
        "**4 MaxPool2D** *2×2* `4×4×32`",
        "**Output** *10 · softmax* `10` :small[650]",
    ]
    assert row(page, "model-preset").value == "small"


def test_a_setting_changes_the_stack_and_unlights_the_preset() -> None:
    page = opened()
    page.select_slider(key="layer.1.conv2d.filters").set_value(48).run()
    assert stack_of(page)[0] == Conv2D(filters=48, activation="linear")
    assert row(page, "model-preset").value is None
    press(page, "model-undo")
    assert spec_of(page) == RunSpec()
    assert page.button(key="model-undo").disabled


def test_a_layer_moves_is_duplicated_and_deleted_and_stays_open() -> None:
    page = opened()
    press(page, "model-down")
    assert kinds(page)[:3] == ["batch_normalization", "conv2d", "conv2d"]
    assert page.select_slider(key="layer.2.conv2d.filters").value == 32
    press(page, "model-duplicate")
    assert kinds(page)[:4] == ["batch_normalization", "conv2d", "conv2d", "conv2d"]
    press(page, "model-delete", "model-up")
    assert kinds(page) == ["batch_normalization", "conv2d", "conv2d", *SMALL[3:]]


def test_widgets_do_not_mix_up_layers_of_the_same_kind() -> None:
    """A widget is known by place and kind, so what stood there before must not show through."""
    page = opened(with_layers(Conv2D(filters=8), Conv2D(filters=16), Flatten()))
    assert page.select_slider(key="layer.1.conv2d.filters").value == 8
    press(page, "model-delete")
    assert page.select_slider(key="layer.1.conv2d.filters").value == 16


def test_layers_are_added_after_the_open_card() -> None:
    page = opened()
    press(page, "card-row-0", "model-add-dropout")
    assert kinds(page) == ["dropout", *SMALL]
    press(page, "card-row-9", "model-add-dense")  # the output layer: before it
    assert kinds(page) == ["dropout", *SMALL, "dense"]
    assert page.select_slider(key="layer.9.dense.units").value == 64


def test_the_last_layer_can_go_and_another_come() -> None:
    page = opened(with_layers(Flatten()))
    press(page, "model-delete")
    assert kinds(page) == []
    press(page, "model-add-flatten")
    assert kinds(page) == ["flatten"]


def test_sixty_layers_are_the_most() -> None:
    page = opened(with_layers(*[Conv2D(filters=1)] * 59, Flatten()))
    assert page.button(key="model-duplicate").disabled


def test_an_impossible_stack_says_why_and_is_mended() -> None:
    page = opened()
    row(page, "model-preset").set_value("animals").run()
    assert "MaxPool2D" in page.error[0].value
    assert page.button(key="card-row-8").label == "**8 MaxPool2D** *2×2* `✗`"
    assert page.button(key="card-row-9").label == "**9 Flatten** `–`"
    press(page, "model-repair")
    assert not page.error
    assert len(kinds(page)) == 11


def test_memory_that_is_not_there_is_named_with_a_batch_that_fits(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(psutil, "virtual_memory", lambda: SimpleNamespace(available=2 * 10**9))
    data = DataSpec(image_size=224, colour_mode="rgb")
    page = opened(RunSpec(data=data, architecture=PRESETS["animals"].architecture))
    assert "2\\.0 GB are free" in page.warning[0].value
    press(page, "model-batch")
    assert not page.warning
    assert spec_of(page).training.batch_size < 32


def test_a_missing_data_set_leaves_the_stack_to_be_built() -> None:
    page = opened(RunSpec(data=DataSpec(dataset="gone")))
    assert page.button(key="card-row-8").label == "**Output** *10 · softmax* `10` :small[650]"
    assert any("not on this computer" in caption.value for caption in page.caption)


def test_blocks_have_the_numbers_of_the_cards() -> None:
    stack = (Conv2D(), Conv2D())
    spec = with_layers(*stack)
    drawn = blocks(stack_cards(stack, spec, describe(spec, 10), 10))
    assert [(block.kind, block.shape, block.failed) for block in drawn] == [
        ("input", (8, 8, 1), False),
        ("conv2d", (8, 8, 32), False),
        ("conv2d", (8, 8, 32), False),
        ("dense", (), True),
    ]
    assert drawn[1].detail == ("32 · 3×3 · same · ReLU", "320 parameters", "18 k multiply-adds")


def test_the_code_is_that_of_the_stack(studio_without_spare: Studio) -> None:
    assert "layers.GlobalAveragePooling2D()" in opened().code[0].value
    assert studio_without_spare.queue.spare_pid is None
