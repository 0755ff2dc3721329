"""Cisco CUCM's configuration by AXL: phones, their lines, users, line groups.

Lists do not carry lines, so each phone is asked for once more. Only named tags are
asked for (`returnedTags`): a phone also holds digests and SSH passwords.
"""

from __future__ import annotations

import asyncio
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from xml.etree.ElementTree import Element

from collectors.bounded_xml import child_text
from collectors.errors import CollectError, TooMuch
from collectors.facts import Problem
from collectors.pbx.cucm import soap
from collectors.pbx.http import Http, checked
from collectors.sentences import N_

PATH = "/axl/"
VERSION = "11.5"
"""Schema that is asked for; CUCM 11.5 to 15 answer it."""

PAGE = 1_000
AT_ONCE = 4
"""Requests at the same time; AXL throttles its writers first, then readers."""

_NAMESPACE = f"http://www.cisco.com/AXL/API/{VERSION}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """A line of a phone: its number, partition and label."""

    number: str
    partition: str = ""
    display: str | None = None
    mask: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Phone:
    """A phone as it is configured."""

    name: str
    model: str | None = None
    description: str | None = None
    owner: str | None = None
    lines: tuple[Line, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class User:
    """An end user."""

    userid: str
    name: str | None = None
    email: str | None = None


class Axl:
    """Asks one cluster.

    Args:
        http: A client with the account.
        most: Rows of one table.

    Attributes:
        problems: What did not work, beside what was read.
    """

    def __init__(self, http: Http, most: int) -> None:
        self._http = http
        self._most = most
        self.problems: list[Problem] = []

    async def version(self) -> str | None:
        """Return the version of the publisher."""
        found = await self._ask("getCCMVersion", "")
        return child_text(found, "return/componentVersion/version")

    async def phones(self) -> list[Phone]:
        """Return the phones without lines."""
        tags = ("name", "description", "model", "ownerUserName")
        found = await self._list("Phone", "name", tags, "phone")
        return [
            Phone(
                name=row["name"],
                model=row.get("model"),
                description=row.get("description"),
                owner=row.get("ownerUserName"),
            )
            for row in found
            if "name" in row
        ]

    async def users(self) -> list[User]:
        """Return the end users."""
        tags = ("userid", "firstName", "lastName", "mailid")
        found = await self._list("User", "userid", tags, "user")
        return [
            User(
                userid=row["userid"],
                name=" ".join(filter(None, (row.get("firstName"), row.get("lastName"))))
                or None,
                email=row.get("mailid"),
            )
            for row in found
            if "userid" in row
        ]

    async def lines(self) -> list[tuple[Line, str | None]]:
        """Return all directory numbers with what they are called."""
        tags = ("pattern", "routePartitionName", "description", "alertingName")
        found = await self._list("Line", "pattern", tags, "line")
        return [
            (
                Line(
                    number=row["pattern"], partition=row.get("routePartitionName", "")
                ),
                row.get("alertingName") or row.get("description"),
            )
            for row in found
            if "pattern" in row
        ]

    async def lines_of(self, names: Sequence[str]) -> dict[str, tuple[Line, ...]]:
        """Return the lines of phones by name; those that fail are left out."""
        slots, found = asyncio.Semaphore(AT_ONCE), dict[str, tuple[Line, ...]]()

        async def one(name: str) -> None:
            async with slots:
                try:
                    found[name] = await self._lines_of(name)
                except CollectError as error:
                    self.note("getPhone", error)

        async with asyncio.TaskGroup() as group:
            for name in names:
                group.create_task(one(name))
        return found

    async def _lines_of(self, name: str) -> tuple[Line, ...]:
        tags = "<returnedTags><name/><lines><line><index/><display/><e164Mask/><dirn>"
        tags += "<pattern/><routePartitionName/></dirn></line></lines></returnedTags>"
        body = soap.elements({"name": name}) + tags
        answer = await self._ask("getPhone", body)
        found = []
        for line in answer.iter("line"):
            number = child_text(line, "dirn/pattern")
            if number:
                found.append(
                    Line(
                        number=number,
                        partition=child_text(line, "dirn/routePartitionName") or "",
                        display=child_text(line, "display"),
                        mask=child_text(line, "e164Mask"),
                    )
                )
        return tuple(found)

    async def groups(self) -> dict[str, tuple[str, ...]]:
        """Return the line groups with the numbers of their members."""
        found: dict[str, tuple[str, ...]] = {}
        for row in await self._list("LineGroup", "name", ("name",), "lineGroup"):
            name = row.get("name", "")
            tags = "<returnedTags><name/><members><member><directoryNumber><pattern/>"
            tags += "</directoryNumber></member></members></returnedTags>"
            answer = await self._ask(
                "getLineGroup", soap.elements({"name": name}) + tags
            )
            numbers = (
                child_text(m, "directoryNumber/pattern") for m in answer.iter("member")
            )
            found[name] = tuple(sorted({n for n in numbers if n}))
        return found

    async def _list(
        self, kind: str, key: str, tags: Sequence[str], row: str
    ) -> list[Mapping[str, str]]:
        found: list[Mapping[str, str]] = []
        page, what = PAGE, f"list{kind}"
        while True:
            body = soap.elements(
                {
                    "searchCriteria": {key: "%"},
                    "returnedTags": dict.fromkeys(tags),
                    "skip": str(len(found)),
                    "first": str(page),
                }
            )
            try:
                answer = await self._ask(what, body)
            except soap.TooManyRows as error:
                if error.suggested >= page:
                    raise
                page = error.suggested
                continue
            rows = soap.rows(answer, row, page)
            found += [soap.texts(each, tags) for each in rows]
            if len(rows) < page:
                return found
            if len(found) > self._most:
                raise TooMuch(
                    N_("{what}: more than {most} rows"), what=what, most=self._most
                )

    async def _ask(self, what: str, body: str) -> Element:
        inner = f'<ns:{what} sequence="1">{body}</ns:{what}>'
        reply = await self._http.send(
            "POST",
            PATH,
            headers={
                "Content-Type": "text/xml; charset=utf-8",
                "SOAPAction": f'"CUCM:DB ver={VERSION} {what}"',
            },
            content=soap.envelope(_NAMESPACE, inner),
        )
        if reply.status != 500:  # a fault comes with status 500
            checked(reply, PATH)
        return soap.body_of(reply.body, what)

    def note(self, what: str, error: CollectError) -> None:
        """Keep what did not work, once."""
        problem = error.as_problem(f"pbx:axl {what}")
        if problem not in self.problems:
            self.problems.append(problem)
