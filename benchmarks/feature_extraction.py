"""Seconds of 50 epochs on VGG16's features: the plain script with a frozen base / our run, extraction included: ≥ 30.

The animals notebook's setting: 224 px, 768 + 192 photos, batch 128 (quick: 128 px, 96 + 32 photos, batch 32: ≥ 20).
See transfer.py for what both sides do and what counts. The plain script's epochs are all alike, so one is measured
before our run and one after it, and their mean stands for all 50; our 50 epochs are all run.
"""

from __future__ import annotations

import statistics
import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent.parent))
from benchmarks.common import at_least, quick, temporary_home
from benchmarks.transfer import EPOCHS, NOTEBOOK, QUICK, PlainScript, timed_run


def main() -> None:
    """Run it."""
    setting, goal = (QUICK, 20.0) if quick() else (NOTEBOOK, 30.0)
    with temporary_home() as home:
        photos = setting.photos(home)
        plain = PlainScript(photos, setting)
        before = plain.epoch()
        ours = timed_run(home, photos, setting, EPOCHS)
        epoch = statistics.mean([before, plain.epoch()])
    print(setting.as_text)
    print(f"plain {EPOCHS * epoch:.0f} s, projected from 2 measured epochs of {epoch:.1f} s")
    print(f"ours {ours.all_epochs():.1f} s, all measured: {ours.as_text}")
    at_least("feature_extraction", EPOCHS * epoch / ours.all_epochs(), goal)


if __name__ == "__main__":
    main()
