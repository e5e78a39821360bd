"""The run folder, by itself: what is written is read back, and what is damaged is said."""

import json

import numpy as np
import pytest

from core.errors import StudioError
from core.runs.folder import Request, RunInfo, State, Status
from core.runs.store import create_run
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
