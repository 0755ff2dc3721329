"""Network cards and addresses out of `ip`, `ifconfig` and sysfs. Pure.

Numbers of the interface types are IANA's; those of sysfs are Linux' ARPHRD constants.
"""

from __future__ import annotations

import ipaddress
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace

from collectors import macs
from collectors.facts import Address, ArpEntry, Interface
from collectors.ssh.computers.sections import Group

ETHERNET, LOOPBACK, WIRELESS, TUNNEL, BRIDGE, LAG = 6, 24, 71, 131, 209, 161

_ARPHRD = {1: ETHERNET, 772: LOOPBACK, 801: WIRELESS, 768: TUNNEL, 776: TUNNEL}

MAX_CARDS = 4_096


@dataclass(slots=True)
class Card:
    """One interface while its facts are gathered."""

    name: str
    index: int | None = None
    mac: str | None = None
    mtu: int | None = None
    up: bool | None = None
    running: bool | None = None
    media: str = ""
    permanent: str | None = None
    addresses: list[tuple[str, int | None]] = field(default_factory=list)


_IP_HEAD = re.compile(r"(\d+): ([^:@\s]+)(?:@[^:]*)?: <([^>]*)>(.*)")
_IP_LINK = re.compile(r"\s+link/(\S+) (\S+)(.*)")
_IP_INET = re.compile(r"\s+inet6? ([0-9a-fA-F.:]+)(?: peer \S+?)?(?:/(\d+))?\s")
_PERMANENT = re.compile(r"\bpermaddr ([0-9a-f:]{17})")
_MTU = re.compile(r"\bmtu[ :](\d+)", re.IGNORECASE)


def parse_ip(text: str) -> dict[str, Card]:
    """Read `ip address show` or `ip -d link show`."""
    cards: dict[str, Card] = {}
    card: Card | None = None
    for line in text.splitlines():
        if head := _IP_HEAD.match(line):
            if len(cards) >= MAX_CARDS:
                break
            flags = head[3].split(",")
            card = cards.setdefault(head[2], Card(head[2], index=int(head[1])))
            card.up, card.running = "UP" in flags, "LOWER_UP" in flags
            card.mtu = _first_number(_MTU, head[4])
        elif card is None:
            continue
        elif link := _IP_LINK.match(line):
            card.mac = _real(macs.from_text(link[2]))
            if burnt_in := _PERMANENT.search(line):
                card.permanent = burnt_in[1]
        elif inet := _IP_INET.match(line + " "):
            card.addresses.append((inet[1], int(inet[2]) if inet[2] else None))
    return cards


_IF_HEAD = re.compile(
    r"([A-Za-z][\w.:-]*?):? +(?:flags=[0-9a-fA-F]+<([^>]*)>|Link )(.*)"
)
_IF_MAC = re.compile(
    r"\b(?:HWaddr|ether|lladdr|address:)\s+([0-9A-Fa-f]{1,2}(?::[0-9A-Fa-f]{1,2}){5})\b"
)
_IF_INET = re.compile(
    r"\binet6?\s+(?:addr:\s?)?([0-9a-fA-F.:]+)(?:%\w+)?(?:/(\d+))?"
    r"(?:.*?(?:prefixlen |netmask |Mask:)(\S+))?"
)
_IF_FLAGS = re.compile(r"^\s+((?:UP|BROADCAST|LOOPBACK|POINTOPOINT)\b[A-Z ]*)")
_IF_STATUS = re.compile(r"^\s+status: (.+)")
_IF_MEDIA = re.compile(r"^\s+media: (.+)")


def parse_ifconfig(text: str) -> dict[str, Card]:
    """Read `ifconfig -a` of Linux (both forms), the BSDs, macOS and Solaris."""
    cards: dict[str, Card] = {}
    card: Card | None = None
    for line in text.splitlines():
        if head := _IF_HEAD.match(line):
            if len(cards) >= MAX_CARDS:
                break
            card = cards.setdefault(head[1], Card(head[1], index=len(cards) + 1))
            if head[2] is not None:
                _flags(card, head[2].split(","))
        if card is not None:
            _ifconfig_line(card, line)
    return cards


def _real(mac: str | None) -> str | None:
    """Return a MAC; loopback and tunnels show zeros for none."""
    return None if mac == "00:00:00:00:00:00" else mac


def _ifconfig_line(card: Card, line: str) -> None:
    if card.mtu is None:
        card.mtu = _first_number(_MTU, line)
    if flags := _IF_FLAGS.match(line):
        _flags(card, flags[1].split())
    if (mac := _IF_MAC.search(line)) and card.mac is None:
        card.mac = macs.from_text(mac[1])
    if inet := _IF_INET.search(line):
        length = int(inet[2]) if inet[2] else prefix_length(inet[3])
        card.addresses.append((inet[1], length))
    if status := _IF_STATUS.match(line):
        card.running = status[1].strip() in {"active", "associated"}
    if media := _IF_MEDIA.match(line):
        card.media = media[1].strip()


def _flags(card: Card, flags: Iterable[str]) -> None:
    names = set(flags)
    card.up, card.running = "UP" in names, "RUNNING" in names


def _first_number(pattern: re.Pattern[str], text: str) -> int | None:
    found = pattern.search(text)
    return int(found[1]) if found else None


