"""Parts of a page that Streamlit lacks: a chart that keeps its zoom, a gallery, drawings of networks, a camera, a
slider that sends its value while it is dragged, a form that reaches the server itself, a table of runs, a table whose
numbers light the cells of a matrix they come from, and what explains a picture: heat maps over it, the maps of all
layers, a map of which a pixel is chosen.

Each is a Python function that turns plain data into a payload, and a script beside it (same name, .js and .css) that
draws the payload and updates what it drew before, so that nothing flashes or jumps.
"""

from ui.components.backbone import Cell, CellGroup, backbone_drawing
from ui.components.camera import camera
from ui.components.chart import ClickedPoint, chart, plain_text
from ui.components.dropped_folders import dropped_folders
from ui.components.film import FilmPhoto, film
from ui.components.gallery import Tile, gallery, gallery_rows
from ui.components.heat_overlay import HeatPanel, Legend, heat_overlay
from ui.components.live_slider import live_slider
from ui.components.look_again import look_again
from ui.components.map_gallery import MapRow, clicked_map, map_gallery
from ui.components.mount import OnClick
from ui.components.paste import pasted_picture
from ui.components.pixel_map import PixelMap, clicked_pixel, pixel_map
from ui.components.post_form import post_form
from ui.components.report_table import ReportNumber, ReportRow, report_table
from ui.components.reveal import reveal
from ui.components.run_table import RunClick, RunRow, run_table
from ui.components.sketch import sketch
from ui.components.sprite import HoverPictures, sprite_sheet
from ui.components.stack import Block, stack_drawing
from ui.components.watched import WatchedPhoto, watched

__all__ = [
    "Block",
    "Cell",
    "CellGroup",
    "ClickedPoint",
    "FilmPhoto",
    "HeatPanel",
    "HoverPictures",
    "Legend",
    "MapRow",
    "OnClick",
    "PixelMap",
    "ReportNumber",
    "ReportRow",
    "RunClick",
    "RunRow",
    "Tile",
    "WatchedPhoto",
    "backbone_drawing",
    "camera",
    "chart",
    "clicked_map",
    "clicked_pixel",
    "dropped_folders",
    "film",
    "gallery",
    "gallery_rows",
    "heat_overlay",
    "live_slider",
    "look_again",
    "map_gallery",
    "pasted_picture",
    "pixel_map",
    "plain_text",
    "post_form",
    "report_table",
    "reveal",
    "run_table",
    "sketch",
    "sprite_sheet",
    "stack_drawing",
    "watched",
]
