"""After all hosts: endpoints, links, places, reconciliation.

Everything here is computed from what is stored, so it may be run again at any time and
then changes nothing.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence, Set
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

import structlog
from sqlalchemy import Connection, select

import inventory.network.tables  # noqa: F401  (fills the metadata)
from collectors.facts import Observation
from discovery.observations.apply import apply_visit
from discovery.observations.fact_rows import move_told, told_again
from discovery.observations.store import announced_only, answering, forget
from discovery.observations.visit import make_visit
from discovery.reconciliation.adopt import adopt_by_rules
from discovery.reconciliation.compare_some import reconcile_some
from discovery.reconciliation.service import reconcile_all
from discovery.scan import scan_rows
from discovery.scan.context import ScanContext
from discovery.scan.ending.earlier import changed_since_compared, whole_since
from discovery.scan.ending.named_later import named_later
from discovery.scan.ending.neighbour_reasons import Asked, neighbour_reasons
from discovery.scan.ending.topology_rows import (
    as_neighbour,
    link_rows,
    neighbours_found,
    sighting_rows,
)
from discovery.scan.fence import FOR_ALL, Claim, ScanWork
from discovery.scan.requests import ScanRequest, failed_to_write
from discovery.topology.compute import Known, compute_topology, known_in
from discovery.topology.endpoints import (
    HeardAnnouncement,
    announced_endpoints,
    learned_endpoints,
    listed_macs,
    recognised,
)
from discovery.topology.expiry import expire
from discovery.topology.incremental.before_visit import Before
from discovery.topology.incremental.confirm import Confirmed, confirmed
from discovery.topology.incremental.few_places import Doubts, FewPlaces, Part
from discovery.topology.incremental.read_parts import SiteParts
from discovery.topology.load_site import SiteNetwork, load_site
from inventory.kernel.events import NetworkCompared
from inventory.network.findings.write import look_for_findings
from inventory.network.merge_devices import merge_device
from inventory.network.topology_tables import DeviceNeighbour
from inventory.network.write_topology import (
    confirm_rows,
    write_links,
    write_neighbours,
    write_sightings,
)
from inventory.storage.rows import col, id_of, table_of
from inventory.storage.work import UnitOfWork

_neighbour = table_of(DeviceNeighbour)
_BATCH = 50
WHOLE_EVERY = timedelta(hours=24)
"""At least so often the whole site is looked at, whatever was visited."""

log = structlog.get_logger("purser.scan")


@dataclass(frozen=True, slots=True)
class Concluded:
    """How conclusions were drawn.

    Attributes:
        whole: From the whole site, not only from what was visited.
        missed: What that changed though nothing new was told: it should be nothing.
        compared: Devices were compared with the register.
    """

    whole: bool = True
    missed: int = 0
    compared: bool = True


def finish_scan(
    context: ScanContext,
    request: ScanRequest,
    claim: Claim,
    started_at: datetime,
    told: Sequence[Before] | None = None,
    *,
    others: Sequence[Asked] = (),
) -> Concluded:
    """Draw the conclusions that need the whole network.

    What is stored is read first and written later, so that the caller has to keep
    other scans of the site away: see `inventory.storage.exclusive`.

    Args:
        context: What to work with.
        request: What was asked for.
        claim: The scan.
        started_at: When it began.
        told: The devices visited, if they are few and told nothing new of themselves:
            then only what their tables say of others is looked at. Once a day the
            whole is looked at anyway.
        others: Scans of the site that are concluded with it, as they became ready.
    """
    scans = (*others, Asked(claim.scan_id, request, started_at))
    since = min(each.started_at for each in scans)
    believed = timedelta(days=request.options.place_days)
    finishing = _Finish(context, request.site, claim, since - believed)
    seen = None if told is None else finishing.seen_again(told)
    if told is not None and seen is not None and finishing.is_whole_fresh(started_at):
        touched = finishing.few(told, seen)
        if touched is not None:
            finishing.findings(touched | finishing.expiry(request))
            return finishing.compare_few(request, touched)
    finishing.endpoints()
    changed = finishing.topology(scans)
    finishing.expiry(request)
    finishing.reconciliation(request)
    finishing.findings()
    expected = seen is None or any(each.doubts for each in seen)
    if changed and not expected:
        log.warning("a whole pass found what small ones missed", changes=changed)
    return Concluded(missed=0 if expected else changed)


class _Finish:
    def __init__(
        self, context: ScanContext, site: str, claim: Claim, since: datetime
    ) -> None:
        self._context = context
        self._site = site
        self._claim = claim
        self._since = since
        self._survey: tuple[SiteNetwork, Known] | None = None
        self._before: SiteNetwork | None = None

    def _work(self) -> UnitOfWork:
        return ScanWork(self._context.engine, self._claim, self._context.clock)

    def seen_again(self, told: Sequence[Before]) -> list[Confirmed] | None:
        """Return what visits confirm; None if more than places may have changed."""
        with self._context.engine.connect() as connection:
            return confirmed(connection, self._site, told)

    def few(self, told: Sequence[Before], seen: Sequence[Confirmed]) -> set[int] | None:
        """Conclude what a few visits changed; None if the whole has to be looked at.

        Returns:
            The devices that were visited or are placed anew.
        """
        touched = {before.device_id for before in told}
        touched = touched.union(*(each.missed for each in seen))
        doubts = Doubts()
        for each in seen:
            doubts.macs.update(each.doubts.macs)
            doubts.ways.update(each.doubts.ways)
        if doubts:
            part = self._settled(told, doubts)
            if part is None:
                return None
            self._write_few(part)
            touched |= {
                d for m in part.drawn.places for d in part.found.known.get(m, ())
            }
        with self._work() as work:
            for each in seen:
                confirm_rows(work, each.sightings, each.links, each.at)
                move_told(
                    work, self._site, seen=each.seen, heard=each.heard, at=each.at
                )
            work.commit()
        return touched

    def _settled(self, told: Sequence[Before], doubts: Doubts) -> Part | None:
        """Return the part in doubt, once its endpoints are written."""
        with self._context.engine.connect() as connection:
            parts = SiteParts(connection, self._site, self._since)
            part = FewPlaces(parts, told, doubts).draw()
            if part and named_later(connection, self._site, part.found.addresses):
                return None
        if part is None:
            return None
        new = self._apply(self._unexplained(part.found, part.listed))
        if not new:
            return part
        names = {o.address for o in new} | {a.ip for o in new for a in o.addresses}
        with self._context.engine.connect() as connection:
            parts.go_on(connection, (o.address for o in new))
            if parts.is_announced(names):
                return None
            return FewPlaces(parts, told, doubts).draw()

    def _write_few(self, part: Part) -> None:
        found, drawn = part.found, part.drawn
        with self._work() as work:
            opened, closed = write_sightings(
                work,
                self._site,
                sighting_rows(found, drawn, self._context.clock()),
                ways=drawn.ways,
                among=sorted(drawn.places),
            )
            if opened or closed:
                counts = {"sightings_opened": opened, "sightings_closed": closed}
                work.audit("topology", self._site or "-", "update", None, counts)
            work.commit()

    def compare_few(self, request: ScanRequest, touched: set[int]) -> Concluded:
        """Compare some devices with the register."""
        if not self.is_register_changed():
            if not touched or self._compare(request, touched):
                return Concluded(whole=False, compared=False)
        self.reconciliation(request)
        return Concluded(whole=False)

    def _compare(self, request: ScanRequest, touched: set[int]) -> bool:
        """Compare some devices; False if all have to be."""
        options = request.options
        with self._work() as work:
            changed = reconcile_some(
                work,
                touched,
                missing_after=timedelta(days=options.missing_after_days),
                forgotten_after=timedelta(days=options.place_days),
            )
            if changed is None:
                return False
            if any(changed.values()):
                work.emit(NetworkCompared(site=self._site))
            work.commit()
        return not (changed["opened"] and self._context.adoption)

    def is_whole_fresh(self, now: datetime) -> bool:
        """Whether the whole site was looked at within a day."""
        with self._context.engine.connect() as connection:
            return whole_since(connection, self._site, now - WHOLE_EVERY)

    def is_register_changed(self) -> bool:
        """Whether somebody changed the register since it was last compared with."""
        with self._context.engine.connect() as connection:
            return changed_since_compared(connection)

    def endpoints(self) -> None:
        """Make devices of what was heard, then of MACs that nobody explained."""
        self._name(self._surveyed()[0])
        found, known = self._surveyed()
        macs = {ip: mac for mac, ips in found.addresses.items() for ip in ips}
        heard = list(self._heard(found, known))
        self._absorb(recognised(heard, self._site, macs))
        found, known = self._surveyed()
        new = self._apply(announced_endpoints(heard, self._site, macs))
        listed = listed_macs(found.network, known.ports, known.owner)
        with self._context.engine.connect() as connection:
            for mac in answering(connection, {each.address for each in new}):
                listed.pop(mac, None)
        self._apply(self._unexplained(found, listed))

    def _surveyed(self) -> tuple[SiteNetwork, Known]:
        """Return the site and who is who; read once, while no device changes."""
        if self._survey is None:
            with self._context.engine.connect() as connection:
                found = load_site(
                    connection, self._site, since=self._since, before=self._before
                )
            self._survey = found, known_in(found.network)
            self._before = found
        return self._survey

    def _unexplained(
        self, found: SiteNetwork, listed: Mapping[str, datetime | None]
    ) -> list[Observation]:
        """Return what tables tell of MACs that belong to no device that answers."""
        return learned_endpoints(
            listed,
            found.addresses,
            found.known,
            found.told_only,
            self._site,
            default=self._context.clock(),
        )

    def _name(self, found: SiteNetwork) -> None:
        """Tie hosts that had nothing but an address to the MACs they are known by."""
        with self._context.engine.connect() as connection:
            visits = named_later(connection, self._site, found.addresses)
        for observations in visits:
            self._survey = None
            with self._boundary(observations[0].address), self._work() as work:
                visit = make_visit(observations, self._context.identify)
                apply_visit(work, visit, self._context.identify, alone=True)
                work.commit()

    def _absorb(self, nodes: Mapping[str, int]) -> None:
        """End devices made of announcements of boxes that answer themselves by now."""
        with self._work() as work:
            for ghost, node in announced_only(work.connection, self._site, nodes):
                forget(work.connection, ghost)
                why = ("what announced it answers itself",)
                merge_device(work, ghost, node, self._context.clock(), why)
                self._survey = None
            work.commit()

    def _apply(self, observations: Sequence[Observation]) -> list[Observation]:
        """Write what others told of devices; return what of it is new."""
        with self._work() as work:
            differs = told_again(work, self._site, observations)
            work.commit()
        if differs:
            self._survey = None
        for batch in _batches(differs):
            try:
                self._write(batch)
            except FOR_ALL:
                raise
            except Exception as error:  # noqa: BLE001
                # One of them cannot be written: which one is found by itself.
                log.warning("endpoints one by one", error=type(error).__name__)
                for observation in batch:
                    self._write_alone(observation)
        return differs

    def _write(self, batch: Sequence[Observation]) -> None:
        with self._work() as work:
            for observation in batch:
                visit = make_visit([observation], self._context.identify, address="")
                apply_visit(work, visit, self._context.identify)
            work.commit()

    def _write_alone(self, observation: Observation) -> None:
        with self._boundary(_name_of(observation)):
            self._write([observation])

    @contextmanager
    def _boundary(self, address: str) -> Iterator[None]:
        """Note what cannot be written of a host as its reason, and go on."""
        try:
            yield
        except FOR_ALL:
            raise
        except Exception as error:
            log.exception("a host cannot be written", address=address)
            failed = failed_to_write(address, error)
            with self._work() as work:
                scan_rows.record_host(
                    work.connection, self._claim.scan_id, self._context.clock(), failed
                )
                work.commit()

    def _heard(self, found: SiteNetwork, known: Known) -> Iterator[HeardAnnouncement]:
        keys = {row_id: key for key, row_id in found.heard.items()}
        with self._context.engine.connect() as connection:
            rows = _rows(connection, set(keys))
        for row in rows:
            at = found.read_at.get(row["device_id"])
            if at is None:
                continue
            remote = known.remotes.get(keys[row["id"]])
            node = found.network.nodes[remote.node] if remote else None
            yield HeardAnnouncement(
                neighbour=as_neighbour(row),
                node=node.id if node else None,
                kind=node.kind if node else "",
                managed=node.managed if node else False,
                at=at,
            )

    def topology(self, scans: Sequence[Asked]) -> int:
        """Write links, sightings and who the neighbours were; return the changes."""
        found, known = self._surveyed()
        drawn = compute_topology(found.network, known)
        now = self._context.clock()
        with self._work() as work:
            links = write_links(
                work,
                self._site,
                link_rows(found, drawn, now),
                heard_at=found.heard_at,
                learned_at=found.learned_at,
            )
            sightings = write_sightings(
                work,
                self._site,
                sighting_rows(found, drawn, now),
                ways=drawn.ways,
                nowhere=drawn.bridges,
            )
            reasons = neighbour_reasons(work.connection, found, drawn.remotes, scans)
            neighbours = write_neighbours(work, neighbours_found(found, drawn, reasons))
            if any((*links, *sightings, neighbours)):
                counts = {
                    "links_opened": links[0],
                    "links_closed": links[1],
                    "sightings_opened": sightings[0],
                    "sightings_closed": sightings[1],
                    "neighbours_changed": neighbours,
                }
                work.audit("topology", self._site or "-", "update", None, counts)
            work.commit()
        return sum((*links, *sightings, neighbours))

    def expiry(self, request: ScanRequest) -> frozenset[int]:
        """Believe no longer what was not confirmed for long; return whose it was."""
        options = request.options
        with self._work() as work:
            expired = expire(
                work,
                self._site,
                place=timedelta(days=options.place_days),
                history=timedelta(days=options.history_days),
            )
            work.commit()
        return expired.devices

    def findings(self, among: Set[int] | None = None) -> None:
        """Look for what a person should look at, with some devices or with all."""
        with self._work() as work:
            look_for_findings(work, devices=among)
            work.commit()

    def reconciliation(self, request: ScanRequest) -> None:
        """Compare devices with the register; adopt what the rules say."""
        days = timedelta(days=request.options.missing_after_days)
        forgotten = timedelta(days=request.options.place_days)
        self._reconcile(days, forgotten)
        if adopt_by_rules(self._work, self._context.adoption, self._site):
            self._reconcile(days, forgotten)

    def _reconcile(self, missing: timedelta, forgotten: timedelta) -> None:
        with self._work() as work:
            reconcile_all(work, missing_after=missing, forgotten_after=forgotten)
            work.emit(NetworkCompared(site=self._site))
            work.commit()


def _name_of(observation: Observation) -> str:
    """Return what an endpoint is called in the list of hosts: its address, if any."""
    macs = (clue.value for clue in observation.clues if clue.kind == "mac")
    return observation.address or next(macs, "endpoint")


def _batches(found: Sequence[Observation]) -> Iterator[Sequence[Observation]]:
    for start in range(0, len(found), _BATCH):
        yield found[start : start + _BATCH]


def _rows(connection: Connection, ids: set[int]) -> list[Mapping[str, Any]]:
    query = select(_neighbour).where(col(DeviceNeighbour.removed_at).is_(None))
    found = connection.execute(query.order_by(id_of(DeviceNeighbour))).mappings()
    return [dict(row) for row in found if row["id"] in ids]
