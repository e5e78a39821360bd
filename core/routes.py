"""The four routes of the course's animals notebook on any photos, with one split and seed, and its two mistakes."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from itertools import product
from typing import Literal

from core.architecture.describe import describe, describe_transfer, is_exact
from core.architecture.layers import OwnCNN
from core.architecture.presets import PRESETS as STACKS
from core.architecture.transfer import Transfer
from core.augmentation.spec import PRESETS as AUGMENTATIONS
from core.augmentation.spec import AugmentSpec
from core.datasets.dataset import Dataset
from core.errors import DataError
from core.runs.folder import RunFolder
from core.runs.newest import recent_specs
from core.runs.submit import split_of
from core.spec import ArchitectureSpec, DataSpec, RunSpec, TrainingSpec

Route = Literal["own", "features", "fine_tuned", "augmented"]
Mistake = Literal["everything_trainable", "raw_pixels"]

FIRST_LAYER, LAST_LAYER = "block1_conv1", "block5_conv3"  # of VGG16's thirteen convolutions
LAST_FIFTH = 0.2
HEAD_EPOCHS = 5


@dataclass(frozen=True)
class Choices:
    """What is left to choose; the rest is as in the notebook.

    Attributes:
        image_size: In px; VGG16 takes 32 and more.
        last_fifth: Whether the last fifth is kept for validation, in place of the split of the data specification.
        head_first: Whether fine-tuning begins with the head alone: all at once, as in the notebook, it is no better
            than features on few photos (test accuracy 0.90 and 0.91 on animals3 at 128 px; with the head first 0.92).
        dropout: In the heads of VGG16; 0.3 gave 0.93 there, features and fine-tuned, medians of ten splits.
    """

    image_size: int = 128
    epochs: int = 20
    batch_size: int = 32
    last_fifth: bool = False
    head_first: bool = True
    dropout: float = 0.3

    @property
    def head_epochs(self) -> int:
        """Epochs that train the head alone in the fine-tuned routes."""
        return min(HEAD_EPOCHS, self.epochs // 2) if self.head_first else 0


NOTEBOOK = Choices(image_size=224, epochs=50, batch_size=128, last_fifth=True, head_first=False, dropout=0.0)


# Test accuracy, 0 to 1. Source: the course's animals notebook: hedgehog, hamster and poodle, 960 photos for training
# and 240 for the test. Its route "features" is both mistakes at once: all of VGG16 is trainable, and no route prepares
# its pixels.
PUBLISHED: dict[Route, float] = {"own": 0.50, "features": 0.54, "fine_tuned": 0.85, "augmented": 0.88}


@dataclass(frozen=True)
class Cost:
    """Multiplications, each with its addition, that one training photo takes on its way through the network.

    Learning from it, which goes back through what is trained, takes about twice as many again.

    Attributes:
        once: For the frozen part, whose output is kept.
        each_epoch: For the rest.
    """

    once: int
    each_epoch: int


def route_specs(data: DataSpec, choices: Choices) -> dict[Route, RunSpec]:
    """The four routes in the notebook's order, on the pictures and with the split of `data`."""
    features = Transfer(dropout=choices.dropout)
    fine_tuned = features.model_copy(update={"train_from": LAST_LAYER, "head_epochs": choices.head_epochs})
    return {
        "own": _spec(data, choices, STACKS["animals"].architecture),
        "features": _spec(data, choices, features),
        "fine_tuned": _spec(data, choices, fine_tuned),
        "augmented": _spec(data, choices, fine_tuned, AUGMENTATIONS["notebook"].spec),
    }


def mistake_specs(data: DataSpec, choices: Choices) -> dict[Mistake, RunSpec]:
    """The notebook's two mistakes; each differs in one thing from the route "features"."""
    return {
        "everything_trainable": _spec(data, choices, Transfer(dropout=choices.dropout, train_from=FIRST_LAYER)),
        "raw_pixels": _spec(data, choices, Transfer(dropout=choices.dropout, preprocessing="none")),
    }


def notebook_choices(dataset: Dataset, data: DataSpec) -> Choices:
    """The notebook's own choices; where the last fifth of the set lacks a class, the split of `data` stays."""
    try:
        split_of(dataset, _data(data, NOTEBOOK))
    except DataError:
        return replace(NOTEBOOK, last_fifth=False)
    return NOTEBOOK


def latest_choices(runs: Iterable[RunFolder], data: DataSpec) -> Choices | None:
    """The choices of the last race on the pictures and with the split of `data`; None where there was none.

    The own CNN is asked last: it is the same whatever was chosen for the heads of VGG16.
    """
    recent = [spec for _run, spec in recent_specs(runs) if spec.data.dataset == data.dataset]
    ways: tuple[tuple[Route, ...], ...] = (("features", "fine_tuned", "augmented"), ("own",))
    found = (_choices_of(spec, data, routes) for routes in ways for spec in recent)
    return next((choices for choices in found if choices), None)


def cost_of(spec: RunSpec, classes: int) -> Cost:
    """What one training photo costs in a network that can be built."""
    whole = describe(spec, classes).multiply_adds
    if isinstance(spec.architecture, OwnCNN) or is_exact(spec):
        return Cost(0, whole)
    facts = describe_transfer(spec.architecture, spec.input_shape, classes, spec.training.loss)
    copies = 1 if spec.augmentation.is_off else spec.architecture.views
    return Cost(copies * facts.frozen_multiply_adds, facts.trained.multiply_adds)


def _choices_of(spec: RunSpec, data: DataSpec, routes: tuple[Route, ...]) -> Choices | None:
    """The choices under which `spec` is one of `routes`; None where there are none."""
    asked = spec.data.image_size, spec.training.epochs, spec.training.batch_size
    for last_fifth, usual in product((False, True), (Choices(), NOTEBOOK)):
        choices = Choices(*asked, last_fifth, usual.head_first, usual.dropout)
        made = route_specs(data, choices)
        if any(made[route] == spec for route in routes):
            return choices
    return None


def _spec(
    data: DataSpec, choices: Choices, architecture: ArchitectureSpec, augmentation: AugmentSpec | None = None
) -> RunSpec:
    return RunSpec(
        data=_data(data, choices),
        augmentation=augmentation or AugmentSpec(),
        architecture=architecture,
        training=TrainingSpec(epochs=choices.epochs, batch_size=choices.batch_size),
    )


def _data(data: DataSpec, choices: Choices) -> DataSpec:
    changes: dict[str, object] = {"image_size": choices.image_size, "colour_mode": "rgb"}
    if choices.last_fifth:
        changes |= {"split_policy": "last", "validation_fraction": LAST_FIFTH}
    return data.model_copy(update=changes)
