"""Matching: a function of the set of records, whatever their order."""

from __future__ import annotations

import random
from collections.abc import Hashable, Iterable
from datetime import datetime, timedelta

from hypothesis import given, settings
from hypothesis import strategies as st

from discovery.matching.clusters import Record
from discovery.matching.identifiers import Identifier, identifiers_of
from discovery.matching.match import Decision, Resolution, assign, resolve
from tests.discovery.fakes import T0, box, mac

STRENGTH = {"serial": 100, "uuid": 95, "mac": 80, "engine-id": 75, "host-key": 65}


def record(
    key: Hashable,
    *values: str,
    address: str = "",
    at: datetime = T0,
    dock: str = "",
) -> Record:
    """A record from `kind=value` texts; names and addresses are weak."""
    found = []
    for text in values:
        kind, _, value = text.partition("=")
        found.append(Identifier(kind, value, "", STRENGTH.get(kind, 30)))
    if dock:
        found.append(Identifier("mac", dock, "", 45))
    return Record(key, frozenset(found), "", address, at)


def parts(found: Resolution) -> list[list[str]]:
    return sorted(sorted(str(k) for k in group) for group in found.groups)


def test_the_same_serial_at_two_addresses_is_one_device() -> None:
    found = resolve(
        [
            record(1, "serial=A", "ip=1", address="1"),
            record(2, "serial=A", "ip=2", address="2"),
        ]
    )
    assert parts(found) == [["1", "2"]]


def test_a_replaced_chassis_at_the_same_address_is_another_device() -> None:
    found = resolve(
        [
            record(1, "serial=A", "name=core", "engine-id=e", address="1"),
            record(2, "serial=B", "name=core", "engine-id=e", address="1"),
        ]
    )
    assert parts(found) == [["1"], ["2"]]


def test_a_stack_that_lost_a_member_is_the_same_device() -> None:
    found = resolve([record(1, "serial=A", "serial=B"), record(2, "serial=B")])
    assert parts(found) == [["1", "2"]]


def test_a_dock_does_not_join_two_laptops() -> None:
    found = resolve(
        [
            record(1, "uuid=A", "mac=d", "mac=1"),
            record(2, "uuid=B", "mac=d", "mac=2"),
        ]
    )
    assert parts(found) == [["1"], ["2"]]
    assert [i.value for i in found.shared] == ["d"]


def test_what_only_the_dock_identifies_is_a_conflict() -> None:
    found = resolve(
        [
            record(1, "uuid=A", "mac=d"),
            record(2, "uuid=B", "mac=d"),
            record(3, "mac=d"),
        ]
    )
    assert parts(found) == [["1"], ["2"]]
    assert [conflict.keys for conflict in found.conflicts] == [frozenset([3])]
    assert "mac d belongs to 2 devices" in found.conflicts[0].reasons[0]


def test_what_bridges_two_devices_is_a_conflict_and_joins_nothing() -> None:
    found = resolve(
        [
            record(1, "serial=A", "mac=1"),
            record(2, "serial=B", "mac=2"),
            record(3, "mac=1", "mac=2"),
        ]
    )
    assert parts(found) == [["1"], ["2"]]
    assert found.conflicts[0].keys == frozenset([3])


def test_clones_with_one_host_key_stay_apart() -> None:
    found = resolve(
        [
            record(1, "uuid=A", "host-key=k", "mac=1"),
            record(2, "uuid=B", "host-key=k", "mac=2"),
        ]
    )
    assert parts(found) == [["1"], ["2"]]


def test_a_serial_that_a_maker_gave_to_all_boxes_joins_nothing() -> None:
    found = resolve(
        [
            record(1, "serial=S", "mac=1", "engine-id=e1", "name=a"),
            record(2, "serial=S", "mac=2", "engine-id=e2", "name=b"),
        ]
    )
    assert parts(found) == [["1"], ["2"]]


def test_a_reimaged_and_renamed_host_keeps_its_record() -> None:
    found = resolve(
        [
            record(1, "uuid=A", "host-key=old", "name=pc1", "mac=1"),
            record(2, "uuid=A", "host-key=new", "name=pc2", "mac=1"),
        ]
    )
    assert parts(found) == [["1", "2"]]


def test_a_new_board_under_the_same_serial_and_card_is_the_same_device() -> None:
    found = resolve(
        [
            record(1, "serial=S", "uuid=A", "mac=1"),
            record(2, "serial=S", "uuid=B", "mac=1"),
        ]
    )
    assert parts(found) == [["1", "2"]]


def test_who_has_nothing_but_an_address_belongs_to_the_device_seen_there() -> None:
    found = resolve(
        [record(1, "serial=A", address="1"), record(2, "ip=1", address="1")]
    )
    assert parts(found) == [["1", "2"]]


def test_an_address_is_not_believed_for_ever() -> None:
    later = T0 + timedelta(days=3)
    found = resolve(
        [record(1, "serial=A", address="1"), record(2, "ip=1", address="1", at=later)]
    )
    assert parts(found) == [["1"], ["2"]]


