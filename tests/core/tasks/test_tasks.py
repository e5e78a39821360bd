"""Tasks as the server starts them: real processes, since what is tested is what becomes of them."""

from __future__ import annotations

import errno
import io
import os
import signal
import stat
import subprocess
import sys
import time
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import psutil
import pytest
from filelock import FileLock
from PIL import Image

from core.access import Access
from core.datasets.store import access_of_dataset, list_datasets, open_dataset
from core.errors import DataError, StudioError
from core.home import Home
from core.tasks import __main__ as process
from core.tasks import start
from core.tasks.folder import FOLDER, KEPT_FOR, NO_ROOM, Result, TaskFolder, create_task, open_task
from core.tasks.kinds import KINDS, Kind
from core.tasks.start import cancel, result_of, start_task

Do = Callable[..., dict[str, Any]]


def waited(task: TaskFolder) -> Result:
    end = time.monotonic() + 60
    while (result := result_of(task)) is None:
        assert time.monotonic() < end, task.log.read_text()
        time.sleep(0.05)
    return result


@pytest.fixture
def toy(tmp_path: Path) -> Path:
    path = tmp_path / "toy.npz"
    np.savez(path, X=np.arange(8 * 16, dtype=np.uint8).reshape(8, 4, 4), y=np.arange(8) % 2)
    return path


@pytest.fixture
def kind(monkeypatch: pytest.MonkeyPatch) -> Callable[[Do], None]:
    """Make `test` a kind of task for this process."""
    return lambda do: monkeypatch.setitem(KINDS, "test", Kind(do, is_quick=True))


def done(home: Home, **arguments: Any) -> Result:
    return process.outcome(create_task(home, "test", arguments))


def test_a_task_makes_a_set_in_a_process_of_its_own(home: Home, toy: Path) -> None:
    task = start_task(home, "import", {"path": str(toy), "options": {"title": "Toy"}})
    result = waited(task)
    assert result.error == ""
    assert len(open_dataset(home, result.value["dataset"])) == 8
    assert open_task(home, task.id).result() == result


def test_what_a_task_makes_is_whose_it_works_for(home: Home, toy: Path) -> None:
    arguments = {"path": str(toy), "options": {"title": "Toy"}}
    made = [waited(start_task(home, "import", arguments, owner)).value["dataset"] for owner in ("ann", "ben")]
    assert made[0] == made[1]
    assert access_of_dataset(home, made[0]) == Access(owners=("ann", "ben"))
    edits = {"classes": {"0": "nought"}}
    edited = waited(start_task(home, "edit", {"dataset": made[0], "edits": edits}, "ann")).value["dataset"]
    assert access_of_dataset(home, edited) == Access(owners=("ann",))


def test_photos_are_whose_they_were_brought_in_for_and_so_are_versions_with_more(home: Home, tmp_path: Path) -> None:
    for name in ("first", "second"):
        with zipfile.ZipFile(tmp_path / f"{name}.zip", "w") as archive:
            for number in range(4):
                photo = io.BytesIO()
                Image.new("RGB", (32, 32), (len(name), 60 * number, 0)).save(photo, "PNG")
                archive.writestr(f"{'cat' if number % 2 else 'dog'}/{number}.png", photo.getvalue())
    options = {"title": "Pets", "side": 32}
    first = done_for("ann", home, "import", path=str(tmp_path / "first.zip"), options=options)
    more = done_for("ben", home, "extend", dataset=first, path=str(tmp_path / "second.zip"), names={})
    assert [access_of_dataset(home, made).owners for made in (first, more)] == [("ann",), ("ben",)]


def done_for(owner: str, home: Home, kind: str, **arguments: Any) -> str:
    """Id of the set that such a task makes."""
    result = process.outcome(create_task(home, kind, arguments, owner))
    assert result.error == ""
    return str(result.value["dataset"])


def test_what_was_fetched_belongs_to_all_whoever_asked(home: Home) -> None:
    (home.root / "downloads").mkdir()
    images, labels = np.zeros((40, 28, 28), np.uint8), np.arange(40) % 10
    images[:, 0, 0] = np.arange(40)
    np.savez(home.root / "downloads" / "mnist.npz", x_train=images, y_train=labels, x_test=images, y_test=labels)
    assert access_of_dataset(home, done_for("ann", home, "built_in", name="mnist")) == Access()


