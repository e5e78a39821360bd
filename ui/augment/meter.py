"""The honesty meter: does a trained model change its mind when a picture is warped?"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import streamlit as st

from core.augmentation.spec import AugmentSpec
from core.datasets.dataset import Dataset
from core.i18n import _, ngettext
from core.runs.folder import RunFolder
from core.spec import DataSpec
from core.wavering import Question, Wavering
from core.waverings import WaverAnswer
from ui import format
from ui.augment.meter_ask import photo_answer, sample_answer, sample_offer, standing
from ui.augment.meter_chart import change_bars, height_of, in_words, way_titles
from ui.augment.meter_questions import photo_question, sample_question
from ui.augment.meter_worst import worst_example
from ui.components import chart
from ui.errors import errors_shown
from ui.html import plain
from ui.navigation import link_to
from ui.run_picker import has_learnt, pick_run


@dataclass(frozen=True)
class _Asked:
    """What a model was asked, with its answer so far."""

    question: Question
    answer: WaverAnswer

    @property
    def is_photo(self) -> bool:
        return not self.question.is_sample

    @property
    def about(self) -> str:
        """Name of its bars."""
        return _("this picture") if self.is_photo else _test_pictures(self.question)

    @property
    def of(self) -> str:
        return _("of this picture") if self.is_photo else _("of {pictures}").format(pictures=self.about)

    @property
    def worst(self) -> str:
        return _("Worst copy of this picture") if self.is_photo else _("Worst copy of the test pictures")


def honesty_meter(
    dataset: Dataset, data: DataSpec, number: int, augmentation: AugmentSpec, names: Sequence[str]
) -> None:
    """Show for how many warped copies a trained model names another class than for the picture as it is.

    Args:
        data: The size and colours that the page shows; the model is asked about pictures as its own training saw them.
        number: Of the picture that was picked.
        names: Of the classes, for the reader.
    """
    st.subheader(_("Does your model change its mind?"), anchor=False)
    if augmentation.is_off:
        st.caption(_("Move a slider first: then you see here whether a trained model stays with its answer."))
        return
    run = pick_run(_("Model"), lambda run: has_learnt(run, dataset.meta))
    if run is None:
        st.caption(_("No model has learnt from these pictures yet. Once one has, you can ask it here."))
        link_to("train", _("Train one"))
        return
    with errors_shown():
        _sizes(run, data)
        _ask(run, dataset, number, augmentation, names)


def headline(of: str, wavering: Wavering, titles: Sequence[str]) -> str:
    """How often the model changes its mind, and by which knob most, in Markdown.

    Args:
        of: What it was asked about, after "of the warped copies".
        titles: Of the ways, the last one being all together.
    """
    changes, alone = wavering.changes, wavering.changes[:-1]
    share, most = format.percent(wavering.shares[-1]), titles[int(np.argmax(alone))].lower() if any(alone) else ""
    text = _("Your model changes its mind on **{share}** of the warped copies {of}.")
    if most:
        text = _("Your model changes its mind on **{share}** of the warped copies {of}, most by **{knob}**.")
    elif not any(changes):
        text = _("Your model stays with its answer on all warped copies {of}.")
    return text.format(share=share, of=of, knob=most)


def _ask(run: RunFolder, dataset: Dataset, number: int, augmentation: AugmentSpec, names: Sequence[str]) -> None:
    photo = photo_question(run, dataset, number, augmentation)
    sample = sample_question(run, dataset, augmentation)
    asked = [_Asked(photo, photo_answer(photo))]
    if sample and (of_sample := sample_answer(sample)):
        asked.append(_Asked(sample, of_sample))
    titles = way_titles(augmentation)
    for one in asked:
        standing(one.question, one.answer)
    answered = [one for one in asked if one.answer.wavering]
    if answered:
        _line(answered[-1], dataset, titles, names)
    if not all(one.answer.error for one in asked):
        _bars(asked, titles)
    if sample and len(asked) == 1 and not asked[0].answer.error:
        sample_offer(sample)
    changed = [one for one in answered if one.answer.wavering and any(one.answer.wavering.changes)]
    for place, (one, column) in enumerate(zip(changed, st.columns(max(2, len(changed))), strict=False)):
        assert one.answer.wavering is not None
        with column:
            worst_example(one.worst, dataset, one.question, one.answer.wavering, names, key=f"meter-worst-{place}")


def _line(one: _Asked, dataset: Dataset, titles: Sequence[str], names: Sequence[str]) -> None:
    """What came out, in a sentence; and how far the model is right without any warping."""
    wavering = one.answer.wavering
    assert wavering is not None
    st.markdown(headline(one.of, wavering, titles))
    if one.is_photo:
        said, true = names[wavering.said[0]], names[dataset.labels[one.question.numbers[0]]]
        is_right, is_wrong = (
            _("As it is, the model says {said}, which is right."),
            _("As it is, it says {said}, not {true}."),
        )
        st.caption((is_right if said == true else is_wrong).format(said=plain(said), true=plain(true)))
    else:
        labels = dataset.labels[list(one.question.numbers)]
        text = _("As they are, it names {right} of them right, of their warped copies {copies}.")
        right, copies = wavering.right(labels), wavering.copies_right(labels)
        st.caption(text.format(right=format.percent(right), copies=format.percent(copies)))


def _bars(asked: Sequence[_Asked], titles: Sequence[str]) -> None:
    answered = [(one.about, one.answer.wavering) for one in asked]
    chart(
        change_bars(titles, answered), key="meter", height=height_of(titles, answered), alt=in_words(titles, answered)
    )


def _sizes(run: RunFolder, data: DataSpec) -> None:
    """Where the model looks at other pixels than the page shows, say so."""
    seen = run.info().spec.data
    if (seen.image_size, seen.colour_mode) != (data.image_size, data.colour_mode):
        colour = _("in grey") if seen.colour_mode == "grey" else _("in colour")
        text = _("This model looks at pictures of {size} × {size} px {colour}, so that is how it is asked.")
        st.caption(text.format(size=seen.image_size, colour=colour))


def _test_pictures(question: Question) -> str:
    count = len(question.numbers)
    return ngettext("{count} test picture", "{count} test pictures", count).format(count=count)
