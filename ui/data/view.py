"""The right side of the Data page: a data set in a sentence, as bars, as pictures and in facts."""

from __future__ import annotations

import streamlit as st

from core.datasets.dataset import Dataset, DatasetMeta
from core.datasets.inspecting.inspect import DatasetFacts, describe
from core.datasets.split import Split
from core.datasets.store import origins_of
from core.errors import DataError
from core.i18n import N_, _
from core.spec import DataSpec
from ui import format, session
from ui.charts import class_counts
from ui.choice import choice
from ui.components import chart
from ui.data.checks import chips, findings
from ui.data.files import files_view
from ui.data.grid import data_grid
from ui.data.map import data_map
from ui.data.marks import click_means, marks_bar, marks_of
from ui.data.picture import clicked, picture_dialog
from ui.data.pixels import pixels_view
from ui.data.sizes import sizes_view
from ui.datasets import chosen_split, class_labels, dealing
from ui.html import facts, plain
from ui.services import studio

BAR, FRAME = 24, 84  # px: a class, and the legend and axis around them
TALLEST = 420  # px; a chart of more classes scrolls
VIEWS = {
    "pictures": N_("Pictures"),
    "map": N_("Map"),
    "pixels": N_("Pixel values"),
    "sizes": N_("Photo sizes"),
    "files": N_("Files"),
    "about": N_("About"),
}
VIEW, FIRST = "data.view", "pictures"
CLICKABLE = {"pictures", "map"}  # views whose pictures can be marked


def data_view(dataset: Dataset, data: DataSpec) -> None:
    """Show `dataset` as `data` uses it."""
    meta, names = dataset.meta, class_labels(dataset.meta)
    st.subheader(plain(_(meta.title)) + _version(meta))
    st.markdown(headline(dataset, data))
    try:
        split = chosen_split(dataset, data)
    except DataError as error:
        st.error(plain(str(error)), icon=":material/error:")
        marks_bar(dataset, is_waiting=True)
        data_grid(dataset, data, None, names)
        picture_dialog(dataset, None, names)
        return
    found = _described(meta.id, meta.content_hash, dealing(data), dataset, split)
    st.caption(_parts(split, meta))
    marks_bar(dataset, is_waiting=session.recall(VIEW, FIRST) in CLICKABLE)
    view = _view()
    if view == "pictures":
        _bars(found, meta)
        finding = chips(findings(dataset, split, dealing(data)), dataset)
        data_grid(dataset, data, split, names, finding.indices if finding else None)
    elif view == "map":
        click_means(dataset)
        data_map(dataset, data, names, lambda number: clicked(dataset, number), marks_of(dataset))
    elif view == "pixels":
        pixels_view(dataset, data, split, names)
    elif view == "sizes":
        origins = origins_of(studio().home, dataset)
        sizes_view(meta, origins.sizes if origins else None, dataset.labels, names)
    elif view == "files":
        files_view(dataset)
    else:
        facts(_rows(meta, found))
    picture_dialog(dataset, split, names)


def _view() -> str:
    """What of the set is looked at, by its control."""
    view: str = session.recall(VIEW, FIRST)
    choice(
        _("Look at"),
        {name: _(words) for name, words in VIEWS.items()},
        view,
        lambda name: session.remember(VIEW, name),
        key="data.views",
        label_visibility="collapsed",
    )
    return view


def _version(meta: DatasetMeta) -> str:
    return " " + _(":gray[version {number}]").format(number=meta.version) if meta.version > 1 else ""


def headline(dataset: Dataset, data: DataSpec) -> str:
    """One sentence: "1,797 pictures of 10 classes, 8×8 pixels, grey."."""
    return _("{pictures} pictures of {classes} classes, {size}×{size} pixels, {colours}.").format(
        pictures=format.count(len(dataset)),
        classes=format.count(len(dataset.meta.classes)),
        size=data.image_size,
        colours=_("grey") if data.colour_mode == "grey" else _("in colour"),
    )


@st.cache_data(max_entries=32, show_spinner=False)
def _described(
    dataset_id: str, content_hash: str, dealing: tuple[float, float, str, int], _dataset: Dataset, _split: Split
) -> DatasetFacts:
    """What is in the split; the first three arguments are the key, and decide all that is used of the others."""
    return describe(_dataset, _split)


def _parts(split: Split, meta: DatasetMeta) -> str:
    text = _("{train} to learn from, {validation} to check progress with, {test} for the final exam.").format(
        train=format.count(len(split.train)),
        validation=format.count(len(split.validation)),
        test=format.count(len(split.test)),
    )
    if meta.synthetic:
        text += " " + _("Synthetic: drawn on the spot, upright in training and turned in the test.")
    return text


def _bars(found: DatasetFacts, meta: DatasetMeta) -> None:
    counts = dict(zip(class_labels(meta), found.counts.values(), strict=True))
    height = FRAME + BAR * len(counts)
    totals = [sum(values) for values in counts.values()]
    alt = _("Bars: each of {classes} classes has {low} to {high} pictures.").format(
        classes=len(counts), low=format.count(min(totals)), high=format.count(max(totals))
    )
    with st.container(height=TALLEST if height > TALLEST else "content", border=height > TALLEST, key="data-bars"):
        chart(class_counts(counts), key="class-counts", height=height, alt=alt)


def _rows(meta: DatasetMeta, found: DatasetFacts) -> list[tuple[str, str]]:
    return [
        (_("Source"), _(meta.source)),
        (_("Licence"), _(meta.licence)),
        (_("As it came"), _array(meta.original.shape, meta.original.dtype, *meta.original.range)),
        (_("As it is kept"), _array(found.shape, found.dtype, *found.value_range)),
        (_("Left out"), format.count(len(meta.refused)) if meta.refused else _("none")),
    ]


def _array(shape: object, dtype: str, low: float, high: float) -> str:
    return _("{shape} {dtype}, values {low} to {high}").format(
        shape=shape, dtype=dtype, low=f"{low:g}", high=f"{high:g}"
    )
