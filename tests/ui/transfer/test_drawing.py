"""What the drawing of a transfer network shows, and which clicks on it count."""

from __future__ import annotations

import pytest

from core.architecture.backbones.graph import steps_of
from core.architecture.backbones.table import BACKBONES, BackboneName
from core.architecture.describe import TransferFacts, describe_transfer
from core.architecture.transfer import Transfer
from ui.transfer.drawing import HEAD, cell_groups, chosen_begin, map_words


def facts_of(architecture: Transfer, size: int = 224) -> TransferFacts:
    return describe_transfer(architecture, (size, size, 3), 3, "sparse_categorical_crossentropy")


def test_vgg16_is_five_stages_and_a_head() -> None:
    architecture = Transfer(train_from="block5_conv3", dropout=0.5)
    groups = cell_groups(architecture, facts_of(architecture))
    sizes = ["224×224", "112×112", "56×56", "28×28", "14×14"]
    assert [group.label for group in groups] == [*sizes, "head and output"]
    assert [len(group.cells) for group in groups] == [2, 2, 3, 3, 3, 8]
    *frozen, begin = [cell for group in groups[:5] for cell in group.cells]
    assert {cell.state for cell in frozen} == {"frozen"}
    assert (begin.id, begin.state, begin.is_begin, begin.height, begin.width) == (
        "block5_conv3",
        "trained",
        True,
        0.25,
        1.0,
    )
    assert begin.detail[:3] == ("14×14×512, then pooled to 7×7", "2,359,808 parameters", "trained")
    assert [(cell.title, cell.text, cell.state) for cell in groups[5].cells[:3]] == [
        ("Flatten", "", "fixed"),
        ("Dropout", "", "fixed"),
        ("Dense", "128", "trained"),
    ]
    assert groups[5].cells[-1].text == "3"
    assert groups[5].cells[-1].height == pytest.approx(0.5 * (3 / 128) ** 0.5)


def test_with_the_backbone_frozen_training_begins_with_the_head() -> None:
    groups = cell_groups(Transfer(pooling="max"), facts_of(Transfer(pooling="max")))
    begins = [cell for group in groups for cell in group.cells if cell.is_begin]
    assert [(cell.id, cell.title) for cell in begins] == [(HEAD, "GlobalMaxPool2D")]


@pytest.mark.parametrize("name", BACKBONES)
@pytest.mark.parametrize("size", [0, 224])
def test_every_backbone_can_be_drawn_at_every_size(name: BackboneName, size: int) -> None:
    architecture = Transfer(backbone=name, hidden=())
    groups = cell_groups(architecture, facts_of(architecture, size or BACKBONES[name].smallest))
    cells = [cell for group in groups for cell in group.cells]
    assert all(0 <= share <= 1 for cell in cells for share in (cell.height, cell.width))
    steps = [cell.id for cell in cells if cell.id != HEAD]
    assert len(set(steps)) == len(steps)


@pytest.mark.parametrize("name", ["resnet50_v2", "densenet121", "mobilenet_v3_small"])
def test_a_stage_is_named_by_what_its_convolutions_make(name: BackboneName) -> None:
    """Their first step ends with a pool or a border: 56 or 113, where the convolution makes 112."""
    architecture = Transfer(backbone=name)
    labels = [group.label for group in cell_groups(architecture, facts_of(architecture))]
    assert labels[:5] == ["112×112", "56×56", "28×28", "14×14", "7×7"]


@pytest.mark.parametrize(
    ("name", "size", "place", "words"),
    [
        ("vgg16", 128, 0, "128×128×64"),
        ("vgg16", 128, 1, "128×128×64, then pooled to 64×64"),
        ("resnet50_v2", 224, 0, "112×112×64, then pooled to 56×56"),
        ("densenet121", 32, -1, "1×1×1024"),
        ("mobilenet_v2", 32, -1, "1×1×1280"),
    ],
)
def test_a_step_says_what_it_makes_and_what_a_pool_leaves_of_it(
    name: BackboneName, size: int, place: int, words: str
) -> None:
    """Of VGG16's last layer in a block, the tooltip gave the map behind the pool alone."""
    assert map_words(name, steps_of(name, size)[place]) == words


@pytest.mark.parametrize(
    ("clicked", "begin"),
    [
        ("block4_conv1", "block4_conv1"),
        ("block5_conv3", ""),
        (HEAD, ""),
        ("block9_conv9", None),
        ("", None),
        (7, None),
        (None, None),
        (["block4_conv1"], None),
    ],
)
def test_a_click_comes_from_a_browser(clicked: object, begin: str | None) -> None:
    architecture = Transfer(train_from="block5_conv3")
    assert chosen_begin(clicked, architecture, facts_of(architecture)) == begin
