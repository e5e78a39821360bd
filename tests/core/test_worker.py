"""One real worker process, TensorFlow in it and all."""

import errno
import io
import os
import subprocess
import sys

import numpy as np
import pytest
from PIL import Image

from core.augmentation.spec import PRESETS
from core.errors import StudioError, WorkerError
from core.evaluation import Exam
from core.exams import read_exam, take_exam
from core.frames import read_frame, write_frame
from core.handlers import HANDLERS
from core.home import PROJECT, Home
from core.inference import Inference
from core.runs.executor import LocalExecutor, Worker
from core.runs.folder import RunFolder, State
from core.runs.submit import submit_run
from core.spec import RunSpec, TrainingSpec
from core.wavering import join
from core.worker import serve


def process_of(worker: Worker | None) -> subprocess.Popen[bytes]:
    assert worker is not None
    assert worker.process is not None
    return worker.process


def exam_of(run: RunFolder) -> Exam:
    exam = read_exam(run)
    assert exam is not None
    return exam


@pytest.fixture(scope="module")
def home(tmp_path_factory):
    return Home(tmp_path_factory.mktemp("home")).make()


@pytest.fixture(scope="module")
def inference(home):
    """The worker that answers; it warms up while the run below is trained."""
    made = Inference(LocalExecutor(home.root / "workers.log").spawn)
    made.warm()
    yield made
    process = process_of(made._worker)
    made.close()
    process.communicate()


@pytest.fixture(scope="module")
def run(home, inference):
    """A run of one epoch, trained by `python -m core.worker FOLDER`."""
    made = submit_run(home, RunSpec(training=TrainingSpec(epochs=1, batch_size=128)))
    command = [sys.executable, "-m", "core.worker", str(made.path)]
    environment = os.environ | {"CNN_STUDIO_HOME": str(home.root)}
    done = subprocess.run(command, cwd=PROJECT, env=environment, capture_output=True)
    assert done.returncode == 0, done.stderr.decode()
    assert made.status().state == State.FINISHED
    return made


def png(pixels):
    file = io.BytesIO()
    Image.fromarray(pixels).save(file, "PNG")
    return file.getvalue()


def test_photos_are_answered_in_their_order_and_what_is_no_picture_says_so(run, inference):
    photo = png(np.random.default_rng(0).integers(0, 256, (40, 30, 3), dtype=np.uint8))
    broken, read, inverted = inference.classify(run, [b"no picture at all", photo, photo])
    assert broken.probabilities is None
    assert broken.seen is None
    assert "picture" in broken.error
    for answer in (read, inverted):
        assert answer.error == ""
        assert answer.probabilities.shape == (10,)
        assert answer.probabilities.dtype == np.float32
        assert answer.probabilities.sum() == pytest.approx(1, abs=1e-5)
        assert (answer.seen.shape, answer.seen.dtype) == ((8, 8, 1), np.uint8)
    np.testing.assert_array_equal(read.seen, inverted.seen)


def test_invert_swaps_light_and_dark(run, inference):
    photo = png(np.full((8, 8), 10, np.uint8))
    (plain,) = inference.classify(run, [photo])
    (inverted,) = inference.classify(run, [photo], invert=True)
    assert (set(plain.seen.flat), set(inverted.seen.flat)) == ({10}, {245})


def test_a_late_exam_writes_the_same_files_as_training_did(run, inference):
    at_once = exam_of(run)
    run.evaluation.unlink()
    run.report.unlink()
    take_exam(inference, run, "test", None, lambda done, of: None)
    late = exam_of(run)
    assert late.loss == pytest.approx(at_once.loss, rel=1e-4)
    np.testing.assert_array_equal(late.indices, at_once.indices)
    np.testing.assert_allclose(late.probabilities, at_once.probabilities, atol=1e-5)


