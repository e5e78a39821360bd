"""The command line: in this process where no TensorFlow is needed, and once as a person calls it."""

import json
import os
import subprocess
import sys
from types import SimpleNamespace

import numpy as np
import pytest
from PIL import Image

from core.__main__ import CAN_GO_ON, DONE, FAILED, USAGE, main
from core.access import Access
from core.augmentation.spec import AugmentSpec
from core.datasets.importing.bring import bring_in
from core.datasets.importing.photos import PhotoOptions
from core.datasets.store import access_of_dataset, open_dataset
from core.home import PROJECT
from core.inference import PhotoAnswer
from core.runs.events import EventKind, read_events
from core.runs.executor import LocalExecutor, Worker, process_start
from core.runs.folder import State, Status
from core.runs.notes import access_of_run
from core.runs.store import RUN_ID, list_runs, open_run
from core.runs.submit import submit_run
from core.spec import RunSpec


@pytest.fixture
def call(home, capsys):
    """Run a command; gives its exit code, the JSON of its standard output (None when empty) and its standard error."""

    def run(*arguments):
        code = main([str(argument) for argument in arguments])
        out, err = capsys.readouterr()
        return code, json.loads(out) if out else None, err

    return run


@pytest.fixture
def npz(tmp_path):
    path = tmp_path / "two kinds.npz"
    images = np.zeros((8, 6, 6), np.uint8)
    images[::2] = 200
    np.savez(path, x=images, y=np.tile([3, 7], 4))
    return path


@pytest.mark.parametrize(
    "arguments",
    [[], ["dance"], ["train"], ["classify", "r20260101-000000-000000"], ["import", "digits", "--titel", "x"]],
)
def test_a_wrong_call_shows_the_usage(home, capsys, arguments):
    with pytest.raises(SystemExit) as left:
        main(arguments)
    assert left.value.code == USAGE
    out, err = capsys.readouterr()
    assert out == ""
    assert err.startswith("usage: python -m core")


def test_help_is_no_error(capsys):
    with pytest.raises(SystemExit) as left:
        main(["--help"])
    assert left.value.code == DONE
    assert "python -m core classify RUN PHOTO..." in capsys.readouterr().out


def test_the_bundled_set_is_there(call):
    code, result, _err = call("import", "digits")
    assert code == DONE
    assert (result["id"], result["pictures"], result["classes"]) == ("digits", 1797, list("0123456789"))


def test_a_run_and_a_set_are_shown_to_all_and_hidden_again(call, home, npz):
    run = submit_run(home, RunSpec(), owner="ann")
    made = bring_in(home, npz, PhotoOptions(title="Toy"), owner="ann").meta.id
    for command, published in (("publish", True), ("unpublish", False)):
        for what in (run.id, made):
            assert call(command, what)[:2] == (DONE, {"id": what, "published": published})
        expected = Access(owners=("ann",), published_by=("ann",) * published)
        assert access_of_run(run) == access_of_dataset(home, made) == expected
    assert call("publish", "gone")[0] == call("publish", "r20260101-000000-000000")[0] == FAILED


def test_pictures_that_a_browser_has_already_stay_private_to_it(call, home, npz):
    made = bring_in(home, npz, PhotoOptions(title="Toy"), owner="ann").meta.id
    code, result, err = call("import", npz, "--title", "Toy")
    assert (code, result["id"]) == (DONE, made)
    assert access_of_dataset(home, made) == Access(owners=("ann",))
    assert f"private to it. “publish {made}” shows them" in err


def test_a_file_is_imported_under_its_name_with_progress_on_the_side(call, home, npz):
    code, result, err = call("import", npz)
    assert code == DONE
    assert (result["title"], result["classes"], result["pictures"]) == ("two kinds", ["3", "7"], 8)
    assert err.splitlines()[-1] == "100%  Done"
    assert len(open_dataset(home, result["id"])) == 8


def test_title_and_classes_can_be_given(call, npz):
    code, result, _err = call("import", npz, "--title", "Day and night", "--classes", "day", "night")
    assert (code, result["title"], result["classes"]) == (DONE, "Day and night", ["day", "night"])


def test_a_wrong_number_of_classes_is_said(call, npz):
    code, result, err = call("import", npz, "--classes", "day")
    assert (code, result) == (FAILED, None)
    assert err.splitlines()[-1] == "Expected 2 class names, for 3, 7; got 1."


def test_a_missing_file_is_said_with_what_could_be_asked_for(call, tmp_path):
    path = tmp_path / "gone.npz"
    code, result, err = call("import", path)
    assert (code, result) == (FAILED, None)
    assert f"there is no {path}." in err
    assert "digits" in err
    assert call("import", tmp_path)[0] == FAILED, "a folder"


