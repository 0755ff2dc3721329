"""Everything a person holds, has on the way, or is in charge of. Reads only.

Assets (licences and SIMs among them), what belongs to them, counted things, extensions,
telecom lines, pools of teams.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from sqlalchemy import ColumnElement, Connection, select

from inventory.assets.contracts.tables import Licence, LicenceSeat, LicenceUse
from inventory.assets.register.tables import Asset, Custody
from inventory.hr.cases.telecom_lines import lines_held
from inventory.people import tables as people
from inventory.provisioning.case_tables import CaseLine, ProvisioningCase
from inventory.provisioning.kits import Item
from inventory.storage.rows import Row, col, id_of, table_of
from inventory.telecom import tables as telecom

_CUSTODY = table_of(Custody)
_LINE = table_of(CaseLine)
_CASE = table_of(ProvisioningCase)
_DEPARTMENT = table_of(people.Department)

_SEAT, _LICENCE = table_of(LicenceSeat), table_of(Licence)
_WHOSE = table_of(telecom.ExtensionPerson)

SEAT = "seat"
"""Begins the slot of a seat of a licence."""
EXTENSION = "extension"
"""Kind of a thing, and of a slot, that is an extension of a telephone system."""
TELECOM_LINE = "line"
"""Begins the slot of a line of the telecom estate."""
DEEPEST = 4
"""A dock of a laptop of a person: parts of parts are rare."""
_WITH_PERSON = ("delivered", "accepted", "disputed")


@dataclass(frozen=True, slots=True)
class HeldItem:
    """Something a person holds.

    Attributes:
        slot: Its place in a case that gets it back.
        item: What it is, for a person.
        asset_id: None for what is counted only.
        since: First day with the person.
        line_id: The line that gave it, if one did.
        benefit: Stays until the employment ends.
        note: With what, or whose.
        telecom_line_id: It is a line of the telecom estate.
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
    telecom_line_id: int | None = None

    @property
    def tracked(self) -> bool:
        """Whether a register follows it: it is not just counted."""
        return self.asset_id is not None or self.telecom_line_id is not None


def held_items(connection: Connection, person_id: int) -> list[HeldItem]:
    """Return what a person holds now, the oldest first."""
    giving_lines = _lines_that_gave(connection, person_id, CaseLine.asset_id)
    found = _held_assets(connection, col(Custody.person_id) == person_id, giving_lines)
    level = found
    for _ in range(DEEPEST):
        ids = {thing.asset_id: thing.item for thing in level}
        if not ids:
            break
        level = _held_assets(
            connection, col(Custody.holder_asset_id).in_(ids), giving_lines, ids
        )
        found += level
    extensions = _extensions(connection, person_id)
    counted = [
        thing
        for thing in _counted_items(connection, person_id)
        if not (extensions and thing.kind == EXTENSION)
    ]
    seats = _seats(connection, col(LicenceUse.person_id) == person_id)
    assets = [thing.asset_id for thing in found if thing.asset_id is not None]
    if assets:
        seats += _seats(connection, col(LicenceUse.asset_id).in_(assets))
    lines = _telecom_lines(connection, person_id)
    return [*found, *counted, *extensions, *lines, *seats]


def _telecom_lines(connection: Connection, person_id: int) -> list[HeldItem]:
    """Return the lines of the telecom estate that are a person's."""
    held = lines_held(connection, person_id)
    given = _lines_that_gave(connection, person_id, CaseLine.telecom_line_id)
    found = []
    for row in held:
        line = given.get(row["id"], {})
        found.append(
            HeldItem(
                slot=f"{TELECOM_LINE}:{row['id']}",
                item=f"{row['kind']} {row['called']}",
                kind=row["kind"],
                since=row["since"],
                line_id=line.get("id"),
                benefit=bool(line.get("benefit")),
                telecom_line_id=row["id"],
            )
        )
    return found


def _seats(connection: Connection, whose: ColumnElement[bool]) -> list[HeldItem]:
    """Return the seats of licences that somebody, or a thing of his, uses."""
    query = (
        select(
            id_of(LicenceUse),
            col(Licence.product),
            col(LicenceSeat.number),
            col(LicenceUse.valid_from),
        )
        .select_from(
            table_of(LicenceUse)
            .join(_SEAT, id_of(LicenceSeat) == col(LicenceUse.seat_id))
            .join(_LICENCE, id_of(Licence) == col(LicenceSeat.licence_id))
        )
        .where(whose, col(LicenceUse.valid_to).is_(None))
        .order_by(col(LicenceUse.valid_from), id_of(LicenceUse))
    )
    return [
        HeldItem(
            slot=f"{SEAT}:{row.id}",
            item=f"{row.product}, seat {row.number}",
            kind="licence",
            since=row.valid_from,
        )
        for row in connection.execute(query)
    ]


