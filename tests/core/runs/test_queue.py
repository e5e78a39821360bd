"""The queue with workers of its own kind: small processes that sleep, die or answer as a test wants."""

import os
import time

import pytest

from core.datasets.store import open_dataset
from core.runs import queue as queue_module
from core.runs.folder import OUT_OF_MEMORY, Request, RunFolder, State, Status
from core.runs.queue import Queue
from core.runs.store import open_run
from core.runs.submit import submit_run
from core.runs.trash import KEPT_FOR, discard, discarded, trash_of
from core.spec import RunSpec
from tests.fake_workers import FakeExecutor, fixture_of

SLEEPER = "import sys, time; sys.stdin.readline(); time.sleep(60)"
DIES = "import sys, os; sys.stdin.readline(); os._exit({code})"


class OneScript(FakeExecutor):
    """Every worker runs `code`, which a test may change."""

    code = SLEEPER

    def script(self):
        return self.code


executor = fixture_of(OneScript)


@pytest.fixture
def queue(home, executor):
    return Queue(home, executor, slots=1, keep_spare=False)


def wait_until(condition, seconds=10.0):
    end = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < end, "it never happened"
        time.sleep(0.02)


def test_one_run_starts_and_the_next_waits_with_its_place(home, queue):
    first, second, third = (submit_run(home, RunSpec()) for _ in range(3))
    queue.tick()
    states = [run.status().state for run in (first, second, third)]
    assert states == [State.RUNNING, State.QUEUED, State.QUEUED]
    assert [queue.position(run) for run in (first, second, third)] == [0, 1, 2]


def test_a_worker_that_dies_leaves_an_interrupted_run_that_can_be_resumed(home, queue, executor):
    executor.code = DIES.format(code=1)
    run = submit_run(home, RunSpec())
    queue.tick()
    wait_until(lambda: not executor.spawned[0].is_alive())
    queue.tick()
    assert run.status().state == State.INTERRUPTED
    executor.code = SLEEPER
    queue.resume(run.id)
    queue.tick()
    assert run.status().state == State.RUNNING


@pytest.mark.parametrize("code", [134, 137, 139])
def test_a_worker_that_ends_as_the_kernel_ends_the_greedy_ran_out_of_memory(home, queue, executor, code):
    executor.code = DIES.format(code=code)
    run = submit_run(home, RunSpec())
    queue.tick()
    wait_until(lambda: not executor.spawned[0].is_alive())
    queue.tick()
    assert run.status().message == OUT_OF_MEMORY


def test_a_killed_worker_has_the_shell_s_exit_code(executor):
    worker = executor.spawn()
    worker.kill()
    wait_until(lambda: not worker.is_alive())
    assert worker.exit_code == 137


def test_stop_and_pause_work_on_a_run_that_still_waits(home, queue):
    running, stopped, paused = (submit_run(home, RunSpec()) for _ in range(3))
    queue.tick()
    stopped.ask(Request.STOP)
    paused.ask(Request.PAUSE)
    queue.tick()
    assert [run.status().state for run in (running, stopped, paused)] == [State.RUNNING, State.STOPPED, State.PAUSED]


def test_a_worker_that_does_not_answer_a_stop_is_ended(home, queue, executor, monkeypatch):
    run = submit_run(home, RunSpec())
    queue.tick()
    run.ask(Request.STOP)
    queue.tick()
    assert executor.spawned[0].is_alive()
    monkeypatch.setattr(queue_module, "TERMINATE_AFTER", 0.0)
    queue.tick()
    wait_until(lambda: not executor.spawned[0].is_alive())
    queue.tick()
    status = run.status()
    assert (status.state, status.pid) == (State.STOPPED, None)
    assert "did not answer" in status.message


def test_a_new_server_adopts_the_worker_of_the_old_one(home, queue, executor):
    run = submit_run(home, RunSpec())
    queue.tick()
    successor = Queue(home, executor, slots=1, keep_spare=False)
    waiting = submit_run(home, RunSpec())
    successor.tick()
    assert (run.status().state, waiting.status().state) == (State.RUNNING, State.QUEUED)
    executor.spawned[0].process.kill()
    executor.spawned[0].process.wait()
    successor.tick()
    assert (run.status().state, waiting.status().state) == (State.INTERRUPTED, State.RUNNING)


def test_a_pid_that_is_somebody_else_s_by_now_is_not_our_worker(home, queue, executor):
    run = submit_run(home, RunSpec())
    stranger = executor.spawn()
    run.update_status(state=State.RUNNING, pid=stranger.pid, process_started=1.0)
    queue.tick()
    assert run.status().state == State.INTERRUPTED
    assert stranger.is_alive()


