"""The same photos through other models, side by side."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import streamlit as st

from core.i18n import _
from core.runs.folder import RunFolder, RunInfo, list_runs
from ui import session
from ui.answers import Photo
from ui.classify.input import fitting_swaps
from ui.classify.view import Answered, answer_card, answers, results
from ui.html import plain
from ui.run_picker import RECENT, run_label
from ui.services import studio

OTHERS = "classify.others"
MOST = 2  # other models; three columns can still be read


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
    labels = {one.id: label for one in _candidates(run) if (label := run_label(one))}
    if not labels:
        return []
    kept: list[str | None] = [one if one in labels else None for one in session.recall(OTHERS, [None] * MOST)]
    with st.container(horizontal=True, key="other-models"):
        for place, title in enumerate((_("Beside it, a second model"), _("and a third"))):
            if place and not kept[0]:
                continue
            session.show_value(f"other-{place}", kept[place])
            st.selectbox(
                title,
                list(labels),
                format_func=lambda one: labels.get(one, one),
                key=f"other-{place}",
                placeholder=_("none"),
                width=340,
                on_change=_keep,
                args=(place, tuple(kept)),
            )
    chosen = dict.fromkeys(one for one in kept if one)
    return [RunFolder(studio().home.runs / one) for one in chosen]


def side_by_side(models: Sequence[RunFolder], photos: Sequence[Photo], first: Sequence[Answered]) -> None:
    """Each photo with the answers of all models in columns; those of the first one are known."""
    infos = [one.info() for one in models]
    found = [list(first)]
    for model, info in zip(models[1:], infos[1:], strict=True):
        theirs = [_as_theirs(photo, infos[0], info) for photo in photos]
        found.append(answers(model, theirs, fitting_swaps(model, info, theirs), model.id))
    for number, photo in enumerate(photos):
        with st.container(border=True, key=f"beside-{number}"):
            st.markdown(f"**{plain(photo.name)}**")
            for place, column in enumerate(st.columns(len(models))):
                with column:
                    st.markdown(f"**{plain(run_label(models[place]))}**")
                    if len(found[place]) > number:
                        answer_card(found[place][number], infos[place], f"{place}-{number}")


def _candidates(run: RunFolder) -> list[RunFolder]:
    recent = list_runs(studio().home, 4 * RECENT)
    return [one for one in recent if one.id != run.id and one.checkpoint.exists()][:RECENT]


def _keep(place: int, before: tuple[str | None, ...]) -> None:
    chosen = [*before]
    chosen[place] = session.widget_value(f"other-{place}")
    session.remember(OTHERS, sorted(chosen, key=lambda one: one is None))


def _as_theirs(photo: Photo, first: RunInfo, info: RunInfo) -> Photo:
    """A photo whose true class is known to the first model alone, unless both learnt the same set."""
    return photo if first.content_hash == info.content_hash else replace(photo, label=None)
