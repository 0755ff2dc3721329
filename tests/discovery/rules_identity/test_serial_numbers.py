"""A serial number is unique per maker, and only if the maker took the trouble."""

from __future__ import annotations

from dataclasses import replace

import pytest

from collectors.facts import Component, Phone
from discovery.matching.identifiers import identifiers_of, serial_key
from discovery.matching.match import resolve
from tests.discovery.fakes import T0, box
from tests.discovery.rules_identity.visits import (
    AGENT_1,
    AGENT_2,
    BOARD_1,
    BOARD_2,
    CARD_1,
    CARD_2,
    CISCO,
    DAY,
    HP,
    record,
    sorted_into,
    values,
    visit,
)


def test_equal_serials_of_different_makers_are_different_devices() -> None:
    one = visit("a", serial="MX1234567", maker=CISCO)
    other = visit("b", serial="MX1234567", maker=HP)
    assert sorted_into(one, other) == ["a", "b"]


def test_equal_serials_of_one_maker_are_one_device() -> None:
    one = visit("a", serial="MX1234567", maker=HP)
    other = visit("b", serial="MX1234567", maker=HP)
    assert sorted_into(one, other) == ["a+b"]


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Hewlett-Packard", "HPE"),
        ("HP", "Aruba, a Hewlett Packard Enterprise company"),
        ("Cisco Systems, Inc.", "cisco"),
        ("Dell Inc.", "DellEMC"),
        ("The Siemon Company", "siemon"),
        ("IBM", "Lenovo"),
        ("Ubiquiti Networks", "UBNT"),
    ],
)
def test_a_maker_is_the_same_however_it_is_written(one: str, other: str) -> None:
    a, b = visit("a", serial="QX77001", maker=one), visit("b", serial="QX77001")
    b = visit("b", serial="QX77001", maker=other)
    assert sorted_into(a, b) == ["a+b"]


def test_a_serial_without_maker_is_of_the_only_maker_that_has_it() -> None:
    named = visit("a", serial="QX77001", maker=HP)
    bare = visit("b", serial="QX77001", maker="")
    assert sorted_into(named, bare) == ["a+b"]


def test_a_serial_without_maker_joins_neither_of_two_makers() -> None:
    hp = visit("a", serial="QX77001", maker=HP)
    cisco = visit("b", serial="QX77001", maker=CISCO)
    bare = visit("c", serial="QX77001", maker="")
    assert sorted_into(hp, cisco, bare) == ["a", "b", "c"]


def test_spelling_with_blanks_dashes_and_small_letters_does_not_matter() -> None:
    one = visit("a", serial="fcw-2101 l0ab")
    assert sorted_into(one, visit("b", serial="FCW2101L0AB")) == ["a+b"]


def test_one_letter_makes_another_serial() -> None:
    one = visit("a", serial="FCW2101L0AB")
    assert sorted_into(one, visit("b", serial="FCW2101L0AC")) == ["a", "b"]


def test_a_changed_network_card_is_no_other_device() -> None:
    """Burnt-in addresses go with the card, the chassis serial stays."""
    before = visit("a", serial="S1234", macs=[CARD_1], name="pc1", engine=AGENT_1)
    after = visit("b", serial="S1234", macs=[CARD_2], name="pc1", engine=AGENT_1)
    assert sorted_into(before, after) == ["a+b"]


def test_a_serial_on_boxes_that_share_nothing_else_was_given_to_all_of_them() -> None:
    one = visit("a", serial="S1234", macs=[CARD_1], name="r1", engine=AGENT_1)
    other = visit("b", serial="S1234", macs=[CARD_2], name="r2", engine=AGENT_2)
    found = resolve([one, other])
    assert sorted_into(one, other) == ["a", "b"]
    assert [(i.kind, i.value) for i in found.shared] == [("serial", "S1234")]


@pytest.mark.parametrize("missing", ["macs", "name", "engine"])
def test_a_value_that_one_of_them_does_not_say_is_neither_for_nor_against_it(
    missing: str,
) -> None:
    """Only where both say it can they differ in it, and later it may have changed."""
    one = visit("a", serial="S1234", macs=[CARD_1], name="r1", engine=AGENT_1)
    said = {"macs": [CARD_2], "name": "r2", "engine": AGENT_2}
    del said[missing]
    other = visit("b", serial="S1234", **said)  # type: ignore[arg-type]
    assert sorted_into(one, other) == ["a", "b"]
    later = replace(other, seen_at=T0 + DAY * 1.1)
    assert sorted_into(one, later) == ["a+b"]


def test_two_serials_under_one_card_address_are_two_devices() -> None:
    """The card moved, or the address is a virtual one: the boxes are not the same."""
    one = visit("a", serial="S1234", macs=[CARD_1])
    other = visit("b", serial="S9999", macs=[CARD_1])
    assert sorted_into(one, other) == ["a", "b"]


def test_two_serials_under_one_agent_are_two_devices() -> None:
    """A configuration copied to a spare box brings the engine id along."""
    one = visit("a", serial="S1234", engine=AGENT_1, name="core")
    other = visit("b", serial="S9999", engine=AGENT_1, name="core")
    assert sorted_into(one, other) == ["a", "b"]


def test_one_missing_serial_is_not_another_serial() -> None:
    told = visit("a", serial="S1234", macs=[CARD_1])
    silent = visit("b", macs=[CARD_1])
    assert sorted_into(told, silent) == ["a+b"]


