"""What a person says of a run afterwards: kept beside the run, which itself never changes."""

import threading

import pytest

from core.errors import StudioError
from core.files import write_json
from core.runs.notes import LONGEST_NAME, LONGEST_NOTE, About, about_of, change_about, run_name
from core.runs.submit import submit_run
from core.spec import RunSpec


@pytest.fixture
def run(home):
    return submit_run(home, RunSpec(), "Given")


def test_nothing_was_said_of_a_new_run(run):
    assert about_of(run) == About()
    assert run_name(run) == "Given"


def test_each_change_keeps_the_others_and_leaves_run_json_alone(run):
    before = (run.path / "run.json").read_bytes()
    change_about(run, starred=True)
    change_about(run, name="  My\n best\t<b>run</b> ")
    assert change_about(run, note=" expected 90 %,\ngot 97 % ") == about_of(run)
    assert about_of(run) == About(name="My best <b>run</b>", note="expected 90 %,\ngot 97 %", starred=True)
    assert run_name(run) == "My best <b>run</b>"
    assert (run.path / "run.json").read_bytes() == before
    assert not list(run.path.glob(".*.tmp"))


def test_signs_that_cannot_be_seen_are_left_out(run):
    about = change_about(run, name="a\u202eb\x1b\u2028\nc", note="left\u200f\r\n\tright\x00")
    assert (about.name, about.note) == ("ab c", "left\n\tright")


def test_what_two_browsers_change_at_once_is_both_kept(run, monkeypatch):
    write, changed = write_json, threading.Thread(target=change_about, args=(run,), kwargs={"starred": True})

    def slowly(path, value):
        if changed.ident is None:  # the first has read the file, and the second comes before it writes
            changed.start()
            changed.join(0.3)
        write(path, value)

    monkeypatch.setattr("core.runs.notes.write_json", slowly)
    change_about(run, note="mine")
    changed.join()
    assert about_of(run) == About(note="mine", starred=True)


def test_an_empty_name_gives_the_first_one_back(run):
    change_about(run, name="Other")
    change_about(run, name="  ")
    assert run_name(run) == "Given"


@pytest.mark.parametrize("content", [b"", b"[]", b'{"name": 3}', b'{"name": "\xff"}', b'{"more": 1}'])
def test_a_damaged_file_counts_as_nothing_said(run, content):
    run.about.write_bytes(content)
    assert about_of(run) == About()
    assert change_about(run, starred=True).starred


@pytest.mark.parametrize("change", [{"name": "n" * (LONGEST_NAME + 1)}, {"note": "n" * (LONGEST_NOTE + 1)}])
def test_what_is_too_long_is_refused_and_changes_nothing(run, change):
    change_about(run, name="kept")
    with pytest.raises(StudioError, match="at most 80 characters, a note 4000"):
        change_about(run, **change)
    assert about_of(run) == About(name="kept")


def test_a_run_that_is_gone_cannot_be_renamed(home, run):
    run.path.rename(home.runs / "elsewhere")
    with pytest.raises(StudioError, match="was deleted meanwhile"):
        change_about(run, name="x")
