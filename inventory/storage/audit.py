"""The audit trail: a chain of rows, each sealed over the one before.

The hash of a row is SHA-256 over the hash of the row before and the canonical JSON
of the row's own content. Whoever edits, removes, swaps or forges a row breaks the
chain at that place; the head (`audit_head`) holds count and hash of the end, so cut
off rows are missed too. Someone who rewrites the whole chain and the head can only be
found out by a head noted elsewhere: see `known` of `verify`.

May import `inventory.storage.tables` and SQLAlchemy.
"""

from __future__ import annotations

import hashlib
import hmac
import json
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from decimal import Decimal
from enum import Enum
from functools import lru_cache
from typing import Any

from sqlalchemy import Connection, Engine, Row, insert, select, update

from inventory.kernel.errors import DatabaseDamaged
from inventory.kernel.texts import N_
from inventory.storage.tables import GENESIS, METADATA
from inventory.storage.types import with_parts, with_sentences

_ENTRY = METADATA.tables["audit_entry"]
_HEAD = METADATA.tables["audit_head"]
_SECRET = re.compile(
    r"(^|_)(password|passphrase|secret|community|token|pin|puk|digest)(_|$)"
    r"|(auth|priv|private|api)_?key"
)
_BATCH = 1000
MAX_PROBLEMS = 1000
"""After that many the trail is no evidence any more; the rest need not be named."""

HIDDEN = "<hidden>"

AUDIT_KEY = "purser_audit_key"
"""Option of an engine: the key that seals the head of the trail."""


@dataclass(frozen=True, slots=True)
class Change:
    """One change that a unit of work will write to the trail; JSON is canonical."""

    at: datetime
    actor: str
    request_id: str | None
    entity: str
    entity_id: str
    action: str
    before: str | None
    after: str | None


@dataclass(frozen=True, slots=True)
class AuditProblem:
    """Something wrong with the trail.

    Attributes:
        kind: `edited`, `missing`, `forged`, `head`.
        first: Number of the first row concerned; None if it is the head.
        last: Number of the last row concerned.
        text: The finding as a sentence.
    """

    kind: str
    first: int | None
    last: int | None
    text: str

    def __str__(self) -> str:
        return self.text


@dataclass(frozen=True, slots=True)
class Head:
    """End of the trail: number of rows and hash of the last."""

    count: int
    hash: str


def canonical(value: Mapping[str, Any] | None) -> str | None:
    """Return a mapping as JSON text that is the same for equal content.

    Values whose name says they are secret are replaced; times are UTC.

    Raises:
        TypeError: A value has no JSON form.
        ValueError: A number is not finite.
    """
    if value is None:
        return None
    shown = {
        name: HIDDEN if item is not None and _is_secret(name) else with_parts(item)
        for name, item in value.items()
    }
    return _CANONICAL(shown)


def told(text: str | None) -> dict[str, Any] | None:
    """Return what `canonical` wrote, with its sentences."""
    if text is None:
        return None
    return {n: with_sentences(one) for n, one in json.loads(text).items()}


def append(
    connection: Connection, changes: Sequence[Change], key: bytes | None = None
) -> Head:
    """Add changes to the end of the trail, in the transaction of `connection`.

    Locks the head until that transaction ends, so call it last.

    Args:
        connection: In a transaction.
        changes: In their order.
        key: Seals the head; not kept in the database.

    Raises:
        DatabaseDamaged: The head is gone.
    """
    head = connection.execute(
        select(_HEAD.c.count, _HEAD.c.hash).where(_HEAD.c.id == 1).with_for_update()
    ).one_or_none()
    if head is None:
        raise DatabaseDamaged(N_("The head of the audit trail is gone."))
    seq, last = head
    rows = []
    for change in changes:
        seq += 1
        sealed = _seal(last, seq, change)
        rows.append(
            {
                "seq": seq,
                "at": change.at,
                "actor": change.actor,
                "request_id": change.request_id,
                "entity": change.entity,
                "entity_id": change.entity_id,
                "action": change.action,
                "before": change.before,
                "after": change.after,
                "previous": last,
                "hash": sealed,
            }
        )
        last = sealed
    if rows:
        connection.execute(insert(_ENTRY), rows)
        connection.execute(
            update(_HEAD)
            .where(_HEAD.c.id == 1)
            .values(count=seq, hash=last, seal=head_seal(Head(seq, last), key))
        )
    return Head(seq, last)


def head_seal(head: Head, key: bytes | None) -> str:
    """Return the HMAC-SHA256 over the end of the trail; empty without a key."""
    if key is None:
        return ""
    return hmac.new(key, f"{head.count}:{head.hash}".encode(), "sha256").hexdigest()


def read_head(connection: Connection) -> Head | None:
    """Return the end of the trail; worth noting outside of this database."""
    row = connection.execute(select(_HEAD.c.count, _HEAD.c.hash)).one_or_none()
    return Head(*row) if row else None


