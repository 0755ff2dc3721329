"""Frames heard on a link, as facts: LLDP, CDP and DHCP. Pure.

LLDP: IEEE 802.1AB; LLDP-MED: ANSI/TIA-1057; port VLAN: IEEE 802.1Q annex D. CDP has no
standard; the layout is that of its published dissectors. DHCP: RFC 2131 and 2132.
"""

from __future__ import annotations

import ipaddress
import struct
from collections.abc import Iterator
from dataclasses import dataclass, replace

from collectors import macs
from collectors.facts import MedInventory, Neighbour
from collectors.text import meaningful, printable

_ETHERTYPE_LLDP = 0x88CC
_ETHERTYPE_IPV4 = 0x0800
_ETHERTYPE_VLAN = 0x8100
_SNAP_CDP = bytes.fromhex("aaaa0300000c2000")
_TIA, _DOT1 = bytes.fromhex("0012bb"), bytes.fromhex("0080c2")
MAX_TLVS = 256

_LLDP_CAPABILITIES = (
    *("other", "repeater", "bridge", "wlan-ap", "router", "telephone", "docsis"),
    "station",
)
_CDP_CAPABILITIES = (
    (0x01, "router"),
    (0x02, "bridge"),
    (0x08, "bridge"),
    (0x10, "station"),
    (0x40, "repeater"),
    (0x80, "telephone"),
)
_CHASSIS = {1: "component", 4: "mac", 5: "ip", 6: "ifname", 7: "local"}
_PORT = {1: "other", 2: "component", 3: "mac", 4: "ip", 5: "ifname", 7: "local"}
_MED_TEXTS = {
    5: "hardware_rev",
    6: "firmware_rev",
    7: "software_rev",
    8: "serial",
    9: "manufacturer",
    10: "model",
    11: "asset_id",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class DhcpSign:
    """What a client told in a DHCP request.

    Attributes:
        requested: Option 55: the options it asks for, in its own order.
        client_id: Option 61 as hex, where it is more than the MAC again.
        vendor_options: Option 43 as hex.
        server: Option 54: the server it takes an address from.
    """

    mac: str
    ip: str | None = None
    hostname: str | None = None
    vendor_class: str | None = None
    requested: tuple[int, ...] = ()
    client_id: str | None = None
    vendor_options: str | None = None
    server: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class DhcpServerSign:
    """What a server told in an offer or an acknowledgement.

    Attributes:
        address: Option 54, else where the answer came from.
        mac: Of the frame.
        router: Option 3, the first.
        name_servers: Option 6.
        domain: Option 15.
        lease_seconds: Option 51.
    """

    address: str
    mac: str
    router: str | None = None
    name_servers: tuple[str, ...] = ()
    domain: str | None = None
    lease_seconds: int | None = None


Sign = Neighbour | DhcpSign | DhcpServerSign


def parse_frame(frame: bytes, port: str) -> Sign | None:
    """Return what a frame tells; None for any other and for a broken one.

    Args:
        frame: From the Ethernet header on.
        port: The interface it was heard on.
    """
    try:
        kind, body = _ethernet(frame)
        if kind == _ETHERTYPE_LLDP:
            return _lldp(body, port)
        if kind == _ETHERTYPE_IPV4:
            return _dhcp(body, frame[6:12].hex(":"))
        if kind <= 1500 and body.startswith(_SNAP_CDP):
            return _cdp(body[len(_SNAP_CDP) : kind], port)
    except (struct.error, IndexError, ValueError):
        return None
    return None


def _ethernet(frame: bytes) -> tuple[int, bytes]:
    (kind,) = struct.unpack_from("!H", frame, 12)
    if kind == _ETHERTYPE_VLAN:
        (kind,) = struct.unpack_from("!H", frame, 16)
        return kind, frame[18:]
    return kind, frame[14:]


def _text(data: bytes) -> str | None:
    return meaningful(data.rstrip(b"\0").decode("utf-8", "replace"))


def _identity(kinds: dict[int, str], data: bytes) -> tuple[str | None, str]:
    """Return an LLDP chassis or port id with the kind of its subtype."""
    kind, value = kinds.get(data[0], "other"), data[1:]
    if kind == "mac":
        return macs.from_bytes(value), kind
    if kind == "ip" and len(value) in (5, 17):
        return str(ipaddress.ip_address(value[1:])), kind
    return printable(value.decode("utf-8", "replace")) or None, kind


def _lldp_tlvs(data: bytes) -> Iterator[tuple[int, bytes]]:
    for _ in range(MAX_TLVS):
        if len(data) < 2:
            return
        (head,) = struct.unpack_from("!H", data)
        kind, length = head >> 9, head & 0x1FF
        if kind == 0 or length > len(data) - 2:
            return
        yield kind, data[2 : 2 + length]
        data = data[2 + length :]


def _lldp(data: bytes, port: str) -> Neighbour | None:
    row = Neighbour(protocol="lldp", local_port=port)
    for kind, value in _lldp_tlvs(data):
        if kind == 127:
            row = _organisation(row, value[:3], value[3], value[4:])
        else:
            row = _lldp_basic(row, kind, value)
    return row if row.chassis_id else None


def _lldp_basic(row: Neighbour, kind: int, value: bytes) -> Neighbour:
    match kind:
        case 1:
            name, of = _identity(_CHASSIS, value)
            return replace(row, chassis_id=name, chassis_id_type=of)
        case 2:
            name, of = _identity(_PORT, value)
            return replace(row, port_id=name, port_id_type=of)
        case 4:
            return replace(row, port_descr=_text(value))
        case 5:
            return replace(row, sys_name=_text(value))
        case 6:
            return replace(row, sys_descr=_text(value))
        case 7:
            (enabled,) = struct.unpack_from("!H", value, 2)
            names = enumerate(_LLDP_CAPABILITIES)
            found = tuple(name for bit, name in names if enabled >> bit & 1)
            return replace(row, capabilities=found)
        case 8 if value[1] in (1, 2):
            ip = str(ipaddress.ip_address(value[2 : 1 + value[0]]))
            known = row.management_addresses
            return replace(row, management_addresses=(*known, ip))
    return row


def _organisation(row: Neighbour, oui: bytes, kind: int, value: bytes) -> Neighbour:
    if oui == _DOT1 and kind == 1:
        (vlan,) = struct.unpack_from("!H", value)
        return replace(row, native_vlan=vlan or None)
    if oui != _TIA:
        return row
    med = row.med or MedInventory()
    if kind == 1:
        med = replace(med, device_class=value[2])
    elif kind == 2:
        vlan = int.from_bytes(value[1:4]) >> 9 & 0xFFF
        med = replace(med, policies=(*med.policies, (value[0], vlan)))
        if value[0] == 1:
            row = replace(row, voice_vlan=vlan or None)
    elif kind in _MED_TEXTS:
        med = replace(med, **{_MED_TEXTS[kind]: _text(value)})  # type: ignore[arg-type]
    return replace(row, med=med)


def _cdp_tlvs(data: bytes) -> Iterator[tuple[int, bytes]]:
    data = data[4:]
    for _ in range(MAX_TLVS):
        if len(data) < 4:
            return
        kind, length = struct.unpack_from("!HH", data)
        if not 4 <= length <= len(data):
            return
        yield kind, data[4:length]
        data = data[length:]


def _cdp(data: bytes, port: str) -> Neighbour | None:
    row = Neighbour(protocol="cdp", local_port=port)
    for kind, value in _cdp_tlvs(data):
        row = _cdp_field(row, kind, value)
    return row if row.sys_name else None


def _cdp_field(row: Neighbour, kind: int, value: bytes) -> Neighbour:
    match kind:
        case 0x01:
            name = _text(value)
            mac = macs.from_text((name or "")[-12:]) if name else None
            return replace(
                row,
                sys_name=name,
                chassis_id=mac or name,
                chassis_id_type="mac" if mac else "local",
            )
        case 0x02 | 0x16:
            known = row.management_addresses
            both = (*known, *_cdp_addresses(value))
            return replace(row, management_addresses=tuple(dict.fromkeys(both)))
        case 0x03:
            return replace(row, port_id=_text(value), port_id_type="ifname")
        case 0x04:
            bits = int.from_bytes(value[:4])
            found = (name for bit, name in _CDP_CAPABILITIES if bits & bit)
            return replace(row, capabilities=tuple(dict.fromkeys(found)))
        case 0x05:
            return replace(row, version=_text(value))
        case 0x06:
            return replace(row, platform=_text(value))
        case 0x0A:
            return replace(row, native_vlan=int.from_bytes(value[:2]) or None)
        case 0x0E:
            return replace(row, voice_vlan=int.from_bytes(value[1:3]) or None)
    return row


def _cdp_addresses(data: bytes) -> Iterator[str]:
    (count,) = struct.unpack_from("!I", data)
    at = 4
    for _ in range(min(count, 16)):
        at += 2 + data[at + 1]
        (length,) = struct.unpack_from("!H", data, at)
        value = data[at + 2 : at + 2 + length]
        at += 2 + length
        if len(value) in (4, 16):
            yield str(ipaddress.ip_address(value))


_MAGIC = bytes.fromhex("63825363")


def _dhcp(packet: bytes, sender: str) -> DhcpSign | DhcpServerSign | None:
    """Read BOOTP with options in UDP over IPv4: a request, or what answers it."""
    if packet[9] != 17:
        return None
    udp = packet[(packet[0] & 0x0F) * 4 :]
    ports = struct.unpack_from("!2H", udp)
    bootp = udp[8:]
    if bootp[1:3] != b"\x01\x06" or bootp[236:240] != _MAGIC:
        return None
    options = _dhcp_options(bootp[240:])
    if ports[1] == 67 and bootp[0] == 1:
        return _dhcp_client(bootp, options)
    # A relay stands in front of a server: the frame is the relay's.
    if ports[0] == 67 and bootp[0] == 2 and options.get(53) in (b"\2", b"\5"):
        return _dhcp_server(packet[12:16], sender, options)
    return None


def _dhcp_client(bootp: bytes, options: dict[int, bytes]) -> DhcpSign:
    requested = options.get(50) or bootp[12:16]
    mac = bootp[28:34]
    client = options.get(61, b"")
    return DhcpSign(
        mac=mac.hex(":"),
        ip=_ipv4(requested),
        hostname=_text(options.get(12, b"")),
        vendor_class=_text(options.get(60, b"")),
        requested=tuple(options.get(55, b"")),
        client_id=client.hex() if client not in (b"", b"\x01" + mac) else None,
        vendor_options=options.get(43, b"").hex() or None,
        server=_ipv4(options.get(54, b"")),
    )


def _dhcp_server(
    source: bytes, sender: str, options: dict[int, bytes]
) -> DhcpServerSign | None:
    address = _ipv4(options.get(54, b"")) or _ipv4(source)
    if address is None:
        return None
    servers = options.get(6, b"")
    found = (_ipv4(servers[at : at + 4]) for at in range(0, min(len(servers), 32), 4))
    lease = options.get(51, b"")
    return DhcpServerSign(
        address=address,
        mac=sender,
        router=_ipv4(options.get(3, b"")[:4]),
        name_servers=tuple(each for each in found if each is not None),
        domain=_text(options.get(15, b"")),
        lease_seconds=min(int.from_bytes(lease), 2**31 - 1)
        if len(lease) == 4
        else None,
    )


def _ipv4(octets: bytes) -> str | None:
    """Return an IPv4 address; None for none and for the unspecified one."""
    if len(octets) != 4 or octets == b"\0\0\0\0":
        return None
    return str(ipaddress.IPv4Address(octets))


def _dhcp_options(data: bytes) -> dict[int, bytes]:
    found: dict[int, bytes] = {}
    at = 0
    while at + 1 < len(data) and data[at] != 255:
        if data[at] == 0:
            at += 1
            continue
        found.setdefault(data[at], data[at + 2 : at + 2 + data[at + 1]])
        at += 2 + data[at + 1]
    return found
