"""What a person sees where a page cannot be shown: a sentence, never a traceback."""

from __future__ import annotations

import structlog
from starlette.requests import Request
from starlette.responses import Response

from api.http.errors import ApiError, status_of
from api.http.problems import api_problem, waiting_for
from api.pages.door.plain import plain, words_of
from inventory.kernel.errors import InventoryError
from inventory.kernel.texts import N_

log = structlog.get_logger("purser.pages")


def _page(request: Request, title: str, *sentences: str, status: int) -> Response:
    about = {"sentences": sentences, "link": "/"}
    return plain(request, "told.html", title, status, **about)


async def no_page(request: Request, _error: Exception) -> Response:
    """Say that an address is none."""
    title = N_("There is no such page")
    return _page(request, title, N_("Check the address."), status=404)


async def refusal(request: Request, error: Exception) -> Response:
    """Answer what a form from elsewhere, or one without the role, is told."""
    assert isinstance(error, ApiError)
    return api_problem(request, error)


async def register_error(request: Request, error: Exception) -> Response:
    """Say what the register refuses, or that its database is in trouble."""
    assert isinstance(error, InventoryError)
    status = status_of(error)
    if status >= 500:
        log.error("storage", code=error.code, problem=error.problem)
        title = N_("This page cannot be shown now")
    else:
        title = N_("That does not work")
    told = words_of(request).error(error)
    answer = _page(request, title, told, status=status)
    answer.headers.update(waiting_for(error))
    return answer


async def unforeseen(request: Request, _error: Exception) -> Response:
    """Name the request; the middleware around everything logs the error with it."""
    number = getattr(request.state, "request_id", "")
    return _page(
        request,
        N_("Something went wrong in the server"),
        f"Look for {number} in the server's log, and report it.",
        status=500,
    )


HANDLERS = {
    404: no_page,
    405: no_page,
    ApiError: refusal,
    InventoryError: register_error,
    Exception: unforeseen,
}
"""For the application of the pages."""
