"""What a network is fed: the batches of `core.batches` in their order, and pictures to judge as they are."""

import threading
from collections import Counter

import numpy as np
import pytest
import tensorflow as tf

from core.augmentation.spec import PRESETS, AugmentSpec
from core.batches import Batch, Pictures, TrainingBatches
from core.learning import pipeline
from core.learning.pipeline import evaluation_batches, targets_for, training_input

NOTEBOOK = PRESETS["notebook"].spec
LONGEST_WAIT = 30  # seconds; only a test that fails takes them


def pictures(count: int = 20, targets: np.ndarray | None = None) -> Pictures:
    images = np.random.default_rng(0).integers(0, 256, (count, 5, 5, 3)).astype(np.uint8)
    numbers = np.arange(count, dtype=np.int32)
    return Pictures(images, numbers if targets is None else targets, np.arange(0, count, 2))


def batches(augmentation: AugmentSpec = NOTEBOOK, batch_size: int = 4) -> TrainingBatches:
    return TrainingBatches(pictures(), batch_size, 3, augmentation)


def arrays(dataset: tf.data.Dataset) -> list[Batch]:
    return [(images.numpy(), targets.numpy()) for images, targets in dataset]


def assert_same(ours: list[Batch], expected: list[Batch]) -> None:
    assert len(ours) == len(expected)
    for (images, targets), (expected_images, expected_targets) in zip(ours, expected, strict=True):
        np.testing.assert_array_equal(images, expected_images)
        np.testing.assert_array_equal(targets, expected_targets)


@pytest.mark.parametrize("threads", [1, 3])
@pytest.mark.parametrize("augmentation", [AugmentSpec(), NOTEBOOK, NOTEBOOK.model_copy(update={"repeats": 3})])
def test_batches_come_in_their_order_however_many_are_made_at_once(monkeypatch, augmentation, threads):
    monkeypatch.setattr(pipeline, "THREADS", threads)
    made = batches(augmentation)
    expected = [made.batch(epoch, number) for epoch in range(3) for number in range(made.steps)]
    assert_same(arrays(training_input(made, 0, 3)), expected)
    assert_same(arrays(training_input(made, 1, 3, first_batch=2)), expected[made.steps + 2 :])
    assert_same(arrays(training_input(made, 1, 2, first_batch=made.steps)), [])


@pytest.mark.parametrize(("batch_size", "static"), [(5, 5), (4, None), (10, 10)])
def test_the_shape_of_a_batch_is_static_where_all_are_alike(batch_size, static):
    images, targets = training_input(batches(batch_size=batch_size), 0, 1).element_spec
    assert (images.shape, images.dtype) == ((static, 5, 5, 3), tf.uint8)
    assert (targets.shape, targets.dtype) == ((static,), tf.int32)
    whole, _targets = training_input(batches(NOTEBOOK.model_copy(update={"repeats": 2}), 4), 0, 1).element_spec
    assert whole.shape == (4, 5, 5, 3), "an epoch shows 20"


def test_several_batches_are_made_at_once_though_results_are_repeatable(monkeypatch):
    """Where operations must be deterministic, tf.data makes one at a time of what it thinks has a state."""
    monkeypatch.setattr(pipeline, "THREADS", 2)
    met, real = threading.Barrier(2), TrainingBatches.batch

    def batch(self, epoch, number):
        met.wait(LONGEST_WAIT)
        return real(self, epoch, number)

    monkeypatch.setattr(TrainingBatches, "batch", batch)
    assert len(arrays(training_input(batches(batch_size=5), 0, 1))) == 2


def test_only_a_few_batches_are_made_ahead(monkeypatch):
    """Pictures that nobody takes must not fill the memory: as many wait as the step can need."""
    monkeypatch.setattr(pipeline, "THREADS", 2)
    made: Counter[tuple[int, int]] = Counter()
    enough, bound, real = threading.Event(), 1 + pipeline.PREFETCH + 2 * 2, TrainingBatches.batch

    def batch(self, epoch, number):
        made[epoch, number] += 1
        if len(made) > bound:
            enough.set()
        return real(self, epoch, number)

    monkeypatch.setattr(TrainingBatches, "batch", batch)
    iterator = iter(training_input(batches(), 0, 100))
    next(iterator)
    assert not enough.wait(0.5), f"{len(made)} batches were made for one that was taken"
    assert max(made.values()) == 1
    del iterator


@pytest.mark.parametrize(
    ("raised", "reported"),
    [
        (RuntimeError("the warp broke"), tf.errors.UnknownError),
        (MemoryError("no room"), tf.errors.ResourceExhaustedError),
    ],
)
def test_what_goes_wrong_in_a_thread_is_raised_in_the_step_with_its_words(monkeypatch, raised, reported):
    def batch(self, epoch, number):
        raise raised

    monkeypatch.setattr(TrainingBatches, "batch", batch)
    with pytest.raises(reported, match=str(raised)):
        arrays(training_input(batches(), 0, 1))


@pytest.mark.parametrize("batch_size", [3, 5, 256])
def test_pictures_to_judge_come_once_in_their_order_and_as_they_are(batch_size):
    part = pictures()
    dataset = evaluation_batches(part, batch_size)
    assert int(dataset.cardinality()) == -(-10 // batch_size)
    images, targets = zip(*arrays(dataset), strict=True)
    assert max(map(len, images)) == min(batch_size, 10)
    np.testing.assert_array_equal(np.concatenate(images), part.images[part.indices])
    np.testing.assert_array_equal(np.concatenate(targets), part.indices)


def test_targets_have_the_form_that_the_loss_takes():
    labels = np.array([0, 1, 1])
    one_hot, column = (targets_for(loss, labels, 2) for loss in ("categorical_crossentropy", "binary_crossentropy"))
    numbers = targets_for("sparse_categorical_crossentropy", labels, 2)
    assert [part.dtype for part in (numbers, one_hot, column)] == [np.int32, np.float32, np.float32]
    assert numbers.tolist() == [0, 1, 1]
    assert one_hot.tolist() == [[1, 0], [0, 1], [0, 1]]
    assert column.tolist() == [[0], [1], [1]]
    for targets in (one_hot, column):
        made = TrainingBatches(pictures(3, targets), 2, 0, NOTEBOOK)
        assert_same(arrays(training_input(made, 0, 1)), [made.batch(0, 0)])