def test_tasks_of_an_earlier_version_say_no_owner_and_others_cannot_look_for_them(home: Home) -> None:
    task = create_task(home, "import", {})
    (task.path / "request.json").write_text('{"kind": "import", "arguments": {}}')
    assert task.request().owner == ""
    assert stat.S_IMODE(task.path.parent.stat().st_mode) == 0o700
    task.path.parent.chmod(0o755)  # as an earlier version left it
    create_task(home, "import", {})
    assert stat.S_IMODE(task.path.parent.stat().st_mode) == 0o700


def test_its_process_does_not_name_the_task_where_all_users_can_read_it(home: Home, toy: Path) -> None:
    task = start_task(home, "look", {"path": str(toy)})
    command = psutil.Process(int((task.path / "pid").read_text())).cmdline()
    assert "core.tasks" in command and task.id not in " ".join(command)
    waited(task)


def test_a_process_that_ended_after_its_result_was_taken_does_not_stay_as_a_zombie(home: Home, toy: Path) -> None:
    first = start_task(home, "look", {"path": str(toy)})
    while first.result() is None:
        time.sleep(0.02)
    pid = int((first.path / "pid").read_text())
    end = time.monotonic() + 60
    while psutil.pid_exists(pid) and psutil.Process(pid).status() != psutil.STATUS_ZOMBIE:
        assert time.monotonic() < end
        time.sleep(0.02)
    waited(start_task(home, "look", {"path": str(toy)}))
    assert not psutil.pid_exists(pid)


def test_what_cannot_be_done_comes_back_as_words(home: Home, tmp_path: Path) -> None:
    (tmp_path / "bad.npz").write_bytes(b"nothing")
    result = waited(start_task(home, "import", {"path": str(tmp_path / "bad.npz"), "options": {"title": "Bad"}}))
    assert "cannot be read as .npz" in result.error
    assert [meta.id for meta in list_datasets(home)] == ["digits"]


