"""The exams of compared runs."""

import numpy as np
import pytest

from core.evaluation import Exam
from core.runs.folder import State, Status
from core.runs.submit import submit_run
from core.spec import RunSpec
from ui.compare import chosen as chosen_module
from ui.compare.chosen import Compared, same_pictures
from ui.compare.scores import answer_alike, difference


def exam(*indices):
    """An exam in which picture n of class n is named right."""
    numbers = np.array(indices)
    return Exam(numbers, numbers, np.eye(5, dtype=np.float32)[numbers], 0.5, {})


@pytest.fixture
def runs(home, monkeypatch):
    """Make two runs with these exams."""

    def make(*exams):
        status = Status(state=State.FINISHED, test_accuracy=1.0)
        made = [submit_run(home, RunSpec(), status=status) for _ in exams]
        by_id = dict(zip((run.id for run in made), exams, strict=True))
        monkeypatch.setattr(chosen_module, "read_exam", lambda run: by_id[run.id])
        return [Compared(run, place, "Run", run.info(), run.status()) for place, run in enumerate(made)]

    return make


def test_pictures_come_in_the_order_of_their_numbers_and_all_arrays_with_them(runs):
    first, second = runs(exam(3, 1, 2), exam(1, 2, 3))
    assert first.exam.indices.tolist() == first.exam.labels.tolist() == first.exam.said.tolist() == [1, 2, 3]
    assert same_pictures([first, second])
    assert answer_alike([first, second])
    assert difference(second, first) == "none"


def test_other_pictures_and_other_classes_are_not_the_same(runs):
    first, second = runs(exam(1, 2), exam(1, 3))
    assert not same_pictures([first, second])
    assert difference(second, first) == "–", "it would say as much of the pictures as of the models"
    renamed = second.info.model_copy(update={"classes": ("a", *second.info.classes[1:])})
    assert not same_pictures([first, Compared(first.run, 1, "Run", renamed, first.status)])
