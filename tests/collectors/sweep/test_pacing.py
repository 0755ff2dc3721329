"""Pace, back-off and the lock-out guard, by tables and properties."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from collectors.pacing import Admission, LockoutGuard, Pace, backoff


@given(
    rate=st.floats(1, 10_000),
    burst=st.integers(1, 50),
    pauses=st.lists(st.floats(0, 2), min_size=1, max_size=60),
)
def test_never_more_packets_than_rate_and_burst_allow(
    rate: float, burst: int, pauses: list[float]
) -> None:
    pace, now, sent = Pace(rate, burst), 0.0, []
    for pause in pauses:
        now += pause
        now += pace.claim(now)
        sent.append(now)
    for i, first in enumerate(sent):
        for j in range(i, len(sent)):
            allowed = burst + (sent[j] - first) * rate
            assert j - i + 1 <= allowed + 1e-6 * rate + 1


def test_packets_come_evenly_once_the_burst_is_used_up() -> None:
    pace = Pace(10, burst=2)
    assert [round(pace.claim(0.0), 3) for _ in range(4)] == [0.0, 0.0, 0.1, 0.2]


@pytest.mark.parametrize(
    ("rate", "burst"), [(0, 1), (-1, 1), (5, 0), (float("nan"), 1)]
)
def test_a_rate_that_sends_nothing_is_refused(rate: float, burst: int) -> None:
    with pytest.raises(ValueError, match="must be positive"):
        Pace(rate, burst)


@pytest.mark.parametrize(
    ("attempt", "spread", "seconds"),
    [
        (0, 0, 0),
        (1, 0, 0.5),
        (2, 0, 1),
        (5, 0, 8),
        (7, 0, 30),
        (999, 0, 30),
        (2, 1, 0.5),
    ],
)
def test_waits_double_up_to_the_ceiling(
    attempt: int, spread: float, seconds: float
) -> None:
    assert backoff(attempt, spread=spread) == seconds


def fail(guard: LockoutGuard, account: str, device: str) -> None:
    assert guard.admit(account, device) is Admission.GO
    guard.ended(account, device, accepted=False)


def test_an_account_is_off_after_its_failures_on_any_devices() -> None:
    guard = LockoutGuard(per_account=3, per_device=9)
    for device in ("10.0.0.1", "10.0.0.2", "10.0.0.3"):
        fail(guard, "domain admin", device)
    assert guard.admit("domain admin", "10.0.0.4") is Admission.OFF
    assert "3 times in a row" in str(guard.refusal("domain admin", "10.0.0.4"))
    assert guard.admit("other", "10.0.0.4") is Admission.GO


def test_a_device_is_off_after_the_failures_of_any_accounts() -> None:
    guard = LockoutGuard(per_account=9, per_device=2)
    fail(guard, "a", "10.0.0.1")
    fail(guard, "b", "10.0.0.1")
    assert guard.admit("c", "10.0.0.1") is Admission.OFF
    assert guard.admit("c", "10.0.0.2") is Admission.GO


def test_logins_under_way_count_until_the_account_is_known_to_be_good() -> None:
    guard = LockoutGuard(per_account=2, per_device=9)
    assert guard.admit("a", "1") is Admission.GO
    assert guard.admit("a", "2") is Admission.GO
    assert guard.admit("a", "3") is Admission.WAIT
    guard.ended("a", "1", accepted=True)
    assert all(guard.admit("a", str(n)) is Admission.GO for n in range(3, 20))


def test_a_login_that_broke_off_is_no_failure() -> None:
    guard = LockoutGuard(per_account=1, per_device=1)
    for _ in range(5):
        assert guard.admit("a", "1") is Admission.GO
        guard.ended("a", "1", accepted=None)


def test_success_and_reset_set_the_counts_back() -> None:
    guard = LockoutGuard(per_account=2, per_device=2)
    fail(guard, "a", "1")
    assert guard.admit("a", "1") is Admission.GO
    guard.ended("a", "1", accepted=True)
    fail(guard, "a", "1")
    fail(guard, "a", "1")
    assert guard.admit("a", "1") is Admission.OFF
    guard.reset(account="a", device="1")
    assert guard.admit("a", "1") is Admission.GO


def test_counts_survive_a_restart() -> None:
    guard = LockoutGuard(per_account=2, per_device=2)
    fail(guard, "a", "1")
    fail(guard, "a", "1")
    reborn = LockoutGuard(per_account=2, per_device=2)
    reborn.restore(*guard.failures())
    assert reborn.admit("a", "2") is Admission.OFF
    assert reborn.admit("b", "1") is Admission.OFF


@given(
    st.lists(
        st.tuples(st.sampled_from("ab"), st.sampled_from("123"), st.booleans()),
        max_size=80,
    )
)
def test_no_account_and_no_device_ever_fails_more_often_than_allowed(
    events: list[tuple[str, str, bool]],
) -> None:
    guard = LockoutGuard(per_account=3, per_device=2)
    open_: list[tuple[str, str]] = []
    account_row: dict[str, int] = {}
    device_row: dict[str, int] = {}
    for account, device, start in events:
        if start or not open_:
            if guard.admit(account, device) is Admission.GO:
                open_.append((account, device))
        else:
            a, d = open_.pop(0)
            guard.ended(a, d, accepted=False)
            account_row[a] = account_row.get(a, 0) + 1
            device_row[d] = device_row.get(d, 0) + 1
    assert all(count <= 3 for count in account_row.values())
    assert all(count <= 2 for count in device_row.values())
