"""What the report's table hands to the browser; tests/browser/test_report_table.py points at its numbers."""

from __future__ import annotations

import importlib
import json
from typing import Any

import numpy as np
import pytest

from ui.charts import heat_of, shares_of
from ui.components import ReportNumber, ReportRow, report_table

module = importlib.import_module("ui.components.report_table")  # the name in ui.components is the function


def sent(monkeypatch: pytest.MonkeyPatch, rows: list[ReportRow], counts: list[list[int]], **more: Any) -> Any:
    calls: list[dict[str, Any]] = []
    monkeypatch.setattr(module, "_mount", lambda **arguments: calls.append(arguments))
    matrix = np.array(counts)
    report_table(rows, matrix, heat_of(shares_of(matrix)), key="report", **more)
    return json.loads(calls[0]["data"]["table"])


def test_rows_go_as_they_are_and_only_cells_that_occurred(monkeypatch: pytest.MonkeyPatch) -> None:
    share = ReportNumber("50.0 %", 0.5, "<img src=x> was found")
    rows = [ReportRow("<b>a</b>", (share,) * 4), ReportRow("Accuracy", (None, None, share, share), "accuracy")]
    table = sent(monkeypatch, rows, [[3, 1], [0, 0]], at_rest=1)
    assert table["rows"][0]["name"] == "<b>a</b>"
    assert table["rows"][0]["numbers"][0] == {"text": "50.0 %", "value": 0.5, "about": "<img src=x> was found"}
    assert table["rows"][1]["numbers"][:2] == [None, None]
    assert [row["kind"] for row in table["rows"]] == ["class", "accuracy"]
    assert table["cells"] == [[0, 0, 3, 0.75], [0, 1, 1, -0.5]]
    assert table["rest"] == 1


def test_a_hundred_classes_stay_light(monkeypatch: pytest.MonkeyPatch) -> None:
    table = sent(monkeypatch, [], np.eye(100, dtype=int).tolist())
    assert len(table["cells"]) == 100
    assert len(json.dumps(table)) < 5_000
