"""Every packet that probes send, and who gets it: a list a person can read. Pure.

The collector sends what stands here and nothing else; a test compares the list with a
capture. Printers are never written to on port 9100, where whatever arrives is printed.
"""

from __future__ import annotations

import ipaddress
from collections.abc import Collection, Sequence
from dataclasses import dataclass

from collectors.probes.parsers import (
    greetings,
    industrial,
    ipp,
    mdns,
    netbios,
    rdp,
    smb,
    snmp_engine,
    upnp,
    wsd,
)

NEVER = frozenset((9100, 9101, 9102, 9103))
"""Ports where what arrives is printed (raw printing)."""

_TO_SEGMENT = (
    "where silent, the same once to 239.255.255.250 on our own segment,"
    " unless a range of the site is off or fragile"
)


@dataclass(frozen=True, slots=True)
class Probe:
    """One question.

    Attributes:
        name: Its name.
        transport: `udp` or `tcp`.
        port: Where it goes.
        sends: What is sent, for a person.
        follows: What is sent after an answer; empty for nothing.
        industrial: Only where a range asks for it.
    """

    name: str
    transport: str
    port: int
    sends: str
    follows: str = ""
    industrial: bool = False


PROBES: tuple[Probe, ...] = (
    Probe(
        *("mdns", "udp", mdns.PORT, "DNS query: own name, services, instances"),
        "DNS query for TXT records of instances; at most one",
    ),
    Probe(
        *("ssdp", "udp", upnp.PORT, "M-SEARCH for upnp:rootdevice"),
        f"{_TO_SEGMENT}; HTTP GET of the description, on its own address only",
    ),
    Probe(
        *("ws-discovery", "udp", wsd.PORT, "Probe for anything"),
        f"{_TO_SEGMENT}; WS-Transfer Get of metadata, on its own address only",
    ),
    Probe("netbios", "udp", netbios.PORT, "node status query for the name *"),
    Probe("snmp-engine", "udp", snmp_engine.PORT, "SNMPv3 discovery without a user"),
    Probe("ssh", "tcp", 22, "version, KEXINIT, first message of a key exchange"),
    Probe("http", "tcp", 80, "GET /", "GET of one redirection on the same server"),
    Probe("https", "tcp", 443, "TLS handshake, GET /", "as http"),
    Probe("https-alt", "tcp", 8443, "TLS handshake, GET /", "as http"),
    Probe("http-alt", "tcp", 8080, "GET /", "as http"),
    Probe(
        *("smb", "tcp", smb.PORT, "SMB 2 NEGOTIATE"),
        "SESSION_SETUP with NTLM NEGOTIATE; no AUTHENTICATE follows",
    ),
    Probe("smb1", "tcp", smb.PORT, "SMB 1 NEGOTIATE of the dialect NT LM 0.12"),
    Probe("rdp", "tcp", rdp.PORT, "X.224 connection request", "TLS handshake"),
    Probe("ipp", "tcp", ipp.PORT, "Get-Printer-Attributes", "the same over TLS"),
    Probe("rtsp", "tcp", greetings.RTSP, "OPTIONS"),
    Probe("airplay", "tcp", greetings.AIRPLAY, "RTSP OPTIONS"),
    Probe("ftp", "tcp", greetings.FTP, "nothing: the greeting is read"),
    Probe("telnet", "tcp", greetings.TELNET, "nothing: the greeting is read"),
    Probe("smtp", "tcp", greetings.SMTP, "nothing: the greeting is read"),
    Probe(
        *("bacnet", "udp", industrial.BACNET, "Who-Is, ReadProperty of the model"),
        "ReadProperty of vendor, name and firmware",
        True,
    ),
    Probe(
        *("modbus", "tcp", industrial.MODBUS, "Read Device Identification"), "", True
    ),
    Probe("ethernet-ip", "udp", industrial.ETHERNET_IP, "ListIdentity", "", True),
)
INDUSTRIAL = tuple(probe.name for probe in PROBES if probe.industrial)


@dataclass(frozen=True, slots=True, kw_only=True)
class ProbeRules:
    """What a site allows.

    Attributes:
        on: Whether anything is probed.
        off: Networks that are not probed.
        passive: Networks of fragile machines: nothing at all is sent there.
        industrial: Pairs of a probe's name and a network, joined by a blank, for
            probes that are off elsewhere.
    """

    on: bool = True
    off: tuple[str, ...] = ()
    passive: tuple[str, ...] = ()
    industrial: tuple[str, ...] = ()

    def is_passive(self, address: str) -> bool:
        """Whether an address is asked nothing, by no protocol."""
        return within(address, self.passive)

    def apart(self, addresses: Sequence[str]) -> tuple[list[str], list[str]]:
        """Return the addresses that may be asked, and those that may not."""
        asked = [each for each in addresses if not self.is_passive(each)]
        return asked, [each for each in addresses if self.is_passive(each)]

    @property
    def by_multicast(self) -> bool:
        """Whether a whole segment may be asked: nobody there may have to be spared."""
        return self.on and not self.off and not self.passive

    def probes_for(self, address: str) -> tuple[Probe, ...]:
        """Return what an address may be asked."""
        if not self.on or self.is_passive(address) or within(address, self.off):
            return ()
        allowed = {
            name
            for each in self.industrial
            for name, _, network in [each.partition(" ")]
            if within(address, (network,))
        }
        return tuple(p for p in PROBES if not p.industrial or p.name in allowed)


def within(address: str, networks: Collection[str]) -> bool:
    """Whether an address lies in any of some networks, ranges or addresses."""
    ip = ipaddress.ip_address(address)
    for network in networks:
        first, dash, last = network.partition("-")
        if dash:
            if "." not in last and ":" not in last:
                last = f"{first.rpartition('.')[0]}.{last}"
            low, high = ipaddress.ip_address(first), ipaddress.ip_address(last)
            inside = low.version == ip.version and int(low) <= int(ip) <= int(high)
        else:
            inside = ip in ipaddress.ip_network(network, strict=False)
        if inside:
            return True
    return False


def described(probes: Sequence[Probe]) -> list[dict[str, str]]:
    """Return the list of what is sent as rows for a person."""
    return [
        {
            "probe": probe.name,
            "to": f"{probe.transport} {probe.port}",
            "sends": probe.sends,
            "then": probe.follows,
        }
        for probe in probes
    ]
