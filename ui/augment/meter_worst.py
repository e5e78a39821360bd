"""The warped copy about which a model errs most, beside the picture as it is."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import streamlit as st
from numpy.typing import NDArray

from core.datasets.dataset import Dataset
from core.i18n import _
from core.wavering import Example, Question, Wavering, copy_of, ways_of
from ui import format
from ui.augment.amounts import amounts
from ui.augment.photo import seen
from ui.components import Tile, gallery
from ui.html import plain

SIDE = 112  # px of a picture


def worst_example(
    title: str, dataset: Dataset, question: Question, wavering: Wavering, names: Sequence[str], key: str
) -> None:
    """Show it under `title`, with what was done and what the model says of both; nothing where there is none.

    Args:
        names: Of the classes, for the reader.
    """
    labels = dataset.labels[list(question.numbers)]
    example = wavering.worst(labels)
    if example is None:
        return
    spec, number = question.run.info().spec, question.numbers[example.picture]
    original = seen(dataset, spec.data, [number])[0]
    copy, draws = copy_of(original, question, spec.training.seed, example)
    done = amounts(draws, ways_of(question.augmentation)[example.way].active)
    pictures = ((_("as it is"), original), (_("warped"), copy))
    says = _both(wavering, example)
    with st.container(key=f"{key}-example"):
        st.markdown(f"**{title}**")
        gallery(
            [
                _tile(picture, caption, names, int(labels[example.picture]), *said)
                for (caption, picture), said in zip(pictures, says, strict=True)
            ],
            key=key,
            size=SIDE,
        )
        before, after = (names[said] for said, _sure in says)
        st.markdown(sentence(done, before, after, names[labels[example.picture]]))


def sentence(done: str, before: str, after: str, true: str) -> str:
    """ "Turned by 171° clockwise, your model calls this 6 a 9.", in Markdown; `done` may be too little for words."""
    done = done or _("hardly changed")
    if true.isdigit() and after.isdigit() and before == true:
        text = _("{done}, your model calls this **{before}** an **{after}**.")
        if after[0] != "8" and after not in ("11", "18"):
            text = _("{done}, your model calls this **{before}** a **{after}**.")
    else:
        text = _("{done}, your model says **{after}** instead of **{before}**.")
    return text.format(done=plain(done[:1].upper() + done[1:]), before=plain(before), after=plain(after))


def _both(wavering: Wavering, example: Example) -> tuple[tuple[int, float], tuple[int, float]]:
    """Class and probability that the model names for the picture as it is, and for the copy."""
    place = example.picture, example.way, example.view
    return (
        (int(wavering.said[example.picture]), float(wavering.sure[example.picture])),
        (int(wavering.copies_said[place]), float(wavering.copies_sure[place])),
    )


def _tile(picture: NDArray[np.uint8], caption: str, names: Sequence[str], true: int, said: int, sure: float) -> Tile:
    note = f"{names[said]} · {format.percent(sure)}"
    return Tile(caption, picture, caption, note, mark="right" if said == true else "wrong")
