"""The pages in Chromium: login, list, search, sorting, device, keyboard."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import pytest

from tests.web.conftest import Site, log_in

if TYPE_CHECKING:
    from playwright.sync_api import Page

pytestmark = pytest.mark.browser


def names(page: Page) -> list[str]:
    return page.locator("table.list tbody td.lead").all_inner_texts()


def test_the_login_leads_to_the_page_that_was_wanted(page: Page, site: Site) -> None:
    log_in(page, site, "it", "/devices?search=sw-1")
    assert page.url == f"{site.url}/devices?search=sw-1"
    assert names(page) == ["sw-1"]


def test_a_wrong_password_is_told_and_the_login_kept(page: Page, site: Site) -> None:
    page.goto(f"{site.url}/login")
    page.get_by_label("Login").fill("it")
    page.get_by_label("Password").fill("wrong")
    page.keyboard.press("Enter")
    page.get_by_role("alert").wait_for()
    assert page.get_by_role("alert").inner_text() == "Login or password is wrong."
    assert page.get_by_label("Login").input_value() == "it"


def test_after_logging_out_the_pages_are_closed(page: Page, site: Site) -> None:
    log_in(page, site, "it")
    page.get_by_role("button", name="Log out").click()
    page.get_by_label("Login").wait_for()
    page.goto(f"{site.url}/devices")
    assert page.url.startswith(f"{site.url}/login?next=/devices")


def test_the_navigation_shows_what_the_role_may_see(page: Page, site: Site) -> None:
    log_in(page, site, "hr")
    links = page.locator("nav.side a").all_inner_texts()
    shown = {text.split("\n")[-1] for text in links}
    assert "People" in shown
    assert not shown & {"Devices", "Scans"}
    page.goto(f"{site.url}/devices")
    page.get_by_text("This is not for your role.").wait_for()
    assert page.locator("table.list").count() == 0


def test_search_narrows_the_list_as_one_types(page: Page, site: Site) -> None:
    log_in(page, site, "it", "/devices")
    page.locator("output.count", has_text="122 devices").wait_for()
    page.get_by_label("Search in this list").type("latitude pc-01")
    page.locator("output.count", has_text="10 devices").wait_for()
    assert names(page) == [f"pc-{number:03}" for number in range(10, 20)]
    page.wait_for_url("**/devices?search=latitude+pc-01")


def test_a_filter_and_the_sorting_are_in_the_address(page: Page, site: Site) -> None:
    log_in(page, site, "it", "/devices?type=computer&sort=-name")
    page.locator("output.count", has_text="120 devices").wait_for()
    assert names(page)[0] == "pc-122"
    head = page.get_by_role("columnheader", name="Name")
    assert head.get_attribute("aria-sort") == "descending"
    head.get_by_role("link").click()
    page.get_by_role("link", name="pc-003").wait_for()
    page.wait_for_url("**/devices?type=computer&sort=name")


def test_paging_goes_on_and_back(page: Page, site: Site) -> None:
    log_in(page, site, "it", "/devices?type=computer")
    page.get_by_role("link", name="Next page").click()
    page.get_by_role("link", name="pc-053").wait_for()
    assert names(page)[0] == "pc-053"
    page.get_by_role("link", name="Next page").click()
    page.get_by_role("link", name="pc-122").wait_for()
    assert page.get_by_role("link", name="Next page").count() == 0
    page.go_back()
    page.get_by_role("link", name="pc-053").wait_for()
    page.get_by_role("link", name="First page").click()
    page.get_by_role("link", name="pc-003").wait_for()


def test_a_device_shows_where_it_is_plugged_in(page: Page, site: Site) -> None:
    log_in(page, site, "it", "/devices/3")
    main = page.locator("main")
    assert main.locator("h1").inner_text() == "pc-003"
    text = main.inner_text()
    for told in ("sw-1", "Gi1/0/14", "Desk 14", "10", "through the phone"):
        assert told in text
    main.get_by_role("link", name="sw-1").click()
    page.locator("h1", has_text="sw-1").wait_for()
    assert "entPhysicalModelName says C9300-48P" in page.locator("main").inner_text()


def test_names_from_the_network_cannot_become_markup(page: Page, site: Site) -> None:
    log_in(page, site, "it", "/devices?search=phone")
    assert names(page) == ["phone-<b>2</b>"]
    page.goto(f"{site.url}/devices/2")
    page.locator("h1", has_text="phone-<b>2</b>").wait_for()


def test_a_device_that_is_not_there_is_said_so(page: Page, site: Site) -> None:
    log_in(page, site, "it", "/devices/999999")
    page.get_by_text("There is no device 999999.").wait_for()


def test_everything_can_be_reached_by_keyboard(page: Page, site: Site) -> None:
    log_in(page, site, "it", "/devices")
    page.locator("output.count", has_text="122 devices").wait_for()
    page.locator("body").press("Tab")
    reached = []
    for _ in range(200):
        reached.append(
            page.evaluate(
                "document.activeElement.innerText"
                " || document.activeElement.ariaLabel || document.activeElement.value"
            )
        )
        page.keyboard.press("Tab")
    text = " | ".join(reached)
    for wanted in ("Skip to content", "Devices", "Type", "Name", "pc-003"):
        assert wanted in text
    order = r"Skip to content.*The it.*Overview.*Columns.*Search in this list.*Name"
    assert re.search(rf"{order}.*pc-003", text, re.S)


def test_the_dashboard_counts(page: Page, site: Site) -> None:
    log_in(page, site, "it")
    tile = page.locator("a.number", has_text="Devices").first
    assert "122" in tile.inner_text()
    page.get_by_role("link", name="Seen, not registered").click()
    page.locator("h1", has_text="Worklist").wait_for()
    page.get_by_role("link", name="pc-003").wait_for()
    states = page.locator("table.grid tbody tr td:first-child").all_inner_texts()
    assert states == ["unregistered"]


def test_an_auditor_sees_scans_but_cannot_start_one(page: Page, site: Site) -> None:
    log_in(page, site, "auditor", "/scans")
    assert page.locator("h1").inner_text() == "Scans"
    assert page.get_by_role("button", name="Start scan").count() == 0


def test_the_description_of_the_api_is_readable(page: Page, site: Site) -> None:
    page.goto(f"{site.url}/docs")
    page.locator("summary", has_text="A device with everything known of it").click()
    assert "Roles: accounting, auditor, it" in page.locator("main").inner_text()


@pytest.mark.parametrize("path", ["/nope", "/telephony/x", f"/devices/{10**20}"])
def test_an_address_that_is_none_is_said_so(page: Page, site: Site, path: str) -> None:
    log_in(page, site, "it")
    answer = page.goto(f"{site.url}{path}")
    assert answer is not None
    assert answer.status == 404
    assert page.locator("h1").inner_text() == "There is no such page"


def test_an_asset_shows_its_holder_and_cost_centre(page: Page, site: Site) -> None:
    log_in(page, site, "accounting", "/assets")
    page.get_by_label("Search in this list").type("laptop-1")
    page.locator("output.count", has_text="1 asset").wait_for()
    page.get_by_role("link", name="T-001").click()
    page.locator("h1", has_text="T-001").wait_for()
    text = page.locator(".page").inner_text()
    for told in ("Ada Berg", "4100 Sales", "1,249.00 EUR", "pc-004"):
        assert told in text
    assert page.get_by_role("link", name="Ada Berg").count() == 0, "may not see people"


def test_a_person_who_left_but_holds_something_is_marked(
    page: Page, site: Site
) -> None:
    log_in(page, site, "hr", "/people")
    page.get_by_text("2 people").wait_for()
    page.get_by_role("link", name="Ben Oak").click()
    page.get_by_text("Not employed any more, but still holds").wait_for()
    assert "T-002" in page.locator(".page").inner_text()


def test_the_worklist_can_be_narrowed(page: Page, site: Site) -> None:
    log_in(page, site, "it", "/worklist?state=missing")
    row = page.locator("table.grid tbody tr")
    row.wait_for()
    assert "T-002" in row.inner_text()


def test_the_device_shows_who_has_it(page: Page, site: Site) -> None:
    log_in(page, site, "it", "/devices/4")
    page.get_by_role("link", name="T-001").wait_for()
    page.get_by_role("link", name="Ada Berg").click()
    page.locator("h1", has_text="Ada Berg").wait_for()
