"""A training that watches six photos, their answers and Grad-CAM kept after each epoch / the same without: ≤ 1.03.

The MNIST notebook's network on a few thousand digits, where an epoch is short and watching weighs the most. Both in
turn, in one process, from the first batch to the last checkpoint. What watching costs is the same each time, about as
much as the first call of one more function; the quickest of each side is least disturbed by whatever else runs.
"""

from __future__ import annotations

import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent.parent))
from benchmarks.common import at_most, import_mnist, notebook_spec, quick, temporary_home

PINNED = range(6)


def main() -> None:
    """Run it."""
    import tensorflow as tf

    from core.learning.fit import train_run
    from core.pins import read_pins
    from core.runs.events import EventKind, Stage, read_events
    from core.runs.submit import submit_run

    tf.config.experimental.enable_op_determinism()
    pairs, epochs, pictures = (3, 7, 5_000) if quick() else (7, 10, 7_500)
    with temporary_home() as home:
        digits = import_mnist(home, pictures)

        def seconds(is_watched: bool, epochs: int = epochs) -> float:
            run = submit_run(home, notebook_spec(digits, epochs), pinned=PINNED if is_watched else ())
            train_run(run)
            film = read_pins(run)
            assert len(film.epochs if film else ()) == (epochs + 1 if is_watched else 0)
            events, _ = read_events(run.events)
            start = next(event["t"] for event in events if event["kind"] == EventKind.STARTED)
            end = next(event["t"] for event in events if event.get("stage") == Stage.EVALUATING)
            return float(end - start)

        seconds(is_watched=True, epochs=1)  # what the first training of a process costs more
        took: dict[bool, list[float]] = {True: [], False: []}
        for pair in range(pairs):
            for is_watched in (True, False) if pair % 2 else (False, True):
                took[is_watched].append(seconds(is_watched))
            print(f"watched {took[True][-1]:.2f} s, plain {took[False][-1]:.2f} s", flush=True)
    at_most("pinned_photos", min(took[True]) / min(took[False]), 1.03)


if __name__ == "__main__":
    main()
