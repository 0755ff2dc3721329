"""SNMP engine ids by RFC 3411, SSH host keys, and system UUIDs."""

from __future__ import annotations

from dataclasses import replace

import pytest

from discovery.matching.clusters import Record
from discovery.matching.identifiers import Identifier
from tests.discovery.fakes import T0, box
from tests.discovery.rules_identity.visits import (
    AGENT_1,
    AGENT_2,
    BOARD_1,
    BOARD_2,
    CARD_1,
    CARD_2,
    DAY,
    sorted_into,
    values,
    visit,
)


@pytest.mark.parametrize(
    "engine",
    [
        "80000009033cd92b111111",
        "8000000905a1b2c3d4e5f60718",
        "80001f8880e9630000a61ff449",
        "000000090200003cd92b1111",
    ],
    ids=["MAC", "octets", "net-snmp random", "before RFC 3411"],
)
def test_an_engine_id_made_of_hardware_or_chance_is_one_agent(engine: str) -> None:
    assert values(box(engine=engine), kind="engine-id") == [engine]
    one, other = visit("a", engine=engine), visit("b", engine=engine)
    assert sorted_into(one, other) == ["a+b"]


@pytest.mark.parametrize(
    "engine",
    [
        "80000009010a000001",
        "8000000902fe80000000000000000000000000000a",
        "8000000904637031",
    ],
    ids=["IPv4", "IPv6", "text"],
)
def test_an_engine_id_that_an_administrator_may_repeat_joins_nothing(
    engine: str,
) -> None:
    """RFC 3411 formats 1, 2 and 4: an address, or text as configured."""
    assert values(box(engine=engine), kind="engine-id") == []
    assert sorted_into(visit("a", engine=engine), visit("b", engine=engine)) == [
        "a",
        "b",
    ]


@pytest.mark.parametrize(
    "engine",
    [
        "",
        "80000009",
        "8000000903",
        "8000000903000000000000",
        "80000009zz3cd92b111111",
        "800000020109840301",
        "80001f8880e9630000d61ff449",
    ],
    ids=["none", "4 octets", "no data", "zeros", "no hex", "example", "from an image"],
)
def test_an_engine_id_without_content_identifies_nothing(engine: str) -> None:
    found = visit("a", engine=engine).identifiers
    assert [i for i in found if i.kind == "engine-id"] == []


def test_an_engine_id_of_a_drawn_address_may_be_anybodys() -> None:
    """Format 3 with a locally administered MAC: the virtual interface of an image."""
    drawn = "8000000903" + "0242ac110002"
    assert values(box(engine=drawn), kind="engine-id") == []


def test_an_engine_id_of_an_address_that_many_carry_may_be_anybodys() -> None:
    shared = "8000000903" + "001a7dda710a"
    assert values(box(engine=shared), kind="engine-id") == []
    own = "8000000903" + "001a7dda710b"
    assert values(box(engine=own), kind="engine-id") == [own]


def test_an_old_engine_id_is_not_read_by_the_formats_of_new_ones() -> None:
    """Without the first bit the fifth octet is no format (RFC 3411, 5)."""
    old = "000000090400003cd92b1111"
    assert values(box(engine=old), kind="engine-id") == [old]


def test_an_engine_id_copied_with_a_configuration_joins_no_other_box() -> None:
    one = visit("a", engine=AGENT_1, macs=[CARD_1], name="sw-a1")
    other = visit("b", engine=AGENT_1, macs=[CARD_2], name="sw-b1")
    assert sorted_into(one, other) == ["a", "b"]


@pytest.mark.parametrize("agree", ["name", "card"])
def test_an_engine_id_with_a_name_or_a_card_that_agrees_is_the_same_box(
    agree: str,
) -> None:
    one = visit("a", engine=AGENT_1, macs=[CARD_1], name="sw-a1")
    other = visit(
        "b",
        engine=AGENT_1,
        macs=[CARD_1 if agree == "card" else CARD_2],
        name="sw-a1" if agree == "name" else "sw-b1",
        after=DAY * 1.1,
    )
    assert sorted_into(one, other) == ["a+b"]


