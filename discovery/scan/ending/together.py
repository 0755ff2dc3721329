"""Scans of one site that end together are concluded once, for all that wait.

A scan that has visited everything says so in its row, and waits for its turn. Whose
turn it is looks who waits, and only then at what is stored: so it concludes for all of
them. Who says so later is concluded for by the next one. A process that is killed in
between leaves every row waiting, its own as well, and its turn to the next.
"""

from __future__ import annotations

import threading
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import datetime

import structlog
from sqlalchemy import Engine, select, update

from discovery.scan.context import ScanContext
from discovery.scan.ending.conclude import Concluded, finish_scan
from discovery.scan.ending.neighbour_reasons import Asked
from discovery.scan.fence import Claim, ScanWork
from discovery.scan.requests import ScanOptions, ScanRequest
from discovery.topology.incremental.before_visit import Before
from inventory.network.scan_tables import Scan
from inventory.storage.exclusive import one_at_a_time
from inventory.storage.rows import col, id_of, table_of

_scan = table_of(Scan)

MOST = 16
"""Devices of small scans that are concluded together without looking at the whole."""

log = structlog.get_logger("purser.scan")


class Beside:
    """What the small scans of this process visited, while they wait.

    A small scan tells nothing new but of others; who concludes for it without looking
    at the whole site has to know what was stored before it.
    """

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._told: dict[Claim, Sequence[Before]] = {}

    @contextmanager
    def waiting(self, claim: Claim, told: Sequence[Before] | None) -> Iterator[None]:
        """Keep what a scan visited while the block runs; None: it is not small."""
        if told is None:
            yield
            return
        with self._lock:
            self._told[claim] = told
        try:
            yield
        finally:
            with self._lock:
                del self._told[claim]

    def told(self, claim: Claim) -> Sequence[Before] | None:
        """Return what a scan visited; None if it is not small, or runs elsewhere."""
        with self._lock:
            return self._told.get(claim)


@dataclass(frozen=True, slots=True)
class Waiting:
    """A scan that waits to be concluded."""

    claim: Claim
    asked: Asked
    ready_at: datetime


@contextmanager
def concluded(
    context: ScanContext,
    request: ScanRequest,
    claim: Claim,
    told: Sequence[Before] | None,
    beside: Beside,
) -> Iterator[Concluded]:
    """See the conclusions drawn, by us or by another; yield while it is our turn.

    Args:
        context: What to work with.
        request: What was asked for.
        claim: The scan, which has visited everything.
        told: As in `finish_scan`.
        beside: Of all scans of this process.

    Raises:
        ScanTakenOver: Another process has the scan.
    """
    with beside.waiting(claim, told):
        _say_ready(context, claim)
        with one_at_a_time(context.engine, "conclusions", request.site):
            yield _conclude(context, request, claim, beside)


def _say_ready(context: ScanContext, claim: Claim) -> None:
    with ScanWork(context.engine, claim, context.clock) as work:
        work.connection.execute(
            update(_scan)
            .where(id_of(Scan) == claim.scan_id)
            .values(ready_at=context.clock(), concluded_by=None)
        )
        work.commit()


def _conclude(
    context: ScanContext, request: ScanRequest, claim: Claim, beside: Beside
) -> Concluded:
    with context.engine.connect() as connection:
        claim.check(connection)
    waiting = _waiting(context.engine, request.site)
    own = next((each for each in waiting if each.claim == claim), None)
    if own is None:
        return Concluded(whole=False, compared=False)
    kept = _how_long(request.options)
    alike = [w for w in waiting if _how_long(w.asked.request.options) == kept]
    small, told = _small(own, alike, beside)
    others = [each.asked for each in alike if each is not own]
    done = finish_scan(
        context, request, claim, own.asked.started_at, told, others=others
    )
    covered = alike if done.whole else small
    _note(context, claim, covered)
    if len(covered) > 1:
        log.info("concluded together", scans=[w.claim.scan_id for w in covered])
    return done


def _waiting(engine: Engine, site: str) -> list[Waiting]:
    """Return who waits to be concluded, as they became ready."""
    columns = ("id", "attempt", "ready_at", "started_at", "request")
    query = (
        select(*(_scan.c[name] for name in columns))
        .where(
            col(Scan.site) == site,
            col(Scan.state) == "running",
            col(Scan.ready_at).is_not(None),
        )
        .order_by(_scan.c.ready_at, _scan.c.id)
    )
    with engine.connect() as connection:
        rows = connection.execute(query).all()
    return [
        Waiting(
            Claim(row.id, row.attempt),
            Asked(row.id, ScanRequest.from_json(row.request), row.started_at),
            row.ready_at,
        )
        for row in rows
    ]


def _how_long(options: ScanOptions) -> tuple[int, int, int]:
    """Return what of a request decides about the whole site."""
    return options.place_days, options.history_days, options.missing_after_days


def _small(
    own: Waiting, waiting: Sequence[Waiting], beside: Beside
) -> tuple[list[Waiting], list[Before] | None]:
    """Return the small scans to conclude together, and what they visited.

    None if our own is not small.
    """
    mine = beside.told(own.claim)
    if mine is None:
        return [own], None
    together, told = [own], {each.device_id: each for each in mine}
    for one in waiting:
        more = None if one is own else beside.told(one.claim)
        if more is None:
            continue
        both = _joined(told, more)
        if len(both) <= MOST:
            together, told = [*together, one], both
    return together, list(told.values())


def _joined(told: dict[int, Before], more: Sequence[Before]) -> dict[int, Before]:
    """Add visits to others: of two of one device, from the first to the last."""
    found = dict(told)
    for each in more:
        other = found.get(each.device_id, each)
        first, last = sorted((other, each), key=lambda before: before.at)
        found[each.device_id] = replace(first, at=last.at)
    return found


def _note(context: ScanContext, claim: Claim, covered: Sequence[Waiting]) -> None:
    """Say of scans that they are concluded, unless they wait anew."""
    with ScanWork(context.engine, claim, context.clock) as work:
        for one in covered:
            work.connection.execute(
                update(_scan)
                .where(
                    id_of(Scan) == one.claim.scan_id,
                    col(Scan.attempt) == one.claim.attempt,
                    col(Scan.ready_at) == one.ready_at,
                )
                .values(ready_at=None, concluded_by=claim.scan_id)
            )
        work.commit()
