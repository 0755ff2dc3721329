"""What scanning one device again costs in a site of 100, 300 and 1,000 switches.

CPU seconds of the whole scan of one switch, by what is new in its tables. Sizes may be
chosen by ONE_DEVICE_SIZES, e.g. `104,308`.
"""

from __future__ import annotations

import gc
import os
import time
from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta

import pytest
from sqlalchemy import Engine

from collectors.facts import ArpEntry, Clue, FdbEntry, Observation
from discovery.scan.requests import Progress, ScanOptions, ScanRequest
from tests.bench.campus import Campus, Size, computer
from tests.discovery.fake_network import FakeNetwork
from tests.discovery.fakes import T0
from tests.discovery.scanning import scan

OPTIONS = ScanOptions(
    tcp_ports=(), ssh_ports=(), sip_port=None, chunk=256, concurrency=1
)
SIZES = [int(n) for n in os.environ.get("ONE_DEVICE_SIZES", "104,308,1020").split(",")]


class Site:
    """A campus that is scanned as a whole once, then one switch at a time."""

    def __init__(self, engine: Engine, switches: int) -> None:
        self.engine = engine
        self.hours = 0
        self.found = {seen.address: self._told(seen) for seen in self._made(switches)}
        # What the bench itself keeps of all switches is not walked by the collector.
        gc.collect()
        gc.freeze()

    def _made(self, switches: int) -> list[Observation]:
        size = Size(buildings=max(1, switches // 51))
        return list(Campus(size).observations())

    def _told(self, seen: Observation) -> Observation:
        is_switch = (Clue("type", "switch", "bench"),)
        arp = [
            ArpEntry(ip=f"10.9.{n >> 8}.{n & 255}", mac=row.mac)
            for n, row in enumerate(seen.fdb)
            if seen.system and (seen.system.name or "").startswith("dist")
        ]
        return replace(seen, clues=is_switch, arp=tuple(arp))

    def scan(self, *addresses: str) -> tuple[float, Progress]:
        """Scan some addresses; return CPU seconds and how it went."""
        self.hours += 1
        wanted = ScanRequest(targets=addresses, site="campus", options=OPTIONS)
        network = FakeNetwork({at: self.found[at] for at in addresses})
        now = T0 + timedelta(hours=self.hours)
        began = time.process_time()
        done = scan(network, self.engine, lambda: now, wanted)
        return time.process_time() - began, done

    def with_rows(self, address: str, *rows: tuple[str, int]) -> None:
        seen = self.found[address]
        more = tuple(FdbEntry(mac=m, if_index=p, vlan=10) for m, p in rows)
        self.found[address] = replace(seen, fdb=(*seen.fdb, *more))

    def without(self, address: str, mac: str) -> None:
        seen = self.found[address]
        left = tuple(row for row in seen.fdb if row.mac != mac)
        self.found[address] = replace(seen, fdb=left)


def _measure(site: Site, told: Callable[[str], None]) -> None:
    addresses = list(site.found)
    whole, _ = site.scan(*addresses)
    told(f"{len(addresses)} switches, the first scan: {whole:.2f} s of CPU")
    left, right = addresses[8], addresses[9]
    steps: list[tuple[str, Callable[[], None]]] = [
        ("the same tables", lambda: None),
        ("a new MAC", lambda: site.with_rows(left, ("3c:52:ff:00:00:01", 30))),
        (
            "a computer moved here",
            lambda: site.with_rows(left, (computer(0, right_access(site), 3), 31)),
        ),
        ("who moved away is gone", lambda: site.without(left, computer(0, 3, 5))),
    ]
    for what, change in steps:
        change()
        used, done = site.scan(left)
        counts = done.counts()
        told(f"  {what:24} {used:7.3f} s, whole {counts['whole']}")
    assert right


def right_access(site: Site) -> int:
    """The access switch of the building which the computer comes from."""
    return 7


@pytest.mark.bench
@pytest.mark.timeout(3000)
@pytest.mark.parametrize("switches", SIZES)
def test_one_switch_again(
    engine: Engine, capsys: pytest.CaptureFixture[str], switches: int
) -> None:
    def told(line: str) -> None:
        with capsys.disabled():
            print(line, flush=True)

    told(f"\n{engine.dialect.name}")
    _measure(Site(engine, switches), told)
