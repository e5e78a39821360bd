import pytest

from core.learning.pace import best_epoch, learning_rate, should_stop_early
from core.spec import TrainingSpec


def rates(losses, **settings):
    training = TrainingSpec(learning_rate=0.1, **settings)
    return [learning_rate(training, epoch, losses[:epoch]) for epoch in range(len(losses) + 1)]


def test_constant():
    assert rates([1, 1, 1], schedule="constant") == [0.1] * 4


def test_step_multiplies_every_few_epochs():
    assert rates([1] * 4, schedule="step", schedule_epochs=2, schedule_factor=0.5) == pytest.approx(
        [0.1, 0.1, 0.05, 0.05, 0.025]
    )


def test_cosine_goes_from_full_to_nothing():
    assert rates([1] * 4, schedule="cosine", epochs=4) == pytest.approx(
        [0.1, 0.0853553, 0.05, 0.0146447, 0.0], abs=1e-6
    )


def test_plateau_equals_keras(monkeypatch):
    """ReduceLROnPlateau is the reference; ours is a function of the past, so that a resume needs no state."""
    import keras

    losses = [1.0, 0.9, 0.9, 0.95, 0.8, 0.80005, 0.81, 0.79995, 0.5, 0.6, 0.6, 0.6, 0.6]
    model = keras.Sequential([keras.Input((1,)), keras.layers.Dense(1)])
    model.compile(keras.optimizers.SGD(0.1), "mse")
    callback = keras.callbacks.ReduceLROnPlateau(patience=2, factor=0.5)
    callback.set_model(model)
    callback.on_train_begin()
    expected = [0.1]
    for epoch, loss in enumerate(losses):
        callback.on_epoch_end(epoch, {"val_loss": loss})
        expected.append(float(model.optimizer.learning_rate))
    assert rates(losses, schedule="plateau", schedule_epochs=2, schedule_factor=0.5) == pytest.approx(expected)


def test_early_stopping_counts_from_the_best_epoch():
    training = TrainingSpec(early_stopping=2)
    assert not should_stop_early(training, [1.0, 0.5, 0.6])
    assert should_stop_early(training, [1.0, 0.5, 0.6, 0.5])
    assert not should_stop_early(TrainingSpec(early_stopping=0), [1.0] * 9)
    assert best_epoch([1.0, 0.5, 0.6, 0.5]) == 1
