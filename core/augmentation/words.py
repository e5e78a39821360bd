"""An augmentation in words: short for the road, in full for the settings of a run."""

from __future__ import annotations

from core.augmentation.spec import GEOMETRY, PRESETS, AugmentSpec
from core.i18n import _, ngettext
from core.knobs import Knob, knob_of

_SIGNS = {"degrees": "°"}  # units with a sign of their own, which follows without a space


def summary(spec: AugmentSpec) -> str:
    """ "off", the name of the preset that it is, or "3 changes"; how often an epoch shows a picture is not in it."""
    count = len(spec.active)
    return _name(spec) or ngettext("{count} change", "{count} changes", count).format(count=count)


def details(spec: AugmentSpec) -> list[tuple[str, str]]:
    """Name and value of each knob that matters as `spec` is: what changes pictures, how gaps are filled, how often."""
    names = [*_that_matter(spec), *(["repeats"] if spec.repeats != 1 else [])]
    knobs = [knob_of(AugmentSpec, name) for name in names]
    return [(_(knob.title), _value(knob, getattr(spec, knob.name))) for knob in knobs]


def in_full(spec: AugmentSpec) -> str:
    """One line that says all: "off", "Notebook, Times an epoch 2" or "Rotation 30°, Width shift 0.2, …"."""
    name = _name(spec)
    rows = details(spec)[len(_that_matter(spec)) if name else 0 :]
    return ", ".join([*([name] if name else []), *(f"{title} {value}" for title, value in rows)])


def _name(spec: AugmentSpec) -> str | None:
    if spec.is_off:
        return _("off")
    return next((_(preset.title) for preset in PRESETS.values() if _settings(preset.spec) == _settings(spec)), None)


def _settings(spec: AugmentSpec) -> dict[str, object]:
    return spec.model_dump(include=set(_that_matter(spec)))


def _that_matter(spec: AugmentSpec) -> list[str]:
    """The knobs that pictures depend on; mirroring leaves no gap, and only some gaps are filled with the colour."""
    gaps = any(name in GEOMETRY and not name.endswith("flip") for name in spec.active)
    coloured = spec.cutout or (gaps and spec.fill_mode == "constant")
    return [*spec.active, *(["fill_mode"] if gaps else []), *(["fill_colour"] if coloured else [])]


def _value(knob: Knob, value: object) -> str:
    if isinstance(value, bool):
        return _("on")
    if not isinstance(value, int | float):
        return str(value)  # a colour, or a fill mode by the name it has in Keras
    if knob.unit in _SIGNS:
        return f"{value:g}{_SIGNS[knob.unit]}"
    return f"{value:g} {_(knob.unit)}".strip()
