"""A report's numbers beside their confusion matrix: the one under the pointer lights the cells that it comes from."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from core.i18n import _
from ui.components.mount import register
from ui.palette import TRAIN, WRONG

RowKind = Literal["class", "accuracy", "mean"]

_mount = register(
    "report_table",
    """
    <div class="report" data-testid="studio-report-table">
      <div class="scroll"><table role="grid"><thead><tr></tr></thead><tbody></tbody><tfoot></tfoot></table></div>
      <figure><canvas role="img"></canvas><figcaption aria-live="polite"></figcaption></figure>
    </div>
    """,
    shared_scripts=["report_matrix"],
)


@dataclass(frozen=True)
class ReportNumber:
    """One number of the table.

    Attributes:
        text: As it is shown, such as "95.0 %".
        value: What its column is sorted by; of a share, 0 to 1, it is also the length of the bar behind the number.
        about: How it comes from the matrix, in one sentence. A stranger's text is safe here, and in a row's name.
    """

    text: str
    value: float
    about: str


@dataclass(frozen=True)
class ReportRow:
    """A class, or a row below the line that sums all of them up and is never sorted away.

    Attributes:
        name: In full.
        numbers: Precision, recall, F1 and support; None where a row has no such number.
        kind: Means light the class numbers that they are the means of.
    """

    name: str
    numbers: tuple[ReportNumber | None, ReportNumber | None, ReportNumber | None, ReportNumber | None]
    kind: RowKind = "class"


def report_table(
    rows: Sequence[ReportRow],
    counts: NDArray[np.int64],
    heat: NDArray[np.float64],
    *,
    key: str,
    at_rest: int = 0,
) -> None:
    """Show the numbers and the matrix; arrow keys walk from number to number, a click on a head sorts.

    Args:
        rows: All classes in the matrix's order, then what sums them up.
        counts: (K, K), rows true, columns named.
        heat: (K, K), −1 to 1: how strong the colour of each cell is; right answers are positive.
        at_rest: Number of the class whose precision is explained while nothing else is pointed at.
    """
    true, said = np.nonzero(counts)
    cells = zip(
        true.tolist(), said.tolist(), counts[true, said].tolist(), heat[true, said].round(3).tolist(), strict=True
    )
    table = {
        "heads": [_("Class"), _("Precision"), _("Recall"), _("F1"), _("Support")],
        "rows": [asdict(row) for row in rows],
        "cells": list(cells),
        "axes": {"true": _("it is"), "said": _("the network says")},
        "alt": _("Small confusion matrix: rows are what it is, columns what the network says."),
        "rest": at_rest,
    }
    # As one text, since Streamlit would walk through all its parts.
    text = json.dumps(table, ensure_ascii=False, separators=(",", ":"), allow_nan=False)
    _mount(key=key, data={"table": text, "right": TRAIN, "wrong": WRONG})
