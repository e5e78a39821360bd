"""One frozen specification of a run: data + augmentation + architecture + training. Everything else is derived from it.

Widgets, checks, the URL, the run folder, the generated code and the command line all read this file, so a slider is
one line here. No TensorFlow is needed to make, check or describe a specification.
"""

from __future__ import annotations

from typing import Annotated, Any, Literal

from pydantic import Discriminator, Field, Tag, ValidationError

from core.architecture.layers import OwnCNN
from core.architecture.presets import DEFAULT_PRESET, PRESETS
from core.architecture.transfer import Transfer
from core.augmentation.spec import AugmentSpec
from core.datasets.dataset import DATASET_ID
from core.datasets.split import Policy
from core.errors import StudioError
from core.i18n import N_, _
from core.knobs import Frozen, knob
from core.packed import packed, unpacked

ColourMode = Literal["grey", "rgb"]
Optimizer = Literal["adam", "adamw", "nadam", "rmsprop", "sgd"]
Loss = Literal["sparse_categorical_crossentropy", "categorical_crossentropy", "binary_crossentropy"]
Schedule = Literal["constant", "step", "cosine", "plateau"]


def _kind(architecture: Any) -> str:
    """Which architecture is meant; links from before there was transfer learning do not say it."""
    named = architecture.get("kind", "own") if isinstance(architecture, dict) else getattr(architecture, "kind", "")
    return str(named)


ArchitectureSpec = Annotated[
    Annotated[OwnCNN, Tag("own")] | Annotated[Transfer, Tag("transfer")],
    Discriminator(_kind, custom_error_type="kind", custom_error_message='expected the kind "own" or "transfer"'),
]

LOWEST_SHARE, HIGHEST_SHARE = 1, 90  # %, of the pictures that validation or test are taken of
OPTIMIZERS = {
    "adam": "Adam",
    "adamw": "AdamW",
    "nadam": "Nadam",
    "rmsprop": "RMSprop",
    "sgd": N_("SGD with momentum"),
}
LOSSES = {
    "sparse_categorical_crossentropy": N_("Sparse categorical cross-entropy"),
    "categorical_crossentropy": N_("Categorical cross-entropy (one-hot)"),
    "binary_crossentropy": N_("Binary cross-entropy (two classes)"),
}
SCHEDULES = {
    "constant": N_("Constant"),
    "step": N_("Step: multiplied every few epochs"),
    "cosine": N_("Cosine: down to 0 along a half wave"),
    "plateau": N_("Reduce on plateau: when validation loss stands still"),
}


class DataSpec(Frozen):
    """Which pictures, at which size, and how they are split."""

    dataset: str = Field("digits", pattern=DATASET_ID)
    image_size: int = knob(
        8, N_("Picture size"), N_("Side of the square picture that the network sees."), low=4, high=512, unit=N_("px")
    )
    colour_mode: ColourMode = knob(
        "grey",
        N_("Colour"),
        N_("Grey has one channel, colour has three: red, green and blue."),
        choices={"grey": N_("grey"), "rgb": N_("colour")},
    )
    validation_fraction: float = knob(
        0.2,
        N_("Validation share"),
        N_(
            "Part of the training pictures kept aside to check progress after each epoch. Never trained on. "
            "Used only where the set brings no validation pictures of its own."
        ),
        low=LOWEST_SHARE / 100,
        high=HIGHEST_SHARE / 100,
        step=0.01,
    )
    test_fraction: float = knob(
        0.2,
        N_("Test share"),
        N_("Part of the set kept for the final exam. Used only where the set brings no test pictures of its own."),
        low=LOWEST_SHARE / 100,
        high=HIGHEST_SHARE / 100,
        step=0.01,
    )
    split_policy: Policy = knob(
        "stratified",
        N_("Split"),
        N_(
            "Stratified: every class gives the same share to each part, drawn by lot. "
            "The last pictures: what comes last in the set, as validation_split of Keras takes it."
        ),
        choices={
            "stratified": N_("stratified (every class alike)"),
            "last": N_("last pictures, as in Keras"),
        },
        advanced=True,
    )
    split_seed: int = knob(
        0,
        N_("Split seed"),
        N_("Another number deals the pictures out differently. For the stratified split."),
        low=0,
        high=9999,
        step=1,
        advanced=True,
    )


