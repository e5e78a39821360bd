"""Maps of models, made by small processes that answer as a test wants."""

import os
import time

import numpy as np
import pytest

from core.datasets.store import open_dataset
from core.model_maps import MapOrder, ModelMaps
from core.runs.folder import RunFolder
from tests.fake_workers import FakeExecutor, fixture_of

WORKER = """
import os, sys, time
from pathlib import Path
import numpy as np
from core.frames import read_frame, write_frame
questions, answers = sys.stdin.buffer, sys.stdout.buffer
assert questions.readline() == b"serve\\n"
header, arrays = read_frame(questions)
assert (header["do"], header["dataset"]) == ("embed", "digits")
numbers = arrays["numbers"]
{answer}
"""
DOUBLES = "write_frame(answers, {'ok': True}, {'points': np.stack([numbers, 2 * numbers], 1).astype(np.float32)})"
WAITS = "\nwhile not Path({gate!r}).exists(): time.sleep(0.01)\n"
REFUSES = "write_frame(answers, {'ok': False, 'error': 'It sees no difference.'})"
DIES = "os._exit(1)"


class Mapping(FakeExecutor):
    """Workers that make a map by the given Python."""

    answer = DOUBLES

    def script(self):
        return WORKER.format(answer=self.answer)


executor = fixture_of(Mapping)


@pytest.fixture
def maps(home, executor):
    return ModelMaps(home.cache, executor.spawn)


@pytest.fixture
def order(home):
    run = RunFolder(home.runs / "r20261122-093015-4f2a1c")
    run.path.mkdir()
    run.checkpoint.write_bytes(b"weights")
    return MapOrder(run, open_dataset(home, "digits").meta, np.array([3, 5, 8]))


def answered(maps, order):
    """The answer once the map is made or has failed."""
    end = time.monotonic() + 30
    while (answer := maps.ask(order)).points is None and not answer.error:
        assert time.monotonic() < end
        time.sleep(0.02)
    return answer


def test_a_map_is_made_once_and_kept_for_the_next_server(home, maps, order, executor):
    first = maps.ask(order)
    assert first.points is None
    assert first.seconds is not None
    expected = [[3, 6], [5, 10], [8, 16]]
    assert answered(maps, order).points.tolist() == expected
    assert maps.ask(order).points.tolist() == expected
    np.testing.assert_array_equal(ModelMaps(home.cache, executor.spawn).ask(order).points, expected)
    assert len(executor.spawned) == 1


def test_its_worker_ends_with_it(maps, order, executor):
    answered(maps, order)
    executor.spawned[0].process.wait(timeout=10)


def test_one_map_is_made_at_a_time_and_who_waits_is_told(tmp_path, maps, order, executor):
    gate = tmp_path / "gate"
    executor.answer = WAITS.format(gate=str(gate)) + DOUBLES
    other = MapOrder(order.run, order.dataset, np.array([1, 2]))
    maps.ask(order)
    assert maps.ask(other).seconds is None
    assert maps.ask(order).seconds is not None
    gate.touch()
    assert answered(maps, order).points is not None
    assert answered(maps, other).points.tolist() == [[1, 2], [2, 4]]


def test_another_model_other_pictures_and_another_sample_are_other_maps(order):
    names = {order.file_name()}
    names.add(MapOrder(order.run, order.dataset, np.array([3, 5, 9])).file_name())
    names.add(MapOrder(order.run, order.dataset.model_copy(update={"content_hash": "0"}), order.numbers).file_name())
    os.utime(order.run.checkpoint, ns=(1, 1))
    names.add(order.file_name())
    order.run.checkpoint.unlink()
    names.add(order.file_name())
    assert len(names) == 5


def test_a_refusal_is_kept_until_it_is_tried_again(maps, order, executor):
    executor.answer = REFUSES
    assert answered(maps, order).error == "It sees no difference."
    executor.answer = DOUBLES
    assert maps.ask(order).error == "It sees no difference."
    assert len(executor.spawned) == 1
    maps.try_again(order)
    assert answered(maps, order).points is not None


def test_a_worker_that_dies_twice_is_said_in_words(maps, order, executor):
    executor.answer = DIES
    assert "want of memory" in answered(maps, order).error


def test_a_map_that_cannot_be_kept_is_said_in_words_and_not_made_for_ever(home, maps, order, executor):
    home.cache.rmdir()
    assert "could not be made or kept" in answered(maps, order).error
    assert len(executor.spawned) == 1


@pytest.mark.parametrize("damage", [b"", b"no array", "of another sample"], ids=["empty", "garbage", "another shape"])
def test_a_damaged_file_is_made_anew(home, maps, order, damage):
    file = home.cache / order.file_name()
    if isinstance(damage, bytes):
        file.write_bytes(damage)
    else:
        np.save(file, np.zeros((2, 2), np.float32))
    assert answered(maps, order).points.shape == (3, 2)
