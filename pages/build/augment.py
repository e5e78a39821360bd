"""Augment: how training pictures are varied on the left, what that does to them on the right."""

import streamlit as st

from core.datasets.dataset import Dataset
from core.datasets.shapes import is_shapes_id
from core.errors import DataError, StudioError
from core.i18n import _
from ui import session
from ui.augment.code import code
from ui.augment.first_batch import first_batch
from ui.augment.meter import honesty_meter
from ui.augment.photo import pick_photo, seen
from ui.augment.preview import copies, fill_modes, strip
from ui.augment.proof import shapes_proof
from ui.augment.settings import settings, touched
from ui.data.panels import missing
from ui.datasets import chosen_dataset, chosen_split, class_labels
from ui.html import plain
from ui.navigation import next_step, page


def shown(dataset: Dataset) -> None:
    """The right side: one picture and what becomes of it, or the first batch."""
    spec, names = session.spec(), class_labels(dataset.meta)
    try:
        train = chosen_split(dataset, spec.data).train
    except DataError as error:
        st.error(plain(str(error)), icon=":material/error:")
        st.page_link(page("data"), label=_("Change the split"), icon=":material/photo_library:")
        return
    is_shapes = is_shapes_id(dataset.meta.id)
    if is_shapes:
        st.markdown(_("What is it good for? [See it in a minute](#shapes-proof)"))
    number = pick_photo(dataset, spec.data, train, names)
    picture = seen(dataset, spec.data, [number])[0]
    if st.toggle(_("Show epoch 1, batch 1"), key="augment-first-batch"):
        first_batch(dataset, spec, train, names)
    else:
        copies(picture, number, spec.training.seed, spec.augmentation, names[dataset.labels[number]])
        strip(picture, spec.augmentation, touched())
        fill_modes(picture, spec.augmentation)
    honesty_meter(dataset, spec.data, number, spec.augmentation, names)
    shapes_proof(open=is_shapes)
    code(spec.augmentation)


def chosen() -> Dataset | StudioError:
    """The chosen data set, or why there is none."""
    try:
        return chosen_dataset()
    except StudioError as error:
        return error


found = chosen()
with st.container(key="augment-page"):
    left, right = st.columns([1, 2], gap="large")
with left:
    settings(found.meta if isinstance(found, Dataset) else None)
with right:
    if isinstance(found, Dataset):
        shown(found)
    else:
        missing(found)
    next_step("model", _("Shape the network"))
