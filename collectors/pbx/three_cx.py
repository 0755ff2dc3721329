"""Reads 3CX version 20 by its Configuration API (XAPI): users, phones, groups.

Only named properties are asked for (`$select`) and only those are read: the objects
also hold SIP passwords, PINs and the phones' web passwords.
"""

from __future__ import annotations

from collections.abc import AsyncIterator, Mapping, Sequence
from datetime import datetime
from typing import Any

from collectors.errors import AuthFailed, CollectError, Malformed, TooMuch
from collectors.facts import Problem
from collectors.macs import from_text
from collectors.pbx.facts import (
    DirectNumber,
    Extension,
    HuntGroup,
    PbxReading,
    Registration,
)
from collectors.pbx.http import Http, checked, open_http
from collectors.pbx.phone_identity import described
from collectors.pbx.source import PbxSource
from collectors.sentences import N_
from collectors.text import printable
from collectors.user_agents import AgentShape

PAGE = 100
Row = Mapping[str, Any]

_USERS = "Id,Number,FirstName,LastName,EmailAddress,Enabled,IsRegistered"
_PHONES = "Phones($select=Id,Name,MacAddress,TemplateName)"


async def read_3cx(
    source: PbxSource, seen_at: datetime, shapes: Sequence[AgentShape] = ()
) -> PbxReading:
    """Read users with their phones, ring groups, queues and DID numbers.

    Raises:
        CollectError: No connection, no login.
    """
    async with open_http(source) as http:
        asking = _Reading(http, await _token(http, source), source.limits.rows)
        users = await asking.all(
            "extensions", "Users", {"$select": _USERS, "$expand": _PHONES}
        )
        members = {"$expand": "Members($select=Number)"}
        rings = await asking.all("groups", "RingGroups", members)
        queues = await asking.all(
            "groups", "Queues", {"$expand": "Agents($select=Number)"}
        )
        dids = await asking.all("numbers", "DidNumbers", {})
    return PbxReading(
        source=source.name,
        kind=source.kind,
        address=source.place,
        site=source.site,
        seen_at=seen_at,
        product="3CX",
        extensions=tuple(_extension(user) for user in users if text(user, "Number")),
        registrations=tuple(
            described(phone, shapes) for user in users for phone in _phones(user)
        ),
        groups=tuple(_group(row) for row in (*rings, *queues) if text(row, "Number")),
        numbers=tuple(_numbers(dids)),
        reads=frozenset(asking.whole),
        provisions=True,
        problems=tuple(asking.problems),
    )


async def _token(http: Http, source: PbxSource) -> str:
    reply = await http.send(
        "POST",
        "/connect/token",
        form={
            "grant_type": "client_credentials",
            "client_id": source.user,
            "client_secret": source.secret.get_secret_value(),
        },
    )
    if reply.status == 400:
        raise AuthFailed(N_("/connect/token: the client is refused"))
    answer = checked(reply, "/connect/token").json()
    token = answer.get("access_token") if isinstance(answer, dict) else None
    if not isinstance(token, str) or not token.isascii() or "\n" in token:
        raise Malformed(N_("/connect/token: no token in the answer"))
    return token


class _Reading:
    def __init__(self, http: Http, token: str, rows: int) -> None:
        self._http = http
        self._headers = {"Authorization": f"Bearer {token}"}
        self._rows = rows
        self._broken: set[str] = set()
        self.problems: list[Problem] = []
        self.whole: set[str] = set()

    async def all(self, table: str, name: str, params: Mapping[str, str]) -> list[Row]:
        found: list[Row] = []
        try:
            async for row in self._pages(name, params):
                found.append(row)
        except CollectError as error:
            self.problems.append(error.as_problem(f"pbx:3cx {name}"))
            self._broken.add(table)
            self.whole -= {table, *self._also(table)}
            return found
        if table not in self._broken:
            self.whole |= {table, *self._also(table)}
        return found

    @staticmethod
    def _also(table: str) -> set[str]:
        return {"registrations"} if table == "extensions" else set()

    async def _pages(self, name: str, params: Mapping[str, str]) -> AsyncIterator[Row]:
        path = f"/xapi/v1/{name}"
        for skip in range(0, self._rows + PAGE, PAGE):
            more = {**params, "$top": str(PAGE), "$skip": str(skip), "$orderby": "Id"}
            reply = await self._http.send(
                "GET", path, headers=self._headers, params=more
            )
            rows = values(checked(reply, path).json(), path)
            for row in rows:
                yield row
            if len(rows) < PAGE:
                return
        raise TooMuch(N_("{path}: more than {rows} rows"), path=path, rows=self._rows)


def values(answer: object, path: str) -> list[Row]:
    """Return the rows of an OData answer.

    Raises:
        Malformed: It is none.
    """
    rows = answer.get("value") if isinstance(answer, dict) else None
    if not isinstance(rows, list) or not all(isinstance(row, dict) for row in rows):
        raise Malformed(N_("{path}: an answer without a list of values"), path=path)
    return rows


def text(row: Row, name: str) -> str | None:
    """Return a property as text; None where it is absent or empty."""
    value = row.get(name)
    if isinstance(value, bool) or not isinstance(value, str | int):
        return None
    return printable(str(value))[:512] or None


def _extension(user: Row) -> Extension:
    names = (text(user, "FirstName"), text(user, "LastName"))
    enabled = user.get("Enabled")
    return Extension(
        number=text(user, "Number") or "",
        name=" ".join(filter(None, names)) or None,
        email=text(user, "EmailAddress"),
        enabled=enabled if isinstance(enabled, bool) else None,
    )


def _phones(user: Row) -> list[Registration]:
    number, phones = text(user, "Number"), user.get("Phones")
    if number is None or not isinstance(phones, list):
        return []
    registered = user.get("IsRegistered")
    return [
        Registration(
            extension=number,
            mac=from_text(text(phone, "MacAddress") or ""),
            device_name=text(phone, "MacAddress"),
            model=text(phone, "Name"),
            # The user is registered by one of his phones; which one is not said.
            registered=registered
            if isinstance(registered, bool) and len(phones) == 1
            else None,
        )
        for phone in phones
        if isinstance(phone, dict) and from_text(text(phone, "MacAddress") or "")
    ]


def _group(row: Row) -> HuntGroup:
    listed = row.get("Members") or row.get("Agents") or []
    members = [text(m, "Number") for m in listed if isinstance(m, dict)]
    return HuntGroup(
        name=text(row, "Name") or text(row, "Number") or "",
        number=text(row, "Number"),
        strategy=text(row, "RingStrategy") or text(row, "PollingStrategy"),
        members=tuple(sorted({m for m in members if m})),
    )


def _numbers(rows: Sequence[Row]) -> list[DirectNumber]:
    found = []
    for row in rows:
        number = text(row, "Number")
        rule = row.get("RoutingRule")
        inside = rule.get("OfficeRoute") if isinstance(rule, dict) else None
        target = text(inside, "Number") if isinstance(inside, dict) else None
        if number:
            found.append(DirectNumber(number=number, extension=target, kind="did"))
    return found
