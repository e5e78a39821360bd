import pytest


@pytest.fixture(scope="session", autouse=True)
def deterministic():
    """As the worker does before it trains."""
    import tensorflow as tf

    tf.config.experimental.enable_op_determinism()
