"""The same photos through other models, side by side."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from itertools import islice

import streamlit as st

from core.i18n import _
from core.novelty import Strangeness
from core.runs.folder import RunFolder, RunInfo
from core.runs.summary import RunSummary
from ui import session
from ui.access import visible_listing, visible_run
from ui.answers import Photo
from ui.classify.input import fitting_swaps
from ui.classify.look import look_toggle, where_it_looked
from ui.classify.unlike import unlike_line
from ui.classify.view import SIDE, Answered, answer_card, answers, picture_of, results, strange_ones
from ui.desk import my_desk
from ui.html import plain
from ui.run_picker import RECENT, run_label

OTHERS = "classify.others"
MOST = 2  # other models; three columns can still be read


@dataclass(frozen=True, eq=False)
class _Asked:
    """A model, what it is called, and its answers to all photos; none where it could not answer."""

    run: RunFolder
    info: RunInfo
    title: str
    answered: Sequence[Answered]


def all_answers(run: RunFolder, info: RunInfo, photos: Sequence[Photo], swaps: Sequence[bool]) -> None:
    """The answers of the model to a few photos, or of several models side by side."""
    others = other_models(run)
    answered = answers(run, photos, swaps)
    if others and answered:
        side_by_side([run, *others], photos, answered)
    else:
        results(run, answered, info)


def other_models(run: RunFolder) -> list[RunFolder]:
    """The boxes to choose them in, and the chosen ones."""
    labels = {one.id: run_label(one) for one in _candidates(run)}
    if not labels:
        return []
    known = [*session.recall(OTHERS, my_desk().state().beside), *[None] * MOST][:MOST]
    kept: list[str | None] = [one if one in labels else None for one in known]
    with st.container(horizontal=True, key="other-models"):
        for place, title in enumerate((_("Beside it, a second model"), _("and a third"))):
            if place and not kept[0]:
                continue
            session.show_value(f"other-{place}", kept[place])
            st.selectbox(
                title,
                list(labels),
                index=None,  # so that it can be emptied again
                format_func=lambda one: labels.get(one, one),
                key=f"other-{place}",
                placeholder=_("none"),
                width=340,
                on_change=_keep,
                args=(place, tuple(kept)),
            )
    chosen = dict.fromkeys(one for one in kept if one)
    return [visible_run(one) for one in chosen]


def side_by_side(models: Sequence[RunFolder], photos: Sequence[Photo], first: Sequence[Answered]) -> None:
    """Each photo with the answers of all models in columns; those of the first one are known."""
    with st.container(gap=None):
        asked = _all_asked(models, photos, first)
    looks = any(one.best is not None for model in asked for one in model.answered) and look_toggle()
    cards, foot = st.container(), st.container()
    with foot:  # below the answers, which do not move when it is done
        strange = [strange_ones(model.run, model.answered, f"familiar-{model.run.id}") for model in asked]
    for number, photo in enumerate(photos):
        with cards.container(border=True, key=f"beside-{number}"):
            with st.container(width=SIDE, gap="xxsmall"):
                picture_of(photo)
            for place, column in enumerate(st.columns(len(asked))):
                with column:
                    _column(asked[place], number, f"{place}-{number}", strange[place], looks)


def _all_asked(models: Sequence[RunFolder], photos: Sequence[Photo], first: Sequence[Answered]) -> list[_Asked]:
    infos = [one.info() for one in models]
    found = [first]
    for model, info in zip(models[1:], infos[1:], strict=True):
        theirs = [_as_theirs(photo, infos[0], info) for photo in photos]
        found.append(answers(model, theirs, fitting_swaps(model, info, theirs), model.id))
    wanted = {model.id for model in models}
    labels = {one.id: run_label(one) for one in visible_listing().runs if one.id in wanted}
    titles = [labels.get(model.id, info.name) for model, info in zip(models, infos, strict=True)]
    return [_Asked(*each) for each in zip(models, infos, titles, found, strict=True)]


def _column(model: _Asked, number: int, key: str, strange: Strangeness | None, looks: bool) -> None:
    """One model's answer to one photo, whether that is like its training pictures, and where it looked."""
    st.markdown(f"**{plain(model.title)}**")
    if len(model.answered) <= number:
        return
    one = model.answered[number]
    answer_card(one, model.info, key, strange is not None and bool(strange.is_unlike[number]))
    if strange and one.best is not None:
        unlike_line(strange, number)
    if looks and one.answer.seen is not None:
        where_it_looked(model.run, model.info, one.answer.seen, one.probabilities, key)


def _candidates(run: RunFolder) -> list[RunSummary]:
    listed = visible_listing().runs
    return list(islice((one for one in listed if one.id != run.id and one.has_model), RECENT))


def _keep(place: int, before: tuple[str | None, ...]) -> None:
    chosen = [*before]
    chosen[place] = session.widget_value(f"other-{place}")
    beside = [one for one in chosen if one]
    session.remember(OTHERS, beside)
    my_desk().change(beside=beside)  # for this browser's next visit


def _as_theirs(photo: Photo, first: RunInfo, info: RunInfo) -> Photo:
    """A photo whose true class is known to the first model alone, unless both learnt the same set."""
    return photo if first.content_hash == info.content_hash else replace(photo, label=None)
