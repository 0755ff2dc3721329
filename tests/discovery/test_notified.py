"""Whom a notification is about, and the scans that follow."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import datetime

import pytest
from sqlalchemy import Engine

from collectors.snmp.notifications import Notice, NoticeGate
from discovery.notifications.trap_log import TrapLog
from discovery.notifications.trap_rescans import (
    RescanSite,
    TrapRescans,
    device_of_notice,
    rescan_site,
)
from discovery.scan.targets import TargetError
from inventory.kernel.errors import Invalid
from inventory.network.tables import Device, DeviceAddress
from inventory.storage.work import UnitOfWork

Clock = Callable[[], datetime]
SITE = rescan_site("delft", ["192.0.2.0/25", "198.51.100.7-9"], ["192.0.2.64/28"])


def notice(source: str, agent: str | None = None, kind: str = "link-up") -> Notice:
    return Notice(source=source, agent=agent, kind=kind)


@pytest.fixture
def known(engine: Engine, clock: Clock) -> Engine:
    """A switch reached at 203.0.113.1, which holds other addresses as well."""
    with UnitOfWork(engine, actor="test", clock=clock) as work:
        for number, address in enumerate(("203.0.113.1", "203.0.113.2"), start=1):
            work.session.add(
                Device(
                    id=number,
                    site="delft",
                    address=address,
                    managed=True,
                    first_seen=clock(),
                    last_seen=clock(),
                )
            )
            work.session.flush()
            for ip in ("127.0.0.1", f"10.0.0.{number}"):
                work.session.add(DeviceAddress(device_id=number, ip=ip))
        work.commit()
    return engine


@pytest.mark.parametrize(
    ("heard", "found"),
    [
        (notice("192.0.2.5"), "192.0.2.5"),
        (notice("198.51.100.8"), "198.51.100.8"),
        (notice("198.51.100.10"), None),
        (notice("192.0.2.65"), None),
        (notice("203.0.113.1"), "203.0.113.1"),
        (notice("10.0.0.2"), "203.0.113.2"),
        (notice("127.0.0.1"), None),
        (notice("2001:db8::1"), None),
        (notice("198.51.100.200", agent="192.0.2.6"), "192.0.2.6"),
        (notice("192.0.2.5", agent="172.16.0.1"), "192.0.2.5"),
        (notice("192.0.2.5", agent="10.0.0.1"), "203.0.113.1"),
    ],
    ids=lambda value: (
        f"{value.source} {value.agent}" if isinstance(value, Notice) else str(value)
    ),
)
def test_a_notice_is_about_a_known_device_or_an_address_of_a_site(
    known: Engine, heard: Notice, found: str | None
) -> None:
    assert device_of_notice(known, [SITE], heard) == (found and (found, "delft"))


def test_a_device_of_a_site_that_is_no_more_is_a_stranger(known: Engine) -> None:
    other = rescan_site("leiden", ["192.0.2.0/24"], [])
    assert device_of_notice(known, [other], notice("203.0.113.1")) is None
    assert device_of_notice(known, [], notice("203.0.113.1")) == (
        "203.0.113.1",
        "delft",
    )


def test_a_network_that_is_none_is_an_error() -> None:
    with pytest.raises(TargetError):
        rescan_site("delft", ["192.0.2.0/64"], [])


class Scans:
    """Takes down what is to be scanned."""

    def __init__(self) -> None:
        self.started: list[tuple[str, list[str]]] = []

    def start(self, site: str, addresses: Sequence[str]) -> int:
        if "192.0.2.66" in addresses:
            raise Invalid("no", where="", remedy="")
        self.started.append((site, list(addresses)))
        return len(self.started)


def hearing(
    engine: Engine, clock: Clock, *places: RescanSite, most: int = 10
) -> TrapRescans:
    return TrapRescans(
        engine, clock, places or (SITE,), TrapLog(), NoticeGate(5, 60, most)
    )


def states(recollection: TrapRescans) -> list[tuple[str, str, int | None]]:
    book = recollection._book
    return [(h.address, h.state, h.scan_id) for h in book.latest()]


def test_devices_that_told_something_are_scanned_together_a_site(
    known: Engine, clock: Clock
) -> None:
    leiden = rescan_site("leiden", ["198.51.100.0/24"], [])
    delft = rescan_site("delft", ["192.0.2.0/24"], [])
    made, scans = hearing(known, clock, delft, leiden), Scans()
    for source in (
        "192.0.2.9",
        "198.51.100.8",
        "203.0.113.9",
        "192.0.2.5",
        "192.0.2.9",
    ):
        made.hear(notice(source), 0.0)
    assert made.collect(4.9, scans.start) == []
    assert made.collect(5.0, scans.start) == [1, 2]
    assert sorted(scans.started) == [
        ("delft", ["192.0.2.5", "192.0.2.9"]),
        ("leiden", ["198.51.100.8"]),
    ]
    delft_scan = 1 + [site for site, _ in scans.started].index("delft")
    assert states(made) == [
        ("192.0.2.9", "collected", delft_scan),
        ("192.0.2.5", "collected", delft_scan),
        ("203.0.113.9", "stranger", None),
        ("198.51.100.8", "collected", 3 - delft_scan),
        ("192.0.2.9", "collected", delft_scan),
    ]


def test_what_cannot_be_scanned_is_told_and_ends_nothing(
    engine: Engine, clock: Clock
) -> None:
    place = rescan_site("", ["192.0.2.0/24"], [])
    made, scans = hearing(engine, clock, place, most=1), Scans()
    made.hear(notice("192.0.2.66"), 0.0)
    made.hear(notice("192.0.2.5"), 0.0)
    assert made.collect(9.0, scans.start) == []
    assert states(made) == [
        ("192.0.2.5", "full", None),
        ("192.0.2.66", "failed", None),
    ]
    assert made._book.counts() == {"notices_stranger": 0, "notices_full": 1}


def test_the_book_keeps_the_latest(clock: Clock) -> None:
    book = TrapLog()
    for number in range(700):
        book.enter(clock(), notice(f"192.0.2.{number % 250}"), "", "", "stranger")
    assert [heard.number for heard in book.latest(2)] == [700, 699]
    assert len(book.latest(10_000)) == 500
    assert book.counts()["notices_stranger"] == 700
