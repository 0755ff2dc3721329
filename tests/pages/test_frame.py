"""Every resource has a list, pages and forms by its declaration, for every role."""

from __future__ import annotations

import csv
import io
import re

import pytest

from api.compose.wiring import App
from api.http.callers import OWN_THINGS, Caller, Role
from api.pages.navigation import ICONS, seen_by, tabs_of
from api.pages.render import STATIC
from api.pages.site import create_pages
from api.resources.declare import PageRequest, Viewer, choices_of, columns_of
from api.resources.registry import ENTRIES, resource
from inventory.people import accounts
from tests.pages.conftest import Visit
from tests.pages.visitor import HOST, Client, Seen

NAMES = [one.name for one in ENTRIES]
UNSAFE = re.compile(
    r"<script(?! type=\"module\" src=)|\son[a-z]+=|\sstyle=|javascript:"
)


def assert_safe(page: Seen) -> None:
    """What a strict policy would refuse, or a template left open, is not there."""
    assert not UNSAFE.search(page.source), page.url
    assert "unsafe" not in page.headers["content-security-policy"]
    assert "{{" not in page.source
    assert page.one("html").get("lang")


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize("role", accounts.LOGIN_ROLES)
def test_the_list_of_every_resource_is_there_for_its_roles(
    visit: Visit, name: str, role: str
) -> None:
    page = visit(role).see(f"/{name}")
    may = Role(role) in resource(name).roles
    assert page.status == (200 if may else 403)
    assert_safe(page)
    if may:
        assert page.text("h1") == resource(name).title


@pytest.mark.parametrize("name", NAMES)
def test_a_list_can_be_sorted_by_each_of_its_sort_columns(
    visit: Visit, name: str
) -> None:
    visitor = visit(_role(name))
    for column, one in columns_of(resource(name).rows).items():
        if one.sort:
            page = visitor.see(f"/{name}?sort=-{column}&fields={column}")
            assert page.status == 200, page.url
            assert not page.tree.cssselect(".problem"), page.text(".problem")


@pytest.mark.parametrize("name", NAMES)
def test_filters_stand_on_the_page_and_nonsense_is_said_not_raised(
    visit: Visit, name: str
) -> None:
    visitor = visit(_role(name))
    page = visitor.see(f"/{name}")
    for each in choices_of(resource(name).question):
        if each != "search":
            assert page.tree.cssselect(f"form.filters [name={each}]"), each
    odd = visitor.see(f"/{name}?nonsense=1&after=x&sort=nonsense&search=a")
    assert odd.status == 200
    assert odd.text(".problem")


@pytest.mark.parametrize("name", NAMES)
def test_one_of_every_resource_has_its_page_and_the_forms_of_its_acts(
    visit: Visit, company: App, name: str
) -> None:
    one = resource(name)
    visitor = visit(_role(name))
    first = _first(company, name)
    if one.get is not None and first is not None:
        page = visitor.see(f"/{name}/{first}")
        assert page.status == 200, page.url
        assert_safe(page)
        assert visitor.see(f"/{name}/987654321").status == 404
    for act in one.acts:
        # Who sees only own things has none here.
        roles = act.roles - OWN_THINGS
        role = str(min(roles)) if roles else _role(name)
        if Role(role) not in one.roles:
            continue
        path = f"/{name}/new" if act.verb == "create" else f"/{name}/{act.verb}"
        if act.on == "one" and act.verb != "create":
            if first is None:
                continue
            path = f"/{name}/{first}/{act.verb}"
        form = visit(role).see(path)
        assert form.status == 200, (path, form.source[:500])
        assert_safe(form)
        assert form.one("main form[method=post]") is not None


def test_the_symbol_of_every_list_is_drawn() -> None:
    drawn = set(re.findall(r'id="([a-z]+)"', (STATIC / "icons.svg").read_text("utf-8")))
    assert {resource(name).icon for name in NAMES} - drawn - {""} == set()
    assert set(ICONS.values()) - drawn == set()


@pytest.mark.parametrize("role", accounts.LOGIN_ROLES)
def test_nothing_of_the_navigation_is_refused(visit: Visit, role: str) -> None:
    visitor = visit(role)
    page = visitor.see("/search")
    places = {a.get("href") for a in page.tree.cssselect("nav#nav a")}
    assert len(places) < 30
    reached = {path for path in places if visit(role).see(path).status == 200}
    assert reached == places
    caller = Caller("test", "test", frozenset({Role(role)}))
    beside = {
        tab.path
        for path in places
        if path[1:] in NAMES
        for tab in tabs_of(path[1:], caller)
    }
    wanted = {f"/{name}" for name in NAMES if Role(role) in resource(name).roles}
    assert wanted <= places | beside


