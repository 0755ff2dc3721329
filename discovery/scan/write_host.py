"""Writes hosts as they are collected: one transaction each, with their result.

Runs in the one writing thread of a scan. Hosts that have nothing but an address to
tell who they are wait until all address tables are read.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from datetime import timedelta
from functools import partial

import structlog
from sqlalchemy import bindparam, select

from collectors import macs
from collectors.facts import Clue, Observation, Reason
from discovery.access.login_guard import note_uses
from discovery.observations import codec
from discovery.observations.apply import Outcome, apply_visit
from discovery.observations.damage import entries_or_none
from discovery.observations.visit import Visit, make_visit
from discovery.scan import scan_rows
from discovery.scan.context import ScanContext
from discovery.scan.fence import FOR_ALL, Claim, ScanWork
from discovery.scan.hosts import Host
from discovery.scan.read_pbx import (
    PbxResult,
    addresses_of,
    note_on_host,
    write_reading,
    write_registered,
)
from discovery.scan.requests import HostResult, ScanRequest, failed_to_write
from discovery.scan.targets import Targets
from discovery.sentences import triple
from discovery.topology.incremental.before_visit import Before, before_visit, told_of
from discovery.topology.model import PROXY_LIMIT
from inventory.kernel.errors import DatabaseLocked
from inventory.kernel.texts import N_, Said
from inventory.network.scan_tables import ScanHost, StoredObservation
from inventory.network.tables import Device
from inventory.storage.rows import col, filled, id_of, table_of
from inventory.storage.work import UnitOfWork

FEW = 16
"""Devices of which the tables are kept as they were, to see what is new in them."""

KEPT = timedelta(days=15)
"""Longer than phones keep a made-up address that they change (two weeks at most): what
is there then is a machine that keeps it, such as a virtual one."""

_NAME = select(col(Device.name)).where(id_of(Device) == bindparam("device"))

log = structlog.get_logger("purser.scan")


class HostWriter:
    """Applies the hosts of one scan."""

    def __init__(
        self, context: ScanContext, claim: Claim, request: ScanRequest
    ) -> None:
        self._context = context
        self._claim = claim
        self._scan_id = claim.scan_id
        self._site = request.site
        self._deferred: list[tuple[Host, Visit]] = []
        self._visited: dict[int, Before] | None = {}

    def few_and_steady(self) -> list[Before] | None:
        """Return the devices visited, if few, and none told anything new of itself."""
        return None if self._visited is None else list(self._visited.values())

    def _note(self, before: Before | None) -> None:
        """Note who was visited, None for one that told something new of itself."""
        if before is None or self._visited is None or len(self._visited) >= FEW:
            self._visited = None
        else:
            self._visited[before.device_id] = before

    def _before(self, host: Host) -> list[Before]:
        """Return what is stored of an address, before it is written over."""
        if self._visited is None or len(self._visited) >= FEW:
            return []
        at = min((o.seen_at for o in host.observations), default=host.seen_at)
        with self._context.engine.connect() as connection:
            return before_visit(connection, self._site, host.address, at)

    def apply(self, host: Host) -> HostResult | None:
        """Apply a host; None if it has to wait for the address tables.

        What cannot be written is a result with its reason, like what cannot be read.

        Raises:
            ScanTakenOver: Another process has the scan.
            StorageError: The database failed for all hosts.
        """
        return self._bounded(host, lambda: self._match(host))

    def _match(self, host: Host) -> HostResult | None:
        if not host.observations:
            result = _result(host, Outcome("failed", None))
            self._record(result)
            return result
        visit = make_visit(host.observations, self._context.identify)
        if visit.is_weak:
            self._record(_result(host, Outcome(scan_rows.WAITING, None)))
            self._deferred.append((host, visit))
            return None
        return self._apply(host, visit)

    def apply_deferred(self) -> list[HostResult]:
        """Apply the hosts that waited, with the MACs that others know them by."""
        if not self._deferred:
            return []
        macs, proxied = self._macs()
        results = []
        for host, visit in self._deferred:
            mac, proxy = macs.get(host.address), proxied.get(host.address)
            shown = _mac_shown(visit) or mac
            if proxy is not None and _only_swept(visit):
                write = partial(self._answered_for, host, proxy)
            elif shown and _says_nothing(visit) and self._is_guest(host, shown):
                write = partial(self._guest, host, shown)
            else:
                write = partial(self._apply_known, host, visit, mac)
            result = self._bounded(host, write)
            results += [result] if result is not None else []
        self._deferred.clear()
        return results

    def _answered_for(self, host: Host, mac: str) -> HostResult:
        """Write that nobody is known to be at an address: one MAC answers for many."""
        detail = Said(
            N_(
                "{mac} answers for many addresses of this network, so nothing is known"
                " of a device here"
            ),
            mac=mac,
        )
        return self._unidentified(host, Reason.PROXY, detail)

    def _guest(self, host: Host, mac: str) -> HostResult:
        """Write that nobody could recognise again who is at an address."""
        detail = Said(
            N_(
                "{mac} is made up, as phones do anew from time to time, and nothing"
                " else is said, so that it could not be recognised again"
            ),
            mac=mac,
        )
        return self._unidentified(host, Reason.RANDOMISED, detail)

    def _unidentified(self, host: Host, reason: Reason, detail: str) -> HostResult:
        """Write why no device is made of what answered at an address."""
        result = HostResult(
            address=host.address,
            outcome="unidentified",
            reason=reason.value,
            detail=detail,
            collectors=host.collectors,
        )
        self._record(result)
        return result

    def _is_guest(self, host: Host, mac: str) -> bool:
        """Whether a made-up address came lately and no device is known there."""
        if not macs.is_randomised(mac):
            return False
        stored, seen = table_of(StoredObservation), table_of(ScanHost)
        here = select(stored.c.id).where(
            stored.c.site == self._site,
            stored.c.address == host.address,
            stored.c.device_id.is_not(None),
        )
        long_ago = select(seen.c.id).where(
            seen.c.address == host.address,
            seen.c.reason == Reason.RANDOMISED.value,
            seen.c.detail.startswith(mac),
            seen.c.finished_at <= self._context.clock() - KEPT,
        )
        with self._context.engine.connect() as connection:
            known = (connection.execute(q.limit(1)).first() for q in (here, long_ago))
            return not any(known)

    def _apply_known(self, host: Host, visit: Visit, mac: str | None) -> HostResult:
        if mac is not None:
            observations = [_with_mac(o, mac) for o in visit.observations]
            visit = make_visit(observations, self._context.identify)
        return self._apply(host, visit)

    def _bounded(
        self, host: Host, write: Callable[[], HostResult | None]
    ) -> HostResult | None:
        """Write a host; a failure that is not the database's own is its result."""
        try:
            try:
                return write()
            except DatabaseLocked:
                # Two writers met, or one took long: once more, all of it.
                return write()
        except FOR_ALL:
            raise
        except Exception as error:
            # The boundary where a fault of ours becomes a result: one device that
            # cannot be stored must not end the scan of all others.
            log.exception("a host cannot be written", address=host.address)
            self._visited = None
            result = failed_to_write(host.address, error)
            self._record(result)
            return result

    def silent(self, address: str, targets: Targets) -> None:
        """Write that an address that was named, or answered before, is silent."""
        name = targets.named.get(address, address)
        detail = Said(N_("nothing answered"))
        if name != address:
            detail = Said(N_("nothing answered ({name})"), name=name)
        reason = Reason.TIMED_OUT.value
        self._record(
            HostResult(address=address, outcome="silent", reason=reason, detail=detail)
        )

    def not_followed(self, result: HostResult) -> None:
        """Write why the crawl did not read an address, unless the scan has it."""
        host = table_of(ScanHost)
        query = select(host.c.id).where(
            host.c.scan_id == self._scan_id, host.c.address == result.address
        )
        with self._context.engine.connect() as connection:
            known = connection.execute(query).first()
        if known is None:
            self._record(result)

    def unresolved(self, names: Sequence[str]) -> None:
        """Write that host names have no address."""
        for name in names:
            self._record(
                HostResult(
                    address=name,
                    outcome="failed",
                    reason=Reason.UNREACHABLE.value,
                    detail=Said(
                        N_("the name has no address; check its spelling and the DNS")
                    ),
                )
            )

    def write_registered_phones(self, results: Sequence[PbxResult]) -> None:
        """Write the phones that telephone systems know, before places are drawn."""
        for source, reading in results:
            with self._apart(source.name), self._work() as work:
                write_registered(work, reading, self._context.identify)

    def note_pbx_results(self, results: Sequence[PbxResult]) -> None:
        """Write what telephone systems told, and how reading them went."""
        for source, reading in results:
            addresses = addresses_of(source, self._context.resolve)
            with self._apart(source.name), self._work() as work:
                note_on_host(work.connection, self._scan_id, addresses, reading)
                write_reading(work, source, reading)

    @contextmanager
    def _apart(self, name: str) -> Iterator[None]:
        """Keep what goes wrong with one telephone system from the others."""
        try:
            yield
        except FOR_ALL:
            raise
        except Exception as error:
            log.exception("a telephone system cannot be written", system=name)
            self._record(failed_to_write(name, error))

    def _apply(self, host: Host, visit: Visit) -> HostResult:
        before = self._before(host)
        with self._work() as work:
            outcome = apply_visit(work, visit, self._context.identify, alone=True)
            name = ""
            if outcome.device_id is not None:
                asked = {"device": outcome.device_id}
                name = work.connection.execute(_NAME, asked).scalar_one()
            note_uses(work.connection, visit.observations, outcome.device_id)
            result = replace(_result(host, outcome), device_name=name)
            scan_rows.record_host(
                work.connection, self._scan_id, self._context.clock(), result
            )
            steady = _steady(work, outcome, before)
            work.commit()
        self._note(steady)
        return result

    def _record(self, result: HostResult) -> None:
        with self._work() as work:
            scan_rows.record_host(
                work.connection, self._scan_id, self._context.clock(), result
            )
            work.commit()

    def _work(self) -> UnitOfWork:
        return ScanWork(self._context.engine, self._claim, self._context.clock)

    def _macs(self) -> tuple[dict[str, str], dict[str, str]]:
        """Return address -> MAC where all address tables of the site agree.

        Those that a MAC answers for in great number are given apart.
        """
        query = select(filled(StoredObservation.arp)).where(
            col(StoredObservation.site) == self._site,
            col(StoredObservation.arp).is_not(None),
        )
        found: dict[str, set[str]] = defaultdict(set)
        answers_for: dict[str, set[str]] = defaultdict(set)
        with self._context.engine.connect() as connection:
            for stored in connection.scalars(query):
                for entry in entries_or_none(codec.decode_arp, stored):
                    found[entry.ip].add(entry.mac)
                    answers_for[entry.mac].add(entry.ip)
        agreed = {ip: next(iter(m)) for ip, m in found.items() if len(m) == 1}
        proxies = {m for m, ips in answers_for.items() if len(ips) > PROXY_LIMIT}
        return (
            {ip: mac for ip, mac in agreed.items() if mac not in proxies},
            {ip: mac for ip, mac in agreed.items() if mac in proxies},
        )


