"""MACs, IMEIs and UUIDs of assets: note them, find by them. Imports `storage`."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

from sqlalchemy import Connection, select, update

from inventory.assets.identifiers.rules import IdentifierKind, canonical_identifier
from inventory.assets.identifiers.tables import AssetIdentifier
from inventory.assets.register import tables
from inventory.kernel.errors import Conflict, Invalid
from inventory.kernel.texts import N_
from inventory.storage.rows import Row, add_many, col, get, id_of, table_of
from inventory.storage.work import UnitOfWork

_IDENTIFIER = table_of(AssetIdentifier)
_ASSET = table_of(tables.Asset)

Identifiers = Mapping[IdentifierKind, Iterable[str]]


def add_identifiers(work: UnitOfWork, asset_id: int, identifiers: Identifiers) -> bool:
    """Note identifiers of an asset; return whether any is new to it.

    What it had before stays; nothing is taken from it by leaving it out.

    Raises:
        NotFound: There is no such asset.
        Invalid: A value is no such identifier, or the asset is disposed of.
        Conflict: Another asset that is not disposed of has it.
    """
    canonical = dict.fromkeys(
        (kind, canonical_identifier(kind, value))
        for kind, values in identifiers.items()
        for value in values
    )
    asset = get(work.connection, tables.Asset, asset_id, lock=True)
    if not canonical:
        return False
    if asset["state"] == "disposed":
        raise Invalid(
            N_("It is disposed of; what it had names nothing any more."),
        )
    new = []
    for kind, value in canonical:
        owner = asset_by_identifier(work.connection, kind, value)
        if owner is None:
            new.append({"asset_id": asset_id, "kind": kind.value, "value": value})
        elif owner["id"] != asset_id:
            raise Conflict(
                N_("The asset {tag!r} has the {kind} {value} already."),
                where=kind.value,
                remedy=N_("Correct it here, or remove it there first."),
                tag=owner["tag"],
                kind=kind.upper(),
                value=value,
            )
    add_many(work, AssetIdentifier, new)
    return bool(new)


def remove_identifiers(
    work: UnitOfWork, asset_id: int, only: Sequence[tuple[IdentifierKind, str]] = ()
) -> int:
    """Take identifiers from an asset, or all of them; return how many it had."""
    query = select(_IDENTIFIER).where(
        col(AssetIdentifier.asset_id) == asset_id,
        col(AssetIdentifier.ended_at).is_(None),
    )
    chosen = {(kind.value, canonical_identifier(kind, value)) for kind, value in only}
    rows = [
        row
        for row in work.connection.execute(query).mappings()
        if not chosen or (row["kind"], row["value"]) in chosen
    ]
    for row in rows:
        work.connection.execute(
            update(_IDENTIFIER)
            .where(id_of(AssetIdentifier) == row["id"])
            .values(ended_at=work.clock())
        )
        before = {"asset_id": asset_id, "kind": row["kind"], "value": row["value"]}
        work.audit("asset_identifier", row["id"], "end", before, None)
    return len(rows)


def identifiers_of(connection: Connection, asset_id: int) -> dict[str, list[str]]:
    """Return the identifiers an asset has, by kind, each list in order."""
    query = (
        select(col(AssetIdentifier.kind), col(AssetIdentifier.value))
        .where(
            col(AssetIdentifier.asset_id) == asset_id,
            col(AssetIdentifier.ended_at).is_(None),
        )
        .order_by(col(AssetIdentifier.kind), col(AssetIdentifier.value))
    )
    found: dict[str, list[str]] = {kind.value: [] for kind in IdentifierKind}
    for kind, value in connection.execute(query):
        found[kind].append(value)
    return found


def asset_by_identifier(
    connection: Connection, kind: IdentifierKind, text: str
) -> Row | None:
    """Return the asset with a MAC, IMEI or UUID in any spelling; None if none has it.

    Raises:
        Invalid: It is no such identifier.
    """
    query = (
        select(_ASSET)
        .join(_IDENTIFIER, col(AssetIdentifier.asset_id) == id_of(tables.Asset))
        .where(
            col(AssetIdentifier.kind) == kind.value,
            col(AssetIdentifier.value) == canonical_identifier(kind, text),
            col(AssetIdentifier.ended_at).is_(None),
        )
    )
    row = connection.execute(query).mappings().one_or_none()
    return None if row is None else dict(row)
