"""Whatever strangers send, every parser answers with what it understood."""

from __future__ import annotations

import random
from collections.abc import Callable
from contextlib import suppress

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from collectors.link.frames import DhcpServerSign, parse_frame
from collectors.office.announce import encode
from collectors.probes.parsers import (
    certificates,
    dns,
    greetings,
    http_page,
    industrial,
    ipp,
    mdns,
    netbios,
    ntlm,
    rdp,
    smb,
    snmp_engine,
    ssh_hello,
    upnp,
    wsd,
)
from collectors.probes.parsers.said import LONGEST, MOST_CLUES, Said
from tests.discovery.test_listening import offer

ADDRESS = "192.0.2.7"
MOST = 16 * MOST_CLUES


def _hello(data: bytes) -> Said:
    found = ssh_hello.version_line(data)
    if found is None:
        ssh_hello.algorithms(data)
        ssh_hello.exchange_start(data, b"1" * 32)
        return ssh_hello.read_hello("SSH-2.0-x", ssh_hello.packets(data), 22)
    return ssh_hello.read_hello(found[0], ssh_hello.packets(data[found[1] :]), 22)


def _rdp(data: bytes) -> Said:
    rdp.wants_tls(data)
    return Said()


def _names(data: bytes) -> Said:
    said, zone = Said(), dns.Transfer("example")
    dns.answers(data, 1, "a.example")
    with suppress(OSError):
        zone.take(data)
    for found in (dns.values_of(dns.records(data), dns.PTR), *zone.names.values()):
        for name in found:
            said.name(name, "dns")
    return said


def _bacnet(data: bytes) -> Said:
    industrial.bacnet_instance(data)
    return industrial.read_bacnet(data)


def _dhcp(data: bytes) -> Said:
    said, sign = Said(), parse_frame(data, "eth0")
    if isinstance(sign, DhcpServerSign):
        said.announced("dhcp server", sign.address)
    return said


PARSERS: dict[str, Callable[[bytes], Said]] = {
    "dns": _names,
    "dhcp": _dhcp,
    "mdns": lambda data: mdns.read([data, data[::-1]], ADDRESS),
    "ssdp": lambda data: upnp.read_answers([data], ADDRESS),
    "upnp": upnp.read_description,
    "wsd": lambda data: wsd.read_matches([data], ADDRESS),
    "wsd metadata": wsd.read_metadata,
    "netbios": netbios.read_status,
    "ntlm": lambda data: ntlm.read_challenge(data, "x"),
    "smb": smb.read_negotiated,
    "smb challenge": smb.read_challenge,
    "smb1": smb.read_negotiated_1,
    "tls": lambda data: certificates.read_tls(data, 443),
    "http": lambda data: http_page.read_page(data, 80, ADDRESS),
    "ipp": lambda data: ipp.read_attributes(http_page.body_of(data)),
    "ssh": _hello,
    "rdp": _rdp,
    "rtsp": lambda data: greetings.read_rtsp(data, 554),
    "ftp": lambda data: greetings.read_mail_or_ftp(data, 21),
    "telnet": lambda data: greetings.read_telnet(data, 23),
    "snmp": snmp_engine.read_report,
    "modbus": industrial.read_modbus,
    "cip": industrial.read_identity,
    "bacnet": _bacnet,
}
SEEDS: dict[str, bytes] = {
    "dns": encode.dns_answer(
        ("example", 6, bytes(22)),
        ("a.example", 1, bytes((10, 0, 0, 7))),
        ("7.0.0.10.in-addr.arpa", 12, encode.dns_name("a.example")),
    ),
    "dhcp": offer("10.0.0.1", "10.0.0.254"),
    "mdns": encode.dns_answer(
        *encode.instance("Copier", "_ipp._tcp", "copier", ty="HP LaserJet", UUID="x"),
        ("7.2.0.192.in-addr.arpa", 12, encode.dns_name("copier.local")),
    ),
    "ssdp": b"HTTP/1.1 200 OK\r\nLOCATION: http://192.0.2.7/d\r\nUSN: uuid:1\r\n",
    "upnp": encode.upnp_description({"modelName": "One", "UDN": "uuid:1"}),
    "wsd": encode.probe_match(
        "dn:NetworkVideoTransmitter",
        "onvif://www.onvif.org/hardware/P1",
        "urn:uuid:5f5a69c2-e0ae-504f-829b-00cf0b9b9b01",
        "http://192.0.2.7/onvif",
    ),
    "netbios": encode.netbios_status([("PC", 0, False)], "00:11:32:d4:9a:83"),
    "ntlm": encode.ntlm_challenge({1: "PC", 3: "pc.example"}, (10, 0, 22631)),
    "smb": encode.smb_negotiated(bytes(range(16))),
    "smb challenge": encode.smb_challenge({1: "PC"}, (10, 0, 22631)),
    "smb1": b"\xffSMB\x72" + bytes(27) + b"\x11\0\0" + bytes(34),
    "http": encode.http_answer(b"<title>Router</title>", Server="x"),
    "ipp": encode.ipp_answer({"printer-make-and-model": (0x41, "HP LaserJet")}),
    "ssh": b"SSH-2.0-x\r\n" + ssh_hello.kexinit(bytes(16)),
    "rtsp": b"RTSP/1.0 200 OK\r\nServer: x\r\n\r\n",
    "ftp": b"220 ready\r\n",
    "telnet": b"\xff\xfb\x01login: ",
    "modbus": bytes.fromhex("000100000010012b0e0101000001000541434d4545"),
    "bacnet": bytes.fromhex("810a001c01003001000c0c023fffff19463e7505004142433f"),
}


def check(name: str, data: bytes) -> None:
    said = PARSERS[name](data)
    assert len(said.clues) <= MOST_CLUES
    assert len(said.services) <= MOST
    assert all(len(clue.value) <= LONGEST for clue in said.clues)
    assert all(clue.value.isprintable() for clue in said.clues)


@pytest.mark.parametrize("name", PARSERS)
def test_any_bytes_are_read(name: str) -> None:
    @settings(max_examples=60, deadline=None, database=None)
    @given(st.binary(max_size=700))
    def run(data: bytes) -> None:
        check(name, data)

    run()


@pytest.mark.parametrize("name", SEEDS)
def test_damaged_answers_are_read(name: str) -> None:
    chance = random.Random(name)
    for _ in range(250):
        check(name, damaged(SEEDS[name], chance))


@pytest.mark.slow
@pytest.mark.parametrize("name", PARSERS)
def test_two_hundred_thousand_damaged_answers_are_read(name: str) -> None:
    chance = random.Random(name)
    seed = SEEDS.get(name, b"")
    for _ in range(200_000):
        check(name, damaged(seed or chance.randbytes(80), chance))


def damaged(data: bytes, chance: random.Random) -> bytes:
    """An answer with octets changed, cut, doubled or put in."""
    found = bytearray(data)
    for _ in range(chance.randrange(1, 5)):
        at = chance.randrange(len(found) + 1)
        match chance.randrange(5):
            case 0 if found:
                found[at % len(found)] = chance.randrange(256)
            case 1:
                del found[at:]
            case 2:
                found[at:at] = chance.randbytes(chance.randrange(1, 9))
            case 3:
                found[at:at] = found[at : at + 40]
            case _:
                del found[at : at + chance.randrange(1, 5)]
    return bytes(found[:4096])


def test_answers_as_they_should_be_say_something() -> None:
    for name, seed in SEEDS.items():
        said = PARSERS[name](seed)
        assert said.clues or said.services, name
