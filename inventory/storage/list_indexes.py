"""Indexes that pages of long lists are read by. Imports SQLAlchemy only.

A page is sorted by a column and then by the id. Without an index in that order, a
database sorts the whole list for its first fifty rows: of 150,000 rows that takes
50 ms and more. Tables of fewer rows do without; each index makes writing dearer.
"""

from __future__ import annotations

from sqlalchemy import Index


def list_indexes(table: str, *columns: str) -> tuple[Index, ...]:
    """Return an index for each column that a long list is sorted or filtered by.

    Args:
        table: Name of the table, for the names of the indexes.
        columns: Each gets an index with the id after it.
    """
    return tuple(Index(f"ix_{table}_{name}", name, "id") for name in columns)