def test_a_spare_is_kept_and_used(home, executor):
    queue = Queue(home, executor, slots=1)
    queue.tick()
    assert queue.has_spare
    spare = executor.spawned[0]
    run = submit_run(home, RunSpec())
    queue.tick()
    assert run.status().pid == spare.pid
    assert not queue.has_spare, "a run that has just started has the cores for itself"


def test_two_servers_on_one_home_do_not_both_drive_it(home, executor):
    first = Queue(home, executor, slots=1, keep_spare=False).start()
    second = Queue(home, executor, slots=1, keep_spare=False).start()
    run = submit_run(home, RunSpec())
    second.submit(run)
    wait_until(lambda: run.status().state == State.RUNNING)
    assert len(executor.spawned) == 1
    first.close()
    later = submit_run(home, RunSpec())
    run.update_status(state=State.FINISHED)
    wait_until(lambda: later.status().state == State.RUNNING)
    second.close()


def test_a_folder_that_cannot_be_used_does_not_hold_up_the_others(home, queue, monkeypatch):
    broken, sound = submit_run(home, RunSpec()), submit_run(home, RunSpec())
    write = RunFolder.update_status

    def full_disk(self, **changes):
        if self.id == broken.id:
            raise OSError("no space left on device")
        return write(self, **changes)

    monkeypatch.setattr(RunFolder, "update_status", full_disk)
    queue.tick()
    assert sound.status().state == State.RUNNING


def test_a_run_without_a_pid_is_dead(home, queue):
    run = submit_run(home, RunSpec())
    run.update_status(state=State.RUNNING)
    queue.tick()
    assert run.status().state == State.INTERRUPTED


def test_a_spare_that_dies_unused_is_not_started_again_at_once(home, executor):
    executor.code = "raise SystemExit(1)"
    queue = Queue(home, executor, slots=1)
    queue.tick()
    wait_until(lambda: not executor.spawned[0].is_alive())
    queue.tick()
    queue.tick()
    assert len(executor.spawned) == 1


def test_a_stop_may_follow_a_pause_but_not_the_reverse(home):
    run = submit_run(home, RunSpec())
    assert all(run.can_ask(request) for request in Request)
    run.ask(Request.FINISH_EPOCH)
    assert [run.can_ask(request) for request in (Request.FINISH_EPOCH, Request.PAUSE, Request.STOP)] == [
        False,
        True,
        True,
    ]


def test_a_submitted_run_carries_its_split_and_its_data_set_s_fingerprint(home):
    run = submit_run(home, RunSpec())
    info = open_run(home, run.id).info()
    assert info.content_hash == open_dataset(home, "digits").meta.content_hash
    assert info.classes == tuple("0123456789")
    assert run.split.exists()


def test_while_it_ticks_what_was_deleted_a_day_ago_goes_for_good(home, executor):
    old, new = (submit_run(home, RunSpec(), status=Status(state=State.STOPPED)) for _ in range(2))
    for run in (old, new):
        discard(home, run)
    then = time.time() - KEPT_FOR - 1
    os.utime(trash_of(home) / old.id, (then, then))
    running = Queue(home, executor, keep_spare=False).start()
    try:
        wait_until(lambda: discarded(home) == [RunFolder(trash_of(home) / new.id)])
    finally:
        running.close()


def test_a_run_that_somebody_started_by_hand_is_followed_instead_of_the_worker_that_was_refused(home, queue, executor):
    run = submit_run(home, RunSpec())
    queue.tick()
    by_hand = executor.spawn()
    run.update_status(pid=by_hand.pid, process_started=by_hand.process_started)
    executor.spawned[0].kill()
    wait_until(lambda: not executor.spawned[0].is_alive())
    queue.tick()
    assert run.status().state == State.RUNNING
    by_hand.kill()
    wait_until(lambda: not by_hand.is_alive())
    queue.tick()
    assert run.status().state == State.INTERRUPTED


def test_places_are_told_from_the_last_tick_and_a_new_run_s_at_once(home, queue, monkeypatch):
    runs = [submit_run(home, RunSpec()) for _ in range(3)]
    queue.tick()
    with monkeypatch.context() as patched:
        patched.setattr(RunFolder, "status", lambda _run: pytest.fail("read for a place"))
        assert [queue.position(run) for run in runs] == [0, 1, 2]
    new = submit_run(home, RunSpec())
    queue.submit(new)
    assert queue.position(new) == 3
