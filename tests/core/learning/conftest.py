import pytest


@pytest.fixture(autouse=True)
def deterministic():
    """As the worker does before it trains."""
    import keras
    import tensorflow as tf

    tf.config.experimental.enable_op_determinism()
    keras.utils.set_random_seed(0)
