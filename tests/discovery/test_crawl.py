"""The crawl along neighbours keeps within what it may visit."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from sqlalchemy import Engine, select

from collectors.facts import Address, Clue, Peer, System
from inventory.network.queries.topology import list_unknown_neighbours
from inventory.network.scan_tables import ScanHost
from inventory.storage.rows import table_of
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


def routers() -> FakeNetwork:
    """Two routers that speak OSPF over a network with a host, and one far away."""
    first = replace(
        switch("10.1.0.1", 100, 2, arp=[("10.1.9.9", mac(7)), ("10.1.0.2", mac(200))]),
        peers=(
            Peer(ip="10.1.0.2", protocol="ospf", up=True),
            Peer(ip="10.1.0.3", protocol="bgp", up=False),
            Peer(ip="192.0.2.1", protocol="gateway"),
            Peer(ip="10.1.7.7", protocol="eigrp", up=True),
        ),
    )
    second = replace(
        switch("10.1.0.2", 200, 2),
        peers=(Peer(ip="10.1.0.1", protocol="ospf", up=True),),
    )
    host = box("10.1.9.9", name="host", serial="H1", macs=[mac(7)])
    return FakeNetwork({"10.1.0.1": first, "10.1.0.2": second, "10.1.9.9": host})


def told(engine: Engine) -> dict[str, tuple[str, str | None, str]]:
    table = table_of(ScanHost)
    with engine.connect() as connection:
        rows = connection.execute(select(table).where(table.c.device_id.is_(None)))
        return {row.address: (row.outcome, row.reason, row.detail) for row in rows}


def test_a_crawl_follows_routing_peers_and_says_why_it_did_not(
    engine: Engine, clock: Clock
) -> None:
    network = routers()
    found = crawl(network, engine, clock, may_enter=("10.1.0.0/16",))
    assert found == {"10.1.0.1", "10.1.0.2"}
    assert "192.0.2.1" not in network.asked
    assert "10.1.0.3" not in network.asked
    assert told(engine) == {
        "10.1.7.7": (
            "silent",
            "timed-out",
            "nothing answered (EIGRP neighbour of sw100)",
        ),
        "192.0.2.1": (
            "excluded",
            "outside",
            "in no network that is scanned or allowed (default gateway of sw100)",
        ),
    }


def test_a_crawl_follows_arp_tables_if_asked(engine: Engine, clock: Clock) -> None:
    found = crawl(
        routers(),
        engine,
        clock,
        may_enter=("10.1.0.0/16",),
        exclude=("10.1.7.0/24",),
        options={"crawl_arp": True},
    )
    assert found == {"10.1.0.1", "10.1.0.2", "10.1.9.9"}
    assert told(engine)["10.1.7.7"][:2] == ("excluded", "excluded")


def test_a_virtual_switch_that_was_heard_before_it_is_read_is_one_device(
    engine: Engine, clock: Clock
) -> None:
    """Its addresses are made up, so that they join nothing by themselves."""
    own = "52:54:00:00:20:01"
    near = switch(
        "10.1.0.1",
        100,
        2,
        arp=[("10.2.0.1", own)],
        neighbours=[lldp(2, own, "Gi1/0/1", name="sw200", ip="10.2.0.1")],
    )
    far = replace(
        box("10.2.0.1", name="sw200", macs=[own], engine="80001f8880aa11"),
    )
    far = replace(
        far, clues=(Clue("type", "switch", "test"),), system=System(name="sw200")
    )
    first = FakeNetwork({"10.1.0.1": near})
    scan(first, engine, clock, request("10.1.0.1"))
    assert sorted(row["name"] for row in devices(engine)) == ["sw100", "sw200"]
    both = FakeNetwork({"10.1.0.1": near, "10.2.0.1": far})
    for _ in range(2):
        scan(both, engine, clock, request("10.1.0.1", "10.2.0.1"))
        found = {row["name"]: row["managed"] for row in devices(engine)}
        assert found == {"sw100": True, "sw200": True}
        assert len(devices(engine)) == 2
