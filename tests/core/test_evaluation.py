"""The exam of a run, on arrays small enough to count by hand."""

import numpy as np
import pytest

from core.evaluation import Confusion, Exam, confused_pairs, confusion_matrix, most_mixed_up, of_hundred

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
    assert confused_pairs(exam.matrix, 1) == [Confusion(true=0, said=1, count=2, total=3)]


def test_of_equally_common_mistakes_that_of_the_smaller_class_counts_more():
    assert confused_pairs(np.array([[8, 2], [2, 1]]), 1) == [Confusion(true=1, said=0, count=2, total=3)]


def test_pairs_come_by_count_and_then_by_the_share_of_their_class():
    pairs = confused_pairs(np.array([[8, 2, 1], [2, 1, 0], [0, 5, 0]]))
    assert pairs == [Confusion(2, 1, 5, 5), Confusion(1, 0, 2, 3), Confusion(0, 1, 2, 11)]
    assert len(confused_pairs(np.ones((3, 3), int), most=9)) == 6, "each wrong cell once"


def test_without_mistakes_nothing_is_confused():
    assert confused_pairs(np.diag([3, 4])) == []


def test_the_classes_mixed_up_most_count_mistakes_in_both_directions():
    counts = np.array([[9, 0, 0, 1], [0, 9, 0, 0], [3, 0, 9, 0], [0, 0, 1, 9]])
    assert most_mixed_up(counts, 2).tolist() == [0, 2]
    assert most_mixed_up(counts, 9).tolist() == [0, 1, 2, 3]


def test_losses_are_the_cross_entropy_of_each_picture(exam):
    np.testing.assert_allclose(exam.losses[:4], -np.log([0.9, 0.3, 0.2, 1.0]), rtol=1e-6)
    assert exam.losses[4] == pytest.approx(-np.log(1e-7)), "a probability of 0 is not the end of the world"


def test_the_worst_gave_the_right_class_the_least_and_unsure_rights_come_least_confident_first(exam):
    np.testing.assert_array_equal(exam.worst(), [4, 2, 1])
    np.testing.assert_array_equal(exam.unsure_rights(), [5, 0, 3])


def test_the_worst_are_not_the_most_confident():
    exam = Exam(np.arange(2), np.array([0, 0]), np.array([[0.3, 0.7, 0.0], [0.1, 0.5, 0.4]], np.float32), 0.0, {})
    np.testing.assert_array_equal(exam.mistakes(), [0, 1])
    np.testing.assert_array_equal(exam.worst(), [1, 0])


def test_pictures_of_a_class_in_their_order(exam):
    np.testing.assert_array_equal(exam.positions_of_class(1), [3, 4])


@pytest.mark.parametrize(("share", "shown"), [(0.0, 0), (0.001, 1), (0.974, 97), (0.9972, 99), (1.0, 100)], ids=str)
def test_a_hundred_of_a_hundred_means_all(share, shown):
    """359 of 360 were shown as 100 of 100."""
    assert of_hundred(share) == shown
