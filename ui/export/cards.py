"""One card a purpose: what it is good for, made on a press, then a download with its size and how true it stayed."""

from __future__ import annotations

import sys
from pathlib import Path

import streamlit as st

from core.desk import new_token
from core.export.kinds import (
    KINDS,
    WITHOUT_PICTURES,
    Agreement,
    Made,
    about_bytes,
    is_outdated,
    made_export,
    make_export,
    may_take,
    stamp_of,
)
from core.export.labels import labels_text
from core.home import PROJECT
from core.i18n import _, ngettext
from core.inference import Inference
from core.questions import Tell
from core.runs.folder import RunFolder, RunInfo
from ui import format, session
from ui.asking import answer_to
from ui.choice import choice
from ui.downloads import export_url
from ui.export.purposes import LABELS, PURPOSES, USES
from ui.run_pictures import may_see_pictures
from ui.services import studio

WITH_LABELS = ("python", "phone")
CONVERTED = [kind for name in WITH_LABELS for kind in PURPOSES[name].kinds]


def export_card(run: RunFolder, name: str) -> None:
    """The card of a purpose, a name in `PURPOSES`."""
    purpose, info = PURPOSES[name], run.info()
    with st.container(border=True, key=f"export-{name}", height="stretch"):
        st.subheader(f"{purpose.icon} {_(purpose.title)}", anchor=False)
        st.markdown(_(purpose.text))
        kind = _taken(run, _chosen(name))
        if kind in WITHOUT_PICTURES.values() and not may_see_pictures(info):
            st.caption(_("Without pictures: those of this run are private to the browser that made it."))
        if KINDS[kind].missing:
            _missing(kind)
        else:
            _file(run, kind, info)
        if name in WITH_LABELS:
            _labels(info, name)
        if kind in USES:
            _use(info, kind)


def _taken(run: RunFolder, kind: str) -> str:
    """The kind that this browser may take away: one without pictures, where it may not see those of the run."""
    return kind if may_take(studio().home, run, kind, session.viewer()) else WITHOUT_PICTURES[kind]


def agreement_words(agreement: Agreement | None) -> str:
    """How a converted model compares to the original; that nothing could be compared, where that is so."""
    if agreement is None:
        return _("Its answers could not be compared to the original's: the test pictures are no longer here.")
    words = ngettext(
        "Same answer as the original on {same} of {pictures} test picture; ",
        "Same answer as the original on {same} of {pictures} test pictures; ",
        agreement.pictures,
    ).format(same=format.count(agreement.same), pictures=format.count(agreement.pictures))
    if agreement.largest < 1e-5:
        return words + _("the probabilities are equal.")
    largest = f"{100 * agreement.largest:.2g}"
    return words + _("probabilities differ by {largest} percentage points at most.").format(largest=largest)


def _chosen(name: str) -> str:
    """The kind of file that is chosen on a card; a choice where there are several."""
    kinds, key = PURPOSES[name].kinds, f"export.kind-{name}"
    if len(kinds) == 1:
        return kinds[0]
    picked: str = session.recall(key, kinds[0])
    words = {kind: _(LABELS[kind]) for kind in kinds}
    choice(_("Format"), words, picked, lambda kind: session.remember(key, kind), key=key, label_visibility="collapsed")
    return picked


def _missing(kind: str) -> None:
    """What has to be installed first, and the one command that does it."""
    text = _("This needs the packages {names}, which are not installed. In the folder of CNN Studio, run:")
    st.markdown(text.format(names=", ".join(f"`{name}`" for name in KINDS[kind].needs)))
    st.code(f"{_python()} -m pip install {' '.join(KINDS[kind].needs)}", language="bash", wrap_lines=True)


def _python() -> str:
    """This server's Python, as it is called from the project's folder."""
    python = Path(sys.executable)
    return str(python.relative_to(PROJECT) if python.is_relative_to(PROJECT) else python)


def _file(run: RunFolder, kind: str, info: RunInfo) -> None:
    made = made_export(run, kind) or _being_made(run, kind)
    if made:
        label = _("Download {ending} · {size}").format(
            ending=KINDS[kind].ending.lstrip("-"), size=format.size(made.size)
        )
        st.link_button(label, export_url(run.id, kind), icon=":material/download:")
        if kind in CONVERTED:
            st.caption(agreement_words(made.agreement))


def _being_made(run: RunFolder, kind: str) -> Made | None:
    """A button, or how far it is once it was pressed; what was made when it is done."""
    asked, model, maker = f"export.asked-{kind}", (run.id, stamp_of(run, kind)), session.viewer().owner
    pressed: tuple[str, str, str] | None = session.recall(asked)
    if pressed is None or pressed[:2] != model:
        _make_button(run, kind, asked, (*model, new_token()))
        return None

    def put(inference: Inference, tell: Tell) -> Made:  # another browser may have been quicker
        return made_export(run, kind) or make_export(inference, run, kind, tell, maker)

    if answer_to(studio().long, ("export", kind, pressed), put, _("It is being made …"), asked):
        session.remember(asked, None)
    return made_export(run, kind)


def _make_button(run: RunFolder, kind: str, asked: str, press: tuple[str, str, str]) -> None:
    if is_outdated(run, kind):
        st.caption(_("What was made before is out of date: the run has changed since."))
    label, icon = _make_label(run, kind), ":material/build:"
    st.button(label, key=f"export.make-{kind}", icon=icon, on_click=session.remember, args=(asked, press))


def _make_label(run: RunFolder, kind: str) -> str:
    label, size = _("Make it anew") if is_outdated(run, kind) else _("Make it"), about_bytes(run, kind)
    if not size:
        return label
    words = _("at most {size}") if kind == "code" else _("about {size}")
    return f"{label}, {words.format(size=format.size(size))}"


def _labels(info: RunInfo, name: str) -> None:
    st.download_button(
        _("Names of the classes (labels.txt)"),
        labels_text(info.classes),
        file_name="labels.txt",
        mime="text/plain",
        key=f"export.labels-{name}",
        icon=":material/label:",
        type="tertiary",
        on_click="ignore",
    )


def _use(info: RunInfo, kind: str) -> None:
    size, _width, channels = info.spec.input_shape
    with st.expander(_("How to load it")):
        st.code(USES[kind].format(size=size, channels=channels), language="python")
