"""Values as text for a URL."""

from __future__ import annotations

import base64
import string
import zlib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.packed import MOST_BYTES, packed, unpacked

JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(st.characters(exclude_categories=["Cs"])),
    lambda inner: st.lists(inner) | st.dictionaries(st.text(st.characters(exclude_categories=["Cs"])), inner),
    max_leaves=20,
)


@given(value=JSON)
def test_a_value_comes_back_and_needs_no_escape(value):
    text = packed(value)
    assert unpacked(text, len(text)) == value
    assert set(text) <= set(string.ascii_letters + string.digits + "-_")


def test_a_text_longer_than_allowed_is_refused():
    text = packed("x")
    with pytest.raises(ValueError, match=f"at most {len(text) - 1} characters"):
        unpacked(text, len(text) - 1)


def test_no_more_is_unpacked_than_allowed():
    bomb = base64.urlsafe_b64encode(zlib.compress(b"[" + b" " * (MOST_BYTES * 100) + b"]", 9)).decode()
    with pytest.raises(ValueError, match="Expecting value"):
        unpacked(bomb, len(bomb))


@pytest.mark.parametrize("text", ["!", "é", "eNq", base64.urlsafe_b64encode(zlib.compress(b"[" * 99_000)).decode()])
def test_what_cannot_be_read_is_a_value_error(text):
    with pytest.raises(ValueError):
        unpacked(text, 10_000)
