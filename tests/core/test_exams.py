"""Exams on disk: the final one, and those of other pictures and other epochs."""

import json
import os
from dataclasses import replace

import numpy as np
import pytest

from core.errors import StudioError
from core.evaluation import Exam
from core.exams import Part, exam_file, kept_epochs, read_exam, score, take_exam, write_exam
from core.inference import Inference
from core.runs.folder import RunFolder, State, Status

LABELS = np.array([0, 0, 1])
PROBABILITIES = np.array([[0.9, 0.1], [0.4, 0.6], [0.2, 0.8]], np.float32)
EXAM = Exam(np.array([7, 8, 9]), LABELS, PROBABILITIES, 0.25, {"0": {}})
SITTINGS: list[tuple[Part, int | None]] = [("test", None), ("validation", None), ("test", 0), ("validation", 7)]

sittings = pytest.mark.parametrize(("part", "epoch"), SITTINGS)


@pytest.fixture
def run(home):
    """A finished run that has kept two epochs and has taken its final exam."""
    folder = RunFolder(home.runs / "r20260101-000000-000001")
    folder.epochs.mkdir(parents=True)
    for file in (folder.checkpoint, folder.snapshot(7), folder.snapshot(0)):
        file.write_bytes(b"")
    np.savez(folder.evaluation, indices=EXAM.indices, labels=LABELS, probabilities=PROBABILITIES)
    folder.report.write_text(json.dumps({"accuracy": 0.5, "loss": 0.25, "report": {"0": {}}}))
    folder.write_status(Status(state=State.FINISHED, test_accuracy=0.5))
    return folder


def assert_is_the_exam(exam):
    assert exam is not None
    np.testing.assert_array_equal(exam.indices, EXAM.indices)
    np.testing.assert_array_equal(exam.labels, LABELS)
    np.testing.assert_array_equal(exam.probabilities, PROBABILITIES)
    assert (exam.loss, exam.report) == (0.25, {"0": {}})


def test_an_exam_is_read_back(run):
    assert_is_the_exam(read_exam(run))


@sittings
def test_each_exam_has_a_place_of_its_own(run, part, epoch):
    for file in (run.evaluation, run.report):
        file.unlink()
    write_exam(run, EXAM, part, epoch)
    for asked in SITTINGS:
        if asked == (part, epoch):
            assert_is_the_exam(read_exam(run, *asked))
        else:
            assert read_exam(run, *asked) is None


def test_the_final_exam_has_its_two_files(run):
    assert exam_file(run) == run.evaluation
    before = run.report.read_text()
    write_exam(run, EXAM)
    assert json.loads(run.report.read_text()) == {**json.loads(before), "accuracy": 2 / 3}


def test_the_exam_of_a_run_that_learnt_more_since_does_not_count(run):
    run.write_status(Status(state=State.PAUSED))
    os.utime(run.evaluation, ns=(1, 1))
    assert read_exam(run) is None
    assert score(run, run.status()) is None


@pytest.mark.parametrize(("epoch", "weights"), [(None, "checkpoint.npz"), (7, "epochs/0007.npz")])
def test_nor_does_any_other_whose_weights_are_newer(run, epoch, weights):
    """Also of a finished run: it may have been asked while it was paused."""
    write_exam(run, EXAM, "validation", epoch)
    taken = exam_file(run, "validation", epoch).stat().st_mtime_ns
    os.utime(run.path / weights, ns=(taken, taken))
    assert_is_the_exam(read_exam(run, "validation", epoch))
    os.utime(run.path / weights, ns=(taken + 1, taken + 1))
    assert read_exam(run, "validation", epoch) is None


def test_a_stopped_run_has_the_score_of_the_exam_it_took(run):
    run.write_status(Status(state=State.STOPPED))
    os.utime(run.checkpoint, ns=(1, 1))
    assert read_exam(run) is not None
    assert score(run, run.status()) == 0.5


def test_without_exam_there_is_none(run):
    run.evaluation.unlink()
    assert read_exam(run) is None


@sittings
@pytest.mark.parametrize("damage", [b"", b"PK no zip", b"{}"])
def test_a_damaged_exam_is_said_in_words(run, damage, part, epoch):
    write_exam(run, EXAM, part, epoch)
    exam_file(run, part, epoch).write_bytes(damage)
    with pytest.raises(StudioError, match="damaged"):
        read_exam(run, part, epoch)


def test_an_exam_without_numbers_is_no_exam(run):
    """The largest of them would be taken for an answer."""
    probabilities = EXAM.probabilities.copy()
    probabilities[0, 0] = np.nan
    write_exam(run, replace(EXAM, probabilities=probabilities))
    with pytest.raises(StudioError, match="take the exam again"):
        read_exam(run)


def test_a_report_without_its_parts_is_damaged_too(run):
    run.report.write_text("{}")
    with pytest.raises(StudioError, match="damaged"):
        read_exam(run)


def test_kept_epochs_are_whole_files_in_their_order(run):
    (run.epochs / ".0003.npz.1234.tmp").write_bytes(b"half")
    assert kept_epochs(run) == [0, 7]
    assert kept_epochs(RunFolder(run.path.with_name("r20260101-000000-000002"))) == []


@sittings
def test_taking_an_exam_asks_the_worker_and_reads_what_it_wrote(run, part, epoch):
    class Answering(Inference):
        def ask(self, do, header, arrays=None, within=0.0, tell=lambda done, of: None):
            assert (do, header) == ("exam", {"run": str(run.path), "part": part, "epoch": epoch})
            assert within > 120
            tell(1, 2)
            write_exam(run, EXAM, part, epoch)
            return {}, {}

    told = []
    assert_is_the_exam(
        take_exam(
            Answering(lambda: pytest.fail("no worker is needed")), run, part, epoch, lambda *steps: told.append(steps)
        )
    )
    assert told == [(1, 2)]
