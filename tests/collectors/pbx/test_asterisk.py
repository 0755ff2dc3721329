"""Asterisk read through its manager: versions, rights, secrets, hostile peers."""

from __future__ import annotations

import asyncio
import gc
import logging
import re
from dataclasses import replace

import pytest
from pydantic import SecretStr

from collectors.facts import Reason
from collectors.pbx.facts import PbxReading
from collectors.pbx.read import read_pbx
from collectors.pbx.source import Limits
from tests.collectors.pbx.servers import (
    NOON,
    SECRET,
    SOON,
    Talk,
    listing,
    manager,
    serving,
    source,
)
from tests.needs import SHARED

SIP_PASSWORD = "sip-password-77c1"

NEW = {
    "CoreSettings": "Response: Success\n@\nAsteriskVersion: 20.5.0\n\n",
    "PJSIPShowEndpoints": listing(
        "EndpointList",
        "EndpointList|ObjectName: 2001|Contacts: 2001/sip:2001@10.0.0.21:5060,",
        "EndpointList|ObjectName: desk-anna|Contacts:",
        "EndpointList|ObjectName: carrier|Contacts: carrier/sip:10.0.0.1:5060,",
    ),
    "PJSIPShowContacts": listing(
        "ContactList",
        "ContactList|Endpoint: 2001|Uri: sip:2001@10.0.0.21:5060|ViaAddr: 10.0.0.21"
        "|ViaPort: 5060|UserAgent: Yealink SIP-T46S 66.86.0.15 805ec0112233"
        "|ExpirationTime: 1795433091|Status: Reachable",
        "ContactList|Endpoint: 2001|Uri: sip:2001@10.0.0.99|ViaAddr: 10.0.0.99"
        "|UserAgent: soft|Status: Unreachable",
    ),
    "PJSIPShowEndpoint 2001": listing(
        "EndpointDetail",
        'EndpointDetail|ObjectName: 2001|Callerid: "Anna Muster" <2001>'
        "|Mailboxes: 2001@default|Accountcode: 4100",
        f"AuthDetail|ObjectName: 2001|Password: {SIP_PASSWORD}",
    ),
    "PJSIPShowEndpoint": listing("EndpointDetail", "AuthDetail|Password: x"),
    "ExtensionStateList": listing(
        "ExtensionStateList",
        "ExtensionStatus|Exten: 2002|Context: default|Hint: PJSIP/desk-anna",
    ),
    "VoicemailUsersList": listing(
        "VoicemailUserEntry",
        "VoicemailUserEntry|VMContext: default|VoiceMailbox: 2001"
        "|Fullname: Anna Muster|Email: anna@example.org",
    ),
    "QueueStatus": listing(
        "QueueStatus",
        "QueueParams|Queue: support|Strategy: ringall",
        "QueueMember|Queue: support|Location: PJSIP/desk-anna",
        "QueueMember|Queue: support|Location: Local/2001@from-queue/n",
    ),
}


async def reading(talk: Talk, limits: Limits = SOON) -> PbxReading:
    async with serving(talk) as port:
        return await read_pbx(source("asterisk", port, limits=limits), NOON)


async def test_extensions_phones_mailboxes_and_queues_of_a_new_version() -> None:
    found = await reading(manager(NEW))
    assert found.problems == ()
    assert found.version == "20.5.0"
    assert [(e.number, e.name, e.email) for e in found.extensions] == [
        ("2001", "Anna Muster", "anna@example.org"),
        ("2002", None, None),
    ]
    assert found.extensions[0].cost_centre == "4100"
    first, second = found.registrations
    assert (first.mac, first.ip, first.registered) == (
        "80:5e:c0:11:22:33",
        "10.0.0.21",
        True,
    )
    assert (second.ip, second.registered) == ("10.0.0.99", False)
    assert found.groups[0].members == ("2001", "2002")
    assert found.reads == {"extensions", "registrations", "mailboxes", "groups"}


async def test_a_trunk_to_a_carrier_is_no_extension() -> None:
    found = await reading(manager(NEW))
    assert "carrier" not in {e.number for e in found.extensions}


