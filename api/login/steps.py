"""What comes after the right password, or instead of one: codes and passkeys.

Each attempt is counted by the throttle of passwords before anything is compared.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import structlog
from sqlalchemy import Row, select

from api.compose.keys import stamp_of
from api.compose.wiring import App
from api.http.auth import admitted, let_in, proof_of
from api.http.errors import Unauthorized
from api.login import second_step
from api.login.passkeys import shown
from inventory.people.account_tables import UserAccount
from inventory.storage.rows import id_of, table_of

_account = table_of(UserAccount)

log = structlog.get_logger("purser.auth")


def log_in_second(
    app: App, proof: str, code: str, address: str, agent: str = ""
) -> str | None:
    """Check a second factor; return the session cookie, None if the code is wrong.

    Args:
        app: The composition.
        proof: That the password was right; see `second_step`.
        code: Of an authenticator program, or a recovery code.
        address: Where from.
        agent: What the browser calls itself.

    Raises:
        TooManyLogins: This account or this address failed too often.
        Unauthorized: The proof is forged, too old, or the password was changed.
    """
    row = account_of_proof(app, proof)
    counted = admitted(app, row.login, address)
    if not second_step.is_right(app, row.id, code):
        log.warning("second factor failed", login=row.login, address=address)
        return None
    # The password was counted as an attempt, too.
    app.throttle.succeeded(counted)
    app.throttle.succeeded(counted)
    return let_in(app, row, address, agent)


def log_in_enrolling(
    app: App,
    proof: str,
    enrol: Callable[[int], bool],
    address: str,
    agent: str = "",
) -> str | None:
    """Let somebody in who sets up the first second factor; None if that did not work.

    Args:
        app: The composition.
        proof: That the password was right, and nothing is set up yet.
        enrol: Keeps the factor of a login if the right code was shown.
        address: Where from.
        agent: What the browser calls itself.

    Raises:
        TooManyLogins: This account or this address failed too often.
        Unauthorized: The proof is forged or too old, or there is a factor already.
    """
    pending = second_step.opened(app, proof)
    row = account_of_proof(app, proof)
    again = second_step.asked_of(app, row.id, "")
    if pending is None or again is None or not (pending.enrols and again.enrols):
        raise Unauthorized("There is a second factor already.")
    counted = admitted(app, row.login, address)
    if not enrol(row.id):
        return None
    app.throttle.succeeded(counted)
    app.throttle.succeeded(counted)
    return let_in(app, row, address, agent)


def log_in_passkey(
    app: App,
    base: str,
    challenge: str,
    answer: str,
    address: str,
    agent: str = "",
    *,
    proof: str = "",
) -> str:
    """Let somebody in who shows a passkey; return the session cookie.

    Args:
        app: The composition.
        base: Address of this site.
        challenge: As it was sealed into the form.
        answer: Of the browser.
        address: Where from.
        agent: What the browser calls itself.
        proof: That the password was right; empty: the passkey alone.

    Raises:
        Invalid: It is none, or another's.
        TooManyLogins: This address failed too often.
        Unauthorized: The proof is forged or too old, or the login is disabled.
    """
    row = account_of_proof(app, proof) if proof else None
    counted = admitted(app, row.login if row else "(passkey)", address)
    owner = shown(app, base, challenge, answer, row.id if row else 0)
    app.throttle.succeeded(counted)
    return let_in_account(app, owner, address, agent)


def let_in_account(app: App, user_id: int, address: str, agent: str) -> str:
    """Begin a session of an account by its number.

    Raises:
        Unauthorized: It is disabled.
    """
    with app.engine.connect() as connection:
        query = select(_account).where(id_of(UserAccount) == user_id)
        row = connection.execute(query).one_or_none()
    if row is None or row.disabled_at is not None or proof_of(row) is None:
        raise Unauthorized("This login is disabled.")
    return let_in(app, row, address, agent)


def account_of_proof(app: App, proof: str) -> Row[Any]:
    """Return the account whose password was right.

    Raises:
        Unauthorized: The proof is forged, too old, or the password was changed.
    """
    pending = second_step.opened(app, proof)
    row = None
    if pending is not None:
        with app.engine.connect() as connection:
            query = select(_account).where(id_of(UserAccount) == pending.user_id)
            row = connection.execute(query).one_or_none()
    known = pending is not None and row is not None and row.disabled_at is None
    if not known or row is None or stamp_of(proof_of(row) or "") != pending.stamp:  # type: ignore[union-attr]
        raise Unauthorized("The log-in took too long.", remedy="Log in again.")
    return row
