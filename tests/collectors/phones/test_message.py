"""SIP messages: what is read, what is refused, what survives anything."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from collectors.errors import CollectError, Malformed, TooMuch
from collectors.phones import sip_message

OK = (
    b"SIP/2.0 200 OK\r\n"
    b"v: SIP/2.0/UDP 10.0.0.5:5061;branch=z9hG4bKabc;rport=5061\r\n"
    b"Via: SIP/2.0/UDP 10.0.0.9;branch=z9hG4bKouter\r\n"
    b"Allow: INVITE, ACK,\r\n OPTIONS\r\n"
    b"m: <sip:2002@10.0.0.22:5060>\r\n"
    b"User-Agent: Yealink SIP-T46S 66.86.0.15\r\n"
    b"\r\nbody: no header\r\n"
)


def test_compact_folded_and_repeated_headers_are_understood() -> None:
    read = sip_message.parse(OK)
    assert (read.status, read.phrase) == (200, "OK")
    assert read.branch == "z9hG4bKabc"
    assert read.items("allow") == ("INVITE", "ACK", "OPTIONS")
    assert read.headers["contact"] == "<sip:2002@10.0.0.22:5060>"
    assert "body" not in read.headers


def test_a_request_gives_its_method_and_uri() -> None:
    head = (
        b"SUBSCRIBE sip:MAC%3a000413741767@224.0.1.75 SIP/2.0\n"
        b'Event: ua-profile;vendor="snom"\n\n'
    )
    read = sip_message.parse(head)
    assert (read.status, read.phrase) == (0, "SUBSCRIBE")
    assert read.uri == "sip:MAC%3a000413741767@224.0.1.75"
    assert read.headers["event"] == 'ua-profile;vendor="snom"'


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"\0\0\0\0",
        b"HTTP/1.1 200 OK\r\n\r\n",
        b"SIP/2.0 999 No\r\n\r\n",
        b"SIP/2.0\r\n",
        b"OPTIONS sip:a SIP/3.0\r\n\r\n",
    ],
)
def test_what_is_not_sip_is_malformed(data: bytes) -> None:
    with pytest.raises(Malformed, match="not a SIP message"):
        sip_message.parse(data)


@pytest.mark.parametrize(
    "data",
    [
        b"SIP/2.0 200 OK\r\nX: " + b"a" * 60_000,
        b"SIP/2.0 200 OK\r\n" + b"A: b\r\n" * 300 + b"\r\n",
    ],
)
def test_an_endless_head_is_too_much(data: bytes) -> None:
    with pytest.raises(TooMuch, match="SIP message"):
        sip_message.parse(data)


def test_terminal_escapes_do_not_get_through() -> None:
    read = sip_message.parse(
        b"SIP/2.0 200 OK\r\nServer: \x1b[2J\x1b]0;owned\x07phone\r\n\r\n"
    )
    assert read.headers["server"].isprintable()


@given(st.binary(max_size=600))
def test_any_datagram_is_read_or_refused(data: bytes) -> None:
    try:
        read = sip_message.parse(b"SIP/2.0 200 OK\r\n" + data)
    except CollectError:
        return
    assert all(v.isprintable() and len(v) <= 2_048 for v in read.headers.values())


@given(
    port=st.integers(1, 65_535),
    host=st.ip_addresses().map(str),
    branch=st.from_regex(r"z9hG4bK[0-9a-f]{16}", fullmatch=True),
)
def test_our_own_request_reads_back(port: int, host: str, branch: str) -> None:
    data = sip_message.options_request(
        host=host, port=port, local_host="10.0.0.5", local_port=5061, branch=branch
    )
    read = sip_message.parse(data)
    assert (read.phrase, read.branch) == ("OPTIONS", branch)
    assert read.uri == f"sip:{sip_message.bracketed(host)}:{port}"
    assert "authorization" not in read.headers
