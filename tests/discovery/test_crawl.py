"""The crawl along neighbours keeps within what it may visit."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from sqlalchemy import Engine

from collectors.facts import Address
from inventory.network.queries.topology import list_unknown_neighbours
from tests.discovery.fake_network import FakeNetwork
from tests.discovery.fakes import box, lldp, mac, switch
from tests.discovery.scanning import SMALL, Clock, devices, request, scan


def chain(length: int) -> FakeNetwork:
    """Switches in a row, each announcing the next one at another network."""
    return FakeNetwork(
        {
            f"10.{n}.0.1": switch(
                f"10.{n}.0.1",
                n * 100,
                2,
                neighbours=[
                    lldp(2, mac((n + 1) * 100), "Gi1/0/1", ip=f"10.{n + 1}.0.1")
                ],
            )
            for n in range(1, length + 1)
        }
    )


def crawl(network: FakeNetwork, engine: Engine, clock: Clock, **more: Any) -> set[str]:  # noqa: ANN401
    options = replace(SMALL, crawl=True, **more.pop("options", {}))
    wanted = request("10.1.0.1", options=options, **more)
    scan(network, engine, clock, wanted)
    return {row["address"] for row in devices(engine) if row["managed"]}


def test_a_crawl_follows_neighbours_within_the_allowed_networks(
    engine: Engine, clock: Clock
) -> None:
    networks = ("10.1.0.0/16", "10.2.0.0/16", "10.3.0.0/16")
    found = crawl(chain(6), engine, clock, allowed=networks)
    assert found == {"10.1.0.1", "10.2.0.1", "10.3.0.1"}


def test_a_crawl_keeps_out_of_what_is_excluded(engine: Engine, clock: Clock) -> None:
    network = chain(6)
    found = crawl(
        network, engine, clock, allowed=("10.0.0.0/8",), exclude=("10.3.0.0/16",)
    )
    assert found == {"10.1.0.1", "10.2.0.1"}
    assert "10.3.0.1" not in network.asked
    with engine.connect() as connection:
        rows = list_unknown_neighbours(connection).rows
    assert [(row["addresses"], row["reason"]) for row in rows] == [
        (["10.3.0.1"], "excluded")
    ]


def test_a_crawl_ends_at_its_limit(engine: Engine, clock: Clock) -> None:
    found = crawl(
        chain(6), engine, clock, allowed=("10.0.0.0/8",), options={"max_crawl": 2}
    )
    assert found == {"10.1.0.1", "10.2.0.1", "10.3.0.1"}


def test_without_a_crawl_neighbours_are_listed_only(
    engine: Engine, clock: Clock
) -> None:
    network = chain(3)
    scan(network, engine, clock, request("10.1.0.1"))
    assert network.asked == ["10.1.0.1"]


def test_an_ipv6_network_is_scanned_where_neighbours_tables_know_it(
    engine: Engine, clock: Clock
) -> None:
    router = replace(
        switch("10.0.0.1", 100, 2, arp=[("2001:db8::20", mac(7))]),
        addresses=(
            Address(ip="10.0.0.1", prefix_length=24, if_index=1),
            Address(ip="2001:db8::1", prefix_length=64, if_index=1),
        ),
    )
    scan(FakeNetwork({"10.0.0.1": router}), engine, clock, request("10.0.0.1"))
    host = box("2001:db8::20", name="six", serial="SIX1", macs=[mac(7)])
    network = FakeNetwork({"2001:db8::20": host, "2001:db8::1": router})
    done = scan(network, engine, clock, request("2001:db8::/64"))
    assert sorted(network.asked) == ["2001:db8::1", "2001:db8::20"]
    assert (done.state, done.answered) == ("finished", 2)
    names = sorted(row["name"] for row in devices(engine))
    assert names == ["six", "sw100"]
