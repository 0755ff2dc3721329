"""Alembic's entry: runs revisions on the connection that `upgrade` opened."""

from __future__ import annotations

from typing import Any, Literal

from alembic import context
from sqlmodel import AutoString

from inventory.storage.all_tables import load_tables
from inventory.storage.searching import is_compared
from inventory.storage.types import Json, Sentence, Sentences, UtcDateTime


def _own_types(kind: str, item: Any, _context: Any) -> str | Literal[False]:  # noqa: ANN401
    """Write column types that are not SQLAlchemy's by names every revision has."""
    if kind == "type" and isinstance(item, AutoString):
        return f"sa.String({item.length or ''})"
    if kind == "type" and isinstance(item, Sentence):
        return "sa.Text()"
    if kind == "type" and isinstance(item, Sentences):
        return "Json()"
    if kind == "type" and isinstance(item, Json | UtcDateTime):
        return f"{type(item).__name__}()"
    return False


context.configure(
    connection=context.config.attributes["connection"],
    target_metadata=load_tables(),
    # SQLite alters a table by building it anew.
    render_as_batch=True,
    compare_type=True,
    compare_server_default=True,
    include_name=is_compared,
    render_item=_own_types,
)
with context.begin_transaction():
    context.run_migrations()
