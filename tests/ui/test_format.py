"""Numbers as a person reads them, to the letter."""

from __future__ import annotations

import math

import pytest

from ui import format

SPACE = "\N{NO-BREAK SPACE}"


@pytest.mark.parametrize(
    ("share", "text"),
    [(None, "–"), (0.9741, f"97.4{SPACE}%"), (0.0, f"0.0{SPACE}%"), (1.0, f"100.0{SPACE}%"), (0.0004, f"0.0{SPACE}%")],
)
def test_percent(share: float | None, text: str) -> None:
    assert format.percent(share) == text


@pytest.mark.parametrize(
    ("value", "text"),
    [(None, "–"), (0.0834, "0.083"), (12.0, "12.000"), (math.inf, "∞")],
)
def test_loss(value: float | None, text: str) -> None:
    assert format.loss(value) == text


@pytest.mark.parametrize(("number", "text"), [(0, "0"), (999, "999"), (12_345, "12,345"), (1234.6, "1,235")])
def test_count(number: float, text: str) -> None:
    assert format.count(number) == text


@pytest.mark.parametrize(
    ("number", "text"),
    [
        (0, "0"),
        (999, "999"),
        (1000, "1.0 k"),
        (9_940, "9.9 k"),
        (9_960, "10 k"),
        (21_034, "21 k"),
        (999_400, "999 k"),
        (999_999, "1.0 M"),
        (2_283_779, "2.3 M"),
        (12e9, "12 G"),
    ],
)
def test_short_count(number: float, text: str) -> None:
    assert format.short_count(number) == text


@pytest.mark.parametrize(
    ("number", "text"), [(0, "0 B"), (999, "999 B"), (1000, "1.0 kB"), (1_400_000_000, "1.4 GB"), (82_000_000, "82 MB")]
)
def test_size(number: float, text: str) -> None:
    assert format.size(number) == text


@pytest.mark.parametrize(
    ("seconds", "text"),
    [
        (None, "–"),
        (0.4, "0 s"),
        (59.4, "59 s"),
        (59.6, "1 min 0 s"),
        (200, "3 min 20 s"),
        (3599.6, "1 h 0 min"),
        (7_500, "2 h 5 min"),
    ],
)
def test_duration(seconds: float | None, text: str) -> None:
    assert format.duration(seconds) == text
