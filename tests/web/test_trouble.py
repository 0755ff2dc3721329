"""What is shown where a page cannot be, without a browser."""

from __future__ import annotations

import io
from collections.abc import Iterator

import httpx
import pytest
import structlog
from fastapi import FastAPI

from api.compose import logs
from api.http.middleware import RequestContext
from api.web import html, trouble
from api.web.login import local
from inventory.kernel import errors as register


@pytest.fixture(autouse=True)
def quiet() -> Iterator[None]:
    """Log lines go nowhere: the default prints long tracebacks."""
    logs.configure("info", as_json=True, stream=io.StringIO())
    yield
    structlog.reset_defaults()


async def shown(error: Exception) -> httpx.Response:
    pages = FastAPI()
    trouble.install(pages)

    @pages.get("/page/{number}")
    def fail(number: int) -> None:
        raise error

    transport = httpx.ASGITransport(RequestContext(pages), raise_app_exceptions=False)
    async with httpx.AsyncClient(
        transport=transport, base_url="http://purser.example"
    ) as client:
        return await client.get("/page/1")


async def test_a_database_in_trouble_is_told_with_its_remedy() -> None:
    answer = await shown(register.DatabaseLocked())
    assert answer.status_code == 503
    assert "Another program holds the database" in answer.text
    assert "Wait until the other program" in answer.text


async def test_an_unforeseen_error_shows_the_request_id_only() -> None:
    answer = await shown(KeyError("S3CRET"))
    assert answer.status_code == 500
    assert answer.headers["x-request-id"] in answer.text
    assert "S3CRET" not in answer.text
    assert "Traceback" not in answer.text


async def test_a_message_cannot_become_markup() -> None:
    answer = await shown(register.NotFound("No <b>such</b> thing."))
    assert "No &lt;b&gt;such&lt;/b&gt; thing." in answer.text


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
def test_the_login_leads_to_this_site_only(given: str, led: str) -> None:
    assert local(given) == led


@pytest.mark.parametrize(
    ("shown_as", "text"),
    [
        (html.show("<i>"), "&lt;i&gt;"),
        (html.link('/x"onclick=', "<b>"), '<a href="/x&quot;onclick=">&lt;b&gt;</a>'),
        (html.badge("<x>"), '<span class="badge ">&lt;x&gt;</span>'),
        (html.number(3, "<l>", "/a"), '<a class="number" href="/a"><b>3</b>'),
        (html.money(123456, "EUR"), "1,234.56 EUR"),
        (html.money(500, "JPY"), "500 JPY"),
        (html.share(333_333), "33.3333 %"),
        (html.speed(2_500_000_000), "2.5 Gbit/s"),
        (html.query("/a", x="1 2", y=""), "/a?x=1%202"),
        (html.show([True, None, 1]), "yes, , 1"),
    ],
)
def test_values_become_escaped_html(shown_as: str, text: str) -> None:
    assert shown_as.startswith(text)
