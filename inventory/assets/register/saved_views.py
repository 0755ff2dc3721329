"""Lists as somebody wants to see them again. Imports `storage`."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from sqlalchemy import Connection, delete, or_, select

from inventory.assets.register.detail_tables import SavedView
from inventory.kernel.errors import Conflict, Invalid, NotFound
from inventory.kernel.texts import N_
from inventory.storage.rows import (
    Row,
    add,
    change,
    col,
    explained,
    find,
    id_of,
    table_of,
)
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
        raise Invalid(N_("The view has no name."), where="name")
    if not page.startswith("/") or page.startswith("//") or len(query) > 2000:
        raise Invalid(
            N_("{page!r} is not a page of this site."), where="page", page=page
        )
    of = {"owner": work.actor, "page": page, "name": name}
    known = find(work.connection, SavedView, **of)
    values = {"query": query.lstrip("?"), "shared": shared}
    if known is None:
        return add(work, SavedView, of | values)
    change(work, SavedView, known["id"], values)
    return int(known["id"])


def views_of(connection: Connection, owner: str, page: str | None = None) -> list[Row]:
    """Return the views somebody sees: their own, and those that are shared."""
    query = select(_VIEW).where(
        or_(col(SavedView.owner) == owner, col(SavedView.shared))
    )
    if page is not None:
        query = query.where(col(SavedView.page) == page)
    rows = connection.execute(
        query.order_by(col(SavedView.name), id_of(SavedView))
    ).mappings()
    return [dict(row) for row in rows]


def update_view(work: UnitOfWork, view_id: int, values: Mapping[str, Any]) -> bool:
    """Correct a view of the actor; return whether anything changed.

    Args:
        work: The unit of work.
        view_id: Which one.
        values: name, query and shared, as far as they change.

    Raises:
        NotFound: The actor has no such view.
        Invalid: It would have no name, or the query is too long.
        Conflict: Another view of that page has the name.
    """
    if find(work.connection, SavedView, id=view_id, owner=work.actor) is None:
        raise NotFound(N_("You have no view {view_id}."), view_id=view_id)
    changes = {name: value for name, value in values.items() if value is not None}
    if not changes.get("name", "x").strip() or len(changes.get("query", "")) > 2000:
        raise Invalid(N_("A view has a name and a query."), where="name")
    taken = Conflict(N_("You have a view of that name."), where="name")
    marks = ("uq_saved_view_name", "saved_view.owner")
    with explained(dict.fromkeys(marks, taken)):
        return change(work, SavedView, view_id, changes)


def delete_view(work: UnitOfWork, view_id: int) -> None:
    """Delete a view of the actor.

    Raises:
        NotFound: The actor has no such view.
    """
    row = find(work.connection, SavedView, id=view_id, owner=work.actor)
    if row is None:
        raise NotFound(N_("You have no view {view_id}."), view_id=view_id)
    work.connection.execute(delete(_VIEW).where(id_of(SavedView) == view_id))
    before = {"name": row["name"], "page": row["page"]}
    work.audit("saved_view", view_id, "forget", before, None)
