"""How many rows of the worklist were open on each of the past days."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime, timedelta

from sqlalchemy import Connection, or_, select

from inventory.network.identity_tables import Reconciliation
from inventory.storage.rows import col


def open_over_time(
    connection: Connection, state: str, *, now: datetime, days: int, step: int = 1
) -> Sequence[tuple[date, int]]:
    """Return days and the rows in a state at the end of each, the oldest first.

    Args:
        connection: To read from.
        state: Of the rows.
        now: The last of the moments.
        days: How far to look back.
        step: Days between two moments.
    """
    since, closed = col(Reconciliation.since), col(Reconciliation.closed_at)
    first = now - timedelta(days=days)
    rows = connection.execute(
        select(since, closed).where(
            col(Reconciliation.state) == state,
            or_(closed.is_(None), closed > first),
        )
    ).all()
    moments = [now - timedelta(days=back) for back in range(days, -1, -step)]
    return [
        (
            moment.date(),
            sum(1 for begun, end in rows if begun <= moment <= (end or now)),
        )
        for moment in moments
    ]
