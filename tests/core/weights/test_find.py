from __future__ import annotations

import hashlib
import os
import struct
import subprocess
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from core.architecture.backbones.table import BACKBONES, BackboneName
from core.architecture.transfer import IMAGENET, RANDOM, Transfer
from core.errors import DataError
from core.home import Home
from core.weights import find
from core.weights.find import FoundWeights, files_for, find_weights, weights_problem, weights_with

SMALL: BackboneName = "mobilenet_v3_small"
OFFICIAL = BACKBONES[SMALL].file_name
Put = Callable[..., Path]


def sha256_of(path: Path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()


def problem(home: Home, weights: str) -> str:
    return weights_problem(home, Transfer(backbone=SMALL, weights=weights))


def test_random_weights_need_no_file(home: Home) -> None:
    assert find_weights(home, SMALL, RANDOM) == FoundWeights(None, "random", "")
    assert problem(home, RANDOM) == ""


def test_the_official_name_goes_before_keras_s_cache_and_that_before_any_file_that_fits(
    home: Home, keras_home: Path, small: Put
) -> None:
    official, other = small(OFFICIAL, seed=1), small("a.h5", seed=2)
    of_keras = small(OFFICIAL, seed=3, folder=keras_home / "models")
    for path, source in ((official, "folder"), (of_keras, "keras_cache"), (other, "folder")):
        found = find_weights(home, SMALL, IMAGENET)
        assert found
        assert (found.path, found.source, found.sha256) == (path, source, sha256_of(path))
        path.unlink()
    assert find_weights(home, SMALL, IMAGENET) is None


def test_keras_s_folder_is_in_the_person_s_own_unless_named(
    home: Home, small: Put, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("KERAS_HOME")
    monkeypatch.setenv("HOME", str(tmp_path))
    (tmp_path / ".keras" / "models").mkdir(parents=True)
    path = small(OFFICIAL, folder=tmp_path / ".keras" / "models")
    assert find_weights(home, SMALL, IMAGENET) == FoundWeights(path, "keras_cache", sha256_of(path))


def test_files_that_do_not_fit_are_passed_over(home: Home, small: Put) -> None:
    (home.weights / OFFICIAL).write_bytes(b"<html>")
    (home.weights / "folder.h5").mkdir()
    fitting = small("z.h5")
    found = find_weights(home, SMALL, IMAGENET)
    assert found
    assert found.path == fitting
    assert find_weights(home, "vgg16", IMAGENET) is None
    assert files_for(home, SMALL) == ["z.h5"]
    assert files_for(home, "vgg16") == []


def test_a_named_file_is_taken_and_no_other(home: Home, small: Put) -> None:
    small(OFFICIAL, seed=1)
    mine = small("mine.weights.h5", seed=2)
    assert find_weights(home, SMALL, "mine.weights.h5") == FoundWeights(mine, "folder", sha256_of(mine))
    assert find_weights(home, SMALL, "gone.h5") is None


def test_only_names_that_a_specification_takes_are_offered(home: Home, small: Put) -> None:
    for name in ("b.h5", "a.weights.h5", "my file.h5", ".hidden.h5"):
        small(name)
    assert files_for(home, SMALL) == ["a.weights.h5", "b.h5"]
    for name in files_for(home, SMALL):
        assert Transfer(weights=name).weights == name


def test_a_file_that_changes_is_looked_at_again(home: Home, small: Put) -> None:
    path = small("a.h5", seed=1)
    before = find_weights(home, SMALL, "a.h5")
    small("a.h5", seed=2)
    os.utime(path, ns=(1, 1))
    after = find_weights(home, SMALL, "a.h5")
    assert before
    assert after
    assert before.sha256 != after.sha256 == sha256_of(path)
    path.write_bytes(b"<html>")
    assert find_weights(home, SMALL, "a.h5") is None


def test_a_file_is_opened_once_while_it_stays_as_it_is(home: Home, small: Put, monkeypatch: pytest.MonkeyPatch) -> None:
    """A page asks at each change of a widget."""
    asked = []
    run = subprocess.run

    def counted(command: list[str], **more: Any) -> Any:
        asked.append(command[-1])
        return run(command, **more)

    monkeypatch.setattr(subprocess, "run", counted)
    path = small("once.h5")
    for _time in range(3):
        assert find_weights(home, SMALL, IMAGENET)
        assert files_for(home, SMALL) == ["once.h5"]
        assert problem(home, IMAGENET) == ""
    assert asked == [str(path)]


def test_a_file_that_hdf5_never_comes_back_from_is_damaged(
    home: Home, small: Put, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Eight bytes keep HDF5 1.14 in a loop without end that holds Python's lock: all browsers of the server waited."""
    monkeypatch.setattr(find, "PATIENCE", 4.0)
    path = small("endless.h5")
    content = bytearray(path.read_bytes())
    first = content.index(b"GCOL") + 16  # the first text of the heap that holds names; its length follows 8 bytes on
    struct.pack_into("<Q", content, first + 8, 2**64 - 16)
    path.write_bytes(content)
    assert find_weights(home, SMALL, IMAGENET) is None
    assert problem(home, "endless.h5").startswith("The file endless.h5 cannot be used. It could not be read in time.")


def test_a_file_that_took_too_long_is_looked_at_again_after_a_while(
    home: Home, small: Put, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A computer may just have been busy."""
    small("slow.h5")
    with monkeypatch.context() as busy:
        busy.setattr(find, "PATIENCE", 0.001)
        busy.setattr(find, "LOOK_AGAIN", 0.0)
        assert "in time" in problem(home, "slow.h5")
    assert find_weights(home, SMALL, "slow.h5")


def test_a_run_finds_its_weights_whatever_they_are_called_now(home: Home, keras_home: Path, small: Put) -> None:
    small(OFFICIAL, seed=1)
    path = small("a.h5", seed=2)
    sha256 = sha256_of(path)
    renamed = path.rename(home.weights / "b.h5")
    assert weights_with(home, SMALL, sha256) == renamed
    moved = renamed.rename(keras_home / "models" / OFFICIAL)
    assert weights_with(home, SMALL, sha256) == moved
    moved.unlink()
    with pytest.raises(DataError, match=f"MobileNetV3 Small that this began with is gone .SHA-256 {sha256[:12]}…"):
        weights_with(home, SMALL, sha256)


def test_nothing_found_says_what_can_be_done(home: Home, keras_home: Path) -> None:
    assert weights_problem(home, Transfer(backbone="vgg16")) == (
        "The weights of VGG16 (59 MB) are not on this computer. Fetch them, upload the file "
        "vgg16_weights_tf_dim_ordering_tf_kernels_notop.h5, put it into the folder “weights” of the data home, "
        "or train from random weights."
    )


def test_an_official_file_that_does_not_fit_is_said_too(home: Home, keras_home: Path) -> None:
    (home.weights / OFFICIAL).touch()
    text = problem(home, IMAGENET)
    assert text.startswith(f"The file {OFFICIAL} cannot be used. The file is empty. Fetch it again. The weights of")
    assert str(home.root) not in text


def test_a_named_file_that_is_gone_or_does_not_fit_is_named(home: Home, small: Put) -> None:
    small("mine.h5")
    assert problem(home, "mine.h5") == ""
    assert problem(home, "gone.h5") == (
        "The file gone.h5 is no longer in the folder “weights” of the data home. "
        "Choose other weights, or upload it again."
    )
    assert weights_problem(home, Transfer(backbone="vgg16", weights="mine.h5")).startswith(
        "The file mine.h5 cannot be used. block1_conv1 of VGG16 expects (3, 3, 3, 64), the file has (3, 3, 3, 16)."
    )


def test_a_weights_folder_that_is_not_there_is_empty(home: Home, keras_home: Path) -> None:
    home.weights.rmdir()
    assert find_weights(home, SMALL, IMAGENET) is None
    assert files_for(home, SMALL) == []
