"""What a model says before its answer, and where that puts pictures on a map."""

import numpy as np
import pytest

from core.architecture.layers import Conv2D, Dense, Dropout, Flatten, OwnCNN
from core.datasets.dataset import About, Original
from core.datasets.store import open_dataset, save_dataset
from core.errors import StudioError
from core.learning import features as features_module
from core.learning.features import features, lay_out, model_map
from core.learning.fit import train_run
from core.learning.predict import load_trained
from core.runs.folder import State
from core.runs.submit import submit_run
from core.spec import RunSpec, TrainingSpec

STACK = OwnCNN(layers=(Conv2D(filters=4), Flatten(), Dense(units=12), Dropout(rate=0.5)))


@pytest.fixture
def run(home):
    made = submit_run(home, RunSpec(architecture=STACK, training=TrainingSpec(epochs=4, learning_rate=1e-2)))
    assert train_run(made).state == State.FINISHED
    return made


def nearest_is_of_the_same_class(points, labels):
    """The share of points whose nearest neighbour has their label."""
    distances = ((points[:, None] - points[None]) ** 2).sum(axis=2)
    np.fill_diagonal(distances, np.inf)
    return (labels[distances.argmin(axis=1)] == labels).mean()


def test_features_are_what_goes_into_the_output_layer(home, run, monkeypatch):
    """Recomputed by hand: the output layer's weights and a softmax give the model's own answers. Dropout is off."""
    monkeypatch.setattr(features_module, "BATCH", 7)
    trained, dataset, numbers = load_trained(run), open_dataset(home, "digits"), np.array([5, 3, 90, *range(200, 217)])
    found = features(trained, dataset, numbers)
    assert found.shape == (20, 12)
    assert found.dtype == np.float32
    weights, bias = trained.model.get_layer("output").get_weights()
    raised = np.exp(found @ weights + bias)
    answers = trained.model.predict(dataset.images[numbers], verbose=0)
    np.testing.assert_allclose(raised / raised.sum(axis=1, keepdims=True), answers, atol=1e-5)


def test_a_long_row_of_features_is_thinned_evenly(home, run, monkeypatch):
    trained, dataset, numbers = load_trained(run), open_dataset(home, "digits"), np.arange(4)
    whole = features(trained, dataset, numbers)
    monkeypatch.setattr(features_module, "MOST_FEATURES", 5)
    np.testing.assert_array_equal(features(trained, dataset, numbers), whole[:, ::3])


def test_the_map_of_a_trained_model_puts_digits_beside_their_like(home, run):
    numbers = np.arange(0, 1797, 6)
    points = model_map(run, "digits", numbers)
    assert points.shape == (300, 2)
    assert points.dtype == np.float32
    assert nearest_is_of_the_same_class(points, open_dataset(home, "digits").labels[numbers]) > 0.8, "chance is 0.1"


def test_the_same_pictures_under_another_title_will_do_and_other_pictures_will_not(home, run):
    digits = open_dataset(home, "digits")
    original = Original(shape="", dtype="uint8", range=(0, 16))
    about = About(title="Renamed", classes=tuple("abcdefghij"), source="", licence="", original=original)
    renamed = save_dataset(home, about, digits.images, digits.labels, digits.parts)
    other = save_dataset(home, about, digits.images[::2], digits.labels[::2], digits.parts[::2], "other")
    assert model_map(run, renamed.meta.id, np.arange(10)).shape == (10, 2)
    with pytest.raises(StudioError, match="has changed since"):
        model_map(run, other.meta.id, np.arange(10))
    with pytest.raises(StudioError, match="There is no data set"):
        model_map(run, "gone", np.arange(10))


def test_a_run_without_a_model_is_refused(home):
    with pytest.raises(StudioError, match="has not finished an epoch yet"):
        model_map(submit_run(home, RunSpec()), "digits", np.arange(10))


def test_two_heaps_stay_two_heaps_and_the_map_is_the_same_every_time():
    heaps = np.random.default_rng(0).normal(size=(60, 70)).astype(np.float32)
    heaps[30:] += 20
    points = lay_out(heaps)
    np.testing.assert_allclose(lay_out(heaps), points)
    assert nearest_is_of_the_same_class(points, np.arange(60) // 30) == 1


@pytest.mark.parametrize("shape", [(2, 3), (3, 1), (4, 100)])
def test_few_pictures_and_few_numbers_have_a_map_too(shape):
    points = lay_out(np.random.default_rng(0).normal(size=shape).astype(np.float32))
    assert points.shape == (shape[0], 2)
    assert np.isfinite(points).all()


@pytest.mark.parametrize("value", [0.0, np.nan])
def test_a_model_that_sees_no_difference_is_said_in_words(value):
    """A layer of ReLUs that all died gives zeros: scikit-learn would divide by their spread."""
    with pytest.raises(StudioError, match="sees no difference"):
        lay_out(np.full((10, 4), value, np.float32))
