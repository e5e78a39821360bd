"""Transfer learning as a specification: a backbone that was trained on ImageNet, and a small head of one's own."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field

from core.architecture.backbones.table import BACKBONES, BackboneName
from core.i18n import N_
from core.knobs import Kinded, knob

Pooling = Literal["flatten", "average", "max"]
Preprocessing = Literal["its_own", "none"]
Augmented = Literal["views", "exact"]

IMAGENET, RANDOM = "imagenet", "random"
WEIGHTS = r"imagenet|random|[A-Za-z0-9][A-Za-z0-9._-]{0,119}\.h5"  # else the name of a file in the weights folder
NOTHING = ""  # `train_from` where the whole backbone stays as it is
MAX_HIDDEN = 4  # dense layers of a head

HiddenUnits = Annotated[int, Field(ge=1, le=4096)]


class Transfer(Kinded):
    """A backbone without its top, and a head of dense layers; the output layer follows from classes and loss.

    Attributes:
        weights: "imagenet" for any file with them that is found, "random", or the name of a file in the weights folder.
        train_from: The first layer of the backbone that is trained, one of its `steps`; "" where all of it is frozen.
        hidden: Units of the head's dense layers, each with ReLU.
    """

    kind: Literal["transfer"] = "transfer"
    backbone: BackboneName = knob(
        "vgg16",
        N_("Backbone"),
        N_("A network that has learned to see from 1.2 million photos (ImageNet). Yours begins where it ended."),
        choices={name: backbone.title for name, backbone in BACKBONES.items()},
    )
    weights: str = Field(IMAGENET, pattern=f"^({WEIGHTS})$")
    train_from: str = Field(NOTHING, max_length=80)
    pooling: Pooling = knob(
        "flatten",
        N_("Between backbone and head"),
        N_(
            "Flatten hands over every number of the last map, as the course does. "
            "Global pooling keeps one number a channel: far fewer weights to learn."
        ),
        choices={"flatten": N_("Flatten"), "average": N_("Global average"), "max": N_("Global maximum")},
    )
    hidden: tuple[HiddenUnits, ...] = Field((128, 64, 32), max_length=MAX_HIDDEN)
    dropout: float = knob(
        0.0,
        N_("Dropout"),
        N_("Share of the head's inputs switched off at random in each training step, before every dense layer."),
        low=0.0,
        high=0.9,
        step=0.05,
    )
    head_epochs: int = knob(
        0,
        N_("Head first"),
        N_(
            "So many epochs train the head alone, then the chosen layers join in at a lower rate: "
            "a head that knows nothing yet would pull good weights apart. 0: all at once. For fine-tuning."
        ),
        low=0,
        high=100,
        step=1,
        unit=N_("epochs"),
        advanced=True,
    )
    fine_tuning_rate: float = knob(
        0.1,
        N_("Rate after head first"),
        N_("What the learning rate is multiplied by once the chosen layers join in."),
        low=0.001,
        high=1.0,
        scale="log",
        advanced=True,
    )
    preprocessing: Preprocessing = knob(
        "its_own",
        N_("Pixels"),
        N_("As the backbone has learned them, or raw from 0 to 255: a mistake worth trying once."),
        choices={"its_own": N_("as it has learned them"), "none": N_("raw, 0 to 255")},
        advanced=True,
    )
    augmented: Augmented = knob(
        "views",
        N_("Varied copies"),
        N_(
            "With augmentation on. Kept: some copies of each photo go through the frozen part once, and each epoch "
            "takes one of them. Anew: every epoch draws new ones, and the frozen part works through all of them again."
        ),
        choices={"views": N_("kept"), "exact": N_("anew")},
        advanced=True,
    )
    views: int = knob(
        8,
        N_("Copies kept"),
        N_(
            "Varied copies of each photo that go through the frozen part once. More vary more and take longer at first."
        ),
        low=1,
        high=50,
        step=1,
        advanced=True,
    )

    @property
    def is_fine_tuning(self) -> bool:
        """Whether any layer of the backbone is trained."""
        return self.train_from != NOTHING
