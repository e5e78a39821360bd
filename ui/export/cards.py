"""One card a purpose: what it is good for, made on a press, then a download with its size and how true it stayed."""

from __future__ import annotations

import sys
from pathlib import Path

import streamlit as st

from core.architecture.describe import describe
from core.export.kinds import KINDS, Agreement, Made, made_export, make_export, stamp_of
from core.export.labels import labels_text
from core.home import PROJECT
from core.i18n import _, ngettext
from core.inference import Inference
from core.questions import Tell
from core.runs.folder import RunFolder, RunInfo
from ui import format, session
from ui.asking import answer_to
from ui.downloads import export_url
from ui.export.purposes import LABELS, PURPOSES, USES
from ui.services import studio

BYTES = {"keras": 4, "saved_model": 4, "onnx": 4, "tflite": 4, "tflite_small": 1, "bundle": 4}  # a parameter, about

WITH_LABELS = ("python", "phone")
CONVERTED = [kind for name in WITH_LABELS for kind in PURPOSES[name].kinds]


def export_card(run: RunFolder, name: str) -> None:
    """The card of a purpose, a name in `PURPOSES`."""
    purpose, info = PURPOSES[name], run.info()
    with st.container(border=True, key=f"export-{name}", height="stretch"):
        st.subheader(f"{purpose.icon} {_(purpose.title)}", anchor=False)
        st.markdown(_(purpose.text))
        kind = _chosen(name)
        if KINDS[kind].missing:
            _missing(kind)
        else:
            _file(run, kind, info)
        if name in WITH_LABELS:
            _labels(info, name)
        if kind in USES:
            _use(info, kind)


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
    session.show_value(key, session.recall(key, kinds[0]))
    picked = st.segmented_control(
        _("Format"),
        kinds,
        format_func=lambda kind: _(LABELS[kind]),
        key=key,
        required=True,
        label_visibility="collapsed",
        on_change=lambda: session.remember(key, session.widget_value(key)),
    )
    return str(picked)


def _missing(kind: str) -> None:
    """What has to be installed first, and the one command that does it."""
    text = _("This needs the packages {names}, which are not installed. In the folder of CNN Studio, run:")
    st.markdown(text.format(names=", ".join(f"`{name}`" for name in KINDS[kind].needs)))
    st.code(f"{_python()} -m pip install {' '.join(KINDS[kind].needs)}", language="bash")


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
    asked, model = f"export.asked-{kind}", (run.id, stamp_of(run))
    if session.recall(asked) != model:
        st.button(
            _make_label(run, kind),
            key=f"export.make-{kind}",
            icon=":material/build:",
            on_click=session.remember,
            args=(asked, model),
        )
        return None

    def put(inference: Inference, tell: Tell) -> Made:
        return make_export(inference, run, kind, tell)

    made: Made | None = answer_to(studio().long, ("export", kind, model), put, _("It is being made …"), asked)
    return made


def _make_label(run: RunFolder, kind: str) -> str:
    info = run.info()
    if kind not in BYTES:
        return _("Make it")
    size = BYTES[kind] * describe(info.spec, len(info.classes)).parameters
    return _("Make it, about {size}").format(size=format.size(size))


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
