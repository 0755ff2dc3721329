"""Phones that make up addresses do not become a device a day."""

from __future__ import annotations

from datetime import timedelta

from sqlalchemy import Engine

from collectors.macs import is_randomised
from tests.discovery.fake_network import FakeNetwork
from tests.discovery.fakes import T0, mac, switch
from tests.discovery.scanning import devices, hosts, request, scan
from tests.discovery.test_identity_by_key import Days

FLOOR = request("10.0.0.0/26")


def made_up(day: int) -> str:
    return f"da:a1:19:00:{day:02x}:07"


def scanned(engine: Engine, *visits: int, kept: str | None = None) -> int:
    """Scan on some days, a phone with another address each time; return the devices."""
    days = Days()
    for day in visits:
        days.now = T0 + timedelta(days=day)
        access = switch(
            "10.0.0.1",
            100,
            4,
            fdb=[(made_up(day), 2, 10), (mac(7), 3, 10)],
            arp=[(f"10.0.0.{10 + day}", made_up(day)), ("10.0.0.5", mac(7))],
        )
        cards = {f"10.0.0.{10 + day}": made_up(day)}
        if kept is not None:
            cards["10.0.0.50"] = kept
        there = {"10.0.0.1": access, "10.0.0.5": None, **dict.fromkeys(cards)}
        scan(FakeNetwork(there, cards=cards), engine, days, FLOOR)
    return len(devices(engine))


def test_a_phone_with_another_address_each_day_is_no_device_a_day(
    engine: Engine,
) -> None:
    assert scanned(engine, 0, 1, 2, 16, 30) == 2, "the switch and a computer"
    row = hosts(engine)["10.0.0.10"]
    assert (row["outcome"], row["reason"]) == ("unidentified", "randomised")


def test_a_machine_that_keeps_a_made_up_address_becomes_one(engine: Engine) -> None:
    assert scanned(engine, 0, 1, 16, 17, kept="da:a1:19:ff:ff:01") == 3


def test_blocks_of_hypervisors_are_not_made_up_anew() -> None:
    assert is_randomised("da:a1:19:00:00:07")
    assert not is_randomised("52:54:00:12:34:56")
    assert not is_randomised("02:42:ac:11:00:02")
    assert not is_randomised("00:1b:21:00:00:01")
