"""Reads Microsoft Teams by Graph 1.0: telephone numbers and whose they are.

A user of Teams has no extension beside the number, so the number is the extension.
Pages are followed only within the service, so the token goes nowhere else.
"""

from __future__ import annotations

from collections.abc import AsyncIterator, Mapping, Sequence
from datetime import datetime
from typing import Any
from urllib.parse import urlsplit

from collectors.errors import AuthFailed, CollectError, Malformed, TooMuch
from collectors.facts import Problem
from collectors.pbx.facts import DirectNumber, Extension, PbxReading
from collectors.pbx.http import Http, checked, open_http
from collectors.pbx.source import PbxSource
from collectors.pbx.three_cx import text, values
from collectors.sentences import N_
from collectors.user_agents import AgentShape

LOGIN = "https://login.microsoftonline.com"
GRAPH = "https://graph.microsoft.com"
NUMBERS = "/v1.0/admin/teams/telephoneNumberManagement/numberAssignments"
USERS = "/v1.0/users"
_USER_FIELDS = "id,displayName,userPrincipalName,mail,employeeId,accountEnabled"
MAX_PAGES = 2_000

Row = Mapping[str, Any]


async def read_teams(
    source: PbxSource, seen_at: datetime, shapes: Sequence[AgentShape] = ()
) -> PbxReading:
    """Read numbers with their users.

    Raises:
        CollectError: No connection, no login, no right to see numbers.
    """
    problems: list[Problem] = []
    async with open_http(source) as http:
        graph = _Graph(http, source.base_url or GRAPH, source.limits.rows)
        await graph.login(source)
        assigned = await graph.all(NUMBERS, {})
        users: dict[str, Row] = {}
        try:
            parameters = {"$select": _USER_FIELDS, "$top": "999"}
            users = {str(u.get("id")): u for u in await graph.all(USERS, parameters)}
        except CollectError as error:
            problems.append(error.as_problem("pbx:graph users"))
    whole = {"numbers"} if problems else {"numbers", "extensions"}
    return PbxReading(
        source=source.name,
        kind=source.kind,
        address="Microsoft Graph",
        site=source.site,
        seen_at=seen_at,
        product="Microsoft Teams",
        extensions=tuple(_extensions(assigned, users)),
        numbers=tuple(_number(row) for row in assigned if text(row, "telephoneNumber")),
        reads=frozenset(whole),
        problems=tuple(problems),
    )


class _Graph:
    def __init__(self, http: Http, base: str, rows: int) -> None:
        self._http = http
        self._base = base.rstrip("/")
        self._rows = rows
        self._headers: dict[str, str] = {}

    async def login(self, source: PbxSource) -> None:
        """Get a token as the application."""
        if not source.tenant.replace("-", "").replace(".", "").isalnum():
            raise Malformed(N_("the tenant is neither an id nor a domain"))
        reply = await self._http.send(
            "POST",
            f"{source.base_url or LOGIN}/{source.tenant}/oauth2/v2.0/token",
            form={
                "grant_type": "client_credentials",
                "client_id": source.user,
                "client_secret": source.secret.get_secret_value(),
                "scope": f"{GRAPH}/.default",
            },
        )
        if reply.status == 400:
            raise AuthFailed(N_("Microsoft Entra refuses the application"))
        answer = checked(reply, "/oauth2/v2.0/token").json()
        token = answer.get("access_token") if isinstance(answer, dict) else None
        if not isinstance(token, str) or not token.isascii() or "\n" in token:
            raise Malformed(N_("no token in the answer of Microsoft Entra"))
        self._headers = {"Authorization": f"Bearer {token}"}

    async def all(self, path: str, params: Mapping[str, str]) -> list[Row]:
        """Return all rows, page by page."""
        found: list[Row] = []
        async for row in self._pages(path, params):
            found.append(row)
            if len(found) > self._rows:
                raise TooMuch(
                    N_("{path}: more than {rows} rows"), path=path, rows=self._rows
                )
        return found

    async def _pages(self, path: str, params: Mapping[str, str]) -> AsyncIterator[Row]:
        url, parameters = self._base + path, dict(params)
        seen: set[str] = set()
        while url:
            if url in seen or len(seen) > MAX_PAGES:
                raise TooMuch(N_("{path}: pages without end"), path=path)
            seen.add(url)
            reply = await self._http.send(
                "GET", url, headers=self._headers, params=parameters
            )
            answer = checked(reply, path).json()
            for row in values(answer, path):
                yield row
            url, parameters = self._next(answer, path), {}

    def _next(self, answer: Any, path: str) -> str:  # noqa: ANN401 - checked before
        link = answer.get("@odata.nextLink") or ""
        here, there = urlsplit(self._base), urlsplit(str(link))
        if link and (there.scheme, there.netloc) != (here.scheme, here.netloc):
            raise Malformed(N_("{path}: the next page lies elsewhere"), path=path)
        return str(link)


def _extensions(assigned: Sequence[Row], users: Mapping[str, Row]) -> list[Extension]:
    found = []
    for row in assigned:
        number, target = text(row, "telephoneNumber"), text(row, "assignmentTargetId")
        if number is None or target is None:
            continue
        user = users.get(target, {})
        enabled = user.get("accountEnabled")
        found.append(
            Extension(
                number=number,
                name=text(user, "displayName"),
                user=text(user, "employeeId") or text(user, "userPrincipalName"),
                email=text(user, "mail") or text(user, "userPrincipalName"),
                enabled=enabled if isinstance(enabled, bool) else None,
            )
        )
    return found


def _number(row: Row) -> DirectNumber:
    number = text(row, "telephoneNumber") or ""
    return DirectNumber(
        number=number,
        extension=number if text(row, "assignmentTargetId") else None,
        kind=text(row, "numberType"),
        status=text(row, "assignmentStatus"),
        city=text(row, "city"),
    )
