"""Model: the network left, as a stack of cards or a backbone with a head; its drawing and what it costs right."""

import streamlit as st

from core.architecture.describe import describe
from core.architecture.transfer import Transfer
from core.errors import StudioError
from core.i18n import _
from ui import session
from ui.datasets import chosen_dataset
from ui.held import are_hidden, settings_and_result
from ui.model_view import code, drawing, memory_warning, totals_or_problem
from ui.navigation import link_to, next_step
from ui.stack_editor import cards, editor_style, preset_pills
from ui.transfer.choice import kind_choice
from ui.transfer.results import take_weights
from ui.transfer.settings import transfer_settings
from ui.transfer.view import first_to_do, network_view
from ui.transfer.weights import missing_weights

SUPPOSED_CLASSES = 10  # while no data set is there


def class_names() -> tuple[str, ...]:
    """The classes of the chosen data set; without one, a sensible number of them."""
    try:
        return chosen_dataset().meta.classes
    except StudioError:
        note = _(
            "The chosen pictures are not on this computer. Until you choose some, this page counts {count} classes."
        )
        with st.container(horizontal=True, vertical_alignment="center"):
            st.caption(note.format(count=SUPPOSED_CLASSES), width="content")
            link_to("data", _("Choose pictures"))
        return tuple(_("class {number}").format(number=number) for number in range(1, SUPPOSED_CLASSES + 1))


editor_style()
take_weights()
names = class_names()
with st.container(key="model-page"):
    kind_choice()
    left, right = settings_and_result("architecture")
    spec = session.spec()
    facts = describe(spec, len(names))
    with left:
        if are_hidden("architecture"):
            missing_weights(spec.architecture)
        elif isinstance(spec.architecture, Transfer):
            transfer_settings(spec, spec.architecture)
        else:
            preset_pills()
            cards(facts, len(names))
    with right, st.container(key="model-result"):
        if isinstance(spec.architecture, Transfer):
            network_view(spec, spec.architecture, len(names))
        else:
            totals_or_problem(spec, facts, len(names))
            drawing(spec, facts, len(names))
        memory_warning(spec, facts, len(names))
        code(spec, names)
        first = first_to_do(spec, facts)
        if first:
            st.caption(first, text_alignment="right")
        next_step("train", _("Train it"), disabled=bool(first))
