"""Devices, map, whereabouts, worklist, neighbours and scans; what is decided holds."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any

import pytest
from sqlalchemy import insert, select, text

from api.compose.rulebooks import knowledge
from api.pages.network.trees import closing, outline, trees, walk
from collectors.errors import Unreachable
from discovery.observations.fact_rows import write_observation
from discovery.scan import scan_rows
from discovery.scan.requests import Progress, ScanRequest
from discovery.sentences import triple
from inventory.kernel.texts import N_
from inventory.storage.all_tables import load_tables
from inventory.storage.engine import writing
from tests.api.test_device_identity import SWITCH
from tests.pages.conftest import Office


@pytest.fixture(scope="module")
def network(office: Office) -> Iterator[Office]:
    """A switch that answered SNMP, a link to a phone, and a neighbour not visited."""
    tables, now = load_tables().tables, datetime.now(UTC)
    with writing(office.app.engine) as connection:
        link = {"site": "hq", "a_device_id": 1, "a_interface_id": 1}
        connection.execute(
            insert(tables["link"]).values(
                link | {"b_device_id": 2, "first_seen": now, "last_seen": now}
            )
        )
        said = {"device_id": 1, "port": "Gi1/0/1", "key": "a", "protocol": "lldp"}
        connection.execute(
            insert(tables["neighbour"]).values(
                said | {"sys_name": "far-switch", "reason": "outside"}
            )
        )
        write_observation(connection, SWITCH, row=None, device_id=1, identifiers=())
    yield office
    knowledge.cache_clear()


def test_a_device_shows_where_it_is_plugged_in_and_who_has_it(visit: Office) -> None:
    page = visit("it").see("/devices/3")
    told = page.text("main")
    for part in ("pc-003", "sw-1", "Gi1/0/14", "Desk 14", "through the phone"):
        assert part in told
    assert page.follow("sw-1").text("h1").startswith("sw-1")
    owned = visit("it").see("/devices/4")
    for part in ("T-001", "4100 Sales", "1,249.00 EUR"):
        assert part in owned.text("main")
    assert owned.follow("Ada Berg").text("h1") == "Ada Berg"
    assert "Ada Berg" not in visit("accounting").see("/devices/4").texts("main a")


def test_a_device_has_ports_evidence_and_a_timeline(network: Office) -> None:
    visitor = network("it")
    ports = visitor.see("/devices/1/ports")
    (row,) = ports.rows()
    assert (row["Port"], row["Speed"]) == ("Gi1/0/14", "1 Gbit/s")
    assert "pc-003" in row["On it"]
    evidence = visitor.see("/devices/1/evidence")
    told = evidence.text("main")
    assert "entPhysicalModelName says C9300-48P" in told
    assert "1.3.6.1.4.1.64999.1.5" in told
    verdicts = evidence.rows(".card:first-child table.list")
    assert {row["Field"]: row["Value"] for row in verdicts}["version"] == "1.2.3"
    story = visitor.see("/devices/3/timeline").text("ol.timeline")
    assert "Seen at sw-1 Gi1/0/14" in story


def test_a_correction_is_kept_and_cannot_become_markup(network: Office) -> None:
    form = network("it").see("/devices/1/update")
    page = form.send(vendor="Rempah <b>")
    assert page.status == 200
    assert "Rempah <b>" in page.text("main")
    with network.app.engine.connect() as connection:
        vendor = connection.execute(text("SELECT vendor FROM device WHERE id = 1"))
        assert vendor.scalar() == "Rempah <b>"
    assert network("auditor").see("/devices/1/update").status == 403


def test_names_from_the_network_cannot_become_markup(visit: Office) -> None:
    page = visit("it").see("/devices?search=phone")
    assert [row["Name"] for row in page.rows()] == ["phone-<b>2</b>"]
    assert visit("it").see("/devices/2").text("h1").startswith("phone-<b>2</b>")


def test_the_map_is_a_picture_an_outline_and_a_file(network: Office) -> None:
    visitor = network("it")
    page = visitor.see("/map?endpoints=yes")
    assert page.text(".head p") == "4 devices, 3 connections"
    assert page.texts(".outline a")[0] == "sw-1"
    assert "far-switch" in page.text(".outline")
    source = page.one("#map").get("data-source")
    drawn = visitor.client.ask(source).json()
    assert drawn["nodes"][0][1] == "sw-1"
    assert [node[4] for node in drawn["nodes"]].count(-1) == 1
    fewer = visitor.see("/map").text(".head p")
    assert fewer == "3 devices, 2 connections"
    dot = visitor.client.ask("/map.file/dot").text
    assert '"d1" -- "d2"' in dot
    assert network("hr").see("/map").status == 403


def star(site: str, begin: int, leaves: int) -> tuple[list[Any], list[Any]]:
    nodes = [
        {"id": n, "name": f"n{n}", "type": "switch", "site": site, "managed": True}
        for n in range(begin, begin + leaves + 1)
    ]
    edges = [
        {"a": n, "b": begin, "a_port": f"u{n}", "b_port": f"d{n}", "kind": "link"}
        for n in range(begin + 1, begin + leaves + 1)
    ]
    return nodes, edges


def test_trees_begin_in_the_middle_and_sites_are_folded() -> None:
    nodes, edges = star("a", 1, 600)
    more, others = star("b", 1000, 500)
    drawn = {"nodes": nodes + more, "edges": edges + others}
    roots = trees(drawn, by_site=True)
    assert [(one.name, one.type, one.count) for one in roots] == [
        ("a", "site", 601),
        ("b", "site", 501),
    ]
    assert roots[0].below[0].id == 1
    leaf = roots[0].below[0].below[0]
    assert (leaf.near, leaf.far) == (f"d{leaf.id}", f"u{leaf.id}")
    order = list(walk(roots))
    assert [above for _, _, above in order[:3]] == [-1, 0, 1]
    lines = list(outline(roots))
    opened = sum(line.opens for line in lines)
    assert sum(line.closes for line in lines) + closing(roots) == opened


def test_a_chain_has_its_root_in_the_middle_however_long() -> None:
    nodes, _ = star("a", 1, 2000)
    edges = [
        {"a": n, "b": n + 1, "a_port": "", "b_port": "", "kind": "link"}
        for n in range(1, 2001)
    ]
    (root,) = trees({"nodes": nodes, "edges": edges})
    assert abs(root.id - 1001) <= 1
    assert root.count == 2000
    assert max(depth for _, depth, _ in walk([root])) <= 1001


def test_where_it_was_and_what_was_on_the_port(visit: Office) -> None:
    visitor = visit("it")
    (row,) = visitor.see("/whereabouts?q=0000.5e00.5301").rows()
    told = " ".join(row.values())
    for part in ("pc-003", "sw-1", "Gi1/0/14", "Desk 14", "through the phone", "now"):
        assert part in told
    past = visitor.see("/whereabouts?q=SW-1%20gi1/0/14&at=2020-01-01")
    assert "Nothing was seen there then." in past.text("main")
    wrong = visitor.see("/whereabouts?q=sw-1%20Gi9/9")
    assert wrong.status == 422
    assert "has a port 'Gi9/9'" in wrong.text("[role=alert]")


def test_a_neighbour_is_acknowledged_with_a_reason_and_taken_up(
    network: Office,
) -> None:
    page = network("it").see("/neighbours")
    (row,) = page.rows()
    assert "far-switch" in " ".join(row.values())
    form = page.follow("Acknowledge far-switch")
    assert form.send().status == 422
    done = form.send(note="of the landlord")
    assert done.text("h1") == "Neighbours"
    assert done.rows() == []
    known = network("it").see("/neighbours?acknowledged=yes&fields=note,sys_name")
    assert "of the landlord" in known.text("table.list")
    known.press("Reopen far-switch")
    assert len(network("it").see("/neighbours").rows()) == 1


def test_an_unregistered_device_is_adopted_beside_its_row(network: Office) -> None:
    page = network("it").see("/worklist?state=unregistered")
    done = page.follow("Adopt pc-003").send()
    assert done.url.endswith("/worklist?state=unregistered")
    assert done.rows() == []
    asset = load_tables().tables["asset"]
    with network.app.engine.connect() as connection:
        found = connection.execute(
            select(asset.c.kind).where(asset.c.serial == "D0003")
        )
        assert found.scalars().all() == ["computer"]


def test_ignoring_needs_a_reason_and_a_missing_asset_is_linked(
    network: Office,
) -> None:
    page = network("it").see("/worklist?state=missing")
    assert "T-002" in page.text("table.list")
    assert page.follow("Ignore T-002").send().errors().keys() == {"note"}
    wrong = page.follow("Link T-002").send(device="no-such")
    assert wrong.status == 422
    assert wrong.one("#f-device").get("value") == "no-such"
    assert "no-such" in wrong.text("#e-device")
    done = page.follow("Link T-002").send(device="pc-005")
    assert done.rows() == []


def test_an_auditor_sees_the_worklist_without_acts(visit: Office) -> None:
    page = visit("auditor").see("/worklist?state=matched")
    assert page.rows()
    assert page.tree.cssselect(".beside") == []


def test_a_scan_that_cannot_be_started_says_why(visit: Office) -> None:
    form = visit("it").see("/scans").follow("Start a scan")
    page = form.send(targets="10.0.0.0/8")
    assert page.status == 422
    assert "more than the limit" in page.text("main")
    assert page.one("#f-targets").text == "10.0.0.0/8"


def test_a_scan_is_started_watched_and_its_hosts_shown(office: Office) -> None:
    visitor = office("it")
    page = visitor.see("/scans/new").send(targets="127.0.0.1")
    assert page.text("h1").startswith("Scan ")
    assert office.app.scans().wait(int(page.url.rpartition("/")[2])) is not None
    done = visitor.see(page.url)
    assert done.text("h1 .badge") == "finished"
    assert done.one("#scan").get("data-every") is None
    assert "1 / 1" in done.text(".meter")
    (row,) = done.rows()
    assert row["Address"] == "127.0.0.1"
    assert office("auditor").see("/scans/new").status == 403
    assert "127.0.0.1" not in office("auditor").see("/scans?site=none").source


def test_what_did_not_work_for_all_addresses_is_told_in_the_language_of_who_reads(
    office: Office,
) -> None:
    engine, clock = office.app.engine, office.app.clock
    asked = ScanRequest(targets=("192.0.2.0/30",))
    scan_id = scan_rows.create_scan(engine, clock, asked, "test")
    claim = scan_rows.start_or_resume(engine, clock, scan_id, "here").claim
    error = Unreachable(N_("no ICMPv{version} packet left: {what}"), version=4, what=1)
    told = (triple(error.as_problem("sweep:icmp4")),)
    ended = Progress(scan_id=scan_id, state="finished", problems=1, for_all=told)
    scan_rows.end_scan(engine, clock, claim, "finished", ended)
    for language, wanted in (
        ("en", "no ICMPv4 packet left: 1"),
        ("id", "tidak ada paket ICMPv4 yang terkirim: 1"),
    ):
        page = office("it", language).see(f"/scans/{scan_id}")
        assert page.text("ul.reasons").startswith("sweep:icmp4: ")
        assert page.text("ul.reasons").endswith(wanted)
