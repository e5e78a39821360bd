from __future__ import annotations

import subprocess
import sys
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest

from core.datasets.one_at_a_time import one_at_a_time
from core.datasets.progress import silent
from core.home import PROJECT

INSIDE = """
import sys
from pathlib import Path
from core.datasets.one_at_a_time import one_at_a_time
with one_at_a_time(Path(sys.argv[1]), print):
    print("inside", flush=True)
    sys.stdin.read()
"""


@pytest.fixture
def other(tmp_path: Path) -> Iterator[subprocess.Popen[str]]:
    """Another process that is inside."""
    command = [sys.executable, "-c", INSIDE, str(tmp_path / "lock")]
    with subprocess.Popen(command, cwd=PROJECT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout
        assert process.stdout.readline() == "inside\n"
        yield process
        process.kill()


@pytest.mark.parametrize("dies", [False, True])
def test_who_comes_second_says_so_and_waits_until_the_first_is_out(
    other: subprocess.Popen[str], tmp_path: Path, dies: bool
) -> None:
    told: list[tuple[float, str]] = []

    def first_may_go(fraction: float, text: str) -> None:
        assert other.poll() is None
        told.append((fraction, text))
        assert other.stdin
        if dies:
            other.kill()
        else:
            other.stdin.close()

    with one_at_a_time(tmp_path / "lock", first_may_go):
        assert other.wait(20) == (-9 if dies else 0)
    assert told[0] == (0.0, "Another import of this set is running")


def test_threads_wait_for_each_other_too(tmp_path: Path) -> None:
    waits = threading.Event()
    order: list[str] = []

    def second() -> None:
        with one_at_a_time(tmp_path / "lock", lambda *_progress: waits.set()):
            order.append("second")

    thread = threading.Thread(target=second)
    with one_at_a_time(tmp_path / "lock", silent):
        thread.start()
        assert waits.wait(20)
        order.append("first")
    thread.join(20)
    assert order == ["first", "second"]


def test_an_error_inside_lets_the_next_one_in(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match="inside"), one_at_a_time(tmp_path / "lock", silent):
        raise ValueError("inside")
    told: list[str] = []
    with one_at_a_time(tmp_path / "lock", lambda _fraction, text: told.append(text)):
        assert told == []
