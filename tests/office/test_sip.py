from __future__ import annotations

import pytest

from collectors.errors import TimedOut
from collectors.office.server import OfficeServer
from collectors.office.sip import UserAgent
from collectors.phones.sip_over_udp import UdpSip

REQUEST = (
    "{method} sip:{who} SIP/2.0\r\n"
    "Via: SIP/2.0/UDP 127.0.0.1:4000;branch=z9hG4bK77;rport\r\n"
    "From: <sip:a@127.0.0.1>;tag=1\r\nTo: <sip:{who}>\r\n"
    "Call-ID: c1@x\r\nCSeq: 1 {method}\r\nMax-Forwards: 70\r\n\r\n"
)
PHONE = UserAgent(product="Phone/1", contact="127.10.20.1:5070", user="101")
PBX = UserAgent(product="Exchange/2", status=401, contact="127.10.30.20:5070")


def asked(agent: UserAgent, method: str = "OPTIONS") -> list[str]:
    datagram = REQUEST.format(method=method, who="x").encode()
    answer = agent.answer(datagram, ("127.0.0.1", 4001))
    assert answer is not None
    return answer.decode().split("\r\n")


def test_a_phone_names_itself_and_repeats_the_dialogue_headers() -> None:
    lines = asked(PHONE)
    assert lines[0] == "SIP/2.0 200 OK"
    assert "User-Agent: Phone/1" in lines
    assert "call-id: c1@x" in lines
    assert "cseq: 1 OPTIONS" in lines
    assert "Contact: <sip:101@127.10.20.1:5070>" in lines


def test_the_answer_tells_where_the_request_came_from() -> None:
    via = next(line for line in asked(PHONE) if line.startswith("via:"))
    assert ";rport=4001" in via
    assert via.endswith(";received=127.0.0.1")


def test_the_answer_marks_its_side_of_the_dialogue() -> None:
    to = next(line for line in asked(PHONE) if line.startswith("to:"))
    assert ";tag=" in to


def test_a_telephone_system_wants_a_login() -> None:
    lines = asked(PBX)
    assert lines[0] == "SIP/2.0 401 Unauthorized"
    assert "Server: Exchange/2" in lines
    assert any(line.startswith("WWW-Authenticate: Digest") for line in lines)


def test_other_methods_are_refused() -> None:
    assert asked(PHONE, "INVITE")[0] == "SIP/2.0 405 Method Not Allowed"


@pytest.mark.parametrize(
    "datagram",
    [
        b"",
        b"\x00\x01",
        b"SIP/2.0 200 OK\r\n\r\n",
        b"OPTIONS sip:x SIP/2.0\r\nVia: a\r\n\r\n",
        REQUEST.format(method="ACK", who="x").encode(),
    ],
)
def test_what_is_no_request_gets_no_answer(datagram: bytes) -> None:
    assert PHONE.answer(datagram, ("127.0.0.1", 1)) is None


@pytest.mark.parametrize(
    ("key", "product"),
    [
        ("tel-01", "Cisco-CP-8851-3PCC/11.3.7 (00727826a401)"),
        ("tel-05", "Yealink SIP-T54W 96.86.0.100"),
        ("tel-09", "snomD785/10.1.184.15"),
        ("tel-16", "Grandstream GRP2614 1.0.11.6"),
        ("pbx-1", "FPBX-16.0.40.7(18.20.0)"),
    ],
)
async def test_each_vendor_answers_options_in_its_own_words(
    running: OfficeServer, key: str, product: str
) -> None:
    sip = UdpSip()
    try:
        answer = await sip.options(
            str(running.office.devices[key].address), running.plan.ports.sip
        )
    finally:
        await sip.close()
    assert (answer.user_agent or answer.server or "").startswith(product)


async def test_a_computer_has_no_telephone(running: OfficeServer) -> None:
    sip = UdpSip()
    address = str(running.office.devices["pc-01"].address)
    try:
        with pytest.raises(TimedOut):
            await sip.options(address, running.plan.ports.sip, timeout=0.2)
    finally:
        await sip.close()
