"""Scans of parts and one after the other: what is known stays, what moved moves."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from shutil import copyfile
from typing import Any

import pytest
from sqlalchemy import Engine, insert, text

from collectors.facts import Clue, FdbEntry, Interface, Observation
from discovery.reconciliation.adopt import adopt
from discovery.scan.requests import Progress, ScanRequest
from inventory.kernel.texts import Said
from inventory.network.findings.write import look_for_findings
from inventory.people.tables import Location
from inventory.storage.engine import make_engine
from inventory.storage.rows import table_of
from inventory.storage.types import Sentence
from inventory.storage.work import UnitOfWork
from tests.discovery.fake_network import FakeNetwork
from tests.discovery.fakes import HOUR, T0, box, lldp, mac, switch
from tests.discovery.scanning import SMALL, scan
from tests.discovery.snapshots import OF_SCANS, snapshot

DAY = timedelta(days=1)
PC, PC_2, PRINTER = mac(7001), mac(7002), mac(7003)
CORE, LEFT, RIGHT = "10.0.0.1", "10.0.0.2", "10.0.0.3"

Hosts = Mapping[str, Observation | Exception | None]


class Story:
    """Scans of one database, hours apart."""

    def __init__(self, engine: Engine) -> None:
        self.engine = engine

    def scan(self, hosts: Hosts, after: timedelta, site: str = "") -> Progress:
        wanted = ScanRequest(targets=tuple(hosts), site=site, options=SMALL)
        return scan(FakeNetwork(dict(hosts)), self.engine, lambda: T0 + after, wanted)

    def rows(self, query: str) -> list[tuple[Any, ...]]:
        with self.engine.connect() as connection:
            return [tuple(row) for row in connection.execute(text(query))]

    def where(self, address: str, *, closed: bool = False) -> list[str]:
        found = self.rows(
            "SELECT s.mac, d.name, i.name, s.site FROM sighting s"
            " LEFT JOIN device d ON d.id = s.device_id"
            " LEFT JOIN interface i ON i.id = s.interface_id"
            f" WHERE s.closed_at IS {'NOT' if closed else ''} NULL ORDER BY s.id"
        )
        return [f"{d} {p} {site}".strip() for m, d, p, site in found if m == address]

    def state(self) -> list[list[tuple[Any, ...]]]:
        """Everything that is believed, without times and numbers of rows."""
        return [
            self.rows(query)
            for query in (
                "SELECT s.mac, s.ip, d.name, i.name, s.vlan, s.via FROM sighting s"
                " LEFT JOIN device d ON d.id = s.device_id"
                " LEFT JOIN interface i ON i.id = s.interface_id"
                " WHERE s.closed_at IS NULL ORDER BY 1, 2, 3, 4",
                "SELECT a.name, x.name, b.name, y.name FROM link l"
                " JOIN device a ON a.id = l.a_device_id"
                " JOIN device b ON b.id = l.b_device_id"
                " LEFT JOIN interface x ON x.id = l.a_interface_id"
                " LEFT JOIN interface y ON y.id = l.b_interface_id"
                " WHERE l.closed_at IS NULL AND a.name <= b.name"
                " UNION SELECT b.name, y.name, a.name, x.name FROM link l"
                " JOIN device a ON a.id = l.a_device_id"
                " JOIN device b ON b.id = l.b_device_id"
                " LEFT JOIN interface x ON x.id = l.a_interface_id"
                " LEFT JOIN interface y ON y.id = l.b_interface_id"
                " WHERE l.closed_at IS NULL AND a.name > b.name ORDER BY 1, 2, 3, 4",
                "SELECT name, address, mac, managed FROM device"
                " WHERE merged_at IS NULL ORDER BY mac, name, address",
                "SELECT d.name, n.port, r.name FROM neighbour n"
                " JOIN device d ON d.id = n.device_id"
                " LEFT JOIN device r ON r.id = n.remote_device_id"
                " WHERE n.removed_at IS NULL ORDER BY 1, 2, 3",
            )
        ]


@pytest.fixture
def new_story(tmp_path: Path, sqlite_template: Path) -> Iterator[Callable[[], Story]]:
    """One kind of database is enough: what is computed does not depend on it."""
    made: list[Story] = []

    def begin() -> Story:
        path = tmp_path / f"{len(made)}.sqlite"
        copyfile(sqlite_template, path)
        made.append(Story(make_engine(f"sqlite:///{path}")))
        return made[-1]

    yield begin
    for each in made:
        each.engine.dispose()


@pytest.fixture
def story(new_story: Callable[[], Story]) -> Story:
    return new_story()


def floor() -> dict[str, Observation]:
    """A core and two access switches that announce each other, three endpoints."""
    a, b, c = mac(100), mac(200), mac(300)
    ends = [(PC, 1), (PC_2, 1), (PRINTER, 2)]
    is_switch = (Clue("type", "switch", "made"),)
    made = {
        CORE: switch(
            CORE,
            100,
            4,
            fdb=[(b, 1, 1), (c, 2, 1), *((m, p, 10) for m, p in ends)],
            arp=[("10.0.0.8", PC), ("10.0.0.9", PC_2)],
            neighbours=[
                lldp(1, b, "Gi1/0/8", name="sw200", ip=LEFT),
                lldp(2, c, "Gi1/0/8", name="sw300", ip=RIGHT),
            ],
        ),
        LEFT: switch(
            LEFT,
            200,
            8,
            fdb=[(a, 8, 1), (c, 8, 1), (PC, 3, 10), (PC_2, 4, 10), (PRINTER, 8, 10)],
            neighbours=[lldp(8, a, "Gi1/0/1", name="sw100")],
        ),
        RIGHT: switch(
            RIGHT,
            300,
            8,
            fdb=[(a, 8, 1), (b, 8, 1), (PC, 8, 10), (PC_2, 8, 10), (PRINTER, 5, 10)],
            neighbours=[lldp(8, a, "Gi1/0/2", name="sw100")],
        ),
    }
    return {at: replace(seen, clues=is_switch) for at, seen in made.items()}


def with_fdb(seen: Observation, *rows: tuple[str, int, int]) -> Observation:
    return replace(
        seen, fdb=tuple(FdbEntry(mac=m, if_index=p, vlan=v) for m, p, v in rows)
    )


def test_the_core_scanned_alone_a_week_later_moves_nobody(story: Story) -> None:
    story.scan(floor(), HOUR)
    before = story.state()
    story.scan({CORE: floor()[CORE]}, 7 * DAY)
    assert story.state() == before
    assert story.where(PC, closed=True) == []


def test_findings_of_one_visit_are_those_of_looking_at_all(story: Story) -> None:
    """What is believed no more is somebody else's than who was visited."""
    story.scan(floor(), HOUR)
    story.scan({CORE: floor()[CORE]}, 90 * DAY)
    before = facts(story)
    assert any("VLAN 10" in fact for _, fact in before)
    done = story.scan({CORE: floor()[CORE]}, 90 * DAY + 2 * HOUR)
    assert not done.whole
    assert story.where(PC) == []
    assert facts(story) != before
    now = T0 + 90 * DAY + 2 * HOUR
    with UnitOfWork(story.engine, actor="test", clock=lambda: now) as work:
        assert look_for_findings(work) == {"opened": 0, "closed": 0}


