"""Machines are known by their keys, not by their addresses; a cloned key is none."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta

import pytest
from sqlalchemy import Engine

from collectors.facts import (
    Address,
    Certificate,
    Clue,
    HostKey,
    Observation,
    Service,
)
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


def shown(subject: str, key: str) -> Observation:
    """A machine that shows a certificate of its own making, and nothing else."""
    certificate = Certificate(
        subject=f"CN={subject}",
        issuer=f"CN={subject}",
        not_before=T0,
        not_after=T0 + timedelta(days=3650),
        key=key,
        self_signed=True,
    )
    service = Service(
        transport="tcp", port=443, protocol="tls", certificate=certificate
    )
    clue = Clue("name", subject, "tls 443 CN")
    return replace(box(name=""), services=(service,), clues=(clue,))


def test_a_camera_that_moves_to_another_site_is_known_by_its_certificate(
    engine: Engine,
) -> None:
    days, camera = Days(), shown("axis-accc8e112233", "SHA256:one")
    other = shown("axis-accc8e445566", "SHA256:two")
    for site, address, there in (
        ("jakarta", "10.0.0.1", camera),
        ("bandung", "10.0.0.1", other),
        ("bandung", "10.0.0.7", camera),
    ):
        wanted = request("10.0.0.0/28", site=site)
        scan(FakeNetwork({address: there}), engine, days, wanted)
        days.now += timedelta(days=3)
    assert len(devices(engine)) == 2
    assert {row["site"] for row in devices(engine)} == {"bandung"}


def test_the_certificate_of_a_firmware_tells_no_devices_apart(engine: Engine) -> None:
    hosts = {f"10.0.0.{n}": shown("router.example", "SHA256:all") for n in (1, 2, 3)}
    assert scans(engine, Days(), [hosts, hosts]) == [3, 3]
