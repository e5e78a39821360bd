"""How the runs did, each held against the first."""

from __future__ import annotations

import math
from collections.abc import Sequence

import numpy as np
import streamlit as st

from core.architecture.describe import describe
from core.exams import score
from core.i18n import _
from ui import format
from ui.compare.chosen import Compared, same_pictures, wrong_answers
from ui.html import escaped, plain
from ui.words import state_name


def scores_table(runs: Sequence[Compared]) -> None:
    """One row a run: score, difference to the first, loss, best validation, time, parameters."""
    heads = (
        _("Run"), _("Test accuracy"), _("Difference"), _("Test loss"), _("Best validation"), _("Time"), _("Parameters")
    )  # fmt: skip
    body = "".join(_row(run, runs[0]) for run in runs)
    about = {_("Time"): _("Of its epochs, with their validation. Loading, the frozen part and the exam do not count.")}
    head = "".join(f"<th scope='col' title='{escaped(about.get(text, ''))}'>{escaped(text)}</th>" for text in heads)
    st.html(
        f"<div class='compared-scroll'><table class='compared-table figures'><thead><tr>{head}</tr></thead>"
        f"<tbody>{body}</tbody></table></div>"
    )
    st.caption(_verdict(runs))


def points(value: float | None, against: float | None) -> str:
    """The difference of two shares in percentage points, with its sign: "+2.3 points"; a dash where one is missing."""
    if value is None or against is None:
        return "–"
    number = f"{100 * (value - against):+.1f}".replace("-", "−")
    return _("none") if float(number[1:]) == 0 else _("{number} points").format(number=number)


def answer_alike(runs: Sequence[Compared]) -> bool:
    """Whether runs judged on the same pictures say the same of each."""
    said = [run.exam.said for run in runs if run.exam]
    return all(np.array_equal(one, said[0]) for one in said)


def only_one_right(runs: Sequence[Compared]) -> tuple[int, int]:
    """Of two runs judged on the same pictures: how many only the first named right, and how many only the second."""
    first, second = wrong_answers(runs)
    return int((~first & second).sum()), int((first & ~second).sum())


def difference(run: Compared, base: Compared) -> str:
    """How a run did against another one; a dash where the two were judged on different pictures."""
    if not same_pictures([base, run]):
        return "–"
    return points(score(run.run, run.status), score(base.run, base.status))


def _row(run: Compared, base: Compared) -> str:
    share = score(run.run, run.status)
    facts = describe(run.info.spec, len(run.info.classes))
    cells = (
        format.percent(share) if share is not None else state_name(run.status.state),
        _("reference") if run is base else difference(run, base),
        format.loss(run.exam.loss) if run.exam else "–",
        format.percent(run.history.best_val_accuracy),
        format.duration(run.history.training_seconds) if run.history.records else "–",
        "–" if facts.problem else format.count(facts.parameters),
    )
    return f"<tr><th scope='row'>{run.tag}</th>{''.join(f'<td>{escaped(cell)}</td>' for cell in cells)}</tr>"


def _verdict(runs: Sequence[Compared]) -> str:
    """What the difference rests on."""
    judged = [run for run in runs if run.exam]
    if len(judged) < 2:
        return _("Fewer than two of these runs have taken their final exam.")
    first = judged[0]
    if others := [run for run in judged[1:] if not same_pictures([first, run])]:
        text = _("Different pictures: the score of {first} cannot be compared with that of {others}.")
        return text.format(first=plain(first.name), others=", ".join(plain(run.name) for run in others))
    if len(judged) > 2:
        return _("All were judged on the same {count} test pictures.").format(count=_pictures(judged))
    if answer_alike(judged):
        return _("They answer alike on all {count} test pictures.").format(count=_pictures(judged))
    mine, yours = only_one_right(judged)
    text = _(
        "Judged on the same {count} test pictures: {first} alone names {mine} of them right, {second} alone {yours}. "
        "{luck}"
    )
    names = {"first": plain(judged[0].name), "second": plain(judged[1].name)}
    luck = is_luck(mine, yours)
    said = _("Chance alone could do that.") if luck else _("That is hardly chance.")
    return text.format(count=_pictures(judged), mine=mine, yours=yours, luck=said, **names)


def is_luck(mine: int, yours: int) -> bool:
    """Whether a fair coin, thrown for each picture that only one of two models names right, is so uneven in 5 of 100.

    McNemar's exact test, two-sided: Dietterich, "Approximate Statistical Tests for Comparing Supervised Classification
    Learning Algorithms" (1998).
    """
    thrown, fewer = mine + yours, min(mine, yours)
    if not thrown:
        return True
    term = 0.5**thrown if thrown < 1000 else 0.0
    if not term:  # of so many, twice the standard deviation says the same
        return abs(mine - yours) < 2 * math.sqrt(thrown)
    tail = 0.0
    for count in range(fewer + 1):
        tail += term
        term *= (thrown - count) / (count + 1)
    return min(1.0, 2 * tail) > 0.05


def _pictures(judged: Sequence[Compared]) -> str:
    count = len(judged[0].exam.labels) if judged[0].exam else 0
    return format.count(count)
