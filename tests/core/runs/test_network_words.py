import pytest

from core.architecture.layers import Flatten, OwnCNN
from core.architecture.transfer import Transfer
from core.augmentation.spec import PRESETS
from core.runs.network_words import network_name, network_rows
from core.spec import RunSpec


def test_names():
    assert network_name(RunSpec().architecture) == "Small CNN"
    assert network_name(OwnCNN(layers=(Flatten(),))) == "own CNN"
    assert network_name(Transfer(backbone="resnet50_v2")) == "ResNet50V2"


@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        ({}, {"Weights": "ImageNet", "Train from": "head only", "Head": "Flatten · 128 · 64 · 32"}),
        ({"weights": "random"}, {"Weights": "random"}),
        ({"weights": "mine.h5"}, {"Weights": "mine.h5"}),
        ({"pooling": "average", "hidden": (), "dropout": 0.3}, {"Head": "Global average · dropout 30 %"}),
        ({"head_epochs": 5, "train_from": "block5_conv3"}, {"Head first": "5 epochs, then rate × 0.1"}),
        ({"preprocessing": "none"}, {"Pixels": "raw, 0 to 255"}),
    ],
)
def test_a_transfer_network_tells_what_differs(changes, expected):
    rows = dict(network_rows(RunSpec(architecture=Transfer(**changes))))
    assert rows["Network"] == "VGG16"
    assert expected.items() <= rows.items()
    assert ("Head first" in rows) == ("head_epochs" in changes)
    assert ("Pixels" in rows) == ("preprocessing" in changes)
    assert "Varied copies" not in rows


def test_with_augmentation_it_tells_how_copies_are_made():
    varied = PRESETS["notebook"].spec
    for augmented, said in (("views", "4 kept"), ("exact", "anew each epoch")):
        spec = RunSpec(architecture=Transfer(views=4, augmented=augmented), augmentation=varied)
        assert dict(network_rows(spec))["Varied copies"] == said
