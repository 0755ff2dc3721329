"""Five tasks without a mouse: from the first page to what is stored, by keys only."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

import pytest

from tests.pages.browsing import browser, new_context, served
from tests.pages.conftest import PASSWORD, opened

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page

pytestmark = pytest.mark.browser

MOST_TABS = 120
"""Presses of Tab after which a way is too long for anybody."""


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


@pytest.fixture(scope="module")
def page(chromium: Browser, url: str) -> Iterator[Page]:
    """A page of IT, logged in by keys: the field of the login has the focus."""
    context = new_context(chromium)
    page = context.new_page()
    page.goto(f"{url}/login")
    page.keyboard.type("it")
    page.keyboard.press("Tab")
    page.keyboard.type(PASSWORD)
    page.keyboard.press("Enter")
    page.wait_for_url(f"{url}/")
    yield page
    context.close()


def focused(page: Page) -> str:
    """Return what has the focus, by its label, its text or its name."""
    name: str = page.evaluate(
        "(one => one.getAttribute('aria-label') || one.name ||"
        " one.textContent.trim())(document.activeElement)"
    )
    return name


def tab_to(page: Page, *names: str) -> None:
    """Press Tab until something of these names has the focus, and can be seen."""
    for _ in range(MOST_TABS):
        page.keyboard.press("Tab")
        if focused(page) in names:
            break
    else:
        raise AssertionError(f"{names} is not reached by Tab on {page.url}")
    ring = page.evaluate(
        "(one => getComputedStyle(one).outlineStyle"
        " + getComputedStyle(one.closest('.search') ?? one).outlineStyle)"
        "(document.activeElement)"
    )
    assert ring != "nonenone", f"nobody sees that {names} has the focus"


def find(page: Page, words: str, title: str) -> None:
    """Find a thing from anywhere, and open it."""
    page.keyboard.press("Control+k")
    page.locator("#palette[open] input").wait_for()
    page.keyboard.type(words)
    page.get_by_role("option", name=title).first.wait_for()
    page.keyboard.press("Enter")
    page.locator("main h1", has_text=title).wait_for()


def test_a_thing_is_found_and_corrected(page: Page, url: str) -> None:
    find(page, "T-001", "T-001")
    tab_to(page, "Edit")
    page.keyboard.press("Enter")
    page.locator("#dialog[open] form").wait_for()
    tab_to(page, "serial")
    page.keyboard.press("Control+a")
    page.keyboard.type("KEYS-1")
    page.keyboard.press("Enter")
    page.locator("#dialog[open]").wait_for(state="hidden")
    page.locator("main").get_by_text("KEYS-1").first.wait_for()


def test_the_main_part_is_reached_past_the_navigation(page: Page, url: str) -> None:
    page.goto(f"{url}/devices")
    page.keyboard.press("Tab")
    assert "Skip" in focused(page)
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    page.keyboard.press("Enter")
    page.wait_for_function("document.activeElement.id === 'main'")
    anew = [one for one in asked if urlsplit(one).path == "/devices"]
    assert anew == [], "what is shown is not asked for anew"
    tab_to(page, "Columns")


def test_rows_are_walked_selected_and_opened(page: Page, url: str) -> None:
    page.goto(f"{url}/assets")
    page.keyboard.press("j")
    page.keyboard.press("x")
    page.keyboard.press("j")
    page.keyboard.press("x")
    page.locator("[data-bulk]:not([hidden])").wait_for()
    assert page.locator("tbody input:checked").count() == 2
    page.keyboard.press("Enter")
    page.locator("main h1", has_text="T-002").wait_for()


def test_something_is_registered(page: Page, url: str) -> None:
    page.goto(f"{url}/assets")
    tab_to(page, "Register a thing")
    page.keyboard.press("Enter")
    page.locator("#dialog[open] form").wait_for()
    tab_to(page, "tag")
    page.keyboard.type("K-001")
    tab_to(page, "kind")
    page.keyboard.type("monitor")
    tab_to(page, "Register a thing")
    page.keyboard.press("Enter")
    page.locator("#dialog[open]").wait_for(state="hidden")
    find(page, "K-001", "K-001")


def test_a_dialog_is_left_and_the_focus_is_where_it_was(page: Page, url: str) -> None:
    page.goto(f"{url}/worklist?state=missing")
    tab_to(page, "Ignore T-002")
    page.keyboard.press("Enter")
    page.locator("#dialog[open] form").wait_for()
    page.keyboard.press("Escape")
    page.locator("#dialog[open]").wait_for(state="hidden")
    assert focused(page) == "Ignore T-002"
    page.keyboard.press("Enter")
    page.locator("#dialog[open] form").wait_for()
    tab_to(page, "note", "why")
    page.keyboard.type("with the auditor")
    tab_to(page, "Ignore")
    page.keyboard.press("Enter")
    page.get_by_text("Nothing matches.").wait_for()
