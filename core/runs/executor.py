"""Where workers run: on this machine, as one operating-system process each. The seam for a cluster later.

A process is started as `python -m core.worker`, imports TensorFlow and then waits for a line on its standard input that
names its job; so a process that waits is the warm spare, and a cold start is the same one told at once.
"""

from __future__ import annotations

import os
import subprocess
import sys
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Protocol

import psutil

from core.home import PROJECT
from core.i18n import N_
from core.runs.folder import OUT_OF_MEMORY

OUT_OF_MEMORY_CODES = {134, 137, 139}  # SIGABRT, SIGKILL, SIGSEGV: how TensorFlow and the kernel end such a worker
DIED = N_("The worker stopped without a word (the computer slept, or it was ended from outside).")
CLOCK_TOLERANCE = 5.0  # seconds; psutil reckons a start from the boot time, which moves when the clock is set
NICENESS = 10  # the browser's server goes first


@dataclass
class Worker:
    """One worker process: its pid with its start time, which together name it for good.

    `process` is None for a worker adopted from an earlier server; its exit code is then unknown.
    """

    pid: int
    process_started: float
    process: subprocess.Popen[bytes] | None = field(default=None, repr=False)

    def is_alive(self) -> bool:
        """Whether it still runs. An own child that ended is reaped here."""
        if self.process is not None:
            return self.process.poll() is None
        started = process_start(self.pid)
        return started is not None and abs(started - self.process_started) < CLOCK_TOLERANCE

    @property
    def exit_code(self) -> int | None:
        """As the shell says it (137 for a killed one); None while it runs or where it is not known."""
        code = self.process.poll() if self.process is not None else None
        return 128 - code if code is not None and code < 0 else code

    @property
    def epitaph(self) -> str:
        """Why a worker that did not say goodbye is gone, for a person."""
        return OUT_OF_MEMORY if self.exit_code in OUT_OF_MEMORY_CODES else DIED

    def give(self, job: str) -> None:
        """Hand a waiting worker its job: `train FOLDER` or `serve`.

        Raises:
            BrokenPipeError: If it died while it waited.
        """
        assert self.process is not None
        assert self.process.stdin is not None
        self.process.stdin.write(job.encode() + b"\n")
        self.process.stdin.flush()

    def terminate(self) -> None:
        """Ask it to go (SIGTERM)."""
        self._signal(lambda process: process.terminate())

    def kill(self) -> None:
        """Take it away (SIGKILL)."""
        self._signal(lambda process: process.kill())

    def _signal(self, send: object) -> None:
        if self.is_alive() and callable(send):
            with suppress(psutil.NoSuchProcess):
                send(psutil.Process(self.pid))


class Executor(Protocol):
    """What the queue needs of a place where workers run."""

    def spawn(self) -> Worker:
        """Start a worker that warms up and waits for its job."""
        ...


class LocalExecutor:
    """Workers as processes of this machine, in sessions of their own: they outlive the server."""

    def __init__(self, log: Path) -> None:
        self._log = log

    def spawn(self) -> Worker:
        """Start a worker that warms up and waits for its job."""
        with self._log.open("ab") as log:
            process = subprocess.Popen(
                [sys.executable, "-m", "core.worker"],
                cwd=PROJECT,
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=log,
                env=os.environ | {"TF_CPP_MIN_LOG_LEVEL": "2", "PYTHONUNBUFFERED": "1"},
                start_new_session=True,
            )
        with suppress(psutil.Error, OSError):
            psutil.Process(process.pid).nice(NICENESS)
        return Worker(process.pid, process_start(process.pid) or 0.0, process)


def process_start(pid: int) -> float | None:
    """When process `pid` started, in seconds since 1970; None if it does not run (or is a zombie)."""
    try:
        process = psutil.Process(pid)
        return None if process.status() == psutil.STATUS_ZOMBIE else process.create_time()
    except (psutil.Error, ValueError):
        return None