def test_a_bad_file_is_said_in_one_line(call, tmp_path):
    path = tmp_path / "bad.npz"
    path.write_bytes(b"PK\x03\x04 but not really")
    code, result, err = call("import", path)
    assert (code, result) == (FAILED, None)
    assert "cannot be read as .npz" in err
    assert "Traceback" not in err


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ('{"training": {"epochs": 0}}', "training.epochs: Input should be greater than or equal to 1"),
        ('{"data": {"colour": "rgb"}}', "data.colour: Extra inputs are not permitted"),
        (
            '{"architecture": {"layers": [{"kind": "conv2d", "filters": 0}]}}',
            "architecture.own.layers.0.conv2d.filters: ",
        ),
        ('{"augmentation": {"rotation": 200}}', "augmentation.rotation: Input should be less than or equal to 180"),
        ('{"augmentation": {"fill_mode": "mirror"}}', "augmentation.fill_mode: Input should be 'nearest', 'constant'"),
        ('{"augmentation": {"fill_colour": "red"}}', "augmentation.fill_colour: String should match pattern"),
        ('{"augmentation": {"rotation_range": 30}}', "augmentation.rotation_range: Extra inputs are not permitted"),
        ('{"training": ', "Invalid JSON"),
    ],
)
def test_a_broken_specification_names_the_field(call, home, tmp_path, text, said):
    path = tmp_path / "spec.json"
    path.write_text(text)
    code, result, err = call("train", path)
    assert (code, result) == (FAILED, None)
    assert err.startswith(f"{path} is not a specification:\n")
    assert said in err
    assert list_runs(home) == []


def test_a_specification_that_is_not_there_is_said(call, tmp_path):
    for path in (tmp_path / "gone.json", tmp_path):
        code, result, err = call("train", path)
        assert (code, result) == (FAILED, None)
        assert str(path) in err
        assert "cannot be read" in err


@pytest.mark.parametrize("command", [["evaluate"], ["train"], ["classify"]])
def test_an_unknown_run_is_said(call, command):
    photos = [__file__] if command == ["classify"] else []
    code, result, err = call(*command, "r20260101-000000-000000", *photos)
    assert (code, result) == (FAILED, None)
    assert err.startswith("There is no run “r20260101-000000-000000” here.")


def test_a_missing_photo_is_said_before_anything_is_loaded(call, home, tmp_path):
    run = submit_run(home, RunSpec())
    code, result, err = call("classify", run.id, tmp_path / "gone.png")
    assert (code, result) == (FAILED, None)
    assert f"The photo {tmp_path / 'gone.png'} cannot be read" in err


@pytest.mark.parametrize("state", [State.FINISHED, State.FAILED, State.RUNNING, State.QUEUED])
def test_a_run_that_cannot_go_on_is_left_as_it_is(call, home, state):
    run = submit_run(home, RunSpec(), status=Status(state=state))
    code, result, err = call("train", run.id)
    assert (code, result) == (FAILED, None)
    assert err == f"The run {run.id} is {state} and cannot go on.\n"
    assert run.status().state == state


@pytest.mark.parametrize(("state", "expected"), [(State.STOPPED, CAN_GO_ON), (State.FAILED, FAILED)])
def test_the_exit_code_tells_how_a_run_ended(call, monkeypatch, home, tmp_path, state, expected):
    """With a worker that writes the status and leaves."""
    script = (
        "import sys; from pathlib import Path; from core.runs.folder import RunFolder\n"
        "job, folder = sys.stdin.readline().strip().split(' ', 1); assert job == 'train'\n"
        f"RunFolder(Path(folder)).update_status(state={str(state)!r}, message='So it is.')"
    )
    spawned = []

    def spawn(self):
        process = subprocess.Popen([sys.executable, "-c", script], cwd=PROJECT, stdin=subprocess.PIPE)
        spawned.append(process)
        return Worker(process.pid, process_start(process.pid) or 0.0, process)

    monkeypatch.setattr(LocalExecutor, "spawn", spawn)
    (tmp_path / "spec.json").write_text("{}")
    code, result, err = call("train", tmp_path / "spec.json", "--name", "Mine")
    spawned[0].communicate()
    assert (code, result["state"], result["message"]) == (expected, state, "So it is.")
    assert open_run(home, result["run"]).info().name == "Mine"
    assert err.splitlines() == [f"{result['run']}: {home.runs / result['run']}", "So it is."]


