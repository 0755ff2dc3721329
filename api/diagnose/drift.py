"""Whether the tables are those of the program: Alembic compares models and database.

A revision number says which migrations ran; it does not see a column that somebody
dropped by hand, or an index that a restore left out.
"""

from __future__ import annotations

from typing import Any

from alembic.autogenerate import compare_metadata
from alembic.runtime.migration import MigrationContext
from sqlalchemy import Engine

from inventory.storage.all_tables import load_tables
from inventory.storage.searching import is_compared

_SAID = {
    "add_table": "the table {0} is missing",
    "remove_table": "the table {0} is not of this program",
    "add_column": "the column {0} is missing",
    "remove_column": "the column {0} is not of this program",
    "add_index": "the index {0} is missing",
    "remove_index": "the index {0} is not of this program",
    "add_constraint": "the constraint {0} is missing",
    "remove_constraint": "the constraint {0} is not of this program",
    "add_fk": "the reference {0} is missing",
    "remove_fk": "the reference {0} is not of this program",
}
_OURS_ONLY = ("remove_table",)
"""Tables of search indexes and of jobs lie beside those of the models."""


def schema_drift(engine: Engine) -> list[str]:
    """Return how the database differs from the models, a sentence part each."""
    metadata = load_tables()
    with engine.connect() as connection:
        options = {"include_name": is_compared}
        context = MigrationContext.configure(connection, opts=options)
        found = compare_metadata(context, metadata)
    return [told for one in found for told in _told(one)]


def _told(difference: Any) -> list[str]:  # noqa: ANN401 - tuples of several shapes
    if isinstance(difference, list):  # changes of one column
        return [told for one in difference for told in _told(one)]
    kind = difference[0]
    if kind in _OURS_ONLY:
        return []
    if kind.endswith("_column"):
        return [_SAID[kind].format(f"{difference[2]}.{difference[3].name}")]
    if kind in _SAID:
        thing = difference[1]
        table = getattr(thing, "table", None)
        name = thing.name if table is None else f"{table.name}.{thing.name}"
        return [_SAID[kind].format(name)]
    return [f"{difference[2]}.{difference[3]} differs ({kind})"]
