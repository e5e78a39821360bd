"""Where everything that the app makes is kept.

datasets/<id>/  imported sets          runs/<id>/  one folder a run
weights/        backbone weights       cache/      what can be made again
"""

from __future__ import annotations

import os
from dataclasses import dataclass
from pathlib import Path

PROJECT = Path(__file__).resolve().parent.parent
BUNDLED = PROJECT / "data" / "bundled"  # data sets that ship with the project, read only


@dataclass(frozen=True)
class Home:
    """The data home: one folder, moved with the environment variable CNN_STUDIO_HOME."""

    root: Path

    @property
    def datasets(self) -> Path:
        return self.root / "datasets"

    @property
    def runs(self) -> Path:
        return self.root / "runs"

    @property
    def weights(self) -> Path:
        return self.root / "weights"

    @property
    def cache(self) -> Path:
        return self.root / "cache"

    def make(self) -> Home:
        """Create the folders that are missing and return self."""
        for folder in (self.datasets, self.runs, self.weights, self.cache):
            folder.mkdir(parents=True, exist_ok=True)
        return self


def current_home() -> Home:
    """The data home that the environment names now, by default the project's own data folder."""
    return Home(Path(os.environ.get("CNN_STUDIO_HOME") or PROJECT / "data").expanduser().resolve()).make()
