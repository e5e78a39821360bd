"""The map of a data set on a page: by its pixels at once, or by what a trained model finds alike."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import streamlit as st
from numpy.typing import NDArray

from core.datasets.dataset import Dataset, DatasetMeta
from core.datasets.inspecting.embedding import PixelMap, pca_map, sample_for_map, small_pictures
from core.datasets.split import Indices
from core.i18n import _
from core.model_maps import MapAnswer, MapOrder, ModelMaps
from core.runs.folder import RunFolder
from core.runs.notes import run_name
from core.spec import DataSpec
from ui import format, session
from ui.access import visible_listing, visible_run
from ui.charts import Figure
from ui.choice import choice
from ui.components import HoverPictures, chart, sprite_sheet
from ui.data.map_chart import scatter_map
from ui.html import plain
from ui.run_picker import has_learnt
from ui.services import studio

HEIGHT = 520  # px
REFRESH = 1.0  # seconds between two looks at a map that is being made
TILE = 32  # px of a picture in the sheet; two blocks of JPEG
PIXELS = "pixels"
KEY = "data-map"


@dataclass(frozen=True, eq=False)
class _Sample:
    """The pictures on the map: their numbers and classes, (n,), the map by pixels, and how they look."""

    numbers: Indices
    labels: NDArray[np.int32]
    by_pixels: PixelMap
    pictures: HoverPictures


def data_map(
    dataset: Dataset,
    data: DataSpec,
    names: Sequence[str],
    on_pick: Callable[[int], None],
    marked: Mapping[int, str] | None = None,
) -> None:
    """Show a sample of the set as dots, those that are alike close together; a dot under the pointer shows its picture.

    Args:
        data: Gives the size and the colours in which pictures are compared.
        names: Of the classes, for the reader.
        on_pick: Called with a picture's number when its dot was clicked, before the page runs again.
        marked: As `ui.data.marks.marks_of` gives them; drawn as crosses, and circles for what is to change its class.
    """
    meta = dataset.meta
    sample = _sample(meta.content_hash, min(TILE, data.image_size), data.colour_mode, dataset)
    run = _looked_through(_learnt_from(meta))
    points: NDArray[np.float32] | None = sample.by_pixels.points
    if run:
        st.markdown(_("Pictures that your model finds alike lie close together."))
        points = _by_model(MapOrder(run, meta, sample.numbers))
    else:
        st.markdown(_("Pictures whose small pixels look alike lie close together."))
    if points is None:
        return
    view = f"{meta.content_hash}-{run.id if run else PIXELS}"
    _dots(sample, scatter_map(points, sample.labels, sample.numbers, names, marked or {}, view), on_pick)
    st.caption(f"{_shown(len(sample.numbers), len(dataset))} {_meaning(run, sample.by_pixels)}")


def _dots(sample: _Sample, figure: Figure, on_pick: Callable[[int], None]) -> None:
    def pick() -> None:
        click = session.widget_value(KEY)["click"]
        if click and click["customdata"][0] in sample.numbers:  # it comes from a browser
            on_pick(click["customdata"][0])

    chart(
        figure,
        key=KEY,
        height=HEIGHT,
        alt=_("Map: {count} pictures as dots, those that are alike close together.").format(
            count=format.count(len(sample.numbers))
        ),
        on_click=pick,
        hover_pictures=sample.pictures,
    )


@st.cache_data(max_entries=16, show_spinner=False)
def _sample(content_hash: str, side: int, colour_mode: str, _dataset: Dataset) -> _Sample:
    numbers = sample_for_map(_dataset.labels)
    pictures = small_pictures(_dataset, numbers, side, "grey" if colour_mode == "grey" else "rgb")
    sheet = sprite_sheet(pictures, pixelated=_dataset.meta.size <= TILE)
    return _Sample(numbers, _dataset.labels[numbers], pca_map(pictures), sheet)


def _learnt_from(meta: DatasetMeta) -> RunFolder | None:
    """A finished run on these very pictures: the one that this browser looks at, else the newest."""
    runs = [run.id for run in visible_listing().runs if has_learnt(run, meta)]
    found = session.run_id() if session.run_id() in runs else next(iter(runs), None)
    return visible_run(found) if found else None


def _looked_through(run: RunFolder | None) -> RunFolder | None:
    """The run through whose model the pictures are to be seen, by a control; None for their pixels."""
    if run is None:
        return None
    words = {PIXELS: _("Pixels"), run.id: _("What {run} sees").format(run=plain(run_name(run)))}
    chosen = session.recall("data.map", PIXELS)
    by = chosen if chosen in words else PIXELS
    choice(
        _("Compare pictures by"),
        words,
        by,
        lambda name: session.remember("data.map", name),
        key="data.map-by",
        label_visibility="collapsed",
    )
    return run if by == run.id else None


def _by_model(order: MapOrder) -> NDArray[np.float32] | None:
    """The places of the pictures by the run's model; while they are being made, None, and a line that says so."""
    answer = _maps(studio().home.cache).ask(order)
    if answer.points is None:
        with st.container(height=HEIGHT, border=False):
            if answer.error:
                st.error(plain(answer.error), icon=":material/error:")
                st.button(_("Try again"), icon=":material/refresh:", on_click=_try_again, args=(order,))
            else:
                st.fragment(_wait, run_every=REFRESH)(order)
    return answer.points


def _wait(order: MapOrder) -> None:
    answer = _maps(studio().home.cache).ask(order)
    if answer.error or answer.points is not None:
        st.rerun()
    st.status(_waiting(answer, len(order.numbers)), state="running")


def _waiting(answer: MapAnswer, count: int) -> str:
    if answer.seconds is None:
        return _("Another map is being made; yours comes after it.")
    return _("Your model looks at {count} pictures … {time} so far; about 10 s where nothing else runs.").format(
        count=format.count(count), time=format.duration(answer.seconds)
    )


def _try_again(order: MapOrder) -> None:
    _maps(studio().home.cache).try_again(order)


@st.cache_resource(show_spinner=False)
def _maps(cache: Path) -> ModelMaps:
    """The one maker of maps of this server process."""
    return ModelMaps(cache, studio().queue.take_spare)


def _shown(shown: int, all_pictures: int) -> str:
    if shown == all_pictures:
        return _("All {count} pictures.").format(count=format.count(shown))
    text = _("{shown} of {count} pictures, from every class its share.")
    return text.format(shown=format.count(shown), count=format.count(all_pictures))


def _meaning(run: RunFolder | None, by_pixels: PixelMap) -> str:
    if run:
        return _(
            "t-SNE keeps neighbours together; how far apart two groups lie means nothing. "
            "Pictures that your model learnt from are among them."
        )
    first, second = by_pixels.shares
    return _("These two directions hold {both} of the variance of the pixels: {first} across, {second} up.").format(
        both=format.percent(first + second), first=format.percent(first), second=format.percent(second)
    )
