"""What was set differently: the settings of several runs in words, and only those that differ."""

from __future__ import annotations

from collections.abc import Sequence

import streamlit as st

from core.i18n import _
from core.runs.folder import RunInfo, State
from core.runs.settings import PARTS, Key, settings_of
from ui.compare.chosen import Compared
from ui.html import escaped

NONE = "–"


def differences(settings: Sequence[dict[Key, str]]) -> dict[Key, list[str]]:
    """The settings in which not all runs agree, in order, with a value a run; a dash where it has no such setting."""
    ordered = sorted(dict.fromkeys(key for mine in settings for key in mine), key=lambda key: list(PARTS).index(key[0]))
    rows = {key: [mine.get(key, NONE) for mine in settings] for key in ordered}
    different = {key: values for key, values in rows.items() if len(set(values)) > 1}
    if ("data", _("Data set")) in different:
        for title in (_("Version of the pictures"), _("Classes")):  # they tell sets of one name apart
            different.pop(("data", title), None)
    return different


def beginnings_of(info: RunInfo) -> dict[Key, str]:
    """What nobody set for this run and yet it began with: the names of its classes, the file of its backbone."""
    found = {("data", _("Classes")): ", ".join(info.classes)}
    return found | ({("network", _("Weights file")): info.weights[:8]} if info.weights else {})


def come_out_same(runs: Sequence[Compared]) -> bool:
    """Whether nothing can tell these runs apart: all were trained to the end, here, from the very same beginnings."""
    first = runs[0].info
    return all(
        run.status.state == State.FINISHED
        and not run.info.imported
        and (run.info.spec, run.info.classes, run.info.weights, run.info.content_hash)
        == (first.spec, first.classes, first.weights, first.content_hash)
        for run in runs
    )


def _alike(runs: Sequence[Compared]) -> str:
    text = _("All settings are the same, and so are the pictures.")
    return text + " " + _("Such runs come out the same, too.") if come_out_same(runs) else text


def settings_table(runs: Sequence[Compared]) -> None:
    """One row a setting that differs, one column a run."""
    rows = differences([settings_of(run.info) | beginnings_of(run.info) for run in runs])
    if not rows:
        st.info(_alike(runs), icon=":material/drag_handle:")
        return
    heads = "".join(f"<th scope='col'>{run.tag}</th>" for run in runs)
    body, part = "", ""
    for (group, title), values in rows.items():
        if group != part:
            body += f"<tr class='part'><th colspan='{len(runs) + 1}'>{escaped(_(PARTS[group]))}</th></tr>"
            part = group
        cells = "".join(f"<td>{escaped(value)}</td>" for value in values)
        body += f"<tr><th scope='row'>{escaped(title)}</th>{cells}</tr>"
    st.html(
        f"<div class='compared-scroll'><table class='compared-table'><thead><tr><td></td>{heads}</tr></thead>"
        f"<tbody>{body}</tbody></table></div>"
    )
    st.caption(_("Whatever is not here was set alike."))
