from __future__ import annotations

import dataclasses
import gzip
import io
import os
import stat
import struct
import tarfile
import zipfile
import zlib
from collections.abc import Callable, Mapping
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image

from core.datasets.importing import archives as archives_module
from core.datasets.importing import sources as sources_module
from core.datasets.importing.layout import arrange
from core.datasets.importing.sources import (
    Entry,
    FolderSource,
    Source,
    StagedSource,
    ZipSource,
    open_source,
    stage,
    unpack_tar,
)
from core.datasets.limits import LIMITS
from core.errors import DataError

Limit = Callable[..., None]
Members = Mapping[Any, bytes]  # name or ZipInfo → content


@pytest.fixture
def limit(monkeypatch: pytest.MonkeyPatch) -> Limit:
    def lowered(**changes: int) -> None:
        for module in (archives_module, sources_module):
            monkeypatch.setattr(module, "LIMITS", dataclasses.replace(LIMITS, **changes))

    return lowered


def written(folder: Path, **files: bytes) -> Path:
    for name, content in files.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content)
    return folder


def zipped(path: Path, members: Members, method: int = zipfile.ZIP_DEFLATED) -> Path:
    with zipfile.ZipFile(path, "w", method) as archive:
        for name, content in members.items():
            archive.writestr(name, content, method)
    return path


def tarred(path: Path, *members: tuple[tarfile.TarInfo, bytes]) -> Path:
    with tarfile.open(path, "w:gz") as archive:
        for info, content in members:
            archive.addfile(info, io.BytesIO(content))
    return path


def forged(path: Path, size: int, checksum: int) -> Path:
    """The first member says so of itself in the table of contents."""
    data = bytearray(path.read_bytes())
    record = data.index(b"PK\x01\x02")
    struct.pack_into("<I", data, record + 16, checksum)
    struct.pack_into("<I", data, record + 24, size)
    path.write_bytes(data)
    return path


def regular(name: str, content: bytes) -> tuple[tarfile.TarInfo, bytes]:
    info = tarfile.TarInfo(name)
    info.size = len(content)
    return info, content


def names(source: Source) -> list[str]:
    return [entry.name for entry in source.entries]


def left_out(source: Source) -> dict[str, str]:
    return {refusal.name: refusal.reason for refusal in source.refused}


def contents(source: Source) -> dict[str, bytes]:
    return {entry.name: source.read(entry) for entry in source.entries}


