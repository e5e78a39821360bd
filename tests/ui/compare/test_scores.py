"""Differences of scores, and whether they are more than chance."""

import pytest

from ui.compare.scores import is_luck, points


@pytest.mark.parametrize(
    ("value", "against", "words"),
    [
        (0.95, 0.9, "+5.0 points"),
        (0.9, 0.95, "−5.0 points"),
        (0.9, 0.9, "none"),
        (0.9, 0.9001, "none"),
        (None, 0.9, "–"),
        (0.9, None, "–"),
    ],
)
def test_points_have_a_sign(value, against, words):
    assert points(value, against) == words


@pytest.mark.parametrize(
    ("mine", "yours", "luck"),
    [
        (0, 0, True),
        (5, 0, True),  # 2 · 0.5⁵ = 0.0625
        (6, 0, False),  # 2 · 0.5⁶ = 0.03125
        (0, 6, False),
        (5, 5, True),
        (15, 5, False),  # scipy.stats.binomtest(5, 20).pvalue = 0.0414
        (14, 6, True),  # 0.1153
        (1020, 980, True),
        (1100, 900, False),
    ],
)
def test_a_coin_tells_luck_from_skill(mine, yours, luck):
    assert is_luck(mine, yours) is luck