def verify(engine: Engine, *known: Head | None) -> list[AuditProblem]:
    """Check the whole trail and name what was edited, removed, swapped or forged.

    Reads row by row, in one snapshot, while others write.

    Args:
        engine: The database; with the key of the trail among its options, the seal
            of the head is checked, too.
        known: Heads noted earlier elsewhere; they find a chain rewritten as a whole.

    Returns:
        Problems in the order of the rows, at most `MAX_PROBLEMS`; empty if the trail
        is whole.
    """
    options: dict[str, Any] = {}
    if engine.dialect.name == "postgresql":
        # Head and rows must be of one moment.
        options["isolation_level"] = "REPEATABLE READ"
    with engine.connect().execution_options(**options) as connection:
        head = read_head(connection)
        rows = connection.execution_options(yield_per=_BATCH).execute(
            select(_ENTRY).order_by(_ENTRY.c.seq)
        )
        problems = list(_unsealed(connection, engine, head))
        noted = {one.count: one for one in known if one is not None}
        for problem in _problems(rows, head, noted):
            problems.append(problem)
            if len(problems) == MAX_PROBLEMS:
                break
        rows.close()
        return problems


def _problems(
    rows: Iterator[Row[Any]] | Any,  # noqa: ANN401
    head: Head | None,
    known: Mapping[int, Head],
) -> Iterator[AuditProblem]:
    seq, last, sound = 0, GENESIS, True
    for row in rows:
        if row.seq != seq + 1:
            yield _missing(seq + 1, row.seq - 1)
        elif row.previous != last and sound:
            yield _edited(seq, f"row {row.seq} was sealed over another hash")
        sound = _seal(row.previous, row.seq, _change(row)) == row.hash
        if not sound:
            yield _edited(row.seq, "its content does not match its hash")
        if row.seq in known and row.hash != known[row.seq].hash:
            yield _edited(row.seq, "its hash is not the one noted elsewhere")
        if head and row.seq > head.count:
            yield AuditProblem(
                "forged",
                row.seq,
                row.seq,
                f"Audit row {row.seq} was not written by the program: "
                f"the trail ends at {head.count}.",
            )
        seq, last = row.seq, row.hash
    yield from _end(seq, last, sound, head, known)


def _end(
    seq: int, last: str, sound: bool, head: Head | None, known: Mapping[int, Head]
) -> Iterator[AuditProblem]:
    if head is None:
        yield AuditProblem("head", None, None, "The head of the audit trail is gone.")
    elif seq < head.count:
        yield _missing(seq + 1, head.count)
    elif seq == head.count and last != head.hash and sound:
        yield _edited(seq, "the head of the trail holds another hash")
    most = max(known, default=0)
    if seq < most and (head is None or head.count < most):
        yield _missing(seq + 1, most)


def _unsealed(
    connection: Connection, engine: Engine, head: Head | None
) -> Iterator[AuditProblem]:
    key: bytes | None = engine.get_execution_options().get(AUDIT_KEY)
    if key is None or head is None or head.count == 0:
        return
    seal = connection.execute(select(_HEAD.c.seal)).scalar_one()
    if not hmac.compare_digest(seal, head_seal(head, key)):
        yield AuditProblem(
            "head",
            None,
            None,
            "The head of the audit trail is not sealed by the key of this"
            " installation: the trail was written past the program, or elsewhere.",
        )


def _missing(first: int, last: int) -> AuditProblem:
    rows = f"row {first} is" if first == last else f"rows {first} to {last} are"
    return AuditProblem("missing", first, last, f"Audit {rows} missing.")


def _edited(seq: int, reason: str) -> AuditProblem:
    if seq == 0:
        return AuditProblem(
            "edited", 1, 1, "Audit row 1 was edited: it does not begin the chain."
        )
    return AuditProblem("edited", seq, seq, f"Audit row {seq} was edited: {reason}.")


def _change(row: Row[Any]) -> Change:
    return Change(
        row.at,
        row.actor,
        row.request_id,
        row.entity,
        row.entity_id,
        row.action,
        row.before,
        row.after,
    )


def _seal(previous: str, seq: int, change: Change) -> str:
    content = _CONTENT(
        [
            previous,
            seq,
            change.at.astimezone(UTC).isoformat(timespec="microseconds"),
            change.actor,
            change.request_id,
            change.entity,
            change.entity_id,
            change.action,
            change.before,
            change.after,
        ]
    )
    return hashlib.sha256(content.encode("ascii")).hexdigest()


@lru_cache(maxsize=4096)
def _is_secret(name: str) -> bool:
    return _SECRET.search(name.lower().replace("-", "_")) is not None


def _plain(value: object) -> object:
    if isinstance(value, datetime):
        return value.astimezone(UTC).isoformat(timespec="microseconds")
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, Decimal):
        return str(value)
    if isinstance(value, Enum):
        return value.value
    if isinstance(value, set | frozenset):
        return sorted(value, key=repr)
    raise TypeError(f"a value of type {type(value).__name__} cannot be audited")


# Made once: an encoder for each row would take as long as the encoding.
_CANONICAL = json.JSONEncoder(
    sort_keys=True, separators=(",", ":"), allow_nan=False, default=_plain
).encode
_CONTENT = json.JSONEncoder(separators=(",", ":")).encode
