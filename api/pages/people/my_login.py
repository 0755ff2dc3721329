"""My login: password, time zone, second factors and recovery codes of who looks."""

from __future__ import annotations

from typing import Any

from sqlalchemy import select

from api.http import auth
from api.http.errors import ApiError
from api.login import passkeys
from api.pages.door.second import WRONG, enrolled, enrolment, new_codes
from api.pages.visit import Answer, Told, View, Visit
from api.pages.words import zones
from inventory.kernel.errors import InventoryError
from inventory.kernel.texts import N_
from inventory.people import accounts, second_factors
from inventory.people.account_tables import UserAccount
from inventory.storage.rows import id_of, table_of

PATH = "/my-login"
_account = table_of(UserAccount)


def show_my_login(visit: Visit) -> Answer:
    """Draw the second factors of the caller; add, remove, make codes."""
    user_id = _user_id(visit)
    if not visit.sent:
        return _page(visit, user_id)
    try:
        return _ACTS[visit.typed("do")](visit, user_id)
    except KeyError:
        return Told(PATH)
    except (InventoryError, ApiError) as error:
        return _page(visit, user_id, error=visit.words.error(error), status=422)


def _user_id(visit: Visit) -> int:
    kind, _, number = visit.caller.actor.partition(":")
    assert kind == "user", "pages are seen by users"
    return int(number)


def _page(
    visit: Visit,
    user_id: int,
    *,
    error: str = "",
    codes: list[str] | None = None,
    status: int = 200,
) -> View:
    # What was just written is not seen by the connection of the visit.
    with (visit.app.whole or visit.app.engine).connect() as connection:
        account = connection.execute(
            select(_account.c.login, _account.c.provider).where(
                id_of(UserAccount) == user_id
            )
        ).one()
        factors = second_factors.factors_of(connection, user_id)
        left = second_factors.codes_left(connection, user_id)
    offered = visit.app.settings.login.second_factor != "off"
    about: dict[str, Any] = {
        "login": account.login,
        "kept_here": account.provider is None,
        "zones": sorted(zones()),
        "factors": factors,
        "left": left,
        "codes": codes or [],
        "error": error,
        "offered": offered,
    }
    if offered:
        asked = passkeys.ask_new(visit.app, visit.base, user_id, str(account.login))
        about |= enrolment(visit.app, user_id, str(account.login))
        about |= {"options": asked.options, "challenge": asked.proof}
    return View(
        template="my_login.html",
        title=N_("My login"),
        here=PATH,
        about=about,
        status=status,
    )


def _password(visit: Visit, user_id: int) -> Answer:
    """Give the caller another password; every session of the old one ends."""
    with (visit.app.whole or visit.app.engine).connect() as connection:
        login = str(
            connection.scalar(
                select(_account.c.login).where(id_of(UserAccount) == user_id)
            )
        )
    old, new = ((visit.form.get(name) or [""])[0] for name in ("old", "new"))
    if new != (visit.form.get("again") or [""])[0]:
        text = visit.words.text(N_("The new password was typed in two ways."))
        return _page(visit, user_id, error=text, status=422)
    if not auth.knows_password(visit.app, login, old):
        text = visit.words.text(N_("The old password is wrong."))
        return _page(visit, user_id, error=text, status=422)
    with visit.work() as work:
        accounts.set_password(work, login, new)
        work.commit()
    return Told(PATH)


def _add_totp(visit: Visit, user_id: int) -> Answer:
    code, name = visit.typed("code"), visit.typed("name")
    if not enrolled(visit.app, user_id, visit.typed("enrol"), code, name):
        return _page(visit, user_id, error=visit.words.text(WRONG), status=422)
    return _added(visit, user_id)


def _add_passkey(visit: Visit, user_id: int) -> Answer:
    passkeys.keep_new(
        visit.app,
        visit.base,
        user_id,
        visit.typed("challenge"),
        visit.typed("answer"),
        visit.typed("name"),
    )
    return _added(visit, user_id)


def _added(visit: Visit, user_id: int) -> Answer:
    with (visit.app.whole or visit.app.engine).connect() as connection:
        left = second_factors.codes_left(connection, user_id)
    # The first factor comes with a way in for who loses it.
    codes = [] if left else new_codes(visit.app, user_id)
    return _page(visit, user_id, codes=codes)


def _remove(visit: Visit, user_id: int) -> Answer:
    number = visit.typed("factor")
    with visit.work() as work:
        if number.isascii() and number.isdigit():
            second_factors.remove_factor(work, int(number[:18]), user_id)
            work.commit()
    return Told(PATH, visit.words.text(N_("It was removed.")))


def _codes(visit: Visit, user_id: int) -> Answer:
    return _page(visit, user_id, codes=new_codes(visit.app, user_id))


_ACTS = {
    "password": _password,
    "totp": _add_totp,
    "passkey": _add_passkey,
    "remove": _remove,
    "codes": _codes,
}
PAGES = {PATH: show_my_login}
