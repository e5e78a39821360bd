"""The pixels of a data set: what scaling does to them, their mean and spread, and the mean picture of each class."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import numpy as np
import streamlit as st

from core.datasets.dataset import CHANNELS, Dataset
from core.datasets.inspecting.pixel_facts import Brightness, PixelFacts, pixel_facts
from core.datasets.pixels import path_of
from core.datasets.split import Indices, Split
from core.i18n import _
from core.spec import DataSpec
from ui import format, session
from ui.components import Tile, chart, gallery
from ui.data.pixel_charts import pixel_histogram
from ui.data.pixel_tables import channel_table, excerpt_head, excerpt_of, excerpt_table
from ui.html import plain

ALL = -1  # in place of a class number
HISTOGRAM = 210  # px high
FEW = 10  # classes up to which mean pictures are shown larger
SIDE = {True: 112, False: 60}  # px of a mean picture, with few classes and with more
MANY, TALLEST = 40, 460  # mean pictures beyond which they scroll, in a frame of so many px
PER_PAGE = 100  # mean pictures
ENOUGH = 10  # pictures of each class without which mean pictures are not compared

_SHEET = Path(__file__).with_name("pixels.css").read_text(encoding="utf-8")


def pixels_view(dataset: Dataset, data: DataSpec, split: Split, names: Sequence[str]) -> None:
    """Show what the pixels of the training pictures are like, in the colours that the network sees.

    Args:
        names: Of the classes, for the reader.
    """
    meta = dataset.meta
    found = _facts(meta.id, meta.content_hash, CHANNELS[data.colour_mode], split.train, dataset, split)
    st.html(f"<style>{_SHEET}</style>")
    _why()
    label = _chosen_class(found, names)
    brightness = found.classes[label] if label != ALL else None
    _before_and_after(brightness or found.whole)
    _excerpt(dataset, data, _first(dataset, split, label), names)
    channel_table(brightness or found.whole)
    st.caption(_measured(found, len(split.train)))
    _mean_pictures(found, names)


@st.cache_data(max_entries=16, show_spinner=False)
def _facts(
    dataset_id: str, content_hash: str, channels: int, train: Indices, _dataset: Dataset, _split: Split
) -> PixelFacts:
    """The facts; the arguments without underscore are the key, and decide all that is used of the others."""
    return pixel_facts(_dataset, _split, channels)


def _why() -> None:
    st.markdown("##### " + _("Why pixel values are scaled"))
    st.markdown(
        _(
            "Dividing each value by 255, `x / 255`, leaves the picture as it is and changes its ruler: 0 to 255 "
            "becomes 0 to 1. The weights of a new network are small, and with inputs as small their gradients are of a "
            "similar size, so that one learning rate suits dark and bright pictures alike."
        )
    )
    st.markdown(
        _(
            "Here the division is the first layer of the network, `Rescaling(1 / 255)`. So you have nothing to do, and "
            "a model that you export cannot forget it: it takes pixels from 0 to 255 as they come."
        )
    )


def _chosen_class(found: PixelFacts, names: Sequence[str]) -> int:
    """The class whose pixels are shown, or `ALL`, by a control for choosing it."""
    options = [ALL, *np.flatnonzero(found.used).tolist()]
    chosen: int = session.recall("data.pixels", ALL)
    if chosen not in options:  # another set was chosen meanwhile
        chosen = ALL
    session.show_value("data.pixels_of", chosen)
    st.selectbox(
        _("Pixel values of"),
        options,
        options.index(chosen),
        format_func=lambda label: _("all classes") if label == ALL else names[label],
        key="data.pixels_of",
        on_change=lambda: session.remember("data.pixels", session.widget_value("data.pixels_of")),
        width=260,
    )
    return chosen


def _before_and_after(found: Brightness) -> None:
    with st.container(key="wide-histograms"):
        before, after = st.columns(2)
    with before:
        st.markdown(_("**Before**: 0 to 255"))
        _histogram(found, scaled=False)
    with after:
        st.markdown(_("**After** `x / 255`: 0 to 1"))
        _histogram(found, scaled=True)
    st.caption(_("Height: share of the pixels. Dashed: the mean. Bar across it: one standard deviation to each side."))


def _histogram(found: Brightness, scaled: bool) -> None:
    mean, std = (found.scaled_mean, found.scaled_std) if scaled else (found.mean, found.std)
    alt = _("Histogram of pixel values {span}: mean {mean}, standard deviation {std}.").format(
        span=_("from 0 to 1") if scaled else _("from 0 to 255"),
        mean=", ".join(f"{value:.3g}" for value in mean),
        std=", ".join(f"{value:.3g}" for value in std),
    )
    key = "pixels-after" if scaled else "pixels-before"
    chart(pixel_histogram(found, scaled), key=key, height=HISTOGRAM, alt=alt)


def _excerpt(dataset: Dataset, data: DataSpec, index: int, names: Sequence[str]) -> None:
    """A few pixels of the picture at `index`, as the network gets it, as numbers before and after."""
    picture = path_of(dataset.meta, data.image_size, data.colour_mode).stored(dataset.images[[index]])[0]
    excerpt = excerpt_of(picture)
    excerpt_head(picture, excerpt, names[dataset.labels[index]])
    with st.container(key="wide-excerpts"):
        before, after = st.columns(2)
    with before:
        excerpt_table(excerpt, scaled=False)
    with after:
        excerpt_table(excerpt, scaled=True)


def _first(dataset: Dataset, split: Split, label: int) -> int:
    """Where the first training picture is, of a class or of all."""
    mine = split.train if label == ALL else split.train[dataset.labels[split.train] == label]
    return int(mine[0])


def _measured(found: PixelFacts, train: int) -> str:
    if found.sample_size == train:
        return _("Measured in all {count} training pictures.").format(count=format.count(train))
    return _("Measured in {sample} of {count} training pictures, evenly spread over every class.").format(
        sample=format.count(found.sample_size), count=format.count(train)
    )


def _mean_pictures(found: PixelFacts, names: Sequence[str]) -> None:
    st.markdown("##### " + _("Mean picture of each class"))
    st.markdown(
        _(
            "All pictures of a class laid over each other. A sharp one: they look alike and sit in the same place. A "
            "blurred one: they differ in form, place or background, and the network has to find what they share."
        )
        + _compared(found, names)
    )
    labels = _page_of(np.flatnonzero(found.used))
    tiles = [
        Tile(str(label), found.mean_pictures[label], names[label], _pictures(int(found.used[label])))
        for label in labels.tolist()
    ]
    few, many = len(names) <= FEW, len(tiles) > MANY
    with st.container(height=TALLEST if many else "content", border=many, key="data-means"):
        gallery(tiles, key="mean-pictures", size=SIDE[few], columns=FEW // 2 if few else None)


def _compared(found: PixelFacts, names: Sequence[str]) -> str:
    """Of which class the pictures are most and least alike, where that can be told."""
    if len(names) < 3 or found.used.min() < ENOUGH:
        return ""
    most, least = int(found.likeness.argmax()), int(found.likeness.argmin())
    text = _("Here the pictures of {most} are most alike, those of {least} least.")
    return " " + text.format(most=plain(names[most]), least=plain(names[least]))


def _pictures(count: int) -> str:
    return _("1 picture") if count == 1 else _("{count} pictures").format(count=format.count(count))


def _page_of(labels: Indices) -> Indices:
    """Those of `labels` that are shown, by a control for the others where there are many."""
    pages = -(-len(labels) // PER_PAGE)
    if pages == 1:
        return labels
    page: int = min(session.recall("data.means", 0), pages - 1)
    session.show_value("data.mean_page", page)
    st.selectbox(
        _("Classes"),
        range(pages),
        page,
        format_func=lambda page: _("classes {first}–{last} of {count}").format(
            first=page * PER_PAGE + 1,
            last=min((page + 1) * PER_PAGE, len(labels)),
            count=format.count(len(labels)),
        ),
        key="data.mean_page",
        label_visibility="collapsed",
        on_change=lambda: session.remember("data.means", session.widget_value("data.mean_page")),
        width=210,
    )
    return labels[page * PER_PAGE : (page + 1) * PER_PAGE]
