from __future__ import annotations

import threading
from concurrent.futures import ThreadPoolExecutor

import pytest

from core.datasets.budget import Budget


def most_at_a_time(limit: int, amount: int) -> int:
    """How many of eight threads were inside together."""
    budget, lock, inside, most = Budget(limit), threading.Lock(), 0, 0

    def work(_number: int) -> None:
        nonlocal inside, most
        with budget.of(amount):
            with lock:
                inside += 1
                most = max(most, inside)
            threading.Event().wait(0.002)
            with lock:
                inside -= 1

    with ThreadPoolExecutor(8) as pool:
        list(pool.map(work, range(40)))
    return most


@pytest.mark.parametrize(("amount", "allowed"), [(100, 1), (10, 1), (6, 1), (5, 2), (3, 3)])
def test_threads_never_hold_more_than_there_is_and_a_larger_one_is_alone(amount: int, allowed: int) -> None:
    assert 1 <= most_at_a_time(10, amount) <= allowed


def test_what_was_held_is_given_back_after_an_error() -> None:
    budget = Budget(1)
    for _time in range(2):
        with pytest.raises(ZeroDivisionError), budget.of(1):
            raise ZeroDivisionError
