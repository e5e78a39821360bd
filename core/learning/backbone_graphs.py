"""Writes what `core/architecture/backbones/graphs/` knows of each backbone, read off Keras's own model.

python -m core.learning.backbone_graphs      after a new entry in the table, or a new Keras
"""

from __future__ import annotations

import json
from typing import Any

import keras

from core.architecture.backbones.graph import GRAPHS
from core.architecture.backbones.table import BACKBONES
from core.learning.backbone import keras_backbone


def rows_of(model: keras.Model) -> list[dict[str, Any]]:
    """One row a layer, in Keras's order: what its shape, its weights and its multiplications follow from."""
    place = {layer.name: number for number, layer in enumerate(model.operations)}
    return [_row(layer, place) for layer in model.operations]


def _row(layer: keras.Operation, place: dict[str, int]) -> dict[str, Any]:
    """A layer, or an operation such as x + 3 that Keras keeps as a layer without weights."""
    config = layer.get_config() if isinstance(layer, keras.Layer) else {}
    row: dict[str, Any] = {"name": layer.name, "kind": type(layer).__name__}
    row["from"] = [
        place[parent._keras_history.operation.name] for node in layer._inbound_nodes for parent in node.input_tensors
    ]
    row["weights"] = [list(weight.shape) for weight in getattr(layer, "weights", ())]
    for name in ("kernel_size", "pool_size", "strides"):
        if name in config:
            row["window" if name != "strides" else "strides"] = config[name][0]
    if isinstance(layer, keras.layers.ZeroPadding2D):
        row["pad"] = sum(config["padding"][0])
    elif "padding" in config:
        row["padding"] = config["padding"]
    return {name: value for name, value in row.items() if value not in ([], None)}


def main() -> None:
    """Write a file for each entry of the table."""
    GRAPHS.mkdir(exist_ok=True)
    for name, entry in BACKBONES.items():
        keras.utils.clear_session()  # Keras numbers layers without a name of their own: from 0 again
        rows = rows_of(keras_backbone(name, keras.Input((entry.native_size, entry.native_size, 3))))
        lines = ",\n".join(json.dumps(row, separators=(",", ":")) for row in rows)
        (GRAPHS / f"{name}.json").write_text(f"[\n{lines}\n]\n", encoding="utf-8")


if __name__ == "__main__":
    main()