@pytest.mark.parametrize(("errors", "expected"), [(["no picture", ""], DONE), (["no picture", "no picture"], FAILED)])
def test_photos_that_cannot_be_read_fail_only_where_all_do(call, monkeypatch, home, tmp_path, errors, expected):
    def classify(run, photos, invert):
        assert (photos, invert) == ([b"one", b"two"], True)
        share = np.array([0.25, 0.75, *[0] * 8], np.float32)
        return [PhotoAnswer(None if error else share, None, error) for error in errors]

    monkeypatch.setitem(sys.modules, "core.learning.predict", SimpleNamespace(classify=classify))
    run, photos = submit_run(home, RunSpec()), [tmp_path / "1.png", tmp_path / "2.png"]
    for photo, content in zip(photos, (b"one", b"two"), strict=True):
        photo.write_bytes(content)
    code, result, _err = call("classify", run.id, *photos, "--invert")
    assert (code, result["run"]) == (expected, run.id)
    assert result["photos"][0] == {"photo": str(photos[0]), "error": "no picture"}
    if expected == DONE:
        assert result["photos"][1]["class"] == "1"
        assert result["photos"][1]["probabilities"]["0"] == 0.25


def test_train_evaluate_classify_as_a_person_calls_them(home, tmp_path):
    spec, photo, broken = tmp_path / "spec.json", tmp_path / "photo.png", tmp_path / "notes.txt"
    augmentation = AugmentSpec(rotation=10, zoom=0.1, fill_mode="reflect", repeats=2)
    settings = {"augmentation": augmentation.model_dump(), "training": {"epochs": 1, "batch_size": 128}}
    spec.write_text(json.dumps(settings))
    Image.new("RGB", (20, 30), (200, 10, 10)).save(photo)
    broken.write_text("no picture")

    def ask(*arguments):
        command = [sys.executable, "-m", "core", *map(str, arguments)]
        done = subprocess.run(command, cwd=PROJECT, env=os.environ, capture_output=True, text=True)
        return done.returncode, json.loads(done.stdout), done.stderr

    code, trained, err = ask("train", spec, "--name", "Größe")
    assert (code, trained["state"], trained["epoch"]) == (DONE, "finished", 1), err
    run = trained["run"]
    assert RUN_ID.fullmatch(run)
    assert open_run(home, run).info().name == "Größe"
    assert open_run(home, run).info().spec.augmentation == augmentation
    started = next(event for event in read_events(open_run(home, run).events)[0] if event["kind"] == EventKind.STARTED)
    assert started["steps"] == 18, "1,151 pictures twice in batches of 128"
    assert [line[:11] for line in err.splitlines()] == [f"{run}: "[:11], "epoch 1/1  "]

    code, judged, err = ask("evaluate", run)
    assert code == DONE, err
    assert judged["accuracy"] == pytest.approx(trained["test_accuracy"])
    assert set("0123456789") < set(judged["report"])

    code, asked, err = ask("classify", run, photo, broken)
    assert code == DONE, err
    right, wrong = asked["photos"]
    assert (right["photo"], wrong["photo"]) == (str(photo), str(broken))
    assert sum(right["probabilities"].values()) == pytest.approx(1, abs=1e-4)
    assert right["class"] == max(right["probabilities"], key=right["probabilities"].get)
    assert "picture" in wrong["error"]


def test_a_folder_is_imported_file_by_file(call, tmp_path):
    for name, value in (("cat/1", 10), ("cat/2", 20), ("dog/1", 30)):
        path = tmp_path / "pets" / f"{name}.png"
        path.parent.mkdir(parents=True, exist_ok=True)
        Image.new("RGB", (20, 10), (value, 0, 0)).save(path)
    (tmp_path / "pets" / "dog" / "bad.jpg").write_bytes(b"nothing")
    code, result, err = call("import", tmp_path / "pets", "--fit", "pad", "--size", "16", "--classes", "Katze", "Hund")
    assert code == DONE
    assert (result["title"], result["classes"], result["size"], result["fit"]) == ("pets", ["Katze", "Hund"], 16, "pad")
    assert result["kept"] == [
        {"file": "cat/1.png", "class": "Katze"},
        {"file": "cat/2.png", "class": "Katze"},
        {"file": "dog/1.png", "class": "Hund"},
    ]
    assert [refusal["name"] for refusal in result["refused"]] == ["dog/bad.jpg"]
    assert "dog/bad.jpg: " in err


def test_a_weights_file_is_kept_by_hand(call, home, assets):
    file = assets / "weights" / "vgg16_weights_tf_dim_ordering_tf_kernels_notop.h5"
    code, result, _err = call("weights", "vgg16", file)
    assert (code, result) == (DONE, {"backbone": "vgg16", "weights": file.name})
    assert (home.weights / file.name).stat().st_size == file.stat().st_size


def test_weights_of_another_backbone_are_refused_in_words(call, home, assets):
    file = assets / "weights" / "vgg16_weights_tf_dim_ordering_tf_kernels_notop.h5"
    code, _result, err = call("weights", "mobilenet_v2", file)
    assert code == FAILED
    assert "MobileNetV2 expects" in err
    assert not list(home.weights.iterdir())
