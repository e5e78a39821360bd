"""One line a setting: its default, range, step, unit, name and help, from which widgets and checks are derived."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Literal

from pydantic import BaseModel, ConfigDict, Field, SerializerFunctionWrapHandler, model_serializer
from pydantic.fields import FieldInfo

Scale = Literal["linear", "log", "powers_of_two", "half_powers"]  # half: also 3, 6, 12, 24, 48 ...


class Frozen(BaseModel):
    """A specification: never changed after it is made, unknown fields refused. Change it with `model_copy`."""

    model_config = ConfigDict(frozen=True, extra="forbid", validate_default=True)


class Kinded(Frozen):
    """One of several that `kind` tells apart: it is always written, so that a shortened specification can be read."""

    @model_serializer(mode="wrap")
    def _with_kind(self, write: SerializerFunctionWrapHandler) -> dict[str, Any]:
        return {"kind": getattr(self, "kind", None), **write(self)}


@dataclass(frozen=True)
class Knob:
    """What a person may set: read off a field of a specification by `knob_of`.

    Attributes:
        title, help: Texts marked for translation.
        unit: "px", "epochs" ... or empty.
        low, high: Inclusive range; None for a choice.
        step: Smallest change; None for a log scale.
        choices: For a choice, the values with their labels.
        advanced: Whether it is folded away at first.
    """

    name: str
    title: str
    help: str
    default: Any
    unit: str = ""
    low: float | None = None
    high: float | None = None
    step: float | None = None
    scale: Scale = "linear"
    choices: Mapping[str, str] | None = None
    advanced: bool = False


def knob(
    default: Any,
    title: str,
    help: str,
    *,
    low: float | None = None,
    high: float | None = None,
    step: float | None = None,
    unit: str = "",
    scale: Scale = "linear",
    choices: Mapping[str, str] | None = None,
    pattern: str | None = None,
    advanced: bool = False,
) -> Any:
    """Declare one setting of a specification; see `Knob` for the arguments.

    Args:
        pattern: A regular expression that a text has to match.
    """
    extra: dict[str, Any] = {"unit": unit, "step": step, "scale": scale, "choices": dict(choices) if choices else None}
    return Field(
        default,
        title=title,
        description=help,
        ge=low,
        le=high,
        pattern=pattern,
        json_schema_extra={**extra, "advanced": advanced},
    )


def knob_of(model: type[BaseModel], name: str) -> Knob:
    """Read the knob of field `name`, with its range taken from the validation that the field itself does."""
    field = model.model_fields[name]
    extra: dict[str, Any] = dict(field.json_schema_extra) if isinstance(field.json_schema_extra, dict) else {}
    return Knob(
        name=name,
        title=field.title or name,
        help=field.description or "",
        default=field.default,
        low=_bound(field, "ge"),
        high=_bound(field, "le"),
        **extra,
    )


def knobs_of(model: type[BaseModel]) -> list[Knob]:
    """All fields of `model` that are knobs, in the order in which they are declared."""
    return [knob_of(model, name) for name, field in model.model_fields.items() if field.json_schema_extra]


def _bound(field: FieldInfo, kind: str) -> float | None:
    return next((getattr(rule, kind) for rule in field.metadata if hasattr(rule, kind)), None)
