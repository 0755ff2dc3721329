"""A digest over the journal of a posting, which the audit trail keeps.

Entries are facts: whoever edits, adds or removes one later is found by it.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator, Mapping, Sequence
from operator import itemgetter
from typing import Any

import orjson
from sqlalchemy import Connection, Engine, func, select

from inventory.accounting.tables import JournalEntry, JournalLine, Posting
from inventory.storage.audit import AuditProblem
from inventory.storage.rows import col, id_of, table_of
from inventory.storage.tables import AuditEntry
from inventory.storage.work import UnitOfWork

ACTION = "journal"
_ENTRY, _LINE = table_of(JournalEntry), table_of(JournalLine)


_OF_ENTRY = ("id", "asset_book_id", "day", "period", "memo", "reference")
_OF_LINE = ("position", "account", "amount_minor", "currency", "cost_centre")
_HEAD, _REST = itemgetter(*_OF_ENTRY), itemgetter(*_OF_LINE)


class JournalDigest:
    """The digest of a journal, line by line in the order of entries and positions."""

    def __init__(self) -> None:
        self._hash, self._lines = hashlib.sha256(), 0

    def add(self, entry: Mapping[str, Any], line: Mapping[str, Any]) -> None:
        """Add a line of an entry, both as they are stored."""
        self.add_values((*_HEAD(entry), *_REST(line)))

    def add_values(self, values: Sequence[Any]) -> None:
        """Add a line by the values of its entry and its own."""
        self._hash.update(orjson.dumps(values, option=orjson.OPT_APPEND_NEWLINE))
        self._lines += 1

    def found(self) -> dict[str, Any]:
        """Return how many lines there are, and their digest."""
        return {"lines": self._lines, "journal_sha256": self._hash.hexdigest()}


def note_journal(
    work: UnitOfWork, posting_id: int, digest: JournalDigest, **values: int
) -> None:
    """Note the journal of a posting in the audit trail.

    Args:
        work: The unit of work that posts.
        posting_id: The posting.
        digest: Of all its lines.
        values: Columns of it that were filled after it was made.
    """
    work.audit("posting", posting_id, ACTION, None, {**values, **digest.found()})


def journal_digest(connection: Connection, posting_id: int) -> dict[str, Any]:
    """Return how many lines the journal of a posting has, and their digest."""
    query = (
        select(
            *(_ENTRY.c[name] for name in _OF_ENTRY),
            *(_LINE.c[name] for name in _OF_LINE),
        )
        .select_from(_ENTRY)
        .outerjoin(_LINE, col(JournalLine.entry_id) == id_of(JournalEntry))
        .where(col(JournalEntry.posting_id) == posting_id)
        .order_by(id_of(JournalEntry), col(JournalLine.position))
    )
    digest = JournalDigest()
    for row in connection.execute(query.execution_options(yield_per=1000)):
        digest.add_values(tuple(row))
    return digest.found()


def verify_journal(engine: Engine) -> Iterator[AuditProblem]:
    """Yield the postings whose journal is not the one that was posted."""
    noted = (
        select(col(AuditEntry.seq), col(AuditEntry.entity_id), col(AuditEntry.after))
        .where(col(AuditEntry.entity) == "posting", col(AuditEntry.action) == ACTION)
        .order_by(col(AuditEntry.seq))
    )
    with engine.connect() as connection:
        known = set()
        for seq, entity_id, after in connection.execute(noted).all():
            known.add(int(entity_id))
            told = json.loads(after or "{}")
            found = journal_digest(connection, int(entity_id))
            for text in _differences(connection, int(entity_id), told, found):
                yield AuditProblem("journal", seq, seq, text)
        for posting_id in connection.execute(select(id_of(Posting))).scalars():
            if posting_id not in known:
                text = f"Posting {posting_id} was made past the program."
                yield AuditProblem("journal", None, None, text)


def _differences(
    connection: Connection,
    posting_id: int,
    told: Mapping[str, Any],
    found: Mapping[str, Any],
) -> Iterator[str]:
    if told.get("journal_sha256") == found["journal_sha256"]:
        return
    yield (
        f"The journal of posting {posting_id} is not the one that was posted:"
        f" {found['lines']} lines, {told.get('lines')} were posted."
    )
    amount = func.sum(col(JournalLine.amount_minor))
    uneven = (
        select(id_of(JournalEntry))
        .join(_LINE, col(JournalLine.entry_id) == id_of(JournalEntry))
        .where(col(JournalEntry.posting_id) == posting_id)
        .group_by(id_of(JournalEntry))
        .having(amount != 0)
    )
    for entry_id in connection.execute(uneven).scalars():
        yield f"Journal entry {entry_id} of posting {posting_id} does not balance."
