"""The report and the confidence of an exam on the Evaluate page."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Callable
from typing import Any

import pytest
import streamlit as st
from streamlit.testing.v1 import AppTest

from core.exams import read_exam
from core.home import PROJECT
from core.runs.folder import RunFolder
from ui.exam import confidence, report
from ui.exam.report import file_name
from ui.exam.shown import show_exam
from ui.exam.sitting import Sitting

pytestmark = pytest.mark.usefixtures("studio_without_spare")
Make = Callable[..., RunFolder]


def opened(run: RunFolder, tab: str) -> AppTest:
    page = AppTest.from_file(str(PROJECT / "ui" / "shell.py"), default_timeout=30)
    page.query_params["run"] = run.id
    page.query_params["tab"] = tab
    page.switch_page(str(PROJECT / "pages" / "understand" / "evaluate.py")).run()
    assert not page.exception
    return page


def texts(page: AppTest) -> str:
    return "\n".join(element.value for element in (*page.markdown, *page.caption, *page.info))


def test_the_report_has_a_row_a_class_and_its_averages(made_run: Make, monkeypatch: pytest.MonkeyPatch) -> None:
    tables: list[Any] = []
    monkeypatch.setattr(report, "report_table", lambda rows, *_matrix, **_more: tables.append(rows))
    opened(made_run(), "report")
    rows = tables[0]
    assert [row.name for row in rows] == [*map(str, range(10)), "Accuracy", "Macro average", "Weighted average"]
    assert [row.kind for row in rows[-3:]] == ["accuracy", "mean", "mean"]
    assert rows[10].numbers[2].text == "99.4\N{NO-BREAK SPACE}%"
    assert (
        rows[0].numbers[3].about.endswith("of 359 pictures are 0: each is worth 2.8\N{NO-BREAK SPACE}% of its recall.")
    )


def test_what_the_numbers_mean_is_there_without_pointing(made_run: Make) -> None:
    page = opened(made_run(), "report")
    assert "What the numbers mean" in texts(page)
    meanings = " ".join(str(getattr(element, "value", "")) for element in page.get("html"))
    for word in ("Precision", "Recall", "F1", "Support", "Accuracy", "Macro average", "Weighted average"):
        assert f"<dt>{word}</dt>" in meanings


def test_curves_begin_with_the_hardest_classes_and_follow_the_choice(made_run: Make) -> None:
    run = made_run()
    page = opened(run, "report")
    assert len(page.multiselect[0].value) == 3
    page.multiselect[0].set_value([]).run()
    assert "Choose a class to see its curve" in texts(page)
    page.segmented_control(key="curve-kind").set_value("roc").run()
    page.multiselect[0].set_value([4]).run()
    assert "the dotted one is guessing" in texts(page)
    assert not page.exception


def test_the_report_is_taken_away_under_a_name_that_every_system_takes(made_run: Make) -> None:
    run = made_run("../<b>Mäx</b>: 1/2")
    exam = read_exam(run)
    assert exam is not None
    shown = show_exam(run, exam, Sitting("validation", 2))
    assert file_name(shown, "csv") == "_b_Mäx_b_ 1_2, validation, epoch 3.csv"
    assert file_name(show_exam(run, exam, Sitting()), "json").endswith(", test, end.json")


def test_the_files_hold_the_report(made_run: Make, monkeypatch: pytest.MonkeyPatch) -> None:
    files: dict[str, bytes] = {}
    monkeypatch.setattr(st, "download_button", lambda _label, made, **more: files.update({more["mime"]: made()}))
    run = made_run()
    opened(run, "report")
    rows = list(csv.reader(io.StringIO(files["text/csv"].decode("utf-8-sig"))))
    assert rows[1][:4] == ["0", "0.9", "0.8", "0.85"]
    assert json.loads(files["application/json"])["run"] == run.id


def test_a_higher_threshold_answers_less_and_better(made_run: Make, monkeypatch: pytest.MonkeyPatch) -> None:
    """Two mistakes, 60 % and 80 % sure: at 90 % both are silent, at 70 % one is not."""
    page = opened(made_run(), "confidence")
    assert [metric.value for metric in page.metric[:2]] == ["99.4\N{NO-BREAK SPACE}%", "100.0\N{NO-BREAK SPACE}%"]
    assert "Left to a person: 2 pictures, among them all 2 of its mistakes." in texts(page)

    def at_seventy(*_limits: object, on_change: Callable[[float], None], **_more: object) -> None:
        on_change(70.0)

    monkeypatch.setattr(confidence, "live_slider", at_seventy)
    page.run()
    page.run()
    assert "At 70\N{NO-BREAK SPACE}% it answers 99 of 100 pictures" in texts(page)
    assert "Left to a person: 1 picture, among them 1 of its 2 mistakes." in texts(page)


def test_the_confidence_says_whether_it_can_be_trusted(made_run: Make) -> None:
    page = opened(made_run(), "confidence")
    assert "This model can be **taken at its word**" in texts(page)
    assert page.metric[2].label == "expected calibration error"
