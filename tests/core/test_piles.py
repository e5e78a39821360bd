"""Asking about piles of photos in parts."""

import csv
import io
from functools import partial

import numpy as np
import pytest

from core import piles
from core.errors import StudioError
from core.inference import Inference
from core.novelty import Strangeness
from core.pile_export import pile_csv
from core.piles import PileAnswer, ask_pile, exam_of, labels_of, next_part
from core.runs.folder import RunFolder


class Parts(Inference):
    """Ten files named by their number; the fourth cannot be read; class 1 is said of all, by number / 10."""

    def __init__(self):
        super().__init__(lambda: pytest.fail("no worker is wanted"))
        self.asked = []

    def ask(self, do, header, arrays=None, within=0.0, tell=lambda done, of: None):
        assert do == "pile"
        places = range(header["first"], min(10, header["first"] + header["count"]))
        self.asked.append(len(places))
        one = np.array([[1 - place / 10, place / 10] for place in places], np.float32)
        one[[place == 3 for place in places]] = np.nan
        sizes = [0 if place == 3 else 1 for place in places]
        reply = {
            "names": [f"{place}.png" for place in places],
            "errors": ["No." if place == 3 else "" for place in places],
            "files": 10,
            "problem": "",
        }
        thumbnails = np.array([place for place in places if place != 3], np.uint8)
        swapped = np.zeros(len(places), np.bool_)
        ends = np.cumsum(sizes, dtype=np.int64)
        return reply, {
            "probabilities": one,
            "features": one,
            "swapped": swapped,
            "thumbnails": thumbnails,
            "ends": ends,
        }


def answer(names, errors, probabilities):
    none, ends = np.empty(0, np.uint8), np.zeros(len(names), np.int64)
    swapped = np.zeros(len(names), np.bool_)
    said = np.array(probabilities, np.float32)
    return PileAnswer(tuple(names), tuple(errors), said, said, swapped, none, ends, len(names))


def test_parts_are_asked_until_all_is_answered(monkeypatch, tmp_path):
    monkeypatch.setattr(piles, "FIRST_PART", 4)
    monkeypatch.setattr(piles, "next_part", lambda count, took: 5)
    inference, told = Parts(), []
    found = ask_pile(inference, RunFolder(tmp_path), tmp_path, None, lambda done, of: told.append((done, of)))
    assert inference.asked == [4, 5, 1]
    assert told == [(4, 10), (9, 10), (10, 10)]
    assert found.names == tuple(f"{place}.png" for place in range(10))
    assert found.readable.tolist() == [0, 1, 2, 4, 5, 6, 7, 8, 9]
    assert [found.thumbnail(place) for place in (0, 3, 4, 9)] == [b"\0", b"", b"\4", b"\11"]


def test_no_more_than_the_most_are_asked_about(monkeypatch, tmp_path):
    monkeypatch.setattr(piles, "MOST", 6)
    monkeypatch.setattr(piles, "FIRST_PART", 6)
    found = ask_pile(Parts(), RunFolder(tmp_path), tmp_path, None, lambda done, of: None)
    assert (len(found.names), found.of) == (6, 10)


@pytest.mark.parametrize(("without", "refused"), [({3, 9}, False), (set(range(10)), True)])
def test_what_could_be_seen_but_got_no_number_refuses_a_pile_only_where_all_did(tmp_path, without, refused):
    """One such photo among thousands refused them all, and left them with no answer."""

    class Diverging(Parts):
        def ask(self, do, header, arrays=None, within=0.0, tell=lambda done, of: None):
            reply, arrays = super().ask(do, header, arrays, within, tell)
            for place in without.intersection(range(header["first"], header["first"] + len(reply["names"]))):
                reply["errors"][place - header["first"]] = "No number."
            return reply, arrays

    ask = partial(ask_pile, Diverging(), RunFolder(tmp_path), tmp_path, None, lambda done, of: None)
    if refused:
        with pytest.raises(StudioError, match="answers are no numbers"):
            ask()
    else:
        assert ask().readable.tolist() == [0, 1, 2, 4, 5, 6, 7, 8]


@pytest.mark.parametrize(
    ("count", "took", "then"), [(8, 0.001, 32), (64, 0.1, 256), (64, 1.0, 32), (64, 16.0, 2), (1, 9.0, 1)]
)
def test_a_part_is_as_large_as_half_a_second_allows(count, took, then):
    assert next_part(count, took) == then


def test_folders_that_are_called_as_classes_are_labels():
    names = ["cats/1.png", "all/Dogs/b/2.png", "dogs/cats/3.png", "birds/4.png", "5.png"]
    assert labels_of(names, ("cats", "dogs")).tolist() == [0, 1, 0, -1, -1]


def test_classes_that_differ_in_capitals_alone_are_told_apart():
    """Of "A" and "a" each photo counted as the one that came last."""
    names = ["A/1.png", "a/2.png", "B/3.png", "b/4.png", "A/c/5.png"]
    assert labels_of(names, ("A", "a", "B")).tolist() == [0, 1, 2, 2, 0]
    assert labels_of(["ss/1.png", "SS/2.png"], ("ss", "Ss")).tolist() == [0, -1]


def test_an_exam_holds_the_photos_with_a_label_that_could_be_read():
    names = ["a/1", "b/2", "b/3", "4", "b/5"]
    nan = float("nan")
    found = answer(names, ["", "", "No.", "", ""], [[0.75, 0.25], [0.5, 0.5], [nan, nan], [0, 1], [0.25, 0.75]])
    exam = exam_of(found, ("a", "b"))
    assert exam is not None
    assert exam.indices.tolist() == [0, 1, 4]
    assert exam.matrix.tolist() == [[1, 0], [1, 1]]
    assert exam.loss == pytest.approx(-(2 * np.log(0.75) + np.log(0.5)) / 3)
    assert exam_of(found, ("x", "y")) is None


def test_the_table_to_take_along_has_each_file_and_no_formula():
    found = answer(["b/1.png", "=cmd"], ["", "@no"], [[0.25, 0.75], [float("nan")] * 2])
    rows = list(csv.reader(io.StringIO(pile_csv(found, ("a", "b")).decode("utf-8-sig"))))
    assert rows[1] == ["b/1.png", "b", "0.750000", "a", "0.250000", "b", "", "no", ""]
    assert rows[2] == ["'=cmd", "", "", "", "", "", "", "", "'@no"]
    strange = Strangeness(np.array([[6, 0], [np.nan] * 2], np.float32), np.array([5, 5], np.float32))
    named = csv.DictReader(io.StringIO(pile_csv(found, ("a", "b"), strange).decode("utf-8-sig")))
    assert [row["unlike training"] for row in named] == ["yes", ""]
