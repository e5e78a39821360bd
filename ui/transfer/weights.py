"""The backbone's weights: found, fetched, handed over, or random under a loud label."""

from __future__ import annotations

from urllib.parse import urlsplit

import streamlit as st
from streamlit.runtime.uploaded_file_manager import UploadedFile

from core.architecture.backbones.table import BACKBONES
from core.architecture.transfer import IMAGENET, RANDOM, Transfer
from core.i18n import _
from core.spec import ArchitectureSpec
from core.weights.find import FoundWeights, files_for, find_weights, weights_problem
from ui import session
from ui.errors import errors_shown
from ui.held import held
from ui.html import plain
from ui.services import studio
from ui.tasks import begin_task, task_panel
from ui.transfer.choice import change_transfer
from ui.transfer.results import Failure, failure_of, forget_upload, upload_desk, weights_task
from ui.uploads import hand_over

FILE, UPLOADS = "transfer.weights", "transfer.uploads"


def weights_panel(architecture: Transfer) -> None:
    """Where the weights come from, or what is missing and how to get it."""
    with st.container(key="transfer-weights", gap="small"):
        task = weights_task()
        if task:
            task_panel(task, forget_upload)
            return
        failure = failure_of(architecture.backbone)
        if failure.why:
            st.error(plain(_failed(failure)), icon=":material/error:")
        if architecture.weights == RANDOM:
            _random()
            return
        found = find_weights(studio().home, architecture.backbone, architecture.weights)
        if found:
            _found(architecture, found)
        else:
            _missing(architecture, told=bool(failure.why and not failure.file))
        with st.expander(_("Other weights") if found else _("Use a file of mine, or random weights")):
            _others(architecture)


def missing_weights(architecture: ArchitectureSpec) -> None:
    """The panel where there are no weights yet, for a network whose settings are not shown."""
    if isinstance(architecture, Transfer) and weights_problem(studio().home, architecture):
        weights_panel(architecture)


def _failed(failure: Failure) -> str:
    if not failure.file:
        return failure.why
    return _("The file {file} was not taken. {why}").format(file=failure.file, why=failure.why)


def _found(architecture: Transfer, found: FoundWeights) -> None:
    assert found.path
    where = _("Keras's cache") if found.source == "keras_cache" else _("weights folder")
    if found.path.name == BACKBONES[architecture.backbone].file_name:
        words = _("ImageNet weights: on this computer ({where})").format(where=where)
    else:
        words = _("Weights of the file {file}, which fits ({where})").format(file=found.path.name, where=where)
    st.caption(f":material/check: {plain(words)}")


def _missing(architecture: Transfer, told: bool) -> None:
    """Say what is missing, unless a failed fetch above has `told` it, and offer to get it."""
    entry = BACKBONES[architecture.backbone]
    with st.container(border=True, key="transfer-missing", gap="small"):
        if not told:
            st.write(plain(weights_problem(studio().home, architecture)))
        if architecture.weights != IMAGENET:
            label, may = _("Use ImageNet weights"), held("architecture")
            st.button(label, icon=":material/undo:", on_click=_use, args=(IMAGENET,), **may)
            return
        source = _("From {host} · licence {licence}")
        st.caption(plain(source.format(host=urlsplit(entry.url).hostname or "", licence=entry.licence)))
        if st.button(_("Fetch ({size} MB)").format(size=entry.size_mb), icon=":material/download:"):
            _begin("weights", {"backbone": architecture.backbone})


def _random() -> None:
    st.error(
        "**{title}** {text}".format(
            title=_("Random weights: this backbone has never seen a picture."),
            text=_("Expect results no better than guessing unless you train all of it for long."),
        ),
        icon=":material/warning:",
    )
    label, may = _("Back to ImageNet weights"), held("architecture")
    st.button(label, icon=":material/undo:", on_click=_use, args=(IMAGENET,), **may)


def _others(architecture: Transfer) -> None:
    options = choices(architecture)
    if len(options) > 1:
        session.show_value(FILE, architecture.weights)
        st.selectbox(
            _("Weights"),
            options,
            options.index(architecture.weights),
            format_func=lambda name: _("ImageNet") if name == IMAGENET else name,
            key=FILE,
            on_change=lambda: _use(session.widget_value(FILE)),
            **held("architecture", help=_("Files in the weights folder whose arrays fit this backbone.")),
        )
    uploaded = st.file_uploader(
        _("A file of mine (.h5)"),
        type=["h5"],
        key=f"transfer.upload-{session.recall(UPLOADS, 0)}",
        help=_("As Keras saves it, without the top. It is checked before it is taken: each array has to fit."),
    )
    if uploaded:
        _hand_over(architecture, uploaded)
    label = _("Train from random weights")
    st.button(label, icon=":material/casino:", type="tertiary", on_click=_use, args=(RANDOM,), **held("architecture"))


def choices(architecture: Transfer) -> list[str]:
    """What weights can be chosen: "imagenet", other files in the weights folder that fit, and what is chosen now."""
    home = studio().home
    usual = find_weights(home, architecture.backbone, IMAGENET)
    taken = usual.path.name if usual and usual.path else ""
    others = [name for name in files_for(home, architecture.backbone) if name != taken]
    return list(dict.fromkeys([IMAGENET, *others, architecture.weights]))


def _use(weights: str) -> None:
    forget_upload()
    change_transfer(weights=weights)


def _hand_over(architecture: Transfer, uploaded: UploadedFile) -> None:
    """Write the file to the desk, free the server's memory of it, and have it checked."""
    with errors_shown():
        path = hand_over(upload_desk(), ".h5", uploaded, UPLOADS)
        _begin("weights_file", {"backbone": architecture.backbone, "path": str(path), "name": uploaded.name})


def _begin(kind: str, arguments: dict[str, str]) -> None:
    with errors_shown():
        begin_task(kind, dict(arguments))
        st.rerun()