def test_a_person_may_say_that_two_are_one_and_take_it_back() -> None:
    records = [record(1, "serial=A"), record(2, "serial=B")]
    a, b = Identifier("serial", "A"), Identifier("serial", "B")
    assert parts(resolve(records, [Decision("same", a, b)])) == [["1", "2"]]
    assert parts(resolve(records)) == [["1"], ["2"]]


def test_a_person_may_say_that_one_is_two() -> None:
    records = [record(1, "mac=1", "name=a"), record(2, "mac=1", "name=b")]
    a, b = Identifier("name", "a"), Identifier("name", "b")
    assert parts(resolve(records)) == [["1", "2"]]
    assert parts(resolve(records, [Decision("different", a, b)])) == [["1"], ["2"]]


def test_a_group_keeps_the_oldest_of_its_ids_and_a_split_gives_a_new_one() -> None:
    groups = [frozenset(("a", "b")), frozenset(("c", "d", "e"))]
    assert assign(groups, {"a": 7, "b": 9, "c": 4}) == [7, 4]
    assert assign(groups, {"a": 3, "c": 3, "d": 3}) == [None, 3]


def test_a_filler_is_no_serial() -> None:
    for serial in ("To Be Filled By O.E.M.", "Default string", "0000000", "BUILTIN"):
        assert not any(
            i.kind == "serial" for i in identifiers_of([box(serial=serial)])
        ), serial


def test_virtual_router_and_randomised_addresses_do_not_identify() -> None:
    found = identifiers_of(
        [box(macs=["00:00:0c:07:ac:01", "00:00:5e:00:01:0a", "da:a1:19:00:00:01"])]
    )
    assert not any(i.kind == "mac" for i in found)


def test_both_byte_orders_of_a_system_uuid_are_one_identifier() -> None:
    one = identifiers_of([box(uuid="4c4c4544-0042-3510-8057-b4c04f4d3732")])
    other = identifiers_of([box(uuid="44454c4c-4200-1035-8057-b4c04f4d3732")])
    assert {i for i in one if i.kind == "uuid"} == {
        i for i in other if i.kind == "uuid"
    }


def test_a_serial_is_the_same_with_and_without_separators_and_maker() -> None:
    records = [
        Record(n, frozenset(identifiers_of([seen])), "", "", T0)
        for n, seen in enumerate(
            (
                box(serial="fcw-2101 l0ab", maker="Cisco Systems, Inc."),
                box(serial="FCW2101L0AB", maker="cisco"),
                box(serial="FCW2101L0AB", maker=""),
            )
        )
    ]
    assert parts(resolve(records)) == [["0", "1", "2"]]


@st.composite
def fleets(draw: st.DrawFn) -> tuple[list[Record], dict[Hashable, int]]:
    """Devices seen several times, with all that makes identity hard.

    Every record has an identifier that is the device's own, so that the truth can be
    known; docks and host keys may be shared by any number of devices.
    """
    records: list[Record] = []
    truth: dict[Hashable, int] = {}
    for device in range(draw(st.integers(1, 6))):
        own = {
            "serial": f"serial=S{device}",
            "uuid": f"uuid=U{device}",
            "mac": f"mac={mac(device)}",
        }
        common = [f"host-key=H{draw(st.integers(0, 2))}", "mac=dock", own["serial"]]
        for visit in range(draw(st.integers(1, 3))):
            values = {own["uuid"], own["mac"]}
            values |= draw(st.sets(st.sampled_from(common), max_size=3))
            key = f"{device}.{visit}"
            records.append(record(key, *sorted(values), address=f"10.0.0.{device}"))
            truth[key] = device
    return records, truth


@given(fleets(), st.randoms(use_true_random=False))
@settings(max_examples=200, deadline=None)
def test_every_fleet_is_sorted_into_its_devices_in_any_order(
    fleet: tuple[list[Record], dict[Hashable, int]], rng: random.Random
) -> None:
    records, truth = fleet
    shuffled = records[:]
    rng.shuffle(shuffled)
    found = resolve(shuffled)
    assert found == resolve(records)
    assert not found.conflicts
    by_device: dict[int, set[Hashable]] = {}
    for key, device in truth.items():
        by_device.setdefault(device, set()).add(key)
    assert sorted(map(sorted_keys, found.groups)) == sorted(
        map(sorted_keys, by_device.values())
    )


def sorted_keys(keys: Iterable[Hashable]) -> list[str]:
    return sorted(str(key) for key in keys)


_values = st.sampled_from(
    [f"{k}={v}" for k in ("serial", "uuid", "mac", "engine-id", "name") for v in "AB"]
)


@given(st.lists(st.sets(_values, min_size=1, max_size=4), max_size=7), st.data())
@settings(max_examples=300, deadline=None)
def test_even_nonsense_is_sorted_the_same_in_any_order(
    sets: list[set[str]], data: st.DataObject
) -> None:
    records = [record(n, *sorted(values)) for n, values in enumerate(sets)]
    shuffled = data.draw(st.permutations(records))
    assert resolve(shuffled) == resolve(records)
    for group in resolve(records).groups:
        assert group, "no group is empty"
