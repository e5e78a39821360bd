"""The report on an exam: scikit-learn's numbers beside the matrix that they come from, in words, and as files."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

import streamlit as st

from core.evaluation import Exam
from core.exam_export import report_csv, report_json
from core.i18n import _
from core.runs.notes import run_name
from ui import format
from ui.charts import heat_of, shares_of
from ui.components import ReportNumber, ReportRow, report_table
from ui.exam.class_curves import class_curves
from ui.exam.report_words import (
    FIELDS,
    Worked,
    meanings,
    of_accuracy,
    of_all,
    of_classes,
    of_macro,
    of_weighted,
    worst_class,
)
from ui.exam.shown import Shown
from ui.html import facts

OF_CLASSES = 4  # how many of the meanings are on a class; the others are on all of them


def report(shown: Shown) -> None:
    """The numbers and their cells, what each of them means, and the curves of classes."""
    exam = shown.exam
    st.caption(_("Point at a number to see which cells of the matrix it comes from. A click on a head sorts."))
    report_table(
        report_rows(shown),
        exam.matrix,
        heat_of(shares_of(exam.matrix)),
        key=f"report-{shown.run.id}",
        at_rest=worst_class(exam),
    )
    _downloads(shown)
    _meanings(shown)
    class_curves(shown)


def report_rows(shown: Shown) -> list[ReportRow]:
    """One row a class, in the classes' order, then accuracy and the averages."""
    exam, classes = shown.exam, shown.info.classes
    rows = [
        _row(name, exam.report[str(number)], about)
        for number, (name, about) in enumerate(zip(classes, of_classes(exam, classes), strict=True))
    ]
    return [*rows, _accuracy(exam), *_averages(exam)]


def file_name(shown: Shown, ending: str) -> str:
    """Names the run, its pictures and the epoch, such as "My run, test, epoch 3.csv"; safe on every system."""
    epoch = "end" if shown.sitting.epoch is None else f"epoch {shown.sitting.epoch + 1}"
    name = re.sub(r"[^\w .()-]+", "_", run_name(shown.run)).strip(" .") or shown.run.id
    return f"{name}, {shown.sitting.part}, {epoch}.{ending}"


def _averages(exam: Exam) -> list[ReportRow]:
    macro = _row(_("Macro average"), exam.report["macro avg"], of_macro(exam))
    weighted = _row(_("Weighted average"), exam.report["weighted avg"], of_weighted(exam))
    return [ReportRow(row.name, row.numbers, "mean") for row in (macro, weighted)]


def _accuracy(exam: Exam) -> ReportRow:
    share = ReportNumber(format.percent(exam.accuracy), exam.accuracy, of_accuracy(exam))
    support = ReportNumber(format.count(len(exam.labels)), len(exam.labels), of_all(exam))
    return ReportRow(_("Accuracy"), (None, None, share, support), "accuracy")


def _row(name: str, numbers: Mapping[str, Any], about: Worked) -> ReportRow:
    precision, recall, f1 = (
        ReportNumber(format.percent(numbers[field]), float(numbers[field]), sentence)
        for field, sentence in zip(FIELDS, about[:3], strict=True)
    )
    support = int(numbers["support"])
    return ReportRow(name, (precision, recall, f1, ReportNumber(format.count(support), support, about[3])))


def _downloads(shown: Shown) -> None:
    exam, classes, sitting = shown.exam, shown.info.classes, shown.sitting
    files = {
        "csv": ("text/csv", lambda: report_csv(exam, classes).encode("utf-8-sig")),
        "json": (
            "application/json",
            lambda: report_json(exam, classes, shown.run.id, run_name(shown.run), sitting.part, sitting.epoch).encode(),
        ),
    }
    with st.container(horizontal=True):
        for ending, (kind, made) in files.items():
            st.download_button(
                _("Report as {kind}").format(kind=ending.upper()),
                made,
                file_name=file_name(shown, ending),
                mime=kind,
                icon=":material/download:",
                type="tertiary",
                on_click="ignore",
                key=f"report-{ending}",
            )


def _meanings(shown: Shown) -> None:
    st.markdown(f"**{_('What the numbers mean')}**")
    texts = meanings(shown.exam, shown.info.classes)
    with st.container(key="wide-meanings"):
        left, right = st.columns(2, gap="large")
    with left:
        facts(texts[:OF_CLASSES])
    with right:
        facts(texts[OF_CLASSES:])
