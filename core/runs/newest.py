"""Finding runs again by what they were asked to do, whoever started them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import TypeVar

from core.errors import StudioError
from core.home import Home
from core.runs.folder import RunFolder, list_runs
from core.spec import RunSpec

RECENT = 500  # runs that are looked through

Name = TypeVar("Name")


def recent_specs(home: Home) -> Iterator[tuple[RunFolder, RunSpec]]:
    """The last runs with their specifications, newest first; those that cannot be read are passed over."""
    for run in list_runs(home, RECENT):
        try:
            yield run, run.info().spec
        except StudioError:  # damaged, or of another version
            continue


def newest_of(home: Home, specs: Mapping[Name, RunSpec]) -> dict[Name, RunFolder]:
    """The newest run of each specification, in their order; one that was never trained is left out."""
    recent = list(recent_specs(home))
    newest = {name: next((run for run, made in recent if made == spec), None) for name, spec in specs.items()}
    return {name: run for name, run in newest.items() if run}
