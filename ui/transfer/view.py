"""The right side of the Model page for transfer learning: totals or what is wrong, and the drawing."""

from __future__ import annotations

import streamlit as st

from core.architecture.backbones.table import BACKBONES, Backbone
from core.architecture.describe import TransferFacts, describe_transfer, is_exact
from core.architecture.shapes import StackFacts
from core.architecture.transfer import NOTHING, RANDOM, Transfer
from core.errors import StudioError
from core.i18n import _
from core.spec import DataSpec, RunSpec
from core.weights.find import weights_problem
from ui import format, session
from ui.components import backbone_drawing
from ui.datasets import chosen_dataset
from ui.held import held
from ui.html import plain
from ui.model_view import totals
from ui.services import studio
from ui.transfer.choice import change_transfer
from ui.transfer.drawing import cell_groups, chosen_begin
from ui.transfer.settings import begins

DRAWING = "transfer-drawing"
HIGH_RATE = 1e-3  # the usual learning rate for a network that begins from nothing
USUAL_SIZE, LARGEST_SIZE = 128, 224  # px: taken where the pictures are too small, and kept where they are not larger


def network_view(spec: RunSpec, architecture: Transfer, classes: int) -> None:
    """What the network comes to and what of it trains; in the same place, what keeps it from being built."""
    facts = describe_transfer(architecture, spec.input_shape, classes, spec.training.loss)
    problem = facts.whole.problem
    with st.container(key="transfer-verdict"):
        if problem:
            _problem(spec, architecture, problem.message)
        else:
            totals(spec, facts.whole, classes)
    if problem is None:
        backbone_drawing(cell_groups(architecture, facts), key=DRAWING, on_select=lambda: _clicked(facts))
        st.caption(" ".join(filter(None, (meaning(spec, facts), advice(spec, architecture, facts)))))


def meaning(spec: RunSpec, facts: TransferFacts) -> str:
    """What the cut means for the time that training takes."""
    trained, whole = (
        format.short_count(part.multiply_adds).replace(" ", "\N{NO-BREAK SPACE}")
        for part in (facts.trained, facts.whole)
    )
    if facts.begin == 0:
        return _(
            "All of it is trained: each epoch works through the whole network, {whole} multiply-adds a picture."
        ).format(whole=whole)
    if is_exact(spec):
        return _(
            "Each epoch draws its varied copies anew, so the frozen part works through all of them again: "
            "{whole} multiply-adds a picture instead of {trained}."
        ).format(whole=whole, trained=trained)
    if spec.augmentation.is_off:
        text = _("The frozen part is computed once for all pictures and kept: epochs go through the blue layers alone.")
    else:
        text = _(
            "The frozen part is computed once for {views} varied copies of each picture and kept: "
            "epochs go through the blue layers alone."
        )
    views = spec.architecture.views if isinstance(spec.architecture, Transfer) else 0
    cost = _("That is {trained} multiply-adds a picture instead of {whole}.").format(trained=trained, whole=whole)
    return f"{text.format(views=views)} {cost}"


def advice(spec: RunSpec, architecture: Transfer, facts: TransferFacts) -> str:
    """What speaks against training so much of the backbone at once; "" where nothing does."""
    rate = spec.training.learning_rate
    is_deep = architecture.is_fine_tuning and facts.steps[facts.begin].stage < facts.steps[-1].stage
    if not is_deep or architecture.head_epochs or rate < HIGH_RATE or architecture.weights == RANDOM:
        return ""
    return _(
        "At a learning rate of {rate}, a head that knows nothing yet can undo what these layers have learned: let it "
        "learn alone for some epochs first (Advanced, Head first)."
    ).format(rate=f"{rate:g}")


def first_to_do(spec: RunSpec, facts: StackFacts) -> str:
    """What has to be done before this network, own or transferred, can be trained; "" where it can be."""
    if facts.problem:
        return _("First mend what keeps this network from being built.")
    architecture = spec.architecture
    if isinstance(architecture, Transfer) and weights_problem(studio().home, architecture):
        name = BACKBONES[architecture.backbone].title
        return _("First get the weights of {backbone}, or choose random ones.").format(backbone=name)
    return ""


def mended_size(data: DataSpec, entry: Backbone, stored: int) -> int:
    """A picture size that the backbone takes: the present one, that of the stored pictures, or the usual one.

    Args:
        stored: Side in px of the pictures as they are kept; 0 where that is not known.
    """
    if data.image_size >= entry.smallest:
        return data.image_size
    return stored if entry.smallest <= stored <= LARGEST_SIZE else USUAL_SIZE


def _problem(spec: RunSpec, architecture: Transfer, message: str) -> None:
    """What is wrong, with a button that mends it where one change does."""
    entry, data = BACKBONES[architecture.backbone], spec.data
    with st.container(horizontal=True, vertical_alignment="center", key="model-problem"):
        st.error(plain(message), icon=":material/build:")
        if data.colour_mode != "rgb" or data.image_size < entry.smallest:
            size = mended_size(data, entry, _stored_size())
            label = _("Use colour pictures of {size} px").format(size=size)
            change = {"colour_mode": "rgb", "image_size": size}
            may = held("data.colour_mode", "data.image_size")
            st.button(label, key="transfer-mend", on_click=session.change, args=("data",), kwargs=change, **may)
        elif architecture.train_from not in begins(architecture, data.image_size):
            label = _("Train the head alone")
            change, may = {"train_from": NOTHING}, held("architecture")
            st.button(label, key="transfer-mend", on_click=change_transfer, kwargs=change, **may)


def _stored_size() -> int:
    try:
        return chosen_dataset().meta.size
    except StudioError:
        return 0


def _clicked(facts: TransferFacts) -> None:
    architecture = session.spec().architecture
    if not isinstance(architecture, Transfer):
        return
    begin = chosen_begin(session.widget_value(DRAWING).get("click"), architecture, facts)
    if begin is not None:
        change_transfer(train_from=begin)