def _steady(
    work: UnitOfWork, outcome: Outcome, before: Sequence[Before]
) -> Before | None:
    """Return how a device was, if it alone was written and tells nothing new.

    What it tells of its own state, its software or its users does not matter here.
    """
    mine = [each for each in before if each.device_id == outcome.device_id]
    if outcome.outcome != "same" or outcome.device_id is None or len(mine) != 1:
        return None
    if not outcome.steady:
        itself = ("device", str(outcome.device_id))
        if not work.noted <= {itself}:
            return None
        if told_of(work.connection, outcome.device_id) != mine[0].told:
            return None
        if mine[0].is_radio:
            return None
    return mine[0]


def _only_swept(visit: Visit) -> bool:
    """Whether nothing was read: something answered, as a proxy does as well."""
    return all(
        o.collector in ("sweep", "dns") and all(c.kind != "ssh-banner" for c in o.clues)
        for o in visit.observations
    )


def _says_nothing(visit: Visit) -> bool:
    """Whether a host answers ping, or ARP, and nothing else at all."""
    told = (c.kind for o in visit.observations for c in o.clues)
    return _only_swept(visit) and not {"open-port", "name"} & set(told)


def _mac_shown(visit: Visit) -> str | None:
    """Return the address of the card, where it is on our own segment."""
    shown = (c.value for o in visit.observations for c in o.clues if c.kind == "mac")
    return next(shown, None)


def _with_mac(observation: Observation, mac: str) -> Observation:
    others = tuple(c for c in observation.clues if c.kind != "mac")
    return replace(observation, clues=(*others, Clue("mac", mac, "arp")))


def _result(host: Host, outcome: Outcome) -> HostResult:
    problems = tuple(triple(one) for one in host.problems)
    return HostResult(
        address=host.address,
        outcome=outcome.outcome,
        reason=problems[0][1] if problems else None,
        detail=Said.joined(outcome.reasons),
        device_id=outcome.device_id,
        collectors=host.collectors,
        problems=problems,
    )
