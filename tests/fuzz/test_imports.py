"""Broken and hostile files through the process of a task by the hundred: each becomes a set, or plain words.

`CNN_STUDIO_FUZZ_CASES` (200) says how many, `CNN_STUDIO_FUZZ_SEED` (1) which; `make fuzz` takes 1,000. A file that
failed lies in `cases` of the test's folder, and `python -m tests.fuzz.work_off` takes it again.
"""

from __future__ import annotations

import hashlib
import json
import os
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

from core.datasets.dataset import About, Original
from core.datasets.store import save_dataset
from core.home import PROJECT, Home
from tests.fuzz.cases import all_cases, good_cases
from tests.fuzz.hostile import ESCAPE
from tests.fuzz.words import is_plain
from tests.fuzz.work_off import GOOD, Account, Answer

COUNT = int(os.environ.get("CNN_STUDIO_FUZZ_CASES") or 200)
SEED = int(os.environ.get("CNN_STUDIO_FUZZ_SEED") or 1)
GROWTH = 50_000_000  # bytes that the process may hold more after all cases than before
PEAK = 600_000_000  # bytes at any time; the cases announce up to 160 GB, and hold up to 150 MB of zeros in one file
ABOUT = About(
    title="Mine",
    classes=("cat", "dog"),
    source="a test",
    licence="CC0 1.0",
    original=Original(shape="(4, 4, 4, 3)", dtype="uint8", range=(0, 255)),
)


class Outcome:
    """What came of all cases, and what lay where before and after."""

    def __init__(self, folder: Path, assets: Path) -> None:
        self.folder, self.home = folder, Home(folder / "home").make()
        for name in ("cases", "cwd", "tmp"):
            (folder / name).mkdir()
        for case in [*good_cases(assets), *all_cases(assets, COUNT, SEED)]:
            (folder / "cases" / case.name).write_bytes(case.content)
        furnish(self.home)
        self.before = hashes(folder)
        self.log = self._work_off()
        self.after = hashes(folder)
        *answers, account = map(json.loads, (folder / "report").read_text(encoding="utf-8").splitlines())
        self.answers, self.account = [Answer(**one) for one in answers], Account(**account)

    def _work_off(self) -> str:
        """Let a process of its own take the cases, with one heap for all threads: it is what stays that is asked for,
        not how malloc spreads it over the threads."""
        done = subprocess.run(
            [sys.executable, "-m", "tests.fuzz.work_off", str(self.folder / "cases"), str(self.folder / "report")],
            cwd=self.folder / "cwd",
            env=os.environ
            | {"CNN_STUDIO_HOME": str(self.home.root), "TMPDIR": str(self.folder / "tmp")}
            | {"PYTHONPATH": str(PROJECT), "PYTHONDONTWRITEBYTECODE": "1", "MALLOC_ARENA_MAX": "1"},
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            errors="replace",
        )
        assert done.returncode == 0, done.stdout[-4000:]
        return done.stdout


def furnish(home: Home) -> None:
    """What nobody may touch: a set, a run, weights, a cached file."""
    images = np.random.default_rng(0).integers(0, 256, (4, 4, 4, 3), dtype=np.uint8)
    save_dataset(home, ABOUT, images, np.array([0, 0, 1, 1]), np.zeros(4, np.uint8), "mine")
    run = home.runs / "20260101-000000-abcd"
    run.mkdir()
    for file in (run / "run.json", run / "events.jsonl", home.weights / "vgg.h5", home.cache / "pixels1.npy"):
        file.write_text(f"{file.name} stays as it is")


def hashes(folder: Path) -> dict[str, str]:
    """Every file and folder below, but for what imports are there to make, with the hash of what is in it."""
    made = ("home/datasets/", "home/tasks", "report")
    return {
        name: hashlib.sha256(path.read_bytes()).hexdigest() if path.is_file() else ""
        for path in folder.rglob("*")
        if not (name := path.relative_to(folder).as_posix()).startswith(made) or name.startswith("home/datasets/mine")
    }


@pytest.fixture(scope="module")
def outcome(tmp_path_factory: pytest.TempPathFactory, assets: Path) -> Outcome:
    return Outcome(tmp_path_factory.mktemp("fuzz"), assets)


def test_every_case_becomes_a_set_or_plain_words(outcome: Outcome) -> None:
    for case in outcome.answers:
        said = [text for text in (case.look_error, case.error) if text]
        assert len(said) == (not case.dataset), case
        assert [text for text in [*said, *case.said] if not is_plain(text)] == [], case


def test_every_set_that_was_made_is_whole(outcome: Outcome) -> None:
    assert [(case.case, case.flaws) for case in outcome.answers if case.flaws] == []
    made = {case.dataset for case in outcome.answers} - {""}
    assert {folder.name for folder in outcome.home.datasets.iterdir()} == {"mine", *made}


def test_the_cases_are_worth_their_time(outcome: Outcome) -> None:
    """Good files become sets; of the others some do, some are refused at the look, and some only at the import."""
    good = [case for case in outcome.answers if case.case.startswith(GOOD)]
    assert len(good) == 3
    assert all(case.dataset for case in good)
    others = [case for case in outcome.answers if case not in good]
    assert len(others) == COUNT
    for share in (lambda case: case.dataset, lambda case: case.look_error, lambda case: case.error):
        assert sum(bool(share(case)) for case in others) >= COUNT // 20


def test_nothing_was_logged_that_nobody_foresaw(outcome: Outcome) -> None:
    assert "Traceback" not in outcome.log
    assert "RuntimeWarning" not in outcome.log


def test_memory_stays(outcome: Outcome) -> None:
    assert outcome.account.after - outcome.account.before < GROWTH
    assert outcome.account.peak < PEAK


def test_nothing_else_was_touched(outcome: Outcome) -> None:
    assert outcome.after == outcome.before
    assert outcome.account.outside == []
    assert not list(Path("/tmp").glob(f"{ESCAPE}*"))
