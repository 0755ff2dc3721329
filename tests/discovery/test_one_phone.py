"""One phone, told of in four ways, is one device with its line, person and port."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import Engine, text

from collectors.facts import MedInventory, Observation, Phone
from collectors.pbx.facts import Extension, PbxReading, Registration
from collectors.pbx.source import PbxSource
from discovery.scan.read_pbx import write_reading, write_registered
from inventory.network.merge_devices import merge_device
from inventory.queries.telephony.extensions import ExtensionFilter, list_extensions
from inventory.storage.work import UnitOfWork
from tests.discovery.fake_network import FakeNetwork
from tests.discovery.fakes import PlainIdentify, lldp, mac, switch
from tests.discovery.scanning import request, scan
from tests.inventory.world import build

NOON = datetime(2026, 3, 16, 12, tzinfo=UTC)
PHONE, AT = "80:5e:c0:11:22:33", "10.0.0.50"
AGENT = "Yealink SIP-T46U 108.86.0.20"
SOURCE = PbxSource(name="main", kind="asterisk", host="10.0.0.10", region="NL")


class Days:
    """A clock that goes on a little with each step."""

    def __init__(self) -> None:
        self.now = NOON

    def __call__(self) -> datetime:
        return self.now


def answer() -> Observation:
    """SIP OPTIONS: the User-Agent tells the model, not the MAC."""
    phone = Phone(manufacturer="Yealink", model="SIP-T46U", user_agent=AGENT)
    return Observation(address=AT, collector="sip", seen_at=NOON, phones=(phone,))


def access() -> Observation:
    """A switch with the phone on port 7, by LLDP-MED, FDB and ARP."""
    med = MedInventory(manufacturer="Yealink", model="SIP-T46U", serial="3131A2")
    heard = lldp(7, PHONE, PHONE, capabilities=["telephone"], med=med)
    return switch(
        "10.0.0.1",
        100,
        12,
        fdb=[(PHONE, 7, 20), (mac(9000), 8, 10)],
        arp=[(AT, PHONE)],
        neighbours=[heard],
    )


def reading(at: datetime, told: str | None) -> PbxReading:
    line = Registration(
        extension="2001", mac=told, ip=AT, user_agent=AGENT, registered=True
    )
    return PbxReading(
        source="main",
        kind="asterisk",
        address="10.0.0.10:5038",
        seen_at=at,
        extensions=(Extension(number="2001", email="sari@example.com"),),
        registrations=(line,),
        reads=frozenset({"extensions", "registrations"}),
    )


ORDERS = (
    ("sip", "switch", "pbx", "sip", "pbx"),
    ("switch", "pbx", "sip", "switch", "pbx"),
    ("pbx", "sip", "switch", "sip", "pbx"),
)


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
@pytest.mark.parametrize("told", [PHONE, None], ids=["mac", "no-mac"])
@pytest.mark.parametrize("order", ORDERS, ids=["-".join(o) for o in ORDERS])
def test_whatever_tells_of_it_first(
    engine: Engine,
    clock: Callable[[], datetime],
    order: tuple[str, ...],
    told: str | None,
) -> None:
    world = build(engine, clock)
    days = Days()
    hosts: dict[str, dict[str, Observation | Exception | None]]
    hosts = {"sip": {AT: answer()}, "switch": {"10.0.0.1": access()}}
    for step in order:
        days.now += timedelta(minutes=10)
        if step == "pbx":
            now = reading(days.now, told)
            with UnitOfWork(engine, actor="scan:1", clock=days) as work:
                write_registered(work, now, PlainIdentify())
                write_reading(work, SOURCE, now)
        else:
            found = dict(hosts[step])
            scan(FakeNetwork(found), engine, days, request(*found))
    with engine.connect() as connection:
        rows = connection.execute(
            text("SELECT id, address, mac FROM device WHERE merged_at IS NULL")
        ).all()
        phones = [row for row in rows if AT == row.address or row.mac == PHONE]
        (extension,) = list_extensions(connection, NOON.date(), ExtensionFilter()).rows
        places = connection.execute(
            text(
                "SELECT s.endpoint_id FROM sighting s WHERE s.mac = :mac"
                " AND s.closed_at IS NULL"
            ),
            {"mac": PHONE},
        ).all()
    assert len(phones) == 1, rows
    assert extension["person_id"] == world.sari
    assert [p["device_id"] for p in extension["phones"]] == [phones[0].id]
    assert [place.endpoint_id for place in places] == [phones[0].id]


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_a_phone_that_was_two_devices_is_told_of_as_the_one_that_remains(
    engine: Engine, clock: Callable[[], datetime]
) -> None:
    build(engine, clock)
    days = Days()
    with UnitOfWork(engine, actor="scan:1", clock=days) as work:
        write_registered(work, reading(days.now, PHONE), PlainIdentify())
        write_reading(work, SOURCE, reading(days.now, PHONE))
        merge_device(work, 1, None, days.now, ["a test"])
        work.commit()
    with engine.connect() as connection:
        (extension,) = list_extensions(connection, NOON.date(), ExtensionFilter()).rows
    assert [p["device_id"] for p in extension["phones"]] == [None]