async def test_feature_codes_and_numbers_of_carriers_are_no_extensions() -> None:
    more = {
        "PJSIPShowEndpoints": listing(
            "EndpointList",
            "EndpointList|ObjectName: 2001|Contacts: 2001/sip:2001@10.0.0.21,",
            "EndpointList|ObjectName: 4989123456|Contacts: x/sip:carrier.example,",
            "EndpointList|ObjectName: 4989123457|Contacts:",
        ),
        "ExtensionStateList": listing(
            "ExtensionStateList",
            "ExtensionStatus|Exten: *472001|Hint: PJSIP/2001",
            "ExtensionStatus|Exten: 2001|Hint: PJSIP/2001&Custom:DND2001",
            "ExtensionStatus|Exten: *432001|Hint: PJSIP/2001",
            "ExtensionStatus|Exten: 71|Hint: park:71@parkedcalls",
        ),
    }
    found = await reading(manager(NEW | more))
    assert [e.number for e in found.extensions] == ["2001", "4989123457"]


OLD = {
    "CoreSettings": "Response: Success\n@\nAsteriskVersion: 11.25.3\n\n",
    "SIPpeers": listing(
        "Peerlist",
        "PeerEntry|Channeltype: SIP|ObjectName: 301|ChanObjectType: peer"
        "|IPaddress: 10.0.0.31|IPport: 5060|Dynamic: yes|Status: OK (12 ms)",
        "PeerEntry|Channeltype: SIP|ObjectName: 302|ChanObjectType: peer"
        "|IPaddress: -none-|IPport: 0|Dynamic: yes|Status: UNKNOWN",
        "PeerEntry|Channeltype: SIP|ObjectName: 999|ChanObjectType: peer"
        "|IPaddress: 10.0.0.1|IPport: 5060|Dynamic: no|Status: Unmonitored",
    ),
    "SIPshowpeer": "Response: Success\n@\nObjectName: 301\nSecret: "
    + SIP_PASSWORD
    + '\nCallerid: "Otto Alt" <301>\nVoiceMailbox: 301@default'
    "\nSIP-Useragent: snom370/8.7.5.35\n\n",
    "VoicemailUsersList": "Response: Success\n@\nMessage: There are no voicemail users"
    " currently defined.\n\n",
    "QueueStatus": "Response: Success\n@\nMessage: Queue status will follow\n\n"
    "Event: QueueStatusComplete\n@\n\n",
}


async def test_an_old_version_is_read_by_its_sip_peers() -> None:
    found = await reading(manager(OLD, version="1.3"))
    assert found.problems == ()
    assert [e.number for e in found.extensions] == ["301", "302"]
    (phone,) = found.registrations
    assert (phone.ip, phone.user_agent) == ("10.0.0.31", "snom370/8.7.5.35")
    assert "extensions" in found.reads


async def test_no_secret_is_kept_logged_or_told(
    caplog: pytest.LogCaptureFixture,
) -> None:
    caplog.set_level(logging.DEBUG)
    found = await reading(manager(NEW | {"SIPshowpeer": OLD["SIPshowpeer"]}))
    told = repr(found) + caplog.text
    assert SIP_PASSWORD not in told
    assert SECRET not in told
    # Nor is it in anything this reading leads to.
    seen, waiting = set(), [found]
    while waiting:
        each = waiting.pop()
        if id(each) in seen:
            continue
        seen.add(id(each))
        assert not (isinstance(each, str | bytes) and SIP_PASSWORD in str(each))
        if not isinstance(each, type):
            waiting += gc.get_referents(each)
        if len(seen) > 20_000:
            break


async def test_an_account_without_rights_is_a_reason_and_shrinks_nothing() -> None:
    denied = "Response: Error\n@\nMessage: Permission denied\n\n"
    found = await reading(manager(dict.fromkeys(NEW, denied)))
    assert {p.reason for p in found.problems} == {Reason.AUTH_FAILED}
    assert found.reads == frozenset()


async def test_a_wrong_secret_is_told_without_the_secret() -> None:
    async with serving(manager(NEW)) as port:
        wrong = replace(source("asterisk", port), secret=SecretStr("other-secret"))
        found = await read_pbx(wrong, NOON)
    (problem,) = found.problems
    assert problem.reason is Reason.AUTH_FAILED
    assert "other" not in problem.detail


