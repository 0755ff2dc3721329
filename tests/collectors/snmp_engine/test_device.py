"""What is learnt about an agent, and how patient that makes us. Time is a number."""

from __future__ import annotations

import pytest

from collectors.snmp.engine import EngineSettings, Tuning
from collectors.snmp.engine.device import Device

SETTINGS = EngineSettings(timeout=2.0, quickest=0.2, retries=2)


def test_an_unknown_device_is_given_half_the_time_out_at_first() -> None:
    device = Device(SETTINGS)
    assert [device.patience(attempt) for attempt in (1, 2, 3)] == [1.0, 2.0, 2.0]


def test_a_quick_device_is_asked_again_soon_but_not_too_soon() -> None:
    device = Device(SETTINGS)
    for _ in range(20):
        device.answered(100, 0.005, first=True)
    assert [device.patience(attempt) for attempt in (1, 2, 3)] == [0.2, 0.4, 0.8]


def test_a_slow_device_is_given_more_time_than_it_takes() -> None:
    device = Device(SETTINGS)
    for _ in range(20):
        device.answered(100, 0.9, first=True)
    assert 0.9 < device.patience(1) <= SETTINGS.timeout


def test_answers_to_repeated_requests_do_not_measure_the_way() -> None:
    device = Device(SETTINGS)
    device.answered(100, 0.005, first=False)
    assert device.patience(1) == 1.0


def test_a_device_that_seems_gone_is_tried_once_until_it_answers() -> None:
    device = Device(SETTINGS)
    tries = []
    for _ in range(4):
        tries.append(device.attempts)
        device.silent(6.0)
    assert tries == [3, 3, 3, 1]
    device.answered(100, 0.01, first=True)
    assert device.attempts == 3


def test_answers_are_made_larger_while_they_come_whole() -> None:
    device = Device(SETTINGS)
    targets = []
    for _ in range(6):
        device.filled(device.target, whole=True)
        targets.append(device.target)
    assert targets == sorted(targets)
    assert targets[-1] == SETTINGS.reply_bytes


def test_the_size_an_agent_cuts_its_answers_to_is_kept() -> None:
    device = Device(SETTINGS)
    device.filled(484, whole=False)
    device.filled(484, whole=True)
    assert device.target == 484


def test_a_size_that_never_arrived_is_not_asked_for_again() -> None:
    device = Device(SETTINGS)
    device.answered(1300, 0.01, first=True)
    device.filled(1300, whole=True)
    assert device.target == 2800
    device.lost(2800)
    assert device.target == 1300
    device.filled(1300, whole=True)
    assert device.target == 1300


def test_a_loss_of_a_size_that_is_known_to_arrive_changes_nothing() -> None:
    device = Device(SETTINGS)
    device.answered(3000, 0.01, first=True)
    device.lost(1400)
    assert (device.target, device.capped) == (1400, False)


def test_bulk_is_given_up_after_two_requests_in_a_row_that_only_getnext_met() -> None:
    device = Device(SETTINGS)
    device.hesitated(1, bulk=False)
    device.filled(1000, whole=True)
    device.hesitated(1, bulk=False)
    assert device.bulk
    device.hesitated(1, bulk=False)
    assert not device.bulk


def test_a_vendors_bounds_outlive_what_is_learnt() -> None:
    device = Device(SETTINGS)
    device.tune(Tuning(repetitions=10))
    assert device.repetitions == 10
    device.hesitated(2, bulk=True)
    device.hesitated(2, bulk=True)
    assert device.repetitions == 2
    device.hesitated(2, bulk=True)
    assert (device.lossy, device.repetitions) == (True, 10)


@pytest.mark.parametrize(("change", "word"), [("bytes", "octets"), ("waited", "900 s")])
def test_a_device_that_used_up_its_budget_says_so(change: str, word: str) -> None:
    device = Device(SETTINGS)
    assert device.exhausted() is None
    setattr(device, change, 10**12)
    assert word in str(device.exhausted())
