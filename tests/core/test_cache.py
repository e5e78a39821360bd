import os
import time
from pathlib import Path

from core.cache import ABANDONED_AFTER, make_room


def write(folder, name, size, used):
    path = folder / name
    path.write_bytes(bytes(size))
    os.utime(path, (used, used))
    return path


def test_what_was_used_longest_ago_goes_first_and_the_new_file_stays(tmp_path):
    old, recent = write(tmp_path, "old", 10, 100), write(tmp_path, "recent", 10, 200)
    new = write(tmp_path, "new", 10, 50)
    make_room(tmp_path, 20, keep=new)
    assert [old.exists(), recent.exists(), new.exists()] == [False, True, True]


def test_nothing_goes_while_there_is_room(tmp_path):
    files = [write(tmp_path, str(number), 10, number) for number in range(3)]
    make_room(tmp_path, 30, keep=files[0])
    assert all(file.exists() for file in files)


def test_a_file_being_written_stays_and_one_left_by_a_dead_process_goes(tmp_path):
    now = time.time()
    abandoned = write(tmp_path, "a.tmp", 10, now - ABANDONED_AFTER - 1)
    written = write(tmp_path, "b.tmp", 10, now)
    make_room(tmp_path, 100, keep=tmp_path / "c")
    assert [abandoned.exists(), written.exists()] == [False, True]


def test_a_file_that_another_process_takes_away_meanwhile_does_no_harm(tmp_path, monkeypatch):
    """A half written file was renamed between two looks at it, and a check or a map ended there."""
    old, new = write(tmp_path, "old", 10, 100), write(tmp_path, "new", 10, 200)
    monkeypatch.setattr(Path, "iterdir", lambda _self: iter([tmp_path / ".gone.tmp", old, new]))
    monkeypatch.setattr(Path, "is_file", lambda _self: True)
    make_room(tmp_path, 10, keep=new)
    assert [old.exists(), new.exists()] == [False, True]
