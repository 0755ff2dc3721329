"""What a page shows leads where its reader may go, and a scope cuts every page.

Managers and employees walk from the first page over one link of every kind: all of
them answer, and nothing on them stands as it is stored.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from urllib.parse import urljoin, urlsplit

import pytest
from sqlalchemy import text

from api.http.callers import Role
from api.resources.registry import ENTRIES, all_resources, resource
from inventory.people import accounts
from tests.pages.conftest import PASSWORD, Office, Visit
from tests.pages.test_frame import assert_safe
from tests.pages.visitor import Seen, Visitor

OTHERS = (".csv", ".xlsx", ".jsonl", "/docs")
"""Ends of paths that are no pages of the site."""
STATES = frozenset({"sort", "after", "was", "fields", "format"})
"""Parameters that lead to the same list in another state."""
RAW = re.compile(
    r"\b(?:None|True|False)\b(?! *\.)|\b[a-z]+_[a-z_]+\b|\{'|\b20\d\d-\d\d-\d\dT"
)
ELSEWHERE = {"legal_entities": ["200"], "sites": ["nowhere"]}
SECRETS = ("T-001", "T-002", "Ada Berg", "Ben Oak", "laptop-1", "FOC1", "D0004")


def kind_of(path: str) -> tuple[str, ...]:
    """Return what a path leads to, whatever the number of the thing."""
    asked = urlsplit(path)
    parts = ["#" if one.isdigit() else one for one in asked.path.split("/")]
    names = {pair.partition("=")[0] for pair in asked.query.split("&")}
    return (*parts, *sorted(names))


def led_to(page: Seen) -> Iterator[str]:
    """Yield the addresses that a page leads to, but for files and what is elsewhere."""
    for link in page.tree.cssselect("a[href]"):
        href = urljoin(urlsplit(page.url).path, link.get("href"))
        path, _, query = href.partition("#")[0].partition("?")
        names = {pair.partition("=")[0] for pair in query.split("&")}
        if href.startswith("/") and not path.endswith(OTHERS) and not names & STATES:
            yield href


def walk(visitor: Visitor) -> Iterator[Seen]:
    """Yield the pages that links lead to from the first one, one of each kind."""
    todo, met = ["/"], {kind_of("/")}
    while todo:
        page = visitor.see(todo.pop())
        yield page
        if "html" not in page.headers.get("content-type", ""):
            continue
        for href in led_to(page):
            if kind_of(href) not in met:
                met.add(kind_of(href))
                todo.append(href)


def raw_of(page: Seen) -> list[str]:
    """Return what stands on a page as it is stored: a word with _, a dict, None."""
    found = []
    for part in page.tree.cssselect("main td, main dd, main li, main h1, main h2"):
        if not part.cssselect("code, textarea, select"):
            found += RAW.findall(part.text_content())
    return found


@pytest.mark.parametrize("role", ["manager", "employee"])
def test_every_link_leads_where_its_reader_may_go(visit: Visit, role: str) -> None:
    wrong: dict[str, int] = {}
    told: dict[str, list[str]] = {}
    reached: set[str] = set()
    for page in walk(visit(role)):
        path = urlsplit(page.url).path
        reached.add(path.strip("/"))
        if page.status != 200:
            wrong[page.url] = page.status
        elif page.tree.cssselect("main") and path != "/docs":
            assert_safe(page)
            if found := raw_of(page):
                told[path] = found[:5]
    assert wrong == {}
    assert told == {}
    assert {one.name for one in all_resources() if Role(role) in one.roles} <= reached


@pytest.fixture(scope="module")
def elsewhere(office: Office) -> Office:
    """The company with an account of each role that sees another part of it."""
    with office.app.work("test") as work:
        for role in accounts.LOGIN_ROLES:
            login = f"{role}-200"
            accounts.add_account(work, login, PASSWORD, [role], scope=ELSEWHERE)
        work.commit()
    return office


@pytest.mark.parametrize("role", ["manager", "employee"])
def test_nothing_of_another_part_of_the_house_is_shown(
    elsewhere: Office, role: str
) -> None:
    visitor = elsewhere(f"{role}-200")
    shown = []
    for name in (entry.name for entry in ENTRIES):
        page = visitor.see(f"/{name}")
        assert page.status == (200 if Role(role) in resource(name).roles else 403)
        shown += [(page.url, one) for one in SECRETS if one in page.source]
    for page in (visitor.see("/"), visitor.see("/search?q=d0004")):
        shown += [(page.url, one) for one in SECRETS if one in page.source]
    for path in ("/assets/1", "/devices/1", "/people/1", "/assets/1/timeline"):
        page = visitor.see(path)
        assert page.status in (403, 404), path
        shown += [(page.url, one) for one in SECRETS if one in page.source]
    assert shown == []
    with elsewhere.app.engine.connect() as connection:
        assert connection.execute(text("SELECT count(*) FROM asset")).scalar()
