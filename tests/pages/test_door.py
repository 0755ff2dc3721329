"""Logging in and out, links that are secrets, and what stands where no page can."""

from __future__ import annotations

import json
import re
from dataclasses import replace
from pathlib import Path

import pytest
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from api.compose.wiring import build
from api.http.middleware import SECRET_LINKS, RequestContext, told_path
from api.http.stock_take_links import person_token
from api.pages.door.gate import COOKIE, Gate
from api.pages.door.trouble import HANDLERS
from api.pages.door.visitor import local
from api.pages.site import routes_of
from config.settings import Http, Settings
from inventory.assets.stocktake.rules import ExpectedItem
from inventory.assets.stocktake.service import open_stock_take
from inventory.kernel import errors as register
from inventory.storage import upgrade
from tests.api.resources.client import Client as Direct
from tests.pages.conftest import PASSWORD, Office
from tests.pages.visitor import HOST, Client, Seen, Visitor

FOREIGN = {"origin": "https://evil.example"}
STROKES = json.dumps([[[10, 10], [20, 40], [30, 10]]])


def test_the_login_leads_to_the_page_that_was_wanted(visit: Office) -> None:
    wanted = visit.stranger().see("/devices?search=sw-1")
    assert wanted.text("h1") == "Log in"
    page = wanted.send("form[action='/login']", login="it", password=PASSWORD)
    assert page.url == f"{HOST}/devices?search=sw-1"
    assert [row["Name"] for row in page.rows()] == ["sw-1"]


def test_a_wrong_password_is_told_and_the_login_kept(visit: Office) -> None:
    form = visit.stranger().see("/login")
    page = form.send("form[action='/login']", login="it", password="wrong")
    assert page.status == 401
    assert page.text("[role=alert]") == "Login or password is wrong."
    assert page.one("#login").get("value") == "it"
    assert page.one("#password").get("value") is None


def test_a_log_out_ends_the_session_on_the_server(visit: Office) -> None:
    visitor = visit.stranger()
    form = visitor.see("/login")
    form.send("form[action='/login']", login="hr", password=PASSWORD)
    stolen = visitor.client.cookies[COOKIE]
    assert visitor.see("/people").text("h1") == "People"
    visitor.see("/logout", {})
    other = visit.stranger()
    other.client.cookies.set(COOKIE, stolen)
    assert other.see("/people").text("h1") == "Log in"
    again = visit.stranger().see("/login")
    page = again.send("form[action='/login']", login="hr", password=PASSWORD)
    assert page.text("h1") == "Overview"


def test_who_is_not_logged_in_gets_no_data(visit: Office) -> None:
    client = Client(visit.site, follow=False)
    for path in ("/assets.csv", "/map.json", "/kept/1", "/pick/people"):
        assert client.ask(path).status_code == 401, path
    assert client.ask("/assets/check-out", form={"assets": "T-001"}).status_code == 401


@pytest.mark.parametrize(
    ("given", "led"),
    [
        ("/devices?search=a", "/devices?search=a"),
        ("//evil.example", "/"),
        ("https://evil.example/", "/"),
        ("/\\evil.example", "/"),
        ("/\tx", "/"),
        ("javascript:alert(1)", "/"),
        ("", "/"),
    ],
)
def test_a_form_leads_to_this_site_only(given: str, led: str) -> None:
    assert local(given) == led


def test_forms_from_elsewhere_are_refused(visit: Office) -> None:
    client = visit("it").client
    for headers in (
        FOREIGN,
        {"origin": "null"},
        {"origin": "https://purser.example.evil.example"},
        {"sec-fetch-site": "cross-site"},
        {"sec-fetch-site": "same-site"},
    ):
        answer = client.ask("/import/run", headers=headers, form={"x": "y"})
        assert answer.status_code == 403, headers


def test_every_form_there_is_is_refused_from_elsewhere(visit: Office) -> None:
    cookie = visit("it").client.cookies[COOKIE]
    client = Direct(visit.site, HOST, FOREIGN | {"cookie": f"{COOKIE}={cookie}"})
    asked, taken = 0, []
    for route in routes_of():
        if isinstance(route, Route) and "POST" in (route.methods or ()):
            path = re.sub(r"{\w+:int}", "1", route.path)
            answer = client.post(re.sub(r"{\w+}", "x", path), data={"x": "y"})
            asked += 1
            unknown = (404, 410) if route.path.startswith(SECRET_LINKS) else ()
            if answer.status_code not in (403, *unknown):
                taken.append((route.path, answer.status_code))
    client.close()
    assert taken == []
    assert asked > 1000


@pytest.mark.parametrize(
    ("host", "let_in"),
    [
        ("127.0.0.1:8080", True),
        ("[::1]:8080", True),
        ("purser", True),
        ("purser.lan", True),
        ("named.company.com", True),
        ("NAMED.company.com.", True),
        ("purser.evil.com", False),
        ("127.0.0.1.evil.com", False),
        ("named.company.com.evil.com", False),
        ("[x", False),
    ],
)
def test_no_page_is_shown_by_a_name_that_leads_here_by_chance(
    visit: Office, host: str, *, let_in: bool
) -> None:
    """A site whose name was made to point here is no site of ours (DNS rebinding)."""
    http = Http(names=("named.company.com",))
    settings = visit.app.settings.model_copy(update={"http": http})
    site = RequestContext(Gate(Starlette(), replace(visit.app, settings=settings)))
    for path in ("/", "/login", "/static/x"):
        answer = Client(site, follow=False).ask(path, headers={"host": host})
        assert (answer.status_code != 421) == let_in


