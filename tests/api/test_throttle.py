"""Waits after failed logins; the clock is a number."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from api.compose.throttle import Throttle


def fail(throttle: Throttle, key: str, times: int, now: float = 0.0) -> None:
    for _ in range(times):
        throttle.failed(key, now)


def test_the_first_failures_are_free() -> None:
    throttle = Throttle(free=3)
    fail(throttle, "a", 2)
    assert throttle.wait("a", 0.0) == 0.0


def test_each_further_failure_doubles_the_wait() -> None:
    throttle = Throttle(free=3, first=2.0)
    waits = []
    for _ in range(6):
        throttle.failed("a", 0.0)
        waits.append(throttle.wait("a", 0.0))
    assert waits == [0.0, 0.0, 2.0, 4.0, 8.0, 16.0]


def test_the_wait_runs_out() -> None:
    throttle = Throttle(free=1, first=2.0)
    fail(throttle, "a", 1)
    assert throttle.wait("a", 1.5) == 0.5
    assert throttle.wait("a", 2.0) == 0.0


def test_a_success_forgets_and_others_are_not_concerned() -> None:
    throttle = Throttle(free=1)
    fail(throttle, "a", 5)
    assert throttle.wait("b", 0.0) == 0.0
    throttle.succeeded("a")
    assert throttle.wait("a", 0.0) == 0.0


def test_old_failures_are_forgotten() -> None:
    throttle = Throttle(free=1, forget=10.0, longest=900.0)
    fail(throttle, "a", 20)
    assert throttle.wait("a", 9.0) > 0
    assert throttle.wait("a", 10.0) == 0.0
    throttle.failed("a", 11.0)
    assert throttle.wait("a", 11.0) == throttle.first


def test_memory_is_bounded_and_drops_the_oldest() -> None:
    throttle = Throttle(free=1, capacity=3)
    for number in range(5):
        throttle.failed(f"key {number}", 0.0)
    assert throttle.wait("key 0", 0.0) == 0.0
    assert throttle.wait("key 4", 0.0) > 0


@given(st.integers(0, 200), st.floats(0, 1e6))
def test_no_wait_is_longer_than_the_longest(failures: int, later: float) -> None:
    throttle = Throttle()
    fail(throttle, "a", failures)
    assert 0.0 <= throttle.wait("a", later) <= throttle.longest
