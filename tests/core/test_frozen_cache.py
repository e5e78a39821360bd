"""The file of a frozen part's outputs: any order, after a kill, two at once, and what names it."""

import os
import signal
import subprocess
import sys
import threading
import time
from dataclasses import replace

import numpy as np
import pytest

from core import frozen_cache
from core.architecture.transfer import Transfer
from core.augmentation.spec import PRESETS, AugmentSpec
from core.datasets.limits import LIMITS
from core.frozen_cache import FrozenFile, FrozenPart, frozen_part, has_room, missing_rows, wanted_rows
from core.home import PROJECT
from core.spec import DataSpec, RunSpec, TrainingSpec

SHAPE = (2, 3)
NOTEBOOK = PRESETS["notebook"].spec


def part(pictures=10, shape=SHAPE, **changes):
    return FrozenPart("hash", 64, Transfer(), "weights", "", shape, pictures, **changes)


def numbers(rows):
    """Rows that tell their own place."""
    return np.broadcast_to(np.asarray(rows, np.float32)[:, None, None], (len(rows), *SHAPE))


def rows(*places):
    return np.array(places, np.int64)


def test_rows_come_back_and_only_those_missing_are_named(tmp_path):
    with FrozenFile(part(), tmp_path) as file:
        assert missing_rows(part(), tmp_path, rows(3, 7)).tolist() == [3, 7]
        file.write(rows(7, 3), numbers((7, 3)))
    assert missing_rows(part(), tmp_path, np.arange(10)).tolist() == [0, 1, 2, 4, 5, 6, 8, 9]
    with FrozenFile(part(), tmp_path) as file:
        assert missing_rows(part(), tmp_path, rows(3, 4, 7)).tolist() == [4]
        outputs = file.outputs()
    assert outputs.shape == (10, *SHAPE)
    np.testing.assert_array_equal(outputs[[3, 7]], numbers((3, 7)))


def test_without_a_file_all_rows_are_missing(tmp_path):
    assert missing_rows(part(), tmp_path, rows(0, 9)).tolist() == [0, 9]


def test_a_row_counts_only_once_it_is_on_the_disk(tmp_path):
    file = FrozenFile(part(), tmp_path)
    file.write(rows(1), numbers((1,)))
    assert missing_rows(part(), tmp_path, rows(1)).tolist() == [1]
    file.count()
    assert missing_rows(part(), tmp_path, rows(1)).tolist() == []
    file.close()


CHILD = """
import sys, time
import numpy as np
sys.path.insert(0, {project!r})
from pathlib import Path
from tests.core.test_frozen_cache import numbers, part, rows
from core.frozen_cache import FrozenFile
file = FrozenFile(part(), Path({folder!r}))
file.write(rows(0, 1), numbers((0, 1)))
file.count()
file.write(rows(2), numbers((2,)))
print("written", flush=True)
time.sleep(60)
"""


def test_a_killed_worker_loses_only_what_was_not_counted_and_lets_others_in(tmp_path):
    code = CHILD.format(project=str(PROJECT), folder=str(tmp_path))
    child = subprocess.Popen([sys.executable, "-c", code], stdout=subprocess.PIPE)
    assert child.stdout
    assert child.stdout.readline() == b"written\n"
    child.send_signal(signal.SIGKILL)
    child.wait()
    child.stdout.close()
    with FrozenFile(part(), tmp_path) as file:
        assert missing_rows(part(), tmp_path, np.arange(10)).tolist() == list(range(2, 10))
        file.write(rows(2), numbers((2,)))
        np.testing.assert_array_equal(file.outputs()[:3], numbers((0, 1, 2)))


def test_whoever_has_a_file_open_keeps_it_where_it_is_removed_meanwhile(tmp_path):
    with FrozenFile(part(), tmp_path) as file:
        file.write(rows(1), numbers((1,)))
        (tmp_path / part().file_name()).unlink()
        outputs = file.outputs()
    with FrozenFile(part(), tmp_path):
        assert missing_rows(part(), tmp_path, rows(1)).tolist() == [1]
    np.testing.assert_array_equal(outputs[[1]], numbers((1,)))


def test_an_error_that_leaves_the_file_is_the_one_that_is_told(tmp_path, monkeypatch):
    def full(*_arguments):
        raise OSError(28, "No space left on device")

    with pytest.raises(ValueError, match="first"), FrozenFile(part(), tmp_path) as file:
        monkeypatch.setattr(FrozenFile, "count", full)
        file.write(rows(1), numbers((1,)))
        raise ValueError("first")
    FrozenFile(part(), tmp_path).close()


def test_two_workers_take_turns_and_whoever_waits_may_leave(tmp_path):
    class AskedError(Exception):
        pass

    def leave():
        raise AskedError

    first = FrozenFile(part(), tmp_path)
    with pytest.raises(AskedError):
        FrozenFile(part(), tmp_path, on_wait=leave)
    waited = threading.Event()
    opened = []
    second = threading.Thread(target=lambda: opened.append(FrozenFile(part(), tmp_path, on_wait=waited.set)))
    second.start()
    assert waited.wait(10)
    assert not opened
    first.write(rows(5), numbers((5,)))
    first.count()
    first.close()
    second.join(10)
    assert missing_rows(part(), tmp_path, rows(5)).tolist() == []
    opened[0].close()


