"""Scans of parts, in any order, end where one scan of all does.

A core, two access switches, and endpoints of every kind: that only tables list, that
announce themselves with and without an address, that answer SNMP or a ping alone.
"""

from __future__ import annotations

import random
from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime, timedelta
from itertools import count
from pathlib import Path
from shutil import copyfile
from typing import Any

import pytest
from sqlalchemy import Engine

from collectors.facts import (
    Address,
    ArpEntry,
    FdbEntry,
    MedInventory,
    Neighbour,
    Observation,
)
from discovery.observations.device_projection import primary_address
from discovery.scan.ending import conclude
from inventory.storage.engine import make_engine
from tests.discovery.fake_network import FakeNetwork
from tests.discovery.fakes import HOUR, T0, box, lldp, mac
from tests.discovery.scanning import request, scan
from tests.discovery.test_places_over_time import (
    CORE,
    DAY,
    LEFT,
    RIGHT,
    Hosts,
    Story,
    floor,
)

PLAIN, TOLD, OTHER, SNMP, BOTH, PING = (mac(n) for n in range(8001, 8007))
ENDS = {
    PLAIN: "10.0.1.1",
    TOLD: "10.0.1.2",
    OTHER: "10.0.1.3",
    SNMP: "10.0.1.4",
    BOTH: "10.0.1.5",
    PING: "10.0.1.6",
}
"""MAC -> what the core has in its address table."""
ANNOUNCED = {PLAIN: None, TOLD: ENDS[TOLD], OTHER: "10.0.1.90", BOTH: None}
"""MAC -> the address that a phone tells of itself."""


def populated() -> Hosts:
    """Six more endpoints at the left switch, of which three answer."""
    made: dict[str, Observation | Exception | None] = dict(floor())
    phones = [
        lldp(port, m, m, capabilities=["telephone"], ip=ANNOUNCED[m])
        for port, m in enumerate(ENDS, start=1)
        if m in ANNOUNCED
    ]
    at_left = {m: port for port, m in enumerate(ENDS, start=1)}
    for switch, ports in ((CORE, 1), (LEFT, at_left), (RIGHT, 8)):
        seen = made[switch]
        assert isinstance(seen, Observation)
        made[switch] = with_ends(seen, ports, phones if switch == LEFT else [])
    made[ENDS[SNMP]] = box(ENDS[SNMP], name="snmp", macs=[SNMP])
    made[ENDS[BOTH]] = box(ENDS[BOTH], name="both", macs=[BOTH])
    made[ENDS[PING]] = None
    return made


def with_ends(
    seen: Observation, ports: dict[str, int] | int, heard: list[Neighbour]
) -> Observation:
    """Return what a switch says, with the endpoints at their ports or at one."""
    rows = ports if isinstance(ports, dict) else dict.fromkeys(ENDS, ports)
    fdb = tuple(FdbEntry(mac=m, if_index=port, vlan=10) for m, port in rows.items())
    known = ENDS.items() if seen.arp else ()
    arp = tuple(ArpEntry(ip=ip, mac=m) for m, ip in known)
    return replace(
        seen,
        fdb=(*seen.fdb, *fdb),
        arp=(*seen.arp, *arp),
        neighbours=(*seen.neighbours, *heard),
    )


def parts_of(chance: random.Random) -> Iterator[list[str]]:
    """Yield the addresses in parts of random sizes, in a random order."""
    left = list(populated())
    chance.shuffle(left)
    while left:
        size = chance.randrange(1, len(left) + 1)
        yield left[:size]
        left = left[size:]


def ended(
    folder: Path, template: Path, parts: list[list[str]]
) -> list[list[tuple[Any, ...]]]:
    """Return what is believed once some parts were scanned, an hour apart."""
    path = folder / f"{len(list(folder.iterdir()))}.sqlite"
    copyfile(template, path)
    story = Story(make_engine(f"sqlite:///{path}"))
    for number, part in enumerate(parts, start=1):
        story.scan({at: populated()[at] for at in part}, number * HOUR)
    found = [*story.state(), story.rows(ADDRESSES)]
    story.engine.dispose()
    return found


