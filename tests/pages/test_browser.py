"""What only a browser can show: scripts, a strict policy, a phone. A few stories."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

import pytest

from tests.pages.browsing import browser, served, strict_page
from tests.pages.conftest import PASSWORD, opened

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page, Route

pytestmark = pytest.mark.browser


@pytest.fixture(scope="module")
def url(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The address of a served company."""
    folder = tmp_path_factory.mktemp("served")
    with opened(folder):
        pass
    with served(folder) as told:
        yield told["url"].rstrip("/")


@pytest.fixture(scope="module")
def chromium() -> Iterator[Browser]:
    """Chromium; not for longer than a module, for it holds the event loop."""
    with browser() as opened:
        yield opened


@pytest.fixture
def page(chromium: Browser) -> Iterator[Page]:
    """A page that fails on errors of scripts and of the policy."""
    with strict_page(chromium) as page:
        yield page


def log_in(page: Page, url: str, login: str, path: str = "/") -> None:
    """Log in by the form and wait for the page that was wanted."""
    page.goto(f"{url}{path}")
    page.get_by_label("Login").fill(login)
    page.get_by_label("Password").fill(PASSWORD)
    page.get_by_role("button", name="Log in").click()
    page.wait_for_url(f"{url}{path}")


def names(page: Page) -> list[str]:
    return page.locator("table.list tbody td.lead").all_inner_texts()


def test_a_list_narrows_as_one_types_sorts_pages_and_goes_back(
    page: Page, url: str
) -> None:
    log_in(page, url, "it", "/devices")
    page.locator("output.count", has_text="122 devices").wait_for()
    page.get_by_label("Search in this list").type("latitude pc-01")
    page.locator("output.count", has_text="10 devices").wait_for()
    assert names(page) == [f"pc-{number:03}" for number in range(10, 20)]
    page.wait_for_url("**/devices?search=latitude+pc-01")
    page.goto(f"{url}/devices?type=computer&sort=-name")
    head = page.get_by_role("columnheader", name="Name")
    assert head.get_attribute("aria-sort") == "descending"
    head.get_by_role("link").click()
    page.get_by_role("link", name="pc-003").wait_for()
    page.get_by_role("link", name="Next page").click()
    page.get_by_role("link", name="pc-053").wait_for()
    page.go_back()
    page.get_by_role("link", name="pc-003").wait_for()


def test_a_form_opens_in_a_dialog_says_what_is_wrong_there_and_leads_back(
    page: Page, url: str
) -> None:
    log_in(page, url, "it", "/worklist?state=missing")
    page.get_by_role("link", name="Ignore T-002").click()
    dialog = page.locator("#dialog")
    dialog.get_by_role("button", name="Ignore").click()
    dialog.locator("p.error").wait_for()
    dialog.get_by_label("Why").fill("with the auditor")
    dialog.get_by_role("button", name="Ignore").click()
    page.get_by_text("Nothing matches.").wait_for()
    assert not dialog.is_visible()
    page.goto(f"{url}/worklist?acknowledged=yes")
    page.get_by_role("button", name="Reopen T-002").click()
    page.get_by_text("Nothing matches.").wait_for()


def test_keys_open_the_search_and_lead_to_what_it_finds(page: Page, url: str) -> None:
    log_in(page, url, "it", "/devices")
    page.keyboard.press("Control+k")
    page.get_by_role("combobox", name="Search").type("laptop-1")
    page.get_by_role("option", name="T-001").wait_for()
    page.keyboard.press("Enter")
    page.wait_for_url(f"{url}/assets/1")


def test_rows_are_selected_and_changed_alike(page: Page, url: str) -> None:
    log_in(page, url, "it", "/assets")
    page.get_by_label("Select T-001").check()
    page.get_by_label("Select T-002").check()
    page.locator("[data-bulk]").get_by_role("button", name="Update").click()
    page.get_by_text("2 things are selected.").wait_for()


