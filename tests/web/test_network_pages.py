"""Map, places, neighbours and worklist in Chromium; what is decided there holds."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime
from typing import TYPE_CHECKING

import pytest
from sqlalchemy import insert, select

from inventory.storage.all_tables import load_tables
from inventory.storage.engine import writing
from tests.web.conftest import Site, log_in, serving

if TYPE_CHECKING:
    from pathlib import Path

    from playwright.sync_api import Page

pytestmark = pytest.mark.browser


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    """A server of its own: these tests change what is there."""
    with serving(tmp_path_factory.mktemp("network")) as site:
        tables, now = load_tables().tables, datetime.now(UTC)
        with writing(site.app.engine) as connection:
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
        yield site


def test_the_map_shows_nodes_and_leads_to_a_device(page: Page, site: Site) -> None:
    log_in(page, site, "it", "/map")
    page.get_by_text("4 devices, 3 connections.").wait_for()
    page.locator("[role=img] canvas").wait_for()
    # The switch stands alone at the top; where, only the chart knows.
    box = page.locator("[role=img] canvas").bounding_box()
    assert box is not None
    drawn = page.evaluate(
        "() => { const c = document.querySelector('[role=img] canvas');"
        " const d = c.getContext('2d').getImageData(0, 0, c.width, c.height).data;"
        " let x = 0, y = 0, n = 0;"
        " for (let i = 0; i < d.length; i += 4)"
        "  if (d[i] === 15 && d[i+1] === 92 && d[i+2] === 115) {"
        "   const p = i / 4; const row = Math.floor(p / c.width);"
        "   if (row > 60) { x += p % c.width; y += row; n++; } }"
        " return n ? [x / n / c.width, y / n / c.height, n] : null; }"
    )
    assert drawn is not None, "no node has the colour of switches"
    page.mouse.click(
        box["x"] + drawn[0] * box["width"], box["y"] + drawn[1] * box["height"]
    )
    page.locator("h1", has_text="sw-1").wait_for()
    assert page.url == f"{site.url}/devices/1"


def test_the_map_without_endpoints_is_links_only(page: Page, site: Site) -> None:
    log_in(page, site, "it", "/map?endpoints=no")
    page.get_by_text("3 devices, 2 connections.").wait_for()


def test_the_map_is_taken_away_as_a_file(
    page: Page, site: Site, tmp_path: Path
) -> None:
    log_in(page, site, "it", "/map")
    with page.expect_download() as waiting:
        page.get_by_role("button", name="DOT").click()
    waiting.value.save_as(tmp_path / "map.dot")
    assert '"d1" -- "d2"' in (tmp_path / "map.dot").read_text("utf-8")


def test_where_it_was_and_what_was_on_the_port(page: Page, site: Site) -> None:
    log_in(page, site, "it", "/places")
    page.get_by_label("MAC, address, or switch and port").fill("0000.5e00.5301")
    page.get_by_role("button", name="Find").click()
    row = page.locator("table.grid tbody tr")
    row.wait_for()
    for told in ("pc-003", "sw-1", "Gi1/0/14", "Desk 14", "through the phone", "now"):
        assert told in row.inner_text()
    page.goto(f"{site.url}/places?q=SW-1%20gi1/0/14&at=2020-01-01")
    page.get_by_text("Nothing was seen there then.").wait_for()
    page.goto(f"{site.url}/places?q=sw-1%20Gi9/9")
    assert "has a port 'Gi9/9'" in page.get_by_role("alert").inner_text()


def test_a_neighbour_is_acknowledged_with_a_reason(page: Page, site: Site) -> None:
    log_in(page, site, "it", "/neighbours")
    row = page.locator("table.grid tbody tr")
    row.wait_for()
    assert "outside of the networks that are scanned" in row.inner_text()
    page.get_by_role("button", name="Acknowledge… far-switch").click()
    page.get_by_label("Whose is it").fill("of the landlord")
    page.get_by_role("button", name="Acknowledge", exact=True).click()
    page.get_by_text("None is left over.").wait_for()
    page.goto(f"{site.url}/neighbours?known=yes")
    page.get_by_text("of the landlord").wait_for()


def test_an_unregistered_device_is_adopted_by_one_click(page: Page, site: Site) -> None:
    log_in(page, site, "it", "/worklist?state=unregistered")
    page.get_by_role("button", name="Adopt pc-003").click()
    page.get_by_text("Network and register agree.").wait_for()
    asset = load_tables().tables["asset"]
    with site.app.engine.connect() as connection:
        found = connection.execute(
            select(asset.c.kind).where(asset.c.serial == "D0003")
        )
        assert found.scalars().all() == ["computer"]


def test_ignoring_needs_a_reason_and_linking_a_device(page: Page, site: Site) -> None:
    log_in(page, site, "it", "/worklist?state=missing")
    page.get_by_role("button", name="Ignore… T-002").click()
    page.get_by_role("button", name="Ignore", exact=True).click()
    page.get_by_text("A reason is needed.").wait_for()
    page.get_by_role("button", name="Link… T-002").click()
    page.get_by_label("Name, address or serial number").fill("no-such")
    page.get_by_role("button", name="Link", exact=True).click()
    page.get_by_text("There is no one device 'no-such'.").wait_for()
    page.get_by_role("button", name="Link… T-002").click()
    page.get_by_label("Name, address or serial number").fill("pc-005")
    page.get_by_role("button", name="Link", exact=True).click()
    page.get_by_text("Network and register agree.").wait_for()


def test_an_auditor_sees_the_worklist_without_buttons(page: Page, site: Site) -> None:
    log_in(page, site, "auditor", "/worklist?state=matched")
    page.locator("table.grid tbody tr").first.wait_for()
    assert page.locator("button.rowact").count() == 0


@pytest.mark.parametrize(
    ("path", "status"),
    [("/devices/999999", 404), ("/scans/999999", 404), ("/assets/999999", 404)],
)
def test_what_is_not_there_is_answered_as_such(
    page: Page, site: Site, path: str, status: int
) -> None:
    log_in(page, site, "it")
    answer = page.goto(f"{site.url}{path}")
    assert answer is not None
    assert answer.status == status
    page.get_by_text("There is no").wait_for()


def test_what_is_not_for_the_role_is_forbidden(page: Page, site: Site) -> None:
    log_in(page, site, "hr")
    answer = page.goto(f"{site.url}/map")
    assert answer is not None
    assert answer.status == 403