def facts(story: Story) -> list[tuple[Any, ...]]:
    return story.rows(
        "SELECT device_id, fact FROM network_finding WHERE closed_at IS NULL ORDER BY 1"
    )


def test_the_core_scanned_first_is_no_move_when_the_access_switch_is_read(
    story: Story,
) -> None:
    story.scan({CORE: floor()[CORE]}, HOUR)
    assert story.where(PC) == ["sw100 Gi1/0/1"]
    story.scan({LEFT: floor()[LEFT]}, 2 * HOUR)
    assert story.where(PC) == ["sw200 Gi1/0/3"]
    assert story.where(PC, closed=True) == []


def test_who_moved_is_moved_when_its_new_switch_is_read(story: Story) -> None:
    story.scan(floor(), HOUR)
    moved = with_fdb(floor()[RIGHT], (mac(100), 8, 1), (mac(200), 8, 1), (PC, 6, 10))
    story.scan({RIGHT: moved}, 2 * DAY)
    assert story.where(PC) == ["sw300 Gi1/0/6"]
    assert story.where(PC, closed=True) == ["sw200 Gi1/0/3"]


def lone(*, told: bool) -> dict[str, Observation]:
    """Two switches that say nothing of each other; one host talks to one gateway."""
    hosts = {LEFT: switch(LEFT, 200, 8), RIGHT: switch(RIGHT, 300, 8)}
    is_switch = (Clue("type", "switch", "made"),)
    hosts = {at: replace(seen, clues=is_switch) for at, seen in hosts.items()}
    rows = ((PC, 3, 10), (mac(9000), 1, 10))
    behind = ((PC, 5, 10), (mac(9000), 8, 10)) if told else rows[1:]
    return {
        LEFT: with_fdb(hosts[LEFT], *rows),
        RIGHT: with_fdb(hosts[RIGHT], *behind),
    }


