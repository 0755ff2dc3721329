"""Cases in Chromium: HR opens a case, takes steps of its lines, sees the story."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

import pytest

from api.compose.wiring import provisioning_of
from inventory.hr.context import CaseContext
from inventory.hr.events.receive import receive
from inventory.provisioning.event_format import read_event
from tests.web.conftest import Site, log_in, serving

if TYPE_CHECKING:
    from playwright.sync_api import Page

pytestmark = pytest.mark.browser


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    """A server of its own: these tests change something."""
    with serving(tmp_path_factory.mktemp("cases")) as site:
        yield site


def hire(site: Site) -> int:
    """Announce somebody; return the case."""
    today = site.app.clock().date()
    event = read_event(
        {
            "source": "sap",
            "type": "hire",
            "subject": "00077",
            "data": {
                "effective_on": today.isoformat(),
                "given_name": "Tia <b>",
                "family_name": "Sari",
                "legal_entity": "100",
            },
        }
    )
    with site.app.work("test") as work:
        context = CaseContext(work, provisioning_of(site.app.settings))
        outcome = receive(context, event)
        work.commit()
    return outcome.case_ids[0]


def test_a_line_is_worked_off_on_the_page_of_its_case(page: Page, site: Site) -> None:
    number = hire(site)
    log_in(page, site, "hr", "/cases")
    page.get_by_role("link", name="Tia <b> Sari").click()
    page.locator("h1", has_text="Joining on").wait_for()
    assert page.url.endswith(f"/cases/{number}")
    row = page.locator("tr", has_text="mail account").first
    row.get_by_role("button", name="Deliver mail account").click()
    row.get_by_text("delivered").wait_for()
    row.get_by_role("button", name="Accept mail account").click()
    page.get_by_label("Name of who signs").fill("Tia Sari")
    page.get_by_role("button", name="Accept", exact=True).click()
    row.get_by_text("accepted").wait_for()
    assert page.get_by_text("Tia Sari").count() >= 1


def test_the_lists_say_what_is_missing(page: Page, site: Site) -> None:
    log_in(page, site, "hr", "/cases/lists/shortages")
    page.locator("h1", has_text="Shortages").wait_for()
    page.goto(f"{site.url}/cases/lists/tasks")
    page.locator("h2", has_text="To write off").wait_for()
