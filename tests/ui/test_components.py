"""What the components hand to the browser; tests/browser/ looks at what the browser makes of it."""

from __future__ import annotations

import base64
import io
import json
import re
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray
from PIL import Image

from core.architecture.layers import LAYERS
from ui import components, palette
from ui.components import Block, Tile, plain_text
from ui.components.chart import _as_json
from ui.components.gallery import _payload as tile_payload
from ui.components.gallery import data_uri
from ui.components.mount import as_callback
from ui.components.stack import SHEETS
from ui.components.stack import _payload as block_payload


def _decode(uri: str) -> tuple[str, NDArray[np.uint8]]:
    head, body = uri.split(",")
    return head, np.asarray(Image.open(io.BytesIO(base64.b64decode(body))))


@pytest.mark.parametrize("shape", [(3, 5), (3, 5, 1), (3, 5, 3)])
def test_a_small_picture_comes_back_exactly(shape: tuple[int, ...]) -> None:
    image = np.arange(np.prod(shape), dtype=np.uint8).reshape(shape)
    head, back = _decode(data_uri(image))
    assert head == "data:image/png;base64"
    np.testing.assert_array_equal(back, image.squeeze(-1) if shape[2:] == (1,) else image)


def test_a_large_picture_becomes_a_thumbnail_of_the_same_proportions() -> None:
    head, back = _decode(data_uri(np.full((100, 400, 3), 200, dtype=np.uint8), max_side=144))
    assert head == "data:image/jpeg;base64"
    assert back.shape == (36, 144, 3)
    np.testing.assert_allclose(back, 200, atol=2)


@pytest.mark.parametrize(
    "image", [np.zeros((2, 2, 3)), np.zeros((2, 2, 4), np.uint8), np.zeros((2,), np.uint8), np.zeros((2, 2), np.int64)]
)
def test_another_array_is_refused(image: NDArray[Any]) -> None:
    with pytest.raises(ValueError, match=re.escape(f"got {image.dtype} {image.shape}")):
        data_uri(image)


def test_a_tile_keeps_a_hostile_caption_as_it_is() -> None:
    """The script writes it as text, so escaping it here would show the escapes."""
    caption = "<img src=x onerror=alert(1)>"
    payload = tile_payload(Tile("7", np.zeros((8, 8), np.uint8), caption, "97.4 %", "wrong"), size=72)
    assert payload.pop("source").startswith("data:image/png;base64,")
    assert payload.pop("alt") == caption
    assert payload == {"id": "7", "pixelated": True, "caption": caption, "note": "97.4 %", "mark": "wrong"}
    json.dumps(payload, allow_nan=False)


def test_a_tile_without_a_caption_has_a_name_of_its_own() -> None:
    payload = tile_payload(Tile("7", np.zeros((8, 8), np.uint8), alt="5, picture 12"), size=72)
    assert (payload["alt"], payload["caption"]) == ("5, picture 12", "")


def test_a_photo_is_sent_at_twice_its_size_on_the_page_and_smoothed() -> None:
    payload = tile_payload(Tile("a", np.zeros((300, 300, 3), np.uint8), "cat"), size=72)
    assert _decode(payload["source"])[1].shape == (144, 144, 3)
    assert payload["pixelated"] is False


def test_scripts_never_write_html() -> None:
    folder = Path(components.__file__).parent
    scripts = sorted(folder.glob("*.js"))
    assert {"chart", "gallery", "run_table", "sketch"} < {script.stem for script in scripts}, (
        "looked in the right place"
    )
    for script in scripts:
        assert not re.search(r"innerHTML|outerHTML|insertAdjacentHTML|createContextualFragment", script.read_text())


def test_a_block_is_sent_with_its_colour() -> None:
    assert block_payload(Block("Conv2D", (26, 26, 32), ("3×3, 32 filters",), "conv2d")) == {
        "title": "Conv2D",
        "shape": [26, 26, 32],
        "detail": ["3×3, 32 filters"],
        "colour": palette.BLUE,
        "sheet": False,
        "failed": False,
    }
    assert block_payload(Block("Dropout", (10,), kind="dropout"))["sheet"]
    assert block_payload(Block("Mystery", (), kind="new", failed=True))["colour"] == palette.GREY


def test_every_layer_of_the_table_has_a_colour() -> None:
    assert set(LAYERS) <= set(palette.KIND_COLOURS)
    assert set(LAYERS) >= SHEETS
    assert palette.WRONG not in palette.KIND_COLOURS.values()


def test_a_figure_with_a_diverged_loss_can_be_read_by_a_browser() -> None:
    """json.dumps writes NaN, at which JSON.parse fails: the whole chart was an error."""
    figure = {"data": [{"y": [1.0, float("nan"), float("inf")]}], "layout": {}}
    assert json.loads(_as_json(figure)) == {"data": [{"y": [1.0, None, None]}], "layout": {}}
    assert "NaN" not in _as_json(figure)


def test_plain_text_hides_markup_from_plotly() -> None:
    assert plain_text('<a href="x">cat & dog</a>') == '&lt;a href="x"&gt;cat &amp; dog&lt;/a&gt;'


def test_a_click_needs_a_callback_and_rerun_brings_an_empty_one() -> None:
    def called() -> None: ...

    assert as_callback(None) is None
    assert as_callback(called) is called
    assert callable(as_callback("rerun"))


def test_classes_have_eight_colours_that_come_again() -> None:
    colours = [palette.class_colour(i) for i in range(8)]
    assert len(set(colours)) == 8
    assert palette.class_colour(8) == colours[0]
    assert all(re.fullmatch(r"#[0-9A-F]{6}", colour) for colour in colours)


@pytest.mark.parametrize("page", ["#FFFFFF", "#0E1117"])
@pytest.mark.parametrize("colour", [palette.TRAIN, palette.VALIDATION, palette.RIGHT, palette.WRONG])
def test_lines_and_marks_stand_out_in_both_themes(colour: str, page: str) -> None:
    """3:1, what WCAG 2.2 (1.4.11) asks of graphics."""
    light, dark = sorted((_luminance(colour), _luminance(page)), reverse=True)
    assert (light + 0.05) / (dark + 0.05) >= 3


def _luminance(colour: str) -> float:
    """Relative luminance, 0–1 (WCAG 2.2)."""
    shares = [int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5)]
    linear = [share / 12.92 if share <= 0.04045 else ((share + 0.055) / 1.055) ** 2.4 for share in shares]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]
