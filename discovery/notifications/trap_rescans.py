"""What traps and informs lead to: devices that are collected again, soon.

Notifications can be forged, so they start nothing but a look at a device that is known
or stands in a network of a site; who the device is decides `device_of_notice`, when it
is its turn decides `collectors.snmp.notifications.NoticeGate`. May import the
collectors and the tables of the network.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TypeAlias

from sqlalchemy import Engine, select, true
from sqlmodel import SQLModel

import inventory.network.tables  # noqa: F401  (fills the metadata)
from collectors.snmp.notifications import Notice, NoticeGate
from discovery.notifications.trap_log import TrapLog
from discovery.scan.targets import TargetError, Targets, parse_targets
from inventory.kernel.errors import InventoryError
from inventory.storage.work import Clock

_log = logging.getLogger(__name__)

Start: TypeAlias = Callable[[str, Sequence[str]], int]
"""Starts a scan of addresses of a site and returns its id."""

_ANY_NUMBER = 2**129
"""Networks of a site are looked into, not expanded, so they may be of any size."""
_BATCH = 256
"""Devices collected in one scan."""


@dataclass(frozen=True, slots=True)
class RescanSite:
    """A site: addresses that may be collected, and those that never are."""

    site: str
    allowed: Targets
    refused: Targets


def rescan_site(
    site: str, networks: Sequence[str], exclude: Sequence[str]
) -> RescanSite:
    """Return a site from the targets and exclusions of its scans.

    Raises:
        TargetError: One of them is no network, range or address.
    """

    def addresses(of: Sequence[str]) -> Targets:
        if not of:
            return Targets((), {}, ())
        return parse_targets(of, resolve=lambda _: (), limit=_ANY_NUMBER)

    return RescanSite(site, addresses(networks), addresses(exclude))


def device_of_notice(
    engine: Engine,
    places: Sequence[RescanSite],
    notice: Notice,
    at: str | None = None,
) -> tuple[str, str] | None:
    """Return address and site of the device a notice is about, None for a stranger.

    A notice may come from another address than the one a device is reached at, or be
    passed on by a proxy: the address it names counts first, where that is one of ours;
    else the one it came from. What a site excludes is never ours.

    Args:
        engine: The database.
        places: The sites.
        notice: What was heard.
        at: The site whose collector heard it: no other one is meant.
    """
    if at is not None:
        places = [each for each in places if each.site == at]
    sites = {each.site for each in places} if at is None else {at}
    for address in dict.fromkeys((notice.agent, notice.source)):
        if address is None:
            continue
        found = _known(engine, address, at)
        if found is None or (sites and found[1] not in sites):
            inside = (each.site for each in places if address in each.allowed)
            site = next(inside, None)
            found = None if site is None else (address, site)
        if found is not None:
            address, site = found
            refused = (e.refused for e in places if e.site == site)
            return None if any(address in each for each in refused) else found
    return None


def _known(engine: Engine, address: str, at: str | None) -> tuple[str, str] | None:
    """Return where the device at an address is reached, and its site.

    That is the device that was reached there; or else the one device that says it
    holds the address, if it is only one: many have the same private ones.
    """
    device, held = (
        SQLModel.metadata.tables[name] for name in ("device", "device_address")
    )
    here = true() if at is None else device.c.site == at
    living = (device.c.merged_at.is_(None), device.c.managed.is_(True), here)
    columns = device.c.address, device.c.site
    reached = select(*columns).where(device.c.address == address, *living)
    holding = (
        select(*columns)
        .join(held, held.c.device_id == device.c.id)
        .where(held.c.ip == address, held.c.removed_at.is_(None), *living)
        .where(device.c.address.is_not(None))
    )
    with engine.connect() as connection:
        for query in (reached, holding):
            rows = connection.execute(query.distinct().limit(2)).all()
            if len(rows) == 1:
                return rows[0][0], rows[0][1]
    return None


class TrapRescans:
    """Turns notices into scans of the devices they are about.

    Not for several threads: the receiver's event loop calls it.
    """

    def __init__(
        self,
        engine: Engine,
        clock: Clock,
        places: Sequence[RescanSite],
        book: TrapLog,
        gate: NoticeGate,
    ) -> None:
        """Prepare.

        Args:
            engine: The database, to look up who is known.
            clock: Present moment as aware UTC, for the book.
            places: The sites and their networks.
            book: Where it is noted.
            gate: When a device's turn is.
        """
        self._engine = engine
        self._clock = clock
        self._places = places
        self._book = book
        self._gate = gate

    def hear(self, notice: Notice, now: float, at: str | None = None) -> None:
        """Take in a notice; `now` is seconds of a clock that never goes back.

        Args:
            notice: What was heard.
            now: Seconds.
            at: The site whose collector heard it; None: it was heard here.

        Raises:
            SQLAlchemyError: The database cannot be read.
        """
        found = device_of_notice(self._engine, self._places, notice, at)
        address, site = found or (notice.source, at or "")
        if found is None:
            state = "stranger"
        elif self._gate.hear(_key(site, address), notice, now):
            state = "waiting"
        else:
            state = "full"
        self._book.enter(self._clock(), notice, address, site, state)
        self._book.waiting = self._gate.waiting
        say = _log.info if state == "waiting" else _log.warning
        say(
            "notification: %s of %s, interface %s: %s",
            *(notice.kind, address, notice.if_index, state),
        )

    def collect(self, now: float, start: Start) -> list[int]:
        """Start the scans whose turn it is, one a site; return their ids."""
        chosen: dict[str, list[str]] = {}
        for key in self._gate.due(now, _BATCH):
            site, _, address = key.rpartition("|")
            chosen.setdefault(site, []).append(address)
        self._book.waiting = self._gate.waiting
        started = []
        for site, addresses in chosen.items():
            try:
                scan_id = start(site, addresses)
            except (InventoryError, TargetError) as error:
                _log.warning("notified devices are not collected: %s", error)
                self._book.settle(site, addresses, "failed", None)
            else:
                _log.info("scan %s collects %s", scan_id, ", ".join(addresses))
                self._book.settle(site, addresses, "collected", scan_id)
                started.append(scan_id)
        return started


def _key(site: str, address: str) -> str:
    return f"{site}|{address}"
