"""Everything a person holds, has on the way, or is in charge of. Reads only.

Assets (licences and SIMs among them), what belongs to them, counted things, extensions,
pools of teams.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from sqlalchemy import Connection, select

from inventory.assets.register.tables import Asset, Custody
from inventory.people import tables as people
from inventory.provisioning.case_tables import CaseLine, ProvisioningCase
from inventory.provisioning.kits import Item
from inventory.storage.rows import Row, table_of
from inventory.telecom import tables as telecom

_ASSET = table_of(Asset)
_CUSTODY = table_of(Custody)
_LINE = table_of(CaseLine)
_CASE = table_of(ProvisioningCase)
_TEAM = table_of(people.Team)
_DEPARTMENT = table_of(people.Department)

_EXTENSION = table_of(telecom.Extension)
_WHOSE = table_of(telecom.ExtensionPerson)

EXTENSION = "extension"
"""Kind of a thing, and of a slot, that is an extension of a telephone system."""
DEEPEST = 4
"""A dock of a laptop of a person: parts of parts are rare."""
_WITH_PERSON = ("delivered", "accepted", "disputed")


@dataclass(frozen=True, slots=True)
class Thing:
    """Something a person holds.

    Attributes:
        slot: Its place in a case that gets it back.
        item: What it is, for a person.
        asset_id: None for what is counted only.
        since: First day with the person.
        line_id: The line that gave it, if one did.
        benefit: Stays until the employment ends.
        note: With what, or whose.
    """

    slot: str
    item: str
    kind: str
    model: str | None = None
    asset_id: int | None = None
    since: date | None = None
    line_id: int | None = None
    benefit: bool = False
    note: str = ""


def things_of(connection: Connection, person_id: int) -> list[Thing]:
    """Return what a person holds now, the oldest first."""
    given = _given(connection, person_id)
    found = _assets(connection, _CUSTODY.c.person_id == person_id, given)
    level = found
    for _ in range(DEEPEST):
        ids = {thing.asset_id: thing.item for thing in level}
        if not ids:
            break
        level = _assets(connection, _CUSTODY.c.holder_asset_id.in_(ids), given, ids)
        found += level
    extensions = _extensions(connection, person_id)
    counted = [
        thing
        for thing in _counted(connection, person_id)
        if not (extensions and thing.kind == EXTENSION)
    ]
    return [*found, *counted, *extensions]


def _extensions(connection: Connection, person_id: int) -> list[Thing]:
    """Return the extensions that telephone systems say are a person's."""
    query = (
        select(_EXTENSION.c.id, _EXTENSION.c.number, _WHOSE.c.valid_from)
        .join(_WHOSE, _WHOSE.c.extension_id == _EXTENSION.c.id)
        .where(_WHOSE.c.person_id == person_id, _WHOSE.c.valid_to.is_(None))
        .order_by(_WHOSE.c.valid_from, _EXTENSION.c.id)
    )
    return [
        Thing(
            slot=f"{EXTENSION}:{row.id}",
            item=f"extension {row.number}",
            kind=EXTENSION,
            since=row.valid_from,
        )
        for row in connection.execute(query)
    ]


def _assets(
    connection: Connection,
    whose: object,
    given: dict[int, Row],
    parents: dict[int | None, str] | None = None,
) -> list[Thing]:
    query = (
        select(
            _ASSET.c.id,
            _ASSET.c.tag,
            _ASSET.c.kind,
            _ASSET.c.model,
            _CUSTODY.c.valid_from,
            _CUSTODY.c.holder_asset_id,
        )
        .join(_CUSTODY, _CUSTODY.c.asset_id == _ASSET.c.id)
        .where(whose, _CUSTODY.c.valid_to.is_(None))  # type: ignore[arg-type]
        .order_by(_CUSTODY.c.valid_from, _ASSET.c.id)
    )
    found = []
    for row in connection.execute(query).mappings():
        line = given.get(row["id"], {})
        parent = (parents or {}).get(row["holder_asset_id"])
        found.append(
            Thing(
                slot=f"asset:{row['id']}",
                item=f"{row['kind']} {row['tag']}",
                kind=row["kind"],
                model=row["model"],
                asset_id=row["id"],
                since=row["valid_from"],
                line_id=line.get("id"),
                benefit=bool(line.get("benefit")),
                note=f"with {parent}" if parent else "",
            )
        )
    return found


def _given(connection: Connection, person_id: int) -> dict[int, Row]:
    """Return the lines that gave a person assets, by asset."""
    rows = connection.execute(_lines(person_id, tracked=True)).mappings()
    return {row["asset_id"]: dict(row) for row in rows if row["asset_id"]}


def _counted(connection: Connection, person_id: int) -> list[Thing]:
    rows = connection.execute(_lines(person_id, tracked=False)).mappings().all()
    return [
        Thing(
            slot=f"counted:{row['id']}",
            item=row["item"],
            kind=row["kind"],
            since=row["entered_on"],
            line_id=row["id"],
            benefit=row["benefit"],
        )
        for row in rows
        if not _taken_back(connection, row["id"])
    ]


def _taken_back(connection: Connection, line_id: int) -> bool:
    """Whether a counted thing was given back, or is gone, already."""
    query = select(_LINE.c.id).where(
        _LINE.c.origin_id == line_id,
        _LINE.c.closed_on.is_not(None),
        _LINE.c.state.not_in(("cancelled", "kept")),
    )
    return connection.execute(query.limit(1)).scalar() is not None


def _lines(person_id: int, *, tracked: bool):  # type: ignore[no-untyped-def]  # noqa: ANN202
    return (
        select(_LINE)
        .join(_CASE, _CASE.c.id == _LINE.c.case_id)
        .where(
            _CASE.c.person_id == person_id,
            _LINE.c.action == "provide",
            _LINE.c.tracked == tracked,
            _LINE.c.state.in_(_WITH_PERSON),
        )
        .order_by(_LINE.c.id)
    )


def pools_of(connection: Connection, person_id: int) -> list[Thing]:
    """Return pools of teams whose department a person leads: they need another head."""
    query = (
        select(_TEAM.c.id, _TEAM.c.code, _TEAM.c.name)
        .join(_DEPARTMENT, _DEPARTMENT.c.id == _TEAM.c.department_id)
        .where(
            _DEPARTMENT.c.manager_id == person_id,
            select(_CUSTODY.c.id)
            .where(_CUSTODY.c.team_id == _TEAM.c.id, _CUSTODY.c.valid_to.is_(None))
            .exists(),
        )
        .order_by(_TEAM.c.id)
    )
    return [
        Thing(f"pool:{row.id}", f"pool of team {row.code}", "pool", note=row.name)
        for row in connection.execute(query)
    ]


def match(things: Sequence[Thing], items: Sequence[Item]) -> dict[str, Thing]:
    """Return which thing does for which item, each at most once; by name of item."""
    left = list(things)
    found = {}
    for item in items:
        thing = next((t for t in left if item.fits(t.kind, t.model)), None)
        if thing is not None:
            left.remove(thing)
            found[item.name] = thing
    return found
