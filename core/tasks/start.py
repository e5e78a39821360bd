"""Starting a task from the server, and finding out whether it still lives."""

from __future__ import annotations

import os
import subprocess
import sys
import threading
from contextlib import suppress
from typing import Any

import psutil

from core.home import PROJECT, Home
from core.i18n import _
from core.runs.executor import OUT_OF_MEMORY_CODES
from core.tasks.folder import FOLDER, NO_ROOM, OUT_OF_MEMORY, Result, TaskFolder, create_task

NICENESS = 15  # browsers go first, then what trains
SPARING = {"OMP_NUM_THREADS": "2", "MALLOC_MMAP_THRESHOLD_": "4000000"}  # else glibc keeps 40 MB a decoding thread
TIDY_FOR = 3.0  # seconds that a cancelled task has to remove what it began
PATIENCE = 0.5  # seconds of them that the page waits

_processes: dict[str, subprocess.Popen[bytes]] = {}
_lock = threading.Lock()


def start_task(home: Home, kind: str, arguments: dict[str, Any], owner: str = "") -> TaskFolder:
    """Write a task and start its process; it outlives the server. Arguments are those of `create_task`."""
    task = create_task(home, kind, arguments, owner)
    with task.log.open("ab") as log:
        process = subprocess.Popen(
            [sys.executable, "-m", "core.tasks"],
            cwd=PROJECT,
            stdin=subprocess.DEVNULL,
            stdout=log,
            stderr=log,
            env=os.environ | {"CNN_STUDIO_HOME": str(home.root), FOLDER: str(task.path), **SPARING},
            start_new_session=True,
        )
    with suppress(psutil.Error, OSError):
        psutil.Process(process.pid).nice(NICENESS)
    (task.path / "pid").write_text(str(process.pid), encoding="utf-8")
    with _lock:
        for earlier in _processes.values():
            earlier.poll()  # its result may have been taken before it ended; nobody asks again, and a zombie would stay
        _processes[task.id] = process
    return task


def result_of(task: TaskFolder) -> Result | None:
    """What came of a task; None while it works. One whose process is gone without a word has failed.

    Why is known only here and now, so it is written down for whoever asks next.
    """
    code = _exit_code(task)
    found = task.result()  # asked after the process: what it wrote last is seen
    if found is None and code is not None:
        found = Result(error=_epitaph(code))
        with suppress(OSError):
            task.end(found)
    if code is not None:
        _forget(task)
    return found


def cancel(task: TaskFolder) -> None:
    """End a task's process, if it runs, and remove its folder.

    It gets `TIDY_FOR` to remove what it began; whoever cancels does not wait for all of that.
    """
    ending = threading.Thread(target=_end, args=(task,), daemon=True)
    ending.start()
    ending.join(PATIENCE)


def _end(task: TaskFolder) -> None:
    process = _process_of(task)
    if process:
        with suppress(psutil.Error):
            process.terminate()
            _wait(process, TIDY_FOR)
            process.kill()
            _wait(process, TIDY_FOR)
    _forget(task)
    task.remove()


def _wait(process: psutil.Process, seconds: float) -> None:
    with suppress(psutil.TimeoutExpired):
        process.wait(seconds)


def _epitaph(code: int) -> str:
    if code in OUT_OF_MEMORY_CODES:
        return _(OUT_OF_MEMORY)
    reason = _("the disk is full") if code == NO_ROOM else _("it was ended from outside")
    return _("The work was broken off: {reason}. Nothing was changed; try again.").format(reason=reason)


def _exit_code(task: TaskFolder) -> int | None:
    """As the shell says it; None while it runs. It is not known (1) where a server before this one started it."""
    with _lock:
        process = _processes.get(task.id)
        code = process.poll() if process else None
    if code is not None:
        return 128 - code if code < 0 else code
    return None if process or _process_of(task) else 1


def _forget(task: TaskFolder) -> None:
    """Drop what is known of a process that ended."""
    with _lock:
        process = _processes.pop(task.id, None)
        if process:
            process.poll()


def _process_of(task: TaskFolder) -> psutil.Process | None:
    """The process of a task while it lives: its environment names the task's folder, whoever started it."""
    try:
        process = psutil.Process(int((task.path / "pid").read_text(encoding="utf-8")))
        return process if process.environ().get(FOLDER) == str(task.path) else None
    except (OSError, ValueError, psutil.Error):
        return None
