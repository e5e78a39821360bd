"""From a history to diagnoses: the rules are asked in their order."""

from __future__ import annotations

from collections.abc import Sequence

from core.doctor.case import case_of
from core.doctor.diagnosis import Diagnosis
from core.doctor.rules import RULES
from core.i18n import _
from core.runs.history import History
from core.spec import RunSpec


def diagnose(history: History, spec: RunSpec, classes: Sequence[str]) -> list[Diagnosis]:
    """What stands out in a run's curves, most important first; empty where nothing does.

    Args:
        spec: The run's settings, of which remedies are made.
        classes: Names of the classes: letters and digits are not to be mirrored.
    """
    case, found = case_of(history, spec, classes), list[Diagnosis]()
    silenced: set[str] = set()
    for rule in RULES:
        sign = None if rule.kind in silenced else rule.find(case)
        if sign is None:
            continue
        remedies = tuple(remedy for make in rule.remedies if (remedy := make(case)))
        found.append(Diagnosis(rule.kind, _(rule.title), sign.sentence, rule.tone, sign.evidence, remedies))
        silenced.update(rule.silences)
    return found
