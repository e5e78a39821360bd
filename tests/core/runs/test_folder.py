"""The run folder, by itself: what is written is read back, and what is damaged is said."""

import json
import time

import numpy as np
import pytest

from core.errors import StudioError
from core.runs.folder import (
    RUN_ID,
    Request,
    RunFolder,
    RunInfo,
    State,
    Status,
    create_run,
    list_runs,
    new_run_id,
    open_run,
    run_stamps,
)
from core.spec import RunSpec, TrainingSpec

SPLIT = {"train": np.arange(4), "validation": np.arange(4, 6), "test": np.arange(6, 9)}


def info(run_id="r20260101-120000-00000a"):
    return RunInfo(
        id=run_id,
        name="Größe <b>",
        created_at=1.5,
        spec=RunSpec(training=TrainingSpec(epochs=3)),
        dataset_title="Two",
        classes=("a", "b"),
        content_hash="abc",
        stored_size=8,
        stored_channels=1,
    )


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


def test_a_status_comes_back_exactly(home):
    whole = Status(
        state=State.RUNNING,
        message="“Größe”\nof two lines",
        queued_at=1.25,
        started_at=2.5,
        ended_at=3.75,
        pid=4,
        process_started=5.125,
        epoch=6,
        val_accuracy=0.1 + 0.2,
        test_accuracy=1.0,
        test_loss=1e-7,
    )
    run = create_run(home, info(), SPLIT, whole)
    assert run.status() == whole
    changed = run.update_status(state=State.PAUSED, pid=None)
    assert run.status() == changed == whole.model_copy(update={"state": State.PAUSED, "pid": None})


def test_the_stamp_changes_with_every_file_of_the_folder(home, run):
    (home.runs / "stranger").mkdir()
    before = run_stamps(home)
    assert list(before) == [run.id]
    time.sleep(0.02)  # a tick of the file system's clock
    run.update_status(epoch=1)
    assert run_stamps(home)[run.id] > before[run.id]


@pytest.mark.parametrize(
    "content",
    [None, b"", b'{"state": "running"', b"[]", b'{"state": "sleeping"}', b'{"state": "\xff"}', b'{"epoch": 1}'],
)
def test_a_damaged_status_counts_as_failed(run, content):
    path = run.path / "status.json"
    path.unlink() if content is None else path.write_bytes(content)
    assert run.status() == Status(state=State.FAILED, message="The run's folder is damaged.")


@pytest.mark.parametrize("content", [None, b"", b"{}", b"[]", b'{"name": "\xff"}'])
def test_a_damaged_description_is_an_error_in_words(home, run, content):
    path = run.path / "run.json"
    path.unlink() if content is None else path.write_bytes(content)
    with pytest.raises(StudioError, match=f"The run {run.id} cannot be read"):
        run.info()


def test_a_description_of_another_version_is_an_error_in_words(home, run):
    path = run.path / "run.json"
    path.write_text(json.dumps(json.loads(path.read_text()) | {"of a later version": 1}))
    with pytest.raises(StudioError, match="cannot be read"):
        run.info()


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


@pytest.mark.parametrize("request_", Request)
def test_a_request_is_read_until_it_is_cleared(run, request_):
    assert run.request() is None
    run.ask(request_)
    pending = run.request()
    assert pending is not None
    assert pending[0] is request_
    assert pending[1] > 0
    run.clear_request()
    assert run.request() is None
    run.clear_request()


@pytest.mark.parametrize("content", [b"", b"[]", b"null", b'{"kind": "dance", "at": 1}', b'{"kind": "stop"}', b"\xff"])
def test_a_damaged_request_asks_for_nothing(run, content):
    (run.path / "request.json").write_bytes(content)
    assert run.request() is None
    assert run.can_ask(Request.PAUSE)
