"""Records of identity providers as plain rows, and where they differ from the register.

A difference is no mistake by itself: each field has an owner (`ownership`), and what
the others say is kept and shown here.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import Connection, Select, and_, or_, select

from inventory.directory.tables import DirectoryRecord
from inventory.kernel.errors import BadCursor
from inventory.people.employments import in_force
from inventory.people.tables import (
    CostCentre,
    Department,
    Employment,
    Person,
    Placement,
    Team,
)
from inventory.storage.rows import Row, col, id_of, table_of

_PERSON = table_of(Person)
_TEAM = table_of(Team)
_EMPLOYMENT = table_of(Employment)
_PLACEMENT = table_of(Placement)
_CENTRE = table_of(CostCentre)
_DEPARTMENT = table_of(Department)

WORK = "urn:ietf:params:scim:schemas:extension:enterprise:2.0:User"
_CHUNK = 500


@dataclass(frozen=True, slots=True)
class Page:
    """Rows, and the cursor of the page after; None at the end."""

    rows: list[Row]
    next: str | None


def list_records(
    connection: Connection,
    kind: str,
    *,
    source: str | None = None,
    active: bool | None = None,
    after: str | None = None,
    limit: int = 50,
) -> Page:
    """Return users or groups of identity providers, the oldest first.

    Args:
        connection: Where to look.
        kind: `User` or `Group`.
        source: Only of this provider.
        active: Only those in use, or those that are not.
        after: `next` of the page before.
        limit: Rows on a page.

    Raises:
        Invalid: The cursor is none.
    """
    query = (
        select(
            id_of(DirectoryRecord),
            col(DirectoryRecord.source),
            col(DirectoryRecord.uid),
            col(DirectoryRecord.external_id),
            col(DirectoryRecord.number),
            col(DirectoryRecord.document),
            col(DirectoryRecord.active),
            col(DirectoryRecord.person_id),
            col(Person.sort_name).label("person"),
            col(DirectoryRecord.team_id),
            col(Team.name).label("team"),
            col(DirectoryRecord.kit),
            col(DirectoryRecord.changed_at),
        )
        .outerjoin(_PERSON, id_of(Person) == col(DirectoryRecord.person_id))
        .outerjoin(_TEAM, id_of(Team) == col(DirectoryRecord.team_id))
        .where(
            col(DirectoryRecord.kind) == kind, col(DirectoryRecord.deleted_at).is_(None)
        )
        .where(id_of(DirectoryRecord) > _cursor(after))
        .order_by(id_of(DirectoryRecord))
        .limit(limit + 1)
    )
    if source is not None:
        query = query.where(col(DirectoryRecord.source) == source)
    if active is not None:
        query = query.where(col(DirectoryRecord.active) == active)
    rows = [_shown(dict(row)) for row in connection.execute(query).mappings()]
    more = len(rows) > limit
    return Page(rows[:limit], str(rows[limit - 1]["id"]) if more else None)


def _shown(row: Mapping[str, Any]) -> Row:
    shown = dict(row)
    document = shown.pop("document")
    shown["name"] = document.get("userName") or document.get("displayName")
    return shown


def differences(connection: Connection, day: date) -> Iterator[Row]:
    """Yield what providers say otherwise than the register, person by person."""
    last = 0
    while True:
        rows = connection.execute(_joined(day, last)).mappings().all()
        for row in rows:
            yield from _compared(dict(row))
        if not rows:
            return
        last = rows[-1]["id"]


def _joined(day: date, last: int) -> Select[Any]:
    employed = and_(
        col(Employment.person_id) == col(DirectoryRecord.person_id),
        in_force(_EMPLOYMENT, day),
        or_(
            col(Employment.number) == col(DirectoryRecord.number),
            col(DirectoryRecord.number).is_(None),
        ),
    )
    of_employment = col(Placement.employment_id) == id_of(Employment)
    placed = and_(of_employment, in_force(_PLACEMENT, day))
    centre = _CENTRE.alias()
    return (
        select(
            id_of(DirectoryRecord),
            col(DirectoryRecord.source),
            col(DirectoryRecord.document),
            col(DirectoryRecord.active),
            col(DirectoryRecord.person_id),
            col(Person.given_name),
            col(Person.family_name),
            col(Person.email),
            col(Person.login),
            col(Employment.number),
            col(Department.code).label("department_code"),
            col(Department.name).label("department_name"),
            centre.c.code.label("cost_centre"),
        )
        .join(_PERSON, id_of(Person) == col(DirectoryRecord.person_id))
        .outerjoin(_EMPLOYMENT, employed)
        .outerjoin(_PLACEMENT, placed)
        .outerjoin(_DEPARTMENT, id_of(Department) == col(Placement.department_id))
        .outerjoin(centre, centre.c.id == col(Placement.cost_centre_id))
        .where(
            col(DirectoryRecord.kind) == "User",
            col(DirectoryRecord.deleted_at).is_(None),
            id_of(DirectoryRecord) > last,
        )
        .order_by(id_of(DirectoryRecord))
        .limit(_CHUNK)
    )


def _compared(row: Mapping[str, Any]) -> Iterator[Row]:
    document = row["document"]
    name, work = document.get("name") or {}, document.get(WORK) or {}
    pairs: list[tuple[str, tuple[str | None, ...], str | None]] = [
        ("given_name", (row["given_name"],), name.get("givenName")),
        ("family_name", (row["family_name"],), name.get("familyName")),
        ("login", (row["login"],), document.get("userName")),
        (
            "department",
            (row["department_name"], row["department_code"]),
            work.get("department"),
        ),
        ("cost_centre", (row["cost_centre"],), work.get("costCenter")),
    ]
    for field, known, said in pairs:
        have = [each for each in known if each]
        if said and have and said.casefold() not in {h.casefold() for h in have}:
            yield _difference(row, field, have[0], said)
    employed = row["number"] is not None
    if employed and not row["active"]:
        yield _difference(row, "active", "employed", "out of use")


def _difference(row: Mapping[str, Any], field: str, known: str, said: str) -> Row:
    return {
        "record_id": row["id"],
        "source": row["source"],
        "user": row["document"].get("userName"),
        "person_id": row["person_id"],
        "field": field,
        "known": known,
        "said": said,
    }


def _cursor(text: str | None) -> int:
    if text is None:
        return 0
    if not (text.isascii() and text.isdigit()) or len(text) > 18:
        raise BadCursor
    return int(text)
