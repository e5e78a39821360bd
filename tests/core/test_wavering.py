"""Which copies a model is asked about, and how its answers are read: small exact cases."""

import numpy as np
import pytest

from core.augmentation.spec import AugmentSpec
from core.batches import Pictures, TrainingBatches
from core.datasets.store import open_dataset
from core.runs.folder import RunFolder
from core.wavering import (
    FEWEST_PICTURES,
    FEWEST_VIEWS,
    MOST_AT_A_TIME,
    PHOTO_VIEWS,
    SAMPLE,
    Example,
    Question,
    Wavering,
    at_a_time,
    copies,
    copy_of,
    join,
    photo_views,
    sample_size,
    units_for,
    ways_of,
)

TURNED = AugmentSpec(rotation=180, width_shift=0.2)


def wavering(said, copies_said, sure=0.5):
    """Answers about copies, all with the same probability unless it is given for each."""
    said, copies_said = np.array(said), np.array(copies_said)
    probabilities = np.broadcast_to(np.asarray(sure, np.float32), copies_said.shape)
    return Wavering(said, np.full(len(said), 0.9, np.float32), copies_said, probabilities)


def test_each_knob_alone_then_all_together():
    assert [way.active for way in ways_of(TURNED)] == [("rotation",), ("width_shift",), ("rotation", "width_shift")]


def test_one_knob_alone_is_all_of_it_and_none_is_nothing():
    assert ways_of(AugmentSpec(rotation=5, fill_mode="wrap")) == (AugmentSpec(rotation=5, fill_mode="wrap"),)
    assert ways_of(AugmentSpec()) == ()


def test_changes_are_counted_in_each_way_against_the_picture_as_it_is():
    found = wavering([6, 1], [[[6, 9], [6, 6]], [[1, 7], [2, 1]]])
    assert found.changed.tolist() == [[[False, True], [False, False]], [[False, True], [True, False]]]
    assert (found.changes, found.of, found.shares) == ([2, 1], 4, [0.5, 0.25])


def test_right_is_counted_against_the_labels_and_copies_in_the_last_way():
    found = wavering([6, 1], [[[9, 9], [6, 6]], [[1, 1], [7, 1]]])
    assert found.right(np.array([6, 7])) == 0.5
    assert found.copies_right(np.array([6, 7])) == 0.75


def test_the_worst_is_the_most_confident_copy_that_is_called_something_else():
    found = wavering([6], [[[9, 6, 4]]], [[[0.7, 0.99, 0.8]]])
    assert found.worst(np.array([6])) == Example(0, 0, 2)


def test_of_one_knob_before_of_all_and_of_a_picture_named_right_before_one_named_wrong():
    said = [[[6, 6], [6, 6], [9, 9]], [[2, 1], [1, 1], [2, 2]], [[3, 3], [3, 5], [3, 3]]]
    sure = [[[0.9, 0.9], [0.9, 0.9], [1, 1]], [[0.8, 0.9], [1, 1], [1, 1]], [[1, 1], [1, 0.6], [1, 1]]]
    found = wavering([6, 1, 3], said, sure)
    assert found.worst(np.array([6, 0, 3])) == Example(2, 1, 1), "picture 1 was named wrong as it is"
    assert found.worst(np.array([6, 1, 3])) == Example(1, 0, 0)


def test_only_all_together_can_be_the_worst_too_and_nothing_where_nothing_changes():
    assert wavering([6], [[[6], [6], [9]]]).worst(np.array([6])) == Example(0, 2, 0)
    assert wavering([6], [[[6], [6], [6]]]).worst(np.array([9])) is None


def test_parts_are_joined_in_their_order():
    joined = join([wavering([6], [[[6, 9]]]), wavering([1, 2], [[[1, 1]], [[2, 3]]])])
    assert joined.said.tolist() == [6, 1, 2]
    assert joined.copies_said.tolist() == [[[6, 9]], [[1, 1]], [[2, 3]]]
    assert (joined.sure.shape, joined.copies_sure.shape) == ((3,), (3, 1, 2))


def test_view_v_of_all_together_is_what_epoch_v_of_training_shows(home):
    """Without repeats; the seed is that of the run."""
    digits, numbers = open_dataset(home, "digits"), [3, 1700]
    images = np.asarray(digits.images)
    made = copies(images[numbers], TURNED, units_for(7, 2, numbers))
    pictures = Pictures(images, np.arange(len(images))[:, None], np.arange(len(images)))
    batches = TrainingBatches(pictures, len(images), seed=7, augmentation=TURNED)
    for view in range(2):
        shown, targets = batches.batch(epoch=view, number=0)
        for place, number in enumerate(numbers):
            np.testing.assert_array_equal(made[place, view], shown[targets[:, 0] == number][0])


def test_an_example_is_made_again_as_the_model_was_shown_it(tmp_path):
    images = np.random.default_rng(0).integers(0, 256, (2, 9, 9, 3), np.uint8)
    question = Question(RunFolder(tmp_path), 1, "digits", (40, 5), 3, TURNED)
    for way, spec in enumerate(ways_of(TURNED)):
        shown = copies(images, spec, units_for(2, 3, (40, 5)))
        again, draws = copy_of(images[1], question, 2, Example(1, way, 2))
        np.testing.assert_array_equal(again, shown[1, 2])
        assert bool(draws.rotation[0]) == ("rotation" in spec.active)


def test_how_many_copies_there_are(tmp_path):
    assert Question(RunFolder(tmp_path), 1, "digits", (40, 5), 8, TURNED).copies == 2 * 8 * 3


@pytest.mark.parametrize(
    ("multiply_adds", "views", "pictures", "part"),
    [
        (1_000_000, PHOTO_VIEWS, SAMPLE, MOST_AT_A_TIME),
        (500_000_000, 6, 24, 1),
        (5_000_000_000, FEWEST_VIEWS, FEWEST_PICTURES, 1),
    ],
    ids=["small", "larger", "huge"],
)
def test_a_model_with_much_to_do_is_asked_less(multiply_adds, views, pictures, part):
    """Six ways: 500 million multiply-adds for each of 6 · 6 copies are 18 of the 20 thousand million for a photo."""
    assert photo_views(multiply_adds, 6) == views
    assert sample_size(multiply_adds, 6) == pictures
    assert at_a_time(multiply_adds, 6) == part
