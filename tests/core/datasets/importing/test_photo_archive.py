from __future__ import annotations

import io
import tarfile
import zipfile
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from core.datasets.dataset import TRAIN, VALIDATION
from core.datasets.importing import photo_archive
from core.datasets.importing.photo_archive import import_archive
from core.datasets.importing.photos import PhotoOptions
from core.datasets.importing.sources import stage
from core.errors import DataError
from core.home import Home

Encode = Callable[..., bytes]
OPTIONS = PhotoOptions(title="Flowers", side=4, licence="CC BY 2.0")


@pytest.fixture
def photos(encode: Encode) -> dict[str, bytes]:
    """Two photos of 6×4 px in each of two classes, for training and, one each, for validation."""
    names = (
        "train/daisy/1",
        "train/daisy/2",
        "train/rose/3",
        "train/rose/4",
        "validation/daisy/5",
        "validation/rose/6",
    )
    pictures = np.random.default_rng(0).integers(0, 256, (len(names), 4, 6, 3), dtype=np.uint8)
    return {
        f"set/{name}.jpg": encode(Image.fromarray(picture), "JPEG")
        for name, picture in zip(names, pictures, strict=True)
    }


def write_tgz(path: Path, files: dict[str, bytes]) -> Path:
    with tarfile.open(path, "w:gz") as archive:
        for name, content in files.items():
            member = tarfile.TarInfo(name)
            member.size = len(content)
            archive.addfile(member, io.BytesIO(content))
    return path


def write_zip(path: Path, files: dict[str, bytes]) -> Path:
    with zipfile.ZipFile(path, "w") as archive:
        for name, content in files.items():
            archive.writestr(name, content)
    return path


def write_folder(path: Path, files: dict[str, bytes]) -> Path:
    for name, content in files.items():
        (path / name).parent.mkdir(parents=True, exist_ok=True)
        (path / name).write_bytes(content)
    return path


def left_in(home: Home) -> set[str]:
    return {path.name for path in home.datasets.iterdir()}


def test_tar_zip_and_folder_give_the_same_set(home: Home, tmp_path: Path, photos: dict[str, bytes]) -> None:
    sources = (
        write_tgz(tmp_path / "a.tgz", photos),
        write_zip(tmp_path / "b.zip", photos),
        write_folder(tmp_path / "c", photos),
    )
    counts = {TRAIN: 4, VALIDATION: 2}
    found = [import_archive(home, path, OPTIONS, f"set{number}", counts) for number, path in enumerate(sources)]
    assert len({dataset.meta.content_hash for dataset in found}) == 1
    assert found[0].images.shape == (6, 4, 4, 3)
    assert found[0].meta.classes == ("daisy", "rose")
    assert (found[0].meta.id, found[0].meta.licence, found[0].meta.source) == ("set0", "CC BY 2.0", "set")
    assert found[0].meta.given_validation
    assert left_in(home) == {"set0", "set1", "set2"}


def test_what_a_tar_holds_besides_photos_is_listed(home: Home, tmp_path: Path, photos: dict[str, bytes]) -> None:
    path = write_tgz(tmp_path / "a.tgz", photos | {"set/LICENSE.txt": b"CC BY"})
    with tarfile.open(tmp_path / "b.tgz", "w:gz") as archive, tarfile.open(path) as whole:
        for member in whole:
            archive.addfile(member, whole.extractfile(member))
        link = tarfile.TarInfo("set/train/daisy/link.jpg")
        link.type, link.linkname = tarfile.SYMTYPE, "/etc/passwd"
        archive.addfile(link)
    refused = import_archive(home, tmp_path / "b.tgz", OPTIONS, "set").meta.refused
    assert {refusal.name for refusal in refused} == {"set/LICENSE.txt", "set/train/daisy/link.jpg"}


@pytest.mark.parametrize(
    ("counts", "text"),
    [
        ({TRAIN: 4, VALIDATION: 3}, r"Expected 4 \+ 3 photos, got 4 \+ 2"),
        ({TRAIN: 1006}, r"Expected 1,006 photos, got 4 \+ 2"),
        ({TRAIN: 6}, r"Expected 6 photos, got 4 \+ 2"),
    ],
)
def test_a_wrong_number_of_photos_leaves_nothing(
    home: Home, tmp_path: Path, photos: dict[str, bytes], counts: dict[int, int], text: str
) -> None:
    with pytest.raises(DataError, match=text):
        import_archive(home, write_tgz(tmp_path / "a.tgz", photos), OPTIONS, "set", counts)
    assert left_in(home) == set()


def test_a_photo_that_cannot_be_read_is_not_counted(home: Home, tmp_path: Path, photos: dict[str, bytes]) -> None:
    photos["set/train/daisy/1.jpg"] = b"no photo"
    with pytest.raises(DataError, match=r"Expected 4 \+ 2 photos, got 3 \+ 2"):
        import_archive(home, write_zip(tmp_path / "a.zip", photos), OPTIONS, "set", {TRAIN: 4, VALIDATION: 2})


def test_a_damaged_archive_leaves_nothing(home: Home, tmp_path: Path, photos: dict[str, bytes]) -> None:
    path = write_tgz(tmp_path / "a.tgz", photos)
    path.write_bytes(path.read_bytes()[:-500])
    with pytest.raises(DataError, match="damaged"):
        import_archive(home, path, OPTIONS, "set")
    assert left_in(home) == set()


def test_the_set_is_seen_only_after_its_photos_were_counted(
    home: Home, tmp_path: Path, photos: dict[str, bytes], monkeypatch: pytest.MonkeyPatch
) -> None:
    def seen(*_arguments: object) -> None:
        assert left_in(home) == {".set.tmp"}  # a hidden name, which no list of sets shows

    monkeypatch.setattr(photo_archive, "_check_counts", seen)
    import_archive(home, write_zip(tmp_path / "a.zip", photos), OPTIONS, "set")
    assert left_in(home) == {"set"}


def test_what_a_killed_process_left_is_swept(home: Home, tmp_path: Path, photos: dict[str, bytes]) -> None:
    """Half of the photos of an earlier attempt must not be found among those of this one."""
    stage(home.datasets / ".set.tmp" / "set", "set/train/daisy/old.jpg", photos["set/train/daisy/1.jpg"])
    dataset = import_archive(home, write_tgz(tmp_path / "a.tgz", photos), OPTIONS, "set", {TRAIN: 4, VALIDATION: 2})
    assert len(dataset) == 6
    assert left_in(home) == {"set"}


def test_progress_never_goes_back(home: Home, tmp_path: Path, photos: dict[str, bytes]) -> None:
    told: list[tuple[float, str]] = []
    import_archive(
        home, write_tgz(tmp_path / "a.tgz", photos), OPTIONS, "set", None, lambda *progress: told.append(progress)
    )
    fractions = [fraction for fraction, _text in told]
    assert fractions == sorted(fractions)
    assert fractions[-1] == pytest.approx(1)
    assert any("Unpacking" in text for _fraction, text in told)
