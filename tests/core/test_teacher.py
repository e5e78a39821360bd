from __future__ import annotations

import os
import re
import stat
import subprocess
import sys

import pytest

from core.home import PROJECT, Home
from core.teacher import is_teacher_token, teacher_token

ASK = "from core.home import current_home; from core.teacher import teacher_token; print(teacher_token(current_home()))"


def test_the_token_is_made_once_of_128_bits_and_only_this_user_may_read_it(home: Home) -> None:
    token = teacher_token(home)
    assert re.fullmatch("[0-9a-f]{32}", token)
    assert teacher_token(home) == token
    assert stat.S_IMODE((home.root / "teacher.token").stat().st_mode) == 0o600


def test_only_the_token_is_the_token(home: Home) -> None:
    assert not is_teacher_token(home, "f" * 32), "none was made"
    assert not is_teacher_token(home, "")
    token = teacher_token(home)
    assert is_teacher_token(home, token)
    for other in ("", token[:-1], token + "0", token.upper() + " ", "f" * 32, "é" * 32, token + "\n"):
        assert not is_teacher_token(home, other)


@pytest.mark.parametrize("content", ["", "short", "\xff" * 32])
def test_a_damaged_file_is_no_token_and_replaced(home: Home, content: str) -> None:
    (home.root / "teacher.token").write_text(content)
    assert not is_teacher_token(home, content)
    assert is_teacher_token(home, teacher_token(home))


def test_who_removes_the_file_takes_the_old_token_s_worth(home: Home) -> None:
    old = teacher_token(home)
    (home.root / "teacher.token").unlink()
    assert not is_teacher_token(home, old)
    assert teacher_token(home) != old
    assert not is_teacher_token(home, old)


def test_two_servers_that_start_at_once_print_the_same(home: Home) -> None:
    asking = [
        subprocess.Popen(
            [sys.executable, "-c", ASK],
            cwd=PROJECT,
            env=os.environ | {"CNN_STUDIO_HOME": str(home.root)},
            stdout=subprocess.PIPE,
        )
        for _process in range(4)
    ]
    assert {process.communicate()[0].decode().strip() for process in asking} == {teacher_token(home)}
