"""SIP over TCP and TLS, plug-and-play as heard, and status pages."""

from __future__ import annotations

import asyncio
import socket
import ssl
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID
from hypothesis import given
from hypothesis import strategies as st

from collectors.errors import CollectError, Malformed, TooMuch, Unsupported
from collectors.phones.plug_and_play import GROUP, read_sign
from collectors.phones.plug_and_play_listener import hear_phones, phone_observation
from collectors.phones.sip_over_streams import StreamSip
from collectors.phones.sip_over_udp import collect_sip
from collectors.phones.status_page_client import LIMITS, PATHS, PhoneWeb, collect_page
from collectors.phones.status_pages import read_page
from tests.collectors.pbx.servers import Answer, Asked, Talk, serving, web

NOON = datetime(2026, 11, 24, 12, tzinfo=UTC)


def user_agent(
    status: str = "200 OK", before: str = "", body: str = ""
) -> tuple[Talk, list[str]]:
    """A SIP server over a stream, and the requests it got."""
    asked: list[str] = []

    async def talk(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        head = (await reader.readuntil(b"\r\n\r\n")).decode()
        asked.append(head)
        via = next(line for line in head.split("\r\n") if line.startswith("Via:"))
        answer = f"SIP/2.0 {status}\r\n{via}\r\nUser-Agent: Yealink SIP-T46S 66.86.0.15"
        answer += f"\r\nContent-Length: {len(body)}\r\n\r\n{body}"
        writer.write((before.replace("VIA", via) + answer).encode())
        await writer.drain()
        await reader.read()

    return talk, asked


async def test_a_phone_that_speaks_tcp_only_is_asked_over_tcp() -> None:
    talk, asked = user_agent(before="SIP/2.0 100 Trying\r\nVIA\r\n\r\n", body="v=0")
    async with serving(talk) as port:
        seen = await collect_sip(
            StreamSip(), address="127.0.0.1", port=port, seen_at=NOON
        )
    assert seen.phones[0].user_agent == "Yealink SIP-T46S 66.86.0.15"
    assert asked[0].startswith(f"OPTIONS sip:127.0.0.1:{port};transport=tcp SIP/2.0")
    assert "Via: SIP/2.0/TCP " in asked[0]


@pytest.mark.parametrize("status", ["401 Unauthorized", "407 Proxy Authentication"])
async def test_a_challenge_is_an_answer_and_is_not_answered(status: str) -> None:
    talk, asked = user_agent(status)
    async with serving(talk) as port:
        answer = await StreamSip().options("127.0.0.1", port)
    assert answer.status in {401, 407}
    assert len(asked) == 1
    assert "Authorization" not in asked[0]


def certificate(folder: Path) -> ssl.SSLContext:
    """The context of a server that signed its own certificate, as phones do."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "phone")])
    signed = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(1)
        .not_valid_before(NOON - timedelta(days=3650))
        .not_valid_after(NOON + timedelta(days=3650))
        .sign(key, hashes.SHA256())
    )
    pem = serialization.Encoding.PEM
    plain = serialization.NoEncryption()
    form = serialization.PrivateFormat.PKCS8
    both = key.private_bytes(pem, form, plain) + signed.public_bytes(pem)
    (folder / "phone.pem").write_bytes(both)
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(folder / "phone.pem")
    return context


async def test_a_phone_that_speaks_tls_is_asked_over_tls(tmp_path: Path) -> None:
    talk, asked = user_agent()
    async with serving(talk, ssl_context=certificate(tmp_path)) as port:
        answer = await StreamSip(tls=True).options("127.0.0.1", port)
    assert answer.status == 200
    assert "Via: SIP/2.0/TLS " in asked[0]


async def _endless(_: object, writer: asyncio.StreamWriter) -> None:
    while True:
        writer.write(b"x" * 65_536)
        await writer.drain()


async def _drip(_: object, writer: asyncio.StreamWriter) -> None:
    while True:
        writer.write(b"S")
        await writer.drain()
        await asyncio.sleep(0.05)


async def _provisional(_: object, writer: asyncio.StreamWriter) -> None:
    writer.write(b"SIP/2.0 100 Trying\r\n\r\n" * 100)
    await writer.drain()


async def _huge_body(_: object, writer: asyncio.StreamWriter) -> None:
    writer.write(b"SIP/2.0 200 OK\r\nContent-Length: 999999999\r\n\r\n")
    await writer.drain()


async def _http(_: object, writer: asyncio.StreamWriter) -> None:
    writer.write(b"HTTP/1.1 400 Bad Request\r\n\r\n")


@pytest.mark.parametrize("talk", [_endless, _drip, _provisional, _huge_body, _http])
async def test_a_hostile_peer_is_a_reason(talk: Talk) -> None:
    async with serving(talk) as port, asyncio.timeout(60):
        with pytest.raises(CollectError) as error:
            await StreamSip().options("127.0.0.1", port, timeout=0.4)
    assert str(error.value)


SUBSCRIBE = (
    "SUBSCRIBE sip:MAC%3a000413aabbcc@224.0.1.75 SIP/2.0\r\n"
    "Via: SIP/2.0/UDP 10.0.0.7:5060;branch=z9hG4bK1\r\n"
    'Event: ua-profile;profile-type="device";vendor="snom";model="snomD785";'
    'version="10.1.184.15"\r\n'
    "Content-Length: 0\r\n\r\n"
)


def test_a_phone_that_starts_tells_who_it_is() -> None:
    sign = read_sign(SUBSCRIBE.encode(), "10.0.0.7")
    assert sign is not None
    assert (sign.mac, sign.vendor, sign.model, sign.version) == (
        "00:04:13:aa:bb:cc",
        "snom",
        "snomD785",
        "10.1.184.15",
    )
    seen = phone_observation(sign, lambda: NOON, "hq")
    assert (seen.address, seen.phones[0].mac) == ("10.0.0.7", sign.mac)


@pytest.mark.parametrize(
    "text",
    [
        SUBSCRIBE.replace("SUBSCRIBE", "OPTIONS"),
        SUBSCRIBE.replace("ua-profile", "presence"),
        SUBSCRIBE.replace("000413aabbcc", "ffffffffffff"),
        SUBSCRIBE.replace("MAC%3a", ""),
    ],
)
def test_other_requests_are_no_sign(text: str) -> None:
    assert read_sign(text.encode(), "10.0.0.7") is None


@given(st.binary(max_size=300))
def test_any_datagram_is_a_sign_or_none(data: bytes) -> None:
    assert read_sign(data, "10.0.0.7") is None


async def test_phones_are_heard_on_their_group_and_not_answered() -> None:
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as sock:
        sock.bind(("127.0.0.1", 0))
        sock.setblocking(False)
        mine = socket.inet_aton("127.0.0.1")
        sock.setsockopt(socket.IPPROTO_IP, socket.IP_MULTICAST_IF, mine)
        port = sock.getsockname()[1]
        ear = asyncio.create_task(
            hear_phones(interface_ip="127.0.0.1", seconds=0.5, port=port + 1)
        )
        while not ear.done():
            sock.sendto(SUBSCRIBE.encode(), (GROUP, port + 1))
            sock.sendto(b"\xff" * 40, (GROUP, port + 1))
            await asyncio.sleep(0.05)
        (sign,) = await ear
        with pytest.raises(BlockingIOError):
            sock.recvfrom(2048)
    assert (sign.mac, sign.ip) == ("00:04:13:aa:bb:cc", "127.0.0.1")


CISCO = """<?xml version="1.0" encoding="utf-8"?><DeviceInformation>
<MACAddress>0072782EA401</MACAddress><HostName>SEP0072782EA401</HostName>
<phoneDN>2001</phoneDN><appLoadID>rootfs88xx.14-2</appLoadID><versionID>sip88xx.14-2
</versionID><hardwareRevision>V01</hardwareRevision><serialNumber>FCH2447A1QX
</serialNumber><modelNumber>CP-8851</modelNumber></DeviceInformation>"""
OLD_CISCO = """<HTML><script>var x = "Serial Number";</script><TABLE>
<TR><TD><B> MAC Address</B></TD><td width=20></TD><TD><B>0012D9AABB01</B></TD></TR>
<TR><TD><B> Host Name</B></TD><td></TD><TD><B>SEP0012D9AABB01</B></TD></TR>
<TR><TD><B> Phone DN</B></TD><td></TD><TD><B>4711</B></TD></TR>
<TR><TD><B> Version</B></TD><td></TD><TD><B>9.4(2SR3.1S)</B></TD></TR>
<TR><TD><B> Serial Number</B></TD><td></TD><TD><B>FCH1234ABCD</B></TD></TR>
<TR><TD><B> Model Number</B></TD><td></TD><TD><B>CP-7962G</B></TD></TR></TABLE>"""
POLY = """{"Status":"2000","data":{"ModelNumber":"VVX 411","FirmwareRelease":
"6.4.0.9888","DeviceType":"HardwareEndpoint","MACAddress":"64167f112233",
"IPV4Address":"10.0.0.9","Password":"marked-secret"}}"""


@pytest.mark.parametrize(
    ("text", "told"),
    [
        (CISCO, ("00:72:78:2e:a4:01", "FCH2447A1QX", "CP-8851", "2001", "Cisco")),
        (OLD_CISCO, ("00:12:d9:aa:bb:01", "FCH1234ABCD", "CP-7962G", "4711", "Cisco")),
        (POLY, ("64:16:7f:11:22:33", None, "VVX 411", None, "Polycom")),
    ],
)
def test_pages_of_several_makers_tell_the_same_things(
    text: str, told: tuple[str | None, ...]
) -> None:
    page = read_page(text.encode())
    found = (page.mac, page.serial, page.model, page.extension, page.manufacturer)
    assert found == told
    assert "marked-secret" not in repr(page)


@given(st.binary(max_size=400) | st.text(max_size=400).map(str.encode))
def test_any_page_is_read_or_is_none(data: bytes) -> None:
    try:
        page = read_page(data)
    except CollectError:
        return
    assert page.mac or page.serial


@pytest.mark.parametrize(
    "text",
    [
        '<?xml version="1.0"?><!DOCTYPE a [<!ENTITY b "c">]><a>&b;</a>',
        "<html><body>Welcome to my printer</body></html>",
        "[" * 50_000,
        "",
    ],
)
def test_what_is_no_page_of_a_phone_is_told_so(text: str) -> None:
    with pytest.raises(Malformed):
        read_page(text.encode())


async def test_a_page_is_found_without_any_login() -> None:
    asked: list[Asked] = []

    def handle(request: Asked) -> Answer:
        asked.append(request)
        found = request.path == "/CGI/Java/Serviceability" and "adapter" in (
            request.query
        )
        return (200, OLD_CISCO) if found else (404, "")

    async with serving(web(handle)) as port:
        seen = await collect_page(
            PhoneWeb(), address="127.0.0.1", port=port, seen_at=NOON
        )
    assert seen.hardware is not None
    assert (seen.hardware.serial, seen.phones[0].extension) == ("FCH1234ABCD", "4711")
    assert not [a for a in asked if "authorization" in a.headers]
    assert len(asked) == 3


async def test_a_page_behind_a_login_stays_there() -> None:
    asked: list[str] = []

    def handle(request: Asked) -> Answer:
        asked.append(request.headers.get("authorization", ""))
        return 401, "", {"WWW-Authenticate": 'Basic realm="phone"'}

    async with serving(web(handle)) as port:
        with pytest.raises(Unsupported):
            await PhoneWeb().page("127.0.0.1", port)
    assert asked == [""] * len(PATHS)


async def test_a_page_without_end_is_cut() -> None:
    async def endless(
        reader: asyncio.StreamReader, writer: asyncio.StreamWriter
    ) -> None:
        await reader.readuntil(b"\r\n\r\n")
        writer.write(b"HTTP/1.1 200 OK\r\n\r\n")
        while True:
            writer.write(b"<tr><td>" * 8_192)
            await writer.drain()

    async with serving(endless) as port, asyncio.timeout(60):
        with pytest.raises(TooMuch):
            await PhoneWeb(replace(LIMITS, idle=2.0)).page("127.0.0.1", port)
