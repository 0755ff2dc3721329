"""A digest over the journal of a posting, which the audit trail keeps.

Entries are facts: whoever edits, adds or removes one later is found by it.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator, Mapping
from typing import Any

from sqlalchemy import Connection, Engine, func, select

from inventory.accounting.tables import JournalEntry, JournalLine, Posting
from inventory.storage.audit import AuditProblem
from inventory.storage.rows import col, id_of, table_of
from inventory.storage.tables import AuditEntry
from inventory.storage.work import UnitOfWork

ACTION = "journal"
_ENTRY, _LINE = table_of(JournalEntry), table_of(JournalLine)


def note_journal(work: UnitOfWork, posting_id: int, **values: int) -> None:
    """Note the journal of a posting in the audit trail, once it is written.

    Args:
        work: The unit of work that posts.
        posting_id: The posting.
        values: Columns of it that were filled after it was made.
    """
    found = journal_digest(work.connection, posting_id)
    work.audit("posting", posting_id, ACTION, None, {**values, **found})


def journal_digest(connection: Connection, posting_id: int) -> dict[str, Any]:
    """Return how many lines the journal of a posting has, and their digest."""
    query = (
        select(
            id_of(JournalEntry),
            col(JournalEntry.asset_book_id),
            col(JournalEntry.day),
            col(JournalEntry.period),
            col(JournalEntry.memo),
            col(JournalEntry.reference),
            col(JournalLine.position),
            col(JournalLine.account),
            col(JournalLine.amount_minor),
            col(JournalLine.currency),
            col(JournalLine.cost_centre),
        )
        .select_from(_ENTRY)
        .outerjoin(_LINE, col(JournalLine.entry_id) == id_of(JournalEntry))
        .where(col(JournalEntry.posting_id) == posting_id)
        .order_by(id_of(JournalEntry), col(JournalLine.position))
    )
    digest, lines = hashlib.sha256(), 0
    for row in connection.execute(query.execution_options(yield_per=1000)):
        digest.update(json.dumps(list(row), default=str).encode() + b"\n")
        lines += 1
    return {"lines": lines, "journal_sha256": digest.hexdigest()}


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