class TestFolder:
    def test_files_at_any_depth(self, tmp_path: Path) -> None:
        folder = written(tmp_path / "animals.v2", **{"cats/b.jpg": b"12", "cats/a.jpg": b"3", "dogs/x/y/z.png": b""})
        with open_source(folder) as source:
            assert isinstance(source, FolderSource)
            assert source.title == "animals.v2"
            assert contents(source) == {"cats/a.jpg": b"3", "cats/b.jpg": b"12", "dogs/x/y/z.png": b""}
            assert [entry.size for entry in source.entries] == [1, 2, 0]

    def test_junk_vanishes(self, tmp_path: Path) -> None:
        junk = dict.fromkeys((".DS_Store", "cats/Thumbs.db", "cats/._1.jpg", "__MACOSX/1.jpg", ".git/x/y"), b"")
        source = FolderSource(written(tmp_path, **junk, **{"cats/1.jpg": b"1"}))
        assert (names(source), source.refused) == (["cats/1.jpg"], [])

    def test_links_and_pipes_are_rows(self, tmp_path: Path) -> None:
        (tmp_path / "link.jpg").symlink_to("/etc/passwd")
        (tmp_path / "loop").symlink_to(tmp_path)
        os.mkfifo(tmp_path / "pipe.jpg")
        source = FolderSource(written(tmp_path, **{"1.jpg": b"1"}))
        assert names(source) == ["1.jpg"]
        assert list(left_out(source)) == ["link.jpg", "loop", "pipe.jpg"]
        assert "link" in left_out(source)["loop"]
        assert "no ordinary file" in left_out(source)["pipe.jpg"]

    def test_a_large_file_is_a_row(self, tmp_path: Path, limit: Limit) -> None:
        limit(photo_bytes=3)
        source = FolderSource(written(tmp_path, **{"1.jpg": b"123", "2.jpg": b"1234"}))
        assert names(source) == ["1.jpg"]
        assert "larger than" in left_out(source)["2.jpg"]

    def test_too_many_files(self, tmp_path: Path, limit: Limit) -> None:
        limit(pictures=2)
        with pytest.raises(DataError, match="at most 2 files"):
            FolderSource(written(tmp_path, **{"1.jpg": b"", "2.jpg": b"", "3.jpg": b""}))

    def test_a_folder_that_cannot_be_listed_is_a_row(self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        def scandir(path: str) -> object:
            if path.endswith("closed"):
                raise PermissionError(13, "Permission denied")
            return real(path)

        real = os.scandir
        (tmp_path / "closed").mkdir()
        monkeypatch.setattr(os, "scandir", scandir)
        source = FolderSource(written(tmp_path, **{"1.jpg": b"1"}))
        assert names(source) == ["1.jpg"]
        assert left_out(source) == {"closed": "This cannot be read (Permission denied)."}

    @pytest.mark.parametrize("after", [b"", b"12345"])
    def test_a_file_that_changes_after_the_look(self, tmp_path: Path, after: bytes) -> None:
        source = FolderSource(written(tmp_path, **{"1.jpg": b"123"}))
        (tmp_path / "1.jpg").write_bytes(after)
        with pytest.raises(DataError, match="changed while it was read"):
            source.read(source.entries[0])

    def test_a_file_that_is_gone(self, tmp_path: Path) -> None:
        source = FolderSource(written(tmp_path, **{"1.jpg": b"123"}))
        (tmp_path / "1.jpg").unlink()
        with pytest.raises(DataError, match="cannot be read"):
            source.read(source.entries[0])

    def test_a_name_that_is_no_utf8(self, tmp_path: Path) -> None:
        Path(os.fsdecode(bytes(tmp_path) + b"/\xff1.jpg")).write_bytes(b"7")
        assert contents(FolderSource(tmp_path)) == {"1.jpg": b"7"}

    def test_folders_nested_without_end(self, tmp_path: Path) -> None:
        deepest = tmp_path / "/".join("a" * 1500)  # more levels than Python allows calls
        folders = [deepest, *deepest.parents[: 1500 - 1]]
        try:
            for folder in reversed(folders):
                folder.mkdir()
            (deepest / "1.jpg").write_bytes(b"1")
            source = FolderSource(tmp_path)
            assert len(source.entries) == 1
            assert len(source.entries[0].name) <= LIMITS.file_name
        finally:  # pytest cannot remove such a tree: its clean-up would fail in later runs
            (deepest / "1.jpg").unlink(missing_ok=True)
            for folder in folders:
                folder.rmdir()


class TestStaged:
    def test_files_come_back_under_the_names_they_came_with(self, tmp_path: Path) -> None:
        for name, content in [("updir/dog/0.png", b"dog"), ("updir/cat/0.png", b"cat"), ("updir/.DS_Store", b"x")]:
            stage(tmp_path, name, content)
        with open_source(tmp_path) as source:
            assert isinstance(source, StagedSource)
            assert source.title == "updir"
            assert contents(source) == {"updir/cat/0.png": b"cat", "updir/dog/0.png": b"dog"}
            assert [entry.place for entry in source.entries] == [1, 0]

    def test_the_folder_is_the_title_where_files_share_none(self, tmp_path: Path) -> None:
        stage(tmp_path / "inbox", "cat/1.png", b"")
        stage(tmp_path / "inbox", "2.png", b"")
        assert StagedSource(tmp_path / "inbox").title == "inbox"

    def test_nothing_staged_yet(self, tmp_path: Path) -> None:
        assert StagedSource(tmp_path / "missing").entries == []

    def test_a_file_that_is_gone_is_a_row(self, tmp_path: Path) -> None:
        stage(tmp_path, "1.jpg", b"1")
        (tmp_path / "000000").unlink()
        assert list(left_out(StagedSource(tmp_path))) == ["1.jpg"]

    def test_a_link_in_place_of_a_file_is_not_read(self, tmp_path: Path) -> None:
        stage(tmp_path, "1.jpg", b"1")
        (tmp_path / "secret").write_bytes(b"secret")
        (tmp_path / "000000").unlink()
        (tmp_path / "000000").symlink_to(tmp_path / "secret")
        source = StagedSource(tmp_path)
        with pytest.raises(DataError):
            source.read(source.entries[0])


class TestZip:
    def test_members_are_read(self, tmp_path: Path) -> None:
        with open_source(zipped(tmp_path / "my animals.ZIP", {"a/2.jpg": b"22", "a/": b"", "a/1.jpg": b"1"})) as source:
            assert isinstance(source, ZipSource)
            assert source.title == "my animals"
            assert [(entry.name, entry.size) for entry in source.entries] == [("a/1.jpg", 1), ("a/2.jpg", 2)]
            assert contents(source) == {"a/1.jpg": b"1", "a/2.jpg": b"22"}
            assert source.refused == []

    def test_the_name_of_the_file_does_not_matter(self, tmp_path: Path) -> None:
        with open_source(zipped(tmp_path / "upload", {"a/1.jpg": b"1"})) as source:
            assert names(source) == ["a/1.jpg"]

    def test_a_zip_made_on_a_mac(self, tmp_path: Path) -> None:
        """It adds a shadow to each file, and writes UTF-8, decomposed, without the flag that says so."""
        raw = "cafe\u0301"
        path = zipped(
            tmp_path / "a.zip", {f"{raw}/1.jpg": b"1", f"__MACOSX/{raw}/._1.jpg": b"", f"{raw}/.DS_Store": b""}
        )
        data = path.read_bytes()
        unflagged = data.replace(b"PK\x03\x04\x14\0\0\x08", b"PK\x03\x04\x14\0\0\0")
        path.write_bytes(unflagged.replace(b"PK\x01\x02\x14\x03\x14\0\0\x08", b"PK\x01\x02\x14\x03\x14\0\0\0"))
        with ZipSource(path) as source:
            assert source._infos[0].flag_bits == 0
            assert contents(source) == {"caf\u00e9/1.jpg": b"1"}

    def test_a_zip_made_on_windows(self, tmp_path: Path) -> None:
        members: Members = {"cats\\": b"", "cats\\1.jpg": b"1", "C:\\dogs\\2.jpg": b"2"}
        with ZipSource(zipped(tmp_path / "a.zip", members)) as source:
            assert contents(source) == {"cats/1.jpg": b"1", "C:/dogs/2.jpg": b"2"}

    def test_names_in_an_old_code_page(self, tmp_path: Path) -> None:
        path = zipped(tmp_path / "a.zip", {"fXtes/1.jpg": b"1"})
        path.write_bytes(path.read_bytes().replace(b"fXtes", b"f\x88tes"))  # ê in code page 437
        with ZipSource(path) as source:
            assert contents(source) == {"fêtes/1.jpg": b"1"}

    def test_no_name_leads_anywhere(self, tmp_path: Path) -> None:
        hostile = ["../../1.jpg", "/etc/2.jpg", "a\\..\\..\\3.jpg", "C:\\4.jpg", "a/\x1b[31m5.jpg"]
        path = zipped(tmp_path / "a.zip", {name: name.encode() for name in hostile})
        with ZipSource(path) as source:
            assert names(source) == ["1.jpg", "C:/4.jpg", "a/3.jpg", "a/[31m5.jpg", "etc/2.jpg"]
            assert set(contents(source).values()) == {name.encode() for name in hostile}
        assert list(tmp_path.rglob("*")) == [path]

    def test_the_same_name_twice(self, tmp_path: Path) -> None:
        with pytest.warns(UserWarning, match="Duplicate"), zipfile.ZipFile(tmp_path / "a.zip", "w") as archive:
            archive.writestr("a/1.jpg", b"1")
            archive.writestr("a/1.jpg", b"2")
        with ZipSource(tmp_path / "a.zip") as source:
            assert [source.read(entry) for entry in source.entries] == [b"1", b"2"]

    def test_what_is_not_read_is_a_row(self, tmp_path: Path) -> None:
        link = zipfile.ZipInfo("link.jpg")
        link.external_attr = (stat.S_IFLNK | 0o777) << 16
        path = zipped(tmp_path / "a.zip", {link: b"/etc/passwd", "more.ZIP": b"PK", "1.jpg": b"1"})
        with zipfile.ZipFile(path, "a") as archive:
            archive.writestr("lzma.jpg", b"1", zipfile.ZIP_LZMA)
            archive.writestr("bzip2.jpg", b"1", zipfile.ZIP_BZIP2)
        with ZipSource(path) as source:
            assert names(source) == ["1.jpg"]
            assert list(left_out(source)) == ["bzip2.jpg", "link.jpg", "lzma.jpg", "more.ZIP"]
            assert "is a link" in left_out(source)["link.jpg"]
            assert "archive inside an archive" in left_out(source)["more.ZIP"]
            assert "ordinary .zip" in left_out(source)["lzma.jpg"]

    @pytest.mark.parametrize("flag", [0x01, 0x41])
    def test_an_encrypted_member_is_a_row(self, tmp_path: Path, flag: int) -> None:
        path = zipped(tmp_path / "a.zip", {"1.jpg": b"1"})
        data = bytearray(path.read_bytes())
        data[data.index(b"PK\x01\x02") + 8] |= flag
        path.write_bytes(data)
        with ZipSource(path) as source:
            assert left_out(source) == {"1.jpg": "This is encrypted. Pack it again without a password."}

    def test_a_large_member_is_a_row(self, tmp_path: Path, limit: Limit) -> None:
        limit(photo_bytes=3)
        with ZipSource(zipped(tmp_path / "a.zip", {"1.jpg": b"123", "2.jpg": b"1234"})) as source:
            assert (names(source), list(left_out(source))) == (["1.jpg"], ["2.jpg"])

    def test_a_bad_checksum_is_the_members_own_trouble(self, tmp_path: Path) -> None:
        path = zipped(tmp_path / "a.zip", {"1.jpg": b"first", "2.jpg": b"second"}, zipfile.ZIP_STORED)
        path.write_bytes(path.read_bytes().replace(b"first", b"worst"))
        with ZipSource(path) as source:
            with pytest.raises(DataError, match=r"damaged inside the \.zip \(Bad CRC-32"):
                source.read(source.entries[0])
            assert source.read(source.entries[1]) == b"second"

    @pytest.mark.parametrize("method", [zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED])
    @pytest.mark.parametrize("announced", [0, 3, 9, 2**26])
    def test_a_forged_size_is_found_out(self, tmp_path: Path, method: int, announced: int) -> None:
        path = forged(zipped(tmp_path / "a.zip", {"1.jpg": b"12345"}, method), announced, zlib.crc32(b"12345"))
        with pytest.raises(DataError, match=r"damaged|100 times"), ZipSource(path) as source:
            source.read(source.entries[0])

    @pytest.mark.parametrize("method", [zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED])
    def test_a_member_never_gives_more_than_it_announced(self, tmp_path: Path, method: int) -> None:
        """Its checksum is forged as well, so that nothing else is wrong with it."""
        path = forged(zipped(tmp_path / "a.zip", {"1.jpg": b"12345"}, method), 3, zlib.crc32(b"123"))
        with ZipSource(path) as source:
            assert source.read(source.entries[0]) == b"123"

    def test_a_flat_bomb(self, tmp_path: Path) -> None:
        path = zipped(tmp_path / "a.zip", {f"{number}.bmp": bytes(30_000_000) for number in range(3)})
        with pytest.raises(DataError, match="more than 100 times its size"):
            ZipSource(path)

    def test_a_harmless_high_ratio(self, tmp_path: Path) -> None:
        with ZipSource(zipped(tmp_path / "a.zip", {"a.bmp": bytes(3_000_000)})) as source:
            assert source.read(source.entries[0]) == bytes(3_000_000)

    def test_a_bomb_of_members_that_share_their_bytes(self, tmp_path: Path) -> None:
        path = tmp_path / "a.zip"
        with zipfile.ZipFile(path, "w") as archive:
            archive.writestr("0.jpg", os.urandom(1_000_000))
            info = archive.infolist()[0]
            archive.filelist.extend([info] * 200)
        with pytest.raises(DataError, match="more than 100 times its size"):
            ZipSource(path)

    def test_too_many_bytes(self, tmp_path: Path, limit: Limit) -> None:
        limit(zip_bytes=4)
        with pytest.raises(DataError, match="at most 0 GB"):
            ZipSource(zipped(tmp_path / "a.zip", {"1.jpg": b"123", "2.jpg": b"45"}))

    def test_too_many_files(self, tmp_path: Path, limit: Limit) -> None:
        limit(pictures=2)
        with pytest.raises(DataError, match="at most 2 files"):
            ZipSource(zipped(tmp_path / "a.zip", {"1.jpg": b"", "2.jpg": b"", "3.jpg": b""}))

    @pytest.mark.parametrize("damage", ["no zip", "empty", "truncated", "only the end", "no directory"])
    def test_a_damaged_zip(self, tmp_path: Path, damage: str) -> None:
        path = zipped(tmp_path / "a.zip", {"1.jpg": os.urandom(1000)})
        data = path.read_bytes()
        damaged = {
            "no zip": b"GIF89a" * 20,
            "empty": b"",
            "truncated": data[:-30],
            "only the end": data[-22:],
            "no directory": data.replace(b"PK\x01\x02", b"PK\x09\x09"),
        }
        path.write_bytes(damaged[damage])
        with pytest.raises(DataError, match="damaged or incomplete"):
            open_source(path)

    def test_a_message_stays_short(self, tmp_path: Path) -> None:
        """zipfile repeats the name, of up to 65,535 characters, where it stands differently in two places."""
        path = zipped(tmp_path / "a.zip", {"x" * 60_000: b"1"})
        path.write_bytes(path.read_bytes().replace(b"xx", b"yx", 1))
        with ZipSource(path) as source, pytest.raises(DataError) as caught:
            source.read(source.entries[0])
        assert len(str(caught.value)) < 500

    def test_an_empty_zip_has_no_files(self, tmp_path: Path) -> None:
        with ZipSource(zipped(tmp_path / "a.zip", {})) as source, pytest.raises(DataError, match="no file"):
            arrange(source.entries)

    def test_several_threads_read_at_once(self, tmp_path: Path) -> None:
        expected = {f"{number:03}.jpg": os.urandom(number * 100) for number in range(200)}
        path = zipped(tmp_path / "a.zip", {**expected})
        with ZipSource(path) as source, ThreadPoolExecutor(8) as pool:
            for _round in range(5):
                assert list(pool.map(source.read, source.entries)) == list(expected.values())

    def test_the_file_is_closed(self, tmp_path: Path) -> None:
        with ZipSource(zipped(tmp_path / "a.zip", {"1.jpg": b"1"})) as source:
            pass
        with pytest.raises(DataError, match="closed"):
            source.read(source.entries[0])


class TestTar:
    def test_files_are_staged(self, tmp_path: Path) -> None:
        path = tarred(tmp_path / "a.tgz", *[regular(f"flowers/daisy/{n}.jpg", b"%d" % n * 600) for n in range(3)])
        told: list[float] = []
        assert unpack_tar(path, tmp_path / "out", lambda done, _text: told.append(done)) == ()
        source = StagedSource(tmp_path / "out")
        assert source.title == "flowers"
        assert contents(source) == {f"flowers/daisy/{n}.jpg": b"%d" % n * 600 for n in range(3)}
        assert len(told) == 3 and all(0 <= done <= 1 for done in told)

    def test_links_devices_and_junk_stay_out(self, tmp_path: Path) -> None:
        odd = []
        for name, kind in [("link", tarfile.SYMTYPE), ("hard", tarfile.LNKTYPE), ("null", tarfile.CHRTYPE)]:
            info = tarfile.TarInfo(name)
            info.type, info.linkname = kind, "/etc/passwd"
            odd.append((info, b""))
        folder = tarfile.TarInfo("a")
        folder.type = tarfile.DIRTYPE
        path = tarred(tmp_path / "a.tgz", *odd, (folder, b""), regular("../../a/1.jpg", b"1"), regular("._1.jpg", b""))
        refused = unpack_tar(path, tmp_path / "out")
        assert [refusal.name for refusal in refused] == ["link", "hard", "null"]
        assert contents(StagedSource(tmp_path / "out")) == {"a/1.jpg": b"1"}

    def test_a_large_file_is_a_row(self, tmp_path: Path, limit: Limit) -> None:
        limit(photo_bytes=3)
        path = tarred(tmp_path / "a.tgz", regular("1.jpg", b"1234"), regular("2.jpg", b"123"))
        assert [refusal.name for refusal in unpack_tar(path, tmp_path / "out")] == ["1.jpg"]
        assert names(StagedSource(tmp_path / "out")) == ["2.jpg"]

    def test_a_bomb(self, tmp_path: Path) -> None:
        path = tarred(tmp_path / "a.tgz", *[regular(f"{n}.bmp", bytes(30_000_000)) for n in range(3)])
        with pytest.raises(DataError, match="100 times its size"):
            unpack_tar(path, tmp_path / "out")

    def test_a_header_bomb(self, tmp_path: Path) -> None:
        """A name of 50 MB; tarfile would read it whole."""
        with tarfile.open(tmp_path / "a.tgz", "w:gz", format=tarfile.GNU_FORMAT) as archive:
            archive.addfile(tarfile.TarInfo("a" * 50_000_000))
        with pytest.raises(DataError, match="no end"):
            unpack_tar(tmp_path / "a.tgz", tmp_path / "out")

    @pytest.mark.parametrize(
        ("kind", "text"), [(tarfile.REGTYPE, "below zero"), (b"Z", "below zero"), (tarfile.GNUTYPE_LONGNAME, "no end")]
    )
    def test_a_negative_size(self, tmp_path: Path, kind: bytes, text: str) -> None:
        """It would send tarfile back to where it came from, again and again, or have it read all there is."""
        info = tarfile.TarInfo("1.jpg")
        info.size, info.type = -512, kind
        (tmp_path / "a.tgz").write_bytes(gzip.compress(info.tobuf(tarfile.GNU_FORMAT) + bytes(1024)))
        with pytest.raises(DataError, match=text):
            unpack_tar(tmp_path / "a.tgz", tmp_path / "out")
        assert not (tmp_path / "out").exists()

    def test_a_sparse_file_is_a_row(self, tmp_path: Path) -> None:
        """It announces any number of bytes that the archive does not hold."""
        info = tarfile.TarInfo("1.jpg")
        info.type = tarfile.GNUTYPE_SPARSE
        (tmp_path / "a.tgz").write_bytes(gzip.compress(info.tobuf(tarfile.GNU_FORMAT) + bytes(1024)))
        assert [refusal.name for refusal in unpack_tar(tmp_path / "a.tgz", tmp_path / "out")] == ["1.jpg"]

    def test_too_many_files(self, tmp_path: Path, limit: Limit) -> None:
        limit(pictures=1)
        with pytest.raises(DataError, match="at most 1 files"):
            unpack_tar(tarred(tmp_path / "a.tgz", *[regular("1.jpg", b"")] * 3), tmp_path / "out")

    @pytest.mark.parametrize("share", [0.0, 0.1, 0.5, 0.9, 0.999])
    def test_a_truncated_tar(self, tmp_path: Path, share: float) -> None:
        path = tarred(tmp_path / "a.tgz", *[regular(f"{n}.jpg", os.urandom(1000)) for n in range(20)])
        path.write_bytes(path.read_bytes()[: int(path.stat().st_size * share)])
        with pytest.raises(DataError, match="damaged or incomplete"):
            unpack_tar(path, tmp_path / "out")


@pytest.mark.parametrize("name", ["a.rar", "a.tar", "a.jpg"])
def test_anything_else_is_no_source(tmp_path: Path, name: str) -> None:
    (tmp_path / name).write_bytes(b"Rar!\x1a\x07")
    with pytest.raises(DataError, match=f"Expected a folder or a .zip of pictures, got {name}"):
        open_source(tmp_path / name)


def test_nothing_there(tmp_path: Path) -> None:
    with pytest.raises(DataError, match="is not there"):
        open_source(tmp_path / "none.zip")


def test_a_table_of_contents_that_is_too_large(tmp_path: Path) -> None:
    """zipfile would ask for 3 GB in one piece; the file has holes, so that it takes no room on the disk."""
    path = tmp_path / "a.zip"
    with path.open("wb") as file:
        file.seek(3_000_000_000)
        file.write(struct.pack("<4s4H2LH", b"PK\x05\x06", 0, 0, 1, 1, 3_000_000_000, 0, 0))
    with pytest.raises(DataError, match=r"at most 64 MB in this \.zip, got 3,000 MB"):
        ZipSource(path)


def test_the_limit_of_a_table_of_contents_does_not_hold_for_pictures(tmp_path: Path, limit: Limit) -> None:
    limit(zip_directory=1000)
    with ZipSource(zipped(tmp_path / "a.zip", {"1.jpg": SEED}, zipfile.ZIP_STORED)) as source:
        assert source.read(source.entries[0]) == SEED


def test_a_table_of_contents_with_too_many_records_is_not_parsed(tmp_path: Path, limit: Limit) -> None:
    limit(pictures=10)
    path = zipped(tmp_path / "a.zip", {f"__MACOSX/{number}": b"" for number in range(21)})
    with pytest.raises(DataError, match="at most 10 files"):
        ZipSource(path)
    with ZipSource(zipped(tmp_path / "b.zip", {f"__MACOSX/{number}": b"" for number in range(20)})) as source:
        assert source.entries == []


def seed_zip() -> bytes:
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w") as archive:
        for number, method in enumerate([zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED] * 3):
            photo = io.BytesIO()
            pixels = np.random.default_rng(number).integers(0, 256, (8, 8, 3), dtype=np.uint8)
            Image.fromarray(pixels).save(photo, ["JPEG", "PNG", "WEBP"][number % 3])
            archive.writestr(f"set/{'cats' if number % 2 else '개'}/{number}.jpg", photo.getvalue(), method)
    return file.getvalue()


SEED = seed_zip()
_CENTRE = SEED.index(b"PK\x01\x02")
PLACES = st.one_of(st.integers(0, len(SEED) - 1), st.integers(_CENTRE, len(SEED) - 1), st.integers(0, 60))


def check(data: bytes, path: Path) -> None:
    """Whatever is in the file, there is a source or a plain message, and each file gives its bytes or one."""
    path.write_bytes(data)
    try:
        source = ZipSource(path)
    except DataError as error:
        assert str(error).isprintable() and len(str(error)) < 1000
        return
    with source:
        for entry in source.entries:
            assert isinstance(entry, Entry) and len(entry.name) <= LIMITS.file_name
            try:
                assert len(source.read(entry)) == entry.size
            except DataError as error:
                assert str(error).isprintable()


@settings(deadline=None, max_examples=200, derandomize=True)
@given(st.lists(st.tuples(PLACES, st.one_of(st.integers(0, 255), st.sampled_from([0, 1, 127, 255]))), max_size=6))
def test_any_changed_bytes(tmp_path_factory: pytest.TempPathFactory, changes: list[tuple[int, int]]) -> None:
    data = bytearray(SEED)
    for place, value in changes:
        data[place] = value
    check(bytes(data), tmp_path_factory.getbasetemp() / "changed.zip")


@settings(deadline=None, max_examples=100, derandomize=True)
@given(PLACES, st.integers(0, 300), st.binary(max_size=40))
def test_any_piece_cut_out_and_replaced(
    tmp_path_factory: pytest.TempPathFactory, start: int, length: int, piece: bytes
) -> None:
    check(SEED[:start] + piece + SEED[start + length :], tmp_path_factory.getbasetemp() / "cut.zip")


@settings(deadline=None, max_examples=100, derandomize=True)
@given(st.binary(max_size=300))
def test_any_bytes_that_end_like_a_zip(tmp_path_factory: pytest.TempPathFactory, data: bytes) -> None:
    check(data + SEED[-22:], tmp_path_factory.getbasetemp() / "any.zip")


@settings(deadline=None, max_examples=150, derandomize=True)
@given(st.integers(0, 3 * 1024), st.binary(min_size=1, max_size=12))
def test_any_changed_bytes_in_a_tar(tmp_path_factory: pytest.TempPathFactory, place: int, piece: bytes) -> None:
    folder = tmp_path_factory.mktemp("tar")
    plain = io.BytesIO()
    with tarfile.open(fileobj=plain, mode="w", format=tarfile.GNU_FORMAT) as archive:
        for info, content in [regular("a/1.jpg", b"1" * 500), regular("a/" + "2" * 150, b"2")]:
            archive.addfile(info, io.BytesIO(content))
    data = plain.getvalue()
    path = folder / "a.tgz"
    path.write_bytes(gzip.compress(data[:place] + piece + data[place + len(piece) :], 1))
    try:
        unpack_tar(path, folder / "out")
    except DataError as error:
        assert str(error).isprintable()
    for entry in StagedSource(folder / "out").entries:
        assert len(entry.name) <= LIMITS.file_name
