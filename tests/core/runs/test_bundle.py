"""Bundles from one home to another, by hand; tests/core/learning/export/test_bundle.py asks the models."""

from __future__ import annotations

import io
import zipfile
from pathlib import Path
from random import Random

import numpy as np
import pytest
from sklearn.metrics import classification_report

from core.datasets.limits import LIMITS
from core.errors import DataError, StudioError
from core.exams import read_exam
from core.home import Home
from core.runs import bundle
from core.runs.bundle import import_bundle, write_bundle
from core.runs.folder import State, list_runs
from core.runs.history import history_of
from core.tasks.__main__ import outcome
from core.tasks.folder import create_task
from tests.core.runs.bundles import SPEC, changed, hostile, made_bundle, made_run, weights
from tests.fuzz.mutations import mutated


@pytest.fixture
def other(tmp_path: Path) -> Home:
    """Another home."""
    return Home(tmp_path / "other").make()


@pytest.fixture
def made(home: Home, tmp_path: Path) -> bytes:
    return made_bundle(home, tmp_path / "made.zip")


def imported(other: Home, content: bytes, tmp_path: Path):
    (tmp_path / "given.zip").write_bytes(content)
    return import_bundle(other, tmp_path / "given.zip")


def test_a_run_arrives_whole(home: Home, other: Home, made: bytes, tmp_path: Path) -> None:
    original, (run,) = list_runs(home)[0], [imported(other, made, tmp_path)]
    info, status = run.info(), run.status()
    assert (info.name, info.spec, info.classes) == ("Made (imported)", SPEC, original.info().classes)
    assert (info.imported, status.state, status.epoch, status.val_accuracy) == (True, State.FINISHED, 1, 0.5)
    with np.load(run.checkpoint) as arrays:
        assert arrays.files == [f"model/{number:04d}" for number in range(4)]
        for name, expected in zip(arrays.files, weights(), strict=True):
            np.testing.assert_array_equal(arrays[name], expected)
    with np.load(run.split) as ours, np.load(original.split) as theirs:
        assert all((ours[part] == theirs[part]).all() for part in ("train", "validation", "test"))


def test_its_curves_are_the_same_without_notes(home: Home, other: Home, made: bytes, tmp_path: Path) -> None:
    """Notes are sentences, and those of a stranger are not ours to say."""
    before, after = history_of(list_runs(home)[0].events), history_of(imported(other, made, tmp_path).events)
    assert (after.records, after.trace, after.epochs_planned) == (before.records, before.trace, 2)
    assert after.records[0].val_loss is None
    assert (len(before.notes), after.notes, after.stage) == (1, [], None)


def test_its_exam_is_the_same_with_numbers_worked_out_anew(other: Home, made: bytes, tmp_path: Path) -> None:
    run = imported(other, made, tmp_path)
    exam = read_exam(run)
    assert exam is not None
    expected = classification_report(
        exam.labels, exam.said, labels=list(range(10)), output_dict=True, zero_division=0.0
    )
    assert exam.report.keys() == expected.keys()
    for name, row in expected.items():
        assert exam.report[name] == pytest.approx(row), name
    assert run.status().test_accuracy == exam.accuracy == expected["accuracy"]


def test_numpy_reads_a_bundle_too(made: bytes) -> None:
    with np.load(io.BytesIO(made), allow_pickle=False) as arrays:
        np.testing.assert_array_equal(arrays["weights/0002"], weights()[2])


def test_texts_of_strangers_are_cleaned(other: Home, made: bytes, tmp_path: Path) -> None:
    with zipfile.ZipFile(io.BytesIO(made)) as archive:
        about = archive.read("about.json").decode().replace('"Made"', '"a\\nname\\u202e' + "x" * 300 + '"')
    classes = str(["same"] * 9 + ["<b>"]).replace("'", '"').encode()
    run = imported(other, changed(made, {"about.json": about.encode(), "classes.json": classes}), tmp_path)
    assert run.info().name == f"a name{'x' * 58} (imported)"
    assert run.info().classes[:2] == ("same", "same (2)")


def test_hostile_bundles_are_refused_and_leave_nothing(other: Home, made: bytes, tmp_path: Path) -> None:
    before = sorted(tmp_path.rglob("*"))
    for name, content in hostile(made):
        with pytest.raises(StudioError) as refusal:
            imported(other, content, tmp_path)
        assert len(str(refusal.value)) < 600, name
        assert [*other.runs.iterdir()] == [], name
    assert set(tmp_path.rglob("*")) - set(before) == {tmp_path / "given.zip"}
    assert not Path("/tmp/outside").exists()


def test_two_members_of_one_name_are_refused(other: Home, made: bytes, tmp_path: Path) -> None:
    target = io.BytesIO(made)
    with zipfile.ZipFile(target, "a") as archive, pytest.warns(UserWarning, match="Duplicate"):
        archive.writestr("spec.json", b"{}")
    with pytest.raises(DataError, match=r"unexpected: spec\.json"):
        imported(other, target.getvalue(), tmp_path)


def test_what_is_too_large_is_refused_before_it_is_read(
    other: Home, made: bytes, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    read: list[str] = []
    monkeypatch.setattr("core.runs.bundle_file.read_values", lambda *member: read.append("values"))
    monkeypatch.setattr(bundle, "LIMITS", type(LIMITS)(bundle_bytes=1_000))
    with pytest.raises(DataError, match="weights"):
        imported(other, made, tmp_path)
    assert read == []


def test_damage_anywhere_is_said_in_words(other: Home, made: bytes, tmp_path: Path) -> None:
    """Either it is refused in words, or what was hit did not matter; never anything else."""
    chance = Random(7)
    for _blow in range(400):
        try:
            assert imported(other, mutated(chance, made, made), tmp_path).info().imported
        except StudioError as error:
            assert str(error)
    assert not [*other.runs.glob(".*")]


def test_weights_of_another_network_are_not_written(home: Home, tmp_path: Path) -> None:
    with pytest.raises(StudioError, match="do not fit"):
        write_bundle(made_run(home), weights()[:-1], tmp_path / "x.zip")
    assert not (tmp_path / "x.zip").exists()


def test_a_task_brings_it_in_and_removes_the_file(other: Home, made: bytes, tmp_path: Path) -> None:
    for content, words in ((made, ""), (b"nothing", "damaged")):
        (tmp_path / "upload.zip").write_bytes(content)
        (other.root / "tasks").mkdir(exist_ok=True)
        result = outcome(create_task(other, "bundle", {"path": str(tmp_path / "upload.zip")}))
        assert words in result.error
        assert not (tmp_path / "upload.zip").exists()
    assert len(list_runs(other)) == 1
