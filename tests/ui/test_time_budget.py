"""Estimates as a person reads them, and what they are made of."""

from __future__ import annotations

import numpy as np
import pytest

from core import time_budget as reckoning
from core.architecture.transfer import Transfer
from core.augmentation.spec import AugmentSpec
from core.datasets.split import Split
from core.datasets.store import open_dataset
from core.frozen_cache import FrozenFile, frozen_part
from core.home import Home
from core.spec import DataSpec, RunSpec, TrainingSpec
from core.time_budget import PhaseTiming, Timing
from ui.time_budget import Ground, about, made_of, ways

SPLIT = Split(np.arange(0, 80), np.arange(80, 90), np.arange(90, 100))
VARIED = AugmentSpec(rotation=10)
KEPT = Transfer(weights="random", views=3)
ANEW = KEPT.model_copy(update={"augmented": "exact"})
TIMING = Timing(
    build=1, phases=(PhaseTiming(begin=2, step=0.4, look=0.01, frozen=0.5, epoch=0.9),), finish=3
)  # an epoch 80 / 8 · 0.4 + 10 · 0.01 + 0.9 = 5 s


@pytest.mark.parametrize(
    ("seconds", "words"),
    [
        (0.0, "0.1 s"),
        (0.43, "0.4 s"),
        (0.96, "1 s"),
        (9.4, "9 s"),
        (9.6, "10 s"),
        (19.4, "19 s"),
        (83, "85 s"),
        (116, "120 s"),
        (174, "170 s"),
        (176, "3 min"),
        (220, "4 min"),
        (3569, "59 min"),
        (3571, "1 h 0 min"),
        (4900, "1 h 20 min"),
    ],
)
def test_an_estimate_is_rounded_to_what_is_known(seconds: float, words: str) -> None:
    assert about(seconds) == words


def ground(home: Home, architecture: Transfer | None = None, augmentation: AugmentSpec | None = None) -> Ground:
    spec = RunSpec(
        data=DataSpec(image_size=64, colour_mode="rgb"), training=TrainingSpec(epochs=10, batch_size=8)
    ).model_copy(update={"augmentation": augmentation or AugmentSpec()})
    if architecture:
        spec = spec.model_copy(update={"architecture": architecture})
    return Ground(spec, open_dataset(home, "digits").meta, SPLIT, home)


def said(shown: Ground, timing: Timing = TIMING) -> str:
    return made_of(shown, shown.spec, timing)


def test_an_own_cnn_says_what_an_epoch_takes(home: Home) -> None:
    own = Timing(build=1, phases=(TIMING.phases[0].model_copy(update={"frozen": 0.0}),), finish=3)
    assert said(ground(home), own) == "5 s an epoch"


def test_a_frozen_part_is_computed_once_and_then_kept(home: Home) -> None:
    shown = ground(home, KEPT)
    assert said(shown) == "extraction 50 s once, then 5 s an epoch"
    part = frozen_part(shown.spec, "", (2048,), 100, shown.meta.content_hash, "")
    with FrozenFile(part, home.cache) as file:
        file.write(np.arange(100), np.zeros((100, 2048), np.float32))
    assert said(shown) == "the frozen part is kept from an earlier run: 5 s an epoch"


def test_both_ways_to_vary_pictures_say_what_they_cost_and_one_is_ticked(home: Home) -> None:
    kept = "extraction 130 s once, then 5 s an epoch · about 3 min"  # (20 + 3 · 80) · 0.5 s
    anew = "50 s an epoch · about 9 min"  # 5 s + 90 · 0.5 s
    assert ways(ground(home, KEPT, VARIED), TIMING) == [("✓ Kept copies (3)", kept), ("Drawn anew", anew)]
    assert ways(ground(home, ANEW, VARIED), TIMING) == [("Kept copies (3)", kept), ("✓ Drawn anew", anew)]


def test_without_room_it_is_said_that_every_epoch_computes_it(home: Home, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(reckoning, "has_room", lambda parts, cache: False)
    assert said(ground(home, KEPT)) == "no room to keep what the frozen part gives: 50 s an epoch"
