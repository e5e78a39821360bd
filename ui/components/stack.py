"""The drawing of a CNN: each layer's output as a box with the proportions of its height × width × channels."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, cast

from core.i18n import _
from ui.components.mount import OnClick, as_callback, register
from ui.palette import GREY, KIND_COLOURS, WRONG

# These only change the numbers, not the shape: drawn as a sheet that lies on the layer before.
SHEETS = frozenset({"batch_normalization", "dropout"})

_mount = register(
    "stack", '<div class="stack" data-testid="studio-stack"><div class="tip"></div></div>', shared_styles=["tip"]
)


@dataclass(frozen=True)
class Block:
    """What one layer gives; block 0 is the input picture.

    Attributes:
        title: Such as "Conv2D".
        shape: (h, w, c) of a map, (n,) of a vector, () where it cannot be known because an earlier layer failed.
        detail: Lines of the tooltip, such as "3×3, 32 filters".
        kind: A key of `KIND_COLOURS`; others are grey.
        failed: Whether the layer cannot be built; what follows it is drawn as a ghost.
    """

    title: str
    shape: tuple[int, ...]
    detail: tuple[str, ...] = ()
    kind: str = ""
    failed: bool = False


def stack_drawing(
    blocks: Sequence[Block],
    *,
    key: str,
    selected: int | None = None,
    height: int = 300,
    on_select: OnClick = None,
    follow: str = "",
) -> int | None:
    """Draw the layers from left to right and return the index of the one just clicked, if any.

    Height × width are true to scale, unless the largest map is so much larger than the smallest that this one would
    vanish; thickness goes with the square root of the number of channels (`stack.js` says how).

    Args:
        selected: Index of the block that is outlined.
        height: In px.
        on_select: See `OnClick`; Enter and space select too, arrow keys walk from block to block.
        follow: CSS selector of what belongs to the selected block: after a click it is scrolled into view if it stands
            beside the drawing.
    """
    data = {
        "blocks": [_payload(block) for block in blocks],
        "selected": selected,
        "height": height,
        "clickable": on_select is not None,
        "alt": _("Drawing of the network, layer by layer"),
        "wrong": WRONG,
        "follow": follow,
    }
    result = _mount(key=key, data=data, height=height, on_click_change=as_callback(on_select))
    return cast("int | None", result.get("click"))


def _payload(block: Block) -> dict[str, Any]:
    return {
        "title": block.title,
        "shape": list(block.shape),
        "detail": list(block.detail),
        "colour": KIND_COLOURS.get(block.kind, GREY),
        "sheet": block.kind in SHEETS,
        "failed": block.failed,
    }
