"""Whether an export shows the run as it is now, and how large it will be."""

from __future__ import annotations

import os
from collections.abc import Callable

import pytest

from core.architecture.describe import describe
from core.export.kinds import (
    KINDS,
    Made,
    about_bytes,
    drop_outdated,
    export_file,
    is_outdated,
    made_export,
    stamp_of,
    write_record,
)
from core.home import Home
from core.runs.folder import RunFolder, State
from core.runs.notes import change_about
from tests.core.runs.bundles import made_run

MODELS = {"keras", "saved_model", "onnx", "tflite", "tflite_small"}


@pytest.fixture
def run(home: Home) -> RunFolder:
    run = made_run(home)
    run.checkpoint.write_bytes(b"weights")
    return run


def put(run: RunFolder, *kinds: str) -> None:
    """Stand-ins for exports of the run as it is."""
    run.exports.mkdir(exist_ok=True)
    for kind in kinds:
        export_file(run, kind).write_bytes(b"12345")
        write_record(run, Made(kind=kind, size=5, stamp=stamp_of(run, kind)))


def take_pictures_away(run: RunFolder, monkeypatch: pytest.MonkeyPatch) -> None:
    gone = run.info().model_copy(update={"content_hash": "of other pictures"})
    monkeypatch.setattr(RunFolder, "info", lambda self: gone)


CHANGES: dict[str, tuple[Callable[[RunFolder], object], set[str]]] = {
    "it learnt more": (lambda run: os.utime(run.checkpoint, (1, 1)), set(KINDS)),
    "another exam": (lambda run: os.utime(run.evaluation, (1, 1)), {"bundle", "report", "report_alone"}),
    "a name": (
        lambda run: change_about(run, name="Another"),
        {"bundle", "code", "code_alone", "report", "report_alone"},
    ),
    "a note": (lambda run: change_about(run, note="I expected more"), {"report", "report_alone"}),
    "a star": (lambda run: change_about(run, starred=True), set()),
    "stopped": (lambda run: run.update_status(state=State.STOPPED), {"bundle"}),
}


@pytest.mark.parametrize("change", CHANGES)
def test_what_shows_something_that_has_changed_is_out_of_date(run: RunFolder, change: str) -> None:
    put(run, *KINDS)
    assert not [kind for kind in KINDS if made_export(run, kind) is None]
    do, expected = CHANGES[change]
    do(run)
    assert {kind for kind in KINDS if is_outdated(run, kind)} == expected
    assert {kind for kind in KINDS if made_export(run, kind) is None} == expected


def test_so_is_what_shows_pictures_once_they_are_gone_or_back(run: RunFolder) -> None:
    put(run, *KINDS)
    with pytest.MonkeyPatch.context() as monkeypatch:
        take_pictures_away(run, monkeypatch)
        assert {kind for kind in KINDS if is_outdated(run, kind)} == {*MODELS, "code", "report"}
        put(run, "code", "report")
        assert not is_outdated(run, "report")
    assert {kind for kind in KINDS if is_outdated(run, kind)} == {"code", "report"}


def test_what_was_never_made_is_not_out_of_date(run: RunFolder) -> None:
    assert not is_outdated(run, "keras")


def test_only_what_is_out_of_date_is_dropped(run: RunFolder) -> None:
    put(run, "keras", "report")
    change_about(run, name="Another")
    drop_outdated(run)
    assert sorted(file.name for file in run.exports.iterdir()) == ["keras.json", "model.keras"]


def test_a_record_of_an_older_version_counts_as_none(run: RunFolder) -> None:
    put(run, "keras")
    (run.exports / "keras.json").write_text('{"kind": "keras", "size": 5, "stamp": 17}')
    assert is_outdated(run, "keras")


def test_how_large_it_will_be(run: RunFolder, monkeypatch: pytest.MonkeyPatch) -> None:
    info = run.info()
    parameters = describe(info.spec, len(info.classes)).parameters
    beside = run.split.stat().st_size + run.evaluation.stat().st_size
    expected = {"keras": 4 * parameters, "tflite_small": parameters, "bundle": 4 * parameters + beside, "report": 0}
    assert {kind: about_bytes(run, kind) for kind in expected} == expected
    assert about_bytes(run, "code") == 1797 * 8 * 8
    assert about_bytes(run, "code_alone") == 0
    take_pictures_away(run, monkeypatch)
    assert about_bytes(run, "code") == 0
