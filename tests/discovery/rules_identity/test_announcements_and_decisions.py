"""What neighbours say of a device, what a person says of two, and which id stays."""

from __future__ import annotations

from dataclasses import replace

import pytest

from collectors.facts import MedInventory, Neighbour, Observation, Phone
from discovery.matching.clusters import Record
from discovery.matching.identifiers import Identifier, announced, identifiers_of
from discovery.matching.match import Decision, assign, explain, newest, resolve
from tests.discovery.fakes import HOUR, T0, box
from tests.discovery.rules_identity.visits import (
    BOARD_1,
    CARD_1,
    CARD_2,
    devices,
    known,
    sorted_into,
    visit,
)


def said(**fields: object) -> set[tuple[str, str]]:
    """What an announcement tells, without what cannot join."""
    neighbour = Neighbour(protocol="lldp", **fields)  # type: ignore[arg-type]
    return {(i.kind, i.value) for i in announced(neighbour, site="") if i.joins}


def test_a_chassis_id_of_subtype_mac_is_an_address_of_the_device() -> None:
    assert said(chassis_id=CARD_1, chassis_id_type="mac") == {("mac", CARD_1)}


def test_a_port_id_of_subtype_mac_is_an_address_of_the_device() -> None:
    found = said(
        chassis_id=CARD_1, chassis_id_type="mac", port_id=CARD_2, port_id_type="mac"
    )
    assert found == {("mac", CARD_1), ("mac", CARD_2)}


def test_a_chassis_id_that_only_looks_like_an_address_is_text() -> None:
    assert said(chassis_id=CARD_1, chassis_id_type="local") == set()


@pytest.mark.parametrize("prefix", ["SEP", "SIP", "ATA", "sep"])
def test_cisco_names_its_phones_by_their_address(prefix: str) -> None:
    found = {("mac", CARD_1)}
    text = prefix + CARD_1.replace(":", "").upper()
    assert said(chassis_id=text) == found
    assert said(sys_name=text) == found


@pytest.mark.parametrize("text", ["SEPARATION", "SEP3CD92B11111", "SWI3CD92B111111"])
def test_a_name_that_begins_like_a_phone_is_a_name(text: str) -> None:
    assert said(chassis_id=text) == set()


def test_the_serial_of_lldp_med_is_of_its_manufacturer() -> None:
    med = MedInventory(serial="ph-00017", manufacturer="Polycom")
    neighbour = Neighbour(protocol="lldp", med=med)
    (found,) = announced(neighbour, site="")
    assert (found.kind, found.value, found.scope) == ("serial", "PH00017", "poly")


def test_a_neighbour_with_an_address_and_a_name_is_not_identified_by_them() -> None:
    found = list(
        announced(
            Neighbour(
                protocol="cdp", sys_name="sw-7", management_addresses=("10.0.0.7",)
            ),
            site="paris",
        )
    )
    assert [(i.kind, i.value, i.scope) for i in found] == [
        ("name", "sw-7", "paris"),
        ("ip", "10.0.0.7", "paris"),
    ]
    assert not any(i.joins for i in found)


def test_what_was_heard_of_a_device_is_its_own_and_of_its_neighbours_is_not() -> None:
    neighbour = Neighbour(protocol="lldp", chassis_id=CARD_1, chassis_id_type="mac")
    heard = Observation(
        address=CARD_1, collector="heard", seen_at=T0, neighbours=(neighbour,)
    )
    assert [i.value for i in known(heard, kind="mac")] == [CARD_1]
    own = replace(box(), neighbours=(neighbour,))
    assert known(own, kind="mac") == []


def test_a_phone_that_was_announced_and_answers_itself_is_one_device() -> None:
    neighbour = Neighbour(protocol="cdp", chassis_id="SEP3CD92B111111")
    heard = Observation(
        address=CARD_1, collector="heard", seen_at=T0, neighbours=(neighbour,)
    )
    phone = Observation(
        address="10.0.0.9",
        collector="sip",
        seen_at=T0,
        phones=(Phone(mac=CARD_1, source="user agent"),),
    )
    records = [
        Record(key, frozenset(identifiers_of([seen])), "", seen.address, T0)
        for key, seen in (("heard", heard), ("sip", phone))
    ]
    assert sorted_into(*records) == ["heard+sip"]


def test_a_device_name_of_a_phone_gives_its_address() -> None:
    phone = Phone(device_name="SEP3CD92B111111")
    seen = Observation(
        address="10.0.0.9", collector="http", seen_at=T0, phones=(phone,)
    )
    assert [i.value for i in known(seen, kind="mac")] == [CARD_1]


SERIAL_1, SERIAL_2 = (Identifier("serial", s, "acme") for s in ("S1111", "S2222"))


def test_a_person_may_join_what_evidence_parts() -> None:
    one, other = visit("a", serial="S1111"), visit("b", serial="S2222")
    same = Decision("same", SERIAL_1, SERIAL_2)
    assert sorted_into(one, other, decisions=[same]) == ["a+b"]


