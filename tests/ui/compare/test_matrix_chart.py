"""The difference of two matrices: what is better is blue, what is worse vermillion."""

import numpy as np

from ui.compare.matrix_chart import matrix_difference, signed

NEW, OLD = np.array([[3, 1], [0, 4]]), np.array([[4, 0], [2, 2]])


def test_better_is_positive_on_and_off_the_diagonal():
    heat, texts = matrix_difference(NEW, OLD, ("a", "<b>"))["data"]
    assert heat["z"] == [[-0.7071, -0.7071], [1.0, 1.0]]
    assert (texts["x"], texts["y"]) == ([0, 1, 0, 1], [0, 0, 1, 1])
    assert texts["text"] == ["−1", "+1", "−2", "+2"]
    assert heat["customdata"][1][0] == ["−2", "&lt;b&gt;", "a"]


def test_several_figures_share_a_scale():
    assert matrix_difference(NEW, OLD, ("a", "b"), most=8)["data"][0]["z"] == [[-0.3536, -0.3536], [0.5, 0.5]]


def test_equal_matrices_show_nothing():
    heat, texts = matrix_difference(NEW, NEW, ("a", "b"))["data"]
    assert heat["z"] == [[0, 0], [0, 0]]
    assert texts["text"] == []


def test_many_classes_have_no_numbers():
    counts = np.eye(30, dtype=np.int64)
    assert len(matrix_difference(counts, counts, [f"class {number}" for number in range(30)])["data"]) == 1


def test_signs():
    assert [signed(number) for number in (2, 0, -2)] == ["+2", "0", "−2"]
