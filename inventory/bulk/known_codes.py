"""Which codes, keys, serials and tags the database has. Imports every context."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from sqlalchemy import Connection, select

from inventory.assets.register import tables as assets
from inventory.assets.register.registration import manufacturer_key, serial_key
from inventory.bulk.files.sheet import CompanySheet
from inventory.kernel.errors import RowProblem
from inventory.kernel.texts import N_
from inventory.people import tables as people
from inventory.storage.rows import chunks, col, filled, table_of

_NAMED: Mapping[str, tuple[Any, str]] = {
    "legal_entities": (table_of(people.LegalEntity), "code"),
    "cost_centres": (table_of(people.CostCentre), "code"),
    "departments": (table_of(people.Department), "code"),
    "locations": (table_of(people.Location), "code"),
    "teams": (table_of(people.Team), "code"),
    "persons": (table_of(people.Person), "key"),
    "assets": (table_of(assets.Asset), "tag"),
}


class KnownIds:
    """Ids by section and name; writers add what they make."""

    def __init__(self, connection: Connection, sheet: CompanySheet) -> None:
        referenced: dict[str, set[str]] = {name: set() for name in _NAMED}
        for section in _NAMED:
            referenced[section] |= sheet.names(section)
        for _line, _field, section, name in sheet.references():
            referenced[section].add(name)
        self.ids = {
            section: _ids(connection, section, names)
            for section, names in referenced.items()
        }

    def id(self, section: str, name: str | None) -> int | None:
        """Return the id of a name; None for None.

        Raises:
            KeyError: It is not there.
        """
        return None if name is None else self.ids[section][name]


def missing_references(sheet: CompanySheet, known: KnownIds) -> list[RowProblem]:
    """Return a problem for each reference that neither file nor database has."""
    here = {section: sheet.names(section) for section in _NAMED}
    return [
        line.problem(
            field,
            N_("There is no {name!r} in {section}."),
            N_("Add it to {section}, or correct it here."),
            name=name,
            section=section,
        )
        for line, field, section, name in sheet.references()
        if name not in here[section] and name not in known.ids[section]
    ]


def serials_taken(connection: Connection, sheet: CompanySheet) -> list[RowProblem]:
    """Return a problem for each serial that another asset has, here or there."""
    keyed = []
    for line in sheet.lines["assets"]:
        key = serial_key(line.values.get("serial"))
        if key:
            keyed.append(
                (line, manufacturer_key(line.values.get("manufacturer", "")), key)
            )
    stored = _stored(connection, {key for _line, _maker, key in keyed})
    rows = connection.execute(
        select(
            col(assets.ManufacturerAlias.alias),
            col(assets.ManufacturerAlias.manufacturer_id),
        )
    )
    aliases = {alias: maker for alias, maker in rows}
    problems, seen = [], dict[tuple[Any, str], str]()
    for line, maker, key in keyed:
        maker_id = aliases.get(maker, maker)
        tag = line.values["tag"]
        other = seen.setdefault((maker_id, key), tag)
        other = stored.get((maker_id, key), other)
        if maker and other != tag:
            problems.append(
                line.problem(
                    "serial",
                    N_("The asset {tag!r} has it already."),
                    N_("Correct the serial, or use that tag."),
                    tag=other,
                )
            )
    return problems


def _stored(connection: Connection, keys: set[str]) -> dict[tuple[Any, str], str]:
    columns = (
        col(assets.Asset.manufacturer_id),
        filled(assets.Asset.serial_key),
        col(assets.Asset.tag),
    )
    found = {}
    for part in chunks(keys):
        query = select(*columns).where(col(assets.Asset.serial_key).in_(part))
        for maker, key, tag in connection.execute(query):
            found[maker, key] = tag
    return found


def _ids(connection: Connection, section: str, names: set[str]) -> dict[str, int]:
    table, column = _NAMED[section]
    found: dict[str, int] = {}
    for part in chunks(names):
        query = select(table.c[column], table.c.id).where(table.c[column].in_(part))
        found.update((name, number) for name, number in connection.execute(query))
    return found
