"""The figures under the race."""

from core.runs.elapsed import Elapsed
from ui.routes.table import time_words


def test_a_clock_says_what_of_it_the_frozen_part_took() -> None:
    """Two routes of the same work read 12 s and 2 s: the second had found the frozen part kept."""
    assert time_words(Elapsed()) == "–"
    assert time_words(Elapsed(2.4, 0.1)) == "2 s"
    assert time_words(Elapsed(12.3, 10.2)) == "12 s (10 s once)"
