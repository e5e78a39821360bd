"""The report of an exam as text to take away: CSV for spreadsheets, JSON for programs."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Mapping, Sequence
from typing import Any

from core.evaluation import Exam
from core.exams import Part

FIELDS = ("precision", "recall", "f1-score", "support")
AVERAGES = ("macro avg", "weighted avg")
# What a spreadsheet takes for a formula's beginning, the last four in full width. Source: OWASP, CSV injection.
FORMULAS = tuple("=+-@\t\r\n\uff1d\uff0b\uff0d\uff20")


def report_csv(exam: Exam, classes: Sequence[str]) -> str:
    """One row for each class, then accuracy and the averages, with scikit-learn's names; shares 0 to 1.

    A class name that a spreadsheet would take for a formula has an apostrophe in front.
    """
    text = io.StringIO()
    writer = csv.writer(text)
    writer.writerow(["class", *FIELDS])
    writer.writerows([harmless(name), *_numbers(exam.report[str(number)])] for number, name in enumerate(classes))
    writer.writerow(["accuracy", "", "", exam.accuracy, len(exam.labels)])
    writer.writerows([name, *_numbers(exam.report[name])] for name in AVERAGES)
    return text.getvalue()


def report_json(
    exam: Exam, classes: Sequence[str], run: str, name: str, part: Part = "test", epoch: int | None = None
) -> str:
    """The report, the loss (nats), the accuracy and the confusion matrix (rows true, columns named).

    Args:
        run, name: The run's id and name.
        epoch: Of the model that was asked, 0-based; None for the one that the run ended with.
    """
    rows = [
        {"class": title, **dict(zip(FIELDS, _numbers(exam.report[str(number)]), strict=True))}
        for number, title in enumerate(classes)
    ]
    averages = {title: dict(zip(FIELDS, _numbers(exam.report[title]), strict=True)) for title in AVERAGES}
    asked = {"run": run, "name": name, "part": part, "epoch": epoch, "pictures": len(exam.labels)}
    summary = {"accuracy": exam.accuracy, "loss": exam.loss, "classes": rows, **averages}
    return json.dumps({**asked, **summary, "matrix": exam.matrix.tolist()}, ensure_ascii=False, indent=1)


def _numbers(row: Mapping[str, Any]) -> list[float | int]:
    return [*(float(row[field]) for field in FIELDS[:-1]), int(row["support"])]


def harmless(name: str) -> str:
    """A stranger's text for a cell that no spreadsheet takes for a formula."""
    return f"'{name}" if name.startswith(FORMULAS) else name
