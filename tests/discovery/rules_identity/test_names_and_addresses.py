"""Names and addresses are weak: they support or contradict, and seldom decide."""

from __future__ import annotations

from dataclasses import replace

import pytest

from collectors.facts import Address, OperatingSystem
from tests.discovery.fakes import box
from tests.discovery.rules_identity.visits import (
    AGENT_1,
    AGENT_2,
    CARD_1,
    CARD_2,
    DAY,
    known,
    record,
    sorted_into,
    visit,
)


def test_a_sysname_alone_joins_nothing() -> None:
    one, other = visit("a", name="core1"), visit("b", name="core1")
    assert sorted_into(one, other) == ["a", "b"]


def test_two_names_do_not_part_what_a_card_joins() -> None:
    one = visit("a", name="old1", macs=[CARD_1])
    other = visit("b", name="new1", macs=[CARD_1])
    assert sorted_into(one, other) == ["a+b"]


def test_capitals_in_a_name_do_not_matter() -> None:
    """RFC 4343."""
    one = visit("a", name="Build7", host_key="SHA256:k")
    other = visit("b", name="BUILD7", host_key="SHA256:k")
    assert sorted_into(one, other) == ["a+b"]


def test_a_short_name_agrees_with_the_fqdn_of_that_host() -> None:
    one = visit("a", name="build7", host_key="SHA256:k")
    other = visit("b", name="build7.example.net", host_key="SHA256:k")
    assert sorted_into(one, other) == ["a+b"]


def test_a_short_name_and_its_fqdn_do_not_contradict_each_other() -> None:
    one = visit("a", serial="S1234", macs=[CARD_1], name="r7", engine=AGENT_1)
    other = visit(
        "b",
        serial="S1234",
        macs=[CARD_2],
        name="r7.example.net",
        engine=AGENT_2,
        after=DAY * 1.1,
    )
    assert sorted_into(one, other) == ["a+b"]


def test_a_dot_at_the_end_of_an_fqdn_does_not_matter() -> None:
    """RFC 1034: it only says that the name is complete."""
    one = visit("a", name="build7.example.net.", host_key="SHA256:k")
    other = visit("b", name="build7.example.net", host_key="SHA256:k")
    assert sorted_into(one, other) == ["a+b"]


def test_one_short_name_in_two_domains_is_two_names() -> None:
    one = visit("a", name="build7.paris.example", host_key="SHA256:k")
    other = visit("b", name="build7.rome.example", host_key="SHA256:k")
    assert sorted_into(one, other) == ["a", "b"]


def test_a_short_name_that_another_one_begins_with_is_another_name() -> None:
    one = visit("a", name="build7", host_key="SHA256:k")
    other = visit("b", name="build77.example.net", host_key="SHA256:k")
    assert sorted_into(one, other) == ["a", "b"]


def test_names_are_of_their_site() -> None:
    (here,) = known(box(name="core1", site="paris"), kind="name")
    (there,) = known(box(name="core1", site="rome"), kind="name")
    assert here != there


def test_the_host_name_of_the_operating_system_counts_as_the_sysname_does() -> None:
    seen = replace(box(), operating_system=OperatingSystem(hostname="build7"))
    assert [i.value for i in known(seen, kind="name")] == ["build7"]


def test_an_operating_system_without_a_host_name_names_nobody() -> None:
    seen = replace(box(), operating_system=OperatingSystem(name="Debian"))
    assert known(seen, kind="name") == []


def test_who_has_nothing_but_an_address_is_the_device_seen_there() -> None:
    one = visit("a", "10.0.0.7", serial="S1234")
    assert sorted_into(one, visit("b", "10.0.0.7")) == ["a+b"]


def test_an_address_stays_with_a_device_for_a_day_and_no_longer() -> None:
    one = visit("a", "10.0.0.7", serial="S1234")
    assert sorted_into(one, visit("b", "10.0.0.7", after=DAY)) == ["a+b"]
    assert sorted_into(one, visit("b", "10.0.0.7", after=DAY * 1.001)) == ["a", "b"]
    # Who said nothing may be read later; who was read may have left.
    assert sorted_into(one, visit("b", "10.0.0.7", after=-DAY * 29)) == ["a+b"]
    assert sorted_into(one, visit("b", "10.0.0.7", after=-DAY * 31)) == ["a", "b"]


def test_an_address_that_changed_hands_within_a_day_is_nobodys() -> None:
    one = visit("a", "10.0.0.7", serial="S1111")
    two = visit("b", "10.0.0.7", serial="S2222")
    assert sorted_into(one, two, visit("c", "10.0.0.7")) == ["a", "b", "c"]


def test_of_two_holders_of_an_address_the_one_of_that_day_is_meant() -> None:
    before = visit("a", "10.0.0.7", serial="S1111", after=-DAY * 3)
    now = visit("b", "10.0.0.7", serial="S2222")
    assert sorted_into(before, now, visit("c", "10.0.0.7")) == ["a", "b+c"]


def test_one_address_at_two_sites_is_two_hosts() -> None:
    here = visit("a", "10.0.0.7", serial="S1234", site="paris")
    there = visit("b", "10.0.0.7", site="rome")
    assert sorted_into(here, there) == ["a", "b"]


def test_another_name_at_an_address_is_another_host() -> None:
    one = visit("a", "10.0.0.7", serial="S1234", name="old1")
    other = visit("b", "10.0.0.7", name="new1")
    assert sorted_into(one, other) == ["a", "b"]


def test_visits_that_say_nothing_at_one_address_are_one_host() -> None:
    one, other = visit("a", "10.0.0.7"), visit("b", "10.0.0.7")
    assert sorted_into(one, other) == ["a+b"]


def test_visits_with_other_names_only_at_one_address_are_two_hosts() -> None:
    one, other = visit("a", "10.0.0.7", name="x1"), visit("b", "10.0.0.7", name="x2")
    assert sorted_into(one, other) == ["a", "b"]


@pytest.mark.parametrize(
    "ip",
    ["127.0.0.1", "::1", "169.254.7.7", "fe80::1", "0.0.0.0", "224.0.0.5", "no ip"],
)
def test_addresses_that_everybody_has_identify_nobody(ip: str) -> None:
    seen = replace(box("10.0.0.7"), addresses=(Address(ip=ip),))
    assert [i.value for i in known(seen, kind="ip")] == ["10.0.0.7"]


def test_a_loopback_address_that_was_visited_is_an_address() -> None:
    """Agents of a simulated or a local network listen there."""
    assert [i.value for i in known(box("127.0.0.9"), kind="ip")] == ["127.0.0.9"]


@pytest.mark.parametrize("ip", ["0.0.0.0", "224.0.0.5"])
def test_nobody_can_be_visited_at_a_group_or_at_none(ip: str) -> None:
    assert known(box(ip), kind="ip") == []


def test_an_address_of_a_vrf_is_another_one_than_the_same_outside() -> None:
    """RFC 4364: routing tables of customers overlap."""
    inside = replace(box("10.0.0.7"), addresses=(Address(ip="10.9.9.9", vrf="red"),))
    outside = replace(box("10.0.0.7"), addresses=(Address(ip="10.9.9.9"),))
    scopes = [
        i.scope
        for seen in (inside, outside)
        for i in known(seen, kind="ip")
        if i.value == "10.9.9.9"
    ]
    assert scopes == ["/red", ""]


def test_an_own_address_that_was_not_visited_joins_nothing() -> None:
    seen = replace(box("10.0.0.7", serial="S1234"), addresses=(Address(ip="10.0.0.8"),))
    assert sorted_into(record("a", seen), visit("b", "10.0.0.8")) == ["a", "b"]
