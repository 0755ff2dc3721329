"""The audit trail, read: of one thing, or the latest of all."""

from __future__ import annotations

from sqlalchemy import Connection, select

from inventory.storage.audit import told
from inventory.storage.paging import Page, fetch_page
from inventory.storage.rows import col, table_of
from inventory.storage.tables import AuditEntry

_ENTRY = table_of(AuditEntry)


def list_trail(
    connection: Connection,
    *,
    entity: str | None = None,
    entity_id: int | str | None = None,
    after: str | None = None,
    limit: int = 50,
) -> Page:
    """Return a page of the audit trail, the newest first.

    Args:
        connection: Where to look.
        entity: Only this kind of thing, such as `asset`.
        entity_id: Only this one.
        after: `Page.next` of the page before.
        limit: Rows on a page.

    Returns:
        Rows with `id` (number in the trail), at, actor, request_id, entity,
        entity_id, action, and before and after as mappings.

    Raises:
        Invalid: Cursor or limit is not one.
    """
    shown = ("at", "actor", "request_id", "entity", "entity_id", "action")
    query = select(
        col(AuditEntry.seq).label("id"),
        *(_ENTRY.c[name] for name in (*shown, "before", "after")),
    )
    if entity is not None:
        query = query.where(col(AuditEntry.entity) == entity)
    if entity_id is not None:
        query = query.where(col(AuditEntry.entity_id) == str(entity_id))
    page = fetch_page(
        connection,
        query,
        keys={"id": col(AuditEntry.seq)},
        sort="-id",
        row_id=col(AuditEntry.seq),
        after=after,
        limit=limit,
    )
    for row in page.rows:
        for side in ("before", "after"):
            row[side] = told(row[side])
    return page