def test_who_is_alone_behind_a_silent_uplink_has_not_moved_when_the_next_is_read(
    story: Story,
) -> None:
    """Nothing tells that it was elsewhere before: its switch was not read till now."""
    story.scan({LEFT: lone(told=True)[LEFT]}, HOUR)
    assert story.where(PC) == ["sw200 Gi1/0/3"]
    story.scan({RIGHT: lone(told=True)[RIGHT]}, DAY)
    assert story.where(PC) == ["sw300 Gi1/0/5"]
    assert story.where(PC, closed=True) == []


AGED = timedelta(seconds=301)
"""A bridge forgets after 300 s (IEEE 802.1Q, default) who said nothing since."""


@pytest.mark.parametrize("later", [AGED, DAY])
def test_who_was_forgotten_when_the_next_switch_was_read_has_not_moved(
    story: Story, later: timedelta
) -> None:
    """It sleeps while the next switch is read first: that tells nothing of it."""
    story.scan({LEFT: lone(told=True)[LEFT]}, HOUR)
    story.scan({RIGHT: lone(told=False)[RIGHT]}, HOUR + later)
    assert story.where(PC) == ["sw200 Gi1/0/3"]
    story.scan({RIGHT: lone(told=True)[RIGHT]}, 2 * DAY)
    assert story.where(PC) == ["sw300 Gi1/0/5"]
    assert story.where(PC, closed=True) == []


@pytest.mark.parametrize("beside", [-AGED, timedelta(), AGED - timedelta(seconds=1)])
def test_who_is_alone_and_appears_at_a_switch_that_was_read_before_has_moved(
    story: Story, beside: timedelta
) -> None:
    """When it was at its port, it was not at the other switch, or not yet."""
    reads = [(HOUR, {LEFT: lone(told=True)[LEFT]})]
    reads.append((HOUR + beside, {RIGHT: lone(told=False)[RIGHT]}))
    for after, hosts in sorted(reads, key=lambda each: each[0]):
        story.scan(hosts, after)
    story.scan({RIGHT: lone(told=True)[RIGHT]}, 2 * DAY)
    assert story.where(PC) == ["sw300 Gi1/0/5"]
    assert story.where(PC, closed=True) == ["sw200 Gi1/0/3"]


def test_who_was_gone_from_its_port_by_then_has_moved(story: Story) -> None:
    story.scan({LEFT: lone(told=True)[LEFT]}, HOUR)
    gone = with_fdb(lone(told=True)[LEFT], (mac(9000), 1, 10))
    story.scan({LEFT: gone, RIGHT: lone(told=False)[RIGHT]}, DAY)
    story.scan({RIGHT: lone(told=True)[RIGHT]}, 2 * DAY)
    assert story.where(PC) == ["sw300 Gi1/0/5"]
    assert story.where(PC, closed=True) == ["sw200 Gi1/0/3"]


def test_a_table_that_was_cut_off_moves_nobody(story: Story) -> None:
    """The rows of bridges are missing, so that an uplink looks like an edge."""
    floor_ = {at: replace(seen, neighbours=()) for at, seen in floor().items()}
    story.scan(floor_, HOUR)
    before = story.where(PC), story.where(PRINTER)
    cut = with_fdb(floor_[RIGHT], (PC, 8, 10), (PRINTER, 5, 10))
    cut = replace(cut, reads=cut.reads - {"fdb"})
    story.scan({RIGHT: cut}, 2 * DAY)
    assert (story.where(PC), story.where(PRINTER)) == before
    assert story.rows("SELECT count(*) FROM link WHERE closed_at IS NOT NULL") == [(0,)]


