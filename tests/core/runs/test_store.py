"""Making, opening and listing runs: whole or not at all, and nothing but runs."""

import time
from concurrent.futures import ThreadPoolExecutor

import numpy as np
import pytest

from core.errors import StudioError
from core.runs import store
from core.runs.folder import RunFolder, State
from core.runs.store import RUN_ID, create_run, list_runs, new_run_id, open_run, run_stamps
from tests.core.runs.test_folder import SPLIT, info


@pytest.fixture
def run(home):
    return create_run(home, info(), SPLIT)


def test_a_new_run_waits_and_has_all_that_was_asked(home, run):
    assert sorted(path.name for path in run.path.iterdir()) == ["run.json", "split.npz", "status.json"]
    assert [path.name for path in home.runs.iterdir()] == [run.id]
    assert run.info() == info()
    assert run.status().state == State.QUEUED
    assert run.status().queued_at > 0
    with np.load(run.split, allow_pickle=False) as split:
        assert {part: split[part].tolist() for part in split.files} == {k: v.tolist() for k, v in SPLIT.items()}


def test_a_run_that_cannot_be_written_whole_is_not_there(home, monkeypatch):
    seen = []

    def full_disk(self, status):
        seen.extend(list_runs(home))
        raise OSError("no space left on device")

    monkeypatch.setattr(RunFolder, "write_status", full_disk)
    with pytest.raises(OSError, match="no space"):
        create_run(home, info(), SPLIT)
    assert seen == [], "nor while it is written"
    assert list_runs(home) == []
    with pytest.raises(StudioError):
        open_run(home, info().id)


def test_a_run_is_never_written_over(home, run):
    with pytest.raises(OSError, match=r"."):
        create_run(home, info().model_copy(update={"name": "another"}), SPLIT)
    assert open_run(home, run.id).info().name == info().name


def test_the_stamp_changes_with_every_file_of_the_folder(home, run):
    (home.runs / "stranger").mkdir()
    before = run_stamps(home)
    assert list(before) == [run.id]
    time.sleep(0.02)  # a tick of the file system's clock
    run.update_status(epoch=1)
    assert run_stamps(home)[run.id] > before[run.id]


def test_an_existing_run_is_opened_by_its_id(home, run):
    assert open_run(home, run.id) == run


@pytest.mark.parametrize(
    "run_id",
    [
        "",
        ".",
        "..",
        "../runs/r20260101-120000-00000a",
        "./r20260101-120000-00000a",
        "r20260101-120000-00000a/",
        "r20260101-120000-00000a/..",
        "r20260101-120000-00000a\n",
        "r20260101-120000-00000A",
        "r20260101-120000-00000a\0",
        "r２0260101-120000-00000a",
        "stranger",
        "r20260101-120000-00000b",
        "r" * 5000,
    ],
)
def test_what_is_no_run_of_this_home_is_refused(home, run, run_id):
    (home.runs / "stranger").mkdir()
    with pytest.raises(StudioError, match="There is no run") as caught:
        open_run(home, run_id)
    assert len(str(caught.value)) < 120


def test_an_absolute_path_is_refused(home, run):
    with pytest.raises(StudioError):
        open_run(home, str(run.path))


def test_a_file_with_a_run_s_name_is_no_run(home):
    (home.runs / info().id).write_text("")
    with pytest.raises(StudioError):
        open_run(home, info().id)


def test_runs_are_listed_newest_first_without_drafts_and_strangers(home):
    ids = ["r20251231-235959-ffffff", "r20260101-000000-000000", "r20260101-000001-000000"]
    for run_id in (ids[1], ids[2], ids[0]):
        create_run(home, info(run_id), SPLIT)
    for name in (f".{ids[0]}.tmp", "stranger", "r20260101", ".DS_Store"):
        (home.runs / name).mkdir()
    assert [run.id for run in list_runs(home)] == ids[::-1]
    assert [run.id for run in list_runs(home, 2)] == ids[:0:-1]


def test_new_ids_are_valid_and_differ():
    ids = {new_run_id() for _ in range(50)}
    assert len(ids) == 50
    assert all(RUN_ID.fullmatch(run_id) for run_id in ids)


def test_new_ids_sort_as_they_were_made(monkeypatch):
    """Six random digits had the runs of one second, the four of a race among them, in a random order."""
    monkeypatch.setattr(store, "_named", [0])
    ids = [new_run_id() for _ in range(1000)]
    assert ids == sorted(set(ids))
    now = (time.time_ns() // 10**9 + 2) * 10**9
    monkeypatch.setattr(time, "time_ns", lambda: now)
    ids = [new_run_id() for _ in range(3)]
    assert [run_id[-6:] for run_id in ids] == ["000000", "000001", "000002"]
    monkeypatch.setattr(time, "time_ns", lambda: now - 10**9)  # the clock was set back
    assert new_run_id() == f"{ids[0][:-6]}000003"
    monkeypatch.setattr(time, "time_ns", lambda: now + 10**9 - 1)
    assert new_run_id() == f"{ids[0][:-6]}ffffff"
    assert new_run_id()[-6:] == "000000"


def test_threads_that_name_runs_at_once_get_different_ids():
    with ThreadPoolExecutor(8) as threads:
        made = list(threads.map(lambda _number: [new_run_id() for _ in range(200)], range(8)))
    assert all(ids == sorted(ids) for ids in made)
    assert len({run_id for ids in made for run_id in ids}) == 1600