def test_a_person_may_part_what_evidence_joins_and_those_who_have_both_go_along() -> (
    None
):
    one = visit("a", serial="S1111", macs=[CARD_1])
    other = visit("b", macs=[CARD_1], name="b1")
    apart = Decision("different", SERIAL_1, Identifier("name", "b1"))
    assert sorted_into(one, other) == ["a+b"]
    assert sorted_into(one, other, decisions=[apart]) == ["a", "b"]
    turned = Decision("different", Identifier("name", "b1"), SERIAL_1)
    assert sorted_into(one, other, decisions=[turned]) == ["a", "b"]


def test_a_decision_about_two_devices_leaves_a_third_one_alone() -> None:
    one = visit("a", serial="S1111", macs=[CARD_1])
    other = visit("b", macs=[CARD_1, CARD_2], name="b1")
    third = visit("c", macs=[CARD_2])
    name = Identifier("name", "b1")
    for pair in ((SERIAL_1, name), (name, SERIAL_1)):
        decided = [Decision("different", *pair)]
        assert sorted_into(one, other, third, decisions=decided) == ["a", "b+c"]


def test_a_decision_about_something_never_seen_changes_nothing() -> None:
    one, other = visit("a", serial="S1111"), visit("b", serial="S1111")
    unseen = Identifier("serial", "S9999", "acme")
    for verdict in ("same", "different"):
        for pair in ((SERIAL_1, unseen), (unseen, SERIAL_1)):
            decided = [Decision(verdict, *pair)]
            assert sorted_into(one, other, decisions=decided) == ["a+b"]


def test_a_device_keeps_the_lowest_of_its_ids() -> None:
    group = frozenset("abc")
    assert assign([group], {"a": 9, "b": 7}) == [7]


def test_a_split_leaves_the_id_with_the_greater_part() -> None:
    groups = [frozenset("a"), frozenset("bc")]
    assert assign(groups, {"a": 7, "b": 7, "c": 7}) == [None, 7]
    assert assign(groups[::-1], {"a": 7, "b": 7, "c": 7}) == [7, None]


def test_of_equal_parts_the_first_in_order_keeps_the_id() -> None:
    assert assign([frozenset("b"), frozenset("a")], {"a": 7, "b": 7}) == [None, 7]


def test_an_id_that_no_part_holds_goes_to_none() -> None:
    assert assign([frozenset("a"), frozenset("b")], {}) == [None, None]


def test_the_fit_of_a_record_is_told_by_what_it_shares_strongest_first() -> None:
    record = visit("a", "10.0.0.1", serial="S1111", macs=[CARD_1], name="pc-1")
    other = visit("b", "10.0.0.2", serial="S1111", macs=[CARD_1], name="pc-1")
    score, reasons = explain(record, [other])
    assert reasons == ("same serial S1111", f"same mac {CARD_1}", "same name pc-1")
    # Each value leaves the doubt that its strength leaves: 1 - 0.01 * 0.2 * 0.7.
    assert score == 0.999
    assert explain(record, []) == (0.0, ())


def test_one_weak_value_leaves_much_doubt() -> None:
    record, other = visit("a", "10.0.0.1", name="pc-1"), visit("b", name="pc-1")
    assert explain(record, [other]) == (0.3, ("same name pc-1",))


def test_five_reasons_are_enough() -> None:
    cards = [f"3c:d9:2b:00:00:0{n}" for n in range(7)]
    one, other = visit("a", macs=cards), visit("b", macs=cards)
    assert explain(one, [other])[1] == tuple(f"same mac {mac}" for mac in cards[:5])


def test_the_newest_record_dates_a_device() -> None:
    assert newest([visit("a"), visit("b", after=HOUR), visit("c")]) == T0 + HOUR


def test_who_fits_one_device_only_is_that_device_and_no_conflict() -> None:
    known_box = visit("a", uuid=BOARD_1, macs=[CARD_1])
    found = resolve([known_box, visit("b", macs=[CARD_1])])
    assert devices(found) == ["a+b"]
    assert found.conflicts == ()
    assert found.shared == frozenset()


def test_a_value_is_read_from_the_best_of_its_sources() -> None:
    """The base address of a switch is also that of its first port."""
    (found,) = known(box(base=CARD_1, macs=[CARD_1]), kind="mac")
    assert found.source == "bridge address"


def test_of_equal_sources_the_first_is_named() -> None:
    (found,) = known(box(macs=[CARD_1, CARD_1]), kind="mac")
    assert found.source == "eth1"


def test_from_a_strength_of_sixty_on_a_value_may_join() -> None:
    assert Identifier("x", "v", strength=60).joins
    assert not Identifier("x", "v", strength=59).joins


def test_the_address_in_a_sip_answer_was_told_by_the_user_agent() -> None:
    phone = Phone(mac=CARD_1)
    seen = Observation(address="10.0.0.9", collector="sip", seen_at=T0, phones=(phone,))
    (found,) = known(seen, kind="mac")
    assert found.source == "user agent"
