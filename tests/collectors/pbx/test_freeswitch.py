"""FreeSWITCH read by its event socket."""

from __future__ import annotations

import asyncio
import json
from dataclasses import replace

from pydantic import SecretStr

from collectors.facts import Reason
from collectors.pbx.facts import PbxReading
from collectors.pbx.read import read_pbx
from tests.collectors.pbx.servers import NOON, SECRET, SOON, Talk, serving, source

USERS = """userid|context|domain|group|contact|callgroup|effective_caller_id_name|\
effective_caller_id_number
1000|default|pbx.example|default|sofia/internal/sip:1000@10.0.0.5|techsupport|\
Anna Muster|1000
1001|default|pbx.example|default|error/user_not_registered||Extension 1001|1001

+OK
"""
LIVE = json.dumps(
    {
        "row_count": 1,
        "rows": [
            {
                "reg_user": "1000",
                "realm": "pbx.example",
                "token": "call-1",
                "url": "sofia/internal/sip:1000@10.0.0.5:5060;fs_path=x",
                "expires": "1795433091",
                "network_ip": "10.0.0.5",
                "network_port": "5062",
                "network_proto": "udp",
            }
        ],
    }
)
PROFILES = """<profiles>
<profile><name>internal</name><type>profile</type><state>RUNNING (0)</state></profile>
<alias><name>pbx.example</name><type>alias</type></alias></profiles>"""
REGISTERED = """<profile><registrations><registration><call-id>call-1</call-id>
<user>1000@pbx.example</user>
<contact>&quot;Anna&quot; &lt;sip:1000@10.0.0.5:5060&gt;;+sip.instance=\
&quot;&lt;urn:uuid:0fa3bfa8-1dd2-11b2-9c4e-805ec0112244&gt;&quot;</contact>
<agent>Yealink SIP-T54W 96.86.0.100</agent><status>Registered(UDP)</status>
</registration></registrations></profile>"""
ANSWERS = {
    "version": "FreeSWITCH Version 1.10.11-release+git~20231222",
    "list_users": USERS,
    "show registrations as json": LIVE,
    "sofia xmlstatus": PROFILES,
    "sofia xmlstatus profile internal reg": REGISTERED,
    "callcenter_config queue list": "name|strategy|moh\nsales@x|longest-idle|y\n+OK\n",
    "callcenter_config tier list": "queue|agent|state\nsales@x|1000@x|Ready\n+OK\n",
}


def event_socket(answers: dict[str, str]) -> Talk:
    async def talk(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writer.write(b"Content-Type: auth/request\n\n")
        told = (await reader.readuntil(b"\n\n")).decode().strip()
        good = told == f"auth {SECRET}"
        said = "+OK accepted" if good else "-ERR invalid"
        writer.write(f"Content-Type: command/reply\nReply-Text: {said}\n\n".encode())
        while good:
            asked = (await reader.readuntil(b"\n\n")).decode().strip()
            command = asked.removeprefix("api ")
            text = answers.get(command, f"-ERR {command.split()[0]} Command not found!")
            body = text.encode()
            head = f"Content-Type: api/response\nContent-Length: {len(body)}\n\n"
            writer.write(head.encode() + body)
            await writer.drain()

    return talk


async def reading(talk: Talk, **more: object) -> PbxReading:
    async with serving(talk) as port:
        return await read_pbx(source("freeswitch", port, **more), NOON)


async def test_users_registrations_and_queues_are_read() -> None:
    found = await reading(event_socket(ANSWERS))
    assert found.problems == ()
    assert found.version == "1.10.11-release+git~20231222"
    assert [(e.number, e.name) for e in found.extensions] == [
        ("1000", "Anna Muster"),
        ("1001", None),
    ]
    (phone,) = found.registrations
    assert (phone.extension, phone.ip, phone.port) == ("1000", "10.0.0.5", 5062)
    assert phone.mac == "80:5e:c0:11:22:44"
    assert phone.user_agent == "Yealink SIP-T54W 96.86.0.100"
    assert found.groups[0].members == ("1000",)
    assert found.reads == {"extensions", "registrations", "groups"}


async def test_without_any_registration_the_list_is_empty_and_whole() -> None:
    found = await reading(
        event_socket(ANSWERS | {"show registrations as json": '{"row_count":0}'})
    )
    assert found.registrations == ()
    assert "registrations" in found.reads


async def test_a_wrong_password_is_refused_and_not_told() -> None:
    secret = SecretStr("another-word")
    found = await reading(event_socket(ANSWERS), secret=secret)
    assert [p.reason for p in found.problems] == [Reason.AUTH_FAILED]
    assert "another-word" not in repr(found)


async def test_an_address_that_is_not_admitted_is_told_so() -> None:
    async def rude(_: object, writer: asyncio.StreamWriter) -> None:
        writer.write(b"Content-Type: text/rude-rejection\nContent-Length: 24\n\n")
        writer.write(b"Access Denied, go away.\n")

    found = await reading(rude)
    assert [p.reason for p in found.problems] == [Reason.AUTH_FAILED]


async def test_an_answer_of_a_gigabyte_is_not_read() -> None:
    async def huge(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writer.write(b"Content-Type: auth/request\n\n")
        await reader.readuntil(b"\n\n")
        writer.write(b"Content-Type: command/reply\nReply-Text: +OK accepted\n\n")
        while await reader.readuntil(b"\n\n"):
            writer.write(b"Content-Type: api/response\nContent-Length: 1073741824\n\n")

    found = await reading(huge, limits=replace(SOON, idle=0.3))
    assert {p.reason for p in found.problems} <= {Reason.TOO_MUCH, Reason.TIMED_OUT}
    assert Reason.TOO_MUCH in {p.reason for p in found.problems}
    assert found.reads == frozenset()


async def test_a_bomb_in_the_xml_costs_the_user_agents_only() -> None:
    bomb = (
        '<!DOCTYPE x [<!ENTITY a "aaaa"><!ENTITY b "&a;&a;">]><profiles>&b;</profiles>'
    )
    found = await reading(event_socket(ANSWERS | {"sofia xmlstatus": bomb}))
    assert [p.reason for p in found.problems] == [Reason.MALFORMED]
    assert found.registrations[0].user_agent is None
    assert "registrations" in found.reads


async def test_json_of_another_form_is_malformed() -> None:
    found = await reading(
        event_socket(ANSWERS | {"show registrations as json": "[1, 2"})
    )
    assert [p.reason for p in found.problems] == [Reason.MALFORMED]
    assert "registrations" not in found.reads
