"""Augmentation at work: what a network that has only seen upright shapes makes of turned ones, without and with it."""

import pytest

from core.augmentation.proof import PROOF
from core.learning.fit import train_run
from core.runs.folder import State
from core.runs.submit import submit_run


@pytest.fixture
def trained(home):
    """How both runs of the proof end."""
    return {side: train_run(submit_run(home, spec)) for side, spec in PROOF.items()}


def test_upright_shapes_alone_leave_a_gap_and_turned_copies_close_most_of_it(trained):
    """Validation pictures are upright, test pictures turned. Guessing one of four classes gives 0.25."""
    without, turned = trained["without"], trained["with"]
    assert {without.state, turned.state} == {State.FINISHED}
    gap = without.val_accuracy - without.test_accuracy
    assert without.val_accuracy > 0.9, "it has learnt the upright shapes"
    assert gap >= 0.15
    assert turned.test_accuracy - without.test_accuracy >= 0.6 * gap
