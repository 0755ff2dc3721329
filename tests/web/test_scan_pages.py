"""The pages of scans in Chromium: start one, watch it, see what is wrong."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import TYPE_CHECKING

import pytest

from tests.web.conftest import Site, log_in, serving

if TYPE_CHECKING:
    from playwright.sync_api import Page

pytestmark = pytest.mark.browser


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    """A server of its own: a scan compares all devices with the register anew."""
    with serving(tmp_path_factory.mktemp("scans")) as site:
        yield site


def test_a_scan_is_started_watched_and_its_hosts_shown(page: Page, site: Site) -> None:
    log_in(page, site, "it", "/scans")
    page.get_by_label("Networks, ranges, addresses or names").fill("127.0.0.1")
    page.get_by_role("button", name="Start scan").click()
    page.wait_for_url(re.compile(r"/scans/\d+$"))
    page.get_by_text("1 of 1").first.wait_for()
    page.locator(".badge", has_text="finished").wait_for()
    row = page.locator("table.grid tbody tr")
    assert "127.0.0.1" in row.inner_text()
    page.goto(f"{site.url}/scans")
    page.locator("table.grid tbody", has_text="127.0.0.1").wait_for()


def test_a_scan_that_cannot_be_started_says_why(page: Page, site: Site) -> None:
    log_in(page, site, "it", "/scans")
    page.get_by_label("Networks, ranges, addresses or names").fill("10.0.0.0/8")
    page.get_by_role("button", name="Start scan").click()
    page.locator(".trouble", has_text="more than the limit").wait_for()
    assert page.url == f"{site.url}/scans"