def test_a_link_ends_when_both_ends_were_read_without_it(story: Story) -> None:
    story.scan(floor(), HOUR)
    core, right = floor()[CORE], floor()[RIGHT]
    core = with_fdb(core, (mac(200), 1, 1), (PC, 1, 10))
    story.scan({CORE: replace(core, neighbours=core.neighbours[:1])}, DAY)
    assert len(story.state()[1]) == 2
    right = with_fdb(right, (PRINTER, 5, 10))
    elsewhere = lldp(7, mac(900), "x", name="sw900")
    story.scan({RIGHT: replace(right, neighbours=(elsewhere,))}, 2 * DAY)
    links = [row for row in story.state()[1] if "sw300" in row and "sw100" in row]
    assert links == []


def test_how_each_table_was_read_is_kept(story: Story) -> None:
    left = floor()[LEFT]
    story.scan({LEFT: left}, HOUR)
    story.scan({LEFT: replace(left, reads=left.reads - {"fdb"})}, DAY)
    ((reads,),) = story.rows("SELECT table_reads FROM observation WHERE fdb_at > ''")
    assert '"fdb":["2026-03-18T' in reads.replace(" ", "")
    assert '"truncated","2026-03-17T' in reads.replace(" ", "")


def test_a_static_row_of_a_port_that_is_down_places_nobody(story: Story) -> None:
    hosts = floor()
    down = Interface(if_index=5, name="Gi1/0/5", type=6, mac=mac(205), oper_up=False)
    left = hosts[LEFT]
    kept = FdbEntry(mac=PRINTER, if_index=5, vlan=10, status="static")
    hosts[LEFT] = replace(
        left,
        interfaces=(*left.interfaces[:4], down, *left.interfaces[5:]),
        fdb=(*(row for row in left.fdb if row.mac != PRINTER), kept),
    )
    story.scan(hosts, HOUR)
    assert story.where(PRINTER) == ["sw300 Gi1/0/5"]


def test_who_only_answers_through_a_proxy_is_no_device(story: Story) -> None:
    gateway = mac(101)
    behind = [f"10.0.1.{n}" for n in range(1, 41)]
    core = switch(CORE, 100, 4, arp=[(ip, gateway) for ip in behind])
    story.scan({CORE: core, **dict.fromkeys(behind)}, HOUR)
    assert story.rows("SELECT name FROM device") == [("sw100",)]
    told = story.rows("SELECT DISTINCT outcome, reason FROM scan_host ORDER BY 1")
    assert told == [("new", None), ("unidentified", "proxy")]


def test_an_address_that_another_machine_took_over_is_no_longer_shown(
    story: Story,
) -> None:
    address, old, new = "10.0.0.50", mac(7100), mac(7101)
    notebook = box(address, name="notebook", macs=[old])
    core = switch(CORE, 100, 4, arp=[(address, old)])
    story.scan({CORE: core, address: notebook}, HOUR)
    core = switch(CORE, 100, 4, arp=[(address, new)])
    story.scan({CORE: core, address: None}, 3 * HOUR)
    shown = story.rows("SELECT name, address FROM device WHERE name <> 'sw100'")
    assert sorted(shown, key=str) == [(new, address), ("notebook", None)]


def test_one_machine_is_seen_at_two_sites(story: Story) -> None:
    """A laptop roams, and one management address is used at both sites."""
    north, south = floor(), {LEFT: floor()[LEFT]}
    story.scan(north, HOUR, site="north")
    story.scan(south, 2 * HOUR, site="south")
    story.scan(north, 3 * HOUR, site="north")
    assert {*story.where(PC)} == {"sw200 Gi1/0/3 north", "sw200 Gi1/0/3 south"}
    states = story.rows("SELECT DISTINCT state, error FROM scan")
    assert states == [("finished", None)]
    assert story.rows("SELECT count(*) FROM scan_host WHERE outcome = 'failed'") == [
        (0,)
    ]
    named = story.rows("SELECT name FROM device WHERE merged_at IS NULL AND managed")
    assert sorted(named) == [("sw100",), ("sw200",), ("sw300",)]


