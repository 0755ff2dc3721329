"""The simulated office, scanned by the real collectors, against its truth."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from functools import partial
from typing import Any

import pytest
from sqlalchemy import Engine, select, text
from sqlmodel import SQLModel

from collectors.office.expected_findings import Expected, ExpectedDevice, expected
from config import catalog
from discovery.scan.jobs import this_process
from discovery.scan.requests import Progress
from discovery.scan.scan import run_scan
from discovery.scan.scan_rows import create_scan
from inventory.bulk.company_file import load
from inventory.network.queries.devices import device_detail, list_devices
from inventory.network.queries.map import network_map
from inventory.network.queries.topology import list_links, plugged_in
from inventory.network.queries.worklist import dashboard, scan_detail, scan_hosts
from inventory.storage.all_tables import load_tables
from inventory.storage.audit import verify
from inventory.storage.engine import make_engine
from inventory.storage.upgrade import upgrade
from inventory.storage.work import UnitOfWork
from tests.discovery.office import (
    office,
    office_context,
    office_request,
    running_office,
)
from tests.discovery.snapshots import MOVING, OF_SCANS, differences, snapshot

START = datetime(2026, 9, 1, 8, 0, tzinfo=UTC)
"""After the last event of the company's file."""

Devices = dict[str, dict[str, Any]]


class Ticking:
    """A clock that goes on by a second each time it is read."""

    def __init__(self, start: datetime) -> None:
        self.now = start

    def __call__(self) -> datetime:
        self.now += timedelta(seconds=1)
        return self.now


@pytest.fixture(scope="module")
def running() -> Iterator[None]:
    with running_office():
        yield


@pytest.fixture(scope="module")
def scanned(
    running: None, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Engine]:
    """A database after one scan of the office."""
    path = tmp_path_factory.mktemp("office") / "office.sqlite"
    engine = make_engine(f"sqlite:///{path}")
    load_tables()
    upgrade(engine)
    with UnitOfWork(engine, actor="file", clock=lambda: START) as work:
        load(work, catalog.office("company"))
        work.commit()
    scan(engine, START)
    yield engine
    engine.dispose()


def scan(engine: Engine, at: datetime) -> Progress:
    clock = Ticking(at)

    async def whole() -> Progress:
        async with office_context(engine, clock) as context:
            scan_id = create_scan(engine, clock, office_request(), "test")
            return await run_scan(scan_id, context, owner=this_process())

    return asyncio.run(whole())


@pytest.fixture(scope="module")
def truth() -> Expected:
    return expected(office())


@pytest.fixture(scope="module")
def found(scanned: Engine, truth: Expected) -> Devices:
    """The devices by their key in the truth, found by MAC."""
    with scanned.connect() as connection:
        rows = connection.execute(
            text(
                "SELECT i.value AS held, d.* FROM identifier i"
                " JOIN device d ON d.id = i.device_id"
                " WHERE i.kind = 'mac' AND d.merged_at IS NULL"
            )
        ).mappings()
        by_mac: dict[str, list[dict[str, Any]]] = {}
        for row in rows:
            by_mac.setdefault(row["held"], []).append(dict(row))
    for device in truth.devices:
        assert len(by_mac.get(device.mac, [])) == 1, device
    return {device.key: by_mac[device.mac][0] for device in truth.devices}


def test_every_device_is_found_once_and_nothing_else(
    scanned: Engine, found: Devices, truth: Expected
) -> None:
    with scanned.connect() as connection:
        rows = list_devices(connection, limit=1000).rows
    assert {row["id"] for row in rows} == {row["id"] for row in found.values()}
    assert len(rows) == len(truth.devices)


@pytest.mark.parametrize("name", ["name", "vendor", "serial", "address"])
def test_what_devices_tell_is_in_the_database(
    found: Devices, truth: Expected, name: str
) -> None:
    wrong = [
        (device.key, getattr(device, name), found[device.key][name])
        for device in truth.devices
        if getattr(device, name) and found[device.key][name] != getattr(device, name)
    ]
    assert wrong == []


def test_every_type_is_right(found: Devices, truth: Expected) -> None:
    wrong = [
        (device.key, device.type, found[device.key]["type"])
        for device in truth.devices
        if device.type and not _is_of_type(found[device.key], device)
    ]
    assert wrong == []


def test_nothing_is_unknown(found: Devices) -> None:
    assert [key for key, row in found.items() if not row["type"]] == []


def test_models_that_are_announced_are_known(found: Devices, truth: Expected) -> None:
    announced = [d for d in truth.devices if d.model and "probe" in d.seen_by]
    assert len([d for d in announced if "snmp" not in d.seen_by]) >= 8
    wrong = [
        (device.key, device.model, found[device.key]["model"])
        for device in announced
        if device.model not in (found[device.key]["model"] or "")
        and "snmp" not in device.seen_by
    ]
    assert wrong == []


def _is_of_type(row: dict[str, Any], device: ExpectedDevice) -> bool:
    """A type may be the general word or the particular one."""
    return device.type in (row["type"], row["subtype"])


def test_every_member_of_a_stack_has_its_serial(
    scanned: Engine, found: Devices, truth: Expected
) -> None:
    for device in truth.devices:
        with scanned.connect() as connection:
            detail = device_detail(connection, found[device.key]["id"])
        assert detail is not None
        serials = {part["serial"] for part in detail["components"]}
        assert set(device.members) <= serials


