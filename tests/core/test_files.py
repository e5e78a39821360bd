import json

import pytest

from core.files import free_bytes, status, write_atomically, write_json


def test_a_file_is_replaced_whole(tmp_path):
    path = tmp_path / "file"
    path.write_bytes(b"old, and longer")
    write_atomically(path, lambda file: file.write(b"new"))
    assert path.read_bytes() == b"new"
    assert list(tmp_path.iterdir()) == [path]


def test_what_is_written_is_not_there_until_it_is_whole(tmp_path):
    path = tmp_path / "file"
    path.write_bytes(b"old")
    seen = []

    def write(file):
        file.write(b"ne")
        file.flush()
        seen.append(path.read_bytes())
        file.write(b"w")

    write_atomically(path, write)
    assert seen == [b"old"]
    assert path.read_bytes() == b"new"


@pytest.mark.parametrize("error", [OSError("no space left on device"), KeyboardInterrupt()])
def test_a_writer_that_fails_leaves_the_old_file_and_no_other(tmp_path, error):
    path = tmp_path / "file"
    path.write_bytes(b"old")

    def write(file):
        file.write(b"half of the new o")
        raise error

    with pytest.raises(type(error)):
        write_atomically(path, write)
    assert path.read_bytes() == b"old"
    assert list(tmp_path.iterdir()) == [path]


def test_json_keeps_letters_and_what_is_no_json_leaves_the_old_file(tmp_path):
    path = tmp_path / "file.json"
    write_json(path, {"name": "Größe 한"})
    assert "Größe 한".encode() in path.read_bytes()
    with pytest.raises(TypeError):
        write_json(path, {"name": object()})
    assert json.loads(path.read_bytes()) == {"name": "Größe 한"}
    assert list(tmp_path.iterdir()) == [path]


def test_what_is_not_there_has_no_status_and_a_disk_all_the_same(tmp_path):
    assert status(tmp_path / "gone") is None
    (tmp_path / "file").write_bytes(b"1234")
    found = status(tmp_path / "file")
    assert found
    assert found.st_size == 4
    assert free_bytes(tmp_path / "not" / "yet" / "there") > 0
