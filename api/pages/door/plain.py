"""Pages for who is not logged in: their language, their look, their headers."""

from __future__ import annotations

from typing import Any

from starlette.requests import Request
from starlette.responses import HTMLResponse

from api.compose.wiring import App
from api.pages.render import HEADERS, draw
from api.pages.words import LANGUAGE, THEME, Words, preferred
from inventory.kernel.errors import InventoryError

PRIVATE = {"Cache-Control": "no-store", "Referrer-Policy": "same-origin"}
"""For pages behind a link that is a secret: no other site is told of it. Without any
referrer a browser sends the forms of a page with the origin `null`."""


def words_of(request: Request) -> Words:
    """Return the language of a request."""
    app: App = request.state.purser
    cookie = request.cookies.get(LANGUAGE, "")
    accepted = request.headers.get("accept-language", "")
    return Words(preferred(cookie, accepted), app.clock())


def plain(
    request: Request,
    template: str,
    title: str,
    status: int = 200,
    **about: Any,  # noqa: ANN401
) -> HTMLResponse:
    """Return a page without navigation.

    Args:
        request: Says the language.
        template: Its file; it extends `plain.html`.
        title: Heading, in English.
        status: Of the answer.
        about: What the template shows.
    """
    text = draw(
        template,
        words_of(request),
        request.cookies.get(THEME, "auto"),
        title=title,
        **about,
    )
    return HTMLResponse(text, status, HEADERS | PRIVATE)


def told(
    request: Request, title: str, *sentences: str, status: int = 200
) -> HTMLResponse:
    """Return a page that says something and no more."""
    return plain(request, "told.html", title, status, sentences=sentences, link="")


def refused_link(request: Request, error: InventoryError) -> HTMLResponse:
    """Return the page of a link that is wrong, used up or over."""
    status = 404 if error.code == "not-found" else 410
    title = "This link does not work"
    return told(request, title, words_of(request).error(error), status=status)
