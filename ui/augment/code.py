"""The settings as Keras code, to take along."""

from __future__ import annotations

import streamlit as st

from core.augmentation.keras_code import generator_code, layers_code
from core.augmentation.spec import AugmentSpec
from core.i18n import _


def code(spec: AugmentSpec) -> None:
    """Both ways of writing the settings in Keras, folded."""
    with st.expander(_("Show as Keras code"), icon=":material/code:"):
        if spec.is_off:
            st.caption(_("Augmentation is off, so there is nothing to write."))
            return
        layers, generator = st.tabs([_("Layers of Keras 3"), _("The notebook's ImageDataGenerator")])
        layers.code(layers_code(spec), language="python")
        generator.code(generator_code(spec), language="python")
