"""Seconds an epoch on photos at 64 px: with the notebook's augmentation / without: ≤ 1.10.

Both are whole runs of the default network: of those meant for photos the quickest, so the one that could first be kept
waiting for its pictures. Each epoch shows the 288 training pictures `repeats` times on both sides, so that it is longer
than what is made ahead. Pairs of both, in turn, in one process; the first epoch, which traces the graph, is left out.
"""

from __future__ import annotations

import statistics
import sys
from itertools import pairwise
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent.parent))
from benchmarks.common import assets, at_most, quick, temporary_home
from core.augmentation.spec import PRESETS, AugmentSpec
from core.datasets.importing.npz import import_npz
from core.spec import DataSpec, RunSpec, TrainingSpec

SIZE = 64  # px


def main() -> None:
    """Run it."""
    import tensorflow as tf

    from core.learning.fit import train_run
    from core.runs.events import EventKind, read_events
    from core.runs.submit import submit_run

    tf.config.experimental.enable_op_determinism()  # as the worker does
    pairs, epochs, repeats = (3, 3, 2) if quick() else (7, 4, 5)
    off, on = (PRESETS[name].spec.model_copy(update={"repeats": repeats}) for name in ("none", "notebook"))
    with temporary_home() as home:
        photos = import_npz(home, assets() / "datasets" / "animals3_dev64.npz", "Animals")
        data = DataSpec(dataset=photos.meta.id, image_size=SIZE, colour_mode="rgb")

        def epoch_seconds(augmentation: AugmentSpec) -> float:
            training = TrainingSpec(epochs=epochs)
            run = submit_run(home, RunSpec(data=data, augmentation=augmentation, training=training))
            train_run(run)
            ends = [event["t"] for event in read_events(run.events)[0] if event["kind"] == EventKind.EPOCH]
            return float(statistics.median(end - start for start, end in pairwise(ends)))

        ratios = []
        for pair in range(pairs):
            order = (on, off) if pair % 2 else (off, on)
            seconds = {augmentation: epoch_seconds(augmentation) for augmentation in order}
            ratios.append(seconds[on] / seconds[off])
            print(f"with {seconds[on]:.2f} s, without {seconds[off]:.2f} s an epoch", flush=True)
    at_most("augment_training", statistics.median(ratios), 1.10)


if __name__ == "__main__":
    main()
