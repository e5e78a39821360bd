"""What a link to settings restores, in the words of the other pages."""

from __future__ import annotations

import streamlit as st

from core.augmentation.words import in_full
from core.errors import StudioError
from core.i18n import _
from core.runs.network_words import network_rows
from core.runs.settings import setting_rows
from core.spec import DataSpec, RunSpec
from ui.access import dataset_access
from ui.data.source import OWN, source_of
from ui.datasets import chosen_dataset
from ui.html import facts


def restored(spec: RunSpec) -> None:
    """All settings of the link, and what it does not bring."""
    augmentation = (_("Augmentation"), in_full(spec.augmentation))
    data = [(_("Data"), _title(spec.data)), *setting_rows(spec.data)]
    facts([*data, augmentation, *network_rows(spec), *setting_rows(spec.training)])
    note = pictures_note(spec.data.dataset)
    if note:
        st.caption(f":material/photo_library: {note}")


def pictures_note(dataset_id: str) -> str:
    """What a link says of pictures that are not ready-made, and who can open them; "" for ready-made ones."""
    if source_of(dataset_id) != OWN:
        return ""
    note = _("The link names your pictures and does not bring them: it opens where the set is.")
    access = dataset_access(dataset_id)
    if access.owners and not access.published:
        note += " " + _("Here only you see the set until you publish it on the Data page.")
    return note


def _title(data: DataSpec) -> str:
    try:
        return _(chosen_dataset().meta.label)
    except StudioError:
        return _("{name} (not here)").format(name=data.dataset)
