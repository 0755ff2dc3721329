"""Manufacturers and the ways to write them. Imports `storage` and `records`."""

from __future__ import annotations

from collections.abc import Iterable

from sqlalchemy import Connection, insert, select

from inventory.assets.register.registration import manufacturer_key
from inventory.assets.register.tables import Manufacturer, ManufacturerAlias
from inventory.kernel.errors import Conflict, Invalid
from inventory.storage.rows import add, col, table_of
from inventory.storage.work import UnitOfWork

_ALIAS = table_of(ManufacturerAlias)


def manufacturer_id(connection: Connection, name: str) -> int | None:
    """Return the id of a manufacturer by any of its names; None if none has it."""
    found: int | None = connection.execute(
        select(col(ManufacturerAlias.manufacturer_id)).where(
            col(ManufacturerAlias.alias) == manufacturer_key(name)
        )
    ).scalar()
    return found


def ensure_manufacturer(
    work: UnitOfWork, name: str, aliases: Iterable[str] = ()
) -> int:
    """Return the id of a manufacturer; add it, and aliases it has not yet.

    Raises:
        Invalid: The name has neither letters nor digits.
        Conflict: An alias belongs to another manufacturer.
    """
    name = name.strip()
    if not manufacturer_key(name):
        raise Invalid(f"{name!r} is no name of a manufacturer.", where="manufacturer")
    maker = manufacturer_id(work.connection, name)
    if maker is None:
        maker = add(work, Manufacturer, {"name": name})
        _add_alias(work, maker, manufacturer_key(name))
    for key in dict.fromkeys(filter(None, map(manufacturer_key, aliases))):
        known = manufacturer_id(work.connection, key)
        if known is None:
            _add_alias(work, maker, key)
            work.audit("manufacturer", maker, "alias", None, {"alias": key})
        elif known != maker:
            raise Conflict(
                f"{key!r} is a name of another manufacturer.", where="aliases"
            )
    return maker


def _add_alias(work: UnitOfWork, maker: int, alias: str) -> None:
    work.connection.execute(insert(_ALIAS).values(alias=alias, manufacturer_id=maker))
