"""Strangers' signs."""

from __future__ import annotations

import pytest

from core.signs import visible


@pytest.mark.parametrize(
    ("text", "kept"),
    [
        ("Größe 크기 ✓", "Größe 크기 ✓"),
        ("a\x00b\x1b[31m\tc", "ab[31mc"),
        ("right\u202eleft", "rightleft"),
        ("soft\u00adhyphen\ufeff", "softhyphen"),
        ("\ud800", ""),
        ("👨\u200d👩", "👨\u200d👩"),
    ],
)
def test_what_cannot_be_seen_is_left_out(text, kept):
    assert visible(text) == kept


def test_some_signs_can_be_kept():
    assert visible("one\ntwo\tthree", but="\n") == "one\ntwothree"
