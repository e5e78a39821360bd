"""The queue: starts as many runs as fit the cores, watches their workers, keeps one warm spare.

Nothing here is the truth: every tick works from the run folders, so a server that starts again simply goes on. One
server a data home does it, the holder of a lock; others only leave runs and requests for it.
"""

from __future__ import annotations

import logging
import os
import threading
import time
from collections.abc import Callable

from filelock import FileLock, Timeout

from core.home import Home
from core.i18n import N_
from core.runs.executor import Executor, Worker
from core.runs.folder import Request, RunFolder, State, Status
from core.runs.hold import one_change
from core.runs.lookout import Lookout
from core.runs.store import can_go_on, open_run
from core.runs.trash import empty_trash
from core.runs.turns import Runs, in_turn

logger = logging.getLogger(__name__)

TICK = 0.5  # seconds between two looks at the workers
TERMINATE_AFTER = 10.0  # seconds that a worker has to answer a stop before SIGTERM ...
KILL_AFTER = 13.0  # ... and SIGKILL
TIDY_EVERY = 600.0  # seconds between two looks at what was deleted
SPARE_RETRY = 60.0  # seconds after a spare died unused until another is tried
SPARE_AFTER = 8.0  # seconds a run has the cores for itself before a spare warms up beside it


class Queue:
    """Drives the runs of one data home; `start` once, then `submit` and requests in run folders.

    Args:
        home: The data home.
        executor: Where workers run.
        slots: Runs at once; by default one per two cores.
        keep_spare: Whether to keep a warm spare.
    """

    def __init__(self, home: Home, executor: Executor, slots: int | None = None, keep_spare: bool = True) -> None:
        self.home, self._executor = home, executor
        self.slots = slots or max(1, (os.cpu_count() or 2) // 2)
        self._keep_spare = keep_spare
        self._spare: Worker | None = None
        self._no_spare_before = 0.0
        self._tidy_at = 0.0
        self._workers: dict[str, Worker] = {}
        self._killed: set[str] = set()
        self._lookout = Lookout(home)
        self._line: tuple[str, ...] = ()  # ids of the runs that wait, the next one first
        self._line_seen_at = float("-inf")
        self._lock = FileLock(home.root / "queue.lock", thread_local=False)
        self._wake, self._closing = threading.Event(), threading.Event()
        self._mutex = threading.RLock()
        self._thread: threading.Thread | None = None

    def start(self) -> Queue:
        """Begin ticking in a background thread."""
        self._thread = threading.Thread(target=self._loop, name="run-queue", daemon=True)
        self._thread.start()
        return self

    def close(self) -> None:
        """Stop ticking and end the spare; running workers go on and are adopted by the next server."""
        self._closing.set()
        self._wake.set()
        if self._thread:
            self._thread.join(timeout=5)
        if self._spare:
            self._spare.terminate()
        self._lock.release(force=True)

    def submit(self, run: RunFolder) -> None:
        """Make the queue look at a new run now rather than at the next tick."""
        with self._mutex:
            self._lookout.expect(run.id)
            self._line_seen_at = float("-inf")
        self._wake.set()

    def resume(self, run_id: str) -> None:
        """Put a paused, stopped or interrupted run back into the queue."""
        with one_change(self.home):
            run = open_run(self.home, run_id)
            if can_go_on(run):
                run.clear_request()
                run.update_status(state=State.QUEUED, message="", queued_at=time.time(), ended_at=None, pid=None)
        self.submit(run)

    def position(self, run: RunFolder) -> int:
        """How many runs are before this one, plus one; 0 when it does not wait."""
        with self._mutex:
            if time.monotonic() - self._line_seen_at > 2 * TICK:  # else as the last tick has seen it, for all browsers
                self._see_line([other.id for other, _status in in_turn(self._lookout.active())])
            return self._line.index(run.id) + 1 if run.id in self._line else 0

    def take_spare(self) -> Worker:
        """Give away the warm spare, or a cold worker if there is none; a new spare follows."""
        with self._mutex:
            spare, self._spare = self._spare, None
            return spare if spare and spare.is_alive() else self._executor.spawn()

    @property
    def has_spare(self) -> bool:
        """Whether a worker stands ready."""
        return self._spare is not None and self._spare.is_alive()

    @property
    def spare_pid(self) -> int | None:
        """The process that stands ready, if any."""
        return self._spare.pid if self._spare else None

    def tick(self) -> None:
        """Look at every run that is not settled and do what is due."""
        with self._mutex:
            active = self._lookout.active()
            for run_id in self._workers.keys() - {run.id for run, _status in active}:
                del self._workers[run_id]
            running = [(run, status) for run, status in active if status.state == State.RUNNING]
            busy = sum(self._guarded(self._watch, run, status) for run, status in running)
            waiting = [pair for pair in in_turn(active) if not self._guarded(self._leave_queue, pair[0])]
            launched = self._launch_first(waiting, self.slots - busy)
            self._see_line([run.id for run, _status in waiting if run.id not in launched])
            if self._keep_spare:
                self._mind_spare(busy + len(launched), running)

    def _loop(self) -> None:
        while not self._closing.is_set():
            try:
                if self._drives():
                    self.tick()
                    self._tidy()
            except Exception:
                logger.exception("the queue stumbled; it goes on at the next tick")
            self._wake.wait(TICK)
            self._wake.clear()

    def _tidy(self) -> None:
        """Remove for good, now and then, what was deleted a day ago."""
        if time.monotonic() >= self._tidy_at:
            self._tidy_at = time.monotonic() + TIDY_EVERY
            empty_trash(self.home)

    def _drives(self) -> bool:
        """Whether this queue is the one that drives the data home; it becomes it when the other is gone."""
        if not self._lock.is_locked:
            try:
                self._lock.acquire(timeout=0)
            except Timeout:
                return False
        return True

    def _see_line(self, waiting: list[str]) -> None:
        self._line, self._line_seen_at = tuple(waiting), time.monotonic()

    def _launch_first(self, waiting: Runs, places: int) -> set[str]:
        """Give free places to those that wait, in order; return the ids of the runs that got one."""
        launched: set[str] = set()
        for run, status in waiting:
            if len(launched) < places and self._guarded(self._launch, run, status):
                launched.add(run.id)
        return launched

    def _guarded(self, step: Callable[..., bool], run: RunFolder, *status: Status) -> bool:
        """Do one step for one run; a folder that cannot be used (disk full, rights) must not hold up the others."""
        try:
            return step(run, *status)
        except OSError:
            logger.exception("run %s cannot be driven", run.id)
            return False

    def _watch(self, run: RunFolder, status: Status) -> bool:
        """Whether the run still holds a place; a dead worker is noticed and an unwilling one ended."""
        worker = self._workers.get(run.id)
        if worker is None or status.pid not in (None, worker.pid):  # of an earlier server, or started by hand
            worker = Worker(status.pid or -1, status.process_started or -1.0)
        self._workers[run.id] = worker
        if worker.is_alive():
            self._press(run, worker)
            return True
        if run.status().state == State.RUNNING:  # it did not say goodbye
            self._bury(run, worker)
        return False

    def _press(self, run: RunFolder, worker: Worker) -> None:
        """Stop and pause are requests; a worker that does not answer is ended."""
        asked = run.request()
        if not asked or asked[0] == Request.FINISH_EPOCH:
            return
        waited = time.time() - asked[1]
        if waited > KILL_AFTER:
            self._killed.add(run.id)
            worker.kill()
        elif waited > TERMINATE_AFTER:
            self._killed.add(run.id)
            worker.terminate()

    def _bury(self, run: RunFolder, worker: Worker) -> None:
        if run.id in self._killed:
            self._killed.discard(run.id)
            asked = run.request()
            state = State.PAUSED if asked and asked[0] == Request.PAUSE else State.STOPPED
            message = N_("The worker did not answer and was ended; the last whole epoch is kept.")
        else:
            state = State.INTERRUPTED
            message = worker.epitaph
        run.clear_request()
        run.update_status(state=state, message=message, ended_at=time.time(), pid=None)
        del self._workers[run.id]

    def _leave_queue(self, run: RunFolder) -> bool:
        """Obey a pause or stop that came while the run waited."""
        asked = run.request()
        if not asked or asked[0] == Request.FINISH_EPOCH:
            return False
        run.clear_request()
        state = State.PAUSED if asked[0] == Request.PAUSE else State.STOPPED
        run.update_status(state=state, ended_at=time.time())
        return True

    def _launch(self, run: RunFolder, status: Status) -> bool:
        worker = self.take_spare()
        self._killed.discard(run.id)
        changes = {"state": State.RUNNING, "started_at": status.started_at or time.time(), "message": ""}
        run.update_status(**changes, pid=worker.pid, process_started=worker.process_started)
        self._workers[run.id] = worker
        try:
            worker.give(f"train {run.path}")
        except OSError:
            run.write_status(status)  # the spare died while it waited: the next tick tries again
            del self._workers[run.id]
            return False
        return True

    def _mind_spare(self, busy: int, running: list[tuple[RunFolder, Status]]) -> None:
        """Keep a spare, but not while a run that has just started needs the cores."""
        if self.has_spare:
            return
        if self._spare:
            logger.error("the warm spare died unused; workers.log tells why")
            self._spare, self._no_spare_before = None, time.time() + SPARE_RETRY
        young = any(time.time() - (status.started_at or 0) < SPARE_AFTER for _run, status in running)
        if time.time() > self._no_spare_before and (busy < self.slots or (running and not young)):
            self._spare = self._executor.spawn()
