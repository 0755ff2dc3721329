"""No page breaks a rule of accessibility that axe can tell.

The pages of each kind once, light and dark; then every list, form and thing of four
roles, also on a phone and in Indonesian.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from tests.needs import missing
from tests.pages.browsing import DESK, PHONE, browser, new_context, served
from tests.pages.conftest import PASSWORD, opened

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page

pytestmark = [pytest.mark.browser, pytest.mark.slow, pytest.mark.timeout(1800)]

KINDS = (
    *("/", "/devices", "/devices/1", "/devices/1/ports", "/devices/1/evidence"),
    *("/map", "/whereabouts?q=192.0.2.3", "/worklist", "/worklist?state=missing"),
    *("/assets", "/assets?search=nothing-like-it", "/assets/1", "/assets/1/timeline"),
    *("/assets/1/worth", "/assets/1/update", "/assets/selected?act=update&id=1&id=2"),
    *("/assets/1/lose", "/orders", "/stock-takes/new", "/labels", "/import", "/as-of"),
    *("/people", "/people/1", "/cases", "/search?q=laptop", "/my-things", "/my-login"),
    *("/credentials/new", "/jobs", "/scans/new", "/guide", "/guide/programs", "/setup"),
    *("/nothing-here", "/tokens/new", "/backups/upload", "/staff-sources"),
)
KINDS_OF_RULES = ("kits", "calendars", "lines", "notices", "sources")
OF_OTHERS = {
    "hr": (
        *("/", "/announce", "/announce?kind=leaving&person=p-1", "/staff-list"),
        *("/staff-sources", "/staff-sources/set", "/staff-sources/load"),
        *("/provisioning-rules", "/provisioning-rules/kits/change"),
        *(f"/provisioning-rules/{kind}" for kind in KINDS_OF_RULES),
        "/provisioning-rules/kits/extracts/difference",
    ),
    "accounting": ("/", "/books", "/accounting", "/journal-lines", "/schedules"),
    "auditor": ("/", "/audit-trail", "/audit-trail/verify"),
}


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


def rules() -> str:
    """Return the script of axe-core."""
    try:
        import axe_playwright_python as axe
    except ImportError:
        missing("browser", "axe-playwright-python is not installed")
    return (Path(str(axe.__file__)).parent / "axe.min.js").read_text("utf-8")


def broken(page: Page, axe: str, *only: str) -> list[str]:
    """Return the rules that the page breaks, with the first element of each."""
    page.evaluate(axe)
    asked: dict[str, Any] = {"resultTypes": ["violations"]}
    if only:
        asked["runOnly"] = {"type": "rule", "values": only}
    found: dict[str, Any] = page.evaluate("how => axe.run(document, how)", asked)
    return [
        f"{one['id']}: {one['nodes'][0]['html'][:200]}" for one in found["violations"]
    ]


def entered(
    chromium: Browser,
    url: str,
    role: str,
    size: tuple[int, int],
    locale: str = "en-GB",
) -> Page:
    """Return a page of somebody who is logged in."""
    page = new_context(chromium, size, locale=locale).new_page()
    page.goto(f"{url}/login")
    page.locator("[name=login]").fill(role)
    page.locator("[name=password]").fill(PASSWORD)
    page.locator("[name=password]").press("Enter")
    page.wait_for_url(f"{url}/")
    return page


def walk(page: Page, url: str, axe: str, paths: Sequence[str]) -> dict[str, list[str]]:
    """Return path -> rules broken there, in light and in dark."""
    wrong = {}
    for path in paths:
        page.goto(f"{url}{path}")
        # Nothing but its colours is another in the dark.
        for scheme, only in (("light", ()), ("dark", ("color-contrast",))):
            page.emulate_media(color_scheme=scheme)  # type: ignore[arg-type]
            if found := broken(page, axe, *only):
                wrong[f"{path} {scheme}"] = found
    return wrong


def test_no_page_of_any_kind_breaks_a_rule(chromium: Browser, url: str) -> None:
    axe = rules()
    for role, paths in {"it": KINDS, **OF_OTHERS}.items():
        page = entered(chromium, url, role, DESK)
        assert walk(page, url, axe, paths) == {}
        page.context.close()


def test_dialogs_menus_and_errors_break_no_rule(chromium: Browser, url: str) -> None:
    axe = rules()
    page = entered(chromium, url, "it", DESK)
    page.goto(f"{url}/assets")
    page.keyboard.press("Control+k")
    page.get_by_role("combobox", name="Search").type("laptop-1")
    page.get_by_role("option", name="T-001").wait_for()
    assert broken(page, axe) == []
    page.keyboard.press("Escape")
    page.get_by_role("button", name="Export").click()
    assert broken(page, axe) == []
    page.keyboard.press("Escape")
    page.get_by_role("link", name="Register a thing").click()
    page.locator("#dialog [name=purchased_on]").wait_for()
    assert broken(page, axe) == []
    page.goto(f"{url}/worklist?state=missing")
    page.get_by_role("link", name="Ignore T-002").click()
    page.locator("#dialog").get_by_role("button", name="Ignore").click()
    page.locator("#dialog p.error").wait_for()
    assert broken(page, axe) == []
    page.context.close()


def test_the_door_breaks_no_rule(chromium: Browser, url: str) -> None:
    axe = rules()
    page = new_context(chromium, PHONE).new_page()
    assert walk(page, url, axe, ("/login", "/accept/wrong", "/welcome/wrong")) == {}
    page.context.close()


@pytest.mark.parametrize("role", ["it", "hr", "accounting", "auditor"])
@pytest.mark.parametrize("look", ["desk", "phone", "indonesian"])
def test_every_page_of_every_role_breaks_no_rule(
    chromium: Browser, url: str, role: str, look: str
) -> None:
    axe = rules()
    size = PHONE if look == "phone" else DESK
    language = "id-ID" if look == "indonesian" else "en-GB"
    page = entered(chromium, url, role, size, locale=language)
    assert walk(page, url, axe, reachable(page, url)) == {}
    page.context.close()


def reachable(page: Page, url: str) -> list[str]:
    """Return the pages that links lead to, one of each kind."""
    todo, seen, kinds = ["/"], [], set()
    while todo:
        path = todo.pop(0)
        seen.append(path)
        page.goto(f"{url}{path}")
        links = page.eval_on_selector_all(
            "#nav a, main .tabs a, main td a, main .acts a",
            "all => all.map(one => one.getAttribute('href'))",
        )
        for link in links:
            if not link or not link.startswith("/") or "?" in link or "." in link:
                continue
            first, *more = link.strip("/").split("/")
            kind = (first, *(more[1:] if more and more[0].isdigit() else more))
            kind = (*kind, bool(more))
            if kind not in kinds:
                kinds.add(kind)
                todo.append(link)
    return seen