def test_the_map_draws_folds_and_finds(page: Page, url: str) -> None:
    log_in(page, url, "it", "/map?endpoints=yes")
    page.locator(".picture .node", has_text="sw-1").wait_for()
    page.get_by_label("Find a device").fill("pc-003")
    page.locator(".picture .node.on", has_text="pc-003").wait_for()
    page.locator(".picture .node", has_text="sw-1").click()
    page.locator(".picture .node", has_text="pc-003").wait_for(state="detached")
    page.locator(".picture .node", has_text="sw-1").dblclick()
    page.wait_for_url(f"{url}/devices/1")


def test_a_running_scan_is_watched_without_reloading(page: Page, url: str) -> None:
    log_in(page, url, "it", "/scans")
    page.get_by_role("link", name="Start a scan").first.click()
    page.locator("#dialog").get_by_label("Targets").fill("127.0.0.1")
    page.locator("#dialog").get_by_role("button", name="Start a scan").click()
    page.locator("h1 .badge", has_text="finished").wait_for(timeout=120_000)
    page.locator("td", has_text="127.0.0.1").first.wait_for()


def test_on_a_phone_the_menu_is_a_drawer_and_nothing_is_wider_than_the_screen(
    page: Page, url: str
) -> None:
    page.set_viewport_size({"width": 390, "height": 844})
    log_in(page, url, "it")
    for path in ("/", "/devices", "/devices/3", "/assets/1", "/worklist", "/scans"):
        page.goto(f"{url}{path}")
        wide = page.evaluate("document.documentElement.scrollWidth")
        assert wide <= 390, path
    nav = page.locator("#nav")
    assert not nav.is_visible()
    page.get_by_role("button", name="Menu").click()
    nav.get_by_role("link", name="Assets").click()
    page.wait_for_url(f"{url}/assets")
    assert not nav.is_visible()


def test_a_kit_is_changed_tried_first_and_told_where_it_is_wrong(
    page: Page, url: str
) -> None:
    log_in(page, url, "hr", "/provisioning-rules/kits")
    page.get_by_role("cell", name="everybody", exact=True).first.wait_for()
    page.goto(f"{url}/provisioning-rules/kits/change")
    text = page.get_by_label("File", exact=True)
    kits = "items:\n  laptop: {kind: laptop}\nkits:\n  - {name: staff, items: [sofa]}"
    text.fill(kits)
    page.get_by_role("button", name="Change the rules").click()
    wrong = page.locator("p.error")
    wrong.wait_for()
    assert "Line 4, kits > 1: There is no item 'sofa'." in wrong.inner_text()
    assert text.input_value() == kits
    text.fill(kits.replace("sofa", "laptop"))
    page.get_by_role("button", name="Try it first").click()
    page.get_by_text("Open cases that keep their kits").wait_for()
    page.get_by_label("Reason").fill("laptops only")
    page.get_by_role("button", name="Change the rules").click()
    page.get_by_text("In force: version v1.").wait_for()
    page.get_by_role("cell", name="staff", exact=True).wait_for()
    page.get_by_text("laptops only").first.wait_for()


def test_on_a_slow_network_a_form_is_asked_for_and_sent_once(
    page: Page, url: str
) -> None:
    log_in(page, url, "it", "/assets")
    asked: list[str] = []

    def later(route: Route) -> None:
        asked.append(route.request.method)
        page.wait_for_timeout(400)
        route.continue_()

    page.route("**/assets/new", later)
    page.get_by_role("link", name="Register a thing").dblclick()
    dialog = page.locator("#dialog")
    dialog.locator("[name=tag]").fill("SLOW-1")
    dialog.locator("[name=kind]").select_option("monitor")
    page.route("**/assets/new", lambda route: route.abort())
    send = dialog.get_by_role("button", name="Register a thing")
    send.click()
    dialog.get_by_text("The server did not answer.").wait_for()
    assert dialog.locator("[name=tag]").input_value() == "SLOW-1"
    page.unroute("**/assets/new")
    page.route("**/assets/new", later)
    send.dblclick()
    page.locator(".said").wait_for()
    assert asked == ["GET", "POST"]
    page.goto(f"{url}/assets?search=SLOW-1")
    page.locator("output.count", has_text="1 asset").wait_for()
