"""What a person sees where a page cannot be shown: a sentence, never a traceback."""

from __future__ import annotations

from html import escape

import structlog
from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import HTMLResponse
from starlette.exceptions import HTTPException

from api.http.errors import status_of
from api.web.style import LOGIN_CSS
from inventory.kernel.errors import InventoryError

log = structlog.get_logger("purser.web")


def install(pages: FastAPI) -> None:
    """Let NiceGUI's application show our words instead of its own."""
    pages.add_exception_handler(404, _no_page)
    pages.add_exception_handler(HTTPException, _no_page)
    pages.add_exception_handler(RequestValidationError, _no_page)
    pages.add_exception_handler(InventoryError, _register_error)
    pages.add_exception_handler(Exception, _unforeseen)


def page(title: str, *sentences: str, status: int) -> HTMLResponse:
    """Return a plain page with a heading and sentences."""
    text = "".join(f"<p>{escape(sentence)}</p>" for sentence in sentences if sentence)
    return HTMLResponse(
        '<!doctype html><html lang="en"><head><meta charset="utf-8">'
        '<meta name="viewport" content="width=device-width, initial-scale=1">'
        f"<title>{escape(title)} - Purser</title><style>{LOGIN_CSS}</style></head>"
        f'<body><main class="box"><h1>{escape(title)}</h1>{text}'
        '<p><a href="/">Go to the dashboard</a></p></main></body></html>',
        status,
    )


async def _no_page(_request: Request, _error: Exception) -> HTMLResponse:
    return page("There is no such page", "Check the address.", status=404)


async def _register_error(_request: Request, error: Exception) -> HTMLResponse:
    assert isinstance(error, InventoryError)
    status = status_of(error)
    if status >= 500:
        log.error("storage", code=error.code, problem=error.problem)
    title = "This page cannot be shown now" if status >= 500 else "That does not work"
    return page(title, error.problem, error.remedy, status=status)


async def _unforeseen(request: Request, _error: Exception) -> HTMLResponse:
    # The middleware around everything logs it with the request id.
    number = getattr(request.state, "request_id", "")
    return page(
        "Something went wrong in the server",
        f"Look for {number} in the server's log, and report it.",
        status=500,
    )
