"""The second step of a log-in: a code, a recovery code, or a passkey.

Where a second factor is required and there is none yet, it is set up here, before the
first page is seen.
"""

from __future__ import annotations

import json

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from api.compose.wiring import App
from api.http.errors import TooManyLogins, Unauthorized
from api.login import passkeys, second_step, steps
from api.login.codes import new_secret, step_of_code, uri_of
from api.pages.door.plain import plain, words_of
from api.pages.door.visitor import agent_of, base_of, keep_session, local, same_origin
from api.pages.register.qr import code_of
from inventory.kernel.errors import InventoryError
from inventory.kernel.texts import N_
from inventory.people import second_factors

MOST = 4_000
WRONG = N_("The code is wrong or was used already.")


def ask_second(
    request: Request, proof: str, target: str, error: str = "", status: int = 200
) -> Response:
    """Return the page of the second step."""
    app: App = request.state.purser
    row = steps.account_of_proof(app, proof)
    with app.engine.connect() as connection:
        known = second_factors.factors_of(connection, row.id)
    about: dict[str, object] = {"secret": "", "enrol": "", "qr": None}
    if not known:
        about = enrolment(app, row.id, row.login)
    keys = [one for one in known if one["kind"] == "passkey"]
    asked = passkeys.ask(app, base_of(request), row.id) if keys else None
    return plain(
        request,
        "second.html",
        N_("Second factor"),
        status,
        proof=proof,
        next=target,
        error=error,
        options=asked.options if asked else "",
        challenge=asked.proof if asked else "",
        **about,
    )


def enrolment(app: App, user_id: int, login: str) -> dict[str, object]:
    """Return what a page shows to set up an authenticator program."""
    secret = new_secret()
    sealed = app.seal.pass_for(json.dumps(["enrol", user_id, secret]))
    return {"secret": secret, "enrol": sealed, "qr": code_of(uri_of(secret, login))}


def enrolled(app: App, user_id: int, sealed: str, code: str, name: str) -> bool:
    """Keep an authenticator program that shows the right code; return whether it does.

    Raises:
        InventoryError: The login has too many factors.
    """
    told = app.seal.read_pass(sealed, second_step.SECONDS)
    kind, owner, secret = json.loads(told) if told else ("", 0, "")
    if kind != "enrol" or owner != user_id:
        return False
    step = step_of_code(secret, code, app.clock())
    if step is None:
        return False
    with app.work(f"user:{user_id}") as work:
        second_factors.add_factor(
            work,
            user_id,
            "totp",
            name,
            sealed_secret=second_step.sealed_secret(app, secret),
            counter=step,
        )
        work.commit()
    return True


def new_codes(app: App, user_id: int) -> list[str]:
    """Make recovery codes; they are shown once."""
    with app.work(f"user:{user_id}") as work:
        made = second_factors.make_codes(work, user_id, second_step.code_key(app))
        work.commit()
    return made


async def show_second(request: Request) -> Response:
    """Check what was shown, and lead on."""
    app: App = request.state.purser
    same_origin(request, app)
    form = await request.form()
    sent = {name: str(form.get(name) or "") for name in _FIELDS}
    target = local(sent["next"][:MOST])
    try:
        return await run_in_threadpool(_second, request, sent, target)
    except TooManyLogins as error:
        said = words_of(request).error(error)
        answer = ask_second(request, sent["proof"], target, said, 429)
        answer.headers.update(dict(error.headers))
        return answer
    except Unauthorized:
        return RedirectResponse("/login", 303)
    except InventoryError as error:
        said = words_of(request).error(error)
        return ask_second(request, sent["proof"], target, said, 401)


_FIELDS = ("proof", "next", "code", "enrol", "challenge", "answer")


def _second(request: Request, sent: dict[str, str], target: str) -> Response:
    app: App = request.state.purser
    proof, address, agent = sent["proof"], *agent_of(request)
    codes: list[str] = []
    if sent["answer"]:
        sealed: str | None = steps.log_in_passkey(
            app, base_of(request), sent["challenge"], sent["answer"],
            address, agent, proof=proof,
        )  # fmt: skip
    elif sent["enrol"]:
        sealed = steps.log_in_enrolling(
            app,
            proof,
            lambda user_id: enrolled(
                app, user_id, sent["enrol"], sent["code"], "Authenticator"
            ),
            address,
            agent,
        )
        if sealed is not None:
            codes = new_codes(app, steps.account_of_proof(app, proof).id)
    else:
        sealed = steps.log_in_second(app, proof, sent["code"], address, agent)
    if sealed is None:
        said = words_of(request).text(WRONG)
        return ask_second(request, proof, target, said, 401)
    answer: Response = RedirectResponse(target, 303)
    if codes:
        title = N_("Recovery codes")
        answer = plain(request, "recovery.html", title, codes=codes, next=target)
    keep_session(request, answer, sealed)
    return answer
