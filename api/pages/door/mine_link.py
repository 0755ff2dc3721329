"""Saying what one has, by a signed link, for who has no account."""

from __future__ import annotations

from urllib.parse import quote

from pydantic import ValidationError
from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import Response

from api.compose.wiring import App
from api.http.stock_take_links import person_of
from api.pages.door.plain import plain, told, words_of
from api.pages.door.visitor import same_origin
from api.resources.register.stock_take_acts import ConfirmIn, confirm
from inventory.assets.stocktake.service import check_open
from inventory.kernel.errors import InventoryError
from inventory.kernel.texts import N_
from inventory.queries.register.stocktakes import expected_of


async def show_link(request: Request) -> Response:
    """Ask a person about his things, or note what he says.

    He may say it again while the campaign is open.
    """
    app: App = request.state.purser
    token = str(request.path_params["token"])
    named = person_of(app.seal.derived("stock-take"), token)
    if named is None:
        title = N_("This link does not work")
        return told(request, title, N_("Ask for a new one."), status=404)
    if request.method == "GET":
        return await run_in_threadpool(_look, request, named, token)
    same_origin(request, app)
    form = await request.form(max_fields=5000)
    given: dict[str, object] = {
        "have": [str(one) for one in form.getlist("have")],
        "not_mine": [str(one) for one in form.getlist("not_mine")],
        "note": str(form.get("note") or "")[:2000],
    }
    return await run_in_threadpool(_note, request, named, given)


def _look(request: Request, named: tuple[int, int], token: str) -> Response:
    app: App = request.state.purser
    try:
        with app.engine.connect() as reading:
            take = check_open(reading, named[0])
            rows = expected_of(reading, *named)
    except InventoryError as error:
        return told(request, N_("Nothing to do"), words_of(request).problem(error))
    return plain(
        request,
        "mine_link.html",
        N_("Are these with you?"),
        take=take,
        rows=rows,
        target=f"/mine/{quote(token)}",
    )


def _note(
    request: Request, named: tuple[int, int], given: dict[str, object]
) -> Response:
    app: App = request.state.purser
    try:
        checked = ConfirmIn.model_validate({"take": named[0], **given})
        with app.work(f"person:{named[1]}") as work:
            confirm(work, named[1], checked)
            work.commit()
    except (InventoryError, ValidationError) as error:
        return told(request, N_("That does not work"), str(error), status=422)
    return told(request, N_("Thank you"), N_("It is noted."))
