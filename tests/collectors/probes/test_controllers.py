"""Controllers asked in their own protocols: real servers of pymodbus and bacpypes3."""

from __future__ import annotations

import asyncio
import socket
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import UTC, datetime

import pytest
from bacpypes3.app import Application
from bacpypes3.local.device import DeviceObject
from bacpypes3.local.networkport import NetworkPortObject
from pymodbus import ModbusDeviceIdentification
from pymodbus.server import ModbusTcpServer
from pymodbus.simulator import DataType, SimData, SimDevice

from collectors.facts import Observation
from collectors.probes.catalogue import INDUSTRIAL, ProbeRules
from collectors.probes.collect import Prober
from collectors.probes.wire import Sent
from discovery.identity.identify import identify
from tests.collectors.probes.servers import OFFSET
from tests.discovery.office import knowledge

NOON = datetime(2026, 11, 29, 12, tzinfo=UTC)
MODBUS, BACNET = "127.88.50.1", "127.88.50.2"


@asynccontextmanager
async def plc() -> AsyncIterator[None]:
    """A programmable controller of pymodbus."""
    told = ModbusDeviceIdentification(  # type: ignore[no-untyped-call]
        info_name={
            "VendorName": "Schneider Electric",
            "ProductCode": "TM221CE24R",
            "MajorMinorRevision": "V1.12",
        }
    )
    device = SimDevice(1, [SimData(0, count=8, values=0, datatype=DataType.REGISTERS)])
    server = ModbusTcpServer(device, identity=told, address=(MODBUS, 502 + OFFSET))
    await server.serve_forever(background=True)
    try:
        yield
    finally:
        await server.shutdown()  # type: ignore[no-untyped-call]


def is_free(address: str, port: int) -> bool:
    """Whether nobody receives datagrams there yet."""
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as probe:
        try:
            probe.bind((address, port))
        except OSError:
            return False
        return True


@asynccontextmanager
async def air_handler() -> AsyncIterator[None]:
    """A controller of a building, by bacpypes3."""
    device = DeviceObject(
        objectIdentifier=("device", 599),
        objectName="AHU-roof",
        vendorName="Siemens Building Technologies",
        vendorIdentifier=7,
        modelName="DXR2.E18-101A",
        firmwareRevision="01.21.45",
        applicationSoftwareVersion="1.0",
        protocolVersion=1,
        protocolRevision=22,
    )
    port = NetworkPortObject(
        f"{BACNET}/8:{47808 + OFFSET}",
        objectIdentifier=("network-port", 1),
        objectName="port",
    )
    app = Application.from_object_list([device, port])
    try:
        async with asyncio.timeout(60):
            while is_free(BACNET, 47808 + OFFSET):
                await asyncio.sleep(0.01)
        yield
    finally:
        app.close()


async def asked(address: str, allowed: bool) -> tuple[Observation | None, list[Sent]]:
    sent: list[Sent] = []
    names = tuple(f"{name} 127.88.50.0/24" for name in INDUSTRIAL) if allowed else ()
    prober = Prober(rate=10_000, timeout=5.0, offset=OFFSET, log=sent.append)
    found = await prober.collect(
        ProbeRules(industrial=names), address=address, seen_at=NOON
    )
    return found, [each for each in sent if each.probe in INDUSTRIAL]


async def test_a_controller_tells_what_it_is_by_modbus() -> None:
    async with plc():
        found, _ = await asked(MODBUS, allowed=True)
        silent, sent = await asked(MODBUS, allowed=False)
    assert found is not None
    fields = identify([found], knowledge()).fields
    assert [fields[n].value for n in ("type", "vendor", "model")] == [
        *("industrial", "Schneider Electric", "TM221CE24R")
    ]
    assert (silent, sent) == (None, []), "nobody said that it may be asked"


async def test_a_controller_of_a_building_tells_what_it_is_by_bacnet() -> None:
    async with air_handler():
        found, sent = await asked(BACNET, allowed=True)
    assert found is not None
    assert {each.port for each in sent} == {502, 44818, 47808}
    fields = identify([found], knowledge()).fields
    assert fields["type"].value == "environment"
    assert fields["vendor"].value is not None
    assert fields["vendor"].value.startswith("Siemens")
    assert fields["model"].value == "DXR2.E18-101A"
    assert "AHU-roof" in {c.value for c in found.clues if c.kind == "name"}


pytestmark = pytest.mark.filterwarnings("ignore::DeprecationWarning")
