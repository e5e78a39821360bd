from __future__ import annotations

import pytest

from core.architecture.presets import DEFAULT_PRESET, PRESETS
from core.architecture.shapes import describe_stack
from core.spec import RunSpec


@pytest.mark.parametrize(
    ("preset", "input_shape", "classes", "parameters"),
    [("mnist", (28, 28, 1), 10, 50_186), ("animals", (224, 224, 3), 3, 2_283_779), ("lenet5", (28, 28, 1), 10, 61_706)],
)
def test_parameters_are_those_of_the_source(
    preset: str, input_shape: tuple[int, int, int], classes: int, parameters: int
) -> None:
    facts = describe_stack(PRESETS[preset].architecture, input_shape, classes)
    assert facts.problem is None
    assert facts.parameters == parameters


def test_the_default_preset_fits_the_default_pictures() -> None:
    spec = RunSpec()
    assert spec.architecture == PRESETS[DEFAULT_PRESET].architecture
    assert describe_stack(spec.architecture, spec.input_shape, 10).problem is None
