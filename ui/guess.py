"""Predict before you train: a small form beside Start, and the sentence that holds it against what came."""

from __future__ import annotations

from collections.abc import Sequence

import streamlit as st

from core.datasets.dataset import DatasetMeta
from core.evaluation import Exam
from core.guess import Guess, Score, scored
from core.i18n import _
from core.runs.folder import RunInfo
from ui import format, session
from ui.html import plain

KEPT = "guess"
PAIR = "guess.pair"  # classes chosen so far: of one, the second is still to come
USUAL = 0.9  # where the slider begins
MOST_NAMED = 3  # pairs in a sentence


def guess_form(meta: DatasetMeta) -> None:
    """An optional prediction for the next run on this set."""
    kept = my_guess(meta)
    with st.expander(_("Predict first"), icon=":material/psychology_alt:", key="guess-form"):
        session.show_value("guess-on", kept is not None)
        st.toggle(
            _("I have a prediction"),
            value=kept is not None,
            key="guess-on",
            on_change=_switch,
            args=(meta,),
            help=_("Say what you expect before you press Start. After the exam you see how right you were."),
        )
        if kept is not None:
            _fields(kept, meta)


def my_guess(meta: DatasetMeta) -> Guess | None:
    """The prediction that this browser has made for its next run on this set; one for another set does not count."""
    of, kept = session.recall(KEPT, ("", None))
    return kept if of == meta.content_hash else None


def forget_guess() -> None:
    """It was handed over with a run."""
    session.remember(KEPT, ("", None))
    session.remember(PAIR, [])


def guess_line(info: RunInfo, exam: Exam) -> None:
    """How right the prediction made for this run was; nothing where none was made."""
    if info.guess:
        score = scored(info.guess, exam)
        st.markdown(f":material/psychology_alt: {in_words(info.guess, score, info.classes)}")


def in_words(guess: Guess, score: Score, classes: Sequence[str]) -> str:
    """The prediction beside what came, in Markdown."""
    values = {
        "guess": format.percent(guess.accuracy),
        "accuracy": format.percent(score.accuracy),
        "points": f"{abs(100 * score.off):.1f}",
    }
    if score.is_close:
        text = _("You predicted **{guess}** and it reached **{accuracy}**: well judged.")
    elif score.off > 0:
        text = _("You predicted **{guess}** and it reached **{accuracy}**: {points} points better than you thought.")
    else:
        text = _("You predicted **{guess}** and it reached **{accuracy}**: {points} points less than you thought.")
    return text.format(**values) + _pair_in_words(guess, score, classes)


def _pair_in_words(guess: Guess, score: Score, classes: Sequence[str]) -> str:
    if guess.pair is None:
        return ""
    if not score.pairs:
        return " " + _("It mixed up nothing, so there is no pair to predict.")
    if score.is_pair_right:
        return " " + _("{pair} are mixed up most, counting both ways, as you said.").format(
            pair=_named(guess.pair, classes)
        )
    pairs = _(" or ").join(_named(pair, classes) for pair in score.pairs[:MOST_NAMED])
    return " " + _("You said {pair} would be mixed up most; counting both ways it is {pairs}.").format(
        pair=_named(guess.pair, classes), pairs=pairs
    )


def _named(pair: tuple[int, int], classes: Sequence[str]) -> str:
    first, second = (plain(classes[number]) for number in pair)
    return _("{first} and {second}").format(first=first, second=second)


def _fields(kept: Guess, meta: DatasetMeta) -> None:
    expected = round(100 * kept.accuracy)
    session.show_value("guess-accuracy", expected)
    st.slider(
        _("Test accuracy"),
        0,
        100,
        expected,
        key="guess-accuracy",
        format="%d %%",
        help=_("How many of 100 pictures that it has never seen it will name right. Guessing gets {chance}.").format(
            chance=format.percent(1 / len(meta.classes))
        ),
        on_change=lambda: _change(meta, accuracy=session.widget_value("guess-accuracy") / 100),
    )
    session.show_value("guess-pair", session.recall(PAIR, []))
    st.multiselect(
        _("Mixed up most"),
        range(len(meta.classes)),
        default=session.recall(PAIR, []),
        format_func=lambda number: plain(meta.classes[number]),
        key="guess-pair",
        max_selections=2,
        placeholder=_("Choose two classes"),
        on_change=_choose_pair,
        args=(meta,),
    )


def _choose_pair(meta: DatasetMeta) -> None:
    chosen = sorted(session.widget_value("guess-pair"))
    session.remember(PAIR, chosen)
    _change(meta, pair=tuple(chosen) if len(chosen) == 2 else None)


def _switch(meta: DatasetMeta) -> None:
    forget_guess()
    if session.widget_value("guess-on"):
        session.remember(KEPT, (meta.content_hash, Guess(accuracy=USUAL)))


def _change(meta: DatasetMeta, **changes: object) -> None:
    kept = my_guess(meta)
    if kept:
        session.remember(KEPT, (meta.content_hash, Guess.model_validate({**dict(kept), **changes})))
