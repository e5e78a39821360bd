"""Finding runs again by what they were asked to do. Runs are given newest first."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from itertools import islice
from typing import TypeVar

from core.errors import StudioError
from core.runs.folder import RunFolder
from core.spec import RunSpec

RECENT = 500  # runs that are looked through

Name = TypeVar("Name")


def recent_specs(runs: Iterable[RunFolder]) -> Iterator[tuple[RunFolder, RunSpec]]:
    """The first `RECENT` runs with their specifications; those that cannot be read are passed over."""
    for run in islice(runs, RECENT):
        try:
            yield run, run.info().spec
        except StudioError:  # damaged, or of another version
            continue


def newest_of(runs: Iterable[RunFolder], specs: Mapping[Name, RunSpec]) -> dict[Name, RunFolder]:
    """The newest run of each specification, in their order; one that was never trained is left out."""
    recent = list(recent_specs(runs))
    newest = {name: next((run for run, made in recent if made == spec), None) for name, spec in specs.items()}
    return {name: run for name, run in newest.items() if run}
