"""The knobs of augmentation: each says how much may happen at most; every picture draws its own amount up to it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from core.i18n import N_
from core.knobs import Frozen, knob

FillMode = Literal["nearest", "constant", "reflect", "wrap"]

FILL_MODES = {
    "nearest": N_("nearest: the edge goes on"),
    "constant": N_("constant: one colour"),
    "reflect": N_("reflect: as in a mirror"),
    "wrap": N_("wrap: the other side comes in"),
}
GEOMETRY = (
    "rotation",
    "width_shift",
    "height_shift",
    "zoom",
    "shear",
    "horizontal_flip",
    "vertical_flip",
)
LIGHT = ("brightness", "contrast", "channel_shift", "noise", "cutout")
CHANGES = (*GEOMETRY, *LIGHT)  # the knobs that change a picture when they are not 0 or off


class AugmentSpec(Frozen):
    """How training pictures are varied; the defaults change nothing.

    The knobs and their distributions are those of Keras's ImageDataGenerator where it has them; contrast is Keras's
    RandomContrast, cutout the square of DeVries and Taylor (2017).
    """

    rotation: float = knob(
        0.0,
        N_("Rotation"),
        N_("Each picture is turned by an angle of its own, at most by this, either way."),
        low=0.0,
        high=180.0,
        step=1.0,
        unit=N_("degrees"),
    )
    width_shift: float = knob(
        0.0,
        N_("Width shift"),
        N_("Moved left or right by at most this part of the width."),
        low=0.0,
        high=0.5,
        step=0.01,
    )
    height_shift: float = knob(
        0.0,
        N_("Height shift"),
        N_("Moved up or down by at most this part of the height."),
        low=0.0,
        high=0.5,
        step=0.01,
    )
    zoom: float = knob(
        0.0,
        N_("Zoom"),
        N_("How much of it is shown, width and height apart: 0.2 draws a part from 0.8, larger, to 1.2, smaller."),
        low=0.0,
        high=0.8,
        step=0.01,
    )
    shear: float = knob(
        0.0,
        N_("Shear"),
        N_("Slanted by at most this angle, either way."),
        low=0.0,
        high=45.0,
        step=1.0,
        unit=N_("degrees"),
        advanced=True,
    )
    horizontal_flip: bool = knob(
        False, N_("Horizontal flip"), N_("Half of the pictures are mirrored, left and right swapped.")
    )
    vertical_flip: bool = knob(
        False, N_("Vertical flip"), N_("Half of the pictures are turned upside down, as in a lake."), advanced=True
    )
    brightness: float = knob(
        0.0,
        N_("Brightness"),
        N_("All grey levels are multiplied by one factor; 0.3 draws it from 0.7 to 1.3."),
        low=0.0,
        high=0.9,
        step=0.05,
        advanced=True,
    )
    contrast: float = knob(
        0.0,
        N_("Contrast"),
        N_("Distances from the mean grey level are multiplied by one factor; 0.3 draws it from 0.7 to 1.3."),
        low=0.0,
        high=0.9,
        step=0.05,
        advanced=True,
    )
    channel_shift: float = knob(
        0.0,
        N_("Channel shift"),
        N_("One number, at most this large, is added to all channels; the picture's own darkest and lightest stay."),
        low=0.0,
        high=100.0,
        step=1.0,
        unit=N_("grey levels of 255"),
        advanced=True,
    )
    noise: float = knob(
        0.0,
        N_("Noise"),
        N_("Grain laid over the picture, with a standard deviation of at most this part of black to white."),
        low=0.0,
        high=0.5,
        step=0.01,
        advanced=True,
    )
    cutout: float = knob(
        0.0,
        N_("Cutout"),
        N_("A square anywhere is covered with the fill colour; its side is at most this part of the picture's."),
        low=0.0,
        high=0.8,
        step=0.05,
        advanced=True,
    )
    fill_mode: FillMode = knob(
        "nearest",
        N_("Fill mode"),
        N_("What is seen where a turned or moved picture has no pixels."),
        choices=FILL_MODES,
    )
    fill_colour: str = knob(
        "#000000",
        N_("Fill colour"),
        N_("For the fill mode “constant”, and for the square of the cutout."),
        pattern=r"^#[0-9a-fA-F]{6}$",
        advanced=True,
    )
    repeats: int = knob(
        1,
        N_("Times an epoch"),
        N_("How often one epoch shows each picture, each time drawn anew. More makes epochs longer."),
        low=1,
        high=10,
        step=1,
        advanced=True,
    )

    @property
    def active(self) -> tuple[str, ...]:
        """The knobs that change pictures as they are set, in the order of `CHANGES`."""
        return tuple(name for name in CHANGES if getattr(self, name))

    @property
    def is_off(self) -> bool:
        """Whether pictures stay as they are."""
        return not self.active

    def only(self, *names: str) -> AugmentSpec:
        """These knobs as they are, the others off; fill mode and colour stay."""
        off = {name: type(self).model_fields[name].default for name in CHANGES if name not in names}
        return self.model_copy(update=off)


@dataclass(frozen=True)
class AugmentPreset:
    """Settings with a name and one sentence on when to take them."""

    title: str
    help: str
    spec: AugmentSpec


PRESETS: dict[str, AugmentPreset] = {
    "none": AugmentPreset(N_("None"), N_("The pictures as they are."), AugmentSpec()),
    "gentle": AugmentPreset(
        N_("Gentle"),
        N_("Small changes that hardly any picture minds: a good first try, for digits too."),
        AugmentSpec(rotation=10, width_shift=0.08, height_shift=0.08, zoom=0.1),
    ),
    "notebook": AugmentPreset(
        N_("Notebook"),
        N_("The animals notebook's: rotation 30°, shifts 0.2, zoom 0.2, horizontal flip, fill mode nearest."),
        AugmentSpec(rotation=30, width_shift=0.2, height_shift=0.2, zoom=0.2, horizontal_flip=True),
    ),
    "strong": AugmentPreset(
        N_("Strong"),
        N_("Much of everything that photos can bear: for few pictures and many epochs."),
        AugmentSpec(
            rotation=45,
            width_shift=0.25,
            height_shift=0.25,
            zoom=0.3,
            shear=15,
            horizontal_flip=True,
            brightness=0.3,
            contrast=0.3,
            channel_shift=20,
            noise=0.05,
            cutout=0.4,
            fill_mode="reflect",
        ),
    ),
}