async def test_a_list_that_is_cut_short_is_not_taken_for_the_whole() -> None:
    cut = NEW["PJSIPShowEndpoints"].replace("ListItems: 3", "ListItems: 30")
    found = await reading(manager(NEW | {"PJSIPShowEndpoints": cut}))
    assert "extensions" not in found.reads
    assert [p.reason for p in found.problems] == [Reason.MALFORMED]


async def _endless_banner(_: object, writer: asyncio.StreamWriter) -> None:
    while True:
        writer.write(b"x" * 65_536)
        await writer.drain()


async def _no_greeting(reader: asyncio.StreamReader, _: object) -> None:
    await reader.read()


async def _drips(_: object, writer: asyncio.StreamWriter) -> None:
    while True:
        writer.write(b"A")
        await writer.drain()
        await asyncio.sleep(0.05)


async def _other_protocol(_: object, writer: asyncio.StreamWriter) -> None:
    writer.write(b"SSH-2.0-OpenSSH_9.2\r\n" * 20)


async def _endless_list(
    reader: asyncio.StreamReader, writer: asyncio.StreamWriter
) -> None:
    await manager({})(reader, _Endless(writer))  # type: ignore[arg-type]


class _Endless:
    """Follows the login with a list that never ends."""

    def __init__(self, writer: asyncio.StreamWriter) -> None:
        self._writer = writer
        self._told = 0

    def write(self, data: bytes) -> None:
        self._told += 1
        self._writer.write(data)

    async def drain(self) -> None:
        row = b"Event: Junk\r\nActionID: purser-2\r\nBlah: " + b"y" * 900 + b"\r\n\r\n"
        while self._told > 2:
            self._writer.write(row * 64)
            await self._writer.drain()
        await self._writer.drain()


HOSTILE = {
    "an endless line": (_endless_banner, Reason.TOO_MUCH),
    "silence": (_no_greeting, Reason.TIMED_OUT),
    "a byte now and then": (_drips, Reason.TIMED_OUT),
    "another protocol": (_other_protocol, Reason.MALFORMED),
}


@pytest.fixture(params=HOSTILE)
def hostile(request: pytest.FixtureRequest) -> tuple[Talk, Reason]:
    return HOSTILE[request.param]


async def test_a_hostile_peer_costs_its_own_reading(
    hostile: tuple[Talk, Reason],
) -> None:
    talk, reason = hostile
    quick = replace(SOON, connect=0.4, idle=0.4)
    async with asyncio.timeout(60):
        found = await reading(talk, quick)
    assert [p.reason for p in found.problems] == [reason]
    assert found.reads == frozenset()


async def test_a_list_without_end_is_cut_at_the_size_allowed() -> None:
    small = replace(SOON, size=2_000_000, idle=2.0)
    async with asyncio.timeout(60):
        found = await reading(_endless_list, small)
    assert Reason.TOO_MUCH in {p.reason for p in found.problems}


async def test_a_port_where_nobody_listens_is_refused() -> None:
    async with serving(manager({})) as port:
        pass
    found = await read_pbx(source("asterisk", port), NOON)
    assert [p.reason for p in found.problems] == [Reason.REFUSED]


async def test_the_recording_of_a_real_asterisk_is_read_to_its_end() -> None:
    recorded = SHARED / "lab" / "asterisk23_ami_transcript.txt"
    if not recorded.exists():
        pytest.skip("the recording of a real Asterisk is not here")
    answers: dict[str, str] = {}
    for part in recorded.read_text("utf-8").split(">>> ")[1:]:
        head, _, body = part.partition("\n")
        action = head.split(" ")[0]
        text = re.sub(r"ActionID: inv-\w+", "@", body).strip("\n") + "\n\n"
        answers.setdefault(action, text)
    found = await reading(manager(answers, version="12.0.0"))
    assert found.version == "23.4.1"
    assert [(e.number, e.name) for e in found.extensions] == [
        ("2001", "Anna Muster"),
        ("2002", None),
        ("2003", None),
    ]
    assert {r.extension: r.mac for r in found.registrations} == {
        "2001": None,
        "2002": "80:5e:c0:11:22:33",
    }
    assert found.groups[0].members == ("2001", "2002")
    assert "p2001" not in repr(found)
