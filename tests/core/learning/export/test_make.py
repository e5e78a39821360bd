"""Every form that a model is exported in is read back and asked the same as the original."""

from __future__ import annotations

import errno
import zipfile
from itertools import pairwise
from pathlib import Path

import keras
import numpy as np
import pytest

from core.errors import StudioError
from core.export.kinds import KINDS, Kind, about_bytes, export_file, made_export
from core.files import RESERVE
from core.handlers import HANDLERS
from core.home import Home
from core.learning.export import formats, make
from core.learning.export.make import compare, make_export
from core.learning.fit import train_run
from core.learning.inputs import pictures_of
from core.learning.predict import load_trained, probabilities_of
from core.runs.folder import RunFolder, State, unreadable
from core.runs.submit import submit_run
from core.spec import RunSpec, TrainingSpec

SMALL = 0.02  # of a probability: what 8 bits a weight may change


@pytest.fixture(scope="module")
def run(tmp_path_factory: pytest.TempPathFactory) -> RunFolder:
    """Digits, learnt for two epochs."""
    home = Home(tmp_path_factory.mktemp("home")).make()
    made = submit_run(home, RunSpec(training=TrainingSpec(epochs=2, batch_size=128)))
    assert train_run(made).state == State.FINISHED
    return made


@pytest.mark.parametrize(
    ("kind", "answers", "close"),
    [
        ("keras", formats.keras_answers, 1e-6),
        ("saved_model", formats.saved_model_answers, 1e-6),
        ("tflite", formats.tflite_answers, 1e-5),
        ("tflite_small", formats.tflite_answers, SMALL),
    ],
)
def test_a_file_read_back_gives_the_same_answers(run: RunFolder, kind, answers, close) -> None:
    steps: list[tuple[int, int]] = []
    made = make_export(run, kind, lambda done, of: steps.append((done, of)))
    pictures = pictures_of(run, run.info())["test"].take(np.arange(60))[0]
    ours = probabilities_of(load_trained(run).model, pictures)
    np.testing.assert_allclose(answers(export_file(run, kind), pictures), ours, atol=close)
    assert made.agreement is not None
    assert (made.agreement.pictures, made.size) == (359, export_file(run, kind).stat().st_size)
    assert made.agreement.largest <= close
    assert made_export(run, kind) == made
    assert [done for done, _of in steps] == [0, 28, 57]


def test_quantised_it_is_much_smaller(run: RunFolder) -> None:
    exact, small = (make_export(run, kind).size for kind in ("tflite", "tflite_small"))
    assert small < exact / 2.5


def test_a_saved_model_holds_its_weights_once_and_the_names_of_its_answers(run: RunFolder) -> None:
    """Keras's own export writes them twice: 117 MB for VGG16 instead of 59."""
    assert make_export(run, "saved_model").size < 1.2 * 4 * load_trained(run).model.count_params()
    with zipfile.ZipFile(export_file(run, "saved_model")) as archive:
        assert archive.read("labels.txt").decode().splitlines() == list(run.info().classes)


def test_onnx(run: RunFolder) -> None:
    pytest.importorskip("tf2onnx")
    pytest.importorskip("onnxruntime")
    made = make_export(run, "onnx")
    assert made.agreement is not None
    assert made.agreement.largest < 1e-5


def test_a_missing_converter_is_known_before() -> None:
    assert Kind("x", ".x", needs=("json", "no_such_package")).missing == ("no_such_package",)
    assert KINDS["onnx"].needs == ("tf2onnx", "onnx", "onnxruntime")


def test_a_difference_is_told() -> None:
    model = keras.Sequential([keras.Input((1, 1, 1)), keras.layers.Flatten()])  # says 0, the first of two classes
    pictures = np.zeros((4, 1, 1, 1), np.uint8)
    same = compare(model, lambda shown: np.zeros((4, 1), np.float32), pictures)
    assert (same.same, same.largest) == (4, 0)
    other = compare(model, lambda shown: np.array([[0], [0.25], [0.75], [0.75]], np.float32), pictures)
    assert (other.pictures, other.same, other.largest) == (4, 2, 0.75)


def test_what_has_learnt_more_since_has_to_be_made_anew(run: RunFolder) -> None:
    make_export(run, "keras")
    run.checkpoint.touch()
    assert made_export(run, "keras") is None


def test_where_the_pictures_are_gone_nothing_is_compared(run: RunFolder, monkeypatch: pytest.MonkeyPatch) -> None:
    info = run.info().model_copy(update={"content_hash": "of other pictures"})
    monkeypatch.setattr(RunFolder, "info", lambda self: info)
    assert make_export(run, "keras").agreement is None


def test_who_has_it_made_is_kept(run: RunFolder) -> None:
    HANDLERS["export"]({"run": str(run.path), "kind": "code", "maker": "ann"}, {}, lambda done, of: None)
    made = made_export(run, "code")
    assert made and made.maker == "ann"


@pytest.mark.parametrize("kind", ["bundle", "code", "report"])
def test_how_far_it_is_moves(run: RunFolder, kind: str) -> None:
    steps: list[tuple[int, int]] = []
    make_export(run, kind, lambda done, of: steps.append((done, of)))
    shares = [done / of for done, of in steps]
    assert shares == sorted(shares)
    assert shares[0] == 0
    assert len(set(shares)) > 4
    assert max(later - before for before, later in pairwise(shares)) < 0.5


def test_without_room_it_says_how_much_it_takes(run: RunFolder, monkeypatch: pytest.MonkeyPatch) -> None:
    needed = RESERVE + 2 * about_bytes(run, "keras")
    make_export(run, "keras")
    run.checkpoint.touch()
    monkeypatch.setattr(make, "free_bytes", lambda _folder: needed - 1)
    with pytest.raises(StudioError, match="needs 200 MB and 200 MB are free"):
        make_export(run, "keras")
    assert not export_file(run, "keras").exists()
    monkeypatch.setattr(make, "free_bytes", lambda _folder: needed)
    make_export(run, "keras")


def test_what_is_out_of_date_makes_room(run: RunFolder) -> None:
    make_export(run, "bundle")
    make_export(run, "tflite")
    run.checkpoint.touch()
    make_export(run, "keras")
    assert {file.stem for file in run.exports.glob("*.json")} == {"keras"}
    assert not export_file(run, "bundle").exists()


def test_a_run_without_weights_is_refused(home: Home) -> None:
    with pytest.raises(StudioError, match="not finished an epoch"):
        make_export(submit_run(home, RunSpec()), "keras")


def test_what_goes_wrong_leaves_no_file_and_is_said(run: RunFolder, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(model: object, classes: object, path: Path) -> None:
        path.write_bytes(b"half")
        raise OSError(errno.ENOSPC, "full")

    def cannot(model: object, classes: object, path: Path) -> None:
        raise RuntimeError("no such operation\nand a long tale")

    (run.exports / ".making-left").mkdir(parents=True, exist_ok=True)
    export_file(run, "tflite").unlink(missing_ok=True)

    def deleted(model: object, classes: object, path: Path) -> None:
        raise unreadable(run)

    cases = (full, "disk is full"), (cannot, r"\.tflite \(no such operation\)"), (deleted, "^The run .* cannot be read")
    for write, words in cases:
        monkeypatch.setitem(make.FORMATS, "tflite", make.Format(write, formats.tflite_answers))
        with pytest.raises(StudioError, match=words):
            make_export(run, "tflite")
    assert made_export(run, "tflite") is None
    assert not [*run.exports.glob(".*")]
