from __future__ import annotations

import io
import json
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from core.datasets.importing.staging import is_staged, read_manifest, stage, unstage
from core.errors import DataError


def names(folder: Path) -> list[str]:
    return [line.name for line in read_manifest(folder)]


def test_files_get_names_of_our_own(tmp_path: Path) -> None:
    assert stage(tmp_path / "new", "updir/cat/0.png", b"abc") == 3
    assert stage(tmp_path / "new", "../../etc/passwd", io.BytesIO(b"12345")) == 5
    assert sorted(path.name for path in tmp_path.rglob("*")) == ["000000", "000001", "manifest.jsonl", "new"]
    lines = (tmp_path / "new" / "manifest.jsonl").read_text().splitlines()
    assert json.loads(lines[0]) == {"file": "000000", "name": "updir/cat/0.png"}
    assert names(tmp_path / "new") == ["updir/cat/0.png", "etc/passwd"]


def test_names_in_any_script_survive(tmp_path: Path) -> None:
    stage(tmp_path, "고양이/قطة 😺.jpg", b"")
    stage(tmp_path, "\udcff.jpg", b"")
    assert names(tmp_path) == ["고양이/قطة 😺.jpg", "unnamed.jpg"]


def test_a_torn_last_line_is_ignored_and_closed(tmp_path: Path) -> None:
    stage(tmp_path, "1.jpg", b"1")
    stage(tmp_path, "2.jpg", b"2")
    manifest = tmp_path / "manifest.jsonl"
    manifest.write_bytes(manifest.read_bytes()[:-5])
    assert names(tmp_path) == ["1.jpg"]
    stage(tmp_path, "3.jpg", b"3")
    assert names(tmp_path) == ["1.jpg", "3.jpg"]
    assert (tmp_path / read_manifest(tmp_path)[1].file).read_bytes() == b"3"


def test_a_file_without_a_line_is_not_written_over(tmp_path: Path) -> None:
    (tmp_path / "000000").write_bytes(b"of a process that was killed")
    stage(tmp_path, "1.jpg", b"1")
    assert read_manifest(tmp_path)[0].file == "000001"


def test_unstage_removes_all_of_a_name(tmp_path: Path) -> None:
    for name, content in [("a/1.jpg", b"123"), ("a/2.jpg", b"4"), ("a/1.jpg", b"56")]:
        stage(tmp_path, name, content)
    assert unstage(tmp_path, ["a/1.jpg", "never"]) == 5
    assert names(tmp_path) == ["a/2.jpg"]
    assert sorted(path.name for path in tmp_path.iterdir()) == ["000001", "manifest.jsonl"]


def test_unstage_of_nothing(tmp_path: Path) -> None:
    assert unstage(tmp_path / "missing", ["1.jpg"]) == 0


def test_a_content_that_breaks_off_leaves_nothing(tmp_path: Path) -> None:
    class Broken(io.BytesIO):
        def read(self, size: int | None = -1, /) -> bytes:
            raise OSError(28, "No space left on device")

    with pytest.raises(DataError, match=r"a/1\.jpg could not be kept \(No space left on device\)"):
        stage(tmp_path, "a/1.jpg", Broken())
    assert list(tmp_path.iterdir()) == []


def test_several_threads_stage_at_once(tmp_path: Path) -> None:
    with ThreadPoolExecutor(8) as pool:
        list(pool.map(lambda number: stage(tmp_path, f"{number}.jpg", str(number).encode()), range(200)))
    lines = read_manifest(tmp_path)
    assert len({line.file for line in lines}) == 200
    assert all(f"{(tmp_path / line.file).read_text()}.jpg" == line.name for line in lines)


def test_files_that_come_while_others_go_are_kept(tmp_path: Path) -> None:
    with ThreadPoolExecutor(4) as pool:
        for number in range(200):
            pool.submit(stage, tmp_path, f"{number}.jpg", b"")
            pool.submit(unstage, tmp_path, [f"{number // 2}.jpg"])
    unstage(tmp_path, [f"{number}.jpg" for number in range(100)])
    assert sorted(names(tmp_path)) == sorted(f"{number}.jpg" for number in range(100, 200))


def test_only_what_stage_wrote_is_staged(tmp_path: Path) -> None:
    assert not is_staged(tmp_path)
    for text in ['{"file": "cats/1.jpg", "name": "x"}\n', '{"file": 1, "name": "x"}\n', "[" * 4000, "no\n", "[]\n"]:
        (tmp_path / "manifest.jsonl").write_text(text)
        assert not is_staged(tmp_path)
    stage(tmp_path / "own", "1.jpg", b"")
    assert is_staged(tmp_path / "own")
    unstage(tmp_path / "own", ["1.jpg"])
    assert is_staged(tmp_path / "own")


def test_a_manifest_that_names_other_files_is_not_followed(tmp_path: Path) -> None:
    lines = [{"file": file, "name": "x"} for file in ("../../etc/passwd", "/etc/passwd", "00000a", 1, None, ["000000"])]
    (tmp_path / "manifest.jsonl").write_text("\n".join(map(json.dumps, lines)) + "\n7\nnull\n\n")
    assert read_manifest(tmp_path) == []
