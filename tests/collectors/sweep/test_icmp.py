"""Echo packets: built, read back, and garbage left alone."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from collectors.sweep import icmp

TOKEN = b"\x01\x02\x03\x04\x05\x06\x07\x08"


def as_reply(version: int, packet: bytes) -> bytes:
    return bytes([icmp.ECHO_REPLY[version]]) + packet[1:]


@given(st.binary(max_size=200))
def test_a_packet_with_its_checksum_in_place_sums_to_zero(data: bytes) -> None:
    if len(data) % 2:
        data += b"\0"
    assert icmp.checksum(data + icmp.checksum(data).to_bytes(2)) == 0


@pytest.mark.parametrize("version", [4, 6])
@pytest.mark.parametrize("index", [0, 65_536, 2**32 - 1])
def test_a_reply_tells_which_address_was_asked(version: int, index: int) -> None:
    packet = as_reply(version, icmp.echo_request(version, TOKEN, index))
    assert icmp.read_reply(version, packet, TOKEN) == index


def test_the_ip_header_that_raw_sockets_deliver_is_skipped() -> None:
    reply = as_reply(4, icmp.echo_request(4, TOKEN, 7))
    header = bytes([0x46]) + bytes(23)
    assert icmp.read_reply(4, header + reply, TOKEN) == 7


def test_requests_and_replies_of_others_are_not_ours() -> None:
    request = icmp.echo_request(4, TOKEN, 7)
    assert icmp.read_reply(4, request, TOKEN) is None
    assert icmp.read_reply(4, as_reply(4, request), b"8 others") is None


@given(version=st.sampled_from([4, 6]), data=st.binary(max_size=120))
def test_garbage_is_never_a_reply(version: int, data: bytes) -> None:
    assert icmp.read_reply(version, data, TOKEN) is None


def test_the_checksum_of_the_request_is_right() -> None:
    assert icmp.checksum(icmp.echo_request(4, TOKEN, 99)) == 0
