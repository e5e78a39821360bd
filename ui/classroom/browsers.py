"""How much each browser has brought in and trained on this server, drawn anew every few seconds."""

from __future__ import annotations

from collections import Counter

import streamlit as st

from core.datasets.catalog import BUILT_IN
from core.datasets.store import size_on_disk
from core.i18n import _, ngettext
from ui import format
from ui.access import dataset_access, visible_datasets, visible_listing
from ui.html import facts
from ui.services import studio
from ui.whose import browser_name

REFRESH = 3.0  # seconds: the sizes of all sets are looked up


@st.fragment(run_every=REFRESH)
def browsers() -> None:
    """A line for each browser, those with the most runs first; nothing where there is none yet."""
    runs = Counter(owner for run in visible_listing().runs for owner in run.access.owners or ("",))
    sets, sizes = _sets()
    owners = sorted({*runs, *sets}, key=lambda owner: (-runs[owner], -sets[owner], owner))
    if not owners:
        return
    with st.container(key="class-browsers"):
        st.markdown(_("##### Browsers"))
        facts((browser_name(owner), _line(runs[owner], sets[owner], sizes[owner])) for owner in owners)


def _sets() -> tuple[Counter[str], Counter[str]]:
    """Owner → number of sets brought in, and their bytes on disk; a set of several counts for each."""
    sets: Counter[str] = Counter()
    sizes: Counter[str] = Counter()
    for meta in visible_datasets():
        if meta.id not in BUILT_IN:
            for owner in dataset_access(meta.id).owners or ("",):
                sets[owner] += 1
                sizes[owner] += size_on_disk(studio().home, meta.id)
    return sets, sizes


def _line(runs: int, sets: int, size: int) -> str:
    words = ngettext("{count} run", "{count} runs", runs).format(count=format.count(runs))
    if sets:
        text = ngettext("{count} set of pictures, {size}", "{count} sets of pictures, {size}", sets)
        words += " · " + text.format(count=format.count(sets), size=format.size(size))
    return words