def test_validation_pictures_are_judged_by_the_model_of_an_epoch(run, inference):
    told = []
    exam = take_exam(inference, run, "validation", 0, lambda *steps: told.append(steps))
    assert exam.accuracy == pytest.approx(run.status().val_accuracy, abs=1e-6)
    assert told[-1] == (2, 2), "287 pictures in batches of 256"
    with pytest.raises(StudioError, match="epoch 2 were not kept"):
        take_exam(inference, run, "validation", 1, lambda *steps: None)


def test_a_map_has_a_place_for_every_picture_asked_for(run, inference):
    points = inference.embed(run, "digits", np.arange(0, 1797, 30))
    assert (points.shape, points.dtype) == ((60, 2), np.float32)
    assert np.isfinite(points).all()
    with pytest.raises(StudioError, match="There is no data set"):
        inference.embed(run, "gone", np.arange(5))


def test_warped_copies_are_named_picture_by_picture_as_they_are_together(run, inference):
    strong, numbers = PRESETS["strong"].spec, (5, 1700)
    both = inference.waver(run, "digits", numbers, 4, strong)
    assert both.copies_said.shape == both.copies_sure.shape == (2, len(strong.active) + 1, 4)
    alone = join([inference.waver(run, "digits", (number,), 4, strong) for number in numbers])
    np.testing.assert_array_equal(alone.copies_said, both.copies_said)
    np.testing.assert_allclose(alone.copies_sure, both.copies_sure, atol=1e-5)
    with pytest.raises(StudioError, match="There is no data set"):
        inference.waver(run, "gone", numbers, 4, strong)


def test_a_run_without_a_checkpoint_is_refused_and_the_worker_goes_on(home, run, inference):
    empty = submit_run(home, RunSpec())
    with pytest.raises(StudioError, match="has not finished an epoch yet") as caught:
        inference.classify(empty, [b"a photo"])
    assert not isinstance(caught.value, WorkerError)
    worker = inference._worker
    assert inference.classify(run, [b"no picture"])[0].error
    assert inference._worker is worker


def test_a_run_that_is_gone_is_refused_in_words(home, inference):
    with pytest.raises(StudioError) as caught:
        take_exam(inference, RunFolder(home.runs / "r20260101-000000-000000"), "test", None, lambda done, of: None)
    assert not isinstance(caught.value, WorkerError)


def test_a_file_that_fails_is_told_in_words_and_the_next_question_answered(run, monkeypatch):
    """A run may be deleted while its pictures are looked at."""

    def fail(header, _arrays, _tell):
        raise OSError(header["number"], os.strerror(header["number"]), "a file")

    monkeypatch.setitem(HANDLERS, "fail", fail)
    monkeypatch.setitem(HANDLERS, "greet", lambda *_asked: ({"said": "hello"}, {"numbers": np.arange(2)}))
    questions, answers = io.BytesIO(), io.BytesIO()
    write_frame(questions, {"do": "fail", "run": str(run.path / "gone"), "number": errno.ENOENT})
    write_frame(questions, {"do": "fail", "run": str(run.path), "number": errno.ENOSPC})
    write_frame(questions, {"do": "fail", "number": errno.EACCES})
    write_frame(questions, {"do": "greet"})
    questions.seek(0)
    serve(questions, answers)
    answers.seek(0)
    deleted, full, forbidden, (greeting, arrays) = (read_frame(answers) for _question in range(4))
    assert deleted == ({"ok": False, "error": "The run gone cannot be read. It may have been deleted."}, {})
    assert "No space left" in full[0]["error"]
    assert "Permission denied" in forbidden[0]["error"]
    assert greeting == {"ok": True, "said": "hello"}
    np.testing.assert_array_equal(arrays["numbers"], [0, 1])


def test_a_waiting_worker_leaves_when_its_server_is_gone(home):
    """Nothing but the closed pipe tells it."""
    process = process_of(LocalExecutor(home.root / "workers.log").spawn())
    try:
        answers, _nothing = process.communicate(timeout=120)  # closes its standard input
    finally:
        process.kill()
    assert (process.returncode, answers) == (0, b"")
