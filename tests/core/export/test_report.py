"""The report as a page of its own: whole, true and harmless."""

from __future__ import annotations

import base64
import io
import re
from html.parser import HTMLParser
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from core.evaluation import Exam
from core.exams import write_exam
from core.export import svg
from core.export.report import MISTAKES, write_report
from core.home import Home
from core.runs.folder import RunFolder
from core.runs.notes import change_about
from core.runs.submit import submit_run
from core.spec import RunSpec
from tests.core.runs.bundles import made_run

HOSTILE = "<script>alert(1)</script>"
_VOID = {"meta", "img", "line", "circle", "path", "rect"}


class Tags(HTMLParser):
    """Every tag that is opened, with its attributes; and whether all were closed in order."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.found: list[tuple[str, dict[str, str | None]]] = []
        self._open: list[str] = []
        self.feed(text)
        assert self._open == []

    def handle_starttag(self, tag: str, attributes: list[tuple[str, str | None]]) -> None:
        self.found.append((tag, dict(attributes)))
        if tag not in _VOID or (tag == "rect" and "frame" not in dict(attributes).values()):
            self._open.append(tag)

    def handle_startendtag(self, tag: str, attributes: list[tuple[str, str | None]]) -> None:
        self.found.append((tag, dict(attributes)))

    def handle_endtag(self, tag: str) -> None:
        assert self._open.pop() == tag

    def all(self, tag: str) -> list[dict[str, str | None]]:
        return [attributes for name, attributes in self.found if name == tag]


def report(run: RunFolder, tmp_path: Path) -> str:
    write_report(run, tmp_path / "report.html")
    return (tmp_path / "report.html").read_text(encoding="utf-8")


def test_it_holds_all_and_needs_nothing_from_elsewhere(home: Home, tmp_path: Path) -> None:
    text = report(made_run(home), tmp_path)
    tags = Tags(text)
    assert len(tags.all("svg")) == 3
    sources = [str(image["src"]) for image in tags.all("img")]
    assert len(sources) == MISTAKES
    picture = Image.open(io.BytesIO(base64.b64decode(sources[0].removeprefix("data:image/png;base64,"))))
    assert (picture.size, picture.mode) == ((8, 8), "L")
    assert not {"script", "link", "iframe"} & {tag for tag, _attributes in tags.found}
    assert not re.search(r"https?://|url\(|@import", text)


def test_its_numbers_are_those_of_the_exam(home: Home, tmp_path: Path) -> None:
    run = submit_run(home, RunSpec())
    with np.load(run.split) as split:
        test = split["test"]
    labels = np.zeros(len(test), np.int64)
    probabilities = np.tile(np.eye(10, dtype=np.float32)[0], (len(test), 1))
    probabilities[:4] = np.eye(10, dtype=np.float32)[3]
    numbers = {"precision": 0.25, "recall": 0.5, "f1-score": 1.0, "support": 36.0}
    names = [*map(str, range(10)), "macro avg", "weighted avg"]
    write_exam(run, Exam(test, labels, probabilities, 0.5, dict.fromkeys(names, numbers)))
    run.checkpoint.write_bytes(b"")
    run.evaluation.touch()
    run.report.touch()
    text = report(run, tmp_path)
    assert f"{len(test) - 4} of {len(test)} test pictures" in text
    assert f"0 was called 3: 4 of {len(test)}." in text
    assert "<td>25.0%</td><td>50.0%</td><td>100.0%</td><td>36</td>" in text
    assert "0, called 3 (100%)" in text
    assert len(Tags(text).all("img")) == 4
    assert "No epoch was finished." in text


def test_names_of_strangers_are_text(home: Home, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    run = made_run(home)
    change_about(run, name=HOSTILE)
    info = run.info().model_copy(update={"classes": (HOSTILE, "'\"><b>", *"cdefghij"), "dataset_title": HOSTILE})
    monkeypatch.setattr(RunFolder, "info", lambda self: info)
    text = report(run, tmp_path)
    assert "<script" not in text
    assert not Tags(text).all("b")[2:]  # the two of the key
    assert text.count("&lt;script&gt;") > 3


def test_without_exam_or_pictures_it_says_so(home: Home, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    run = made_run(home)
    gone = run.info().model_copy(update={"content_hash": "of other pictures"})
    monkeypatch.setattr(RunFolder, "info", lambda self: gone)
    text = report(run, tmp_path)
    assert "no longer on this computer" in text
    assert not Tags(text).all("img")
    run.evaluation.unlink()
    assert "It has taken no final exam." in report(run, tmp_path)


def test_a_curve_stays_in_its_frame_and_breaks_where_there_is_no_number() -> None:
    drawn = svg.curves("Loss", [1.0, None, 0.5, 0.25], [2.0, 0.0, 0.0, 0.0], top=1.0)
    lines = [str(path["d"]) for path in Tags(drawn).all("path")]
    assert [line.count("M") for line in lines] == [2, 1]
    heights = [float(y) for y in re.findall(r"\d+\.\d (\d+\.\d)", lines[1])]
    assert heights == [svg.TOP, *[svg.HEIGHT - svg.BOTTOM] * 3]


def test_a_large_matrix_has_no_numbers_and_a_small_one_its_names() -> None:
    small = svg.matrix(np.array([[3, 1], [0, 2]]), ("a", "<b>"))
    assert re.findall(r"<text[^>]*>([^<]*)</text>", small) == ["3", "1", "2", "a", "a", "&lt;b&gt;", "&lt;b&gt;"]
    large = svg.matrix(np.eye(100, dtype=np.int64), [str(number) for number in range(100)])
    assert "<text" not in large
    assert large.count("<title>") == 100
