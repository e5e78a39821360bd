"""The curve doctor's rules, the most important first: what each is called, how it is seen and what helps."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from core.doctor import gap_signs, rate_signs
from core.doctor import remedies as try_
from core.doctor.case import Case
from core.doctor.diagnosis import Remedy, Tone
from core.doctor.sign import Sign
from core.i18n import N_


@dataclass(frozen=True)
class Rule:
    """One rule.

    Attributes:
        find: Whether it holds, with the sentence that says so.
        remedies: Each makes something to try, or nothing where the settings leave it no room.
        silences: Rules further down that are not asked where this one holds: what they would say follows from it, or
            would contradict it.
    """

    kind: str
    tone: Tone
    title: str
    find: Callable[[Case], Sign | None]
    remedies: tuple[Callable[[Case], Remedy | None], ...] = ()
    silences: tuple[str, ...] = ()


RULES = (
    Rule(
        "diverged",
        "fault",
        N_("Learning rate too high"),
        rate_signs.diverged,
        (try_.lower_rate, try_.adam),
        (
            *("rate_too_high", "rate_too_low", "one_class", "underfitting"),
            *("overfitting", "harder", "easier", "stopped_early", "healthy"),
        ),
    ),
    Rule(
        "rate_too_high",
        "fault",
        N_("Learning rate too high"),
        rate_signs.rate_too_high,
        (try_.lower_rate, try_.normalised),
        (
            *("rate_too_low", "one_class", "underfitting", "overfitting"),
            *("harder", "easier", "stopped_early", "healthy"),
        ),
    ),
    Rule(
        "rate_too_low",
        "fault",
        N_("Learning rate too low"),
        rate_signs.rate_too_low,
        (try_.higher_rate,),
        ("one_class", "underfitting", "stopped_early", "easier", "harder"),
    ),
    Rule(
        "one_class",
        "fault",
        N_("Always the same answer"),
        rate_signs.one_class,
        (try_.better_rate, try_.normalised),
        ("underfitting", "stopped_early", "easier", "harder"),
    ),
    Rule(
        "overfitting",
        "fault",
        N_("Overfitting"),
        gap_signs.overfitting,
        (try_.more_dropout, try_.more_variety, try_.smaller),
        ("harder", "stopped_early"),
    ),
    Rule(
        "underfitting",
        "fault",
        N_("Underfitting"),
        gap_signs.underfitting,
        (try_.less_variety, try_.less_dropout, try_.larger, try_.more_epochs),
        ("easier", "stopped_early"),
    ),
    Rule(
        "stopped_early",
        "fault",
        N_("Stopped too early"),
        gap_signs.stopped_early,
        (try_.more_epochs,),
        ("healthy",),
    ),
    Rule(
        "harder",
        "note",
        N_("Validation is harder than training"),
        gap_signs.harder,
        (try_.mixed_split, try_.more_variety),
    ),
    Rule(
        "easier",
        "note",
        N_("Validation is easier than training"),
        gap_signs.easier,
        (try_.other_split,),
        ("healthy",),
    ),
    Rule("healthy", "good", N_("Looks healthy"), gap_signs.healthy),
)
