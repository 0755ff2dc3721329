"""Parts of network devices over several visits: each once, and gone when taken out."""

from __future__ import annotations

from collections import Counter

import pytest

from collectors.facts import Observation
from collectors.ssh.consoles.platforms import CliKnowledge, build_knowledge
from config.catalog import load_folder
from discovery.observations.overlay import overlay
from tests.collectors.ssh.test_network import VERSION, FakeCli, seen


@pytest.fixture(scope="module")
def knowledge() -> CliKnowledge:
    return build_knowledge(load_folder("platforms"))


CHASSIS = ("1", "WS-C3850-48P", "WS-C3850-48P", "FOC1111A1AA")
SUPPLIES = [(f"Power Supply {s}", "Supply", "PWR-1", f"LIT000{s}") for s in "AB"]
UPLINK = ("Uplink Module", "4x10G", "C3850-NM-4-10G", "FOC3333C3CC")


async def parts_after(
    knowledge: CliKnowledge, *visits: str
) -> list[tuple[int, str | None]]:
    """Return numbers and serials of what is known after some answers to one command."""
    known: Observation | None = None
    for answer in visits:
        cli = FakeCli({"show version": VERSION, "show inventory": answer}, "cisco_ios")
        told = await seen(cli, knowledge)
        known = overlay(known, told) if known else told
    assert known is not None
    numbers = [part.index for part in known.components]
    assert len(set(numbers)) == len(numbers)
    return [(part.index, part.serial) for part in known.components]


def inventory(*parts: tuple[str, str, str, str]) -> str:
    rows = (
        f'NAME: "{name}", DESCR: "{descr}"\nPID: {model} , VID: V02  , SN: {serial}'
        for name, descr, model, serial in parts
    )
    return "\n\n".join(rows)


async def test_a_part_that_was_taken_out_is_gone_and_leaves_no_other_one_twice(
    knowledge: CliKnowledge,
) -> None:
    before = inventory(CHASSIS, *SUPPLIES, UPLINK)
    after = inventory(CHASSIS, SUPPLIES[1], UPLINK)
    assert [serial for _, serial in await parts_after(knowledge, before, after)] == [
        *("FOC1111A1AA", "LIT000B", "FOC3333C3CC")
    ]


async def test_parts_of_a_command_that_was_cut_off_are_kept_once(
    knowledge: CliKnowledge,
) -> None:
    before = inventory(CHASSIS, *SUPPLIES, UPLINK)
    after = inventory(CHASSIS, UPLINK) + "\n\n!! line of a newer release\n"
    found = Counter(s for _, s in await parts_after(knowledge, before, after))
    serials = ("FOC1111A1AA", "LIT000A", "LIT000B", "FOC3333C3CC")
    assert found == Counter(serials)
