"""Checkpoints as plain arrays: model, optimizer and the position, whole or absent on disk."""

from __future__ import annotations

import json
import os
import zipfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

import keras
import numpy as np
from numpy.typing import NDArray

from core.errors import TrainingError
from core.files import write_atomically
from core.i18n import _


@dataclass
class Position:
    """Where training stands, and what later decisions need to know of the past.

    Attributes:
        epoch: The epoch to go on with, 0-based.
        batch: Batches of it already done; equal to its steps when only its validation is missing.
        finished_early: Whether a person asked to end the training with the last epoch: only the exam is left.
        means: Mean loss and accuracy of those batches.
        val_losses: Validation loss of every finished epoch: schedules and early stopping are functions of it.
    """

    epoch: int = 0
    batch: int = 0
    finished_early: bool = False
    means: dict[str, float] = field(default_factory=dict)
    val_losses: list[float] = field(default_factory=list)

    def begin(self, epoch: int, val_losses: list[float]) -> None:
        """Move to the start of `epoch`."""
        self.epoch, self.batch, self.means, self.val_losses = epoch, 0, {}, val_losses


def save_checkpoint(
    path: Path, model: keras.Model, optimizer: keras.optimizers.Optimizer | None, position: Position
) -> None:
    """Write everything that training needs to go on from `position` exactly as if it had never stopped.

    Args:
        model: What can change in the course of the run: of a transfer network the part behind the cut.
        optimizer: Of the phase of training that goes on; None before its first.
    """
    groups = {"model": model.variables, "optimizer": optimizer.variables if optimizer else []}
    arrays = {
        f"{group}/{number:04d}": np.asarray(variable)
        for group, variables in groups.items()
        for number, variable in enumerate(variables)
    }
    arrays["position"] = np.frombuffer(json.dumps(asdict(position)).encode(), dtype=np.uint8)
    _write_arrays(path, arrays)


def load_checkpoint(path: Path, model: keras.Model) -> Position:
    """Put the weights back and return the position.

    Raises:
        TrainingError: If the file does not fit the model.
    """
    with _opened(path) as arrays:
        _assign(model.variables, arrays, "model")
        return Position(**json.loads(arrays["position"].tobytes()))


def load_optimizer(path: Path, optimizer: keras.optimizers.Optimizer) -> None:
    """Put the optimizer's state back.

    Raises:
        TrainingError: If the file does not fit it.
    """
    with _opened(path) as arrays:
        _assign(optimizer.variables, arrays, "optimizer")


def save_weights(path: Path, model: keras.Model) -> None:
    """Write the model's variables alone."""
    _write_arrays(path, {f"model/{number:04d}": np.asarray(value) for number, value in enumerate(model.variables)})


def save_model(path: Path, model: keras.Model) -> None:
    """Write the whole model in Keras's own format, whole or absent: plain `model.save` killed midway leaves a ruin."""
    temporary = path.with_name(f".{path.name}.tmp.keras")
    model.save(temporary)
    with temporary.open("rb") as file:
        os.fsync(file.fileno())
    temporary.replace(path)


def load_weights(path: Path, model: keras.Model) -> None:
    """Read the model's variables from a checkpoint or from what `save_weights` wrote.

    Raises:
        TrainingError: If the file does not fit the model.
    """
    load_variables(path, model.variables)


def load_variables(path: Path, variables: list[keras.Variable]) -> None:
    """Read these variables, of which the file holds one array each, in their order.

    Raises:
        TrainingError: If the file does not fit them.
    """
    with _opened(path) as arrays:
        _assign(variables, arrays, "model")


@contextmanager
def _opened(path: Path) -> Iterator[Any]:
    try:
        with np.load(path, allow_pickle=False) as arrays:
            yield arrays
    except (OSError, ValueError, KeyError, EOFError, zipfile.BadZipFile) as error:
        raise TrainingError(_("The checkpoint is damaged. Start the run again.")) from error


def _assign(variables: list[Any], arrays: Any, group: str) -> None:
    names = [f"{group}/{number:04d}" for number in range(len(variables))]
    shapes = {name: arrays[name].shape for name in arrays.files if name.startswith(f"{group}/")}
    if shapes != {name: tuple(variable.shape) for name, variable in zip(names, variables, strict=True)}:
        raise TrainingError(_("The checkpoint belongs to another network. Start the run again."))
    for name, variable in zip(names, variables, strict=True):
        variable.assign(arrays[name])


def _write_arrays(path: Path, arrays: dict[str, NDArray[Any]]) -> None:
    write_atomically(path, lambda file: np.savez(file, **arrays))  # type: ignore[arg-type]
