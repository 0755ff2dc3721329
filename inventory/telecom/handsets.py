"""Phones as telephone systems know them: which one is it. Imports `storage`.

The MAC decides; then the device on the network, the SIP instance, the name in a system
that gives each phone its own; the address alone only while nothing better is known.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Connection, select, update

from inventory.storage.rows import Row, add, change, table_of
from inventory.storage.work import UnitOfWork
from inventory.telecom import tables

_PHONE = table_of(tables.Telephone)


@dataclass(frozen=True, slots=True, kw_only=True)
class PhoneSeen:
    """A phone as one registration shows it.

    Attributes:
        device_id: The device on the network it was recognised as.
        device_name: Only where it is the phone's own and not that of an account.
    """

    site: str = ""
    mac: str | None = None
    device_id: int | None = None
    device_name: str | None = None
    instance: str | None = None
    ip: str | None = None
    user_agent: str | None = None
    vendor: str | None = None
    model: str | None = None
    serial: str | None = None
    firmware: str | None = None

    def columns(self) -> dict[str, Any]:
        """Return what is said, as columns."""
        names = self.__dataclass_fields__
        given = {name: getattr(self, name) for name in names}
        return {name: value for name, value in given.items() if value is not None}

    @property
    def known(self) -> bool:
        """Whether anything tells this phone from others."""
        return any((self.mac, self.device_id, self.device_name, self.instance, self.ip))


def see_phone(work: UnitOfWork, seen: PhoneSeen, at: datetime) -> int:
    """Write a phone that is registered; return its id."""
    known = find_phone(work.connection, seen)
    told = seen.columns()
    if known is None:
        times = {"first_seen": at, "last_seen": at}
        return add(work, tables.Telephone, {**told, **times})
    if known["last_seen"] <= at:
        change(work, tables.Telephone, known["id"], told)
        work.connection.execute(
            update(_PHONE).where(_PHONE.c.id == known["id"]).values(last_seen=at)
        )
    return int(known["id"])


def find_phone(connection: Connection, seen: PhoneSeen) -> Row | None:
    """Return the phone that this is; None if it is a new one."""
    for condition in _conditions(seen):
        query = select(_PHONE).where(condition).order_by(_PHONE.c.id)
        for row in connection.execute(query).mappings():
            if not _contradict(dict(row), seen):
                return dict(row)
    return None


def _conditions(seen: PhoneSeen) -> list[ColumnElement[bool]]:
    site = _PHONE.c.site == seen.site
    found = []
    if seen.mac:
        found.append(_PHONE.c.mac == seen.mac)
    if seen.device_id is not None:
        found.append(_PHONE.c.device_id == seen.device_id)
    if seen.instance:
        found.append(_PHONE.c.instance == seen.instance)
    if seen.device_name:
        found.append(site & (_PHONE.c.device_name == seen.device_name))
    if seen.ip and not (seen.mac or seen.instance or seen.device_name):
        found.append(site & (_PHONE.c.ip == seen.ip) & _PHONE.c.instance.is_(None))
    elif seen.ip:
        # It was known by its address alone before anything better was told.
        bare = _PHONE.c.mac.is_(None) & _PHONE.c.instance.is_(None)
        found.append(
            site & (_PHONE.c.ip == seen.ip) & bare & _PHONE.c.device_name.is_(None)
        )
    return found


def _contradict(row: Row, seen: PhoneSeen) -> bool:
    """Whether both say which phone they are, and differ."""
    return bool(row["mac"] and seen.mac and row["mac"] != seen.mac)
