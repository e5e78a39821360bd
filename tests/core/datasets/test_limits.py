from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from core.datasets import limits
from core.datasets.limits import Limits, check_limits, load_limits
from core.errors import StudioError
from core.home import PROJECT, Home


def test_a_file_changes_what_it_names(tmp_path: Path) -> None:
    assert load_limits(tmp_path / "limits.toml") == Limits()
    (tmp_path / "limits.toml").write_text("pictures = 7")
    assert load_limits(tmp_path / "limits.toml") == Limits(pictures=7)


@pytest.mark.parametrize("text", ["pictures = ", "picture = 7", "pictures = 0", "pictures = true", "[pictures]", "\0"])
def test_a_slip_in_the_file_is_said_with_its_path(tmp_path: Path, text: str) -> None:
    (tmp_path / "limits.toml").write_text(text)
    with pytest.raises(StudioError, match=r"limits\.toml"):
        load_limits(tmp_path / "limits.toml")


def test_a_slip_is_one_line_on_the_command_line(home: Home) -> None:
    """It was a traceback, since the file is read while modules are imported."""
    (home.root / "limits.toml").write_text("pictures = 200.000")
    done = subprocess.run(
        [sys.executable, "-m", "core", "import", "digits"], cwd=PROJECT, capture_output=True, text=True, check=False
    )
    assert (done.returncode, done.stdout) == (1, "")
    assert len(done.stderr.splitlines()) == 1
    assert "got pictures = 200.0" in done.stderr


def test_every_check_says_it_again(monkeypatch: pytest.MonkeyPatch) -> None:
    check_limits()
    monkeypatch.setattr(limits, "_problem", "limits.toml is wrong.")
    for _time in range(2):
        with pytest.raises(StudioError, match="is wrong"):
            check_limits()
