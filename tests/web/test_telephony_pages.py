"""The pages of telephony in Chromium: list, search, one extension."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import pytest

from discovery.telephony.apply import apply_reading
from inventory.queries.people.people import PersonFilter, list_people
from inventory.queries.telephony.extensions import ExtensionFilter, list_extensions
from inventory.telecom.assignments import assign_person
from tests.discovery.test_telephony import READING
from tests.web.conftest import Site, log_in

if TYPE_CHECKING:
    from playwright.sync_api import Page

DAY = READING.seen_at.date()

pytestmark = pytest.mark.browser


@pytest.fixture(scope="module")
def read(site: Site) -> Site:
    """The server after a telephone system was read; a name holds HTML."""
    named = replace(READING.extensions[2], name="<b>Meeting</b> room")
    first = replace(READING.registrations[0], mac=None, ip="192.0.2.2")
    reading = replace(
        READING,
        extensions=(*READING.extensions[:2], named),
        registrations=(first, READING.registrations[1]),
    )
    with site.app.work("scan:1") as work:
        apply_reading(work, reading, region="NL")
        (ada,) = list_people(work.connection, DAY, PersonFilter(search="ada")).rows
        found = list_extensions(work.connection, DAY, ExtensionFilter(search="2001"))
        (line,) = found.rows
        assign_person(work, line["id"], ada["id"], DAY, source="test")
        work.commit()
    return site


def test_the_list_shows_extension_phone_and_number(page: Page, read: Site) -> None:
    log_in(page, read, "it", "/telephony")
    page.get_by_text("3 extensions").wait_for()
    rows = page.locator("table.grid").first.locator("tbody tr")
    assert "+31104144188" in rows.nth(0).inner_text()
    assert "T46U" in rows.nth(0).inner_text()
    assert "<b>Meeting</b> room" in rows.nth(2).inner_text()
    page.get_by_label("Search number").fill("meeting")
    page.get_by_text("1 extension", exact=True).wait_for()


def test_an_extension_shows_its_phones_over_time(page: Page, read: Site) -> None:
    log_in(page, read, "hr", "/telephony")
    page.get_by_role("link", name="2001").click()
    page.get_by_role("heading", name="Extension 2001").wait_for()
    assert page.get_by_text("Phones over time").count() == 1
    page.get_by_text("2026-03-16").first.wait_for()


def test_a_person_has_extensions_that_lead_to_phone_and_telephony(
    page: Page, read: Site
) -> None:
    log_in(page, read, "hr", "/people")
    page.get_by_role("link", name="Ada Berg").click()
    page.get_by_role("heading", name="Ada Berg").wait_for()
    card = page.locator("section.card", has_text="Extensions")
    row = card.locator("tbody tr")
    assert row.count() == 1
    assert "T46U" in row.inner_text()
    row.get_by_role("link", name="2001").click()
    page.get_by_role("heading", name="Extension 2001").wait_for()


def test_a_phone_has_extensions_that_lead_to_person_and_telephony(
    page: Page, read: Site
) -> None:
    log_in(page, read, "it", "/devices/2")
    row = page.locator("section.card", has_text="Extensions").locator("tbody tr")
    assert row.count() == 1
    assert "+31104144188" in row.inner_text()
    assert row.get_by_role("link", name="Ada Berg").count() == 1
    row.get_by_role("link", name="2001").click()
    page.get_by_role("heading", name="Extension 2001").wait_for()


def test_accounting_sees_the_phone_without_its_extensions(
    page: Page, read: Site
) -> None:
    log_in(page, read, "accounting", "/devices/2")
    page.get_by_text("Where it is plugged in").wait_for()
    assert page.get_by_text("Extensions", exact=True).count() == 0


def test_accounting_does_not_see_it(page: Page, read: Site) -> None:
    log_in(page, read, "accounting", "/telephony")
    page.get_by_text("not for your role").wait_for()
