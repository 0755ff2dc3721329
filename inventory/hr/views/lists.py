"""Questions people ask about cases, as rows. Reads only."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from sqlalchemy import (
    ColumnElement,
    Connection,
    Select,
    Text,
    and_,
    case,
    cast,
    func,
    or_,
    select,
)

from inventory.assets.register.tables import Asset
from inventory.people import tables as people
from inventory.provisioning.case_tables import CaseLine, ProvisioningCase
from inventory.storage.paging import Page, fetch_page
from inventory.storage.rows import Row, col, id_of, table_of
from inventory.telecom.estate.tables import TelecomLine

_CASE = table_of(ProvisioningCase)
_LINE = table_of(CaseLine)
_ASSET = table_of(Asset)
_TELECOM = table_of(TelecomLine)
_PERSON = table_of(people.Person)

PERSON_NAME = func.trim(
    col(people.Person.given_name) + " " + col(people.Person.family_name)
)


@dataclass(frozen=True, slots=True, kw_only=True)
class CaseFilter:
    """Which cases; None means all."""

    kind: str | None = None
    state: str | None = None
    person_id: int | None = None
    search: str = ""


def list_cases(
    connection: Connection,
    filters: CaseFilter | None = None,
    *,
    sort: str = "effective_on",
    after: str | None = None,
    limit: int = 50,
) -> Page:
    """Return cases with their person and the number of lines, all and open.

    Raises:
        Invalid: The sort key, cursor or limit is not one.
    """
    filters = filters or CaseFilter()
    query = _cases()
    for name in ("kind", "state", "person_id"):
        value = getattr(filters, name)
        if value is not None:
            query = query.where(_CASE.c[name] == value)
    for word in filters.search.casefold().split():
        query = query.where(col(people.Person.search).contains(word, autoescape=True))
    # Days sort as text too, which a cursor can carry.
    keys: dict[str, ColumnElement[Any]] = {
        "effective_on": cast(col(ProvisioningCase.effective_on), Text),
        "id": id_of(ProvisioningCase),
        "person": col(people.Person.sort_name),
    }
    return fetch_page(
        connection,
        query,
        keys=keys,
        sort=sort,
        row_id=id_of(ProvisioningCase),
        after=after,
        limit=limit,
    )


def _cases() -> Select[Any]:
    lines = (
        select(
            col(CaseLine.case_id),
            func.count().label("lines"),
            func.sum(case((col(CaseLine.closed_on).is_(None), 1), else_=0)).label(
                "open"
            ),
            func.min(col(CaseLine.due_on)).label("due_on"),
        )
        .group_by(col(CaseLine.case_id))
        .subquery()
    )
    shown = "id key kind person_id effective_on state quiet site version".split()
    return (
        select(
            *(_CASE.c[name] for name in shown),
            PERSON_NAME.label("person"),
            func.coalesce(lines.c.lines, 0).label("lines"),
            func.coalesce(lines.c.open, 0).label("open_lines"),
            lines.c.due_on,
        )
        .join(_PERSON, id_of(people.Person) == col(ProvisioningCase.person_id))
        .outerjoin(lines, lines.c.case_id == id_of(ProvisioningCase))
    )


def lines_where(
    connection: Connection,
    *conditions: Any,  # noqa: ANN401
    limit: int | None = None,
) -> list[Row]:
    """Return lines with their case, person and asset, the most urgent first."""
    query = (
        select(
            _LINE,
            col(ProvisioningCase.kind).label("case_kind"),
            col(ProvisioningCase.person_id),
            col(ProvisioningCase.quiet),
            PERSON_NAME.label("person"),
            col(Asset.tag),
            col(Asset.model),
            col(Asset.serial),
            col(Asset.state).label("asset_state"),
            col(TelecomLine.name).label("telecom_line"),
        )
        .join(_CASE, id_of(ProvisioningCase) == col(CaseLine.case_id))
        .join(_PERSON, id_of(people.Person) == col(ProvisioningCase.person_id))
        .outerjoin(_ASSET, id_of(Asset) == col(CaseLine.asset_id))
        .outerjoin(_TELECOM, id_of(TelecomLine) == col(CaseLine.telecom_line_id))
        .where(*conditions)
        .order_by(col(CaseLine.due_on), id_of(CaseLine))
        .limit(limit)
    )
    return [dict(row) for row in connection.execute(query).mappings()]


def cases_due_within(
    connection: Connection, kind: str, today: date, days: int
) -> list[Row]:
    """Return who joins or leaves until a day, with what is missing for each."""
    query = (
        _cases()
        .where(
            col(ProvisioningCase.kind) == kind,
            col(ProvisioningCase.state) != "cancelled",
            col(ProvisioningCase.effective_on) >= today,
            col(ProvisioningCase.effective_on) <= today + timedelta(days=days),
        )
        .order_by(col(ProvisioningCase.effective_on), id_of(ProvisioningCase))
    )
    rows = [dict(row) for row in connection.execute(query).mappings()]
    ids = [row["id"] for row in rows]
    open_lines: dict[int, list[Row]] = {}
    for line in lines_where(
        connection, col(CaseLine.case_id).in_(ids), col(CaseLine.closed_on).is_(None)
    ):
        open_lines.setdefault(line["case_id"], []).append(_line_summary(line))
    return [row | {"missing": open_lines.get(row["id"], [])} for row in rows]


def _line_summary(line: Row) -> Row:
    names = "id item kind state owner due_on tag".split()
    return {name: line[name] for name in names}


def line_counts(
    connection: Connection, case_ids: Sequence[int]
) -> dict[int, dict[str, Any]]:
    """Return `lines`, `open_lines` and the next `due_on` of cases that have lines."""
    query = (
        select(
            col(CaseLine.case_id),
            func.count().label("lines"),
            func.sum(case((col(CaseLine.closed_on).is_(None), 1), else_=0)).label(
                "open_lines"
            ),
            func.min(col(CaseLine.due_on)).label("due_on"),
        )
        .where(col(CaseLine.case_id).in_(case_ids))
        .group_by(col(CaseLine.case_id))
    )
    rows = [dict(row) for row in connection.execute(query).mappings()]
    return {row.pop("case_id"): row for row in rows}


def open_items(connection: Connection, case_ids: Sequence[int]) -> dict[int, list[str]]:
    """Return the items of the open lines of cases that have some."""
    query = (
        select(col(CaseLine.case_id), col(CaseLine.item))
        .where(col(CaseLine.case_id).in_(case_ids), col(CaseLine.closed_on).is_(None))
        .order_by(col(CaseLine.due_on), id_of(CaseLine))
    )
    found: dict[int, list[str]] = {}
    for case_id, item in connection.execute(query):
        found.setdefault(case_id, []).append(item)
    return found


def _leavers_still_holding(today: date) -> ColumnElement[bool]:
    return and_(
        col(ProvisioningCase.kind) == "leaving",
        col(ProvisioningCase.state) != "cancelled",
        col(ProvisioningCase.effective_on) < today,
        col(CaseLine.action) == "return",
        col(CaseLine.state).in_(("due", "in_return", "on_hold", "sighted")),
    )


def _overdue(today: date) -> ColumnElement[bool]:
    return and_(col(CaseLine.closed_on).is_(None), col(CaseLine.due_on) < today)


def _overdue_returns(today: date) -> ColumnElement[bool]:
    late = col(CaseLine.state).in_(("due", "in_return", "on_hold"))
    # A thing that was seen was due before: seeing it is no reason to wait longer.
    sighted = and_(col(CaseLine.state) == "sighted", col(CaseLine.effective_on) < today)
    return and_(
        col(CaseLine.closed_on).is_(None),
        col(CaseLine.action) == "return",
        or_(and_(_overdue(today), late), sighted),
    )


def _at_risk(_today: date) -> ColumnElement[bool]:
    return and_(
        col(CaseLine.closed_on).is_(None),
        col(CaseLine.action) == "return",
        col(CaseLine.asset_id).is_not(None),
        col(CaseLine.state).in_(("due", "in_return", "on_hold", "sighted")),
    )


def confidential_leavers(
    connection: Connection, person_ids: Collection[int], today: date
) -> set[int]:
    """Return those of some persons whose leave is HR's alone until its last day."""
    query = select(col(ProvisioningCase.person_id)).where(
        col(ProvisioningCase.person_id).in_(person_ids),
        col(ProvisioningCase.kind) == "leaving",
        col(ProvisioningCase.quiet).is_(True),
        col(ProvisioningCase.state) == "open",
        col(ProvisioningCase.effective_on) > today,
    )
    return set(connection.execute(query).scalars())