@pytest.mark.parametrize(
    "changes",
    [
        {"content_hash": "other"},
        {"image_size": 96},
        {"weights": "other"},
        {"train_from": "block5_conv3"},
        {"architecture": Transfer(backbone="vgg19")},
        {"architecture": Transfer(pooling="average")},
        {"architecture": Transfer(preprocessing="none")},
        {"augmentation": NOTEBOOK},
        {"augmentation": NOTEBOOK, "seed": 1},
        {"augmentation": NOTEBOOK, "architecture": Transfer(views=4)},
    ],
)
def test_whatever_changes_the_numbers_changes_the_name(changes):
    base = vars(part())
    names = {part().file_name(), FrozenPart(**{**base, **changes}).file_name()}
    if "augmentation" in changes:
        names.add(FrozenPart(**{**base, "augmentation": NOTEBOOK}).file_name())
        assert len(names) == (2 if changes == {"augmentation": NOTEBOOK} else 3)
    assert len(names) > 1


@pytest.mark.parametrize("architecture", [Transfer(hidden=(32,)), Transfer(dropout=0.5), Transfer(head_epochs=3)])
def test_what_comes_after_the_cut_shares_the_file(architecture):
    assert FrozenPart(**{**vars(part()), "architecture": architecture}).file_name() == part().file_name()


def test_with_a_deeper_cut_pooling_does_not_matter():
    deep = [
        FrozenPart(**{**vars(part()), "train_from": "block5_conv3", "architecture": Transfer(pooling=pooling)})
        for pooling in ("flatten", "average")
    ]
    assert deep[0].file_name() == deep[1].file_name()


def test_the_seed_names_random_weights_and_varied_copies_only():
    def name(seed, weights, varied):
        data = DataSpec(dataset="x", image_size=64, colour_mode="rgb")
        spec = RunSpec(data=data, architecture=Transfer(), augmentation=NOTEBOOK, training=TrainingSpec(seed=seed))
        upright = frozen_part(spec, "", SHAPE, 10, "hash", weights)
        return replace(upright, augmentation=NOTEBOOK if varied else None).file_name()

    assert name(0, "sha", False) == name(1, "sha", False)
    assert name(0, "", False) != name(1, "", False)
    assert name(0, "sha", True) != name(1, "sha", True)


def test_there_is_room_within_the_bound_and_on_the_disk(tmp_path, monkeypatch):
    large = part(pictures=1, shape=(LIMITS.frozen_bytes,))
    wanted = {part(): rows(2, 3)}
    assert has_room(wanted, tmp_path)
    assert not has_room({**wanted, large: rows(0)}, tmp_path)
    monkeypatch.setattr(frozen_cache, "free_bytes", lambda folder: part().size)
    assert not has_room(wanted, tmp_path)
    with FrozenFile(part(), tmp_path) as file:
        file.write(rows(2, 3), numbers((2, 3)))
    assert has_room(wanted, tmp_path), "it takes no more room when what is wanted is there"
    assert not has_room({part(): rows(2, 3, 4)}, tmp_path)


def test_two_files_have_to_fit_side_by_side(tmp_path, monkeypatch):
    one, other = part(), FrozenPart(**{**vars(part()), "content_hash": "b"})
    monkeypatch.setattr(frozen_cache, "LIMITS", type(LIMITS)(cache_bytes=one.size + other.size - 1))
    assert has_room({one: rows(0)}, tmp_path)
    assert not has_room({one: rows(0), other: rows(0)}, tmp_path)


def test_with_augmentation_copies_of_what_is_learnt_from_and_the_rest_as_it_is():
    data = DataSpec(dataset="x", image_size=64, colour_mode="rgb")
    split = {"train": rows(4, 1), "validation": rows(0), "test": rows(2, 3)}
    plain = frozen_part(RunSpec(data=data, architecture=Transfer(views=3)), "", SHAPE, 5, "hash", "sha")
    found = wanted_rows(plain, AugmentSpec(), split)
    assert [wanted.tolist() for wanted in found.values()] == [[4, 1, 0, 2, 3]]
    found = wanted_rows(plain, NOTEBOOK, split)
    assert [wanted.tolist() for wanted in found.values()] == [[0, 2, 3], [4, 1, 9, 6, 14, 11]]
    assert [part.rows for part in found] == [5, 15]


def test_the_oldest_file_goes_where_the_bound_is_reached(tmp_path, monkeypatch):
    old, new = part(), part(seed=0, pictures=11)
    old = FrozenPart(**{**vars(old), "content_hash": "old"})
    with FrozenFile(old, tmp_path):
        pass
    os.utime(tmp_path / old.file_name(), (time.time() - 100,) * 2)
    limits = type(LIMITS)(cache_bytes=old.size + 200)
    monkeypatch.setattr(frozen_cache, "LIMITS", limits)
    with FrozenFile(new, tmp_path):
        assert not (tmp_path / old.file_name()).exists()
        assert (tmp_path / new.file_name()).exists()
