"""How a rule of the curve doctor says that it holds."""

from __future__ import annotations

from dataclasses import dataclass

from core.doctor.diagnosis import Evidence
from core.evaluation import of_hundred

FEW = 3  # epochs below which a curve has no shape


@dataclass(frozen=True)
class Sign:
    """That a rule holds: the sentence that says how it is seen, and where."""

    sentence: str
    evidence: tuple[Evidence, ...] = ()


def percent(share: float) -> str:
    """0.814 → "81 %", with a space that does not break; only all are 100 %, and only none 0 %."""
    return f"{of_hundred(share)}\N{NO-BREAK SPACE}%"


def loss_text(value: float) -> str:
    """A loss with as many digits as matter: 425, 46.2, 2.30, 0.038."""
    if value >= 10:
        return f"{value:,.0f}" if value >= 100 else f"{value:.1f}"
    return f"{value:.2f}" if value >= 0.1 else f"{value:.2g}"