LINE_CONDITIONS: Mapping[str, Callable[[date], ColumnElement[bool]]] = {
    "still-holding": _leavers_still_holding,
    "overdue": _overdue,
    "overdue-returns": _overdue_returns,
    "unsigned": lambda _today: col(CaseLine.state) == "delivered",
    "disputed": lambda _today: col(CaseLine.state) == "disputed",
    "shortages": lambda _today: col(CaseLine.state) == "shortage",
    "sighted": lambda _today: col(CaseLine.state) == "sighted",
    "at-risk": _at_risk,
    "to-approve": lambda _today: col(CaseLine.state).in_(("proposed", "budget")),
}
"""Questions people ask every day -> what holds for the lines: leavers after their last
day with what they hold, deadlines that passed, things that should be back, handovers
nobody signed for or somebody disputes, what has to be bought, things the network shows
where they should not be, things to come back that may be lost, what waits for
approval."""


def _lines(name: str) -> Callable[[Connection, date], list[Row]]:
    condition = LINE_CONDITIONS[name]
    return lambda connection, today: lines_where(connection, condition(today))


def joining(connection: Connection, today: date, days: int = 30) -> list[Row]:
    """Return who joins soon, with what is missing."""
    return cases_due_within(connection, "joining", today, days)


def leaving(connection: Connection, today: date, days: int = 30) -> list[Row]:
    """Return who leaves soon, with what is missing."""
    return cases_due_within(connection, "leaving", today, days)


LISTS: Mapping[str, Callable[[Connection, date], list[Row]]] = {
    "joining": joining,
    "leaving": leaving,
    **{name: _lines(name) for name in LINE_CONDITIONS},
}
"""Lists by name; `joining` and `leaving` look so many days ahead."""
