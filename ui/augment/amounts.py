"""What was done to one picture, in words: "turned by 171° clockwise"."""

from __future__ import annotations

from collections.abc import Callable, Collection

from core.augmentation.draws import Draws
from core.i18n import _


def amounts(draws: Draws, knobs: Collection[str]) -> str:
    """What `knobs` did to the one picture that `draws` is for, in the order in which it is done.

    Empty where nothing was done that can be said in whole degrees or percent, as for a picture not mirrored.
    """
    return ", ".join(filter(None, (words(draws) for knob, words in WORDS.items() if knob in knobs)))


def _rotation(draws: Draws) -> str:
    text = _("turned by {angle}° anticlockwise") if draws.rotation[0] > 0 else _("turned by {angle}° clockwise")
    return _unless_none(text, angle=abs(round(draws.rotation[0])))


def _width_shift(draws: Draws) -> str:
    text = _("moved {percent} % to the left") if draws.shift_x[0] > 0 else _("moved {percent} % to the right")
    return _unless_none(text, percent=_hundredths(abs(draws.shift_x[0])))


def _height_shift(draws: Draws) -> str:
    text = _("moved {percent} % up") if draws.shift_y[0] > 0 else _("moved {percent} % down")
    return _unless_none(text, percent=_hundredths(abs(draws.shift_y[0])))


def _zoom(draws: Draws) -> str:
    width, height = _hundredths(1 / draws.zoom_x[0]), _hundredths(1 / draws.zoom_y[0])
    if width == height == 100:
        return ""
    return _("scaled to {width} % of its width and {height} % of its height").format(width=width, height=height)


def _shear(draws: Draws) -> str:
    text = _("slanted by {angle}° to the left") if draws.shear[0] > 0 else _("slanted by {angle}° to the right")
    return _unless_none(text, angle=abs(round(draws.shear[0])))


def _horizontal_flip(draws: Draws) -> str:
    return _("mirrored, left and right swapped") if draws.flip_horizontal[0] else ""


def _vertical_flip(draws: Draws) -> str:
    return _("mirrored, top and bottom swapped") if draws.flip_vertical[0] else ""


def _channel_shift(draws: Draws) -> str:
    text = _("{levels} grey levels lighter") if draws.channel_shift[0] > 0 else _("{levels} grey levels darker")
    return _unless_none(text, levels=abs(round(draws.channel_shift[0])))


def _contrast(draws: Draws) -> str:
    return _("with {factor} times the contrast").format(factor=f"{draws.contrast[0]:.2f}")


def _brightness(draws: Draws) -> str:
    return _("{factor} times as bright").format(factor=f"{draws.brightness[0]:.2f}")


def _noise(draws: Draws) -> str:
    return _unless_none(_("with a grain of {levels} grey levels"), levels=round(draws.noise[0]))


def _cutout(draws: Draws) -> str:
    return _unless_none(_("with a square of {percent} % of its side covered"), percent=_hundredths(draws.cutout[0]))


def _unless_none(text: str, **amount: int) -> str:
    return text.format(**amount) if all(amount.values()) else ""


def _hundredths(share: float) -> int:
    return round(100 * float(share))


WORDS: dict[str, Callable[[Draws], str]] = {
    "rotation": _rotation,
    "width_shift": _width_shift,
    "height_shift": _height_shift,
    "shear": _shear,
    "zoom": _zoom,
    "horizontal_flip": _horizontal_flip,
    "vertical_flip": _vertical_flip,
    "channel_shift": _channel_shift,
    "contrast": _contrast,
    "brightness": _brightness,
    "noise": _noise,
    "cutout": _cutout,
}
