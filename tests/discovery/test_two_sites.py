"""Two sites that scan the same roaming machines at once: no failure, nothing twice."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import datetime

import pytest
from sqlalchemy import Engine, text

from collectors.facts import Observation
from discovery.scan.requests import ScanOptions, ScanRequest
from inventory.storage.audit import verify
from tests.discovery.fake_network import FakeNetwork
from tests.discovery.fakes import box, lldp, mac, switch
from tests.discovery.scanning import scan

Clock = Callable[[], datetime]
LAPTOPS = 12
WIDE = ScanOptions(tcp_ports=(), ssh_ports=(), sip_port=None, chunk=64, concurrency=16)


def network(site: int) -> dict[str, Observation]:
    """A switch of the site, phones on it, and laptops that are at both sites."""
    own, phone = 1000 * site, mac(9000)
    learned = [(mac(8000 + n), n + 1, 10) for n in range(LAPTOPS)]
    hosts = {
        "10.0.0.1": switch(
            "10.0.0.1",
            own,
            LAPTOPS + 2,
            fdb=[*learned, (phone, LAPTOPS + 1, 20), (mac(9100), LAPTOPS + 2, 10)],
            arp=[("10.0.0.200", mac(9100))],
            neighbours=[lldp(LAPTOPS + 1, phone, phone, capabilities=["telephone"])],
        )
    }
    for n in range(LAPTOPS):
        laptop = box(serial=f"ROAM{n:04}", name=f"lap{n}", macs=[mac(8000 + n)])
        hosts[f"10.0.0.{10 + n}"] = replace(laptop, address=f"10.0.0.{10 + n}")
    return hosts


@pytest.mark.parametrize("database_url", ["postgres"], indirect=True)
def test_roaming_machines_are_one_device_each(engine: Engine, clock: Clock) -> None:
    def visit(site: int) -> None:
        wanted = ScanRequest(targets=("10.0.0.0/24",), site=f"s{site}", options=WIDE)
        for _ in range(2):
            scan(FakeNetwork(dict(network(site))), engine, clock, wanted)

    with ThreadPoolExecutor(2) as workers:
        list(workers.map(visit, (1, 2)))
    with engine.connect() as connection:

        def count(query: str) -> int:
            found = connection.execute(text(query)).scalar_one()
            assert isinstance(found, int)
            return found

        assert count("SELECT count(*) FROM scan WHERE state <> 'finished'") == 0
        assert count("SELECT count(*) FROM scan_host WHERE outcome = 'failed'") == 0
        living = "SELECT count(*) FROM device WHERE merged_at IS NULL"
        assert count(living) == 2 + LAPTOPS + 2
        places = "SELECT count(*) FROM sighting WHERE closed_at IS NULL AND mac = '{}'"
        assert count(places.format(mac(8000))) == 2
        assert count(places.format(mac(9000))) == 2
    assert verify(engine) == []
