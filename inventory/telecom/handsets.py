"""Phones as telephone systems know them: which one is it. Imports `storage`.

The MAC decides; then the device on the network, the SIP instance, the name in a system
that gives each phone its own; the address alone only while nothing better is known.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import select, update

from inventory.storage.rows import Row, add, change, chunks, id_of, table_of
from inventory.storage.work import UnitOfWork
from inventory.telecom import tables

_PHONE = table_of(tables.Telephone)


@dataclass(frozen=True, slots=True, kw_only=True)
class SeenPhone:
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


class KnownPhones:
    """All phones that are known, read once, for the phones of one reading.

    Args:
        work: The unit of work.
        at: When the reading was made.
    """

    def __init__(self, work: UnitOfWork, at: datetime) -> None:
        self._work = work
        self._at = at
        self._rows: dict[int, Row] = {}
        self._index: dict[tuple[object, ...], set[int]] = {}
        self._touched: set[int] = set()
        for row in work.connection.execute(select(_PHONE)).mappings():
            self._keep(dict(row))

    def see(self, seen: SeenPhone) -> int:
        """Write a phone that is registered; return its id."""
        known, values = self.find(seen), seen.columns()
        if known is None:
            row = {**values, "first_seen": self._at, "last_seen": self._at}
            new = add(self._work, tables.Telephone, row)
            self._keep({**dict.fromkeys(_PHONE.c.keys()), **row, "id": new})
            return new
        if known["last_seen"] <= self._at:
            if any(known[name] != value for name, value in values.items()):
                change(self._work, tables.Telephone, known["id"], values)
                self._keep({**known, **values})
            self._touched.add(known["id"])
        return int(known["id"])

    def find(self, seen: SeenPhone) -> Row | None:
        """Return the phone that this is; None if it is a new one."""
        for key in _keys_of(seen):
            for row_id in sorted(self._index.get(key, ())):
                row = self._rows[row_id]
                if key in _keys(row) and not _contradict(row, seen):
                    return row
        return None

    def close(self) -> None:
        """Write when the phones were seen last."""
        for some in chunks(self._touched):
            self._work.connection.execute(
                update(_PHONE)
                .where(id_of(tables.Telephone).in_(some))
                .values(last_seen=self._at)
            )

    def _keep(self, row: Row) -> None:
        self._rows[row["id"]] = row
        for key in _keys(row):
            self._index.setdefault(key, set()).add(row["id"])


def _keys(row: Row) -> list[tuple[object, ...]]:
    """Return what a known phone may be found by."""
    site = row["site"]
    keys: list[tuple[object, ...]] = [
        (name, row[name])
        for name in ("mac", "device_id", "instance")
        if row[name] is not None
    ]
    if row["device_name"]:
        keys.append(("name", site, row["device_name"]))
    if row["ip"] and row["instance"] is None:
        keys.append(("ip", site, row["ip"]))
        if row["mac"] is None and row["device_name"] is None:
            keys.append(("bare ip", site, row["ip"]))
    return keys


def _keys_of(seen: SeenPhone) -> list[tuple[object, ...]]:
    """Return what a phone is looked for by, the surest first."""
    keys: list[tuple[object, ...]] = [
        (name, getattr(seen, name))
        for name in ("mac", "device_id", "instance")
        if getattr(seen, name) is not None
    ]
    if seen.device_name:
        keys.append(("name", seen.site, seen.device_name))
    if seen.ip:
        # It may have been known by its address alone before anything better was told.
        better = seen.mac or seen.instance or seen.device_name
        keys.append(("bare ip" if better else "ip", seen.site, seen.ip))
    return keys


def _contradict(row: Row, seen: SeenPhone) -> bool:
    """Whether both say which phone they are, and differ."""
    return bool(row["mac"] and seen.mac and row["mac"] != seen.mac)
