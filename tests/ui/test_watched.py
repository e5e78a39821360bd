"""What the row of watched photos hands to the browser."""

from __future__ import annotations

import pytest

from ui.components.watched import WatchedPhoto
from ui.components.watched import _payload as payload


@pytest.mark.parametrize(
    ("share", "rival_share", "is_right"), [(None, None, None), (0.6, 0.4, True), (0.4, 0.6, False), (1.0, None, True)]
)
def test_it_is_right_where_no_other_class_is_more_probable(
    share: float | None, rival_share: float | None, is_right: bool | None
) -> None:
    sent = payload(WatchedPhoto("data:", False, "<b>cat</b>", share, "dog", rival_share))
    assert sent["is_right"] is is_right
    assert (sent["name"], sent["rival"], sent["share"]) == ("<b>cat</b>", "dog", share)
