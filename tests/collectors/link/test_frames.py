"""Frames built by hand, read back; broken ones left alone."""

from __future__ import annotations

import struct

import pytest
from hypothesis import given
from hypothesis import strategies as st

from collectors.errors import TooMuch, Unsupported
from collectors.facts import MedInventory, Neighbour
from collectors.link import scapy_link
from collectors.link.frames import DhcpSign, parse_frame
from collectors.link.scapy_link import ScapyLink

PHONE = bytes.fromhex("000413741767")
LLDP_GROUP = bytes.fromhex("0180c200000e")


def tlv(kind: int, value: bytes) -> bytes:
    return struct.pack("!H", kind << 9 | len(value)) + value


def med(kind: int, value: bytes) -> bytes:
    return tlv(127, bytes.fromhex("0012bb") + bytes([kind]) + value)


def lldp(*tlvs: bytes) -> bytes:
    return LLDP_GROUP + PHONE + b"\x88\xcc" + b"".join(tlvs) + b"\0\0"


POLICY = bytes([1]) + (1 << 22 | 200 << 9 | 5 << 6 | 46).to_bytes(3)

ANNOUNCED = lldp(
    tlv(1, b"\x04" + PHONE),
    tlv(2, b"\x03" + PHONE),
    tlv(3, b"\0\x78"),
    tlv(4, b"WAN PORT"),
    tlv(5, b"desk-42"),
    tlv(6, b"Acme 1.2"),
    tlv(7, struct.pack("!HH", 0x24, 0x20)),
    tlv(8, b"\x05\x01" + bytes([10, 0, 0, 21]) + b"\x02\0\0\0\x01\0"),
    tlv(127, bytes.fromhex("0080c2") + b"\x01" + b"\0\x14"),
    med(1, b"\0\x3f\x03"),
    med(2, POLICY),
    med(8, b"000413741767"),
    med(10, b"Acme D7"),
    med(11, b"IT-04711"),
)


def test_an_lldp_phone_tells_who_it_is_and_its_inventory() -> None:
    assert parse_frame(ANNOUNCED, "eth0") == Neighbour(
        protocol="lldp",
        local_port="eth0",
        chassis_id="00:04:13:74:17:67",
        chassis_id_type="mac",
        port_id="00:04:13:74:17:67",
        port_id_type="mac",
        port_descr="WAN PORT",
        sys_name="desk-42",
        sys_descr="Acme 1.2",
        capabilities=("telephone",),
        management_addresses=("10.0.0.21",),
        native_vlan=20,
        voice_vlan=200,
        med=MedInventory(
            device_class=3,
            policies=((1, 200),),
            serial="000413741767",
            model="Acme D7",
            asset_id="IT-04711",
        ),
    )


def cdp_tlv(kind: int, value: bytes) -> bytes:
    return struct.pack("!HH", kind, 4 + len(value)) + value


def cdp(*tlvs: bytes) -> bytes:
    body = bytes.fromhex("aaaa0300000c2000") + b"\x02\xb4\0\0" + b"".join(tlvs)
    return bytes.fromhex("01000ccccccc") + PHONE + struct.pack("!H", len(body)) + body


def test_a_cdp_phone_tells_its_platform_and_its_voice_vlan() -> None:
    address = struct.pack("!I", 1) + b"\x01\x01\xcc\0\x04" + bytes([10, 0, 0, 22])
    frame = cdp(
        cdp_tlv(1, b"SEP000413741767"),
        cdp_tlv(2, address),
        cdp_tlv(3, b"Port 1"),
        cdp_tlv(4, struct.pack("!I", 0x490)),
        cdp_tlv(5, b"load-1.2"),
        cdp_tlv(6, b"Acme IP Phone 8"),
        cdp_tlv(0x0A, b"\0\x14"),
        cdp_tlv(0x0E, b"\x01\0\xc8"),
    )
    assert parse_frame(frame, "eth0") == Neighbour(
        protocol="cdp",
        local_port="eth0",
        chassis_id="00:04:13:74:17:67",
        chassis_id_type="mac",
        port_id="Port 1",
        port_id_type="ifname",
        sys_name="SEP000413741767",
        capabilities=("station", "telephone"),
        management_addresses=("10.0.0.22",),
        platform="Acme IP Phone 8",
        version="load-1.2",
        native_vlan=20,
        voice_vlan=200,
    )


def dhcp(port: int = 67) -> bytes:
    bootp = b"\x01\x01\x06\0" + bytes(24) + PHONE + bytes(10 + 64 + 128)
    options = (
        bytes.fromhex("63825363")
        + b"\x35\x01\x01\x0c\x07desk-42\x3c\x07yealink\x37\x03\x01\x03\x42\x32\x04"
        + bytes([10, 0, 0, 21])
        + b"\xff"
    )
    udp = struct.pack("!HHHH", 68, port, 0, 0) + bootp + options
    ip = bytes([0x45]) + bytes(8) + b"\x11" + bytes(10) + udp
    return b"\xff" * 6 + PHONE + b"\x08\0" + ip


def test_a_dhcp_client_tells_its_vendor_class_and_what_it_asks_for() -> None:
    assert parse_frame(dhcp(), "eth0") == DhcpSign(
        mac="00:04:13:74:17:67",
        ip="10.0.0.21",
        hostname="desk-42",
        vendor_class="yealink",
        requested=(1, 3, 66),
    )
    assert parse_frame(dhcp(port=68), "eth0") is None


def test_a_vlan_tag_is_looked_through() -> None:
    tagged = ANNOUNCED[:12] + bytes.fromhex("810000c8") + ANNOUNCED[12:]
    assert parse_frame(tagged, "eth0") == parse_frame(ANNOUNCED, "eth0")


@given(st.integers(0, len(ANNOUNCED)))
def test_a_frame_cut_anywhere_is_read_or_left(size: int) -> None:
    parse_frame(ANNOUNCED[:size], "eth0")


HEADS = [ANNOUNCED[:14], cdp()[:26], dhcp()[:42], b""]


@given(st.sampled_from(HEADS), st.binary(max_size=300))
def test_any_bytes_after_a_header_are_read_or_left(head: bytes, rest: bytes) -> None:
    parse_frame(head + rest, "eth0")


async def test_large_networks_and_ipv6_are_not_asked_by_arp() -> None:
    for network in ("10.0.0.0/16", "2001:db8::/64"):
        with pytest.raises(TooMuch, match="4096"):
            await ScapyLink().arp(network, interface="eth0")


async def test_a_missing_interface_says_what_to_check() -> None:
    with pytest.raises(Unsupported, match="CAP_NET_RAW"):
        await ScapyLink().arp("10.213.78.0/30", interface="nope0")
    with pytest.raises(Unsupported, match="name of the interface"):
        await anext(aiter(ScapyLink().listen(interface="nope0", seconds=1)))


async def test_without_the_right_to_raw_frames_the_error_says_so(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    def refuse(*_: object, **__: object) -> None:
        raise PermissionError(1, "Operation not permitted")

    monkeypatch.setattr("scapy.sendrecv.srp", refuse)
    with pytest.raises(Unsupported, match="Operation not permitted"):
        await ScapyLink().arp("127.0.0.0/30", interface="lo")
    assert scapy_link.LARGEST == 4_096
