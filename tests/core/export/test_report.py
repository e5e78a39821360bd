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

from core.access import owner_of
from core.architecture.layers import BatchNormalization, Conv2D, Dropout, Flatten, OwnCNN
from core.architecture.transfer import RANDOM, Transfer
from core.augmentation.spec import AugmentSpec
from core.evaluation import Exam
from core.exams import write_exam
from core.export import svg
from core.export.report import MISTAKES, write_report
from core.home import Home
from core.runs.folder import RunFolder
from core.runs.notes import change_about
from core.runs.submit import submit_run
from core.spec import DataSpec, RunSpec, TrainingSpec
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
    owner = owner_of("0123456789abcdef" * 2)
    text = report(made_run(home, owner), tmp_path)
    assert owner not in text
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


def test_it_can_be_without_the_pictures_of_others(home: Home, tmp_path: Path) -> None:
    run = made_run(home)
    assert Tags(report(run, tmp_path)).all("img")
    write_report(run, tmp_path / "report.html", with_pictures=False)
    text = (tmp_path / "report.html").read_text(encoding="utf-8")
    assert "private to the browser that made it" in text
    assert not Tags(text).all("img")


def rows(text: str) -> list[list[str]]:
    """The cells of every row of every table."""
    found = re.findall(r"<tr>(.*?)</tr>", text)
    return [re.findall(r"<td>(.*?)</td>", row) for row in found]


def test_it_tells_how_the_network_and_the_training_were_set(home: Home, tmp_path: Path) -> None:
    layers = (Conv2D(filters=4, kernel_size=5), BatchNormalization(momentum=0.8), Flatten(), Dropout(rate=0.25))
    spec = RunSpec(architecture=OwnCNN(layers=layers), training=TrainingSpec(epochs=1))
    found = rows(report(submit_run(home, spec), tmp_path))
    assert ["Conv2D", "4 · 5×5 · same · ReLU", "8×8×4", "104"] in found
    assert ["BatchNormalization", "momentum 0.8", "8×8×4", "16"] in found
    assert ["Dropout", "25 %", "256", "0"] in found
    assert ["Network", "own CNN"] in found
    assert ["Epochs", "1 epoch"] in found
    assert ["Pictures", "shown as they are"] in found
    assert not [row for row in found if row and row[0] in ("Momentum", "Schedule factor", "Rotation")]


def test_it_tells_how_a_backbone_was_used(home: Home, tmp_path: Path) -> None:
    architecture = Transfer(weights=RANDOM, train_from="block5_conv1", hidden=(48, 7), dropout=0.1, pooling="average")
    data = DataSpec(image_size=32, colour_mode="rgb")
    spec = RunSpec(data=data, architecture=architecture, augmentation=AugmentSpec(rotation=20))
    found = rows(report(submit_run(home, spec), tmp_path))
    told = dict(row for row in found if len(row) == 2)
    assert told["Network"] == "VGG16"
    assert told["Weights"] == "random"
    assert told["Train from"] == "block5_conv1"
    assert told["Head"] == "Global average · 48 · 7 · dropout 10 %"
    assert told["Rotation"] == "20°"
    assert "Horizontal flip" not in told
    assert [row[:2] for row in found if len(row) == 4][-5:-1] == [
        ["Dropout", "10 %"],
        ["Dense", "48 · ReLU"],
        ["Dropout", "10 %"],
        ["Dense", "7 · ReLU"],
    ]


def test_what_a_person_noted_is_in_it(home: Home, tmp_path: Path) -> None:
    run = made_run(home)
    assert "class='note'" not in report(run, tmp_path)
    change_about(run, note=f"Expected 90 %.\n{HOSTILE}")
    assert "<p class='note'>Expected 90 %.\n&lt;script&gt;" in report(run, tmp_path)


def test_it_tells_how_far_it_is(home: Home, tmp_path: Path) -> None:
    told: list[float] = []
    write_report(made_run(home), tmp_path / "report.html", on_progress=lambda share, _text: told.append(share))
    assert told == sorted(told)
    assert told[-1] == 1
    assert len({share for share in told if 0 < share < 1}) > MISTAKES


def test_every_epoch_with_a_number_can_be_seen() -> None:
    """Also one between two gaps, which no line runs through."""
    drawn = svg.curves("Loss", [1.0, 0.5, None, 0.7, None, 0.2], [None] * 6, top=1.0)
    assert len(Tags(drawn).all("circle")) == 4
    long = [*[0.5] * 50, None, 0.5, None, *[0.5] * 50]
    (lone,) = Tags(svg.curves("Loss", long, [None] * len(long), top=1.0)).all("circle")
    assert float(str(lone["cx"])) == pytest.approx(svg.LEFT + (svg.WIDTH - svg.LEFT - 12) * 52 / 103, abs=0.1)


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
