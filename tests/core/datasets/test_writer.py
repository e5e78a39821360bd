from __future__ import annotations

import hashlib
import os
import resource
from pathlib import Path

import numpy as np
import pytest

from core.datasets.dataset import About, Dataset
from core.datasets.origins import Origins, joined, read_origins, unknown, write_origins
from core.datasets.store import open_dataset, save_dataset
from core.datasets.writer import DatasetWriter, sweep
from core.errors import DataError
from core.home import Home


def written(home: Home, about: About, tiny: Dataset, expected: int, step: int = 1, dataset_id: str = "") -> Dataset:
    with DatasetWriter(home.datasets, 4, 3, expected) as writer:
        for start in range(0, len(tiny), step):
            writer.add(tiny.images[start : start + step])
        meta = writer.finish(about, tiny.labels, tiny.parts, dataset_id)
    return open_dataset(home, meta.id)


@pytest.mark.parametrize(("expected", "step"), [(4, 1), (4, 3), (9, 2), (1_000_000 // 50, 4)])
def test_pictures_written_one_by_one_are_the_set_written_whole(
    home: Home, about: About, tiny: Dataset, expected: int, step: int
) -> None:
    """Content hash and id too, also where fewer pictures came than were expected."""
    found = written(home, about, tiny, expected, step)
    whole = save_dataset(home, about, tiny.images, tiny.labels, tiny.parts)
    assert found.meta == whole.meta
    np.testing.assert_array_equal(found.images, tiny.images)
    assert len(list(home.datasets.iterdir())) == 1


def test_nothing_stays_without_finish(home: Home, tiny: Dataset) -> None:
    with DatasetWriter(home.datasets, 4, 3, 4) as writer:
        writer.add(tiny.images)
    assert list(home.datasets.iterdir()) == []


def test_nothing_stays_where_the_last_bytes_no_longer_fit(home: Home, about: About, tiny: Dataset) -> None:
    """Closing the file raised once more on a full disk, so that its folder stayed."""
    before = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (100, before[1]))  # less than the header, which waits in a buffer
    try:
        with pytest.raises(DataError, match="Make room"):
            written(home, about, tiny, 4)
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, before)
    assert list(home.datasets.iterdir()) == []


def test_leftovers_go_after_a_day_and_one_that_vanishes_meanwhile_does_no_harm(
    home: Home, monkeypatch: pytest.MonkeyPatch
) -> None:
    old, new = (home.datasets / f".{name}.tmp" for name in ("old", "new"))
    for folder in (old, new):
        folder.mkdir()
    os.utime(old, (0, 0))
    gone = home.datasets / ".gone.tmp"
    monkeypatch.setattr(Path, "glob", lambda _self, _pattern: [gone, old, new])
    sweep(home.datasets)
    assert list(home.datasets.iterdir()) == [new]


def test_another_set_is_never_replaced(home: Home, about: About, tiny: Dataset) -> None:
    written(home, about, tiny, 4, dataset_id="mine")
    other = Dataset(tiny.meta, 255 - tiny.images, tiny.labels, tiny.parts)
    with pytest.raises(DataError, match="another data set with the id mine"):
        written(home, about, other, 4, dataset_id="mine")
    np.testing.assert_array_equal(open_dataset(home, "mine").images, tiny.images)


def test_a_disk_without_room_is_said_before_anything_is_written(home: Home) -> None:
    with pytest.raises(DataError, match=r"more than|at most|free"):
        DatasetWriter(home.datasets, 512, 3, 100_000)


def test_origins_are_kept_in_order_and_a_damaged_file_is_none(tmp_path: Path) -> None:
    origins = Origins(("a.png", "b.png"), np.array([[3, 4], [5, 6]], np.int32))
    write_origins(tmp_path, origins)
    found = read_origins(tmp_path, 2)
    assert found
    assert found.names == origins.names
    assert found.sizes.tolist() == [[3, 4], [5, 6]]
    assert read_origins(tmp_path, 3) is None
    both = joined([found.take(np.array([1])), unknown(1)])
    assert both.names == ("b.png", "")
    assert both.sizes.tolist() == [[5, 6], [0, 0]]
    (tmp_path / "origins.json").write_text('{"names": 1')
    assert read_origins(tmp_path, 2) is None


def written_with_digests(parent: Path, about: About, tiny: Dataset, expected: int, digests: bytes = b"abcd") -> str:
    with DatasetWriter(parent, 4, 3, expected) as writer:
        for picture, digest in zip(tiny.images, digests, strict=True):
            writer.add([picture], [bytes([digest])])
        return writer.finish(about, tiny.labels, tiny.parts).content_hash


def test_digests_give_one_hash_however_many_files_were_refused(tmp_path: Path, about: About, tiny: Dataset) -> None:
    """The same photos beside a damaged one became another set, since the number expected was hashed."""
    found = {written_with_digests(tmp_path / str(expected), about, tiny, expected) for expected in (4, 5, 9)}
    recipe = hashlib.sha256(b"(4, 4, 4, 3)|u1" + b"abcd")
    for array in (tiny.labels, tiny.parts):
        recipe.update(f"{array.shape}{array.dtype.str}".encode() + array.tobytes())
    assert found == {recipe.hexdigest()}
    assert written_with_digests(tmp_path / "other", about, tiny, 4, b"abce") not in found
