"""Hand-made identification and observations for the tests of discovery."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

from collectors.facts import (
    Address,
    ArpEntry,
    FdbEntry,
    Hardware,
    Interface,
    MedInventory,
    Neighbour,
    Observation,
    System,
)

T0 = datetime(2026, 3, 17, 9, 30, tzinfo=UTC)
HOUR = timedelta(hours=1)


@dataclass(frozen=True, slots=True)
class Said:
    value: str | None = None
    confidence: float = 0.0
    reasons: tuple[str, ...] = ()
    source: str = ""
    suggested: bool = False


@dataclass(frozen=True, slots=True)
class Fields:
    fields: Mapping[str, Said] = field(default_factory=dict)


class PlainIdentify:
    """Takes hardware at its word; enough where identification is not the matter."""

    def observed(self, observations: Sequence[Observation]) -> Fields:
        said = {name: Said() for name in ("type", "vendor", "model", "serial")}
        for seen in observations:
            if seen.hardware is not None:
                box = seen.hardware
                for name, value in (
                    ("vendor", box.manufacturer),
                    ("model", box.model),
                    ("serial", box.serial),
                ):
                    if value:
                        said[name] = Said(value, 0.9, ("hardware says so",), "box")
            for clue in seen.clues:
                if clue.kind == "type":
                    said["type"] = Said(clue.value, 0.8, ("clue",), clue.source)
        return Fields(said)

    def heard(self, neighbours: Sequence[Neighbour]) -> Fields:
        said = {name: Said() for name in ("type", "vendor", "model", "serial")}
        for neighbour in neighbours:
            if "telephone" in neighbour.capabilities:
                said["type"] = Said("phone", 0.8, ("capability",), "lldp")
            if neighbour.med is not None and neighbour.med.serial:
                said["serial"] = Said(neighbour.med.serial, 0.9, ("MED",), "lldp")
        return Fields(said)


def mac(number: int) -> str:
    """A globally administered address of a real maker, by number."""
    return "3c:d9:2b:" + number.to_bytes(3, "big").hex(":")


def box(
    address: str = "10.0.0.1",
    *,
    serial: str | None = None,
    maker: str = "Acme",
    uuid: str | None = None,
    name: str | None = None,
    macs: Sequence[str] = (),
    engine: str | None = None,
    base: str | None = None,
    collector: str = "snmp",
    at: datetime = T0,
    site: str = "",
) -> Observation:
    """An observation with what identity needs."""
    return Observation(
        address=address,
        collector=collector,
        seen_at=at,
        site=site,
        system=System(name=name, engine_id=engine, base_mac=base),
        hardware=Hardware(manufacturer=maker, model="M1", serial=serial, uuid=uuid),
        interfaces=tuple(
            Interface(if_index=n, name=f"eth{n}", type=6, mac=m)
            for n, m in enumerate(macs, 1)
        ),
        reads=frozenset(("interfaces",)),
    )


def switch(
    address: str,
    number: int,
    ports: int,
    *,
    fdb: Sequence[tuple[str, int, int]] = (),
    arp: Sequence[tuple[str, str]] = (),
    neighbours: Sequence[Neighbour] = (),
    at: datetime = T0,
    lag: Mapping[int, int] | None = None,
) -> Observation:
    """A switch whose base MAC is `mac(number)` and whose ports follow it."""
    return Observation(
        address=address,
        collector="snmp",
        seen_at=at,
        system=System(name=f"sw{number}", base_mac=mac(number)),
        hardware=Hardware(manufacturer="Acme", model="S", serial=f"SW{number:06}"),
        interfaces=tuple(
            Interface(
                if_index=n,
                name=f"Gi1/0/{n}",
                type=161 if lag and n in lag.values() else 6,
                mac=mac(number + n),
                physical=not (lag and n in lag.values()),
                lag_if_index=(lag or {}).get(n),
            )
            for n in range(1, ports + 1)
        ),
        addresses=(Address(ip=address, prefix_length=24, if_index=1),),
        fdb=tuple(FdbEntry(mac=m, if_index=p, vlan=v) for m, p, v in fdb),
        arp=tuple(ArpEntry(ip=ip, mac=m) for ip, m in arp),
        neighbours=tuple(neighbours),
        reads=frozenset(("interfaces", "addresses", "fdb", "arp", "neighbours")),
    )


def lldp(
    port: int,
    chassis: str,
    remote_port: str,
    *,
    name: str | None = None,
    capabilities: Sequence[str] = ("bridge",),
    med: MedInventory | None = None,
    ip: str | None = None,
    protocol: str = "lldp",
) -> Neighbour:
    return Neighbour(
        protocol=protocol,
        local_if_index=port,
        chassis_id=chassis,
        chassis_id_type="mac",
        port_id=remote_port,
        port_id_type="mac" if remote_port.count(":") == 5 else "ifname",
        sys_name=name,
        capabilities=tuple(capabilities),
        management_addresses=(ip,) if ip else (),
        med=med,
    )
