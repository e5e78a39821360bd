"""Histories made by hand, and those of real runs."""

import json
from pathlib import Path

from core.runs.history import EpochRecord, History
from core.spec import RunSpec

HISTORIES = Path(__file__).with_name("histories")
TEN = [str(digit) for digit in range(10)]


def made(loss, accuracy, val_loss, val_accuracy, planned=None):
    """A history of these four curves."""
    records = [
        EpochRecord(epoch, *values, learning_rate=1e-3, seconds=1.0)
        for epoch, values in enumerate(zip(loss, accuracy, val_loss, val_accuracy, strict=True))
    ]
    return History(epochs_planned=planned or len(records), steps=10, epoch=len(records), records=records)


def real(name):
    """A real run: its history, specification and classes."""
    head, *events = map(json.loads, (HISTORIES / f"{name}.jsonl").read_text().splitlines())
    history = History()
    for event in events:
        history.apply(event)
    return history, RunSpec.model_validate(head["spec"]), head["classes"]
