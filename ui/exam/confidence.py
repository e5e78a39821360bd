"""How sure the model is, and whether it may be: answering only when sure, and confidence against accuracy."""

from __future__ import annotations

import re

import numpy as np
import streamlit as st

from core.evaluation import Exam, of_hundred
from core.exam_curves import Answered, Calibration, answered_at, calibration, confidence_histogram, coverage
from core.i18n import _, ngettext
from ui import format, session
from ui.components import chart, live_slider
from ui.exam.confidence_charts import calibration_figure, coverage_figure, histogram_figure
from ui.exam.shown import Shown, recheck_shown

AT_FIRST, SUREST = 90, 99  # percent
ANSWERED = 0.5  # share of the pictures that the first threshold leaves answered at least
HEIGHT, HISTOGRAM = 300, 400  # px; the second is as high as what stands beside it
NEAR = 0.02  # difference of mean confidence and accuracy that nobody needs to worry about
APART = 0.05  # calibration error that is worth a word though the means agree
FEW = 200  # pictures below which the calibration is a rough guess


def confidence(shown: Shown) -> None:
    """The threshold with what it does, and the calibration."""
    _threshold(shown)
    _calibration(shown)


@st.fragment
def _threshold(shown: Shown) -> None:
    """Answer only when sure: a slider, how confident the answers are, and what is gained and lost."""
    recheck_shown(shown)
    exam, key = shown.exam, shown.run.id
    sure = _asked(shown)
    answered = answered_at(exam, sure / 100)
    with st.container(key="wide-threshold"):
        left, right = st.columns(2, gap="large")
    with left:
        live_slider(
            _("Answer only when at least so sure (%)"),
            0,
            SUREST,
            1,
            value=sure,
            key="exam-sure",
            help=_("Below it the model keeps silent, and a person would look at the picture."),
            on_change=lambda percent: session.set_view(shown.run.id, "sure", str(int(percent))),
        )
        figure = histogram_figure(confidence_histogram(exam), sure / 100)
        alt = _("How sure the model is of its right and of its wrong answers.")
        chart(figure, key=f"exam-histogram-{key}", height=HISTOGRAM, alt=alt)
    with right:
        _numbers(answered)
        st.markdown(answered_text(answered))
        st.caption(silent_text(exam, answered))
        alt = _("Accuracy of the answers that are given, against how many are given.")
        chart(coverage_figure(coverage(exam), answered), key=f"exam-coverage-{key}", height=HEIGHT, alt=alt)


def _asked(shown: Shown) -> int:
    """The threshold in the page's address, in percent; else a high one at which half of the pictures are answered."""
    text = session.view(shown.run.id, "sure")
    if re.fullmatch("[0-9]{1,2}", text, re.ASCII):
        return int(text)
    return min(AT_FIRST, int(100 * np.quantile(shown.exam.confidences, 1 - ANSWERED)))


def answered_text(answered: Answered) -> str:
    """What the threshold does, in one sentence."""
    sure = format.whole_percent(answered.threshold)
    if answered.accuracy is None:
        return _("At {sure} it answers no picture: it is never that sure.").format(sure=sure)
    if answered.count == answered.total:
        text = _("At {sure} it answers every picture and is right on {accuracy} of them.")
    else:
        text = _("At {sure} it answers {share} of 100 pictures and is right on {accuracy} of them.")
    return text.format(sure=sure, share=of_hundred(answered.share), accuracy=format.percent(answered.accuracy))


def silent_text(exam: Exam, answered: Answered) -> str:
    """What is left to a person."""
    left, mistakes = answered.total - answered.count, answered.total - exam.right
    if not left:
        return _("Nothing is left to a person.")
    pictures = ngettext("Left to a person: {count} picture", "Left to a person: {count} pictures", left)
    caught = mistakes - (answered.count - answered.right)
    text = _caught(caught, mistakes).format(caught=format.count(caught), mistakes=format.count(mistakes))
    return f"{pictures.format(count=format.count(left))}, {text}"


def calibration_text(exam: Exam, found: Calibration) -> str:
    """Whether the model is too sure, not sure enough, or right about itself."""
    sure = float(exam.confidences.mean()) if len(exam.labels) else 0.0
    gap = sure - exam.accuracy
    if gap > NEAR:
        text = _("This model is **overconfident**: on average it is {sure} sure, but right on only {accuracy}.")
    elif gap < -NEAR:
        text = _("This model is **underconfident**: on average it is only {sure} sure, but right on {accuracy}.")
    elif found.error > APART:
        text = _(
            "On average it is {sure} sure and right on {accuracy}, but **too sure in places** and not enough in others."
        )
    else:
        text = _("This model can be **taken at its word**: on average it is {sure} sure and right on {accuracy}.")
    return text.format(sure=format.percent(sure), accuracy=format.percent(exam.accuracy))


def _caught(caught: int, mistakes: int) -> str:
    if not caught:
        return _("none of them a mistake.")
    if caught == mistakes:
        return ngettext("among them its only mistake.", "among them all {mistakes} of its mistakes.", mistakes)
    return _("among them {caught} of its {mistakes} mistakes.")


def _numbers(answered: Answered) -> None:
    given = _("answered: {count} of {total}")
    right = _("right: {right} of {count}")
    values = {"count": answered.count, "total": answered.total, "right": answered.right}
    shown = {name: format.count(value) for name, value in values.items()}
    with st.container(horizontal=True, gap="large"):
        st.metric(given.format(**shown), format.percent(answered.share), width="content")
        st.metric(right.format(**shown), format.percent(answered.accuracy), width="content")


def _calibration(shown: Shown) -> None:
    found = calibration(shown.exam)
    st.markdown(f"**{_('Is it as good as it is sure?')}**")
    with st.container(key="wide-calibration"):
        left, right = st.columns(2, gap="large")
    with left:
        alt = _("Accuracy against confidence, in ten steps of confidence.")
        chart(calibration_figure(found), key=f"exam-calibration-{shown.run.id}", height=HEIGHT + 60, alt=alt)
    with right:
        st.metric(_("expected calibration error"), format.percent(found.error))
        st.markdown(calibration_text(shown.exam, found))
        st.caption(
            _(
                "All answers, in ten groups by how sure the model was. Where a bar ends on the dotted line, it is "
                "right as often as it says. Shorter: it is overconfident there; longer: underconfident. Pale bars have "
                "fewer than ten answers. The error is the mean of the gaps, each group counted by its answers."
            )
        )
        if len(shown.exam.labels) < FEW:
            text = ngettext(
                "With only {count} picture this is a rough guess.",
                "With only {count} pictures this is a rough guess.",
                len(shown.exam.labels),
            )
            st.caption(text.format(count=len(shown.exam.labels)))
