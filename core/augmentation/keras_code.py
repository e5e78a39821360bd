"""Augmentation as Keras code: today's layers, and the call of ImageDataGenerator that the notebook makes. Only text."""

from __future__ import annotations

import math

from PIL import ImageColor

from core.augmentation.spec import AugmentSpec
from core.i18n import N_, _

_BEYOND_GENERATOR = {"contrast": N_("contrast"), "noise": N_("noise"), "cutout": N_("cutout")}


def layers_code(spec: AugmentSpec) -> str:
    """Write the preprocessing layers of Keras 3 that come closest to `spec`, for pixels from 0 to 255.

    Where a layer draws in another way than ImageDataGenerator (and CNN Studio), a comment says how.
    """
    lines = [f"        {line}" for line in (*_geometry_layers(spec), *_light_layers(spec))]
    return "\n".join(
        ["import keras", "from keras import layers", "", "augmentation = keras.Sequential(", "    [", *lines]
    ) + ("\n    ]\n)\n# They work in training alone: put them before the first layer of the model.\n")


def generator_code(spec: AugmentSpec) -> str:
    """Write the ImageDataGenerator that draws and warps as `spec` says, as far as it can."""
    lines = ["from tensorflow.keras.preprocessing.image import ImageDataGenerator", ""]
    missing = [_(name) for knob, name in _BEYOND_GENERATOR.items() if getattr(spec, knob)]
    if missing:
        lines.append(f"# {_('Left out, since it cannot do that: {names}.').format(names=', '.join(missing))}")
    if spec.width_shift != spec.height_shift:
        lines.append(f"# {_('Keras 3.15 mixes the two shifts up: it moves sideways by height_shift_range.')}")
    arguments = [f"    {name}={_literal(value)}," for name, value in _generator_arguments(spec).items()]
    lines += ["generator = ImageDataGenerator(", *arguments, ")"]
    return "\n".join([*lines, "batches = generator.flow(x_train, y_train, batch_size=32)", ""])


def _geometry_layers(spec: AugmentSpec) -> list[str]:
    fill = f'fill_mode="{spec.fill_mode}"'
    if spec.fill_mode == "constant":
        fill += f", fill_value={_grey(spec):.1f}"
    lines = []
    flips = [name for name, on in (("horizontal", spec.horizontal_flip), ("vertical", spec.vertical_flip)) if on]
    if flips:
        lines.append(f'layers.RandomFlip("{"_and_".join(flips)}"),')
    if spec.rotation:
        lines.append(f"layers.RandomRotation({spec.rotation:g} / 360, {fill}),")
    if spec.width_shift or spec.height_shift:
        lines.append(f"layers.RandomTranslation({spec.height_shift:g}, {spec.width_shift:g}, {fill}),  # height, width")
    if spec.zoom:
        lines.append(f"layers.RandomZoom({spec.zoom:g}, {spec.zoom:g}, {fill}),")
    if spec.shear:
        share = math.tan(math.radians(spec.shear))
        lines.append(f"layers.RandomShear(x_factor={share:.3f}, {fill}),  # one way only")
    return lines


def _light_layers(spec: AugmentSpec) -> list[str]:
    lines = []
    if spec.channel_shift:
        lines.append(f"layers.RandomBrightness({spec.channel_shift / 255:.3f}),  # the channel shift: adds")
    if spec.contrast:
        lines.append(f"layers.RandomContrast({spec.contrast:g}),")
    if spec.brightness:
        lines.append(f"layers.RandomBrightness({spec.brightness:g}),  # adds, where ImageDataGenerator multiplies")
    if spec.noise:
        noise = f"layers.GaussianNoise({spec.noise:g}),  # as strong on every picture, and not cut off at 0 and 255"
        lines += ["layers.Rescaling(1 / 255),", noise, "layers.Rescaling(255.0),"]
    if spec.cutout:
        largest = spec.cutout**2
        lines.append(
            f"layers.RandomErasing(factor=(1.0, 1.0), scale=(0.0, {largest:.3f}), fill_value={_grey(spec):.1f}),"
        )
    return lines


def _generator_arguments(spec: AugmentSpec) -> dict[str, object]:
    wanted: dict[str, object] = {
        "rotation_range": _short(spec.rotation),
        "width_shift_range": spec.width_shift,
        "height_shift_range": spec.height_shift,
        "brightness_range": [round(1 - spec.brightness, 4), round(1 + spec.brightness, 4)] if spec.brightness else None,
        "shear_range": _short(spec.shear),
        "zoom_range": spec.zoom,
        "channel_shift_range": _short(spec.channel_shift),
        "horizontal_flip": spec.horizontal_flip,
        "vertical_flip": spec.vertical_flip,
    }
    cval = {"cval": _grey(spec)} if spec.fill_mode == "constant" else {}
    return {**{name: value for name, value in wanted.items() if value}, "fill_mode": spec.fill_mode, **cval}


def _literal(value: object) -> str:
    return f'"{value}"' if isinstance(value, str) else repr(value)


def _grey(spec: AugmentSpec) -> float:
    """The fill colour as one grey level: all that Keras takes."""
    level = ImageColor.getcolor(spec.fill_colour, "L")
    assert isinstance(level, int)
    return float(level)


def _short(value: float) -> float | int:
    return int(value) if value == int(value) else value
