"""A transfer network as cells: the steps of the backbone by the size of their maps, the head, the output."""

from __future__ import annotations

from itertools import groupby

from core.architecture.backbones.graph import Step, layers_of
from core.architecture.backbones.table import BackboneName
from core.architecture.describe import TransferFacts
from core.architecture.shapes import LayerFacts
from core.architecture.summary import shape_text
from core.architecture.transfer import NOTHING, Transfer
from core.i18n import _
from ui import format
from ui.components import Cell, CellGroup

HEAD = "head"  # id of the head's cells; no step is called so
_HEAD_HEIGHT = 0.5  # of its longest layer


def cell_groups(architecture: Transfer, facts: TransferFacts) -> list[CellGroup]:
    """The network from the picture on; a click on a cell sends the name of a step, or `HEAD`."""
    size = facts.whole.input_shape[0]
    most = max(step.shape[-1] for step in facts.steps)
    groups = []
    for _stage, numbered in groupby(enumerate(facts.steps), key=lambda entry: entry[1].stage):
        steps = list(numbered)
        side = steps[0][1].side
        height, label = (side / size) ** 0.5, f"{side}×{side}"
        cells = [
            _step_cell(architecture.backbone, step, place, facts.begin, height, (step.shape[-1] / most) ** 0.5)
            for place, step in steps
        ]
        groups.append(CellGroup(label, tuple(cells)))
    return [*groups, _head_group(architecture, facts)]


def chosen_begin(clicked: object, architecture: Transfer, facts: TransferFacts) -> str | None:
    """Where training begins after a click on the cell with this id; None for what no cell sends.

    A click on the first trained step freezes it too: then the head alone is trained.
    """
    known = [HEAD, *(step.name for step in facts.steps)]
    if not isinstance(clicked, str) or clicked not in known:
        return None
    return NOTHING if clicked in (HEAD, architecture.train_from) else clicked


def map_words(backbone: BackboneName, step: Step) -> str:
    """What a step makes of a picture: the map of its convolutions, and what a pool behind them leaves of it."""
    layers = layers_of(backbone)[step.first : step.end]
    if step.shape[0] >= step.side or not any(layer.kind in ("MaxPooling2D", "AveragePooling2D") for layer in layers):
        return shape_text(step.shape)
    made, left = shape_text((step.side, step.side, step.shape[-1])), shape_text(step.shape[:2])
    return _("{made}, then pooled to {left}").format(made=made, left=left)


def _step_cell(backbone: BackboneName, step: Step, place: int, begin: int, height: float, width: float) -> Cell:
    is_trained, is_begin = place >= begin, place == begin
    detail = (
        map_words(backbone, step),
        _("{count} parameters").format(count=format.count(step.parameters)),
        _("trained") if is_trained else _("frozen"),
        _("Click: freeze it too and train the head alone") if is_begin else _("Click: train from here on"),
    )
    return Cell(step.name, step.name, detail, "trained" if is_trained else "frozen", height, width, is_begin=is_begin)


def _head_group(architecture: Transfer, facts: TransferFacts) -> CellGroup:
    layers = [layer for layer in facts.whole.layers if layer.kind != "backbone"]
    longest = max(layer.output_shape[0] for layer in layers if layer.parameters)
    is_begin = not architecture.is_fine_tuning
    cells = (_head_cell(architecture, layer, longest, is_begin and layer is layers[0]) for layer in layers)
    return CellGroup(_("head and output"), tuple(cells))


def _head_cell(architecture: Transfer, layer: LayerFacts, longest: int, is_begin: bool) -> Cell:
    counted = _("{count} parameters").format(count=format.count(layer.parameters))
    units = layer.output_shape[0]
    height = min(1.0, units / longest) ** 0.5 * _HEAD_HEIGHT
    title = (
        "GlobalMaxPool2D" if layer.kind == "global_average_pool2d" and architecture.pooling == "max" else layer.title
    )
    return Cell(
        HEAD,
        title,
        (shape_text(layer.output_shape), counted, _("trained"), _("Click: train the head alone"))
        if layer.parameters
        else (shape_text(layer.output_shape), _("nothing to train in it"), _("Click: train the head alone")),
        "trained" if layer.parameters else "fixed",
        height,
        0.0,
        str(units) if layer.parameters else "",
        is_begin,
    )
