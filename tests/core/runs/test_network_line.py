"""A network in one line of a list."""

import pytest

from core.runs.network_words import network_line
from core.runs.summary import RunSummary


@pytest.mark.parametrize(
    ("network", "detail", "line"),
    [
        ("small", "7", "Small CNN"),
        ("own", "1", "own CNN · 1 layer"),
        ("own", "3", "own CNN · 3 layers"),
        ("vgg16", "", "VGG16 · head only"),
        ("vgg16", "block5_conv1", "VGG16 · from block5_conv1"),
        ("", "", ""),
    ],
)
def test_a_network_has_its_name_and_what_matters(network, detail, line):
    assert network_line(RunSummary(id="r", name="Run", network=network, detail=detail)) == line
