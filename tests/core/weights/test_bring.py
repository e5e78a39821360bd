from __future__ import annotations

import dataclasses
import hashlib
import re
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest

from core.architecture.backbones.table import BACKBONES, BackboneName
from core.architecture.transfer import IMAGENET, WEIGHTS
from core.errors import DataError
from core.home import Home
from core.tasks.__main__ import outcome
from core.tasks.folder import create_task
from core.weights.bring import fetch_weights, keep_weights, uploaded_name
from core.weights.find import files_for, find_weights, sha256_of, weights_with
from tests.core.datasets.conftest import Server
from tests.core.weights.files import Write, numbers_for, shapes_of

SMALL: BackboneName = "mobilenet_v3_small"
OFFICIAL = BACKBONES[SMALL].file_name


@pytest.fixture
def content(in_order: Write) -> bytes:
    """A file that fits."""
    return in_order(numbers_for(shapes_of(SMALL))).read_bytes()


@pytest.fixture
def serve(server: Server, monkeypatch: pytest.MonkeyPatch) -> Callable[..., None]:
    """Let the table name the test's server."""

    def set_up(content: bytes | None, md5: str | None = None) -> None:
        if content is not None:
            server.files[f"/{OFFICIAL}"] = content
        entry = dataclasses.replace(BACKBONES[SMALL], url=server.url + OFFICIAL, md5=md5)
        monkeypatch.setitem(BACKBONES, SMALL, entry)

    return set_up


def names(folder: Path) -> list[str]:
    """Files in the folder but for locks."""
    return sorted(path.name for path in folder.iterdir() if path.suffix != ".lock")


def test_weights_are_fetched_once_and_found(
    home: Home, keras_home: Path, server: Server, serve: Callable[..., None], content: bytes
) -> None:
    serve(content, hashlib.md5(content).hexdigest())
    told: list[tuple[float, str]] = []
    for _time in range(2):
        path = fetch_weights(home, SMALL, lambda *progress: told.append(progress))
        assert path == home.weights / OFFICIAL
        assert path.read_bytes() == content
    assert len(server.asked) == 1
    assert names(home.weights) == [OFFICIAL]
    assert told[-1][0] == 1.0
    found = find_weights(home, SMALL, "imagenet")
    assert found
    assert found.path == path


def test_a_fetched_file_takes_the_place_of_one_that_does_not_fit(
    home: Home, serve: Callable[..., None], content: bytes
) -> None:
    (home.weights / OFFICIAL).write_bytes(b"cut off")
    serve(content)
    assert fetch_weights(home, SMALL).read_bytes() == content


def test_a_download_that_broke_off_goes_on(
    home: Home, server: Server, serve: Callable[..., None], content: bytes
) -> None:
    serve(content)
    server.break_after = 1_000_000
    with pytest.raises(DataError, match="could not be fetched"):
        fetch_weights(home, SMALL)
    assert find_weights(home, SMALL, OFFICIAL) is None
    server.break_after = None
    assert fetch_weights(home, SMALL).read_bytes() == content
    assert server.asked[1][1] is not None


@pytest.mark.parametrize(
    ("body", "md5", "words"),
    [
        (b"<html>Log in first</html>", None, "another kind of file"),
        (b"<html>Log in first</html>", "0" * 32, "sent another file than expected"),
        (None, None, "404"),
    ],
)
def test_what_is_no_file_with_weights_is_thrown_away(
    home: Home, serve: Callable[..., None], body: bytes | None, md5: str | None, words: str
) -> None:
    serve(body, md5)
    with pytest.raises(DataError, match=words):
        fetch_weights(home, SMALL)
    assert names(home.weights) == []


