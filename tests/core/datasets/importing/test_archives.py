from __future__ import annotations

import errno
import zipfile

import pytest

from core.datasets.importing.archives import short_text
from core.datasets.limits import LIMITS


@pytest.mark.parametrize(
    ("error", "text"),
    [
        (zipfile.BadZipFile("Bad magic number"), "Bad magic number"),
        (OSError(errno.EINVAL, "Invalid argument"), "Invalid argument"),  # where a place in the file is forged
        (OSError("closed"), "closed"),
        (EOFError(), "EOFError"),
    ],
)
def test_what_went_wrong_is_said_without_numbers_of_the_system(error: Exception, text: str) -> None:
    assert short_text(error) == text


def test_a_long_text_is_cut() -> None:
    assert len(short_text(ValueError("x" * 65_535))) == LIMITS.file_name
