"""As of which days lists of a source were taken in: one that is late gives way.

A list says how things are on its day. What a newer one said of somebody holds from the
day of the newer one on, whichever came first.
"""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from sqlalchemy import Connection, select

from inventory.hr.context import CaseContext
from inventory.provisioning.tables import StaffListDay
from inventory.storage.rows import add, change, col, find, table_of

_DAYS = table_of(StaffListDay)


@dataclass(frozen=True, slots=True)
class ListedDays:
    """Lists of a source.

    Attributes:
        first: No list of an earlier day, or of the same, was taken in.
        later: Days of newer lists with the digests of who was missing, the earliest
            first.
    """

    source: str
    first: bool
    later: Sequence[tuple[date, frozenset[str]]]

    def next_day(self, number: str) -> date | None:
        """Return the day of the next list that had somebody; None without."""
        mark = _digest(self.source, number)
        return next((day for day, absent in self.later if mark not in absent), None)


def listed_days(connection: Connection, source: str, day: date) -> ListedDays:
    """Return which lists of a source there are beside one of a day."""
    query = (
        select(col(StaffListDay.day), col(StaffListDay.absent))
        .where(col(StaffListDay.source) == source)
        .order_by(col(StaffListDay.day))
    )
    rows = connection.execute(query).all()
    later = [(on, frozenset(absent)) for on, absent in rows if on > day]
    return ListedDays(source, len(later) == len(rows), later)


def note_list(
    context: CaseContext, source: str, day: date, absent: Sequence[str]
) -> None:
    """Note that a list as of a day is taken in, and who is not in it."""
    values = {"absent": sorted(_digest(source, number) for number in absent)}
    known = find(context.connection, StaffListDay, source=source, day=day)
    if known is None:
        add(context.work, StaffListDay, {"source": source, "day": day, **values})
    else:
        change(context.work, StaffListDay, known["id"], values)


def _digest(source: str, number: str) -> str:
    return hashlib.sha256(f"{source}\n{number}".encode()).hexdigest()[:16]
