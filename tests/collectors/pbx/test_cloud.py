"""3CX and Microsoft Teams over HTTP, and lists in CSV files."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from collectors.errors import Malformed, TooMuch
from collectors.facts import Reason
from collectors.pbx.csv.rows import parse_rows
from collectors.pbx.facts import PbxReading
from collectors.pbx.read import read_pbx
from collectors.pbx.source import PbxSource
from tests.collectors.pbx.servers import (
    NOON,
    SECRET,
    SOON,
    Answer,
    Asked,
    serving,
    source,
    web,
)

TOKEN = "bearer-token-9911"
WEB_PASSWORD = "phone-web-password-3"


def rows(*values: dict[str, Any]) -> str:
    return json.dumps({"value": list(values)})


USERS = [
    {
        "Id": n,
        "Number": str(100 + n),
        "FirstName": "Anna" if n == 0 else "User",
        "LastName": "Muster" if n == 0 else str(n),
        "EmailAddress": "anna@example.org" if n == 0 else "",
        "Enabled": True,
        "IsRegistered": n == 0,
        "AuthPassword": WEB_PASSWORD,
        "Phones": [
            {
                "Id": 1,
                "MacAddress": "805EC0112233",
                "Name": "Yealink T54W",
                "PhoneWebPassword": WEB_PASSWORD,
            }
        ]
        if n == 0
        else [],
    }
    for n in range(130)
]


def three_cx(asked: Asked) -> Answer:
    if asked.path == "/connect/token":
        good = SECRET in asked.body and "client_credentials" in asked.body
        return (200, json.dumps({"access_token": TOKEN})) if good else (400, "{}")
    if asked.headers.get("authorization") != f"Bearer {TOKEN}":
        return 401, ""
    table = asked.path.removeprefix("/xapi/v1/")
    if table == "Users":
        start, top = int(asked.query["$skip"]), int(asked.query["$top"])
        return 200, rows(*USERS[start : start + top])
    if table == "RingGroups":
        members = [{"Number": "100"}, {"Number": "101"}]
        group = {"Number": "800", "Name": "Sales", "RingStrategy": "RingAll"}
        return 200, rows(group | {"Members": members})
    if table == "Queues":
        return 200, rows()
    return 404, ""


async def cx(handle: Any, **more: object) -> PbxReading:  # noqa: ANN401
    async with serving(web(handle)) as port:
        return await read_pbx(source("3cx", port, **more), NOON)


async def test_users_of_3cx_are_read_page_by_page_with_their_phones() -> None:
    found = await cx(three_cx)
    assert [p.where for p in found.problems] == ["pbx:3cx DidNumbers"]
    assert len(found.extensions) == 130
    assert (found.extensions[0].name, found.extensions[0].email) == (
        "Anna Muster",
        "anna@example.org",
    )
    (phone,) = found.registrations
    assert (phone.mac, phone.model, phone.registered) == (
        "80:5e:c0:11:22:33",
        "Yealink T54W",
        True,
    )
    assert found.groups[0].members == ("100", "101")
    assert found.reads == {"extensions", "registrations", "groups"}


async def test_neither_secret_nor_token_nor_passwords_of_phones_are_kept() -> None:
    told = repr(await cx(three_cx))
    assert not [s for s in (SECRET, TOKEN, WEB_PASSWORD) if s in told]


async def test_a_client_that_is_refused_is_a_reason() -> None:
    found = await cx(lambda _: (400, '{"error":"invalid_client"}'))
    assert [p.reason for p in found.problems] == [Reason.AUTH_FAILED]


NUMBERS = "/v1.0/admin/teams/telephoneNumberManagement/numberAssignments"


class Graph:
    """Microsoft Graph with two pages of numbers."""

    def __init__(self) -> None:
        self.base = ""
        self.busy = 1
        self.next_link = ""

    def __call__(self, asked: Asked) -> Answer:
        if asked.path.endswith("/oauth2/v2.0/token"):
            return 200, json.dumps({"access_token": TOKEN})
        if asked.headers.get("authorization") != f"Bearer {TOKEN}":
            return 401, ""
        if asked.path == "/v1.0/users":
            user = {"id": "u-1", "displayName": "Anna Muster", "accountEnabled": True}
            more = {"userPrincipalName": "anna@example.org", "mail": None}
            return 200, rows(user | more)
        assert asked.path == NUMBERS
        if self.busy:
            self.busy -= 1
            return 429, "", {"Retry-After": "0"}
        if asked.query.get("$skiptoken") != "2":
            told = {"telephoneNumber": "+31104144188", "numberType": "callingPlan"}
            told |= {"assignmentStatus": "userAssigned", "assignmentTargetId": "u-1"}
            page = {"value": [told], "@odata.nextLink": self.next_link}
            return 200, json.dumps(page)
        free = {"telephoneNumber": "+31104144189", "assignmentStatus": "unassigned"}
        return 200, rows(free | {"assignmentTargetId": None, "city": "Rotterdam"})


async def teams(graph: Graph, link: str) -> PbxReading:
    async with serving(web(graph)) as port:
        base = f"http://127.0.0.1:{port}"
        graph.next_link = link.format(base=base)
        asked = source("teams", port, tenant="contoso.example", base_url=base)
        return await read_pbx(asked, NOON)


async def test_numbers_of_teams_are_read_with_their_users() -> None:
    found = await teams(Graph(), "{base}" + NUMBERS + "?$skiptoken=2")
    assert found.problems == ()
    assert [(n.number, n.extension, n.status) for n in found.numbers] == [
        ("+31104144188", "+31104144188", "userAssigned"),
        ("+31104144189", None, "unassigned"),
    ]
    (line,) = found.extensions
    assert (line.name, line.email) == ("Anna Muster", "anna@example.org")
    assert found.reads == {"numbers", "extensions"}


async def test_the_token_is_not_taken_to_another_host() -> None:
    found = await teams(Graph(), "http://evil.example" + NUMBERS)
    assert [p.reason for p in found.problems] == [Reason.MALFORMED]
    assert TOKEN not in repr(found)


async def test_pages_that_lead_in_a_circle_are_left() -> None:
    found = await teams(Graph(), "{base}" + NUMBERS)
    assert [p.reason for p in found.problems] == [Reason.TOO_MUCH]


LIST = """\ufeffDurchwahl;Name;E-Mail;MAC;Modell;IP;DID;Mailbox;Sammelanschluss
2001;Anna Muster;anna@example.org;80-5E-C0-11-22-33;T54W;10.0.0.7;+4989123452001;2001;\
Vertrieb|Notruf
2001;Anna Muster;anna@example.org;;Softphone;10.0.0.8;;;
0042;Empfang;;;;;;;Notruf
"""


def test_a_list_is_read_by_its_headings_in_any_language_it_knows() -> None:
    found = parse_rows(LIST, 100)
    assert found.problems == []
    assert [e.number for e in found.extensions.values()] == ["2001", "0042"]
    assert [(r.extension, r.mac, r.ip) for r in found.registrations] == [
        ("2001", "80:5e:c0:11:22:33", "10.0.0.7"),
        ("2001", None, "10.0.0.8"),
    ]
    assert {g.name: g.members for g in found.hunt_groups()} == {
        "Notruf": ("0042", "2001"),
        "Vertrieb": ("2001",),
    }
    assert found.numbers["+4989123452001"].extension == "2001"


def test_each_row_that_cannot_be_read_is_named_and_the_others_are_read() -> None:
    found = parse_rows(
        "extension,mac,ip,email\n2001,nonsense,10.0.0.1,a@b\n,,,\n"
        "anna,,,\n2002,,10.0.0.999,nobody\n2003,,,\n",
        100,
    )
    assert list(found.extensions) == [("", "2003")]
    assert [p.detail for p in found.problems] == [
        "row 2: mac: 'nonsense' is not a MAC address",
        "row 4: extension: 'anna' cannot be dialled",
        "row 5: ip: '10.0.0.999' is not an IP address;"
        " email: 'nobody' is not an address",
    ]


@pytest.mark.parametrize("text", ["", "a,b\n1,2\n", "name;mail\n"])
def test_a_file_without_the_needed_heading_says_which(text: str) -> None:
    with pytest.raises(Malformed, match="extension"):
        parse_rows(text, 10)


def test_a_file_without_end_is_left() -> None:
    with pytest.raises(TooMuch):
        parse_rows("extension\n" + "1\n" * 50, 10)


@given(st.text(max_size=300))
def test_any_text_is_rows_or_a_reason(text: str) -> None:
    try:
        found = parse_rows("extension,mac\n" + text, 1000)
    except (Malformed, TooMuch):
        return
    assert all(number for _, number in found.extensions)


async def test_a_file_is_read_and_its_troubles_are_reasons(tmp_path: Path) -> None:
    path = tmp_path / "list.csv"
    given_source = PbxSource(name="old", kind="csv", path=str(path), limits=SOON)
    found = await read_pbx(given_source, NOON)
    assert [p.reason for p in found.problems] == [Reason.UNREACHABLE]
    path.write_text("extension;name\n2001;Jörg\n", "cp1252")
    found = await read_pbx(given_source, NOON)
    assert found.extensions[0].name == "Jörg"
    assert found.reads == {
        "extensions",
        "registrations",
        "mailboxes",
        "groups",
        "numbers",
    }
    path.write_bytes(b"\0" * 100)
    found = await read_pbx(given_source, NOON)
    assert [p.reason for p in found.problems] == [Reason.MALFORMED]
    small = replace(given_source, limits=replace(SOON, answer=10))
    found = await read_pbx(small, NOON)
    assert [p.reason for p in found.problems] == [Reason.TOO_MUCH]
