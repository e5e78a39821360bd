"""What a link to settings restores, in the words of the other pages."""

from __future__ import annotations

import streamlit as st

from core.architecture.transfer import IMAGENET, RANDOM, Transfer
from core.augmentation.words import in_full
from core.errors import StudioError
from core.i18n import _
from core.runs.network_words import network_rows
from core.runs.settings import setting_rows
from core.spec import DataSpec, RunSpec
from ui.access import dataset_access
from ui.data.source import OWN, source_of
from ui.datasets import chosen_dataset
from ui.html import facts, plain
from ui.publishing import set_switch


def restored(spec: RunSpec) -> None:
    """All settings of the link, and what it does not bring."""
    augmentation = (_("Augmentation"), in_full(spec.augmentation))
    data = [(_("Data"), _title(spec.data)), *setting_rows(spec.data)]
    facts([*data, augmentation, *network_rows(spec), *setting_rows(spec.training)])
    note = pictures_note(spec.data.dataset)
    if note:
        st.caption(f":material/photo_library: {note}")
    architecture = spec.architecture
    if isinstance(architecture, Transfer) and architecture.weights not in (IMAGENET, RANDOM):
        text = _("The link names the weights file {file} and does not bring it: give it to those who open the link.")
        st.caption(f":material/weight: {plain(text.format(file=architecture.weights))}")


def others_see_pictures(dataset_id: str) -> None:
    """A loud word where nobody else can see the pictures of the links, with the switch that publishes them."""
    access = dataset_access(dataset_id)
    if not access.owners:
        return
    if not access.published:
        words = _("These pictures are private: whoever else opens a link has none, until you publish them.")
        st.warning(words, icon=":material/visibility_off:")
    help = _("Everybody on this server can then train on it and save versions of their own. This one stays yours.")
    set_switch(dataset_id, _("Published: everybody sees it"), help)


def pictures_note(dataset_id: str) -> str:
    """What a link does not bring of pictures that are not ready-made; "" for ready-made ones."""
    if source_of(dataset_id) != OWN:
        return ""
    return _("The link names the pictures and does not bring them: it opens where the set is.")


def _title(data: DataSpec) -> str:
    try:
        return _(chosen_dataset().meta.label)
    except StudioError:
        return _("{name} (not here)").format(name=data.dataset)
