"""Matching, applying and topology with 10,000 devices in the database.

Sizes may be made smaller by CAMPUS_BUILDINGS, to try it out. With CAMPUS_RINGS=1 the
access switches are cabled in rings.
"""

from __future__ import annotations

import os
import resource
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import timedelta
from itertools import islice

import pytest
from sqlalchemy import Engine, text

from collectors.facts import Clue, Observation
from discovery.observations.apply import apply_visit
from discovery.observations.visit import make_visit
from discovery.topology.compute import compute_topology
from discovery.topology.load_site import load_site
from inventory.storage.engine import repeatable
from inventory.storage.work import UnitOfWork
from tests.bench.campus import Campus, Size, fill
from tests.discovery.fakes import T0, PlainIdentify, box, mac

IDENTIFY = PlainIdentify()
VISITS = 300


@contextmanager
def timed(told: Callable[[str], None], what: str, count: int) -> Iterator[None]:
    wall, cpu = time.perf_counter(), time.process_time()
    yield
    wall, cpu = time.perf_counter() - wall, time.process_time() - cpu
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024
    told(
        f"{what:34} {wall:8.2f} s wall {cpu:8.2f} s CPU"
        f" {count / wall:10,.0f}/s {count / cpu:10,.0f}/s of CPU, peak {peak} MB"
    )


def apply(engine: Engine, seen: Observation) -> str:
    # Hardware tells the type too, so that the devices stay switches.
    seen = replace(seen, clues=(*seen.clues, Clue("type", "switch", "bench")))
    visit = make_visit([seen], IDENTIFY)
    with UnitOfWork(engine, actor="bench", clock=lambda: T0) as work:
        outcome = apply_visit(work, visit, IDENTIFY)
        work.commit()
    return outcome.outcome


@pytest.mark.bench
@pytest.mark.timeout(3000)
def test_ten_thousand_devices(
    engine: Engine, capsys: pytest.CaptureFixture[str]
) -> None:
    engine = repeatable(engine)
    size = Size(
        buildings=int(os.environ.get("CAMPUS_BUILDINGS", "196")),
        rings=os.environ.get("CAMPUS_RINGS") == "1",
        beyond=20,
    )

    def told(line: str) -> None:
        with capsys.disabled():
            print(line, flush=True)

    told(f"\n{engine.dialect.name}")
    with timed(told, "rows inserted", size.switches):
        counts = fill(engine, size)
    told(" ".join(f"{name} {count:,}" for name, count in counts.items()))
    if engine.dialect.name == "postgresql":
        with engine.connect().execution_options(isolation_level="AUTOCOMMIT") as c:
            c.execute(text("ANALYZE"))
    step = max(size.switches // VISITS, 1)
    known = list(islice(Campus(size).observations(), 4, None, step))[:VISITS]
    for seen in known:
        # The inserted rows lack fields; the first visit fills them in.
        assert apply(engine, seen) == "same"
    with timed(told, "visits, nothing changed", len(known)):
        for seen in known:
            apply(engine, replace(seen, seen_at=T0 + timedelta(hours=1)))
    with timed(told, "visits, a port renamed", len(known)):
        for seen in known:
            first, *rest = seen.interfaces
            ports = (replace(first, alias="renamed"), *rest)
            at = T0 + timedelta(hours=2)
            assert apply(engine, replace(seen, interfaces=ports, seen_at=at)) == "same"
    with timed(told, "visits, new switches", VISITS):
        for n in range(VISITS):
            macs = [mac(15_000_000 + n * 64 + port) for port in range(50)]
            seen = box(f"10.200.{n >> 8}.{n & 255}", serial=f"NEW{n:06}", macs=macs)
            assert apply(engine, replace(seen, site="campus")) == "new"
    rows = counts["fdb"]
    with timed(told, "network read", rows), engine.connect() as connection:
        found = load_site(connection, "campus", since=T0 - timedelta(days=1))
    with timed(told, "topology drawn", rows):
        drawn = compute_topology(found.network)
    placed = sum(place.port is not None for place in drawn.places.values())
    told(f"{len(drawn.links):,} links, {placed:,} of {len(drawn.places):,} MACs placed")
    cables = size.switches - 1 + size.rings * size.buildings * (size.access - 1)
    assert abs(len(drawn.links) - cables) <= size.buildings * 4 + size.cores
    assert placed >= 0.99 * len(drawn.places)
