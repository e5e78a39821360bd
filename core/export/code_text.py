"""The text of a script that retrains a run with plain Keras, in pieces. Only text: nothing is executed here.

It shows the pictures in CNN Studio's own order, which is a function of (seed, epoch), and begins with the same first
weights. So its loss curve is the run's; not with augmentation on, whose random draws are Keras's own there.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from core.architecture.keras_code import KerasParts, keras_parts
from core.architecture.transfer import IMAGENET, RANDOM, Transfer
from core.augmentation.keras_code import layers_code
from core.datasets.dataset import clean_class_name
from core.phases import phases
from core.runs.folder import RunInfo
from core.spec import RunSpec, TrainingSpec

Losses = Sequence[tuple[float | None, float | None]]


class Piece(NamedTuple):
    """One step of the script: a title, which is a comment or a line of Markdown, and its code.

    What people call things stands in the code: as Markdown a name could bring along a picture from anywhere.
    """

    title: str
    code: str


_DATA = """\
import json
import math

import numpy as np

with np.load("data.npz") as data:  # pixels from 0 to 255, labels as numbers
    x_train, y_train = data["X_train"], data["y_train"]
    x_val, y_val = data["X_val"], data["y_val"]
    x_test, y_test = data["X_test"], data["y_test"]"""

_TARGETS = {
    "sparse_categorical_crossentropy": "",
    "categorical_crossentropy": """
y_train, y_val, y_test = (np.eye({classes}, dtype="float32")[y] for y in (y_train, y_val, y_test))""",
    "binary_crossentropy": """
y_train, y_val, y_test = (y.astype("float32")[:, None] for y in (y_train, y_val, y_test))""",
}

_IMPORT = "from keras import layers\n"
_SEED = "\nkeras.utils.set_random_seed({seed})  # for what has no seed of its own\n"

_AUGMENTED = """\
{layers}
model = keras.Sequential([keras.Input({input_shape}), augmentation, model])"""

_TRAIN = """\
losses, val_losses = [], []{best}


{rate}


def train(first, last, factor=1.0{patience}):
    \"\"\"Train the epochs first <= epoch < last; each shows every picture{times}, in CNN Studio's order.\"\"\"{keeping}
    for epoch in range(first, last):
        model.optimizer.learning_rate = factor * learning_rate(epoch)
        order = np.random.default_rng(({seed}, epoch)).permutation({count})
        told = model.fit(
            x_train[order],
            y_train[order],
            batch_size={batch_size},
            initial_epoch=epoch,
            epochs=epoch + 1,
            shuffle=False,
            validation_data=(x_val, y_val),
            verbose=0,
        ).history
        losses.append(told["loss"][0])
        val_losses.append(told["val_loss"][0])
        print(f"epoch {{epoch + 1}}: loss {{losses[-1]:.4f}}, validation loss {{val_losses[-1]:.4f}}"){stopping}"""

_STOPPING = """
        if val_losses.index(min(val_losses)) == epoch:
            best_weights = model.get_weights()
        here = val_losses[first:]
        if patience and len(here) - 1 - here.index(min(here)) >= patience:
            return"""

_STOPS_EARLY = {
    "best": "\nbest_weights = None",
    "patience": ", patience=0",
    "keeping": "\n    global best_weights",
    "stopping": _STOPPING,
}

_RATES = {
    "constant": """\
def learning_rate(epoch):
    return {rate}""",
    "step": """\
def learning_rate(epoch):
    return {rate} * {factor} ** (epoch // {every})""",
    "cosine": """\
def learning_rate(epoch):
    return {rate} * 0.5 * (1 + math.cos(math.pi * epoch / {epochs}))""",
    "plateau": """\
def learning_rate(epoch):
    \"\"\"Times {factor} after {every} epochs without a lower validation loss.\"\"\"
    best, waited, reductions = math.inf, 0, 0
    for loss in val_losses:
        best, waited = (loss, 0) if loss < best - 1e-4 else (best, waited + 1)
        if waited >= {every}:
            reductions, waited = reductions + 1, 0
    return {rate} * {factor} ** reductions""",
}

