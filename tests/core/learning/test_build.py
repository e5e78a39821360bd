from __future__ import annotations

import numpy as np
import pytest

from core.architecture.layers import Conv2D, Dense, Dropout, Flatten, OwnCNN
from core.errors import ArchitectureError
from core.learning.build import build_model, compile_model
from core.spec import DataSpec, Loss, RunSpec, TrainingSpec

STACK = OwnCNN(layers=(Conv2D(filters=2), Flatten(), Dropout(), Dropout(), Dense(units=4)))


def spec_of(loss: Loss = "sparse_categorical_crossentropy", seed: int = 0) -> RunSpec:
    return RunSpec(
        data=DataSpec(image_size=4), architecture=STACK, training=TrainingSpec(loss=loss, seed=seed, learning_rate=0.01)
    )


def test_layers_are_named_after_kind_and_place() -> None:
    names = [layer.name for layer in build_model(spec_of(), 3).layers]
    assert names == ["rescaling", "conv2d_1", "flatten_2", "dropout_3", "dropout_4", "dense_5", "output"]


def test_pixels_are_scaled_inside_the_model() -> None:
    rescaling = build_model(spec_of(), 3).layers[0]
    assert rescaling(np.array([[[[0.0], [51.0], [255.0]]]])).numpy().ravel() == pytest.approx([0, 0.2, 1])


def test_a_seed_gives_the_same_first_weights_and_another_seed_others() -> None:
    first, again, other = (build_model(spec_of(seed=seed), 3).get_weights() for seed in (0, 0, 1))
    assert all(np.array_equal(a, b) for a, b in zip(first, again, strict=True))
    assert not np.array_equal(first[0], other[0])


def test_two_dropouts_switch_off_different_inputs() -> None:
    model = build_model(spec_of(), 3)
    ones = np.ones((1, 100), "float32")
    first, second = (model.get_layer(name)(ones, training=True).numpy() for name in ("dropout_3", "dropout_4"))
    assert not np.array_equal(first, second)


def test_a_stack_that_does_not_fit_is_refused_in_plain_words() -> None:
    spec = RunSpec(architecture=OwnCNN(layers=(Dense(),)))
    with pytest.raises(ArchitectureError, match="Dense needs a row of numbers"):
        build_model(spec, 3)


@pytest.mark.parametrize(
    ("loss", "labels"),
    [
        ("sparse_categorical_crossentropy", np.array([0, 1, 1, 0])),
        ("categorical_crossentropy", np.eye(2)[[0, 1, 1, 0]]),
        ("binary_crossentropy", np.array([0, 1, 1, 0])),
    ],
)
def test_accuracy_is_the_share_of_right_answers(loss: Loss, labels: np.ndarray) -> None:
    spec = spec_of(loss)
    model = build_model(spec, 2)
    compile_model(model, spec)
    images = np.random.default_rng(0).integers(0, 256, (4, 4, 4, 1)).astype("float32")
    history = model.fit(images, labels, batch_size=3, validation_data=(images, labels), verbose=0).history
    assert set(history) == {"loss", "accuracy", "val_loss", "val_accuracy"}
    answers = model.predict(images, verbose=0)
    right = (answers.argmax(axis=1) if answers.shape[1] == 2 else answers[:, 0] > 0.5) == [0, 1, 1, 0]
    assert history["val_accuracy"] == [pytest.approx(right.mean())]


def test_not_compiled_by_xla() -> None:
    model = build_model(spec_of(), 3)
    compile_model(model, spec_of())
    assert model.jit_compile is False
