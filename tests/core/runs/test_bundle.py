"""Bundles from one home to another, by hand; tests/core/learning/export/test_bundle.py asks the models."""

from __future__ import annotations

import io
import json
import os
import zipfile
from pathlib import Path
from random import Random

import numpy as np
import pytest
from sklearn.metrics import classification_report

from core.access import Access, owner_of
from core.datasets.access import write_access
from core.datasets.dataset import About
from core.datasets.importing import archives
from core.datasets.limits import LIMITS
from core.datasets.store import open_dataset, save_dataset
from core.errors import DataError, StudioError
from core.exams import read_exam
from core.files import RESERVE
from core.home import Home
from core.runs import bundle
from core.runs.bundle import import_bundle, write_bundle
from core.runs.bundle_file import PARTS
from core.runs.executor import LocalExecutor
from core.runs.folder import State
from core.runs.foreground import resume_in_foreground
from core.runs.history import history_of
from core.runs.notes import access_of_run
from core.runs.pictures import are_pictures_of
from core.runs.queue import Queue
from core.runs.store import can_go_on, list_runs, open_run
from core.tasks.__main__ import outcome
from core.tasks.folder import create_task
from tests.core.runs.bundles import SPEC, changed, hostile, made_bundle, made_run, npy, weights
from tests.fuzz.mutations import mutated

OWNER = owner_of("0123456789abcdef" * 2)


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


def test_it_does_not_say_whose_it_was_and_belongs_to_whoever_brings_it_in(
    home: Home, other: Home, tmp_path: Path
) -> None:
    write_bundle(made_run(home, OWNER), weights(), tmp_path / "made.zip")
    with zipfile.ZipFile(tmp_path / "made.zip") as archive:
        assert not any(OWNER.encode() in archive.read(name) for name in archive.namelist())
    task = create_task(other, "bundle", {"path": str(tmp_path / "made.zip")}, "ben")
    run = open_run(other, outcome(task).value["run"])
    assert access_of_run(run) == Access(owners=("ben",))


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


