"""File by file: what was kept and as what, what was left out and why; to read and to take along."""

from __future__ import annotations

import csv
import io

import streamlit as st

from core.datasets.dataset import TEST, TRAIN, VALIDATION, Dataset
from core.datasets.origins import Origins
from core.datasets.store import origins_of
from core.i18n import N_, _
from ui.data.look import left_out
from ui.services import studio

SHOWN = 1_000  # rows of kept files in the table; the list to take along has all
HEAD, ROW, TALLEST = 38, 35, 420  # px of the table's head, of a row, and of a table that scrolls
PARTS = {TRAIN: "", TEST: N_("test"), VALIDATION: N_("validation")}  # where the set brought them


def files_view(dataset: Dataset) -> None:
    """Both lists; a calm word where a set did not come as files."""
    left_out(dataset.meta.refused)
    origins = origins_of(studio().home, dataset)
    if origins is None:
        st.caption(_("This set did not come as single files, so there is no list of them."))
        return
    rows = _rows(dataset, origins, min(SHOWN, len(dataset)))
    columns = dict(zip(_heads(), zip(*rows, strict=True), strict=True))
    known = {head: column for head, column in columns.items() if any(column)}
    st.dataframe(known, hide_index=True, height=min(TALLEST, HEAD + ROW * len(rows)))
    if len(dataset) > SHOWN:
        st.caption(_("The first {count:,} of {total:,} files.").format(count=SHOWN, total=len(dataset)))
    st.download_button(
        _("All files as a table (.csv)"),
        lambda: as_csv(dataset, origins),
        file_name=f"{dataset.meta.id}.csv",
        mime="text/csv",
        icon=":material/download:",
        on_click="ignore",
    )


def as_csv(dataset: Dataset, origins: Origins) -> bytes:
    """Kept and left out files, one a line, in UTF-8 with the mark that spreadsheets look for."""
    text = io.StringIO()
    writer = csv.writer(text)
    writer.writerow([*_heads(), _("left out because")])
    writer.writerows([*map(_harmless, row), ""] for row in _rows(dataset, origins, len(dataset)))
    writer.writerows(
        [_harmless(refusal.name), "", "", "", "", _harmless(refusal.reason)] for refusal in dataset.meta.refused
    )
    return text.getvalue().encode("utf-8-sig")


def _harmless(cell: object) -> str:
    """A cell that no spreadsheet takes for a formula: names are strangers' text."""
    text = str(cell)
    return f"'{text}" if text[:1] in {"=", "+", "-", "@", "\t", "\r"} else text


def _heads() -> list[str]:
    return [_("file"), _("class"), _("part given"), _("width"), _("height")]


def _rows(dataset: Dataset, origins: Origins, count: int) -> list[tuple[str, str, str, int, int]]:
    labels, parts, sizes = (
        dataset.labels[:count].tolist(),
        dataset.parts[:count].tolist(),
        origins.sizes[:count].tolist(),
    )
    return [
        (name, dataset.meta.classes[label], _(PARTS[part]) if PARTS[part] else "", width, height)
        for name, label, part, (width, height) in zip(origins.names[:count], labels, parts, sizes, strict=True)
    ]
