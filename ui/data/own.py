"""The sets that were imported: which one, its versions, its classes, and what can be done with it as a whole."""

from __future__ import annotations

from contextlib import suppress

import numpy as np
import streamlit as st

from core.datasets.catalog import BUILT_IN
from core.datasets.dataset import Dataset, DatasetMeta
from core.datasets.editing.versions import families, family_of, remove_dataset
from core.errors import StudioError
from core.i18n import _, ngettext
from core.tasks.folder import open_task
from ui import format, session
from ui.access import (
    dataset_access,
    hidden_datasets,
    may_change_dataset,
    visible_dataset,
    visible_datasets,
)
from ui.data.add import start_collecting
from ui.data.class_names import class_rows
from ui.data.marks import change_class, edits_of
from ui.data.outcome import say
from ui.desk import my_desk
from ui.downloads import download_url
from ui.errors import errors_shown
from ui.html import plain
from ui.publishing import set_switch
from ui.services import studio
from ui.tasks import begin_task
from ui.whose import hidden_line, marked

EXPORTS = {"npz": ".npz (NumPy)", "zip": ".zip (PNG)"}


def own_families() -> dict[str, list[DatasetMeta]]:
    """The sets that are not built in, their versions together, the newest version first."""
    return families([meta for meta in visible_datasets() if meta.id not in BUILT_IN])


def choose_own() -> None:
    """A list of the own sets, and of the versions of the chosen one; nothing where there are none."""
    found = own_families()
    hidden_line(_hidden_words)
    if not found:
        return
    chosen = session.spec().data.dataset
    family = next((name for name, versions in found.items() if chosen in [meta.id for meta in versions]), None)
    session.show_value("data.own", family)
    st.selectbox(
        _("Sets on this computer"),
        list(found),
        list(found).index(family) if family in found else None,
        format_func=lambda name: _label(name, found),
        key="data.own",
        placeholder=_("Choose a set"),
        on_change=lambda: use(found[session.widget_value("data.own")][0].id),
    )
    if family and len(found[family]) > 1:
        _versions(found[family], chosen)


def _hidden_words() -> str:
    hidden = hidden_datasets()
    text = ngettext(
        "{count} set was brought in by another browser and is private to it.",
        "{count} sets were brought in by other browsers and are private to them.",
        hidden,
    )
    return text.format(count=format.count(hidden)) if hidden else ""


def _label(family: str, found: dict[str, list[DatasetMeta]]) -> str:
    """Title of a set; where several have it, the end of the id too: a list tells its entries apart by their text."""
    titles = [versions[0].title for versions in found.values()]
    if family not in found:
        return family
    newest = found[family][0]
    title = f"{newest.title} · {family[-4:]}" if titles.count(newest.title) > 1 else newest.title
    return marked(title, dataset_access(newest.id))


def use(dataset_id: str) -> None:
    """Choose an own set; another version of the chosen one is looked at in the same size and colours."""
    with suppress(StudioError):  # a set that was removed meanwhile is gone from the list at this rerun
        dataset = visible_dataset(dataset_id)
        if not _same_view(dataset):
            session.use_dataset(dataset)
        session.remember("data.source", ("own", dataset_id))
        say("")
        session.remember("data.page", 0)
        session.remember("data.finding", None)


def _same_view(dataset: Dataset) -> bool:
    with suppress(StudioError):
        before = visible_dataset(session.spec().data.dataset).meta
        if family_of(before) == family_of(dataset.meta):
            session.change("data", dataset=dataset.meta.id)
            return True
    return False


def own_set(dataset: Dataset) -> None:
    """The classes of the chosen set, and what can be done with it; a changed one is a version of one's own."""
    counts = np.bincount(dataset.labels, minlength=len(dataset.meta.classes)).tolist()
    with st.expander(_("Classes")):
        st.caption(_("Rename a class, or give two the same name to join them. It takes effect in a new version."))
        class_rows(
            f"own.{dataset.meta.id}",
            list(zip(dataset.meta.classes, counts, strict=True)),
            edits_of(dataset).classes,
            lambda name, new: change_class(dataset, name, new),
            can_leave_out=True,
        )
    with st.container(horizontal=True, gap="xsmall", key="own-actions"):
        if st.button(_("Add photos")):
            start_collecting(dataset.meta.id, dataset.meta.classes)
            st.rerun()
        _export(dataset)
        if may_change_dataset(dataset.meta.id):
            _remove(dataset)
    text = _("Everybody on this server can then train on it and save versions of their own. This one stays yours.")
    set_switch(dataset.meta.id, _("Published: everybody sees it"), text)


def _versions(versions: list[DatasetMeta], chosen: str) -> None:
    numbers = {meta.id: meta.version for meta in versions}
    session.show_value("data.version", chosen)
    st.selectbox(
        _("Version"),
        list(numbers),
        list(numbers).index(chosen) if chosen in numbers else None,
        format_func=lambda name: _("version {number}").format(number=numbers.get(name, "")),
        key="data.version",
        help=_("Every change makes a new version; the old ones stay, and a run keeps the one it was trained on."),
        on_change=lambda: use(session.widget_value("data.version")),
    )


def _export(dataset: Dataset) -> None:
    with st.popover(_("Export"), icon=":material/download:", help=_("Save the set as a file")):
        for kind, label in EXPORTS.items():
            task = _exported(f"{dataset.meta.id}.{kind}")
            if task:
                st.link_button(_("Download {file}").format(file=label), download_url(task), icon=":material/download:")
            elif st.button(
                _("Make {file}").format(file=label), key=f"export.{kind}", disabled=bool(my_desk().state().task)
            ):
                begin_task("export", {"dataset": dataset.meta.id, "as": kind})
                st.rerun()


def _exported(name: str) -> str | None:
    """The task that holds the file, while it is kept."""
    task_id = my_desk().state().exports.get(name, "")
    try:
        return open_task(studio().home, task_id).id
    except StudioError:
        return None


def _remove(dataset: Dataset) -> None:
    with st.popover(_("Delete"), icon=":material/delete:", help=_("Delete this version")):
        st.markdown(
            _(
                "Delete {title}? Runs that used it keep their models and scores, but can no longer show its pictures."
            ).format(title=plain(dataset.meta.label))
        )
        if st.button(_("Delete it"), key="own.delete"):
            with errors_shown():
                remove_dataset(studio().home, dataset.meta.id, session.viewer())
                same = own_families().get(family_of(dataset.meta), [])
                session.use_dataset(visible_dataset(same[0].id if same else "digits"))
                session.remember("data.source", ("own", session.spec().data.dataset))
                st.rerun()
