from core.architecture.transfer import Transfer
from core.phases import Phase, phases
from core.spec import RunSpec, TrainingSpec


def test_phases_of_an_own_cnn_and_of_a_frozen_backbone_are_one():
    training = TrainingSpec(epochs=7)
    assert phases(RunSpec(training=training)) == (Phase(0, 7),)
    assert phases(RunSpec(training=training, architecture=Transfer(head_epochs=3))) == (Phase(0, 7),)


def test_the_head_learns_first_where_that_is_asked_for():
    fine = Transfer(train_from="block5_conv3", head_epochs=3, fine_tuning_rate=0.01)
    both = phases(RunSpec(training=TrainingSpec(epochs=7), architecture=fine))
    assert both == (Phase(0, 3), Phase(3, 7, "block5_conv3", 0.01))
    assert phases(RunSpec(training=TrainingSpec(epochs=2), architecture=fine)) == (Phase(0, 2),)
    at_once = fine.model_copy(update={"head_epochs": 0})
    assert phases(RunSpec(training=TrainingSpec(epochs=7), architecture=at_once)) == (Phase(0, 7, "block5_conv3", 1),)