def test_offline_says_what_else_can_be_done(home: Home, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("no_proxy", "127.0.0.1")
    entry = dataclasses.replace(BACKBONES[SMALL], url=f"http://127.0.0.1:9/{OFFICIAL}")  # discard: nobody listens
    monkeypatch.setitem(BACKBONES, SMALL, entry)
    with pytest.raises(DataError) as caught:
        fetch_weights(home, SMALL)
    text = str(caught.value)
    assert text.startswith("The weights of MobileNetV3 Small could not be fetched. http://127.0.0.1:9/")
    assert text.endswith(
        f"Without internet, upload the file {OFFICIAL}, put it into the folder “weights” of the data home, "
        "or train from random weights."
    )
    assert str(home.root) not in text


def test_a_file_handed_over_is_kept_under_its_name(home: Home, in_order: Write) -> None:
    file = in_order(numbers_for(shapes_of(SMALL)))
    assert keep_weights(home, SMALL, file, "mine.weights.h5") == "mine.weights.h5"
    assert (home.weights / "mine.weights.h5").read_bytes() == file.read_bytes()
    assert file.exists()


def test_the_same_content_is_kept_once_and_other_content_gets_a_number(home: Home, in_order: Write) -> None:
    files = [in_order(numbers_for(shapes_of(SMALL), seed)) for seed in range(3)]
    kept = [keep_weights(home, SMALL, files[number], "a.weights.h5") for number in (0, 1, 0, 2, 1)]
    assert kept == ["a.weights.h5", "a-2.weights.h5", "a.weights.h5", "a-3.weights.h5", "a-2.weights.h5"]
    assert names(home.weights) == ["a-2.weights.h5", "a-3.weights.h5", "a.weights.h5"]


@pytest.mark.parametrize(
    ("given", "kept"),
    [
        ("../../etc/x.h5", "x.h5"),
        ("C:\\Users\\me\\My weights (1).H5", "My_weights_1_.h5"),
        ("무게.h5", "weights.h5"),
        (".hidden.h5", "hidden.h5"),
        ("imagenet", "imagenet.h5"),
        ("model.hdf5", "model.hdf5.h5"),
        ("", "weights.h5"),
        ("a\nb.weights.h5", "a_b.weights.h5"),
        ("x" * 300 + ".weights.h5", "x" * 100 + ".weights.h5"),
    ],
)
def test_names_of_strangers_become_names_that_a_specification_takes(
    home: Home, in_order: Write, given: str, kept: str
) -> None:
    file = in_order(numbers_for(shapes_of(SMALL)))
    assert keep_weights(home, SMALL, file, given) == kept
    assert re.fullmatch(WEIGHTS, kept)
    assert names(home.weights) == [kept]


@pytest.mark.parametrize(
    "given", [OFFICIAL, f"-{OFFICIAL}", OFFICIAL.replace(".h5", ".H5"), f"x\\{OFFICIAL}", "mine.h5"]
)
@pytest.mark.parametrize("md5", [None, "0" * 32])
def test_an_upload_never_becomes_everybody_s_imagenet(
    home: Home, in_order: Write, monkeypatch: pytest.MonkeyPatch, given: str, md5: str | None
) -> None:
    monkeypatch.setitem(BACKBONES, SMALL, dataclasses.replace(BACKBONES[SMALL], md5=md5))
    file = in_order(numbers_for(shapes_of(SMALL)))
    kept = keep_weights(home, SMALL, file, uploaded_name(SMALL, file, given))
    assert kept.startswith("my_")
    assert find_weights(home, SMALL, IMAGENET) is None
    assert files_for(home, SMALL) == [kept], "it is offered by its name"
    assert weights_with(home, SMALL, sha256_of(file)).name == kept, "a run that began with it goes on"


def test_an_upload_of_the_official_file_is_the_official_file_whatever_it_is_called(
    home: Home, in_order: Write, monkeypatch: pytest.MonkeyPatch
) -> None:
    file = in_order(numbers_for(shapes_of(SMALL)))
    official = hashlib.md5(file.read_bytes(), usedforsecurity=False).hexdigest()
    monkeypatch.setitem(BACKBONES, SMALL, dataclasses.replace(BACKBONES[SMALL], md5=official))
    assert uploaded_name(SMALL, file, "download (1).h5") == OFFICIAL


def test_a_file_that_does_not_fit_is_not_kept(home: Home, in_order: Write) -> None:
    arrays = numbers_for(shapes_of(SMALL))
    file = in_order(arrays)
    with pytest.raises(DataError, match="block1_conv1 of VGG16 expects"):
        keep_weights(home, "vgg16", file, "a.h5")
    arrays[0][0][0, 0, 0, 0] = np.nan
    with pytest.raises(DataError, match="not finite"):
        keep_weights(home, SMALL, in_order(arrays), "a.h5")
    assert names(home.weights) == []


def test_tasks_fetch_and_keep(
    home: Home, serve: Callable[..., None], content: bytes, in_order: Write, tmp_path: Path
) -> None:
    serve(content)
    task = create_task(home, "weights", {"backbone": SMALL})
    assert outcome(task).value == {"weights": OFFICIAL}
    (tmp_path / "upload.h5").write_bytes(content)
    arguments = {"backbone": SMALL, "path": str(tmp_path / "upload.h5"), "name": "mine.h5"}
    assert outcome(create_task(home, "weights_file", arguments)).value == {"weights": "my_mine.h5"}
    result = outcome(create_task(home, "weights_file", {**arguments, "backbone": "vgg16"}))
    assert result.error.startswith("block1_conv1 of VGG16 expects (3, 3, 3, 64), the file has (3, 3, 3, 16).")
    assert names(home.weights) == ["my_mine.h5", OFFICIAL]
