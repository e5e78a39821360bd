"""A training that watches six photos, their answers and Grad-CAM kept after each epoch / the same without: ≤ 1.03.

The MNIST notebook's network on a few thousand digits, where an epoch is short and watching weighs the most. One
training keeps the photos after every second epoch only, so that each epoch is compared with its neighbours and whatever
else the computer does is on both sides. Once a run the network is also asked before it learns, which makes the graph of
Grad-CAM; that is laid on a training of `EPOCHS` epochs.
"""

from __future__ import annotations

import statistics
import sys
import time
from itertools import pairwise
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).parent.parent))
from benchmarks.common import at_most, import_mnist, notebook_spec, quick, temporary_home

EPOCHS = 10
PINNED = range(6)


def main() -> None:
    """Run it."""
    import tensorflow as tf

    from core.learning import fit
    from core.learning.pins import Pins
    from core.pins import START, read_pins
    from core.runs.events import EventKind, read_events
    from core.runs.submit import submit_run

    tf.config.experimental.enable_op_determinism()
    epochs, pictures = (31, 5_000) if quick() else (61, 7_500)
    once: list[float] = []

    class EverySecond(Pins):
        def on_train_begin(self, logs: Any = None) -> None:
            begun = time.perf_counter()
            super().on_train_begin(logs)
            once.append(time.perf_counter() - begun)

        def on_epoch_end(self, epoch: int, logs: Any = None) -> None:
            if epoch % 2:
                super().on_epoch_end(epoch, logs)

    fit.Pins = EverySecond  # type: ignore[attr-defined]
    with temporary_home() as home:
        run = submit_run(home, notebook_spec(import_mnist(home, pictures), epochs), pinned=PINNED)
        fit.train_run(run)
        film = read_pins(run)
        assert film
        assert film.epochs == (START, *range(1, epochs, 2))
        ends = [event["t"] for event in read_events(run.events)[0] if event["kind"] == EventKind.EPOCH]
    # From one epoch's end to the next; what is kept of an epoch is kept in the first part of it.
    took = [end - begin for begin, end in pairwise(ends)]
    plain = statistics.median(took[2::2])
    each = statistics.median(2 * took[at] / (took[at - 1] + took[at + 1]) for at in range(3, len(took) - 1, 2))
    print(f"an epoch takes {plain:.3f} s, watched {each:.4f} times that; once {once[0] * 1e3:.0f} ms")
    at_most("pinned_photos", each + once[0] / (EPOCHS * plain), 1.03)


if __name__ == "__main__":
    main()
