"""Seconds of 50 epochs with VGG16's block5_conv3 trainable: the plain script / our run, extraction included: ≥ 4.5.

The animals notebook's setting: 224 px, 768 + 192 photos, batch 128 (quick: 128 px, 96 + 32 photos, batch 32). See
transfer.py for what both sides do and what counts. Epochs of a side are all alike, so both are projected: of the plain
script one is measured before our run and one after it, of ours a few in a row.
"""

from __future__ import annotations

import statistics
import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent.parent))
from benchmarks.common import at_least, quick, temporary_home
from benchmarks.transfer import EPOCHS, NOTEBOOK, QUICK, PlainScript, timed_run

TRAIN_FROM = "block5_conv3"


def main() -> None:
    """Run it."""
    setting, measured = (QUICK, 6) if quick() else (NOTEBOOK, 4)
    with temporary_home() as home:
        photos = setting.photos(home)
        plain = PlainScript(photos, setting, TRAIN_FROM)
        before = plain.epoch()
        ours = timed_run(home, photos, setting, measured, TRAIN_FROM)
        epoch = statistics.mean([before, plain.epoch()])
    print(setting.as_text)
    print(f"plain {EPOCHS * epoch:.0f} s, projected from 2 measured epochs of {epoch:.1f} s")
    print(f"ours {ours.all_epochs():.0f} s, projected from {measured} measured epochs: {ours.as_text}")
    at_least("fine_tuning", EPOCHS * epoch / ours.all_epochs(), 4.5)


if __name__ == "__main__":
    main()