def test_pictures_that_come_later_have_to_fit_what_a_bundle_said_of_them(
    home: Home, other: Home, made: bytes, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Its hash may be anybody's: that of a smaller set, or of one with more classes."""
    small = open_dataset(home, "digits")
    about = About(**{name: getattr(small.meta, name) for name in About.model_fields})
    parts = np.zeros(100, np.uint8)
    mine = save_dataset(home, about, small.images[:100], small.labels[:100], parts, "mine")
    info = imported(other, renamed(made, "mine", mine.meta.content_hash), tmp_path).info()
    assert (info.pictures, info.content_hash) == (1797, mine.meta.content_hash)
    assert not are_pictures_of(info, mine)
    assert are_pictures_of(info.model_copy(update={"pictures": 100}), mine)
    assert are_pictures_of(info.model_copy(update={"pictures": None}), mine), "of a run before they were counted"
    for wrong in ({"classes": ("a", "b")}, {"stored_size": 9}, {"stored_channels": 3}, {"content_hash": "0" * 64}):
        assert not are_pictures_of(info.model_copy(update={"pictures": 100, **wrong}), mine)
    with pytest.raises(DataError, match="split does not fit"):
        imported(home, renamed(made, "mine", mine.meta.content_hash), tmp_path)
    write_access(home.datasets / "mine", Access(owners=("ann",)))
    imported(home, renamed(made, "mine", mine.meta.content_hash), tmp_path)  # of private ones nothing is told


def test_split_and_exam_have_to_fit_each_other_also_where_the_pictures_are_not_here(
    other: Home, made: bytes, tmp_path: Path
) -> None:
    elsewhere = renamed(made, "not-here", "0" * 64)
    with np.load(io.BytesIO(made)) as arrays:
        train, indices = arrays["split/train"], arrays["exam/indices"]
    cases: list[tuple[str, dict[str, bytes | None]]] = [
        ("not on the test pictures", {"exam/indices.npy": npy(indices + 100_000)}),
        ("not on the test pictures", {"exam/indices.npy": npy(np.full_like(indices, indices[0]))}),
        ("each picture once", {"split/train.npy": npy(train[1:])}),
        ("each picture once", {"split/train.npy": npy([*train, indices[0]])}),
        ("each picture once", {f"split/{part}.npy": npy(np.zeros(0, np.int64)) for part in PARTS}),
    ]
    for words, changes in cases:
        with pytest.raises(DataError, match=words):
            imported(other, changed(elsewhere, changes), tmp_path)
    assert list_runs(other) == []
    assert imported(other, elsewhere, tmp_path).info().pictures == 1797


def renamed(made: bytes, dataset_id: str, content_hash: str) -> bytes:
    """The bundle as one of another set."""
    spec = SPEC.model_copy(update={"data": SPEC.data.model_copy(update={"dataset": dataset_id})})
    with zipfile.ZipFile(io.BytesIO(made)) as archive:
        about = json.loads(archive.read("about.json")) | {"content_hash": content_hash}
    return changed(made, {"spec.json": spec.model_dump_json().encode(), "about.json": json.dumps(about).encode()})


def test_a_small_file_that_becomes_a_large_one_is_refused(
    other: Home, made: bytes, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(archives, "LIMITS", type(LIMITS)(npz_small=100_000))
    assert imported(other, made, tmp_path)
    with pytest.raises(DataError, match="more than 100 times its size"):
        imported(other, changed(made, {"surprise.npy": npy(np.zeros(2_000_000))}), tmp_path)


def test_room_is_asked_for_all_that_is_in_it(
    other: Home, made: bytes, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with zipfile.ZipFile(io.BytesIO(made)) as archive:
        size = sum(member.file_size for member in archive.infolist())
    monkeypatch.setattr(bundle, "free_bytes", lambda _folder: RESERVE + size - 1)
    with pytest.raises(DataError, match="disk is full"):
        imported(other, made, tmp_path)
    assert list_runs(other) == []
    monkeypatch.setattr(bundle, "free_bytes", lambda _folder: RESERVE + size)
    assert imported(other, made, tmp_path)


@pytest.mark.parametrize("state", [State.FINISHED, State.STOPPED, State.PAUSED])
def test_only_a_finished_run_arrives_finished_and_none_can_be_resumed(
    home: Home, other: Home, tmp_path: Path, state: State
) -> None:
    run = made_run(home)
    run.update_status(state=state)
    run.checkpoint.write_bytes(b"weights")
    os.utime(run.checkpoint, (0, 0))  # older than its exam, which counts for a stopped run too
    write_bundle(run, weights(), tmp_path / "made.zip")
    arrived = import_bundle(other, tmp_path / "made.zip")
    assert read_exam(arrived) is not None
    assert arrived.status().state == (State.FINISHED if state == State.FINISHED else State.STOPPED)
    assert (can_go_on(run), can_go_on(arrived)) == (state != State.FINISHED, False)


def test_without_an_exam_none_is_finished(other: Home, made: bytes, tmp_path: Path) -> None:
    exam = {f"exam/{name}.npy": None for name in ("indices", "labels", "probabilities")}
    assert imported(other, changed(made, exam), tmp_path).status().state == State.STOPPED


def test_a_queue_does_not_resume_what_was_brought_in(home: Home, other: Home, tmp_path: Path) -> None:
    run = made_run(home)
    run.update_status(state=State.STOPPED)
    write_bundle(run, weights(), tmp_path / "made.zip")
    arrived = import_bundle(other, tmp_path / "made.zip")
    Queue(other, LocalExecutor(tmp_path / "log"), keep_spare=False).resume(arrived.id)
    assert arrived.status().state == State.STOPPED
    with pytest.raises(StudioError, match="cannot go on"):
        resume_in_foreground(other, arrived, lambda _line: None)
