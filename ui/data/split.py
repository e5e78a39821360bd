"""How the pictures of a set are dealt out: the slider with its legend, and the rarer settings."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial
from typing import Literal

import streamlit as st

from core.datasets.dataset import Dataset, DatasetMeta
from core.errors import DataError
from core.i18n import N_, _
from core.runs.submit import split_of
from core.spec import HIGHEST_SHARE, LOWEST_SHARE, DataSpec
from ui import format, session
from ui.held import are_hidden, held
from ui.widgets import spec_widgets

Fraction = Literal["validation_fraction", "test_fraction"]

FRACTIONS = ("data.validation_fraction", "data.test_fraction")
PAIR = "data.split"  # key of the slider with two handles
LABELS: dict[Fraction, str] = {"validation_fraction": N_("Learn · check"), "test_fraction": N_("Learn · exam")}
HELP = N_(
    "Most pictures teach the network. Some check its progress after each epoch (validation), "
    "and some are kept for the final exam (test). Each part begins where the one before it ends. (%)"
)
BROUGHT = {  # (test, validation) pictures that the set brings
    (True, True): N_("This set brings its own validation and test pictures."),
    (True, False): N_("This set brings its own test pictures."),
    (False, True): N_("This set brings its own validation pictures."),
}


def split_slider(dataset: Dataset) -> None:
    """A slider for what the set leaves open, with a handle where one part ends, and the parts that come out."""
    meta, data = dataset.meta, session.spec().data
    if are_hidden(*FRACTIONS):
        return
    if not (meta.given_test or meta.given_validation):
        _two_handles(data)
    elif not meta.given_validation:
        _one_handle(data, "validation_fraction")
    elif not meta.given_test:
        _one_handle(data, "test_fraction")
    if not _all_given(meta):
        _legend(dataset, data)
    if meta.given_test or meta.given_validation:
        st.caption(_(BROUGHT[meta.given_test, meta.given_validation]))


def split_policy(meta: DatasetMeta) -> None:
    """How the pictures are chosen; without effect, and so disabled, where the set brings all parts itself."""
    spec_widgets("data", ["split_policy"], disabled=_all_given(meta))
    spec_widgets("data", ["split_seed"], disabled=_all_given(meta) or session.spec().data.split_policy == "last")


def handles_of(validation_fraction: float, test_fraction: float) -> tuple[int, int]:
    """Where training and validation end, in whole % of all pictures: (64, 80) for 0.2 and 0.2."""
    end = handle_at(test_fraction)
    return handle_at(validation_fraction, end), end


def fractions_of(learn: int, check: int) -> tuple[float, float]:
    """Validation and test fraction for training up to `learn` and validation up to `check`, in whole %.

    Where a part would be smaller or larger than its setting may be, it gets the nearest share that is allowed.
    """
    test = fraction_at(check)
    return fraction_at(learn, handle_at(test)), test


def handle_at(fraction: float, end: int = 100) -> int:
    """Where a handle stands, in whole %, so that `fraction` of all up to `end` lies between it and `end`."""
    return round(end * (1 - fraction))


def fraction_at(handle: int, end: int = 100) -> float:
    """Fraction of all up to `end` that lies between `handle` and `end`, in whole %, as near as the settings allow."""
    lowest, highest = -(-end * LOWEST_SHARE // 100), end * HIGHEST_SHARE // 100
    return min(max(end - handle, lowest), highest) / end


def _all_given(meta: DatasetMeta) -> bool:
    return meta.given_test and meta.given_validation


def _two_handles(data: DataSpec) -> None:
    handles = handles_of(data.validation_fraction, data.test_fraction)
    _slider(_("Learn · check · exam"), handles, PAIR, _take_pair, FRACTIONS)


def _take_pair() -> None:
    validation, test = fractions_of(*session.widget_value(PAIR))
    session.change("data", validation_fraction=validation, test_fraction=test)


def _one_handle(data: DataSpec, name: Fraction) -> None:
    key = f"{PAIR}.{name}"
    change = partial(_take, key, name)
    _slider(_(LABELS[name]), handle_at(getattr(data, name)), key, change, (f"data.{name}",))


def _take(key: str, name: Fraction) -> None:
    session.change("data", **{name: fraction_at(session.widget_value(key))})


def _slider(
    label: str, value: int | tuple[int, int], key: str, on_change: Callable[[], None], controls: Sequence[str]
) -> None:
    session.show_value(key, value)
    st.slider(label, 0, 100, value, format="%d %%", key=key, on_change=on_change, **held(*controls, help=_(HELP)))


def _legend(dataset: Dataset, data: DataSpec) -> None:
    """Pictures in each part that is on the slider, and their share; nothing where the page says why it cannot be."""
    try:
        split = split_of(dataset, data)
    except DataError:
        return
    sizes = [len(split.train)]
    sizes += [] if dataset.meta.given_validation else [len(split.validation)]
    sizes += [] if dataset.meta.given_test else [len(split.test)]
    shares = (f"{100 * size / sum(sizes):.0f}\N{NO-BREAK SPACE}%" for size in sizes)
    st.caption(" · ".join(f"{format.count(size)} ({share})" for size, share in zip(sizes, shares, strict=True)))
