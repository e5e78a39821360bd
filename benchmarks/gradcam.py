"""Seconds of a Grad-CAM question about one picture / of one plain prediction: ≤ 2.5; VGG16 at 224 px: ≤ 1.5 s.

A question is what the inference worker does for one: from its message to the heat map, the model being loaded. A plain
prediction is `model.predict_on_batch` of the same model, the cheapest call that Keras has for one picture: `predict`
and `model(…)` take longer. Both sides take turns in one process. The ratio is the worst of two networks, VGG16 with
the animals notebook's head and the MNIST notebook's CNN, each asked about its last and its first convolution. Weights
are random, which changes no time.
"""

from __future__ import annotations

import statistics
import sys
import time
from collections.abc import Callable
from pathlib import Path

import numpy as np

sys.path.insert(0, str(Path(__file__).parent.parent))
from benchmarks.common import at_most, quick, temporary_home
from core.architecture.presets import PRESETS
from core.architecture.transfer import Transfer
from core.handlers import HANDLERS
from core.home import Home
from core.phases import phases
from core.runs.folder import RunFolder, State, Status
from core.runs.submit import submit_run
from core.spec import DataSpec, RunSpec

CLASSES = 10  # of the bundled digits, which both look at
GOAL_SECONDS = 1.5  # VGG16 at 224 px
SPECS = {
    "VGG16 at 224 px": RunSpec(
        data=DataSpec(image_size=224, colour_mode="rgb"), architecture=Transfer(weights="random")
    ),
    "MNIST's CNN at 28 px": RunSpec(data=DataSpec(image_size=28), architecture=PRESETS["mnist"].architecture),
}


def untrained(home: Home, spec: RunSpec) -> RunFolder:
    """A run with a checkpoint of its first weights, which counts as finished: no queue trains it."""
    from core.learning.checkpoint import Position, save_checkpoint
    from core.learning.network import build_network

    run = submit_run(home, spec, status=Status(state=State.FINISHED))
    network = build_network(spec, CLASSES)
    save_checkpoint(run.checkpoint, network.cut(phases(spec)[-1].train_from).trained, None, Position())
    return run


def sides(run: RunFolder) -> dict[str, Callable[[], object]]:
    """What is timed: a prediction, and questions about the last and the first convolution."""
    from core.learning.predict import load_trained

    model = load_trained(run).model
    seen = np.random.default_rng(0).integers(0, 256, run.info().spec.input_shape).astype(np.uint8)

    def ask(layer: str) -> dict[str, list[str]]:
        header = {"run": str(run.path), "epoch": None, "class_number": None, "layer": layer}
        return HANDLERS["grad_cam"](header, {"seen": seen}, lambda done, of: None)[0]["found"]  # type: ignore[no-any-return]

    first = ask("")["layers"][0]
    return {"predict": lambda: model.predict_on_batch(seen[None]), "last": lambda: ask(""), "first": lambda: ask(first)}


def medians(timed: dict[str, Callable[[], object]], rounds: int) -> dict[str, float]:
    """Median seconds of each, taken in turns, after two rounds that warm up."""
    seconds: dict[str, list[float]] = {name: [] for name in timed}
    for _round in range(rounds + 2):
        for name, call in timed.items():
            start = time.perf_counter()
            call()
            seconds[name].append(time.perf_counter() - start)
    return {name: statistics.median(taken[2:]) for name, taken in seconds.items()}


def main() -> None:
    """Run it."""
    rounds, ratios, vgg = 11 if quick() else 41, [], 0.0
    with temporary_home() as home:
        for name, spec in SPECS.items():
            found = medians(sides(untrained(home, spec)), rounds)
            ratios += [found["last"] / found["predict"], found["first"] / found["predict"]]
            vgg = vgg or found["last"]
            said = ", ".join(f"{part} {seconds * 1e3:.1f} ms" for part, seconds in found.items())
            print(f"{name}: {said}; {ratios[-2]:.2f} and {ratios[-1]:.2f} of a prediction", flush=True)
    verdict = "ok" if vgg <= GOAL_SECONDS else "missed"
    print(f"gradcam_vgg16: seconds={vgg:.2f} goal={GOAL_SECONDS:.2f} {verdict}", flush=True)
    at_most("gradcam", max(ratios) if verdict == "ok" else float("inf"), 2.5)


if __name__ == "__main__":
    main()
