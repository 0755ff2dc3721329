"""Manufacturers and the ways to write them. Imports `storage` and `records`."""

from __future__ import annotations

from collections.abc import Iterable

from sqlalchemy import Connection, insert, select

from inventory.assets.register.registration import manufacturer_key
from inventory.assets.register.tables import Manufacturer, ManufacturerAlias
from inventory.kernel.errors import Conflict, Invalid
from inventory.kernel.texts import N_
from inventory.storage.rows import add, change, col, get, table_of
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
        raise Invalid(
            N_("{name!r} is not a name of a manufacturer."),
            where="manufacturer",
            name=name,
        )
    maker = manufacturer_id(work.connection, name)
    if maker is None:
        maker = add(work, Manufacturer, {"name": name})
        _add_alias(work, maker, manufacturer_key(name))
    _add_aliases(work, maker, aliases)
    return maker


def rename_manufacturer(
    work: UnitOfWork, number: int, name: str | None, aliases: Iterable[str] = ()
) -> None:
    """Correct the name of a manufacturer and add ways to write it.

    The name it had stays one of its aliases, so that what is written elsewhere is
    still recognised.

    Raises:
        NotFound: There is no such manufacturer.
        Invalid: The name has neither letters nor digits.
        Conflict: A name belongs to another manufacturer.
    """
    get(work.connection, Manufacturer, number, lock=True)
    if name is not None:
        if not manufacturer_key(name):
            raise Invalid(
                N_("{name!r} is not a name of a manufacturer."), where="name", name=name
            )
        _add_aliases(work, number, [name])
        change(work, Manufacturer, number, {"name": name.strip()})
    _add_aliases(work, number, aliases)


def _add_aliases(work: UnitOfWork, number: int, aliases: Iterable[str]) -> None:
    for key in dict.fromkeys(filter(None, map(manufacturer_key, aliases))):
        known = manufacturer_id(work.connection, key)
        if known is None:
            _add_alias(work, number, key)
            work.audit("manufacturer", number, "alias", None, {"alias": key})
        elif known != number:
            raise Conflict(
                N_("{key!r} is a name of another manufacturer."),
                where="aliases",
                key=key,
            )


def _add_alias(work: UnitOfWork, maker: int, alias: str) -> None:
    work.connection.execute(insert(_ALIAS).values(alias=alias, manufacturer_id=maker))
