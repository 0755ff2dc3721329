"""Switches that announce nothing: an uplink that looked like a hub is no move.

Each story reads a few switches one after the other, days apart. What is judged are the
stored places: which are open, and which were closed.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from shutil import copyfile

import pytest
from sqlalchemy import text

from collectors.facts import Clue, FdbEntry, Observation
from discovery.scan.requests import ScanRequest
from inventory.storage.engine import make_engine
from tests.discovery.fake_network import FakeNetwork
from tests.discovery.fakes import T0, mac, switch
from tests.discovery.scanning import SMALL, scan

DAY = timedelta(days=1)
PC, OTHERS = mac(7001), [mac(7000 + n) for n in range(2, 9)]
LEAF, NEXT = "10.0.0.2", "10.0.0.3"
NUMBER = {LEAF: 200, NEXT: 300}


class Site:
    """Switches that are read one at a time."""

    def __init__(self, path: Path) -> None:
        self.engine = make_engine(f"sqlite:///{path}")
        self.days = 0

    def read(self, at: str, *learned: tuple[str, int], whole: bool = True) -> None:
        """Read a switch a day after the last reading; `learned` are MACs and ports."""
        self.days += 1
        told: Observation = replace(
            switch(at, NUMBER[at], 9),
            clues=(Clue("type", "switch", "made"),),
            fdb=tuple(FdbEntry(mac=m, if_index=port, vlan=1) for m, port in learned),
        )
        if not whole:
            told = replace(told, reads=told.reads - {"fdb"})
        wanted = ScanRequest(targets=(at,), options=SMALL)
        network = FakeNetwork({at: told})
        scan(network, self.engine, lambda: T0 + self.days * DAY, wanted)

    def was(self, address: str = PC) -> list[str]:
        """Return the places of a MAC; those that ended have their end."""
        query = (
            "SELECT d.name, i.name, s.closed_at FROM sighting s"
            " JOIN device d ON d.id = s.device_id"
            " JOIN interface i ON i.id = s.interface_id"
            f" WHERE s.mac = '{address}' ORDER BY s.id"
        )
        with self.engine.connect() as connection:
            rows = connection.execute(text(query)).all()
        return [f"{d} {i[-1]}{' ended' if end else ''}" for d, i, end in rows]


@pytest.fixture
def site(tmp_path: Path, sqlite_template: Path) -> Iterator[Site]:
    """One kind of database is enough: what is computed does not depend on it."""
    path = tmp_path / "site.sqlite"
    copyfile(sqlite_template, path)
    made = Site(path)
    yield made
    made.engine.dispose()


def behind(port: int, *macs: str) -> list[tuple[str, int]]:
    return [(each, port) for each in macs]


def test_whoever_is_behind_the_uplink_of_a_leaf_is_corrected_by_the_next_switch(
    site: Site,
) -> None:
    """What both have learned tells that port 8 leads there."""
    own = [(OTHERS[5], 3), (OTHERS[6], 4)]
    site.read(LEAF, *own, *behind(8, PC, *OTHERS[:4]))
    assert site.was() == ["sw200 8"]
    near = [(each, port) for port, each in enumerate(OTHERS[:4], start=4)]
    site.read(NEXT, (PC, 2), *near, *behind(1, *OTHERS[5:]))
    assert site.was() == ["sw300 2"]
    assert site.was(OTHERS[0]) == ["sw300 4"]
    assert site.was(OTHERS[5]) == ["sw200 3"]


def test_a_correction_needs_no_more_than_that_nothing_contradicts(site: Site) -> None:
    site.read(LEAF, *behind(8, PC, OTHERS[0]))
    site.read(NEXT, (PC, 2))
    assert site.was() == ["sw300 2"]


def test_the_leaf_read_again_moves_nobody_back(site: Site) -> None:
    site.read(LEAF, *behind(8, PC, OTHERS[0]))
    site.read(NEXT, (PC, 2))
    site.read(LEAF, *behind(8, PC, OTHERS[0]))
    assert site.was() == ["sw300 2"]


def test_the_next_switch_read_before_the_leaf_is_the_place_too(site: Site) -> None:
    site.read(NEXT, (PC, 2))
    site.read(LEAF, *behind(8, PC, OTHERS[0]))
    assert site.was() == ["sw300 2"]


def test_the_uplinks_of_two_leaves_move_nobody_to_and_fro(site: Site) -> None:
    """The core between them was never read."""
    site.read(LEAF, *behind(8, PC, OTHERS[0]))
    site.read(NEXT, *behind(9, PC, OTHERS[0]))
    site.read(LEAF, *behind(8, PC, OTHERS[0]))
    assert site.was() == ["sw200 8"]


def test_a_table_cut_off_since_leaves_room_for_a_correction(site: Site) -> None:
    site.read(LEAF, *behind(8, PC, OTHERS[0]))
    site.read(LEAF, *behind(8, OTHERS[0]), whole=False)
    site.read(NEXT, (PC, 2))
    assert site.was() == ["sw300 2"]


def test_who_was_gone_from_the_whole_table_before_has_moved(site: Site) -> None:
    site.read(LEAF, *behind(8, PC, *OTHERS[:2]))
    site.read(LEAF, *behind(8, *OTHERS[:2]))
    site.read(NEXT, (PC, 2))
    assert site.was() == ["sw200 8 ended", "sw300 2"]


def test_who_was_gone_from_the_next_switch_before_has_moved(site: Site) -> None:
    site.read(NEXT, *behind(2, PC), *behind(3, OTHERS[1]))
    site.read(NEXT, *behind(3, OTHERS[1]))
    site.read(LEAF, *behind(8, PC, OTHERS[0]))
    assert site.was() == ["sw300 2 ended", "sw200 8"]


def test_who_leaves_a_hub_that_cannot_be_the_uplink_has_moved(site: Site) -> None:
    """The others tell that port 8 leads to the next switch, and port 5 does not."""
    hub, far = OTHERS[:2], OTHERS[2:6]
    site.read(LEAF, *behind(5, PC, *hub), *behind(8, *far))
    near = [(each, port) for port, each in enumerate(far, start=3)]
    site.read(NEXT, *behind(1, *hub), *near, (PC, 8))
    assert site.was() == ["sw200 5 ended", "sw300 8"]


def test_who_was_alone_on_a_port_has_moved(site: Site) -> None:
    site.read(LEAF, (PC, 3), (OTHERS[0], 4))
    site.read(NEXT, (PC, 2))
    assert site.was() == ["sw200 3 ended", "sw300 2"]
