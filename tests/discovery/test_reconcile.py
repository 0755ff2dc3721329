"""Devices against the register: every state, and why."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from typing import Any

import pytest

from discovery.reconciliation.records import Finding, OwnedAsset, SeenDevice
from discovery.reconciliation.rules import Rules, reconcile
from tests.discovery.fakes import T0

TODAY = T0.date()
RULES = Rules(
    today=TODAY,
    now=T0,
    missing_after=timedelta(days=30),
    scanned_sites=frozenset(("north",)),
)


def device(number: int = 1, **more: object) -> SeenDevice:
    base = SeenDevice(
        id=number,
        name=f"pc{number}",
        site="north",
        subtype=None,
        vendor="acme",
        serials=frozenset((f"S{number}",)),
        parts=frozenset(),
        tags=frozenset(),
        macs=frozenset(),
        last_seen=T0,
    )
    return replace(base, **more)  # type: ignore[arg-type]


def asset(number: int = 1, **more: object) -> OwnedAsset:
    base = OwnedAsset(
        id=100 + number,
        tag=f"IT-{number}",
        kind="computer",
        serial=f"S{number}",
        maker="acme",
        macs=frozenset(),
        state="in_use",
        expected=True,
        owned=True,
        since=date(2020, 1, 1),
        site="north",
    )
    return replace(base, **more)  # type: ignore[arg-type]


def one(devices: list[SeenDevice], assets: list[OwnedAsset]) -> Finding:
    (found,) = reconcile(devices, assets, RULES)
    return found


@pytest.mark.parametrize(
    ("seen", "owned", "reason"),
    [
        (device(), asset(), "serial"),
        (
            device(serials=frozenset(), tags=frozenset(("it-1",))),
            asset(serial=None),
            "tag",
        ),
        (
            device(serials=frozenset(), macs=frozenset(("m",))),
            asset(serial=None, macs=frozenset(("m",))),
            "mac",
        ),
        (
            device(serials=frozenset(), others=frozenset((("imei", "35"),))),
            asset(serial=None, others=frozenset((("imei", "35"),))),
            "imei",
        ),
        (
            device(serials=frozenset(), parts=frozenset(("S1",))),
            asset(kind="monitor"),
            "part",
        ),
    ],
)
def test_a_device_finds_its_asset(
    seen: SeenDevice, owned: OwnedAsset, reason: str
) -> None:
    found = [f for f in reconcile([seen], [owned], RULES) if f.asset_id]
    assert [(f.device_id, f.asset_id, f.state, f.reason) for f in found] == [
        (1, 101, "matched", reason)
    ]


def test_the_tag_in_a_device_counts_more_than_its_mac_and_imei() -> None:
    seen = device(
        serials=frozenset(),
        tags=frozenset(("it-1",)),
        macs=frozenset(("m",)),
        others=frozenset((("imei", "35"),)),
    )
    by_tag = asset(1, serial=None)
    by_imei = asset(2, serial=None, others=frozenset((("imei", "35"),)))
    by_mac = asset(3, serial=None, macs=frozenset(("m",)))
    found = reconcile([seen], [by_mac, by_imei, by_tag], RULES)
    hit = [(f.asset_id, f.reason) for f in found if f.device_id == 1]
    assert hit == [(101, "tag")]


def test_a_stack_is_as_many_assets_as_it_has_members() -> None:
    stack = device(serials=frozenset(("S1", "S2")))
    found = reconcile([stack], [asset(1), asset(2)], RULES)
    assert [(f.asset_id, f.state) for f in found] == [
        (101, "matched"),
        (102, "matched"),
    ]


def test_a_device_that_no_asset_fits_is_unregistered() -> None:
    found = one([device()], [])
    assert (found.device_id, found.state) == (1, "unregistered")


def test_a_virtual_machine_is_nobodys_property() -> None:
    assert reconcile([device(subtype="virtual-machine")], [], RULES) == []


def test_an_asset_that_is_never_seen_is_missing() -> None:
    found = one([], [asset()])
    assert (found.device_id, found.state, found.reason) == (None, "missing", "not-seen")


def test_an_asset_not_seen_for_long_is_missing_and_says_since_when() -> None:
    found = one([device(last_seen=T0 - timedelta(days=40))], [asset()])
    assert (found.device_id, found.state) == (1, "missing")
    assert "2026-02-05" in found.detail


@pytest.mark.parametrize(
    "owned",
    [
        asset(state="in_stock", expected=False),
        asset(kind="monitor"),
        asset(site="south"),
        asset(since=TODAY - timedelta(days=3)),
    ],
    ids=["in stock", "never on a network", "site not scanned", "just handed out"],
)
def test_some_assets_are_not_missing_when_they_are_silent(owned: OwnedAsset) -> None:
    assert reconcile([], [owned], RULES) == []


@pytest.mark.parametrize(
    ("owned", "reason"),
    [
        (asset(state="in_stock", expected=False), "in-stock"),
        (asset(state="retired", expected=False), "retired"),
        (asset(state="stolen", expected=False), "stolen"),
        (asset(site="south"), "other-site"),
        (asset(holder="Bagus", holder_left=TODAY - timedelta(days=2)), "holder-left"),
    ],
)
def test_an_asset_seen_where_it_should_not_be_is_misplaced(
    owned: OwnedAsset, reason: str
) -> None:
    found = one([device()], [owned])
    assert (found.state, found.reason) == ("misplaced", reason)
    assert found.detail


def test_a_leaver_who_gave_it_back_in_time_is_no_problem() -> None:
    seen = device(last_seen=T0 - timedelta(days=5))
    assert one([seen], [asset(holder_left=TODAY - timedelta(days=2))]).state == (
        "matched"
    )


def test_serial_and_tag_of_different_assets_are_a_conflict() -> None:
    seen = device(tags=frozenset(("it-2",)))
    found = [f for f in reconcile([seen], [asset(1), asset(2)], RULES) if f.device_id]
    assert [(f.state, f.reason) for f in found] == [("conflict", "tag")]
    assert "IT-1" in found[0].detail
    assert "IT-2" in found[0].detail


def test_a_tag_on_a_device_with_another_serial_is_a_conflict() -> None:
    seen = device(serials=frozenset(("OTHER",)), tags=frozenset(("it-1",)))
    found = one([seen], [asset()])
    assert (found.state, found.reason) == ("conflict", "serial")


def test_two_devices_for_one_asset_are_a_conflict_for_both() -> None:
    twins = [
        device(1, serials=frozenset(("S1",))),
        device(2, serials=frozenset(("S1",))),
    ]
    found = reconcile(twins, [asset()], RULES)
    assert [(f.device_id, f.state, f.reason) for f in found] == [
        (1, "conflict", "twice"),
        (2, "conflict", "twice"),
    ]


def test_the_maker_decides_between_equal_serials() -> None:
    others = [asset(1, maker="other"), asset(2, serial="S1", maker="acme")]
    found = [f for f in reconcile([device()], others, RULES) if f.device_id]
    assert [(f.asset_id, f.state) for f in found] == [(102, "matched")]


def test_a_link_by_hand_outranks_the_serial() -> None:
    rules = replace(RULES, by_hand={1: frozenset((102,))})
    found = [
        f for f in reconcile([device()], [asset(1), asset(2)], rules) if f.device_id
    ]
    assert [(f.asset_id, f.state, f.reason) for f in found] == [
        (102, "matched", "by-hand")
    ]


@pytest.mark.parametrize(
    ("read", "entered"),
    [
        ("FD01234O7", "FDO123407"),
        ("AB12345", "AB12354"),
        ("AB12345", "AB1234"),
        ("AB12345", "AB12945"),
    ],
    ids=["letter for digit", "changed round", "one missing", "another one"],
)
def test_an_asset_with_almost_the_same_serial_is_named_and_not_matched(
    read: str, entered: str
) -> None:
    seen = device(serials=frozenset((read,)))
    rows = reconcile([seen], [asset(serial=entered, kind="monitor")], RULES)
    (row,) = [each for each in rows if each.state == "unregistered"]
    assert row.reason == "near-miss"
    assert row.detail == f"IT-1 has serial {entered}, the device says {read}"


def test_two_that_could_be_meant_and_serials_of_a_series_are_no_hint() -> None:
    seen = device(serials=frozenset(("AB12345",)))
    owned = [asset(n, serial=f"AB1234{n}", kind="monitor") for n in (6, 7)]
    assert [row.reason for row in reconcile([seen], owned, RULES)] == ["not-found"]
    short = device(serials=frozenset(("A123",)))
    near = asset(serial="A124", kind="monitor")
    assert [row.reason for row in reconcile([short], [near], RULES)] == ["not-found"]


@pytest.mark.parametrize(
    ("told", "seen", "reason"),
    [
        ({"building": "B1"}, {"building": "B2"}, "other-building"),
        (
            {"building": "B1", "room": "101"},
            {"building": "B1", "room": "7"},
            "other-room",
        ),
        ({"building": "B1", "room": "101"}, {"building": "B1"}, "serial"),
        ({}, {"building": "B2", "room": "7"}, "serial"),
    ],
)
def test_an_asset_is_misplaced_down_to_the_room_where_both_places_are_known(
    told: dict[str, Any], seen: dict[str, Any], reason: str
) -> None:
    row = one([device(**seen)], [asset(**told)])
    assert row.reason == reason
    assert row.state == ("matched" if reason == "serial" else "misplaced")
