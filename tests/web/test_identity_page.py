"""The page that says why a device is what it is, in Chromium; its correction holds."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

import pytest
from sqlalchemy import text

from discovery.observations.fact_rows import write_observation
from inventory.storage.engine import writing
from tests.api.test_device_identity import SWITCH
from tests.web.conftest import Site, log_in, serving

if TYPE_CHECKING:
    from playwright.sync_api import Page

pytestmark = pytest.mark.browser


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    """A server of its own, whose device 1 has answered SNMP."""
    with serving(tmp_path_factory.mktemp("identity")) as site:
        with writing(site.app.engine) as connection:
            write_observation(
                connection, SWITCH, row_id=None, device_id=1, identifiers=()
            )
        yield site


def test_the_page_shows_clues_and_takes_a_correction(page: Page, site: Site) -> None:
    log_in(page, site, "it", "/devices/1")
    page.get_by_role("link", name="Why, and correct").click()
    page.get_by_text("Why we think so").wait_for()
    page.get_by_text("version: 1.2.3").wait_for()
    assert page.get_by_text("1.3.6.1.4.1.64999.1.5", exact=True).count() >= 1
    page.get_by_label("Vendor").fill("Rempah <b>")
    page.get_by_label("Why").fill("read the label")
    page.get_by_role("button", name="Correct").click()
    page.get_by_text("Rempah <b>").first.wait_for()
    with site.app.engine.connect() as connection:
        vendor = connection.execute(text("SELECT vendor FROM device WHERE id = 1"))
        assert vendor.scalar() == "Rempah <b>"