def test_every_endpoint_is_at_its_port(
    scanned: Engine, found: Devices, truth: Expected
) -> None:
    wrong = []
    for endpoint in truth.endpoints:
        with scanned.connect() as connection:
            rows = plugged_in(connection, found[endpoint.device]["id"])
        behind = found[endpoint.behind]["id"] if endpoint.behind else None
        places = [
            (r["device_name"], r["port"], r["vlan"], r["ip"] or None, r["behind_id"])
            for r in rows
            if r["mac"] == endpoint.mac
        ]
        where = (endpoint.switch, endpoint.port, endpoint.vlan, endpoint.ip, behind)
        if places != [where]:
            wrong.append((endpoint, places))
    assert wrong == []


def test_every_cable_between_network_devices_is_a_link(
    scanned: Engine, truth: Expected
) -> None:
    with scanned.connect() as connection:
        rows = list_links(connection, limit=1000).rows
    cables = set()
    for row in rows:
        pairs = row["members"] or [[row["a_port"], row["b_port"]]]
        for a, b in pairs:
            cables.add(frozenset(((row["a_name"], a), (row["b_name"], b))))
    for link in truth.links:
        assert frozenset(((link.a, link.a_port), (link.b, link.b_port))) in cables


def test_the_map_shows_every_device_once_and_joins_them_all(
    scanned: Engine, found: Devices
) -> None:
    with scanned.connect() as connection:
        drawn = network_map(connection, "rotterdam", endpoints=True)
    nodes = {node["id"] for node in drawn["nodes"]}
    assert nodes == {row["id"] for row in found.values()}
    reached, ahead = set[int](), [found["core"]["id"]]
    while ahead:
        node = ahead.pop()
        reached.add(node)
        for edge in drawn["edges"]:
            if node in (edge["a"], edge["b"]):
                ahead += {edge["a"], edge["b"]} - reached
    assert reached == nodes


def test_each_host_has_a_result_and_failures_have_a_reason(scanned: Engine) -> None:
    with scanned.connect() as connection:
        rows = scan_hosts(connection, 1, limit=1000).rows
        detail = scan_detail(connection, 1)
    assert detail is not None
    assert detail["state"] == "finished"
    assert {row["outcome"] for row in rows} == {"new"}
    refused = [r for r in rows if r["collectors"].get("ssh") == "auth-failed"]
    assert refused, "two computers know no account of ours"
    assert all(r["reason"] == "auth-failed" for r in refused)


def test_the_dashboard_counts_what_is_there(scanned: Engine, truth: Expected) -> None:
    with scanned.connect() as connection:
        counts = dashboard(connection, now=START)
    assert counts["devices"] == len(truth.devices)
    assert counts["unplaced"] == 0
    assert counts["types"]["phone"] >= 20


def open_rows(engine: Engine) -> list[dict[str, Any]]:
    with engine.connect() as connection:
        rows = connection.execute(
            text(
                "SELECT r.*, a.tag, a.serial_key, d.name AS device"
                " FROM reconciliation r"
                " LEFT JOIN asset a ON a.id = r.asset_id"
                " LEFT JOIN device d ON d.id = r.device_id"
                " WHERE r.closed_at IS NULL"
            )
        ).mappings()
        return [dict(row) for row in rows]


def test_the_register_and_the_network_agree_as_the_company_file_says(
    scanned: Engine, found: Devices, truth: Expected
) -> None:
    rows = open_rows(scanned)
    by_tag = {row["tag"]: (row["state"], row["reason"]) for row in rows if row["tag"]}
    assert by_tag["IT-00041"] == ("missing", "not-seen")
    assert by_tag["IT-00058"] == ("misplaced", "holder-left")
    assert "IT-00060" not in by_tag, "it lies in stock and nobody sees it"
    assert by_tag["IT-00002"] == by_tag["IT-00003"] == ("matched", "serial")
    strangers = {r["device_id"] for r in rows if r["state"] == "unregistered"}
    assert found["rogue-1"]["id"] in strangers
    assert not [row for row in rows if row["state"] == "conflict"]
    misplaced = {r["device"]: r["reason"] for r in rows if r["state"] == "misplaced"}
    leavers = {found[key]["name"]: "holder-left" for key in ("nb-01", "tel-12")}
    assert misplaced == leavers, "the laptop and the telephone of who left"
    tagged = {r["serial_key"] for r in rows if r["state"] in ("matched", "misplaced")}
    for device in truth.devices:
        if device.serial and found[device.key]["id"] not in strangers:
            assert device.serial in tagged, device


def test_a_stack_of_two_assets_is_one_row_of_the_device_list(
    scanned: Engine, found: Devices
) -> None:
    with scanned.connect() as connection:
        rows = list_devices(connection, limit=1000).rows
    assert len(rows) == len({row["id"] for row in rows})
    assert {r["state"] for r in rows if r["id"] == found["sw-a"]["id"]} == {"matched"}


def test_the_audit_trail_is_whole(scanned: Engine) -> None:
    assert verify(scanned) == []


def test_a_second_scan_changes_nothing_but_the_times(scanned: Engine) -> None:
    # The hour is made up: by the clocks of the devices a second has gone.
    look = partial(snapshot, without=OF_SCANS, moving=MOVING | {"changed_at"})
    before = look(scanned)
    audited = count(scanned, "audit_entry")
    result = scan(scanned, START + timedelta(hours=1))
    assert result.new == 0
    assert differences(before, look(scanned)) == []
    scan_rows = 2  # its beginning and its end
    assert count(scanned, "audit_entry") == audited + scan_rows
    with scanned.connect() as connection:
        oldest = min(r["last_seen"] for r in list_devices(connection, limit=1000).rows)
    assert oldest > START + timedelta(hours=1)


def count(engine: Engine, name: str) -> int:
    table = SQLModel.metadata.tables[name]
    with engine.connect() as connection:
        return len(connection.execute(select(table)).all())
