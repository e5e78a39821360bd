"""The report of an exam as CSV and JSON."""

import csv
import io
import json

import numpy as np
import pytest

from core.evaluation import Exam
from core.exam_export import report_csv, report_json

ROW = {"precision": 0.5, "recall": 1.0, "f1-score": 2 / 3, "support": 1.0}
OTHER = {"precision": 0.0, "recall": 0.0, "f1-score": 0.0, "support": 2.0}
REPORT = {"0": ROW, "1": OTHER, "macro avg": ROW, "weighted avg": OTHER}


@pytest.fixture
def exam():
    return Exam(np.arange(3), np.array([0, 1, 1]), np.array([[1, 0], [1, 0], [0, 1]], np.float32), 0.25, REPORT)


def test_csv_has_a_row_a_class_and_the_averages(exam):
    head, *rows = csv.reader(io.StringIO(report_csv(exam, ["cat, black", "dog"]), newline=""))
    assert head == ["class", "precision", "recall", "f1-score", "support"]
    assert [row[0] for row in rows] == ["cat, black", "dog", "accuracy", "macro avg", "weighted avg"]
    assert rows[0][1:] == ["0.5", "1.0", str(2 / 3), "1"]
    assert rows[2][1:] == ["", "", str(2 / 3), "3"]


@pytest.mark.parametrize("name", ["=1+2", "+x", "-x", "@x", "\uff1d1+2", "\uff0bx", "\uff0dx", "\uff20x"])
def test_a_name_is_no_formula_in_a_spreadsheet(exam, name):
    assert report_csv(exam, [name, "dog=1"]).splitlines()[1].startswith(f"'{name},")
    assert "\ndog=1," in report_csv(exam, [name, "dog=1"]).replace("\r", "")


def test_json_has_all_numbers_and_says_what_was_asked(exam):
    found = json.loads(report_json(exam, ["=고양이", "dog"], "r1", "First", "validation", 7))
    assert [found[key] for key in ("run", "name", "part", "epoch", "pictures")] == ["r1", "First", "validation", 7, 3]
    assert (found["loss"], found["accuracy"], found["matrix"]) == (0.25, 2 / 3, [[1, 0], [1, 1]])
    assert found["classes"][0] == {"class": "=고양이", **ROW}
    assert found["weighted avg"] == OTHER
