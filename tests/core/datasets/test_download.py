from __future__ import annotations

import dataclasses
import hashlib
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from core.datasets import download
from core.datasets.download import fetch
from core.datasets.limits import LIMITS
from core.errors import DataError

if TYPE_CHECKING:
    from tests.core.datasets.conftest import Server

BODY = bytes(range(256)) * 2000  # 512,000 bytes: two chunks


def test_a_file_arrives_whole_and_is_not_asked_for_again(server: Server, tmp_path: Path) -> None:
    server.files["/a"] = BODY
    told: list[tuple[float, str]] = []
    target = fetch(server.url + "a", tmp_path / "new" / "a", None, lambda *progress: told.append(progress))
    assert target.read_bytes() == BODY
    assert told[-1] == (1.0, "0.5 of 0.5 MB")
    assert [path.name for path in target.parent.iterdir()] == ["a"]
    fetch(server.url + "a", target)
    assert len(server.asked) == 1


def test_a_broken_download_goes_on_where_it_stopped(server: Server, tmp_path: Path) -> None:
    server.files["/a"], server.break_after = BODY, 300_000
    with pytest.raises(DataError, match="could not be downloaded"):
        fetch(server.url + "a", tmp_path / "a")
    assert not (tmp_path / "a").exists()
    received = (tmp_path / "a.part").stat().st_size
    assert 0 < received <= 300_000

    server.break_after = None
    sha256 = hashlib.sha256(BODY).hexdigest()
    assert fetch(server.url + "a", tmp_path / "a", sha256).read_bytes() == BODY
    assert server.asked == [("/a", None), ("/a", f"bytes={received}-")]


def test_a_server_without_ranges_sends_all_again(server: Server, tmp_path: Path) -> None:
    server.files["/a"], server.knows_ranges = BODY, False
    (tmp_path / "a.part").write_bytes(b"old")
    assert fetch(server.url + "a", tmp_path / "a").read_bytes() == BODY


def test_a_part_as_long_as_the_file_is_not_trusted(server: Server, tmp_path: Path) -> None:
    server.files["/a"] = BODY
    (tmp_path / "a.part").write_bytes(b"x" * len(BODY))
    assert fetch(server.url + "a", tmp_path / "a").read_bytes() == BODY


def test_another_file_than_expected_is_thrown_away(server: Server, tmp_path: Path) -> None:
    server.files["/a"] = BODY
    with pytest.raises(DataError, match="another file than expected"):
        fetch(server.url + "a", tmp_path / "a", "0" * 64)
    assert list(tmp_path.iterdir()) == []


def test_an_md5_sum_is_held_too(server: Server, tmp_path: Path) -> None:
    server.files["/a"] = BODY
    with pytest.raises(DataError, match=r"another file than expected \(MD5 [0-9a-f]{32}\)"):
        fetch(server.url + "a", tmp_path / "a", md5="0" * 32)
    assert list(tmp_path.iterdir()) == []
    assert fetch(server.url + "a", tmp_path / "a", md5=hashlib.md5(BODY).hexdigest()).read_bytes() == BODY


def test_a_file_of_the_announced_size_is_kept(server: Server, tmp_path: Path) -> None:
    server.files["/a"] = BODY
    assert fetch(server.url + "a", tmp_path / "a", size=len(BODY)).read_bytes() == BODY


@pytest.mark.parametrize("body", [BODY[:-1], BODY + b"x", b"<html>Log in first</html>", b""])
def test_a_file_of_another_size_is_thrown_away(server: Server, tmp_path: Path, body: bytes) -> None:
    server.files["/a"] = body
    with pytest.raises(DataError, match=f"Expected 512,000 bytes from .*/a, got {len(body):,}. It was thrown away"):
        fetch(server.url + "a", tmp_path / "a", size=len(BODY))
    assert list(tmp_path.iterdir()) == []


def test_a_broken_download_is_not_judged_by_its_size(server: Server, tmp_path: Path) -> None:
    """What has arrived is kept for the next attempt: only a whole file can have the wrong size."""
    server.files["/a"], server.break_after = BODY, 300_000
    with pytest.raises(DataError, match="could not be downloaded"):
        fetch(server.url + "a", tmp_path / "a", size=len(BODY))
    server.break_after = None
    assert fetch(server.url + "a", tmp_path / "a", size=len(BODY)).read_bytes() == BODY
    assert server.asked[1][1] is not None


def test_a_missing_file_is_named(server: Server, tmp_path: Path) -> None:
    with pytest.raises(DataError, match=r"/gone could not be downloaded .*404"):
        fetch(server.url + "gone", tmp_path / "a")


def test_no_server_is_a_plain_error(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("no_proxy", "127.0.0.1")
    with pytest.raises(DataError, match="could not be downloaded"):
        fetch("http://127.0.0.1:9/a", tmp_path / "a")  # port 9, discard: nobody listens


def test_a_file_without_end_is_refused(server: Server, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(download, "LIMITS", dataclasses.replace(LIMITS, download_bytes=1000))
    server.files["/a"] = BODY
    with pytest.raises(DataError, match="It is not downloaded"):
        fetch(server.url + "a", tmp_path / "a")
