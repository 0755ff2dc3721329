"""Books, periods and reports on their pages in Chromium."""

from __future__ import annotations

import csv
import io
import re
from typing import TYPE_CHECKING

import pytest

from tests.web.conftest import Site, log_in

if TYPE_CHECKING:
    from playwright.sync_api import Page

pytestmark = pytest.mark.browser


def test_an_auditor_reads_periods_and_reports_and_changes_nothing(
    page: Page, site: Site
) -> None:
    log_in(page, site, "auditor", "/accounting")
    page.get_by_role("link", name="IFRS").click()
    page.locator("h1", has_text="IFRS").wait_for()
    january = page.locator("tr", has_text="-01 ").first
    assert re.search(r"open\s+26\.0[23] EUR\s+1\s", january.inner_text())
    assert page.get_by_role("button", name="Post").count() == 0
    page.goto(f"{site.url}/accounting/reports/register?book=100/IFRS")
    row = page.locator("table.grid tbody tr")
    row.first.wait_for()
    assert "T-001" in row.first.inner_text()
    assert "1249.00" in row.first.inner_text()
    href = page.get_by_role("link", name="CSV").get_attribute("href")
    answer = page.request.get(f"{site.url}{href}")
    (line,) = csv.DictReader(io.StringIO(answer.text()))
    assert line["cost"] == "1249.00"


def test_what_is_wrong_with_a_report_is_told(page: Page, site: Site) -> None:
    log_in(page, site, "accounting", "/accounting/reports/register?book=9")
    alert = page.locator("main, #main").get_by_role("alert")
    assert "There is no book 9." in alert.first.inner_text()
    assert page.goto(f"{site.url}/accounting/reports/nothing").status == 404  # type: ignore[union-attr]


def test_a_period_that_cannot_be_closed_says_why(page: Page, site: Site) -> None:
    log_in(page, site, "accounting", "/accounting/books/1")
    page.get_by_role("button", name="Lock for good").click()
    said = page.locator(".q-notification").first
    said.wait_for()
    assert "before it is still open. Close the periods in order." in said.inner_text()


def test_accounting_is_not_for_every_role(page: Page, site: Site) -> None:
    log_in(page, site, "hr", "/accounting")
    page.get_by_text("not for your role").wait_for()
    answer = page.request.get(f"{site.url}/accounting/reports/register/file?book=1")
    assert answer.status == 403
