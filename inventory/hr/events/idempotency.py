"""A request with a key has one effect, however often it is sent. Imports `storage`.

The key is claimed before the work, in a transaction of its own, so that the same
request at the same moment is told to wait. The answer is kept in the transaction of
the work: it is there if, and only if, the work is done.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from sqlalchemy import delete, insert, select, update
from sqlalchemy.exc import IntegrityError

from inventory.kernel.errors import Conflict, Invalid
from inventory.provisioning.tables import IdempotencyKey
from inventory.storage.rows import Row, col, id_of, table_of
from inventory.storage.work import UnitOfWork

_KEY = table_of(IdempotencyKey)
LEASE = timedelta(seconds=60)
"""A request that was not answered by then has died."""
ANSWER_LIFETIME = timedelta(days=30)
"""How long an answer is kept: longer than any sender repeats."""


class KeyReused(Invalid):
    """The idempotency key was used for another request."""

    code = "idempotency-key-reused"
    remedy = "Send another key for another request."


class KeyInFlight(Conflict):
    """A request with this key is being answered at this moment."""

    code = "idempotency-key-in-flight"
    remedy = "Wait a moment, then send it again."


@dataclass(frozen=True, slots=True)
class StoredAnswer:
    """The answer an earlier request with the key got."""

    status: int
    body: Any


def claim_key(
    work: UnitOfWork, scope: str, key: str, body: bytes
) -> StoredAnswer | None:
    """Claim a key; None if the request is to be carried out. Commits.

    Args:
        work: A unit of work of its own.
        scope: Caller and route.
        key: As the caller sent it, without quotes.
        body: Of the request.

    Raises:
        KeyReused: The key was used with another body.
        KeyInFlight: The same request is being answered.
    """
    digest = hashlib.sha256(body).hexdigest()
    now = work.clock()
    known = _known(work, scope, key)
    if known is None:
        values: Row = {"scope": scope, "key": key, "digest": digest}
        values |= {"until": now + LEASE, "recorded_at": now}
        try:
            work.connection.execute(insert(_KEY).values(values))
            work.commit()
        except IntegrityError as error:
            raise KeyInFlight from error
        return None
    if known["until"] <= now and known["status"] is not None:
        work.connection.execute(
            delete(_KEY).where(id_of(IdempotencyKey) == known["id"])
        )
        work.commit()
        return claim_key(work, scope, key, body)
    if known["digest"] != digest:
        raise KeyReused
    if known["status"] is not None:
        return StoredAnswer(known["status"], known["answer"])
    if known["until"] > now:
        raise KeyInFlight
    taken = work.connection.execute(
        update(_KEY)
        .where(
            id_of(IdempotencyKey) == known["id"],
            col(IdempotencyKey.until) == known["until"],
        )
        .values(until=now + LEASE)
    )
    if not taken.rowcount:
        raise KeyInFlight
    work.commit()
    return None


def store_answer(
    work: UnitOfWork,
    scope: str,
    key: str,
    status: int,
    body: Any,  # noqa: ANN401 - whatever JSON holds
) -> None:
    """Keep the answer, in the transaction of the work."""
    work.connection.execute(
        update(_KEY)
        .where(col(IdempotencyKey.scope) == scope, col(IdempotencyKey.key) == key)
        .values(status=status, answer=body, until=work.clock() + ANSWER_LIFETIME)
    )


def release_key(work: UnitOfWork, scope: str, key: str) -> None:
    """Let go of a key whose request was refused: it may be sent again. Commits."""
    mine = (
        (col(IdempotencyKey.scope) == scope)
        & (col(IdempotencyKey.key) == key)
        & col(IdempotencyKey.status).is_(None)
    )
    work.connection.execute(delete(_KEY).where(mine))
    work.commit()


def _known(work: UnitOfWork, scope: str, key: str) -> Row | None:
    query = select(_KEY).where(
        col(IdempotencyKey.scope) == scope, col(IdempotencyKey.key) == key
    )
    row = work.connection.execute(query).mappings().one_or_none()
    return None if row is None else dict(row)
