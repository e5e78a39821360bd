"""The sentences on the numbers of a report: each is worked out with the counts of its own matrix."""

from __future__ import annotations

from tests.ui.exam.conftest import Make
from ui.exam.report_words import meanings, of_accuracy, of_all, of_classes, of_macro, of_weighted, worst_class


def plain(text: str) -> str:
    return text.replace("\N{NO-BREAK SPACE}", " ")


def test_each_number_of_a_class_is_worked_out(made_exam: Make) -> None:
    exam = made_exam([0, 0, 0, 0, 1, 1], [0, 0, 0, 1, 1, 0], 2)
    assert [plain(text) for text in of_classes(exam, ("a", "b"))[0]] == [
        "Of the 4 pictures called a, 3 are a: 75.0 %.",
        "Of the 4 pictures that are a, 3 were found: 75.0 %.",
        "Precision and recall of a in one: 2 × 75.0 × 75.0 / (75.0 + 75.0) = 75.0 %.",
        "4 of 6 pictures are a: each is worth 25.0 % of its recall.",
    ]
    precision, recall, *_rest = of_classes(exam, ("a", "b"))[1]
    assert plain(precision) == "Of the 2 pictures called b, 1 is b: 50.0 %."
    assert plain(recall) == "Of the 2 pictures that are b, 1 was found: 50.0 %."


def test_one_picture_and_none_read_as_sentences_too(made_exam: Make) -> None:
    """c has no picture and is never named; b has one, which is missed; a is called once, wrongly, of d's two."""
    exam = made_exam([1, 3, 3], [3, 0, 3], 4)
    a, b, c, _d = ([plain(text) for text in texts] for texts in of_classes(exam, ("a", "b", "c", "d")))
    assert a[0] == "One was called a, wrongly: 0.0 %."
    assert a[3] == "None of the pictures is a: its numbers say nothing."
    assert b[1] == "The one b was missed: 0.0 %."
    assert b[3] == "1 of 3 pictures is b: its recall is all or nothing."
    assert c[:3] == [
        "No picture was called c, which counts as 0.0 %.",
        "No picture here is c, so there is none to find, which counts as 0.0 %.",
        "No c was found, so precision, recall and F1 are 0.0 %.",
    ]


def test_a_single_hit_reads_as_a_sentence(made_exam: Make) -> None:
    precision, recall, *_rest = of_classes(made_exam([0, 1, 1], [0, 1, 1], 2), ("a", "b"))[0]
    assert plain(precision) == "One picture was called a, rightly: 100.0 %."
    assert plain(recall) == "The one picture of a was found: 100.0 %."


def test_the_whole_is_worked_out(made_exam: Make) -> None:
    exam = made_exam([0, 0, 0, 1], [0, 0, 1, 1], 2)
    assert plain(of_accuracy(exam)) == "Of all 4 pictures, 3 are on the diagonal, that is, named right: 75.0 %."
    assert plain(of_macro(exam)[2]) == "Every class counts the same: (80.0 + 66.7) / 2 = 73.3 %."
    weighted = "Every class counts as often as it has pictures: (3 × 80.0 + 1 × 66.7) / 4 = 76.7 %."
    assert plain(of_weighted(exam)[2]) == weighted
    assert of_macro(exam)[3] == of_all(exam) == "4 pictures in all classes together."


def test_a_mean_over_many_classes_is_not_spelled_out(made_exam: Make) -> None:
    exam = made_exam(list(range(5)), [0, 1, 2, 3, 0], 5)
    assert plain(of_macro(exam)[1]) == "Every class counts the same: (100.0 + 100.0 + … + 0.0) / 5 = 80.0 %."


def test_the_example_is_the_worst_class_that_has_pictures(made_exam: Make) -> None:
    exam = made_exam([0, 0, 0, 1], [0, 0, 1, 1], 3)
    assert worst_class(exam) == 1
    texts = dict(meanings(exam, ("a", "b", "c")))
    assert list(texts) == ["Precision", "Recall", "F1", "Support", "Accuracy", "Macro average", "Weighted average"]
    assert plain(texts["Precision"]).endswith("Of the 2 pictures called b, 1 is b: 50.0 %.")


def test_a_long_name_is_cut_in_sentences(made_exam: Make) -> None:
    long = "x" * 64
    assert long not in of_classes(made_exam([0, 1], [0, 1], 2), (long, "b"))[0][0]
