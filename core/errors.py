"""Errors that a person reads.

StudioError              everything below; its text says what was expected, what came and what to do
├── DataError            a file or a data set that cannot be used
├── ArchitectureError    a stack of layers that cannot be built
├── TrainingError        a run that cannot start or go on
└── WorkerError          a worker process that died or did not answer
"""

from __future__ import annotations


class StudioError(Exception):
    """An error whose message is shown to the learner as it is, already translated."""


class DataError(StudioError):
    """A file or a data set that cannot be used."""


class ArchitectureError(StudioError):
    """A stack of layers that cannot be built."""


class TrainingError(StudioError):
    """A run that cannot start or go on."""


class WorkerError(StudioError):
    """A worker process that died or did not answer."""
