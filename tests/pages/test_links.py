"""What a page shows leads where its reader may go, and a scope cuts every page.

Each role walks from the first page over one link of every kind, in a company that has
something of everything: all of them answer, and nothing on them stands as it is stored.
Who sees another part of the house then asks for the same pages.
"""

from __future__ import annotations

import re
import shutil
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from urllib.parse import urljoin, urlsplit

import pytest
from sqlalchemy import select

from api.compose.wiring import App
from api.http.callers import Role
from api.pages.site import create_pages
from api.resources.cli.options import local_caller
from api.resources.declare import Viewer
from api.resources.references import Reference
from api.resources.registry import all_resources
from inventory.kernel.errors import NotFound
from inventory.people import accounts
from tests.api.whole_company import make_company
from tests.pages.conftest import PASSWORD, Office
from tests.pages.test_frame import assert_safe
from tests.pages.visitor import Seen, Visitor

OTHERS = (".csv", ".xlsx", ".jsonl", "/docs")
"""Ends of paths that are no pages of the site."""
STATES = frozenset({"sort", "after", "was", "fields", "format"})
"""Parameters that lead to the same list in another state."""
RAW = re.compile(
    r"\b(?:None|True|False)\b(?! *\.)|\b(?!purser_)[a-z]+_[a-z_]+\b(?!\.)"
    r"|\{'|\b20\d\d-\d\d-\d\dT"
)
AS_STORED = ("/import-profiles/", "/provisioning-rules/notices")
"""Pages that tell names of columns of other programs, or of what stands in a text."""
ELSEWHERE = {"legal_entities": ["200"], "sites": ["nowhere"]}
SECRETS = ("T-001", "T-002", "Ada Berg", "Ben Oak", "laptop-1", "FOC1", "D0004")
FEWEST = {"it": 400, "hr": 180, "accounting": 350, "auditor": 300}
"""Pages that a role reaches at least, or the walk has lost its way."""


def kind_of(path: str) -> tuple[str, ...]:
    """Return what a path leads to, whatever the number of the thing."""
    asked = urlsplit(path)
    parts = ["#" if one.isdigit() else one for one in asked.path.split("/")]
    names = {pair.partition("=")[0] for pair in asked.query.split("&")}
    return (*parts, *sorted(names))


def place(url: str) -> str:
    """Return path and query of an address."""
    return urlsplit(url)._replace(scheme="", netloc="").geturl()


def led_to(page: Seen) -> Iterator[str]:
    """Yield the addresses that a page leads to, but for files and what is elsewhere."""
    for link in page.tree.cssselect("a[href]"):
        href = urljoin(place(page.url), link.get("href"))
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


@pytest.fixture(scope="module")
def everything(
    sqlite_template: Path, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Office]:
    """A company with everything, and two accounts of each role.

    One sees all that its role may see, the other only another part of the house.
    """
    folder = tmp_path_factory.mktemp("everything")
    database = folder / "purser.sqlite"
    shutil.copyfile(sqlite_template, database)
    app: App = make_company(database, folder)
    with app.work("test") as work:
        for role in accounts.LOGIN_ROLES:
            own = None if Role(role) in accounts.STAFF_ROLES else 1
            accounts.add_account(work, role, PASSWORD, [role], person_id=own)
            accounts.add_account(work, f"{role}-200", PASSWORD, [role], scope=ELSEWHERE)
        work.commit()
    yield Office(app, create_pages(app))
    app.close()


Walked = dict[str, list[Seen]]


@pytest.fixture(scope="module")
def walked() -> Walked:
    """What each role has seen, kept for the second test."""
    return {}


def seen_by(everything: Office, walked: Walked, role: str) -> list[Seen]:
    """Return the pages that a role reaches."""
    if role not in walked:
        walked[role] = list(walk(everything(role)))
    return walked[role]


@pytest.mark.parametrize("role", accounts.LOGIN_ROLES)
def test_every_link_leads_where_its_reader_may_go(
    everything: Office, walked: Walked, role: str
) -> None:
    wrong: dict[str, int] = {}
    told: dict[str, list[str]] = {}
    pages = seen_by(everything, walked, role)
    for page in pages:
        path = urlsplit(page.url).path
        if page.status != 200:
            wrong[page.url] = page.status
        elif page.tree.cssselect("main") and path != "/docs":
            assert_safe(page)
            if not path.startswith(AS_STORED) and (found := raw_of(page)):
                told[path] = found[:5]
    assert wrong == {}
    assert told == {}
    reached = {urlsplit(page.url).path.strip("/") for page in pages}
    assert {one.name for one in all_resources() if Role(role) in one.roles} <= reached
    assert len(pages) >= FEWEST.get(role, 15)


@pytest.mark.parametrize("role", accounts.LOGIN_ROLES)
def test_nothing_of_another_part_of_the_house_is_shown(
    everything: Office, walked: Walked, role: str
) -> None:
    visitor = everything(f"{role}-200")
    shown, kept = [], 0
    for first in seen_by(everything, walked, role):
        asked = place(first.url)
        page = visitor.see(asked)
        assert page.status in (200, 403, 404), asked
        told = [one for one in SECRETS if one in page.source and one not in asked]
        shown += [(asked, one) for one in told]
        kept += any(one in first.source for one in SECRETS)
    assert shown == []
    assert kept > 1, "whoever may see it is shown nothing either"


def test_things_are_called_alike_one_by_one_and_many_at_once(
    everything: Office,
) -> None:
    app, compared = everything.app, 0
    today = app.clock().date()
    viewer = Viewer(local_caller(), today, today, app)
    with app.engine.connect() as reading:
        for one in all_resources():
            if one.get is None or not isinstance(one.reference, Reference):
                continue
            ids = set(reading.scalars(select(one.reference.table.c.id).limit(20)))
            alone = {}
            for number in ids:
                with suppress(NotFound, KeyError):
                    alone[number] = one.called(one.whole(reading, number, viewer))
            found = one.names(reading, ids, viewer)
            assert {n: found.get(n) for n in alone} == alone, one.name
            compared += len(alone)
    assert compared > 200