def test_a_task_that_is_killed_says_so_and_leaves_no_half_set(home: Home, toy: Path) -> None:
    """The task waits for its place, which the test holds, so that it is killed for certain before it is done."""
    (home.root / "tasks").mkdir()
    places = [
        FileLock(home.root / "tasks" / f"place{number}.lock") for number in range(max(1, (os.cpu_count() or 2) // 2))
    ]
    for place in places:
        place.acquire()
    task = start_task(home, "import", {"path": str(toy), "options": {"title": "Toy"}})
    while "Waiting" not in task.progress().text:
        time.sleep(0.05)
    assert result_of(task) is None
    os.kill(int((task.path / "pid").read_text()), signal.SIGKILL)
    for place in places:
        place.release()
    assert "memory" in waited(task).error  # what kills without a word is the kernel, as a rule
    assert list(home.datasets.iterdir()) == []


def test_a_cancelled_task_is_gone_with_its_process(home: Home, toy: Path) -> None:
    task = start_task(home, "import", {"path": str(toy), "options": {"title": "Toy"}})
    pid = int((task.path / "pid").read_text())
    cancel(task)
    assert not psutil.pid_exists(pid)
    with pytest.raises(StudioError, match="over"):
        open_task(home, task.id)


@pytest.mark.parametrize(
    ("error", "words"),
    [
        (DataError("Plain words."), "Plain words."),
        (MemoryError(), "more memory"),
        (OSError(errno.ENOSPC, "No space left"), "disk is full"),
        (PermissionError(errno.EACCES, "Permission denied"), "Permission denied"),
        (ZeroDivisionError(), "nobody foresaw"),
    ],
)
def test_every_failure_becomes_a_sentence(home: Home, kind: Callable[[Do], None], error: Exception, words: str) -> None:
    def fail(*_arguments: object) -> dict[str, Any]:
        raise error

    kind(fail)
    assert words in done(home).error


def test_progress_is_kept_and_bounded(home: Home, kind: Callable[[Do], None]) -> None:
    seen = []

    def work(_home: Home, folder: Path, _arguments: object, on_progress: Any) -> dict[str, Any]:
        on_progress(1.5, "half way")
        seen.append(TaskFolder(folder).progress())
        return {"answer": 42}

    kind(work)
    assert done(home).value == {"answer": 42}
    assert (seen[0].fraction, seen[0].text) == (1.0, "half way")


def test_work_goes_on_where_progress_cannot_be_written(home: Home, kind: Callable[[Do], None]) -> None:
    """On a full disk the report's error was taken for one of the file that was being read."""

    def work(_home: Home, folder: Path, _arguments: object, on_progress: Any) -> dict[str, Any]:
        folder.rename(folder.with_name("away"))
        on_progress(0.5, "half way")
        return {"answer": 42}

    kind(work)
    assert done(home).value == {"answer": 42}


@pytest.mark.parametrize(("code", "words"), [(NO_ROOM, "disk is full"), (137, "memory"), (1, "ended from outside")])
def test_a_task_that_ends_without_a_result_says_why(
    home: Home, monkeypatch: pytest.MonkeyPatch, code: int, words: str
) -> None:
    monkeypatch.setattr(start, "_exit_code", lambda _task: code)
    result = result_of(create_task(home, "import", {}))
    assert result
    assert words in result.error


def test_a_result_that_cannot_be_written_is_told_by_the_exit_code(home: Home, toy: Path) -> None:
    task = create_task(home, "import", {"path": str(toy), "options": {"title": "Toy"}})
    (task.path / "result.json").mkdir()  # as good as a full disk: no file can be put there
    assert process.main(task.path) == NO_ROOM


def test_a_damaged_result_and_a_foreign_id_are_words(home: Home) -> None:
    task = create_task(home, "import", {})
    (task.path / "result.json").write_text("{")
    assert "cannot be read" in str(task.result())
    for task_id in ("", "..", "../runs", "0" * 32):
        with pytest.raises(StudioError):
            open_task(home, task_id)


def test_folders_of_tasks_long_past_are_removed(home: Home) -> None:
    old = create_task(home, "import", {})
    os.utime(old.path, (time.time() - KEPT_FOR - 60,) * 2)
    new = create_task(home, "import", {})
    assert not old.path.exists()
    assert new.path.exists()


def test_a_cancelled_import_leaves_no_half_set(home: Home, tmp_path: Path) -> None:
    """SIGKILL left its hidden folder, of up to 8 GB, for a day."""
    photo = io.BytesIO()
    Image.new("RGB", (600, 600)).save(photo, "JPEG")
    with zipfile.ZipFile(tmp_path / "many.zip", "w") as archive:
        for number in range(4_000):
            archive.writestr(f"{'cat' if number % 2 else 'dog'}/{number}.jpg", photo.getvalue())
    task = start_task(home, "import", {"path": str(tmp_path / "many.zip"), "options": {"title": "Many"}})
    pid = int((task.path / "pid").read_text())
    while not list(home.datasets.glob(".*.tmp")):
        assert task.result() is None
        time.sleep(0.02)
    cancel(task)
    until(lambda: not psutil.pid_exists(pid) and not task.path.exists())
    assert list(home.datasets.iterdir()) == []


def test_a_task_that_does_not_heed_its_end_is_killed(home: Home, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(start, "TIDY_FOR", 0.1)
    task = create_task(home, "import", {})
    deaf = "import signal; signal.signal(signal.SIGTERM, signal.SIG_IGN); print(flush=True); signal.pause()"
    env = os.environ | {FOLDER: str(task.path)}
    with subprocess.Popen([sys.executable, "-c", deaf], stdout=subprocess.PIPE, env=env) as running:
        assert running.stdout
        running.stdout.readline()
        (task.path / "pid").write_text(str(running.pid))
        cancel(task)
        until(lambda: not task.path.exists())
        survived = running.poll() is None
        running.kill()
    assert not survived


def test_all_who_ask_learn_the_same_reason(home: Home, monkeypatch: pytest.MonkeyPatch) -> None:
    """The exit code is known to the first who asks; the next was told that the work was ended from outside."""
    codes = iter([137, 1])
    monkeypatch.setattr(start, "_exit_code", lambda _task: next(codes))
    task = create_task(home, "import", {})
    first, second = result_of(task), result_of(task)
    assert first
    assert first == second == task.result()
    assert first.error == "This needs more memory than this computer has. Take fewer or smaller pictures."


def until(is_so: Callable[[], bool]) -> None:
    end = time.monotonic() + 60
    while not is_so():
        assert time.monotonic() < end
        time.sleep(0.02)