ADDRESSES = (
    "SELECT d.mac, a.ip FROM device_address a JOIN device d ON d.id = a.device_id"
    " WHERE a.removed_at IS NULL AND d.merged_at IS NULL ORDER BY 1, 2"
)


def differing(folder: Path, template: Path, seeds: range) -> list[object]:
    whole = ended(folder, template, [list(populated())])
    found: list[object] = []
    for seed in seeds:
        parts = list(parts_of(random.Random(seed)))
        if (other := ended(folder, template, parts)) != whole:
            found.append(
                (seed, parts, [b for a, b in zip(whole, other, strict=True) if a != b])
            )
    return found


@pytest.mark.parametrize("start", range(0, 6, 2))
def test_parts_in_any_order_end_where_one_scan_of_all_does(
    tmp_path: Path, sqlite_template: Path, start: int
) -> None:
    assert differing(tmp_path, sqlite_template, range(start, start + 2)) == []


@pytest.mark.slow
@pytest.mark.parametrize("start", range(10, 70, 20))
def test_many_orders(tmp_path: Path, sqlite_template: Path, start: int) -> None:
    assert differing(tmp_path, sqlite_template, range(start, start + 20)) == []


def shown(story: Story, of: str) -> str | None:
    ((address,),) = story.rows(f"SELECT address FROM device WHERE mac = '{of}'")
    return address  # type: ignore[no-any-return]


def test_an_address_that_is_told_again_is_shown_though_nothing_else_is_new(
    tmp_path: Path, sqlite_template: Path
) -> None:
    """The switch tells of both addresses anew; only times move, not what is told."""
    story = Story(engine_of(tmp_path, sqlite_template))
    story.scan({CORE: populated()[CORE]}, HOUR)
    assert shown(story, OTHER) == ENDS[OTHER]
    story.scan({at: populated()[at] for at in (LEFT, RIGHT)}, 40 * HOUR)
    assert shown(story, OTHER) == ENDS[OTHER]
    router = replace(box("10.0.0.70", name="r", macs=[mac(9)]), reads=frozenset())
    story.scan({"10.0.0.70": router}, 41 * HOUR)
    story.scan({"10.0.0.7": router}, 42 * HOUR)
    assert shown(story, mac(9)) == "10.0.0.7"
    story.scan({"10.0.0.70": router}, 90 * HOUR)
    assert shown(story, mac(9)) == "10.0.0.70"
    story.engine.dispose()


def engine_of(folder: Path, template: Path) -> Engine:
    """Return an empty database."""
    copyfile(template, folder / "s.sqlite")
    return make_engine(f"sqlite:///{folder / 's.sqlite'}")


def before_its_router() -> tuple[Observation, Hosts]:
    """The core, and the hosts of a day when it did not know who answers a ping."""
    hosts = dict(populated())
    core = hosts[CORE]
    assert isinstance(core, Observation)
    hosts[CORE] = replace(core, arp=tuple(e for e in core.arp if e.mac != PING))
    return core, hosts


def test_a_host_that_only_answers_a_ping_is_one_device_once_its_router_knows_it(
    tmp_path: Path, sqlite_template: Path
) -> None:
    story = Story(engine_of(tmp_path, sqlite_template))
    core, hosts = before_its_router()
    story.scan(hosts, HOUR)
    query = (
        "SELECT mac, address FROM device WHERE merged_at IS NULL"
        f" AND (address = '{ENDS[PING]}' OR mac = '{PING}') ORDER BY 1"
    )
    assert story.rows(query) == [(None, ENDS[PING]), (PING, None)]
    story.scan({CORE: core}, 2 * HOUR)
    assert story.rows(query) == [(PING, ENDS[PING])]
    story.engine.dispose()


