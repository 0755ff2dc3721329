"""The office through the product's own SNMP collectors: does a scan find the truth?"""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from datetime import UTC, datetime

import pytest

from collectors.facts import Observation
from collectors.office.expected_findings import Expected
from collectors.office.server import OfficeServer
from collectors.snmp.collect import collect_snmp
from collectors.snmp.engine import OwnEngine

NOW = datetime(2026, 11, 24, 9, 0, tzinfo=UTC)


async def _collect(server: OfficeServer) -> dict[str, Observation]:
    engine = OwnEngine()

    async def one(key: str) -> tuple[str, Observation]:
        device = server.office.devices[key]
        credential = server.plan.snmp[device.snmp[0]]
        address, port = str(device.address), server.plan.ports.snmp
        told = await collect_snmp(
            engine.session(address, port, credential),
            address=address,
            port=port,
            site=server.plan.site,
            credential=credential.name,
            seen_at=NOW,
        )
        return server.scene.name(key), told

    try:
        asked = [key for key, device in server.office.devices.items() if device.snmp]
        return dict(await asyncio.gather(*(one(key) for key in asked)))
    finally:
        await engine.close()


@pytest.fixture(scope="module")
def seen(running: OfficeServer) -> Mapping[str, Observation]:
    """sysName -> what the device told."""
    return asyncio.run(_collect(running))


def test_nothing_of_the_office_gives_trouble(seen: Mapping[str, Observation]) -> None:
    assert {name: told.problems for name, told in seen.items() if told.problems} == {}


def test_each_endpoint_is_found_on_its_port(
    seen: Mapping[str, Observation], wanted: Expected
) -> None:
    for endpoint in wanted.endpoints:
        told = seen[endpoint.switch]
        names = {i.if_index: i.name.removesuffix(".0") for i in told.interfaces}
        ports = {
            names[row.if_index]
            for row in told.fdb
            if row.mac == endpoint.mac and row.if_index is not None
        }
        assert ports == {endpoint.port}, endpoint


def test_each_address_is_bound_to_its_mac_in_the_core(
    seen: Mapping[str, Observation], wanted: Expected
) -> None:
    bound = {row.ip: row.mac for row in seen["sw-core-1"].arp}
    for endpoint in wanted.endpoints:
        assert bound[endpoint.ip or ""] == endpoint.mac


def test_both_members_of_the_stack_show_their_serial(
    seen: Mapping[str, Observation], wanted: Expected
) -> None:
    parts = seen["sw-floor1"].components
    chassis = {part.serial for part in parts if part.kind == "chassis"}
    stack = next(d for d in wanted.devices if len(d.members) > 1)
    assert chassis == set(stack.members)


def test_each_phone_is_told_by_its_switch_with_model_and_serial(
    seen: Mapping[str, Observation], wanted: Expected
) -> None:
    told = {
        (row.med.serial, row.med.model)
        for observation in seen.values()
        for row in observation.neighbours
        if row.med is not None
    }
    phones = [d for d in wanted.devices if d.key.startswith("tel-")]
    assert {(d.serial, d.model) for d in phones} <= told


def test_each_link_is_heard_on_its_port(
    seen: Mapping[str, Observation], wanted: Expected
) -> None:
    heard = {
        (name, row.local_port, row.sys_name)
        for name, told in seen.items()
        for row in told.neighbours
        if row.protocol == "lldp"
    }
    for link in wanted.links:
        assert (link.a, link.a_port, link.b) in heard
