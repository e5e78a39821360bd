"""Numbers as a person reads them."""

from __future__ import annotations

import math

from core.i18n import _

UNITS = ((1e9, "G"), (1e6, "M"), (1e3, "k"))


def percent(share: float | None) -> str:
    """0.9741 → "97.4 %", with a space that does not break; a dash where there is nothing yet."""
    return "–" if share is None else f"{share:.1%}".replace("%", "\N{NO-BREAK SPACE}%")


def whole_percent(share: float) -> str:
    """0.974 → "97 %", with a space that does not break."""
    return f"{share:.0%}".replace("%", "\N{NO-BREAK SPACE}%")


def loss(value: float | None) -> str:
    """0.0834 → "0.083"; a dash where there is nothing, ∞ where it is not finite."""
    if value is None:
        return "–"
    return f"{value:.3f}" if math.isfinite(value) else "∞"


def count(number: float) -> str:
    """12345 → "12,345"."""
    return f"{number:,.0f}"


def short_count(number: float) -> str:
    """21_034 → "21 k", 2_283_779 → "2.3 M"."""
    for size, unit in UNITS:
        scaled = number / size
        if scaled >= 0.9995:  # 999,500 and more is a million
            return f"{scaled:.1f} {unit}" if scaled < 9.95 else f"{scaled:.0f} {unit}"
    return f"{number:.0f}"


def size(number: float) -> str:
    """Bytes → "1.4 GB"."""
    return f"{short_count(number)}B" if number >= 1e3 else f"{number:.0f} B"


def duration(seconds: float | None) -> str:
    """200 → "3 min 20 s"."""
    if seconds is None:
        return "–"
    minutes, rest = divmod(round(seconds), 60)
    hours, minutes = divmod(minutes, 60)
    if hours:
        return _("{hours} h {minutes} min").format(hours=hours, minutes=minutes)
    return (
        _("{minutes} min {rest} s").format(minutes=minutes, rest=rest) if minutes else _("{rest} s").format(rest=rest)
    )


def brief(name: str, most: int = 28) -> str:
    """A class name cut to `most` characters: the 64 that it may have would drown a sentence."""
    return name if len(name) <= most else f"{name[: most - 1]}…"
