"""Pinned pictures: what is kept of them is the whole network's own answer, and watching changes no training."""

import errno

import keras
import numpy as np
import pytest

from core.architecture.layers import Conv2D, Dense, Flatten, OwnCNN
from core.architecture.transfer import Transfer
from core.learning import pins
from core.learning.explain.grad_cam import CamProbe
from core.learning.fit import train_run
from core.learning.network import build_network
from core.learning.pins import MOST_SIDE, Watch, small
from core.learning.predict import load_trained, probabilities_of
from core.pins import START, last_pins, read_pins, write_pins
from core.runs.folder import Request, State
from core.runs.history import history_of
from core.runs.submit import submit_run
from core.spec import DataSpec, RunSpec, TrainingSpec
from tests.core.learning.test_fit import STACK, ask_at_poll, assert_same_weights, spec

PINNED = (3, 700, 12)
EPOCHS = (START, 0, 1, 2)
PHOTO = DataSpec(image_size=32, colour_mode="rgb")


def trained(home, pinned=PINNED, architecture=STACK, **training):
    made = spec(**training).model_copy(update={"architecture": architecture})
    run = submit_run(home, made, pinned=pinned)
    assert train_run(run).state == State.FINISHED
    return run


def film_of(run):
    film = read_pins(run)
    assert film
    return film


def answers_of(watched):
    """Of a watch, or of a probe and its pictures."""
    return watched.answers() if isinstance(watched, Watch) else watched[0].answers(watched[1])


def notes(run):
    return [message for _epoch, message in history_of(run.events).notes]


@pytest.mark.parametrize(
    ("architecture", "train_from"),
    [
        (STACK, ""),
        (Transfer(weights="random"), ""),
        (Transfer(weights="random", pooling="max"), ""),
        (Transfer(weights="random", train_from="block5_conv3"), "block5_conv3"),
        (Transfer(weights="random", train_from="block4_conv1"), "block4_conv1"),
        (Transfer(weights="random", train_from="block1_conv1"), "block1_conv1"),
    ],
    ids=["own", "features", "max", "block5", "block4", "whole"],
)
def test_the_answers_are_those_of_the_whole_network_also_after_it_has_learnt(architecture, train_from):
    network = build_network(RunSpec(data=PHOTO, architecture=architecture), 3)
    pictures = np.random.default_rng(0).integers(0, 256, (4, 32, 32, 3), np.uint8)
    watch, cut = Watch(network, train_from, pictures), network.cut(train_from)
    for _time in range(2):
        probabilities, heats = answers_of(watch)
        whole = answers_of((CamProbe(network.whole), pictures))
        np.testing.assert_allclose(probabilities, whole[0], atol=1e-4)
        np.testing.assert_allclose(heats, whole[1], atol=1e-4)
        assert heats.max() == 1
        cut.trained.compile(keras.optimizers.SGD(0.05), "sparse_categorical_crossentropy")
        given = cut.frozen(pictures.astype(np.float32)) if cut.frozen else pictures.astype(np.float32)
        cut.trained.fit(given, np.arange(4) % 3, epochs=2, verbose=0)
        assert np.abs(answers_of(watch)[0] - probabilities).max() > 1e-3, "it learns, and the answers follow"


@pytest.mark.parametrize("train_from", ["", "block5_conv3"])
def test_the_frozen_part_is_gone_through_once(monkeypatch, train_from):
    network = build_network(RunSpec(data=PHOTO, architecture=Transfer(weights="random", train_from=train_from)), 3)
    watch = Watch(network, train_from, np.zeros((2, 32, 32, 3), np.uint8))
    first = network.whole.get_layer("block1_conv1")
    monkeypatch.setattr(first, "call", lambda *_arguments, **_more: pytest.fail("asked again"))
    probabilities, heats = answers_of(watch)
    assert (probabilities.shape, heats.shape) == ((2, 3), (2, 2, 2))


def test_a_run_keeps_each_epoch_and_the_beginning(home):
    run = trained(home)
    film = film_of(run)
    assert (film.numbers, film.epochs) == (PINNED, EPOCHS)
    labels, pictures = labels_and_pictures(home, PINNED)
    assert film.labels == tuple(labels)
    assert film.heats.shape == (4, 3, 8, 8), "the convolution comes before the pooling"
    model = load_trained(run).model
    np.testing.assert_allclose(film.probabilities[-1], probabilities_of(model, pictures), atol=1e-4)
    heats = answers_of((CamProbe(model), pictures))[1]
    np.testing.assert_allclose(film.heats[-1] / 255, heats, atol=0.51 / 255)
    assert film.probabilities[0].max() < film.probabilities[-1].max()


