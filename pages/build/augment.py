"""Augment: how training pictures are varied on the left, what that does to them on the right and below."""

import streamlit as st

from core.datasets.dataset import Dataset
from core.datasets.shapes import is_shapes_id
from core.datasets.split import Split
from core.errors import DataError, StudioError
from core.i18n import _
from ui import session
from ui.augment.code import code
from ui.augment.first_batch import first_batch
from ui.augment.meter import honesty_meter
from ui.augment.photo import pick_photo, seen
from ui.augment.preview import copies, fill_modes, strip
from ui.augment.proof import shapes_proof
from ui.augment.settings import ALL, settings, touched
from ui.data.panels import missing
from ui.datasets import chosen_dataset, chosen_split, class_labels
from ui.held import settings_and_result
from ui.html import plain
from ui.navigation import link_to, next_step


def chosen() -> Dataset | None:
    """The chosen data set; where it is gone, what to do."""
    try:
        return chosen_dataset()
    except StudioError as error:
        with result:
            missing(error)
        return None


def split_of(dataset: Dataset) -> Split | None:
    """The split that the settings ask for; where there is none, what to do."""
    try:
        return chosen_split(dataset, session.spec().data)
    except DataError as error:
        with result:
            st.error(plain(str(error)), icon=":material/error:")
            link_to("data", _("Change the split"))
        return None


def shown(dataset: Dataset, split: Split) -> None:
    """One picture and what becomes of it, or the first batch."""
    spec, names = session.spec(), class_labels(dataset.meta)
    is_shapes = is_shapes_id(dataset.meta.id)
    with result:
        if is_shapes:
            st.markdown(_("What is augmentation good for? [See it in a minute](#shapes-proof)"))
        help = _("The very pictures that the first step of training will see, in place of the copies of one picture.")
        if st.toggle(_("Show epoch 1, batch 1"), key="augment-first-batch", help=help):
            first_batch(dataset, spec, split.train, names)
            return
        number = pick_photo(dataset, spec.data, split.train, names)
        picture, name = seen(dataset, spec.data, [number])[0], names[dataset.labels[number]]
        copies(picture, number, spec.training.seed, spec.augmentation, name)
        strip(picture, spec.augmentation, touched(), name)
    fill_modes(picture, spec.augmentation)
    honesty_meter(dataset, spec.data, number, spec.augmentation, names)
    shapes_proof(open=is_shapes)


with st.container(key="augment-page"):
    left, result = settings_and_result(*ALL)
dataset = chosen()
with left:
    settings(dataset.meta if dataset else None)
split = split_of(dataset) if dataset else None
if dataset and split:
    shown(dataset, split)
    code(session.spec().augmentation)
if dataset:
    next_step("model", _("Shape the network"))
