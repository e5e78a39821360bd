"""Parts of a page that Streamlit lacks: a chart that keeps its zoom, a gallery, drawings of networks, a camera, and a
slider that sends its value while it is dragged.

Each is a Python function that turns plain data into a payload, and a script beside it (same name, .js and .css) that
draws the payload and updates what it drew before, so that nothing flashes or jumps.
"""

from ui.components.backbone import Cell, CellGroup, backbone_drawing
from ui.components.camera import camera
from ui.components.chart import ClickedPoint, chart, plain_text
from ui.components.gallery import Tile, gallery, gallery_rows
from ui.components.live_slider import live_slider
from ui.components.mount import OnClick
from ui.components.sprite import HoverPictures, sprite_sheet
from ui.components.stack import Block, stack_drawing

__all__ = [
    "Block",
    "Cell",
    "CellGroup",
    "ClickedPoint",
    "HoverPictures",
    "OnClick",
    "Tile",
    "backbone_drawing",
    "camera",
    "chart",
    "gallery",
    "gallery_rows",
    "live_slider",
    "plain_text",
    "sprite_sheet",
    "stack_drawing",
]
