"""Second factors: added, used, removed; recovery codes for who has lost them.

Whoever opens a unit of work commits it. Secrets come sealed and codes as digests; what
seals them lies beside the database (`api.login`). Imports `storage`.
"""

from __future__ import annotations

import hashlib
import hmac
import secrets
from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, delete, or_, select, update

from inventory.kernel.errors import Conflict, Invalid, NotFound
from inventory.kernel.texts import N_
from inventory.people.sign_in_tables import RecoveryCode, SecondFactor
from inventory.storage.rows import Row, add, change, col, find, id_of, table_of
from inventory.storage.work import UnitOfWork

CODES = 10
"""Recovery codes that are made at once."""
MOST_FACTORS = 20
"""Of one login; nobody has more."""
_ALPHABET = "abcdefghjkmnpqrstuvwxyz23456789"
_factor = table_of(SecondFactor)
_code = table_of(RecoveryCode)


def factors_of(connection: Connection, user_id: int, kind: str = "") -> list[Row]:
    """Return the second factors of a login that were not removed."""
    query = select(_factor).where(
        col(SecondFactor.user_id) == user_id, col(SecondFactor.removed_at).is_(None)
    )
    if kind:
        query = query.where(col(SecondFactor.kind) == kind)
    rows = connection.execute(query.order_by(id_of(SecondFactor))).mappings()
    return [dict(row) for row in rows]


def add_factor(
    work: UnitOfWork,
    user_id: int,
    kind: str,
    name: str,
    **values: Any,  # noqa: ANN401
) -> int:
    """Add a second factor whose owner has shown that it works; return its id.

    Args:
        work: Not committed here.
        user_id: The login.
        kind: `totp` or `passkey`.
        name: As its owner calls it.
        values: Other columns of `SecondFactor`.

    Raises:
        Invalid: The login has very many.
        Conflict: The passkey is one of a login already.
    """
    if len(factors_of(work.connection, user_id)) >= MOST_FACTORS:
        raise Invalid(N_("There are {most} second factors."), most=MOST_FACTORS)
    credential = values.get("credential")
    if credential and find(work.connection, SecondFactor, credential=credential):
        raise Conflict(N_("This passkey is known already."), where="passkey")
    row = {"user_id": user_id, "kind": kind, "name": name.strip()[:100] or kind}
    return add(work, SecondFactor, row | values | {"created_at": work.clock()})


def note_use(work: UnitOfWork, factor_id: int, counter: int) -> bool:
    """Note that a factor was used; return whether its counter went up.

    Two requests with one code at one moment: only one of them moves the counter.
    """
    moved = work.connection.execute(
        update(_factor)
        .where(id_of(SecondFactor) == factor_id, col(SecondFactor.counter) < counter)
        .values(counter=counter, last_used_at=work.clock())
    )
    return moved.rowcount == 1


def note_passkey(
    work: UnitOfWork, factor_id: int, counter: int, asked_at: datetime
) -> bool:
    """Note that a passkey was used; return whether it was not since it was asked for.

    Many passkeys do not count and say 0 always: the moment tells a repeated answer.
    """
    used = col(SecondFactor.last_used_at)
    noted = work.connection.execute(
        update(_factor)
        .where(
            id_of(SecondFactor) == factor_id,
            or_(used.is_(None), used <= asked_at),
        )
        .values(counter=counter, last_used_at=work.clock())
    )
    return noted.rowcount == 1


def remove_factor(work: UnitOfWork, factor_id: int, user_id: int | None = None) -> bool:
    """Remove a second factor; return whether it was there until now.

    Args:
        work: Not committed here.
        factor_id: Which.
        user_id: Whose it must be; None: anybody's.

    Raises:
        NotFound: There is no such factor, or it is another's.
    """
    row = find(work.connection, SecondFactor, id=factor_id)
    if row is None or user_id not in (None, row["user_id"]):
        raise NotFound(N_("There is no second factor {number}."), number=factor_id)
    if row["removed_at"] is not None:
        return False
    now = {"removed_at": work.clock(), "sealed_secret": None}
    removed = change(work, SecondFactor, factor_id, now, action="remove")
    if not factors_of(work.connection, row["user_id"]):
        work.connection.execute(
            delete(_code).where(col(RecoveryCode.user_id) == row["user_id"])
        )
    return removed


def make_codes(work: UnitOfWork, user_id: int, key: bytes) -> list[str]:
    """Make recovery codes in place of the old ones; they are shown once.

    Args:
        work: Not committed here.
        user_id: The login.
        key: Of the HMAC.
    """
    made = [_made() for _ in range(CODES)]
    work.connection.execute(delete(_code).where(col(RecoveryCode.user_id) == user_id))
    rows = [
        {"user_id": user_id, "digest": _digest(key, one), "created_at": work.clock()}
        for one in made
    ]
    work.connection.execute(_code.insert(), rows)
    work.audit("user_account", user_id, "recovery-codes", None, {"codes": CODES})
    return made


def use_code(work: UnitOfWork, user_id: int, code: str, key: bytes) -> bool:
    """Use up a recovery code; return whether it was one."""
    used = work.connection.execute(
        update(_code)
        .where(
            col(RecoveryCode.user_id) == user_id,
            col(RecoveryCode.digest) == _digest(key, code),
            col(RecoveryCode.used_at).is_(None),
        )
        .values(used_at=work.clock())
    )
    if used.rowcount != 1:
        return False
    left = codes_left(work.connection, user_id)
    work.audit("user_account", user_id, "recovery-code-used", None, {"left": left})
    return True


def codes_left(connection: Connection, user_id: int) -> int:
    """Return how many recovery codes of a login still work."""
    query = select(id_of(RecoveryCode)).where(
        col(RecoveryCode.user_id) == user_id, col(RecoveryCode.used_at).is_(None)
    )
    found: Sequence[Any] = connection.execute(query).all()
    return len(found)


def _made() -> str:
    letters = "".join(secrets.choice(_ALPHABET) for _ in range(12))
    return f"{letters[:4]}-{letters[4:8]}-{letters[8:]}"


def _digest(key: bytes, code: str) -> str:
    plain = "".join(one for one in code.casefold() if one.isalnum())
    return hmac.new(key, plain.encode(), hashlib.sha256).hexdigest()
