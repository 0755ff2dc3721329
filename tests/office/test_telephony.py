"""The office's telephone system and its phones' pages, read as real ones are."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime

import pytest
from pydantic import SecretStr

from collectors.errors import Unsupported
from collectors.facts import Reason
from collectors.office.model import Office
from collectors.office.server import OfficeServer
from collectors.pbx.read import read_pbx
from collectors.pbx.source import PbxSource
from collectors.phones.status_page_client import PhoneWeb, collect_page

NOON = datetime(2026, 11, 24, 12, tzinfo=UTC)


def the_system(running: OfficeServer) -> PbxSource:
    (account,) = running.plan.pbx
    return PbxSource(
        name=account.name,
        kind=account.kind,
        host=str(running.office.devices[account.device].address),
        port=running.plan.ports.manager,
        user=account.user,
        secret=account.secret,
    )


async def test_every_line_of_the_truth_is_read(
    running: OfficeServer, office: Office
) -> None:
    found = await read_pbx(the_system(running), NOON)
    assert found.problems == ()
    assert [(e.number, e.name, e.email or "") for e in found.extensions] == [
        (line.number, line.name, line.email) for line in office.lines
    ]
    phones = {d.extension: str(d.address) for d in office.devices.values()}
    assert {r.extension: r.ip for r in found.registrations} == {
        number: address for number, address in phones.items() if number
    }
    assert [(g.name, g.members) for g in found.groups] == [
        (group.number, group.members) for group in office.groups
    ]
    assert "sip-password" not in repr(found)


async def test_a_stranger_reads_nothing(running: OfficeServer) -> None:
    wrong = replace(the_system(running), secret=SecretStr("guess"))
    found = await read_pbx(wrong, NOON)
    assert [p.reason for p in found.problems] == [Reason.AUTH_FAILED]
    assert found.extensions == ()


async def test_a_phone_of_cisco_tells_its_serial_number_on_its_page(
    running: OfficeServer, office: Office
) -> None:
    phone = office.devices["tel-01"]
    seen = await collect_page(
        PhoneWeb(),
        address=str(phone.address),
        port=running.plan.ports.web,
        seen_at=NOON,
    )
    assert seen.hardware is not None
    assert (seen.hardware.serial, seen.phones[0].mac) == (phone.serial, phone.mac)
    assert seen.phones[0].extension == phone.extension
    other = str(office.devices["tel-05"].address)
    with pytest.raises(Unsupported):
        await PhoneWeb().page(other, running.plan.ports.web)
