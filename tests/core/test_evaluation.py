"""The exam of a run, on arrays small enough to count by hand."""

import json
import os

import numpy as np
import pytest

from core.errors import StudioError
from core.evaluation import Confusion, Exam, confusion_matrix, most_confused, of_hundred, read_exam, score
from core.runs.folder import RunFolder, State, Status

LABELS = np.array([0, 0, 0, 1, 1, 2])
PROBABILITIES = np.array(
    [
        [0.9, 0.1, 0.0],
        [0.3, 0.6, 0.1],  # 0 called 1, 60 %
        [0.2, 0.8, 0.0],  # 0 called 1, 80 %
        [0.0, 1.0, 0.0],
        [0.0, 0.0, 1.0],  # 1 called 2, 100 %
        [0.0, 0.4, 0.6],
    ],
    np.float32,
)


@pytest.fixture
def exam():
    return Exam(np.arange(10, 16), LABELS, PROBABILITIES, 0.5, {})


@pytest.fixture
def run(home):
    """A finished run with an exam."""
    folder = RunFolder(home.runs / "r20260101-000000-000001")
    folder.path.mkdir()
    np.savez(folder.evaluation, indices=np.arange(6), labels=LABELS, probabilities=PROBABILITIES)
    folder.report.write_text(json.dumps({"accuracy": 0.5, "loss": 0.25, "report": {"0": {}}}))
    folder.checkpoint.write_bytes(b"")
    folder.write_status(Status(state=State.FINISHED, test_accuracy=0.5))
    return folder


def test_rows_are_true_and_columns_named(exam):
    np.testing.assert_array_equal(exam.matrix, [[1, 2, 0], [0, 1, 1], [0, 0, 1]])
    assert (exam.right, exam.accuracy) == (3, 0.5)


def test_a_class_that_never_occurs_keeps_its_row_and_column():
    np.testing.assert_array_equal(
        confusion_matrix(np.array([0, 0]), np.array([0, 1]), 3), [[1, 1, 0], [0, 0, 0], [0, 0, 0]]
    )


def test_mistakes_and_cells_come_most_confident_first(exam):
    np.testing.assert_array_equal(exam.mistakes(), [4, 2, 1])
    np.testing.assert_array_equal(exam.cell(0, 1), [2, 1])
    np.testing.assert_array_equal(exam.cell(2, 0), [])


def test_the_commonest_mistake(exam):
    assert most_confused(exam.matrix) == Confusion(true=0, said=1, count=2, total=3)


def test_of_equally_common_mistakes_that_of_the_smaller_class_counts_more():
    assert most_confused(np.array([[8, 2], [2, 1]])) == Confusion(true=1, said=0, count=2, total=3)


def test_without_mistakes_nothing_is_confused():
    assert most_confused(np.diag([3, 4])) is None


@pytest.mark.parametrize(("share", "shown"), [(0.0, 0), (0.001, 1), (0.974, 97), (0.9972, 99), (1.0, 100)], ids=str)
def test_a_hundred_of_a_hundred_means_all(share, shown):
    """359 of 360 were shown as 100 of 100."""
    assert of_hundred(share) == shown


def test_an_exam_is_read_back(run):
    exam = read_exam(run)
    assert exam is not None
    np.testing.assert_array_equal(exam.probabilities, PROBABILITIES)
    assert (exam.loss, exam.report) == (0.25, {"0": {}})


def test_the_exam_of_a_run_that_learnt_more_since_does_not_count(run):
    run.write_status(Status(state=State.PAUSED))
    os.utime(run.evaluation, ns=(1, 1))
    assert read_exam(run) is None
    assert score(run, run.status()) is None


def test_a_stopped_run_has_the_score_of_the_exam_it_took(run):
    run.write_status(Status(state=State.STOPPED))
    os.utime(run.checkpoint, ns=(1, 1))
    assert read_exam(run) is not None
    assert score(run, run.status()) == 0.5


def test_without_exam_there_is_none(run):
    run.evaluation.unlink()
    assert read_exam(run) is None


@pytest.mark.parametrize("damage", [b"", b"PK no zip", b"{}"])
def test_a_damaged_exam_is_said_in_words(run, damage):
    run.evaluation.write_bytes(damage)
    with pytest.raises(StudioError, match="damaged"):
        read_exam(run)


def test_a_report_without_its_parts_is_damaged_too(run):
    run.report.write_text("{}")
    with pytest.raises(StudioError, match="damaged"):
        read_exam(run)