def test_a_host_that_cannot_be_tied_to_its_mac_is_its_own_reason(
    tmp_path: Path, sqlite_template: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    story = Story(engine_of(tmp_path, sqlite_template))
    core, hosts = before_its_router()
    story.scan(hosts, HOUR)

    def broken(*_: object, **__: object) -> None:
        raise ZeroDivisionError

    with monkeypatch.context() as patched:
        patched.setattr(conclude, "apply_visit", broken)
        story.scan({CORE: core}, 2 * HOUR)
    assert story.rows("SELECT state FROM scan ORDER BY id") == [("finished",)] * 2
    assert story.rows(
        f"SELECT reason FROM scan_host WHERE scan_id = 2 AND address = '{ENDS[PING]}'"
    ) == [("internal",)]
    story.scan({**hosts, CORE: core}, 3 * HOUR)
    tied = f"SELECT mac FROM device WHERE address = '{ENDS[PING]}'"
    assert story.rows(f"{tied} AND merged_at IS NULL") == [(PING,)]
    story.engine.dispose()


def test_who_answers_and_announces_a_serial_is_told_of_by_no_table(
    tmp_path: Path, sqlite_template: Path
) -> None:
    """Its MAC becomes known only by that announcement, in the same scan."""
    story = Story(engine_of(tmp_path, sqlite_template))
    med = MedInventory(manufacturer="Acme", serial="FOC1234X9")
    heard = lldp(7, mac(8100), mac(8100), capabilities=["telephone"], med=med)
    hosts = dict(floor())
    left = hosts[LEFT]
    row = FdbEntry(mac=mac(8100), if_index=7, vlan=10)
    hosts[LEFT] = replace(
        left, fdb=(*left.fdb, row), neighbours=(*left.neighbours, heard)
    )
    hosts["10.0.0.80"] = box("10.0.0.80", serial="FOC1234X9")
    for hour in (1, 2):
        story.scan(hosts, hour * HOUR)
        told = story.rows(
            "SELECT collector FROM observation WHERE device_id = (SELECT id FROM device"
            " WHERE address = '10.0.0.80' AND merged_at IS NULL) ORDER BY 1"
        )
        assert told == [("heard",), ("snmp",)]
    story.engine.dispose()


def read_at(
    address: str, *own: str, after: timedelta = HOUR, by: str = "snmp"
) -> Observation:
    """A reading at an address, with what the device says are its own."""
    return Observation(
        address=address,
        collector=by,
        seen_at=T0 + after,
        addresses=tuple(Address(ip=ip) for ip in own),
        reads=frozenset(("addresses",)) if own else frozenset(),
    )


TWO = ("10.0.0.1", "10.0.0.254")
NEWEST: dict[str, tuple[list[Observation], str]] = {
    "a lease changed within the day": (
        [
            read_at("10.0.0.5", "10.0.0.5"),
            read_at("10.0.0.9", "10.0.0.9", after=DAY / 2),
        ],
        "10.0.0.9",
    ),
    "a router is visited at its other address days later": (
        [read_at(TWO[0], *TWO), read_at(TWO[1], *TWO, after=3 * DAY)],
        TWO[0],
    ),
    "it says nothing of its own addresses": (
        [read_at("10.0.0.5"), read_at("10.0.0.9", after=3 * DAY)],
        "10.0.0.9",
    ),
    "a shared address that it does not tell of is not left": (
        [
            read_at("10.0.0.1", "10.0.0.3", after=2 * HOUR),
            read_at("10.0.0.2", "10.0.0.3"),
        ],
        "10.0.0.1",
    ),
    "its own address before one that several routers share": (
        [
            read_at("10.0.0.1", "10.0.0.3", after=2 * HOUR),
            read_at("10.0.0.3", "10.0.0.3"),
        ],
        "10.0.0.3",
    ),
    "it says nothing, and is elsewhere within the day": (
        [
            read_at("10.0.0.9", after=2 * HOUR, by="sweep"),
            read_at("10.0.0.5", by="snmp"),
        ],
        "10.0.0.9",
    ),
    "it is there again": (
        [
            read_at("10.0.0.9", by="snmp"),
            read_at("10.0.0.5", after=2 * HOUR, by="sweep"),
            read_at("10.0.0.9", after=3 * HOUR, by="sweep"),
        ],
        "10.0.0.9",
    ),
    "at the same moment the lowest": (
        [read_at("10.0.0.10"), read_at("10.0.0.9")],
        "10.0.0.9",
    ),
    "tables before announcements of one day": (
        [
            read_at(mac(1), "10.0.0.9", by="seen"),
            read_at(mac(1), "10.0.0.5", by="heard", after=2 * HOUR),
        ],
        "10.0.0.9",
    ),
    "a newer announcement": (
        [
            read_at(mac(1), "10.0.0.5", by="seen"),
            read_at(mac(1), "10.0.0.9", by="heard", after=3 * DAY),
        ],
        "10.0.0.9",
    ),
}


@pytest.mark.parametrize("case", NEWEST, ids=str)
def test_the_address_shown_is_the_newest_that_was_confirmed(case: str) -> None:
    readings, address = NEWEST[case]
    assert primary_address(readings) == address
    assert primary_address(readings[::-1]) == address


def test_what_one_scan_confirmed_is_as_new() -> None:
    readings = [
        read_at("10.0.0.5", by="sweep"),
        read_at("10.0.0.9", after=2 * HOUR, by="sweep"),
        read_at("10.0.0.7", after=3 * HOUR, by="sweep"),
    ]
    for since, address in (
        (None, "10.0.0.7"),
        (T0 + 3 * HOUR, "10.0.0.7"),
        (T0 + 2 * HOUR, "10.0.0.7"),
        (T0 + HOUR, "10.0.0.5"),
    ):
        assert primary_address(readings, since) == address
        assert primary_address(readings[::-1], since) == address
    better = read_at("10.0.0.9", after=2 * HOUR, by="snmp")
    assert primary_address([*readings, better], T0 + HOUR) == "10.0.0.9"


SILENT = mac(8200)
"""A machine that answers a ping, and tells nothing of its addresses."""


def pinged(story: Story, hour: int, *addresses: str) -> str | None:
    """Scan addresses at which the machine answers; return where it is shown."""
    network = FakeNetwork(
        dict.fromkeys(addresses), cards=dict.fromkeys(addresses, SILENT)
    )
    moments = count(1)

    def clock() -> datetime:
        return T0 + hour * HOUR + timedelta(seconds=next(moments))

    scan(network, story.engine, clock, request(*addresses))
    return shown(story, SILENT)


def test_who_has_another_address_within_the_day_is_shown_there(
    tmp_path: Path, sqlite_template: Path
) -> None:
    story = Story(engine_of(tmp_path, sqlite_template))
    for hour, address in enumerate(("10.0.0.5", "10.0.0.9", "10.0.0.7", "10.0.0.9")):
        assert pinged(story, hour, address) == address
    story.engine.dispose()


@pytest.mark.parametrize("first", ["10.0.0.5", "10.0.0.9"])
def test_of_two_addresses_in_one_scan_the_lowest_is_shown(
    tmp_path: Path, sqlite_template: Path, first: str
) -> None:
    story = Story(engine_of(tmp_path, sqlite_template))
    second = "10.0.0.9" if first == "10.0.0.5" else "10.0.0.5"
    assert pinged(story, 1, first, second) == "10.0.0.5"
    assert pinged(story, 2, "10.0.0.9") == "10.0.0.9"
    assert pinged(story, 3, first, second) == "10.0.0.5"
    story.engine.dispose()


def test_a_router_that_tells_its_addresses_is_shown_the_same_in_any_order(
    tmp_path: Path, sqlite_template: Path
) -> None:
    """Each reading confirms both: which part of the network is scanned last is one."""
    for number, order in enumerate(([0, 1, 0], [1, 0, 1], [1, 1, 0])):
        path = tmp_path / str(number)
        path.mkdir()
        story = Story(engine_of(path, sqlite_template))
        for hour, which in enumerate(order, start=1):
            router = replace(
                box(TWO[which], name="r", macs=[mac(9)]),
                addresses=tuple(Address(ip=ip) for ip in TWO),
                reads=frozenset(("interfaces", "addresses")),
            )
            story.scan({TWO[which]: router}, hour * HOUR)
        assert shown(story, mac(9)) == TWO[0]
        story.engine.dispose()
