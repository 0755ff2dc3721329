"""Lists as somebody wants to see them again. Imports `storage`."""

from __future__ import annotations

from sqlalchemy import Connection, delete, or_, select

from inventory.assets.register.detail_tables import SavedView
from inventory.kernel.errors import Invalid, NotFound
from inventory.storage.rows import Row, add, change, col, find, id_of, table_of
from inventory.storage.work import UnitOfWork

_VIEW = table_of(SavedView)


def save_view(
    work: UnitOfWork, page: str, name: str, query: str, *, shared: bool = False
) -> int:
    """Save a view of the actor under a name, or replace the one it names.

    Raises:
        Invalid: It has no name, or the page is none of this site.
    """
    name = name.strip()
    if not name:
        raise Invalid("The view has no name.", where="name")
    if not page.startswith("/") or page.startswith("//") or len(query) > 2000:
        raise Invalid(f"{page!r} is no page of this site.", where="page")
    of = {"owner": work.actor, "page": page, "name": name}
    known = find(work.connection, SavedView, **of)
    values = {"query": query.lstrip("?"), "shared": shared}
    if known is None:
        return add(work, SavedView, of | values)
    change(work, SavedView, known["id"], values)
    return int(known["id"])


def views_of(connection: Connection, owner: str, page: str | None = None) -> list[Row]:
    """Return the views somebody sees: his own, and those that are shared."""
    query = select(_VIEW).where(
        or_(col(SavedView.owner) == owner, col(SavedView.shared))
    )
    if page is not None:
        query = query.where(col(SavedView.page) == page)
    rows = connection.execute(
        query.order_by(col(SavedView.name), id_of(SavedView))
    ).mappings()
    return [dict(row) for row in rows]


def delete_view(work: UnitOfWork, view_id: int) -> None:
    """Forget a view of the actor.

    Raises:
        NotFound: He has no such view.
    """
    row = find(work.connection, SavedView, id=view_id, owner=work.actor)
    if row is None:
        raise NotFound(f"You have no view {view_id}.")
    work.connection.execute(delete(_VIEW).where(id_of(SavedView) == view_id))
    before = {"name": row["name"], "page": row["page"]}
    work.audit("saved_view", view_id, "forget", before, None)
