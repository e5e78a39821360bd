"""Small Python processes in the place of workers, for tests of who drives and asks them."""

import subprocess
import sys

import pytest

from core.home import PROJECT
from core.runs.executor import Worker, process_start


class FakeExecutor:
    """Spawns a process for each worker; a subclass says what the next one runs."""

    def __init__(self):
        self.spawned = []

    def script(self):
        """Python source of the next worker."""
        raise NotImplementedError

    def spawn(self):
        process = subprocess.Popen(
            [sys.executable, "-c", self.script()],
            cwd=PROJECT,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
        )
        worker = Worker(process.pid, process_start(process.pid) or 0.0, process)
        self.spawned.append(worker)
        return worker

    def close(self):
        for worker in self.spawned:
            worker.process.kill()
            worker.process.communicate()


def fixture_of(kind):
    """A fixture that makes an executor of this kind, and ends its workers after the test."""

    @pytest.fixture
    def executor():
        made = kind()
        yield made
        made.close()

    return executor
