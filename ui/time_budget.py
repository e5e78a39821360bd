"""How long training would take on this computer, shown above its start: from a few batches that were timed."""

from __future__ import annotations

import time
from dataclasses import dataclass
from pathlib import Path

import streamlit as st

from core.architecture.describe import describe, is_exact
from core.architecture.transfer import Augmented, Transfer
from core.datasets.dataset import DatasetMeta
from core.datasets.split import Split
from core.errors import StudioError
from core.home import Home
from core.i18n import N_, _
from core.spec import RunSpec
from core.time_budget import Timing, Work, budget_of, smaller_size, timed_spec, work_of
from core.time_budgets import TimingAnswer, TimingOrder, Wait
from ui import format, session
from ui.datasets import chosen_dataset, chosen_split
from ui.held import is_held
from ui.html import facts, plain
from ui.services import studio

STOOD_STILL = 1.0  # seconds that settings have to stay as they are before anything is timed
REFRESH = 0.5  # seconds between two looks at a timing
ORDER = "train.timing"

WAITS = {
    Wait.MEASURING: N_("Timing a few batches…"),
    Wait.QUEUED: N_("Timing a few batches of another network first…"),
    Wait.TRAINING: N_("How long it takes is measured when no run is going on."),
}
WAYS: dict[Augmented, str] = {"views": N_("Kept copies ({count})"), "exact": N_("Drawn anew")}

_SHEET = Path(__file__).with_name("time_budget.css").read_text(encoding="utf-8")


@dataclass(frozen=True, eq=False)
class Ground:
    """What an estimate is about: settings, a data set with its split, and the home that keeps frozen parts."""

    spec: RunSpec
    meta: DatasetMeta
    split: Split
    home: Home

    @property
    def has_ways(self) -> bool:
        """Whether pictures can be varied in two ways: copies kept, or drawn anew."""
        return isinstance(self.spec.architecture, Transfer) and not self.spec.augmentation.is_off

    def order(self) -> TimingOrder:
        """What has to be timed."""
        return TimingOrder(timed_spec(self.spec, len(self.split.train)), len(self.meta.classes))

    def work(self, spec: RunSpec) -> Work:
        """What a run of `spec` on these pictures works through."""
        return work_of(spec, self.meta, self.split, self.home)


def time_budget() -> None:
    """About how long training with the settings of this browser takes, in a place of fixed height.

    Where it is not known yet it is measured, once the settings have stood still. Nothing is shown where the settings
    do not fit together: the start button tells why.
    """
    ground = _ground()
    if ground is None:
        return
    st.html(f"<style>{_SHEET}</style>")
    with st.container(key="time-budget-ways" if ground.has_ways else "time-budget"):
        order = ground.order()
        answer = studio().time_budgets.known(order)
        if answer is None:
            st.fragment(_wait, run_every=REFRESH)(order)
        elif answer.timing is None:
            _refusal(order, answer)
        else:
            _estimate(ground, answer.timing)


def about(seconds: float) -> str:
    """A time as an estimate says it: 0.43 → "0.4 s", 83 → "85 s", 220 → "4 min", 4,900 → "1 h 20 min"."""
    if seconds < 9.5:
        return _("{seconds} s").format(seconds=f"{max(seconds, 0.1):.1g}")
    if seconds < 175:
        step = 1 if seconds < 20 else 5 if seconds < 100 else 10
        return _("{seconds} s").format(seconds=step * round(seconds / step))
    if seconds < 3570:
        return _("{minutes} min").format(minutes=round(seconds / 60))
    return format.duration(600 * round(seconds / 600))


def ways(ground: Ground, timing: Timing) -> list[tuple[str, str]]:
    """Both ways to vary pictures in front of a frozen part, the chosen one with a tick, and what each costs."""
    chosen = ground.spec.architecture
    assert isinstance(chosen, Transfer)
    found = []
    for way, title in WAYS.items():
        architecture = chosen.model_copy(update={"augmented": way})
        spec = ground.spec.model_copy(update={"architecture": architecture})
        total = _("about {time}").format(time=about(budget_of(spec, timing, ground.work(spec)).total))
        mark = "✓ " if way == chosen.augmented else ""
        found.append((mark + _(title).format(count=chosen.views), f"{made_of(ground, spec, timing)} · {total}"))
    return found


def made_of(ground: Ground, spec: RunSpec, timing: Timing) -> str:
    """What the time of a run of `spec` is made of, in a few words."""
    work = ground.work(spec)
    budget = budget_of(spec, timing, work)
    times = {"extraction": about(budget.extraction), "epoch": about(budget.epoch)}
    if None in work.missing and not is_exact(spec):
        text = _("no room to keep what the frozen part gives: {epoch} an epoch")
    elif budget.extraction:
        text = _("extraction {extraction} once, then {epoch} an epoch")
    elif any(took.frozen for took in timing.phases) and not is_exact(spec):
        text = _("the frozen part is kept from an earlier run: {epoch} an epoch")
    else:
        text = _("{epoch} an epoch")
    return text.format(**times)


def _ground() -> Ground | None:
    spec = session.spec()
    try:
        dataset = chosen_dataset()
        split = chosen_split(dataset, spec.data)
    except StudioError:
        return None
    meta = dataset.meta
    return None if describe(spec, len(meta.classes)).problem else Ground(spec, meta, split, studio().home)


def _wait(order: TimingOrder) -> None:
    answer = studio().time_budgets.ask(order) if _stood_still(order) else TimingAnswer(wait=Wait.MEASURING)
    if answer.wait is None:
        st.rerun()
    else:
        st.caption(_(WAITS[answer.wait]))


def _stood_still(order: TimingOrder) -> bool:
    now = time.monotonic()
    since: tuple[TimingOrder, float] | None = session.recall(ORDER)
    if since is None or since[0] != order:
        session.remember(ORDER, (order, now))
        return False
    return now - since[1] >= STOOD_STILL


def _refusal(order: TimingOrder, answer: TimingAnswer) -> None:
    st.caption(plain(answer.error))
    again = studio().time_budgets.try_again
    st.button(
        _("Try again"), type="tertiary", icon=":material/refresh:", on_click=again, args=(order,), key="time-again"
    )


def _estimate(ground: Ground, timing: Timing) -> None:
    _headline(ground, timing)
    if ground.has_ways and any(took.frozen for took in timing.phases):
        facts(ways(ground, timing))
    else:
        text = made_of(ground, ground.spec, timing)
        st.caption(text[:1].upper() + text[1:])


def _headline(ground: Ground, timing: Timing) -> None:
    """The time in all, and a smaller picture size where that saves a lot."""
    spec = ground.spec
    total = about(budget_of(spec, timing, ground.work(spec)).total)
    may_end_sooner = spec.training.early_stopping > 0
    text = _("At most about {time}") if may_end_sooner else _("About {time}")
    smaller = smaller_size(spec, timing, ground.meta, ground.split, ground.home)
    help = _("A few batches were timed on this computer while nothing was trained. Other work makes it longer.")
    with st.container(horizontal=True, vertical_alignment="center", gap="small"):
        st.markdown(f"**{text.format(time=total)}**", help=help, width="content")
        if smaller and not is_held("data.image_size"):
            size, budget = smaller
            st.button(
                _("at {size} px about {time}").format(size=size, time=about(budget.total)),
                key="time-smaller",
                type="tertiary",
                help=_("Take pictures of {size} px.").format(size=size),
                on_click=session.change,
                args=("data",),
                kwargs={"image_size": size},
            )