def test_a_new_board_in_the_same_chassis_is_the_same_device_by_its_card() -> None:
    before = visit("a", serial="S1234", uuid=BOARD_1, macs=[CARD_1])
    after = visit("b", serial="S1234", uuid=BOARD_2, macs=[CARD_1])
    assert sorted_into(before, after) == ["a+b"]


def test_one_serial_on_two_boards_without_a_card_in_common_is_two_devices() -> None:
    one = visit("a", serial="S1234", uuid=BOARD_1, macs=[CARD_1])
    other = visit("b", serial="S1234", uuid=BOARD_2, macs=[CARD_2])
    assert sorted_into(one, other) == ["a", "b"]


def stack(*parts: Component) -> list[str]:
    seen = replace(box(maker=CISCO), components=parts)
    return values(seen, kind="serial")


def test_every_member_of_a_stack_gives_its_serial_and_the_stack_row_none() -> None:
    """A row of entPhysicalClass stack(11) repeats the serial of the master."""
    assert stack(
        Component(index=1, kind="stack", serial="MASTER01"),
        Component(index=2, parent=1, kind="chassis", serial="MEMBER01"),
        Component(index=3, parent=1, kind="chassis", serial="MEMBER02"),
    ) == ["MEMBER01", "MEMBER02"]


def test_a_stack_whose_members_were_changed_one_by_one_is_the_same_device() -> None:
    """Like the ship of Theseus: each visit shares a member with the next one."""
    visits = [
        record(key, replace(box(maker=CISCO), components=chassis(*serials)))
        for key, serials in (("a", "12"), ("b", "23"), ("c", "34"))
    ]
    assert sorted_into(*visits) == ["a+b+c"]


def chassis(*numbers: str) -> tuple[Component, ...]:
    return tuple(
        Component(index=int(n), kind="chassis", serial=f"MEMBER0{n}") for n in numbers
    )


def test_a_module_is_not_the_box_it_is_in() -> None:
    assert stack(
        Component(index=1, kind="chassis", serial="CHASSIS1"),
        Component(index=2, parent=1, kind="container"),
        Component(index=3, parent=2, kind="module", serial="LINECARD7"),
        Component(index=4, parent=1, kind="power-supply", serial="PSU00001"),
    ) == ["CHASSIS1"]


def test_a_chassis_inside_a_module_is_a_part() -> None:
    """Blade servers and extenders report their own chassis below the carrier's."""
    assert stack(
        Component(index=1, kind="chassis", serial="CARRIER1"),
        Component(index=2, parent=1, kind="module"),
        Component(index=3, parent=2, kind="chassis", serial="BLADE001"),
    ) == ["CARRIER1"]


def test_a_chassis_whose_parent_does_not_exist_is_at_the_root() -> None:
    assert stack(Component(index=5, parent=99, kind="chassis", serial="GHOST001")) == [
        "GHOST001"
    ]


def test_parents_in_a_circle_end_the_search() -> None:
    found = stack(
        Component(index=1, parent=2, kind="container"),
        Component(index=2, parent=1, kind="container"),
        Component(index=3, parent=1, kind="chassis", serial="CIRCLE01"),
    )
    assert found == []


def test_the_maker_of_the_device_is_the_scope_of_its_chassis() -> None:
    """A chassis row often names the maker of the metal."""
    part = Component(index=1, kind="chassis", serial="S1234", manufacturer="Foxconn")
    seen = replace(box(maker=""), components=(part,))
    found = [i for i in identifiers_of([seen], vendor=CISCO) if i.kind == "serial"]
    assert [(i.value, i.scope) for i in found] == [("S1234", "cisco")]


def test_a_chassis_names_its_maker_where_nobody_else_does() -> None:
    part = Component(index=1, kind="chassis", serial="S1234", manufacturer=HP)
    seen = replace(box(maker=""), components=(part,))
    found = [i for i in identifiers_of([seen]) if i.kind == "serial"]
    assert [(i.value, i.scope) for i in found] == [("S1234", "hp")]


def test_a_serial_that_identification_read_counts_in_the_scope_of_its_vendor() -> None:
    found = identifiers_of([box(maker="")], vendor=HP, serial="cn-8812")
    assert [(i.value, i.scope) for i in found if i.kind == "serial"] == [
        ("CN8812", "hp")
    ]


@pytest.mark.parametrize("collector", ["sip", "http", "link", "registered"])
def test_a_phone_that_speaks_of_itself_gives_its_own_serial(collector: str) -> None:
    phone = Phone(serial="PH00017", manufacturer="Yealink", source="status page")
    seen = replace(box(collector=collector), phones=(phone,))
    assert values(seen, kind="serial") == ["PH00017"]


def test_a_switchboard_is_none_of_the_phones_it_lists() -> None:
    phone = Phone(mac=CARD_1, serial="PH00017", device_name="SEP3CD92B111111")
    seen = replace(box(collector="pbx"), phones=(phone,))
    assert values(seen, kind="serial") == []
    assert values(seen, kind="mac") == []


@pytest.mark.parametrize(
    "label",
    ["S/N: {}", "s/n {}", "SN {}", "SN:{}", "Serial No. {}", "Serial Number: {}"],
)
def test_what_a_label_prints_before_a_serial_is_no_part_of_it(label: str) -> None:
    one = visit("a", serial=label.format("FCW2101L0AB"))
    assert sorted_into(one, visit("b", serial="FCW2101L0AB")) == ["a+b"]


@pytest.mark.parametrize("serial", ["SN2101L0AB", "SER210177", "SERIAL12X"])
def test_letters_that_a_serial_begins_with_stay(serial: str) -> None:
    assert serial_key(serial) == serial
