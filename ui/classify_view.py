"""A model's answers on a page: one row a photo, a table where there are many."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
import streamlit as st
from numpy.typing import NDArray

from core.errors import StudioError
from core.i18n import _, ngettext
from core.inference import PhotoAnswer
from core.runs.folder import RunFolder, RunInfo
from ui import format
from ui.answers import Photo, ask, thumbnail
from ui.charts import probability_bars
from ui.components import Tile, chart, gallery
from ui.components.gallery import data_uri
from ui.html import plain

FEW = 8  # up to so many photos have a row each
SIDE = 120  # px of a picture
TOP = 5  # classes with a bar
BAR_HEIGHT = 26  # px
UNSURE = 0.5  # below this probability the sentence says so


@dataclass(frozen=True)
class Answered:
    """A photo with its answer; `swapped` says whether light and dark were swapped first."""

    photo: Photo
    answer: PhotoAnswer
    swapped: bool

    @property
    def probabilities(self) -> NDArray[np.float32]:
        """(K,); ask only where `best` is not None."""
        assert self.answer.probabilities is not None
        return self.answer.probabilities

    @property
    def best(self) -> int | None:
        """The number of the likeliest class; None for a photo that could not be read."""
        return None if self.answer.probabilities is None else int(self.answer.probabilities.argmax())


def answers(run: RunFolder, photos: Sequence[Photo], swaps: Sequence[bool]) -> list[Answered]:
    """Ask about all photos; where the model cannot answer, say why and offer to try again."""
    line = st.container(key="asked").empty()  # of one height, whether it asks or has been answered
    try:
        with line, st.spinner(_("Your model looks at the pictures …")):
            answered = list(_asked(run, photos, swaps))
        line.caption(ngettext("{count} picture", "{count} pictures", len(photos)).format(count=len(photos)))
    except (StudioError, OSError) as error:
        text = str(error) if isinstance(error, StudioError) else _("This model is gone. Choose another one.")
        st.error(plain(text), icon=":material/error:")
        st.button(_("Try again"), icon=":material/refresh:")
        return []
    return answered


def results(answered: Sequence[Answered], info: RunInfo) -> None:
    """Show all answers: rows, or a table in which a row can be opened."""
    if len(answered) <= FEW:
        for number, one in enumerate(answered):
            _row(one, info, number)
        return
    event = st.dataframe(
        [_cells(one, info.classes) for one in answered],
        hide_index=True,
        row_height=56,
        on_select="rerun",
        selection_mode="single-row",
        column_config={
            "picture": st.column_config.ImageColumn(_("Photo"), width=70),
            "name": st.column_config.TextColumn(_("Name"), width=140),
            "answer": st.column_config.TextColumn(_("Answer"), width=110),
            "share": st.column_config.ProgressColumn(
                _("Probability"), format="%.1f %%", min_value=0, max_value=100, width=130
            ),
        },
        alt=_("The model's answers for {count} photos").format(count=len(answered)),
    )
    rows = event["selection"]["rows"]
    if rows and rows[0] < len(answered):
        _row(answered[rows[0]], info, 0)
    else:
        st.caption(_("Tick a row to see its bars and what the network saw."))


def sentence(one: Answered, classes: Sequence[str]) -> str:
    """The answer in Markdown."""
    assert one.best is not None
    share = float(one.probabilities[one.best])
    text = (
        _("This looks like **{name}**: {share}.")
        if share >= UNSURE
        else _("The model is not sure. Most likely **{name}**: {share}.")
    )
    return text.format(name=plain(classes[one.best]), share=format.percent(share))


def _asked(run: RunFolder, photos: Sequence[Photo], swaps: Sequence[bool]) -> Iterator[Answered]:
    for photo, swap in zip(photos, swaps, strict=True):
        yield Answered(photo, ask(run, photo, swap), swap)


def _row(one: Answered, info: RunInfo, number: int) -> None:
    with st.container(border=True, key=f"answer-{number}"):
        if one.best is None:
            st.markdown(f"**{plain(one.photo.name)}**")
            st.warning(plain(one.answer.error), icon=":material/broken_image:")
            return
        with st.container(horizontal=True, gap="small"):
            with st.container(width=SIDE):
                _picture(one.photo)
            with st.container(width=SIDE):
                _seen(one, info, number)
            with st.container(key=f"answer-bars-{number}"):
                _answer(one, info.classes, number)


def _picture(photo: Photo) -> None:
    image = thumbnail(photo)
    if image is None:
        return
    enlarged = max(1, SIDE // max(image.shape[:2]))  # small pictures keep their visible pixels
    st.image(image.repeat(enlarged, axis=0).repeat(enlarged, axis=1), width=SIDE, alt=photo.name)
    st.caption(plain(photo.name))


def _answer(one: Answered, classes: Sequence[str], number: int) -> None:
    st.markdown(f"#### {sentence(one, classes)}", width="stretch")
    if one.photo.label is not None:
        right = one.photo.label == one.best
        text = _("✓ It is {name}.") if right else _("✗ It is {name}.")
        st.markdown(f":{'green' if right else 'red'}[{text.format(name=plain(classes[one.photo.label]))}]")
    top = min(TOP, len(classes))
    chart(
        probability_bars(one.probabilities, classes, top),
        key=f"bars-{number}",
        height=top * BAR_HEIGHT,
        alt=sentence(one, classes).replace("*", "").replace("\\", ""),
    )


def _seen(one: Answered, info: RunInfo, number: int) -> None:
    assert one.answer.seen is not None
    size = info.spec.data.image_size
    note = _("{size} × {size} px").format(size=size)
    if one.swapped:
        note += _(", swapped")
    gallery([Tile("seen", one.answer.seen, _("what the network saw"), note)], key=f"seen-{number}", size=SIDE)


def _cells(one: Answered, classes: Sequence[str]) -> dict[str, object]:
    image = thumbnail(one.photo)
    picture = None if image is None else data_uri(image, max_side=112)
    if one.best is None:
        return {"picture": picture, "name": one.photo.name, "answer": f"✗ {one.answer.error}", "share": None}
    share = float(one.probabilities[one.best])
    return {"picture": picture, "name": one.photo.name, "answer": classes[one.best], "share": 100 * share}