def counted(story: Story) -> list[tuple[int, int]]:
    """How many scans looked at the whole site, and what whole passes found missed."""
    return [
        (counts["whole"], counts["missed"])
        for counts in (
            json.loads(text) for (text,) in story.rows("SELECT counts FROM scan")
        )
    ]


def test_who_is_scanned_alone_and_tells_nothing_new_moves_times_only(
    story: Story,
) -> None:
    story.scan(floor(), HOUR)
    before = story.state()
    left = floor()[LEFT]
    story.scan({LEFT: left}, 2 * HOUR)
    asleep = with_fdb(left, *((r.mac, r.if_index or 0, 10) for r in left.fdb[:3]))
    story.scan({LEFT: replace(left, fdb=asleep.fdb)}, 3 * HOUR)
    assert counted(story)[1][0] == 0
    assert story.state() == before
    seen = "SELECT last_seen FROM sighting WHERE closed_at IS NULL AND mac = '{}'"
    assert "11:30" in story.rows(seen.format(PC_2))[0][0]
    assert "10:30" in story.rows(seen.format(PRINTER))[0][0]


def test_a_whole_pass_a_day_later_finds_that_nothing_was_missed(story: Story) -> None:
    story.scan(floor(), HOUR)
    for hour, at in enumerate((LEFT, RIGHT, CORE, LEFT), start=2):
        story.scan({at: floor()[at]}, hour * HOUR)
    before = story.state()
    story.scan({RIGHT: floor()[RIGHT]}, 30 * HOUR)
    assert counted(story)[1:] == [(0, 0), (0, 0), (0, 0), (0, 0), (1, 0)]
    assert story.state() == before


def test_who_appears_at_a_switch_scanned_alone_is_placed_there(story: Story) -> None:
    story.scan(floor(), HOUR)
    left = floor()[LEFT]
    guest = FdbEntry(mac=mac(7009), if_index=5, vlan=10)
    story.scan({LEFT: replace(left, fdb=(*left.fdb, guest))}, 2 * HOUR)
    assert counted(story)[1] == (0, 0)
    assert story.where(mac(7009)) == ["sw200 Gi1/0/5"]


def test_an_address_that_does_not_answer_writes_its_result_and_nothing_else(
    story: Story,
) -> None:
    story.scan(floor(), HOUR)
    before = snapshot(story.engine, without=OF_SCANS)
    wanted = ScanRequest(targets=("10.0.0.200",), options=SMALL)
    scan(FakeNetwork({}), story.engine, lambda: T0 + 2 * HOUR, wanted)
    assert snapshot(story.engine, without=OF_SCANS) == before
    assert counted(story)[1] == (0, 0)
    told = story.rows("SELECT address, outcome FROM scan_host WHERE scan_id = 2")
    assert told == [("10.0.0.200", "silent")]


def place(story: Story, number: int, code: str, kind: str, above: int | None) -> None:
    """A location of the register."""
    values = {"id": number, "code": code, "name": code, "kind": kind}
    with story.engine.begin() as connection:
        connection.execute(
            insert(table_of(Location)),
            values | {"parent_id": above, "recorded_at": T0},
        )


def test_an_asset_seen_in_another_building_than_its_own_is_misplaced(
    story: Story,
) -> None:
    place(story, 1, "north", "site", None)
    for number, building in enumerate(("B1", "B2"), start=2):
        place(story, number, building, "building", 1)
    place(story, 4, "B2-101", "room", 3)
    story.scan(floor(), HOUR, site="north")
    said = Said("the register says {told}, it is seen in {seen}", told="B2", seen="B1")
    told = Sentence().process_bind_param(said, story.engine.dialect)
    ids = {name: number for name, number in story.rows("SELECT mac, id FROM device")}
    with UnitOfWork(story.engine, actor="person:7", clock=lambda: T0 + HOUR) as work:
        adopt(work, ids[mac(200)], location_id=2)
        adopt(work, ids[PC], location_id=4)
        work.commit()
    story.scan({LEFT: floor()[LEFT]}, 2 * HOUR, site="north")
    assert counted(story)[1] == (0, 0)
    assert story.rows(
        "SELECT state, reason, detail FROM reconciliation WHERE closed_at IS NULL"
        f" AND device_id = {ids[PC]}"
    ) == [("misplaced", "other-building", told)]