def _extensions(connection: Connection, person_id: int) -> list[HeldItem]:
    """Return the extensions that telephone systems say are a person's."""
    query = (
        select(
            id_of(telecom.Extension),
            col(telecom.Extension.number),
            col(telecom.ExtensionPerson.valid_from),
        )
        .join(
            _WHOSE,
            col(telecom.ExtensionPerson.extension_id) == id_of(telecom.Extension),
        )
        .where(
            col(telecom.ExtensionPerson.person_id) == person_id,
            col(telecom.ExtensionPerson.valid_to).is_(None),
        )
        .order_by(col(telecom.ExtensionPerson.valid_from), id_of(telecom.Extension))
    )
    return [
        HeldItem(
            slot=f"{EXTENSION}:{row.id}",
            item=f"extension {row.number}",
            kind=EXTENSION,
            since=row.valid_from,
        )
        for row in connection.execute(query)
    ]


def _held_assets(
    connection: Connection,
    whose: object,
    giving_lines: dict[int, Row],
    parents: dict[int | None, str] | None = None,
) -> list[HeldItem]:
    query = (
        select(
            id_of(Asset),
            col(Asset.tag),
            col(Asset.kind),
            col(Asset.model),
            col(Custody.valid_from),
            col(Custody.holder_asset_id),
        )
        .join(_CUSTODY, col(Custody.asset_id) == id_of(Asset))
        .where(whose, col(Custody.valid_to).is_(None))  # type: ignore[arg-type]
        .order_by(col(Custody.valid_from), id_of(Asset))
    )
    found = []
    for row in connection.execute(query).mappings():
        line = giving_lines.get(row["id"], {})
        parent = (parents or {}).get(row["holder_asset_id"])
        found.append(
            HeldItem(
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


def _lines_that_gave(
    connection: Connection, person_id: int, what: int | None
) -> dict[int, Row]:
    """Return the lines that gave a person assets, or telecom lines, by its id."""
    name = col(what).name
    rows = connection.execute(_lines_with_person(person_id, tracked=True)).mappings()
    return {row[name]: dict(row) for row in rows if row[name]}


def _counted_items(connection: Connection, person_id: int) -> list[HeldItem]:
    rows = (
        connection.execute(_lines_with_person(person_id, tracked=False))
        .mappings()
        .all()
    )
    return [
        HeldItem(
            slot=f"counted:{row['id']}",
            item=row["item"],
            kind=row["kind"],
            since=row["entered_on"],
            line_id=row["id"],
            benefit=row["benefit"],
        )
        for row in rows
        if not _was_returned(connection, row["id"])
    ]


def _was_returned(connection: Connection, line_id: int) -> bool:
    """Whether a counted thing was given back, or is gone, already."""
    query = select(id_of(CaseLine)).where(
        col(CaseLine.origin_id) == line_id,
        col(CaseLine.closed_on).is_not(None),
        col(CaseLine.state).not_in(("cancelled", "kept")),
    )
    return connection.execute(query.limit(1)).scalar() is not None


def _lines_with_person(person_id: int, *, tracked: bool):  # type: ignore[no-untyped-def]  # noqa: ANN202
    return (
        select(_LINE)
        .join(_CASE, id_of(ProvisioningCase) == col(CaseLine.case_id))
        .where(
            col(ProvisioningCase.person_id) == person_id,
            col(CaseLine.action) == "provide",
            col(CaseLine.tracked) == tracked,
            col(CaseLine.state).in_(_WITH_PERSON),
        )
        .order_by(id_of(CaseLine))
    )


def team_pools_led_by(connection: Connection, person_id: int) -> list[HeldItem]:
    """Return pools of teams whose department a person leads: they need another head."""
    query = (
        select(id_of(people.Team), col(people.Team.code), col(people.Team.name))
        .join(_DEPARTMENT, id_of(people.Department) == col(people.Team.department_id))
        .where(
            col(people.Department.manager_id) == person_id,
            select(id_of(Custody))
            .where(
                col(Custody.team_id) == id_of(people.Team),
                col(Custody.valid_to).is_(None),
            )
            .exists(),
        )
        .order_by(id_of(people.Team))
    )
    return [
        HeldItem(f"pool:{row.id}", f"pool of team {row.code}", "pool", note=row.name)
        for row in connection.execute(query)
    ]


def match_items(
    things: Sequence[HeldItem], items: Sequence[Item]
) -> dict[str, HeldItem]:
    """Return which thing does for which item, each at most once; by name of item."""
    left = list(things)
    found = {}
    for item in items:
        thing = next((t for t in left if item.fits(t.kind, t.model)), None)
        if thing is not None:
            left.remove(thing)
            found[item.name] = thing
    return found
