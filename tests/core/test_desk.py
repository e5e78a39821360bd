from __future__ import annotations

import io
import os
import resource
import stat
import time

import pytest

from core import desk as desk_module
from core.datasets.editing.edit import Edits
from core.datasets.limits import Limits
from core.desk import IDLE_FOR, DeskState, clear_idle_desks, desk_of, new_token
from core.errors import DataError
from core.files import RESERVE
from core.home import Home

TOKEN = "0123456789abcdef" * 2


def test_what_is_on_a_desk_is_found_again_by_its_token(home: Home) -> None:
    desk_of(home, TOKEN).change(task="t", classes=("cat", "dog"))
    desk_of(home, TOKEN).change(task="")
    assert desk_of(home, TOKEN).state() == DeskState(classes=("cat", "dog"))
    assert desk_of(home, new_token()).state() == DeskState()


def test_nobody_else_on_this_computer_reads_the_names_of_desks_which_are_tokens(home: Home) -> None:
    desk_of(home, TOKEN).change(task="t")
    (home.root / "desks").chmod(0o755)  # as an earlier version left it
    clear_idle_desks(home)
    assert stat.S_IMODE((home.root / "desks").stat().st_mode) == 0o700
    assert desk_of(home, TOKEN).state().task == "t"


@pytest.mark.parametrize("token", ["", "..", "../datasets", "x" * 32, TOKEN.upper()])
def test_what_is_no_token_leads_to_no_folder_of_anybody(home: Home, token: str) -> None:
    desk = desk_of(home, token)
    assert desk.path.parent == home.root / "desks"
    assert desk.path.name not in {token, TOKEN}


def test_a_damaged_desk_counts_as_a_cleared_one(home: Home) -> None:
    desk = desk_of(home, TOKEN)
    desk.change(task="t")
    (desk.path / "desk.json").write_text('{"task": 1, "odd"')
    assert desk.state() == DeskState()


def test_marks_are_kept_a_set_each_and_none_clears_them(home: Home) -> None:
    desk = desk_of(home, TOKEN)
    edits = Edits(drop=frozenset({3}), move={4: "dog"}, classes={"cat": None})
    desk.mark("pets-1", edits)
    assert desk.marks("pets-1") == edits
    assert desk.marks("other-1").is_empty
    desk.mark("pets-1", Edits())
    assert not list((desk.path / "marks").iterdir())


def test_an_upload_replaces_the_one_before_and_has_a_quota(home: Home, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(desk_module, "LIMITS", Limits(upload_bytes=1_000))
    desk = desk_of(home, TOKEN)
    desk.keep_upload(".npz", io.BytesIO(b"a" * 900))
    assert desk.keep_upload(".zip", io.BytesIO(b"b" * 900)) == "upload.zip"
    assert [file.name for file in desk.path.iterdir()] == ["upload.zip"]
    with pytest.raises(DataError, match="more than the 0 MB"):
        desk.keep_upload(".zip", io.BytesIO(b"c" * 1_001))
    assert list(desk.path.iterdir()) == []
    assert desk.room() == 1_000


def test_an_upload_that_the_disk_has_no_room_for_is_said_so(home: Home) -> None:
    """It was an OSError, for which the page had no words."""
    desk = desk_of(home, TOKEN)
    before = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (100, before[1]))
    try:
        with pytest.raises(DataError, match="Make room on the disk"):
            desk.keep_upload(".zip", io.BytesIO(bytes(10_000)))
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, before)
    assert list(desk.path.iterdir()) == []


def test_desks_nobody_came_back_to_are_cleared(home: Home) -> None:
    old, new = desk_of(home, TOKEN), desk_of(home, new_token())
    for desk in (old, new):
        desk.change(task="t")
    os.utime(old.path, (time.time() - IDLE_FOR - 60,) * 2)
    clear_idle_desks(home)
    assert not old.path.exists()
    assert new.path.exists()


def test_a_disk_without_room_is_said_before_an_upload_is_written(home: Home, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(desk_module, "free_bytes", lambda _folder: RESERVE + 9)
    desk = desk_of(home, TOKEN)
    with pytest.raises(DataError, match=r"The file could not be kept \(No space left on device\)"):
        desk.keep_upload(".zip", io.BytesIO(bytes(10)))
    desk.keep_upload(".zip", io.BytesIO(b"123456789"))
    assert (desk.path / "upload.zip").read_bytes() == b"123456789"


@pytest.mark.parametrize("place", ["inbox", "marks"])
def test_a_desk_where_somebody_gathers_or_marks_is_not_idle(home: Home, place: str) -> None:
    """New photos do not change the time of the desk's own folder."""
    desk = desk_of(home, TOKEN)
    (desk.path / place).mkdir(parents=True)
    os.utime(desk.path, (time.time() - IDLE_FOR - 60,) * 2)
    clear_idle_desks(home)
    assert desk.path.exists()
