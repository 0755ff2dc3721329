"""Machines over days: clones, repairs, shared values and addresses that pass on."""

from __future__ import annotations

from datetime import timedelta

from discovery.matching.match import resolve
from tests.discovery.fakes import mac
from tests.discovery.rules_identity.visits import (
    AGENT_1,
    AGENT_2,
    BOARD_1,
    BOARD_2,
    CARD_1,
    CARD_2,
    CARD_3,
    DAY,
    devices,
    sorted_into,
    visit,
)

VM_1, VM_2 = "52:54:00:00:00:01", "52:54:00:00:00:02"
TEMPLATE = "SHA256:template"
WEEK = timedelta(days=7)


def test_a_clone_is_known_by_its_made_up_card_at_whatever_address() -> None:
    one = visit("a", "10.0.0.1", macs=[VM_1], host_key=TEMPLATE)
    other = visit("b", "10.0.0.2", macs=[VM_2], host_key=TEMPLATE)
    moved = visit("c", "10.0.0.9", macs=[VM_1], host_key=TEMPLATE, after=DAY)
    assert sorted_into(one, other, moved) == ["a+c", "b"]


def test_clones_that_swap_addresses_stay_themselves() -> None:
    visits = [
        visit("a", "10.0.0.1", name="template", macs=[VM_1], host_key=TEMPLATE),
        visit("b", "10.0.0.2", name="template", macs=[VM_2], host_key=TEMPLATE),
        visit(
            *("c", "10.0.0.2"),
            name="template",
            macs=[VM_1],
            host_key=TEMPLATE,
            after=4 * DAY,
        ),
    ]
    assert sorted_into(*visits) == ["a+c", "b"]


def test_a_made_up_card_alone_joins_nothing() -> None:
    one = visit("a", "10.0.0.1", macs=[VM_1])
    other = visit("b", "10.0.0.2", macs=[VM_1], after=DAY)
    assert sorted_into(one, other) == ["a", "b"]


def test_what_was_proven_to_be_of_several_joins_nothing_when_they_are_gone() -> None:
    old = visit("a", "10.0.0.1", serial="AS0400", name="ups", macs=[CARD_1])
    new = visit(
        *("b", "10.0.0.7"), serial="AS0400", name="ups", macs=[CARD_2], after=WEEK
    )
    assert sorted_into(old, new) == ["a+b"]
    borne = resolve([old, new], borne=frozenset({("serial", "AS0400")}))
    assert devices(borne) == ["a", "b"]


def test_only_devices_with_other_cards_prove_that_a_value_is_shared() -> None:
    at_once = [
        visit("a", "10.0.0.1", serial="AS0400", macs=[CARD_1]),
        visit("b", "10.0.0.2", serial="AS0400", macs=[CARD_2]),
    ]
    (proven,) = resolve(at_once).borne
    half_read = visit("c", "10.0.0.3", serial="PF1", uuid=BOARD_2)
    whole = visit("d", "10.0.0.4", serial="PF1", uuid=BOARD_1, macs=[CARD_3])
    (guessed,) = resolve([half_read, whole]).borne
    assert (proven.proven, guessed.proven) == (True, False)


def test_a_bearer_of_a_shared_value_is_the_one_that_was_there_last() -> None:
    visits = [
        visit("a", "10.0.0.1", serial="AS0400", macs=[CARD_1]),
        visit("b", "10.0.0.2", serial="AS0400", macs=[CARD_2]),
        visit("c", "10.0.0.1", serial="AS0400", after=WEEK),
    ]
    assert sorted_into(*visits) == ["a+c", "b"]


def test_a_bearer_of_a_shared_value_is_no_other_machine_at_its_address() -> None:
    visits = [
        visit("a", "10.0.0.1", serial="AS0400", macs=[CARD_1]),
        visit("b", "10.0.0.2", serial="AS0400", macs=[CARD_2]),
        visit("phone", "10.0.0.3", macs=[CARD_3], after=DAY),
        visit("c", "10.0.0.3", serial="AS0400", after=DAY * 2),
    ]
    assert sorted_into(*visits) == ["a", "b", "c", "phone"]


def test_who_was_seen_elsewhere_since_has_left_an_address() -> None:
    visits = [
        visit("a", "10.0.0.1", serial="S77", macs=[CARD_1]),
        visit("b", "10.0.0.9", serial="S77", macs=[CARD_1], after=DAY * 3),
        visit("silent", "10.0.0.1", after=DAY),
    ]
    assert sorted_into(*visits) == ["a+b", "silent"]


def test_one_serial_and_one_card_are_a_repaired_machine_in_either_order() -> None:
    visits = [
        visit("old", "10.0.0.1", serial="PF7", uuid=BOARD_1, macs=[CARD_1, CARD_2]),
        visit("half", "10.0.0.1", serial="PF7", uuid=BOARD_2, after=DAY),
        visit(
            *("new", "10.0.0.5"),
            serial="PF7",
            uuid=BOARD_2,
            macs=[CARD_3, CARD_2],
            after=2 * DAY,
        ),
    ]
    assert sorted_into(*visits) == ["half+new+old"]


def test_one_serial_at_one_place_is_one_box_whatever_else_has_changed() -> None:
    before = visit("a", "10.0.0.1", serial="FOC1X", name="sw1", engine=AGENT_1)
    after = visit(
        *("b", "10.0.0.1"),
        serial="FOC1X",
        name="core-9",
        engine=AGENT_2,
        macs=[mac(77)],
        after=WEEK,
    )
    assert sorted_into(before, after) == ["a+b"]


def test_the_same_address_of_two_sites_is_no_agreement() -> None:
    north = visit("a", "10.0.0.1", name="n", host_key="SHA256:k", site="north")
    south = visit(
        *("b", "10.0.0.1"), name="s", host_key="SHA256:k", site="south", after=WEEK
    )
    assert sorted_into(north, south) == ["a", "b"]
