"""Machines are known by their keys, not by their addresses; a cloned key is none."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta

import pytest
from sqlalchemy import Engine

from collectors.facts import Address, HostKey, Observation
from tests.discovery.fake_network import FakeNetwork
from tests.discovery.fakes import T0, box, mac
from tests.discovery.scanning import devices, request, scan


class Days:
    """A clock that stands still until the next scan."""

    def __init__(self) -> None:
        self.now = T0

    def __call__(self) -> datetime:
        return self.now


def keyed(key: str, seen: Observation) -> Observation:
    return replace(seen, host_keys=(HostKey(algorithm="", fingerprint=key),))


def scans(
    engine: Engine, days: Days, networks: list[dict[str, Observation]]
) -> list[int]:
    """Scan once a day; return how many devices there are after each scan."""
    counts = []
    for hosts in networks:
        scan(FakeNetwork(dict(hosts)), engine, days, request("10.0.0.0/28"))
        counts.append(len(devices(engine)))
        days.now += timedelta(days=1)
    return counts


def where(engine: Engine) -> dict[str, str]:
    return {row["name"]: row["address"] for row in devices(engine)}


def test_two_laptops_that_swap_addresses_stay_themselves(engine: Engine) -> None:
    sari = keyed("SHA256:sari", box(name="sari-laptop", macs=[mac(1)]))
    budi = keyed("SHA256:budi", box(name="budi-laptop", macs=[mac(2)]))
    before = {"10.0.0.1": sari, "10.0.0.2": budi}
    after = {"10.0.0.1": budi, "10.0.0.2": sari}
    assert scans(engine, Days(), [before, after, after]) == [2, 2, 2]
    assert where(engine) == {"sari-laptop": "10.0.0.2", "budi-laptop": "10.0.0.1"}


@pytest.mark.parametrize("shared", ["key", "uuid", "both"])
def test_three_clones_are_three_devices_however_often_they_are_seen(
    engine: Engine, shared: str
) -> None:
    uuid = "564d0a11-22b3-44c5-55d6-66e778899aab"
    hosts = {}
    for n in (1, 2, 3):
        clone = box(
            name="template",
            uuid=None if shared == "key" else uuid,
            macs=[f"52:54:00:00:00:{n:02x}"],
        )
        key = f"SHA256:own{n}" if shared == "uuid" else "SHA256:template"
        hosts[f"10.0.0.{n}"] = keyed(key, clone)
    assert scans(engine, Days(), [hosts] * 5) == [3] * 5


def test_containers_of_one_template_are_told_by_the_card_they_use(
    engine: Engine,
) -> None:
    """They have no physical card, the template's host key and its name."""
    hosts = {}
    for n in (1, 2, 3):
        at = f"10.0.0.{n}"
        made = box(name="template", macs=[f"52:54:00:00:00:{n:02x}"])
        hosts[at] = keyed(
            "SHA256:template",
            replace(
                made,
                interfaces=tuple(replace(c, physical=False) for c in made.interfaces),
                addresses=(Address(ip=at, if_index=1),),
                reads=made.reads | {"addresses"},
            ),
        )
    assert scans(engine, Days(), [hosts] * 5) == [3] * 5


def test_clones_with_names_of_their_own_are_three_devices(engine: Engine) -> None:
    hosts = {
        f"10.0.0.{n}": keyed("SHA256:template", box(name=f"vm{n}", macs=[mac(n)]))
        for n in (1, 2, 3)
    }
    moved = {f"10.0.0.{n % 3 + 1}": hosts[f"10.0.0.{n}"] for n in (1, 2, 3)}
    assert scans(engine, Days(), [hosts, moved, hosts, moved, hosts]) == [3] * 5
    assert where(engine) == {f"vm{n}": f"10.0.0.{n}" for n in (1, 2, 3)}
