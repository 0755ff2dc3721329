"""Topic neighbours, the CDP, FDP and EDP part. Pure.

CISCO-CDP-MIB, FOUNDRY-SN-SWITCH-GROUP-MIB (snFdpCacheTable, same shape as CDP's) and
EXTREME-EDP-MIB.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping

from collectors import macs
from collectors.facts import Neighbour
from collectors.ports import Oid, Value
from collectors.snmp.smi_values import (
    ip,
    is_printable,
    mac,
    mac_arcs,
    number,
    oid,
    some_text,
)
from collectors.snmp.switching.port_map import PortMap
from collectors.snmp.topic import Cells, Group, columns

CDP_ENTRY = oid("1.3.6.1.4.1.9.9.23.1.2.1.1")
FDP_ENTRY = oid("1.3.6.1.4.1.1991.1.1.3.20.1.2.1.1")
EDP_ENTRY = oid("1.3.6.1.4.1.1916.1.13.2.1")
EDP_VLAN_IP = oid("1.3.6.1.4.1.1916.1.13.3.1.3")

_CDP = (4, 5, 6, 7, 8, 9, 11, 14, 17, 20)
_FDP = (3, 5, 6, 7, 8, 9)
_EDP = (3, 5, 6)
GROUPS = (
    Group(columns(CDP_ENTRY, *_CDP)),
    Group(columns(FDP_ENTRY, *_FDP)),
    Group(columns(EDP_ENTRY, *_EDP)),
    Group((EDP_VLAN_IP,), needs=columns(EDP_ENTRY, *_EDP)),
)

_CAPABILITIES = (
    (0x01, "router"),
    (0x02, "bridge"),
    (0x04, "bridge"),
    (0x08, "bridge"),
    (0x10, "station"),
    (0x40, "repeater"),
    (0x80, "telephone"),
)
_PHONE_NAME = re.compile(r"(?:SEP|SIP|ATA|SPA)([0-9A-Fa-f]{12})", re.IGNORECASE)
_WITH_SERIAL = re.compile(r"(?P<name>[^()\s]+)\((?P<serial>[A-Za-z0-9]+)\)")
_NO_VLAN = (0, 4095, 4096)


def parse_cdp(cells: Cells, ports: PortMap) -> Iterator[Neighbour]:
    """Yield CDP neighbours; the index is ifIndex and a number of the neighbour."""
    for index, row in cells.rows(CDP_ENTRY, *_CDP):
        if len(index) == 2 and row.get(6):
            yield _neighbour("cdp", index, row, ports)


def parse_fdp(cells: Cells, ports: PortMap) -> Iterator[Neighbour]:
    """Yield FDP neighbours: Foundry's table in CDP's terms."""
    as_cdp = {3: 6, 5: 4, 6: 5, 7: 7, 8: 8, 9: 9}
    for index, row in cells.rows(FDP_ENTRY, *_FDP):
        if len(index) == 2 and row.get(3):
            renamed = {as_cdp[n]: v for n, v in row.items()}
            yield _neighbour("fdp", index, renamed, ports)


def parse_edp(cells: Cells, ports: PortMap) -> Iterator[Neighbour]:
    """Yield EDP neighbours: index ifIndex and 8 octets that end in the MAC."""
    addresses: dict[Oid, list[str]] = {}
    for index, value in cells.column(EDP_VLAN_IP).items():
        address = ip(value)
        if address and address != "0.0.0.0":  # noqa: S104 - compared, never bound
            addresses.setdefault(index[:9], []).append(address)
    for number_of, (index, row) in enumerate(cells.rows(EDP_ENTRY, *_EDP), start=1):
        slot, port = number(row.get(5)), number(row.get(6))
        remote = mac_arcs(index[-6:])
        yield Neighbour(
            protocol="edp",
            local_if_index=index[0] if index[0] in ports.interfaces else None,
            local_port=ports.label(index[0]) or str(index[0]),
            remote_index=number_of,
            chassis_id=remote,
            chassis_id_type="mac" if remote else "other",
            port_id=f"{slot}/{port}" if slot else str(port) if port else None,
            sys_name=some_text(row.get(3)),
            management_addresses=tuple(dict.fromkeys(addresses.get(index[:9], ()))),
        )


def _neighbour(
    protocol: str, index: Oid, row: Mapping[int, Value], ports: PortMap
) -> Neighbour:
    device, kind, name = device_id(row.get(6))
    addresses = [ip(row.get(20)), ip(row.get(4))]
    port = row.get(7)
    return Neighbour(
        protocol=protocol,
        local_if_index=index[0] if index[0] in ports.interfaces else None,
        local_port=ports.label(index[0]) or str(index[0]),
        remote_index=index[1],
        chassis_id=device,
        chassis_id_type=kind,
        port_id=_readable(port),
        port_id_type="ifname" if port else "other",
        sys_name=some_text(row.get(17)) or name,
        capabilities=_capabilities(row.get(9)),
        management_addresses=tuple(
            dict.fromkeys(a for a in addresses if a and a != "0.0.0.0")  # noqa: S104
        ),
        platform=some_text(row.get(8)),
        version=some_text(row.get(5)),
        native_vlan=_vlan(row.get(11)),
        voice_vlan=_vlan(row.get(14)),
    )


def device_id(value: Value | None) -> tuple[str | None, str, str | None]:
    """Return a CDP device id as chassis id, its type, and the name in it.

    The id is a host name, `name(serial)` on NX-OS, `SERIAL(name)` on CatOS, `SEP` and
    a MAC on phones, or a bare MAC in octets or digits.
    """
    if not isinstance(value, bytes) or not value:
        return None, "other", None
    if not is_printable(value):
        address = mac(value)
        return address or value.hex(), "mac" if address else "other", None
    spelled = some_text(value) or ""
    phone = _PHONE_NAME.fullmatch(spelled)
    if phone:
        return macs.from_text(phone[1]), "mac", spelled
    address = mac(value) if len(value) > 6 else None
    if address:
        return address, "mac", None
    both = _WITH_SERIAL.fullmatch(spelled)
    if both:
        name, serial = both["name"], both["serial"]
        if re.fullmatch(r"[A-Z]{3}[0-9A-Z]{6,8}|0\d{8}", name):
            name, serial = serial, name
        return spelled, "local", name
    return spelled, "local", spelled


def _readable(value: Value | None) -> str | None:
    if not isinstance(value, bytes):
        return None
    return some_text(value) if is_printable(value) else value.hex() or None


def _capabilities(value: Value | None) -> tuple[str, ...]:
    if not isinstance(value, bytes) or not value:
        return ()
    if len(value) > 4:
        return tuple(dict.fromkeys((some_text(value) or "").lower().split()))
    mask = int.from_bytes(value, "big")
    return tuple(dict.fromkeys(name for bit, name in _CAPABILITIES if mask & bit))


def _vlan(value: Value | None) -> int | None:
    vlan = number(value)
    return None if vlan in _NO_VLAN else vlan