def prefix_length(mask: str | None) -> int | None:
    """Return the length of a mask as `64`, `255.255.0.0`, `0xffff0000`, `ffff0000`."""
    text = (mask or "").lower().removeprefix("0x")
    if text.isdigit() and len(text) <= 3:
        return int(text)
    try:
        bits = int(ipaddress.IPv4Address(text)) if "." in text else int(text or "x", 16)
    except ValueError:
        return None
    return bits.bit_count() if 0 <= bits < 1 << 32 else None


def interfaces_of(
    cards: Mapping[str, Card], sysfs: Mapping[str, Group]
) -> list[Interface]:
    """Return the interfaces, with what sysfs knows more than the tools."""
    interfaces = [_interface(card) for card in cards.values()]
    known = {i.name: i.if_index for i in interfaces}
    return [
        _refined(i, sysfs[i.name], known) if i.name in sysfs else i for i in interfaces
    ]


def _interface(card: Card) -> Interface:
    kind, physical = guess(card.name)
    return Interface(
        if_index=card.index or 0,
        name=card.name,
        type=kind,
        physical=physical,
        mtu=card.mtu,
        mac=card.permanent or card.mac,
        admin_up=card.up,
        oper_up=card.running,
        speed=media_speed(card.media),
        duplex=next((d for d in ("full", "half") if d in card.media.lower()), None),
    )


_VIRTUAL = re.compile(
    r"(?:veth|docker|br|virbr|vnet|tap|tun|utun|gif|stf|dummy|sit|ip6|wg|vmnet|vboxnet|"
    r"bridge|awdl|llw|p2p|ap|cali|flannel|cni|lxc|vlan|pflog|pfsync|enc|anpi|gre|"
    r"erspan|teql|ifb|XHC)\d*"
)


def guess(name: str) -> tuple[int | None, bool | None]:
    """Return type and whether it is physical, as far as a name tells."""
    if re.fullmatch(r"lo\d*", name):
        return LOOPBACK, False
    if re.match(r"wl|ath|iwn|wlan", name):
        return WIRELESS, True
    if re.match(r"bond|team|lagg", name):
        return LAG, False
    if "." in name or _VIRTUAL.match(name):
        return None, False
    return None, None


def media_speed(media: str) -> int | None:
    """Return bits per second out of e.g. `autoselect (1000baseT <full-duplex>)`."""
    found = re.search(r"(\d+(?:\.\d+)?)(G?)[bB]ase", media)
    if not found:
        return None
    return int(float(found[1]) * (10**9 if found[2] else 10**6))


def _refined(card: Interface, sysfs: Group, known: Mapping[str, int]) -> Interface:
    kind = _ARPHRD.get(sysfs.number("type") or 0, card.type)
    if sysfs.get("wireless"):
        kind = WIRELESS
    elif sysfs.get("bridge"):
        kind = BRIDGE
    elif card.type == LAG:
        kind = LAG
    speed = sysfs.number("speed") or 0
    mac = macs.from_text(sysfs.get("perm_hwaddr") or "")
    return replace(
        card,
        if_index=sysfs.number("ifindex") or card.if_index,
        type=kind,
        physical=bool(sysfs.get("device")) or bool(sysfs.get("wireless")),
        speed=speed * 10**6 if speed > 0 else card.speed,
        duplex=sysfs.get("duplex") if sysfs.get("duplex") in {"full", "half"} else None,
        mac=mac or card.mac or _real(macs.from_text(sysfs.get("address") or "")),
        alias=sysfs.get("ifalias"),
        lag_if_index=known.get(sysfs.get("master") or ""),
    )


def addresses_of(cards: Mapping[str, Card]) -> list[Address]:
    """Return the addresses that mean something outside the machine."""
    addresses: dict[str, Address] = {}
    for card in cards.values():
        for text, length in card.addresses:
            try:
                ip = ipaddress.ip_address(text)
            except ValueError:
                continue
            if not (ip.is_loopback or ip.is_link_local or ip.is_unspecified):
                addresses.setdefault(
                    str(ip),
                    Address(ip=str(ip), prefix_length=length, if_index=card.index),
                )
    return list(addresses.values())


_NEIGH = re.compile(r"([0-9a-fA-F.:]+) dev (\S+).*? lladdr ([0-9a-f:]{17})(.*)")
_ARP_A = re.compile(r"\S+ \(([0-9.]+)\) at ([0-9a-f:]{11,17}) on (\S+)")
_PROC_ARP = re.compile(r"([0-9.]+)\s+0x\S+\s+0x\S+\s+([0-9a-f:]{17})\s+\S+\s+(\S+)")


def neighbours_of(text: str, index: Mapping[str, int]) -> list[ArpEntry]:
    """Read `ip neigh`, `arp -an` or /proc/net/arp."""
    entries: dict[tuple[str, str], ArpEntry] = {}
    for line in text.splitlines():
        if found := _NEIGH.match(line):
            ip, card, mac = found[1], found[2], macs.from_text(found[3])
            if "FAILED" in found[4]:
                continue
        elif found := _ARP_A.match(line) or _PROC_ARP.match(line):
            ip, mac, card = found[1], macs.from_text(found[2]), found[3]
        else:
            continue
        if mac and mac != "00:00:00:00:00:00":
            entry = ArpEntry(ip=ip, mac=mac, if_index=index.get(card))
            entries.setdefault((ip, mac), entry)
    return list(entries.values())