def test_an_engine_id_on_two_cards_at_once_was_copied_whatever_the_name() -> None:
    """A virtual machine that was cloned with its name, and both run."""
    one = visit("a", engine=AGENT_1, macs=[CARD_1], name="golden-7")
    other = visit("b", engine=AGENT_1, macs=[CARD_2], name="golden-7")
    assert sorted_into(one, other) == ["a", "b"]


def sip(key: str, card: str, name: str) -> Record:
    told = visit(key, macs=[card], name=name)
    instance = Identifier("sip-instance", "urn:uuid:1", strength=75)
    return replace(told, identifiers=told.identifiers | {instance})


def test_a_sip_instance_on_another_card_under_another_name_was_copied() -> None:
    """RFC 5626: unique to a user agent, unless its configuration was cloned."""
    assert sorted_into(sip("a", CARD_1, "tel-1"), sip("b", CARD_2, "tel-2")) == [
        "a",
        "b",
    ]
    later = replace(sip("b", CARD_2, "tel-1"), seen_at=T0 + DAY * 1.1)
    assert sorted_into(sip("a", CARD_1, "tel-1"), later) == ["a+b"]


def test_another_engine_id_alone_is_no_other_box() -> None:
    """A factory reset makes a new one."""
    one = visit("a", engine=AGENT_1, macs=[CARD_1], name="sw1")
    other = visit("b", engine=AGENT_2, macs=[CARD_1], name="sw1")
    assert sorted_into(one, other) == ["a+b"]


def test_a_host_key_with_the_same_name_is_the_same_host() -> None:
    one = visit("a", host_key="SHA256:k", name="build7")
    other = visit("b", host_key="SHA256:k", name="build7")
    assert sorted_into(one, other) == ["a+b"]


def test_a_host_key_alone_may_be_of_a_cloned_disk() -> None:
    """What neither says is no agreement."""
    one, other = visit("a", host_key="SHA256:k"), visit("b", host_key="SHA256:k")
    assert sorted_into(one, other) == ["a", "b"]


def test_a_host_key_on_other_cards_is_of_a_cloned_disk_even_under_one_name() -> None:
    one = visit("a", host_key="SHA256:k", name="golden", macs=[CARD_1])
    other = visit("b", host_key="SHA256:k", name="golden", macs=[CARD_2])
    assert sorted_into(one, other) == ["a", "b"]


def test_a_host_key_at_the_same_address_is_the_same_host() -> None:
    one = visit("a", "10.0.0.9", host_key="SHA256:k", name="old1")
    other = visit("b", "10.0.0.9", host_key="SHA256:k", name="new1")
    assert sorted_into(one, other) == ["a+b"]


def test_a_uuid_is_the_same_board_in_capitals_and_in_the_other_byte_order() -> None:
    swapped = "44454c4c-4200-1035-8057-b4c04f4d3732"
    one, other = visit("a", uuid=BOARD_1.upper()), visit("b", uuid=swapped)
    assert sorted_into(one, other) == ["a+b"]


def test_a_uuid_under_two_serials_was_copied() -> None:
    """A virtual machine's file that was copied, or firmware that was flashed."""
    one = visit("a", uuid=BOARD_1, serial="S1111")
    other = visit("b", uuid=BOARD_1, serial="S2222")
    assert sorted_into(one, other) == ["a", "b"]


def test_two_uuids_behind_one_card_are_two_machines() -> None:
    one = visit("a", uuid=BOARD_1, macs=[CARD_1])
    other = visit("b", uuid=BOARD_2, macs=[CARD_1])
    assert sorted_into(one, other) == ["a", "b"]


def test_stronger_values_join_before_weaker_ones_can_mislead() -> None:
    """A serial says whose card it is; the shared card then joins no third box."""
    assert sorted_into(
        visit("a", "10.0.0.9", serial="S1111", macs=[CARD_1]),
        visit("b", "10.0.0.9", serial="S1111", macs=[CARD_2]),
        visit("c", serial="S2222", macs=[CARD_2]),
    ) == ["a+b", "c"]
