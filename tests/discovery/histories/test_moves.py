"""Random months: nobody is moved who did not move, and moves are seen in time.

Scans of the whole, of parts, with switches that fail or break off, and scans that a
trap asked for. What is judged are the stored rows: the places of each MAC one after
the other.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path
from shutil import copyfile

import pytest
from sqlalchemy import Engine, text

from collectors.errors import TimedOut
from collectors.facts import Observation
from collectors.snmp.notifications import Notice, NoticeGate
from discovery.notifications.trap_log import TrapLog
from discovery.notifications.trap_rescans import TrapRescans, rescan_site
from discovery.scan.requests import ScanRequest
from inventory.storage.engine import make_engine
from tests.discovery.fake_network import FakeNetwork
from tests.discovery.flooding.bridged_lan import Bridge
from tests.discovery.histories.floors import Floor, Host, Spot, Stay
from tests.discovery.scanning import SMALL, scan

DAYS = 30
DAY = 86_400.0


@dataclass(slots=True)
class Tally:
    """What came of a month.

    Attributes:
        moves: Moves after which the station said something.
        in_time: Moves shown after the first scan that could know.
        late: Days that each of the others took.
        missed: Moves that a scan could know and that were never shown.
        unknowable: Moves of which no reading could tell before the next one.
        wrong: What is false, in words.
    """

    moves: int = 0
    in_time: int = 0
    late: list[float] = field(default_factory=list)
    missed: int = 0
    unknowable: int = 0
    scans: Counter[str] = field(default_factory=Counter)
    wrong: list[str] = field(default_factory=list)


class Month:
    """One floor over a month, scanned into one database."""

    def __init__(self, engine: Engine, seed: int, days: int = DAYS) -> None:
        self.engine = engine
        self.floor = Floor(seed)
        self.random = self.floor.random
        self.days = days
        self.tally = Tally()
        self.known: dict[tuple[str, int], datetime] = {}
        """(MAC, number of the stay) -> first scan that could know of it."""
        self.shown: dict[tuple[str, int], datetime] = {}
        self.gate = NoticeGate(5.0, 60.0)
        self.traps = TrapRescans(
            engine,
            lambda: self.floor.now,
            [rescan_site("", ["10.0.0.0/24"], [])],
            TrapLog(),
            self.gate,
        )

    def run(self) -> Tally:
        self._wait(100.0)
        self._scan("full", self.floor.switches)
        for number in range(1, self.days):
            self._wait(number * DAY - self.floor.lan.now)
            self.floor.talk(0.5)
            self._happen()
            self._wait(60.0)
            self.floor.talk(0.9)
            self._scan(*self._kind())
        self._judge()
        return self.tally

    def _wait(self, seconds: float) -> None:
        self.floor.lan.now += seconds

    def _happen(self) -> None:
        """Let a few things happen, a minute apart."""
        for _ in range(self.random.randrange(4)):
            what = self.random.choice(("move", "move", "doze", "doze", "arrive"))
            if what == "arrive":
                self.floor.arrive()
            elif what == "doze":
                self.floor.doze()
            else:
                self._move()
            self._wait(60.0)

    def _move(self) -> None:
        host, left, entered = self.floor.move()
        if host.awake and self.random.random() < 0.7:
            self.floor.says(host)
        for bridge, kind in ((left, "link-down"), (entered, "link-up")):
            if self.random.random() < 0.3:
                notice = Notice(source=self.floor.address(bridge), kind=kind)
                self.traps.hear(notice, self.floor.lan.now)
        self._wait(10.0)
        self.traps.collect(self.floor.lan.now, self._notified)

    def _notified(self, _site: str, addresses: Sequence[str]) -> int:
        bridges = [b for b in self.floor.switches if self.floor.address(b) in addresses]
        self._scan("trap", bridges)
        return 1

    def _kind(self) -> tuple[str, list[Bridge]]:
        kind = self.random.choice(("full", "part", "part", "failed", "cut"))
        if kind == "part":
            some = self.random.randrange(1, len(self.floor.switches))
            return kind, self.random.sample(self.floor.switches, some)
        return kind, self.floor.switches

    def _scan(self, kind: str, bridges: Sequence[Bridge]) -> None:
        hosts: dict[str, Observation | Exception | None] = {}
        whole: list[Bridge] = []
        for bridge in bridges:
            broken = kind in ("failed", "cut") and self.random.random() < 0.4
            address = self.floor.address(bridge)
            if broken and kind == "failed":
                hosts[address] = TimedOut()
            elif broken:
                hosts[address] = self.floor.told(bridge, cut=self.random.random())
            else:
                hosts[address] = self.floor.told(bridge)
                whole.append(bridge)
        wanted = ScanRequest(targets=tuple(hosts), options=SMALL)
        scan(FakeNetwork(hosts), self.engine, lambda: self.floor.now, wanted)
        self.tally.scans[kind] += 1
        self.floor.log.append(f"{self.floor.now} {kind} {sorted(hosts)}")
        self._note(whole)

    def _note(self, whole: Sequence[Bridge]) -> None:
        """Note which places could be known now, and which are shown."""
        now = self.floor.now
        learned = {
            (m, self.floor.spot_of(bridge, port))
            for bridge in whole
            for _, m, port in self.floor.lan.table(bridge)
        }
        shown = self._open()
        for host in self.floor.hosts:
            number, stay = len(host.stays) - 1, host.stays[-1]
            if any((host.mac, spot) in learned for spot in stay.spots):
                self.known.setdefault((host.mac, number), now)
            if shown.get(host.mac, set()) & stay.spots:
                self.shown.setdefault((host.mac, number), now)

    def _open(self) -> dict[str, set[Spot]]:
        found: dict[str, set[Spot]] = defaultdict(set)
        for mac, device, port, closed in self._sightings():
            if closed is None and device and port:
                found[mac].add((device, port))
        return found

    def _sightings(self) -> list[tuple[str, str | None, str | None, str | None]]:
        query = text(
            "SELECT s.mac, d.name, i.name, s.closed_at FROM sighting s"
            " LEFT JOIN device d ON d.id = s.device_id"
            " LEFT JOIN interface i ON i.id = s.interface_id ORDER BY s.id"
        )
        with self.engine.connect() as connection:
            return [tuple(row) for row in connection.execute(query)]

    def _judge(self) -> None:
        rows: dict[str, list[Spot]] = defaultdict(list)
        for mac, device, port, _ in self._sightings():
            spot = (device or "", port or "")
            if device and rows[mac][-1:] != [spot]:
                rows[mac].append(spot)
        for host in self.floor.hosts:
            if fault := untrue(host.stays, rows[host.mac]):
                self.tally.wrong.append(f"{host.mac} {fault}")
            self._count_moves(host)
        drawn = {frozenset(pair) for pair in self._links()}
        for pair in drawn - self.floor.cables():
            self.tally.wrong.append(f"invented link {sorted(pair)}")

    def _links(self) -> list[tuple[str, str]]:
        query = text(
            "SELECT a.name, b.name FROM link l JOIN device a ON a.id = l.a_device_id"
            " JOIN device b ON b.id = l.b_device_id"
        )
        with self.engine.connect() as connection:
            return [(row[0], row[1]) for row in connection.execute(query)]

    def _count_moves(self, host: Host) -> None:
        tally = self.tally
        for number, stay in enumerate(host.stays[1:], start=1):
            if stay.heard is None or host.stays[number - 1].spots == stay.spots:
                continue
            tally.moves += 1
            known = self.known.get((host.mac, number))
            shown = self.shown.get((host.mac, number))
            if known is None:
                tally.unknowable += 1
            elif shown is None:
                tally.missed += 1
            elif shown <= known:
                tally.in_time += 1
            else:
                tally.late.append((shown - known) / timedelta(days=1))


def untrue(stays: Sequence[Stay], rows: Sequence[Spot]) -> str | None:
    """Return what is false in the places that are told one after the other.

    Each has to be a place where the station was, or a port that leads there, and each
    next one has to be of a later stay: else somebody was moved who did not move.
    """
    at = -1
    for spot in rows:
        fits = [n for n, s in enumerate(stays) if spot in s.spots or spot in s.ways]
        later = [n for n in fits if n > at]
        if not fits:
            return f"never was at {spot}: {rows}"
        if not later:
            return f"did not move to {spot}: {rows}"
        at = later[0]
    return None


def month(folder: Path, template: Path, seed: int, days: int = DAYS) -> Month:
    path = folder / f"month-{seed}.sqlite"
    copyfile(template, path)
    engine = make_engine(f"sqlite:///{path}")
    made = Month(engine, seed, days)
    made.run()
    engine.dispose()
    path.unlink()
    return made


def test_nobody_is_moved_who_did_not_move(
    tmp_path: Path, sqlite_template: Path
) -> None:
    made = month(tmp_path, sqlite_template, 0, days=12)
    assert made.tally.wrong == [], "\n".join(made.floor.log)
    assert made.tally.in_time > 2


@pytest.mark.slow
@pytest.mark.timeout(1800)
@pytest.mark.parametrize("start", range(1, 201, 10))
def test_two_hundred_months(tmp_path: Path, sqlite_template: Path, start: int) -> None:
    months = [
        month(tmp_path, sqlite_template, seed) for seed in range(start, start + 10)
    ]
    tallies = [each.tally for each in months]
    late = sorted(days for tally in tallies for days in tally.late)
    moves, in_time, missed, unknowable = (
        sum(getattr(tally, name) for tally in tallies)
        for name in ("moves", "in_time", "missed", "unknowable")
    )
    print(f"moves {moves}, in time {in_time}, late {late}, missed {missed},")
    print(
        f"unknowable {unknowable}, scans {sum((t.scans for t in tallies), Counter())}"
    )
    wrong = {n: t.wrong for n, t in enumerate(tallies, start) if t.wrong}
    assert wrong == {}
    assert missed * 100 <= moves
