"""What firmware leaves in place of a value identifies nothing.

The words are those that boards and agents are known to answer with.
"""

from __future__ import annotations

from dataclasses import replace

import pytest

from collectors.facts import Clue, Observation
from discovery.matching import placeholders
from tests.discovery.fakes import box
from tests.discovery.rules_identity.visits import (
    CARD_1,
    CARD_2,
    sorted_into,
    values,
    visit,
)


def with_clue(seen: Observation, kind: str, value: str) -> Observation:
    return replace(seen, clues=(Clue(kind, value, "test"),))


@pytest.mark.parametrize(
    "serial",
    [
        "To Be Filled By O.E.M.",
        "to be filled by o.e.m",
        "Default string",
        "System Serial Number",
        "Not Specified",
        "Not Available",
        "N/A",
        "None",
        "null",
        "unknown",
        "BUILTIN",
        "0123456789",
        "1234567890",
        "INVALID",
        "OEM",
        " Default string. ",
    ],
)
def test_a_filler_serial_joins_nothing(serial: str) -> None:
    assert values(box(serial=serial), kind="serial") == []
    one, other = visit("a", serial=serial), visit("b", serial=serial)
    assert sorted_into(one, other) == ["a", "b"]


@pytest.mark.parametrize("serial", ["000", "XXXXXXXX", "........", "1111111", "---"])
def test_one_character_over_and_over_is_no_serial(serial: str) -> None:
    assert values(box(serial=serial), kind="serial") == []


@pytest.mark.parametrize("serial", ["", " ", "1", "A7", " A7 "])
def test_one_or_two_characters_are_no_serial(serial: str) -> None:
    assert values(box(serial=serial), kind="serial") == []


@pytest.mark.parametrize("serial", ["A71", "112", "NONE-4471", "SERIAL7", "0000001"])
def test_what_only_looks_like_a_filler_is_a_serial(serial: str) -> None:
    assert len(values(box(serial=serial), kind="serial")) == 1


@pytest.mark.parametrize(
    "uuid",
    [
        "00000000-0000-0000-0000-000000000000",
        "ffffffff-ffff-ffff-ffff-ffffffffffff",
        "FFFFFFFF-FFFF-FFFF-FFFF-FFFFFFFFFFFF",
        "03000200-0400-0500-0006-000700080009",
        "00020003-0004-0005-0006-000700080009",
        "not a uuid",
        "",
    ],
)
def test_a_uuid_that_every_board_has_identifies_none(uuid: str) -> None:
    assert values(box(uuid=uuid), kind="uuid") == []


def test_a_filler_uuid_is_one_in_either_byte_order() -> None:
    """SMBIOS 2.6 stores the first three fields little-endian; tools disagree."""
    assert values(box(uuid="00020003-0004-0005-0006-000700080009"), kind="uuid") == []
    assert values(box(uuid="03000200-0400-0500-0006-000700080009"), kind="uuid") == []


@pytest.mark.parametrize("imei", ["000000000000000", "unknown", ""])
def test_a_filler_imei_identifies_nothing(imei: str) -> None:
    seen = box()
    assert values(with_clue(seen, "imei", imei), kind="imei") == []


def test_an_imei_identifies_a_device_in_another_sim_and_under_another_name() -> None:
    one = with_clue(box(name="modem-1"), "imei", "490154203237518")
    assert values(one, kind="imei") == ["490154203237518"]


@pytest.mark.parametrize(
    "name",
    [
        "localhost",
        "localhost.localdomain",
        "switch",
        "Router",
        "MikroTik",
        "ubnt",
        "pc",
        "none",
        "xxxx",
    ],
)
def test_a_name_from_the_factory_names_nobody(name: str) -> None:
    assert placeholders.is_generic_name(name)
    # One key on two hosts that keep the factory's name is a cloned disk.
    one = visit("a", name=name, host_key="SHA256:k")
    other = visit("b", name=name, host_key="SHA256:k")
    assert sorted_into(one, other) == ["a", "b"]


@pytest.mark.parametrize("name", ["switch-a2", "core.example.net", "srv", "ap-3", "r1"])
def test_a_name_that_somebody_gave_is_a_name(name: str) -> None:
    assert not placeholders.is_generic_name(name)


def test_filler_serials_do_not_keep_the_same_card_apart() -> None:
    one = visit("a", serial="Default string", macs=[CARD_1])
    other = visit("b", serial="To be filled by O.E.M.", macs=[CARD_1, CARD_2])
    assert sorted_into(one, other) == ["a+b"]