_END = """\
studio = [  # loss and validation loss of each epoch in CNN Studio
{losses}
]
for epoch, (ours, there) in enumerate(zip(zip(losses, val_losses), studio), 1):
    print(f"epoch {{epoch}}: here {{ours}}, in CNN Studio {{there}}")
test_loss, test_accuracy = model.evaluate(x_test, y_test, verbose=0)
print(f"test accuracy {{test_accuracy:.4f}}")
model.save("retrained.keras")
with open("history.json", "w") as file:
    json.dump({{"loss": losses, "val_loss": val_losses}}, file)"""


def pieces(info: RunInfo, name: str, losses: Losses, has_data: bool = True) -> list[Piece]:
    """The script of a run.

    Args:
        name: What the run is called.
        losses: Loss and validation loss of each of its epochs, to be held against.
        has_data: Whether data.npz lies beside the script.
    """
    spec = info.spec
    parts = keras_parts(spec, info.classes, repeatable=True)
    augmented = [] if spec.augmentation.is_off else [_augmentation(spec)]
    targets = _TARGETS[spec.training.loss].format(classes=len(info.classes))
    return [
        Piece(_head(has_data), f"# The run “{clean_class_name(name)}”\n{_DATA}{targets}"),
        Piece("The network, with the first weights that the seed gives" + _of_weights(spec), _model(spec, parts)),
        *augmented,
        Piece("How it learns", parts.compile),
        Piece("One epoch after the other", _train(spec)),
        *_phases(spec, parts),
        Piece(
            "The same as in CNN Studio? And how good is it?",
            _END.format(losses="\n".join(f"    {pair}," for pair in losses)),
        ),
    ]


def _head(has_data: bool) -> str:
    title = "A run of CNN Studio, retrained with plain Keras 3 on TensorFlow"
    return title if has_data else f"{title}. Without its pictures: put a data.npz with these arrays beside this file"


def _of_weights(spec: RunSpec) -> str:
    architecture = spec.architecture
    if not isinstance(architecture, Transfer) or architecture.weights in (IMAGENET, RANDOM):
        return ""
    return f"; the file {architecture.weights} must lie beside this one"


def _model(spec: RunSpec, parts: KerasParts) -> str:
    return parts.model.replace(_IMPORT, _IMPORT + _SEED.format(seed=spec.training.seed), 1)


def _augmentation(spec: RunSpec) -> Piece:
    lines = layers_code(spec.augmentation).removeprefix("import keras\nfrom keras import layers\n\n")
    code = _AUGMENTED.format(layers=lines.rstrip().rpartition("\n")[0], input_shape=spec.input_shape)
    title = (
        "Augmentation. Keras draws it from a random stream of its own, so from here on the curve is alike, not equal"
    )
    return Piece(title, code)


def _train(spec: RunSpec) -> str:
    training, repeats = spec.training, spec.augmentation.repeats
    return _TRAIN.format(
        rate=_rate(training),
        seed=training.seed,
        times="" if repeats == 1 else f" {repeats} times",
        count="len(x_train)" if repeats == 1 else f"{repeats} * len(x_train)) % len(x_train",
        batch_size=training.batch_size,
        **(_STOPS_EARLY if training.early_stopping else dict.fromkeys(_STOPS_EARLY, "")),
    )


def _rate(training: TrainingSpec) -> str:
    return _RATES[training.schedule].format(
        rate=training.learning_rate,
        factor=training.schedule_factor,
        every=training.schedule_epochs,
        epochs=training.epochs,
    )


def _phases(spec: RunSpec, parts: KerasParts) -> list[Piece]:
    """Training: the head first where it learns alone, then all that learns."""
    patience = spec.training.early_stopping
    *head, last = phases(spec)
    found = [Piece("The head learns alone", f"train({phase.first}, {phase.end})") for phase in head]
    more = [f"factor={last.rate}"] * (last.rate != 1) + [f"patience={patience}"] * bool(patience)
    code = f"train({', '.join([str(last.first), str(last.end), *more])})"
    if head:
        code = f"{parts.freezing}\n{parts.second_compile}\n{code}"
    if patience:
        code += "\nmodel.set_weights(best_weights)  # of the epoch with the lowest validation loss"
    return [*found, Piece("Training", code)]