def test_a_list_is_filtered_sorted_and_exported_as_it_stands(visit: Visit) -> None:
    page = visit().see("/devices?type=switch&fields=name,address&sort=-name")
    assert [set(row) - {""} for row in page.rows()] == [{"Name", "Address"}]
    link = page.one("a[data-sheet=csv]").get("href")
    text = page.visitor.client.ask(link).text.lstrip("\ufeff")
    assert list(csv.reader(io.StringIO(text))) == [
        ["name", "address"],
        ["sw-1", "192.0.2.1"],
    ]


def test_pages_of_a_list_follow_one_another(visit: Visit) -> None:
    page = visit().see("/devices?type=computer&fields=name")
    names: list[str] = []
    for _ in range(10):
        names += [row["Name"] for row in page.rows()]
        if not page.tree.cssselect("a[rel=next]"):
            break
        page = page.follow("Next page")
    assert len(names) == len(set(names)) == 120


def test_an_asset_is_made_corrected_and_an_error_loses_nothing(visit: Visit) -> None:
    visitor = visit("it")
    form = visitor.see("/assets").follow("Register a thing")
    refused = form.send(kind="laptop", tag="PG-1", purchased_on="yesterday")
    assert refused.status == 422
    assert refused.errors() == {"purchased_on": "This is not a date (YYYY-MM-DD)."}
    assert refused.one("#f-tag").get("value") == "PG-1"
    made = refused.send(purchased_on="2026-03-01")
    assert made.status == 200
    assert made.text("h1") == "PG-1 in stock"
    row = visitor.see("/assets?search=pg-1").rows()[0]
    assert row["Tag"] == "PG-1"
    edit = visitor.see("/assets/PG-1/update")
    assert edit.one("#f-tag").get("value") == "PG-1"
    edit.send(name="Spare")
    again = visitor.see("/assets/PG-1/update")
    assert again.one("#f-name").get("value") == "Spare"
    assert again.one("#f-purchased_on").get("value") == "2026-03-01"


def test_a_form_drawn_before_another_change_overwrites_nothing(visit: Visit) -> None:
    visitor = visit("it")
    visitor.see("/assets/new").send(kind="laptop", tag="PG-2")
    early = visitor.see("/assets/PG-2/update")
    visitor.see("/assets/PG-2/update").send(name="First")
    late = early.send(name="Second")
    assert late.status == 422
    assert "changed" in late.text(".problem") or "ETag" in late.text(".problem")
    assert late.one("#f-name").get("value") == "Second"
    assert visitor.see("/assets/PG-2/update").one("#f-name").get("value") == "First"


def test_a_form_from_elsewhere_is_refused(visit: Visit) -> None:
    client = visit("it").client
    form = {"kind": "laptop", "tag": "PG-3"}
    for headers in (
        {"origin": "null"},
        {"origin": "https://evil.example"},
        {"origin": HOST, "sec-fetch-site": "cross-site"},
        {"sec-fetch-site": "cross-site"},
    ):
        answer = client.ask("/assets/new", form=form, headers=headers)
        assert answer.status_code == 403, headers
    assert visit("it").see("/assets?search=pg-3").rows() == []


def test_search_finds_rows_and_pages(visit: Visit) -> None:
    page = visit().see("/search?q=sw-1")
    assert "sw-1" in page.texts("a.hit span")
    assert "Assets" in visit().see("/search?q=asse").texts("a.hit span")


def test_pages_speak_indonesian(visit: Visit) -> None:
    page = visit("it", language="id").see("/assets")
    assert page.one("html").get("lang") == "id"
    assert page.text("h1") == "Aset"


def test_who_is_not_logged_in_sees_the_login(company: App) -> None:
    client = Client(create_pages(company), follow=False)
    answer = client.ask("/assets", headers={"accept": "text/html"})
    assert answer.status_code == 303
    assert answer.headers["location"].startswith("/login")


def _role(name: str) -> str:
    roles = resource(name).roles
    return next(r for r in ("it", "accounting", "hr", "auditor") if Role(r) in roles)


def _first(app: App, name: str) -> int | None:
    one = resource(name)
    today = app.clock().date()
    viewer = Viewer(Caller("test", "test", frozenset(Role)), today, today, app)
    with app.engine.connect() as connection:
        page = one.source.read(
            connection, one.question(), viewer, PageRequest(sort=one.sort, limit=1)
        )
    return int(page.rows[0]["id"]) if page.rows and "id" in page.rows[0] else None


def test_each_group_of_the_navigation_has_a_title(company: App) -> None:
    groups = list(seen_by(Caller("test", "test", frozenset(Role))))
    assert [title for title, _ in groups][:3] == ["", "Network", "Register"]
