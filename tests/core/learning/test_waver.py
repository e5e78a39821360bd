"""What trained models say of warped copies."""

import numpy as np
import pytest

from core.architecture.layers import Conv2D, Flatten, OwnCNN
from core.augmentation.spec import AugmentSpec
from core.augmentation.warp import augment
from core.datasets.dataset import About, Original
from core.datasets.store import open_dataset, save_dataset
from core.errors import StudioError
from core.learning.fit import train_run
from core.learning.predict import load_trained
from core.learning.waver import waver
from core.runs.folder import State
from core.runs.submit import submit_run
from core.spec import DataSpec, RunSpec, TrainingSpec
from core.wavering import units_for

STACK = OwnCNN(layers=(Conv2D(filters=4), Flatten()))
TURNED = AugmentSpec(rotation=180, width_shift=0.3)


def trained_run(home, **parts):
    made = submit_run(home, RunSpec(architecture=STACK, **parts))
    assert train_run(made).state == State.FINISHED
    return made


@pytest.fixture
def run(home):
    return trained_run(home, training=TrainingSpec(epochs=6, learning_rate=1e-2, seed=3))


def test_every_copy_is_named_as_the_model_names_it_by_itself(home, run):
    """Recomputed: the copies by the augmentation engine, with the run's own seed; the answers by Keras's predict."""
    digits, numbers = open_dataset(home, "digits"), [4, 1200, 77]
    found = waver(run, "digits", numbers, 5, TURNED)
    assert found.copies_said.shape == found.copies_sure.shape == (3, 3, 5)
    model = load_trained(run).model
    answers = model.predict(digits.images[numbers], verbose=0)
    np.testing.assert_array_equal(found.said, answers.argmax(axis=1))
    np.testing.assert_allclose(found.sure, answers.max(axis=1), atol=1e-5)
    units = units_for(3, 5, numbers)
    for way, spec in enumerate((TURNED.only("rotation"), TURNED.only("width_shift"), TURNED)):
        for place, number in enumerate(numbers):
            made = augment(digits.images[[number] * 5], spec, units[place])
            answers = model.predict(made, verbose=0)
            np.testing.assert_array_equal(found.copies_said[place, way], answers.argmax(axis=1))
            np.testing.assert_allclose(found.copies_sure[place, way], answers.max(axis=1), atol=1e-5)


def test_a_model_of_upright_digits_changes_its_mind_when_they_are_turned(home, run):
    found = waver(run, "digits", list(range(0, 1797, 60)), 8, AugmentSpec(rotation=180, noise=0.01))
    turned, grained, _together = found.shares
    assert turned > 0.4
    assert grained < 0.1


def test_pictures_go_the_way_to_the_model_that_training_took(home):
    run = trained_run(home, data=DataSpec(image_size=6, colour_mode="rgb"), training=TrainingSpec(epochs=1))
    found = waver(run, "digits", [8], 3, TURNED)
    seen = load_trained(run).path.stored(open_dataset(home, "digits").images[[8]])
    assert seen.shape == (1, 6, 6, 3)
    answers = load_trained(run).model.predict(augment(seen.repeat(3, axis=0), TURNED, units_for(0, 3, [8])[0]))
    np.testing.assert_array_equal(found.copies_said[0, -1], answers.argmax(axis=1))


def test_a_model_with_one_number_for_two_classes(home):
    digits = open_dataset(home, "digits")
    kept = digits.labels < 2
    about = About(
        title="Two", classes=("a", "b"), source="", licence="", original=Original(shape="", dtype="", range=(0, 16))
    )
    two = save_dataset(home, about, digits.images[kept], digits.labels[kept], digits.parts[kept])
    training = TrainingSpec(epochs=4, learning_rate=1e-2, loss="binary_crossentropy")
    run = trained_run(home, data=DataSpec(dataset=two.meta.id), training=training)
    numbers = list(range(20))
    found = waver(run, two.meta.id, numbers, 2, AugmentSpec(width_shift=0.01))
    assert (found.said == two.labels[numbers]).mean() > 0.9
    assert set(found.said.tolist()) == {0, 1}
    assert (found.sure >= 0.5).all()


def test_other_pictures_and_runs_without_a_model_are_refused(home, run):
    digits = open_dataset(home, "digits")
    about = About(title="Half", classes=tuple("abcdefghij"), source="", licence="", original=digits.meta.original)
    other = save_dataset(home, about, digits.images[::2], digits.labels[::2], digits.parts[::2])
    with pytest.raises(StudioError, match="has changed since"):
        waver(run, other.meta.id, [1], 2, TURNED)
    with pytest.raises(StudioError, match="There is no data set"):
        waver(run, "gone", [1], 2, TURNED)
    with pytest.raises(StudioError, match="has not finished an epoch yet"):
        waver(submit_run(home, RunSpec()), "digits", [1], 2, TURNED)


def test_answers_that_are_no_numbers_are_said_in_words(run):
    layer = load_trained(run).model.get_layer("output")
    layer.set_weights([np.full_like(weights, np.nan) for weights in layer.get_weights()])
    with pytest.raises(StudioError, match="training diverged"):
        waver(run, "digits", [1], 2, TURNED)
