"""Wall time of a run with its live events, checkpoints and requests / the same fit without any callback: ≤ 1.02.

Pairs of both, in turn, in one process; the median of the pairs' ratios.
"""

from __future__ import annotations

import statistics
import sys
import time
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent.parent))
from benchmarks.common import at_most, import_mnist, notebook_spec, quick, temporary_home


def main() -> None:
    """Run it."""
    import keras
    import tensorflow as tf

    from core.batches import batches_of
    from core.learning.build import build_model, compile_model
    from core.learning.fit import train_run
    from core.learning.inputs import pictures_of
    from core.learning.pipeline import evaluation_batch_size, evaluation_batches, training_input
    from core.runs.events import EventKind, Stage, read_events
    from core.runs.submit import submit_run

    tf.config.experimental.enable_op_determinism()
    pairs, epochs, pictures = (3, 2, 12_800) if quick() else (5, 3, 60_000)
    with temporary_home() as home:
        spec = notebook_spec(import_mnist(home, pictures), epochs)

        def ours() -> float:
            run = submit_run(home, spec)
            train_run(run)
            events, _ = read_events(run.events)
            start = next(event["t"] for event in events if event["kind"] == EventKind.STARTED)
            end = next(
                event["t"] for event in events if event.get("stage") == Stage.EVALUATING
            )  # checkpoints are saved
            return float(end - start)

        def plain() -> float:
            parts = pictures_of(run := submit_run(home, spec), run.info())
            keras.utils.set_random_seed(0)
            model = build_model(spec, 10)
            compile_model(model, spec)
            batches = batches_of(spec, parts["train"])
            validation = evaluation_batches(parts["validation"], evaluation_batch_size(model))
            start = time.time()
            model.fit(
                training_input(batches, 0, epochs),
                steps_per_epoch=batches.steps,
                epochs=epochs,
                validation_data=validation,
                verbose=0,
                shuffle=False,
            )
            return time.time() - start

        plain()
        ratios = []
        for pair in range(pairs):
            first, second = (ours(), plain()) if pair % 2 else (plain(), ours())[::-1]
            ratios.append(first / second)
            print(f"with events {first:.2f} s, without {second:.2f} s", flush=True)
    at_most("streaming_overhead", statistics.median(ratios), 1.02)


if __name__ == "__main__":
    main()
