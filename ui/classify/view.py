"""A model's answers for a few photos: a row each."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
import streamlit as st
from numpy.typing import NDArray

from core.errors import StudioError
from core.i18n import _, ngettext
from core.inference import PhotoAnswer
from core.novelty import Strangeness, is_sure
from core.runs.folder import RunFolder, RunInfo
from ui import format
from ui.answers import Photo, ask, thumbnail
from ui.charts import probability_bars
from ui.classify.look import look_toggle, where_it_looked
from ui.classify.unlike import strangeness_of, unlike_words
from ui.components import Tile, chart, gallery
from ui.format import brief
from ui.html import plain

SIDE = 120  # px of a picture
LONGEST = 40  # characters of its name
TOP = 5  # classes with a bar
BAR_HEIGHT = 26  # px


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
        """The number of the likeliest class; None for a photo without an answer."""
        return None if self.answer.probabilities is None else int(self.answer.probabilities.argmax())


def answers(run: RunFolder, photos: Sequence[Photo], swaps: Sequence[bool], name: str = "") -> list[Answered]:
    """Ask about all photos; where the model cannot answer, say why and offer to try again.

    Args:
        name: Tells several models on one page apart.
    """
    line = st.container(key=f"asked{name}").empty()  # of one height, whether it asks or has been answered
    try:
        with line, st.spinner(_("Your model looks at the pictures …")):
            answered = list(_asked(run, photos, swaps))
        if not name and len(photos) > 1:
            line.caption(ngettext("{count} picture", "{count} pictures", len(photos)).format(count=len(photos)))
    except (StudioError, OSError) as error:
        text = str(error) if isinstance(error, StudioError) else _("This model is gone. Choose another one.")
        st.error(plain(text), icon=":material/error:")
        st.button(_("Try again"), icon=":material/refresh:", key=f"try-again{name}")
        return []
    return answered


def results(run: RunFolder, answered: Sequence[Answered], info: RunInfo) -> None:
    """Show all answers, a row each."""
    looks = any(one.best is not None for one in answered) and look_toggle()
    cards, foot = st.container(), st.container()
    with foot:  # below the answers, which do not move when it is done
        strange = strange_ones(run, answered)
    for number, one in enumerate(answered):
        with cards.container(border=True, key=f"answer-{number}"):
            is_unlike = strange is not None and bool(strange.is_unlike[number])
            answer_card(one, info, str(number), is_unlike, with_photo=True)
            if strange:
                unlike_words(strange, number)
            if looks and one.answer.seen is not None:
                where_it_looked(run, info, one.answer.seen, one.probabilities, str(number))


def strange_ones(run: RunFolder, answered: Sequence[Answered], place: str = "familiar") -> Strangeness | None:
    """How far all photos are from the run's training pictures; None while, or where, that is not known.

    Args:
        place: Tells several models on one page apart.
    """
    rows = [one.answer.features for one in answered]
    read = next((row for row in rows if row is not None), None)
    if read is None:
        return None
    nothing = np.full_like(read, np.nan)
    return strangeness_of(run, np.stack([nothing if row is None else row for row in rows]), place)


def sentence(one: Answered, classes: Sequence[str], is_unlike: bool = False) -> str:
    """The answer in Markdown, as plainly as it may be said: is one class likely, and is this like training at all?"""
    assert one.best is not None
    texts = {
        (True, False): _("This looks like **{name}**: {share}."),
        (False, False): _("The model is not sure. Most likely **{name}**: {share}."),
        (True, True): _("None of these? The model says **{name}**: {share}."),
        (False, True): _("None of these? The model is not sure either. Most likely **{name}**: {share}."),
    }
    text = texts[bool(is_sure(one.probabilities[None])[0]), is_unlike]
    return text.format(name=plain(classes[one.best]), share=format.percent(float(one.probabilities[one.best])))


def _asked(run: RunFolder, photos: Sequence[Photo], swaps: Sequence[bool]) -> Iterator[Answered]:
    for photo, swap in zip(photos, swaps, strict=True):
        yield Answered(photo, ask(run, photo, swap), swap)


def answer_card(one: Answered, info: RunInfo, key: str, is_unlike: bool = False, with_photo: bool = False) -> None:
    """The photo, what the network saw, and the likeliest classes; or why there is no answer.

    Args:
        key: Unique on the page.
        is_unlike: Whether it is known to be unlike anything in training.
        with_photo: Whether the photo itself is shown; small copies of all that were are kept for a while.
    """
    if one.best is None:
        st.markdown(f"**{plain(brief(one.photo.name, LONGEST))}**")
        st.warning(plain(one.answer.error), icon=":material/broken_image:")
        return
    with st.container(horizontal=True, gap="small"):
        if with_photo:
            with st.container(width=SIDE, gap="xxsmall"):
                picture_of(one.photo)
        with st.container(width=SIDE):
            _seen(one, info, key)
        with st.container(key=f"answer-bars-{key}"):
            _answer(one, info.classes, key, is_unlike)


def picture_of(photo: Photo) -> None:
    """A photo with its name; nothing where it cannot be read."""
    image = thumbnail(photo)
    if image is None:
        return
    enlarged = max(1, SIDE // max(image.shape[:2]))  # small pictures keep their visible pixels
    st.image(image.repeat(enlarged, axis=0).repeat(enlarged, axis=1), width=SIDE, alt=photo.name)
    st.caption(plain(brief(photo.name, LONGEST)))


def _answer(one: Answered, classes: Sequence[str], key: str, is_unlike: bool) -> None:
    said = sentence(one, classes, is_unlike)
    st.markdown(f"#### {said}", width="stretch")
    if one.photo.label is not None:
        right = one.photo.label == one.best
        text = _("✓ It is {name}.") if right else _("✗ It is {name}.")
        st.markdown(f":{'green' if right else 'red'}[{text.format(name=plain(classes[one.photo.label]))}]")
    top = min(TOP, len(classes))
    chart(
        probability_bars(one.probabilities, classes, top),
        key=f"bars-{key}",
        height=top * BAR_HEIGHT,
        alt=said.replace("*", "").replace("\\", ""),
    )


def _seen(one: Answered, info: RunInfo, key: str) -> None:
    assert one.answer.seen is not None
    size = info.spec.data.image_size
    note = _("{size} × {size} px").format(size=size)
    if one.swapped:
        note += _(", swapped")
    gallery([Tile("seen", one.answer.seen, _("what the network saw"), note)], key=f"seen-{key}", size=SIDE)