def labels_and_pictures(home, numbers):
    from core.datasets.store import open_dataset

    digits = open_dataset(home, "digits")
    return digits.labels[list(numbers)].tolist(), digits.images[list(numbers)]


def test_watching_changes_no_weight_and_no_loss(home):
    watched, plain = trained(home), trained(home, pinned=())
    assert_same_weights(watched, plain)
    assert [(r.loss, r.val_loss) for r in history_of(watched.events).records] == [
        (r.loss, r.val_loss) for r in history_of(plain.events).records
    ]
    assert read_pins(plain) is None
    assert not plain.pins.exists()


def test_a_paused_run_goes_on_watching_and_keeps_what_one_that_never_stopped_keeps(home, monkeypatch):
    whole = film_of(trained(home))
    run = submit_run(home, spec(), pinned=PINNED)
    with monkeypatch.context() as patch:
        ask_at_poll(patch, 14, Request.PAUSE)
        assert train_run(run).state == State.PAUSED
    assert 0 < len(film_of(run).epochs) < 4
    assert train_run(run).state == State.FINISHED
    film = film_of(run)
    assert film.epochs == EPOCHS
    np.testing.assert_array_equal(film.probabilities, whole.probabilities)
    np.testing.assert_array_equal(film.heats, whole.heats)


def test_numbers_that_are_no_pictures_are_left_out(home):
    run = trained(home, pinned=(-1, 5, 10**9), epochs=1)
    assert film_of(run).numbers == (5,)
    assert not notes(run)
    assert read_pins(trained(home, pinned=(10**9,), epochs=1)) is None


def test_dense_layers_alone_have_probabilities_and_no_heat(home):
    film = film_of(trained(home, architecture=OwnCNN(layers=(Flatten(), Dense(units=8))), epochs=1))
    assert film.heats is None
    np.testing.assert_allclose(film.probabilities.sum(axis=2), 1, atol=1e-5)


def test_two_classes_with_one_output_have_two_probabilities():
    data, training = DataSpec(image_size=8), TrainingSpec(loss="binary_crossentropy")
    for layers in ((Conv2D(filters=2), Flatten()), (Flatten(),)):
        network = build_network(RunSpec(data=data, architecture=OwnCNN(layers=layers), training=training), 2)
        probabilities, _heats = Watch(network, "", np.zeros((3, 8, 8, 1), np.uint8)).answers()
        np.testing.assert_allclose(probabilities, 0.5, atol=1e-6)
        assert probabilities.shape == (3, 2)


def test_the_training_goes_on_where_nothing_can_be_kept(home, monkeypatch):
    def full(run, epoch, frame):
        if epoch == 1:
            raise OSError(errno.ENOSPC, "No space left on device")
        write_pins(run, epoch, frame)

    monkeypatch.setattr(pins, "write_pins", full)
    run = trained(home)
    assert film_of(run).epochs == (START, 0)
    assert notes(run) == [pins.LEFT_OUT]


def test_head_first_watches_both_phases(home):
    architecture = Transfer(weights="random", train_from="block5_conv3", hidden=(8,), head_epochs=1)
    training = TrainingSpec(epochs=2, batch_size=512, learning_rate=1e-3)
    data = DataSpec(image_size=32, colour_mode="rgb")
    run = submit_run(home, RunSpec(data=data, architecture=architecture, training=training), pinned=(1, 2))
    assert train_run(run).state == State.FINISHED
    last = last_pins(run)
    assert last
    assert last.epochs == (1,)
    assert film_of(run).epochs == (START, 0, 1)


def test_a_large_heat_is_made_small_by_means() -> None:
    heat = np.zeros((2 * MOST_SIDE, 2 * MOST_SIDE), np.float32)
    heat[:2, :2], heat[-1, -1] = 1, np.nan
    kept = small(heat)
    assert kept.shape == (MOST_SIDE, MOST_SIDE)
    assert kept[0, 0] == 255
    assert kept.sum() == 255
    np.testing.assert_array_equal(small(np.array([[0.5, 1]], np.float32)), [[128, 255]])
