"""What was kept of pinned pictures, read back: whole files, torn ones, and ones that come while it trains."""

from __future__ import annotations

import os

import numpy as np
import pytest

from core.home import Home
from core.pins import START, Film, Frame, last_pins, read_pins, right_since, write_pins
from core.runs.folder import RunFolder
from core.runs.submit import submit_run
from core.spec import RunSpec


@pytest.fixture
def run(home: Home) -> RunFolder:
    return submit_run(home, RunSpec(), pinned=(4, 2))


def frame(*named: int, heat: int | None = 100, numbers: tuple[int, ...] = (4, 2)) -> Frame:
    """Two of three classes named with 80 %; the true ones are 0 and 1."""
    probabilities = np.full((2, 3), 0.1, np.float32)
    probabilities[np.arange(2), list(named)] = 0.8
    heats = None if heat is None else np.full((2, 5, 5), heat, np.uint8)
    return Frame(np.array(numbers), np.array([0, 1]), probabilities, heats)


def film_of(run: RunFolder) -> Film:
    film = read_pins(run)
    assert film
    return film


def test_what_was_written_comes_back_in_the_order_of_the_epochs(run: RunFolder) -> None:
    assert read_pins(run) is None
    for epoch, named in ((10, (0, 1)), (9, (0, 2)), (START, (2, 2))):
        write_pins(run, epoch, frame(*named, heat=epoch + 1))
    film = film_of(run)
    assert (film.numbers, film.labels, film.epochs) == ((4, 2), (0, 1), (START, 9, 10))
    np.testing.assert_array_equal(film.named, [[2, 2], [0, 2], [0, 1]])
    np.testing.assert_array_equal(film.is_right, [[False, False], [True, False], [True, True]])
    assert film.heats is not None
    np.testing.assert_array_equal(film.heats[:, 1, 0, 0], [0, 10, 11])
    assert film.probabilities.shape == (3, 2, 3)


def test_a_new_epoch_appears_and_a_rewritten_one_is_read_again(run: RunFolder) -> None:
    write_pins(run, 0, frame(0, 0))
    assert film_of(run) is film_of(run), "read once"
    write_pins(run, 1, frame(0, 0))
    assert film_of(run).epochs == (0, 1)
    before = (run.pins / "0001.npz").stat().st_mtime_ns
    write_pins(run, 1, frame(1, 1))
    os.utime(run.pins / "0001.npz", ns=(before + 1, before + 1))
    assert film_of(run).named[1].tolist() == [1, 1]


def test_the_last_alone(run: RunFolder) -> None:
    assert last_pins(run) is None
    write_pins(run, 0, frame(0, 0))
    write_pins(run, 1, frame(1, 1))
    last = last_pins(run)
    assert last
    assert (last.epochs, last.named.tolist()) == ((1,), [[1, 1]])


def test_without_heat(run: RunFolder) -> None:
    write_pins(run, 0, frame(0, 0, heat=None))
    assert film_of(run).heats is None


@pytest.mark.parametrize(
    "content", [b"", b"PK\x03\x04 torn", b"no zip at all"], ids=["empty", "torn", "something else"]
)
def test_a_file_that_cannot_be_read_counts_as_not_there(run: RunFolder, content: bytes) -> None:
    write_pins(run, 0, frame(0, 0))
    write_pins(run, 1, frame(0, 0))
    (run.pins / "0001.npz").write_bytes(content)
    (run.pins / ".0002.npz.1234.tmp").write_bytes(content)
    assert film_of(run).epochs == (0,)
    (run.pins / "0000.npz").write_bytes(content)
    assert read_pins(run) is None


def test_arrays_that_are_missing_or_do_not_fit_count_as_not_there(run: RunFolder) -> None:
    whole = dict(vars(frame(0, 1)))
    write_pins(run, 0, frame(0, 1))
    broken = [
        {name: value for name, value in whole.items() if name != "labels"},
        whole | {"labels": np.array([0])},
        whole | {"labels": np.array([0, 3])},
        whole | {"heats": np.zeros((3, 5, 5), np.uint8)},
        whole | {"probabilities": np.zeros(2, np.float32)},
        whole | {"numbers": np.array(4)},
        whole | {"numbers": np.array([4, 3])},
        {name: value[:0] for name, value in whole.items()},
        whole | {"labels": np.array([None, None])},
    ]
    for epoch, arrays in enumerate(broken, 1):
        np.savez(run.pins / f"{epoch:04d}.npz", **arrays)
    assert film_of(run).epochs == (0,)


@pytest.mark.parametrize(
    ("rights", "since"),
    [("", None), ("0", None), ("1", 0), ("11", 0), ("01", 1), ("1011", 2), ("10", None), ("0110", None)],
)
def test_from_when_on_it_is_right(rights: str, since: int | None) -> None:
    assert right_since([sign == "1" for sign in rights]) == since