class TrainingSpec(Frozen):
    """How the network learns."""

    epochs: int = knob(
        20,
        N_("Epochs"),
        N_("How many times every training picture is shown."),
        low=1,
        high=200,
        step=1,
        unit=N_("epochs"),
    )
    batch_size: int = knob(
        32,
        N_("Batch size"),
        N_("Pictures looked at before each small correction. Larger is faster an epoch, smaller corrects more often."),
        low=1,
        high=1024,
        scale="powers_of_two",
    )
    optimizer: Optimizer = knob(
        "adam",
        N_("Optimizer"),
        N_("The rule that turns gradients into corrections. In its plain form: new weight = weight − rate × gradient."),
        choices=OPTIMIZERS,
    )
    learning_rate: float = knob(
        1e-3,
        N_("Learning rate"),
        N_("Size of each correction. Too high: the loss jumps or explodes. Too low: nothing moves."),
        low=1e-6,
        high=1.0,
        scale="log",
    )
    momentum: float = knob(
        0.9,
        N_("Momentum"),
        N_("Share of the last correction that is kept, as a rolling ball keeps its speed. For SGD and RMSprop."),
        low=0.0,
        high=0.99,
        step=0.01,
        advanced=True,
    )
    weight_decay: float = knob(
        4e-3,
        N_("Weight decay"),
        N_("Pulls every weight a little towards 0 at each step. For AdamW."),
        low=0.0,
        high=0.1,
        step=1e-3,
        advanced=True,
    )
    loss: Loss = knob(
        "sparse_categorical_crossentropy",
        N_("Loss"),
        N_(
            "What training makes small. Sparse takes the class number; categorical the same as a one-hot row; "
            "binary gives one number between 0 and 1 for two classes."
        ),
        choices=LOSSES,
        advanced=True,
    )
    schedule: Schedule = knob(
        "constant",
        N_("Learning rate schedule"),
        N_("How the learning rate changes while training goes on."),
        choices=SCHEDULES,
        advanced=True,
    )
    schedule_epochs: int = knob(
        5,
        N_("Schedule patience"),
        N_("Step: epochs between two reductions. Plateau: epochs without progress before one."),
        low=1,
        high=50,
        step=1,
        unit=N_("epochs"),
        advanced=True,
    )
    schedule_factor: float = knob(
        0.5,
        N_("Schedule factor"),
        N_("Step and plateau multiply the learning rate by this number."),
        low=0.05,
        high=0.95,
        step=0.05,
        advanced=True,
    )
    early_stopping: int = knob(
        0,
        N_("Early stopping"),
        N_("Stop after this many epochs without a better validation loss and keep the best weights. 0: off."),
        low=0,
        high=50,
        step=1,
        unit=N_("epochs"),
        advanced=True,
    )
    seed: int = knob(
        0,
        N_("Seed"),
        N_("Fixes the first weights and the order of the pictures, so that a run can be repeated."),
        low=0,
        high=9999,
        step=1,
        advanced=True,
    )


class RunSpec(Frozen):
    """Everything that decides how a run comes out."""

    version: Literal[1] = 1
    data: DataSpec = DataSpec()
    augmentation: AugmentSpec = AugmentSpec()
    architecture: ArchitectureSpec = PRESETS[DEFAULT_PRESET].architecture
    training: TrainingSpec = TrainingSpec()

    @property
    def input_shape(self) -> tuple[int, int, int]:
        """(height, width, channels) of one picture."""
        size = self.data.image_size
        return size, size, 1 if self.data.colour_mode == "grey" else 3


MAX_QUERY = 8_000  # characters; browsers and proxies cut longer addresses


def to_query(spec: RunSpec) -> str:
    """Write what differs from the defaults as a short text for a URL; empty for the defaults."""
    different = spec.model_dump(mode="json", exclude_defaults=True)
    return packed(different) if different else ""


def from_query(text: str) -> RunSpec:
    """Read what `to_query` wrote.

    Raises:
        StudioError: If the text was cut, changed or made for another version.
    """
    try:
        return RunSpec.model_validate(unpacked(text, MAX_QUERY))
    except ValueError as error:  # pydantic's is one too
        raise StudioError(
            _("The settings in this link cannot be read. Ask for the link again; the defaults are used for now.")
        ) from error


def describe_invalid(error: ValidationError) -> str:
    """Say in one line a field what a specification expected and what came."""
    lines = [f"{'.'.join(str(part) for part in item['loc'])}: {item['msg']}" for item in error.errors()]
    return "\n".join(lines)
