"""The page behind a one-time link: what was handed over, accept it or dispute it.

Without a login and without a script, except for drawing: who got the things may have
no account. The link itself is the secret, so the page is neither cached nor linked
from elsewhere, and says nothing where the link is wrong.
"""

from __future__ import annotations

from urllib.parse import quote

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import Response

from api.compose.wiring import App
from api.http.answers import as_answer
from api.pages.door.plain import PRIVATE, plain, refused_link, told
from api.pages.door.visitor import same_origin
from api.resources.exchange.labels import pdf
from api.resources.register.extracts.files_given import document
from inventory.assets.custody import acceptance
from inventory.assets.custody.signatures import HEIGHT, WIDTH
from inventory.kernel.clean_text import parsed
from inventory.kernel.errors import Invalid, InventoryError
from inventory.kernel.texts import N_
from inventory.storage.rows import Row

ACTOR = "link"
MOST = {"signature": 200, "drawing": 200_000, "remark": 5000, "say": 20}
"""Characters of each field."""

_TITLE, _TITLE_OF_RETURN = N_("Confirm what you got"), N_("Confirm what you gave back")


async def show_link(request: Request) -> Response:
    """Show what was handed over, or take the answer; then the link works no more."""
    if request.method == "GET":
        return await run_in_threadpool(_look, request)
    same_origin(request, request.state.purser)
    form = await request.form()
    sent = {name: str(form.get(name) or "")[:most] for name, most in MOST.items()}
    return await run_in_threadpool(_answer, request, sent)


def _look(request: Request) -> Response:
    app: App = request.state.purser
    token = str(request.path_params["token"])
    try:
        with app.work(ACTOR) as work:
            row = acceptance.open_acceptance(work, token, _key(app))
    except InventoryError as error:
        return refused_link(request, error)
    return _asked(request, row, token)


def _answer(request: Request, sent: dict[str, str]) -> Response:
    app: App = request.state.purser
    token, row = str(request.path_params["token"]), None
    disputed = sent["say"] == "dispute"
    try:
        with app.work(ACTOR) as work:
            row = acceptance.open_acceptance(work, token, _key(app))
            if disputed:
                acceptance.dispute(work, token, _key(app), sent["remark"])
            else:
                strokes = _strokes(sent["drawing"])
                acceptance.accept(work, token, _key(app), sent["signature"], strokes)
            work.commit()
    except Invalid as error:
        if row is not None:
            return _asked(request, row, token, str(error), status=422)
        return refused_link(request, error)
    except InventoryError as error:
        return refused_link(request, error)
    proof = quote(app.seal.pass_for(f"acceptance {row['id']}"))
    said = N_("We will look into it.") if disputed else N_("Your answer is recorded.")
    saved = f"/accepted/{row['id']}?proof={proof}"
    return plain(request, "thanks.html", N_("Thank you"), said=said, saved=saved)


async def save(request: Request) -> Response:
    """Give the document to who answered just now; the proof ends by itself."""
    return await run_in_threadpool(_document, request)


def _document(request: Request) -> Response:
    app: App = request.state.purser
    number = int(request.path_params["acceptance_id"])
    made = None
    if app.seal.passes(f"acceptance {number}", request.query_params.get("proof", "")):
        with app.engine.connect() as reading:
            made = document(reading, number)
    if made is None:
        return told(
            request, N_("There is no such document"), N_("Ask for it."), status=404
        )
    answer = as_answer(pdf(made, f"handover-{number}"))
    answer.headers.update(PRIVATE)
    return answer


def _key(app: App) -> bytes:
    return app.seal.derived("acceptance")


def _strokes(text: str) -> object:
    if not text:
        return None
    try:
        return parsed(text)
    except ValueError:
        return text


def _asked(
    request: Request, row: Row, token: str, problem: str = "", status: int = 200
) -> Response:
    returned = row["handover_id"].startswith(acceptance.RETURNED)
    return plain(
        request,
        "accept.html",
        _TITLE_OF_RETURN if returned else _TITLE,
        status,
        row=row,
        returned=returned,
        target=f"/accept/{quote(token)}",
        problem=problem,
        wide=WIDTH,
        high=HEIGHT,
    )
