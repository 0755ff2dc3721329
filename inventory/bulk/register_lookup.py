"""What the register has of what a table names, all in memory. Imports every context.

A row of a table is compared with this, not with the database, so that tens of
thousands of rows cost a handful of queries.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Any

from sqlalchemy import Connection, select

from inventory.assets.custody.rules import Holder
from inventory.assets.custody.service import custody_period
from inventory.assets.identifiers.tables import AssetIdentifier
from inventory.assets.register import tables as assets
from inventory.assets.register.categories import field_rules
from inventory.assets.register.custom_fields import FieldRule
from inventory.assets.register.registration import manufacturer_key
from inventory.kernel.spans import Span
from inventory.people import tables as people
from inventory.queries.money.cost_allocation import allocations
from inventory.storage.dated import still_open
from inventory.storage.rows import Row, chunks, col, id_of, table_of

_ASSET = table_of(assets.Asset)
_CUSTODY = table_of(assets.Custody)

Serial = tuple[int | None, str]
"""Manufacturer and `serial_key`."""


@dataclass(slots=True)
class RegisterSnapshot:
    """Assets, makers, persons, places and companies by what they may be called.

    Attributes:
        assets: Rows by id, of those that the table may mean.
        tags: Tag to id.
        serials: Serial to id.
        identifiers: (kind, value) of MACs, IMEIs and UUIDs to id of the asset.
        holders: Id of an asset to who has it, and since when.
        makers: `maker_key` to id; `maker_names` the way back.
        units: Section to code, name, key, ... to ids; more than one is ambiguous.
        currencies: Id of a legal entity to its currency.
        bearers: Id of an asset to the cost centre that pays for the whole of it today.
        centre_codes: Id of a cost centre to its code.
        fields: Fields of the company's own, with their types.
    """

    assets: dict[int, Row] = field(default_factory=dict)
    tags: dict[str, int] = field(default_factory=dict)
    serials: dict[Serial, int] = field(default_factory=dict)
    identifiers: dict[tuple[str, str], int] = field(default_factory=dict)
    holders: dict[int, tuple[Holder, date]] = field(default_factory=dict)
    makers: dict[str, int] = field(default_factory=dict)
    maker_names: dict[int, str] = field(default_factory=dict)
    units: dict[str, dict[str, set[int]]] = field(default_factory=dict)
    currencies: dict[int, str] = field(default_factory=dict)
    bearers: dict[int, int] = field(default_factory=dict)
    centre_codes: dict[int, str] = field(default_factory=dict)
    fields: list[FieldRule] = field(default_factory=list)


def load_snapshot(
    connection: Connection,
    tags: Iterable[str],
    serials: Iterable[str],
    identifiers: Iterable[str],
    today: date,
) -> RegisterSnapshot:
    """Return what the register has of these tags, serials and other identifiers."""
    known = RegisterSnapshot(fields=field_rules(connection))
    _makers(connection, known)
    _units(connection, known)
    for column, values in (
        (col(assets.Asset.tag), tags),
        (col(assets.Asset.serial_key), serials),
    ):
        for part in chunks(set(values)):
            query = select(_ASSET).where(column.in_(part))
            for row in connection.execute(query).mappings():
                known.assets[row["id"]] = dict(row)
    for number, asset in known.assets.items():
        known.tags[asset["tag"]] = number
        if asset["serial_key"]:
            known.serials[asset["manufacturer_id"], asset["serial_key"]] = number
    _identifiers(connection, known, identifiers)
    for ids in chunks(known.assets):
        query = select(_CUSTODY).where(
            col(assets.Custody.asset_id).in_(ids),
            still_open(assets.Custody),
        )
        for row in connection.execute(query).mappings():
            one = custody_period(dict(row))
            known.holders[row["asset_id"]] = (one.holder, one.span.start)
    for asset_id, borne in allocations(
        connection, known.assets, Span(today, today + timedelta(days=1))
    ).items():
        if len(borne[0].shares) == 1:
            known.bearers[asset_id] = borne[0].shares[0].cost_centre_id
    return known


def _makers(connection: Connection, known: RegisterSnapshot) -> None:
    for number, name in connection.execute(
        select(id_of(assets.Manufacturer), col(assets.Manufacturer.name))
    ):
        known.makers[manufacturer_key(name)] = number
        known.maker_names[number] = name
    query = select(
        col(assets.ManufacturerAlias.alias),
        col(assets.ManufacturerAlias.manufacturer_id),
    )
    known.makers |= {alias: number for alias, number in connection.execute(query)}


def _units(connection: Connection, known: RegisterSnapshot) -> None:
    named: Mapping[str, tuple[Any, tuple[str, ...]]] = {
        "legal_entities": (table_of(people.LegalEntity), ("code", "name")),
        "locations": (table_of(people.Location), ("code", "name")),
        "cost_centres": (table_of(people.CostCentre), ("code", "name")),
        "persons": (table_of(people.Person), ("key", "login", "email")),
    }
    for section, (table, columns) in named.items():
        found: dict[str, set[int]] = {}
        for row in connection.execute(select(table)).mappings():
            words = [row[name] for name in columns if row[name]]
            if section == "persons":
                words.append(f"{row['given_name']} {row['family_name']}".strip())
            for word in words:
                found.setdefault(word.casefold(), set()).add(row["id"])
            if section == "legal_entities":
                known.currencies[row["id"]] = row["currency"]
            if section == "cost_centres":
                known.centre_codes[row["id"]] = row["code"]
        known.units[section] = found
    numbers = select(col(people.Employment.number), col(people.Employment.person_id))
    for number, person_id in connection.execute(numbers):
        known.units["persons"].setdefault(number.casefold(), set()).add(person_id)


def _identifiers(
    connection: Connection, known: RegisterSnapshot, values: Iterable[str]
) -> None:
    living = col(AssetIdentifier.ended_at).is_(None)
    columns = (
        col(AssetIdentifier.kind),
        col(AssetIdentifier.value),
        col(AssetIdentifier.asset_id),
    )
    for part in chunks(set(values)):
        query = select(*columns).where(col(AssetIdentifier.value).in_(part), living)
        for kind, value, asset_id in connection.execute(query):
            known.identifiers[kind, value] = asset_id
