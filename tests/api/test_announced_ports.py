"""The far port of a cable, as the neighbour itself counts its ports."""

from __future__ import annotations

import asyncio
from dataclasses import replace

from api.compose.wiring import App
from collectors.facts import AnnouncedPort, Neighbour, Observation
from tests.api.conftest import calling
from tests.discovery.fake_network import FakeNetwork
from tests.discovery.fakes import lldp, mac, switch
from tests.discovery.scanning import request, scan


def announces(seen: Observation, shift: int) -> Observation:
    """Return a switch that calls its ports by numbers of its own."""
    ports = tuple(
        AnnouncedPort(
            if_index=card.if_index,
            port_id=str(card.if_index + shift),
            port_id_type="local",
        )
        for card in seen.interfaces
    )
    return replace(seen, announced_ports=ports)


def by_number(port: int, chassis: str, number: str) -> Neighbour:
    heard = lldp(port, chassis, number, name="edge")
    return replace(heard, port_id_type="local")


async def test_a_link_ends_at_the_port_that_the_neighbour_means(app: App) -> None:
    """The edge counts from 3 on, hears nobody, and has an ifIndex 5 as well."""
    core = switch("10.0.0.1", 1000, 6, neighbours=[by_number(2, mac(2000), "5")])
    edge = announces(switch("10.0.0.2", 2000, 6), shift=2)
    network = FakeNetwork({"10.0.0.1": core, "10.0.0.2": edge})

    def look() -> None:
        scan(network, app.engine, app.clock, request("10.0.0.0/30"))

    await asyncio.to_thread(look)
    async with calling(app, "it") as client:
        links = (await client.get("/api/v1/links")).json()["items"]
        assert [(k["a_port"], k["b_port"]) for k in links] == [("Gi1/0/2", "Gi1/0/3")]
        heard = (await client.get("/api/v1/neighbours?visited=yes")).json()["items"]
        told = [(n["port_id"], n["remote_name"], n["remote_port"]) for n in heard]
        assert told == [("5", "sw2000", "Gi1/0/3")]
        found = (await client.get("/api/v1/interfaces?name=Gi1/0/3")).json()["items"]
        names = {(i["lldp_id"], i["lldp_id_type"]) for i in found}
        assert names == {(None, None), ("5", "local")}

    # What was not read again stays: the next visit brings the ports alone.
    network.hosts["10.0.0.2"] = replace(
        edge, announced_ports=(), reads=frozenset(("interfaces",))
    )
    await asyncio.to_thread(look)
    async with calling(app, "it") as client:
        links = (await client.get("/api/v1/links")).json()["items"]
        assert [(k["a_port"], k["b_port"]) for k in links] == [("Gi1/0/2", "Gi1/0/3")]