def link_to_confirm(office: Office, tag: str) -> str:
    form = office("it").see(f"/assets/check-out?assets={tag}&holder=p-1")
    page = form.send(confirm="true")
    (link,) = re.findall(r"http://purser\.example(/accept/[^\s<\"]+)", page.source)
    return str(link)


def answered(office: Office, link: str, **sent: str) -> Seen:
    return office.stranger().see(link, sent)


def test_a_handover_is_confirmed_by_a_link_without_a_login_once(
    office: Office,
) -> None:
    link = link_to_confirm(office, "T-002")
    page = office.stranger().see(link)
    assert page.status == 200
    assert "T-002" in page.source
    assert page.headers["cache-control"] == "no-store"
    assert page.headers["referrer-policy"] == "same-origin"
    assert answered(office, link, signature="B", drawing="[[9]]").status == 422
    done = answered(office, link, signature="Ada <b>", drawing=STROKES)
    assert done.status == 200
    saved = done.one("a.button").get("href")
    client = office.stranger().client
    assert client.ask(saved).content.startswith(b"%PDF-")
    assert client.ask(f"{saved.partition('?')[0]}?proof=x").status_code == 404
    assert office.stranger().see(link).status == 410
    assert answered(office, link, signature="Ada", drawing=STROKES).status == 410
    assert office.stranger().see("/accept/x.y").status == 404
    assert client.ask(link, headers=FOREIGN, form={}).status_code == 403
    paper = office("it").client.ask("/handover-document/1")
    assert paper.content.startswith(b"%PDF-")
    assert office("accounting").see("/handover-document/1").status == 403


def test_a_dispute_says_why_and_custody_stays(office: Office) -> None:
    office("it").see("/assets/check-in?assets=T-001").send()
    link = link_to_confirm(office, "T-001")
    assert answered(office, link, say="dispute").status == 422
    done = answered(office, link, say="dispute", remark="The lid is broken.")
    assert done.status == 200
    page = office("it").see("/assets/check-in?assets=T-001").send()
    assert page.status == 200
    row = office("it").see("/assets?search=T-001").rows()[0]
    assert row["State"] == "in stock"


def test_people_say_by_a_link_whether_their_things_are_with_them(
    office: Office,
) -> None:
    app = office.app
    with app.work("test") as work:
        items = [ExpectedItem(1, None, 1), ExpectedItem(2, None)]
        take = open_stock_take(work, "Spring", items)
        work.commit()
    key = app.seal.derived("stock-take")
    path = f"/mine/{person_token(key, take, 1)}"
    page = office.stranger().see(path)
    assert "T-001" in page.source
    assert "T-002" not in page.source
    assert answered(office, path, not_mine="T-001", note="home").status == 200
    assert answered(office, path, have="T-002").status == 422
    forged = path.replace(f"{take}.1.", f"{take}.2.")
    assert office.stranger().see(forged).status == 404


def test_a_secret_link_does_not_stand_in_a_log() -> None:
    assert told_path("/accept/abc.def") == "/accept/..."
    assert told_path("/mine/1.2.abc") == "/mine/..."
    assert told_path("/assets/1") == "/assets/1"


@pytest.mark.parametrize("path", ["/nope", "/assets/1/nope", "/static/x/nope.css"])
def test_an_address_that_is_none_is_said_so(visit: Office, path: str) -> None:
    page = visit("it").see(path)
    assert page.status == 404
    assert page.text("h1") == "There is no such page"


def test_what_is_not_there_is_said_so(visit: Office) -> None:
    for name in ("devices", "assets", "people", "scans", "cases", "stock-takes"):
        for number in (999999, 10**20):
            page = visit("it").see(f"/{name}/{number}")
            assert page.status == 404, page.url
            assert "There is no" in page.text("h1")


def shown(folder: Path, error: Exception) -> Seen:
    """What a page that fails shows, behind everything that stands before pages."""

    async def fail(_request: Request) -> Response:
        raise error

    app = build(Settings(data_dir=folder), check=False)
    upgrade.upgrade(app.engine)
    pages = Starlette(routes=[Route("/login", fail)], exception_handlers=HANDLERS)
    client = Client(RequestContext(Gate(pages, app)), lets_fail=True)
    seen = Visitor(client).see("/login")
    app.close()
    return seen


@pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning")
def test_a_database_in_trouble_is_told_with_its_remedy(tmp_path: Path) -> None:
    page = shown(tmp_path, register.DatabaseLocked())
    assert page.status == 503
    assert "Another program holds the database" in page.source
    assert "Wait until the other program" in page.source


def test_an_unforeseen_error_shows_the_request_id_only(tmp_path: Path) -> None:
    page = shown(tmp_path, KeyError("S3CRET"))
    assert page.status == 500
    assert page.headers["x-request-id"] in page.source
    assert "S3CRET" not in page.source
    assert "Traceback" not in page.source


def test_a_message_cannot_become_markup(tmp_path: Path) -> None:
    page = shown(tmp_path, register.NotFound("No <b>such</b> thing."))
    assert "No &lt;b&gt;such&lt;/b&gt; thing." in page.source
