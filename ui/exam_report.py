"""The report on an exam: scikit-learn's numbers as a table, each explained with an example from this very matrix."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import partial
from typing import Any

import numpy as np
import streamlit as st

from core.evaluation import Exam
from core.i18n import _
from ui import format
from ui.html import facts

FIELDS = ("precision", "recall", "f1-score")
MOST_CHARACTERS = 28  # of a class name in a sentence
ROW_HEIGHT, MOST_ROWS = 35, 20  # px; rows in view


def report(exam: Exam, classes: Sequence[str]) -> None:
    """The table of classes, that of the whole, and what each number means."""
    with st.container(key="wide-report"):
        left, right = st.columns([3, 2], gap="large")
    with left:
        _table(class_rows(exam.report, classes), _("Class"), min(len(classes), MOST_ROWS) + 1)
        _table(summary_rows(exam), _("All classes"), 4)
    with right:
        st.markdown(f"**{_('What the numbers mean')}**")
        facts(explanations(exam, classes))


def class_rows(report: Mapping[str, Any], classes: Sequence[str]) -> list[dict[str, Any]]:
    """One row per class, in the classes' order."""
    return [_row(name, report[str(number)]) for number, name in enumerate(classes)]


def summary_rows(exam: Exam) -> list[dict[str, Any]]:
    """Accuracy, macro and weighted average."""
    blank = {"precision": None, "recall": None}
    accuracy = {"name": _("Accuracy"), **blank, "f1-score": 100 * exam.accuracy, "support": len(exam.labels)}
    macro, weighted = exam.report["macro avg"], exam.report["weighted avg"]
    return [accuracy, _row(_("Macro average"), macro), _row(_("Weighted average"), weighted)]


def explanations(exam: Exam, classes: Sequence[str]) -> list[tuple[str, str]]:
    """(name, meaning with a worked example) pairs; the example is the class that comes out worst, by F1."""
    rows = [exam.report[str(number)] for number in range(len(classes))]
    worst = int(np.argmin([row["f1-score"] if row["support"] else 2 for row in rows]))
    name, row, matrix = brief(classes[worst]), rows[worst], exam.matrix
    values = {
        "name": name,
        "hits": int(matrix[worst, worst]),
        "called": int(matrix[:, worst].sum()),
        "support": int(matrix[worst].sum()),
        "right": format.count(exam.right),
        "all": format.count(len(exam.labels)),
        "classes": len(classes),
        "p": _bare(row["precision"]),
        "r": _bare(row["recall"]),
        "precision": format.percent(row["precision"]),
        "recall": format.percent(row["recall"]),
        "f1": format.percent(row["f1-score"]),
        "accuracy": format.percent(exam.accuracy),
        "macro": format.percent(exam.report["macro avg"]["f1-score"]),
        "weighted": format.percent(exam.report["weighted avg"]["f1-score"]),
        "sum": _sum([_bare(row["f1-score"]) for row in rows]),
        "weights": _sum([f"{row['support']:.0f} × {_bare(row['f1-score'])}" for row in rows]),
    }
    texts = (
        (_("Precision"), _precision(int(matrix[:, worst].sum()))),
        (_("Recall"), _("Of the {support} pictures that are {name}, {hits} were found: {recall}.")),
        (
            _("F1"),
            _(
                "Precision and recall in one number, low when either is low: "
                "2 × {p} × {r} / ({p} + {r}) = {f1} for {name}."
            ),
        ),
        (_("Support"), _("How many test pictures a class has: {name} has {support}. Few make a shaky number.")),
        (_("Accuracy"), _("All that is named right: {right} of {all} pictures, {accuracy}.")),
        (
            _("Macro average"),
            _("Every class counts the same, however small. F1: ({sum}) / {classes} = {macro}."),
        ),
        (
            _("Weighted average"),
            _("Every class counts by its support, so large ones decide. F1: ({weights}) / {all} = {weighted}."),
        ),
    )
    return [(title, text.format(**values).replace(" %", "\N{NO-BREAK SPACE}%")) for title, text in texts]


def brief(name: str) -> str:
    """A class name for a sentence: 64 characters would drown it."""
    return name if len(name) <= MOST_CHARACTERS else f"{name[: MOST_CHARACTERS - 1]}…"


def _precision(called: int) -> str:
    if called:
        return _("Of the {called} pictures called {name}, {hits} are {name}: {precision}.")
    return _("How many of the pictures called {name} are {name}. None was called {name}, which counts as 0 %.")


def _row(name: str, numbers: Mapping[str, float]) -> dict[str, Any]:
    return {"name": name, **{field: 100 * numbers[field] for field in FIELDS}, "support": int(numbers["support"])}


def _bare(share: float) -> str:
    """A share in percent without the sign, for a formula."""
    return f"{100 * share:.1f}"


def _sum(terms: Sequence[str]) -> str:
    """The terms with plus signs; of many only the first two and the last."""
    return " + ".join(terms if len(terms) <= 3 else [*terms[:2], "…", terms[-1]])


def _table(rows: list[dict[str, Any]], head: str, height: int) -> None:
    titles = {"precision": _("Precision"), "recall": _("Recall"), "f1-score": _("F1")}
    number = partial(st.column_config.NumberColumn, format="%.1f %%", width=70)
    shares = {field: number(title) for field, title in titles.items()}
    columns = {
        "name": st.column_config.TextColumn(head, width=84),
        **shares,
        "support": st.column_config.NumberColumn(_("Support"), format="localized", width=62),
    }
    pixels = ROW_HEIGHT * height + 3
    st.dataframe(
        rows, column_config=columns, hide_index=True, height=pixels, row_height=ROW_HEIGHT, placeholder="", alt=head
    )
