"""A light index of all runs of a data home, so that ten thousand are listed at once.

A run's folder is read again only when its time of change is another: every file in it is replaced atomically, which
changes the folder. What was read is kept in memory and, for the next server, in cache/runs.sqlite. That file is a
cache like any other: where it is missing, damaged, locked or of another version, folders are read again.
"""

from __future__ import annotations

import sqlite3
import threading
import time
from collections.abc import Iterable
from contextlib import closing, suppress
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from pydantic import ValidationError

from core.files import status
from core.home import Home
from core.runs.folder import ACTIVE, RunFolder
from core.runs.store import run_stamps
from core.runs.summary import RunSummary, summarize

VERSION = 4  # of the kept summaries; another one is read as an empty file
BUDGET = 0.15  # seconds that one look may take to read folders; the newest are read first
LOOK_EVERY = 1.0  # seconds for which a look at the folders holds, for all browsers
UNSURE_FOR = 2_000_000_000  # ns: a folder changed so lately may change again within the same tick of the file's clock


@dataclass(frozen=True)
class Listing:
    """Attributes:
    runs: Newest first.
    unread: How many folders are new or changed and could not be read in the time.
    """

    runs: tuple[RunSummary, ...]
    unread: int = 0


class RunIndex:
    """The summaries of all runs; safe to share between threads."""

    def __init__(self, home: Home) -> None:
        self._home, self._file = home, home.cache / "runs.sqlite"
        self._lock = threading.Lock()
        self._known: dict[str, tuple[int, RunSummary]] | None = None  # id → time of change, what it says
        self._listing, self._looked_at = Listing(()), float("-inf")
        self._watched: dict[Path, int] = {}  # folders whose times tell that a look does not hold any more

    def look(self, *, now: bool = False, budget: float = BUDGET) -> Listing:
        """All runs; those made or deleted, or in another state since they waited or trained, are seen at once.

        Args:
            now: Whether to look at all folders even where that was just done: after a change of one's own.
            budget: Seconds that may be spent on reading folders; at least one is read.
        """
        with self._lock:
            is_old = time.monotonic() - self._looked_at > LOOK_EVERY
            if now or self._listing.unread or is_old or self._has_moved():
                self._listing = self._read_changed(budget)
                self._looked_at = time.monotonic()
            return self._listing

    def settled(self) -> dict[str, int]:
        """The runs that neither wait nor train, with the stamps (`run_stamps`) of the folders that said so."""
        self.look()
        with self._lock:
            return {run_id: stamp for run_id, (stamp, _summary) in (self._known or {}).items() if stamp}

    def _has_moved(self) -> bool:
        """Looks at a few folders, however many runs there are."""
        return any(_changed_at(folder) != at for folder, at in self._watched.items())

    def _read_changed(self, budget: float) -> Listing:
        known = self._known if self._known is not None else self._load()
        made_or_deleted = _changed_at(self._home.runs)
        stamps = run_stamps(self._home)
        gone = known.keys() - stamps.keys()
        due = [run_id for run_id in stamps if run_id not in known or known[run_id][0] != stamps[run_id]]
        read = self._read(sorted(due, reverse=True), stamps, budget)
        says_more = gone or any(run_id not in known or known[run_id][1] != read[run_id][1] for run_id in read)
        for run_id in gone:
            del known[run_id]
        known.update(read)
        self._known = known
        self._keep(read, gone)
        unsure = {self._home.runs / run_id: stamps[run_id] for run_id, (stamp, _summary) in read.items() if not stamp}
        self._watched = {self._home.runs: made_or_deleted, **unsure}
        unread = len(due) - len(read)
        if self._listing.runs and not says_more and unread == self._listing.unread:
            return self._listing  # the very same, from which pages have worked out more
        return Listing(tuple(known[run_id][1] for run_id in sorted(known, reverse=True)), unread)

    def _read(self, due: list[str], stamps: dict[str, int], budget: float) -> dict[str, tuple[int, RunSummary]]:
        read: dict[str, tuple[int, RunSummary]] = {}
        end = time.monotonic() + budget
        for run_id in due:
            if read and time.monotonic() > end:
                break
            read[run_id] = self._summary(run_id, stamps[run_id])
        return read

    def _summary(self, run_id: str, stamp: int) -> tuple[int, RunSummary]:
        """What the folder says; without a time where it must be read again at the next look."""
        summary = summarize(RunFolder(self._home.runs / run_id))
        is_settled = summary.state not in ACTIVE and time.time_ns() - stamp > UNSURE_FOR
        return stamp if is_settled else 0, summary

    def _load(self) -> dict[str, tuple[int, RunSummary]]:
        found: dict[str, tuple[int, RunSummary]] = {}
        try:
            with closing(self._open()) as kept:
                for run_id, stamp, text in kept.execute("SELECT id, stamp, summary FROM runs"):
                    with suppress(ValidationError):
                        found[run_id] = stamp, RunSummary.model_validate_json(text)
        except sqlite3.OperationalError:  # locked, no rights, full: it may be well the next time
            return found
        except sqlite3.DatabaseError:  # damaged
            with suppress(OSError):
                self._file.unlink(missing_ok=True)
        return found

    def _keep(self, read: dict[str, tuple[int, RunSummary]], gone: Iterable[str]) -> None:
        """Write down what is settled; where that cannot be done, the next server reads the folders again."""
        rows = [(run_id, stamp, summary.model_dump_json()) for run_id, (stamp, summary) in read.items() if stamp]
        if not rows and not gone:
            return
        with suppress(sqlite3.Error), closing(self._open()) as kept, kept:
            kept.executemany("INSERT OR REPLACE INTO runs VALUES (?, ?, ?)", rows)
            kept.executemany("DELETE FROM runs WHERE id = ?", [(run_id,) for run_id in gone])

    def _open(self) -> sqlite3.Connection:
        kept = sqlite3.connect(self._file, timeout=0.2)
        kept.execute("PRAGMA synchronous = OFF")  # what a power cut destroys is made again
        if kept.execute("PRAGMA user_version").fetchone()[0] != VERSION:
            kept.execute("DROP TABLE IF EXISTS runs")
            kept.execute("CREATE TABLE runs (id TEXT PRIMARY KEY, stamp INTEGER, summary TEXT)")
            kept.execute(f"PRAGMA user_version = {VERSION}")
        return kept


def _changed_at(folder: Path) -> int:
    found = status(folder)
    return found.st_mtime_ns if found else 0


@lru_cache(maxsize=16)
def index_of(home: Home) -> RunIndex:
    """The index of a data home, shared by all browsers of this process."""
    return RunIndex(home)
