"""Reads FreeSWITCH or FusionPBX by the event socket: users, registrations, queues.

Only `api` commands that show something; events are never asked for.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from xml.etree.ElementTree import Element

from collectors.bounded_xml import child_text, parse_xml
from collectors.errors import AuthFailed, CollectError, Malformed, TooMuch
from collectors.facts import Problem
from collectors.pbx.facts import Extension, HuntGroup, PbxReading, Registration
from collectors.pbx.freeswitch import esl
from collectors.pbx.line_stream import LineStream, open_stream
from collectors.pbx.phone_identity import (
    address_of,
    bare_instance,
    described,
    host_of_contact,
    moment,
)
from collectors.pbx.source import PbxSource
from collectors.sentences import N_
from collectors.user_agents import AgentShape


async def read_freeswitch(
    source: PbxSource, seen_at: datetime, shapes: Sequence[AgentShape] = ()
) -> PbxReading:
    """Read users, registrations and call centre queues.

    Raises:
        CollectError: No connection, no event socket, no login.
    """
    async with open_stream(source) as stream:
        socket = _Socket(stream)
        await socket.login(source.secret.get_secret_value(), source.limits.connect)
        asking = _Reading(socket, source.limits.rows)
        users = await asking.table("list_users")
        live = await asking.json("show registrations as json")
        agents = await asking.agents()
        queues = await asking.table("callcenter_config queue list")
        tiers = await asking.table("callcenter_config tier list")
        version = await asking.version()
    domains = {u.get("domain", "") for u in users} | {r.get("realm", "") for r in live}
    many = len(domains - {""}) > 1
    return PbxReading(
        source=source.name,
        kind=source.kind,
        address=source.place,
        site=source.site,
        seen_at=seen_at,
        product="FreeSWITCH",
        version=version,
        extensions=_extensions(users, many),
        registrations=_registrations(live, agents, shapes, many),
        groups=_groups(queues, tiers),
        reads=frozenset(asking.whole),
        problems=tuple(asking.problems),
    )


class _Socket:
    def __init__(self, stream: LineStream) -> None:
        self._stream = stream

    async def login(self, secret: str, wait: float) -> None:
        """Answer the request for a password."""
        first = await self._headers(wait)
        if first.get("content-type") == "text/rude-rejection":
            raise AuthFailed(N_("the event socket does not admit this address"))
        if first.get("content-type") != "auth/request":
            raise Malformed(N_("no event socket of FreeSWITCH"))
        if "\n" in secret or "\r" in secret:
            raise AuthFailed(N_("a password with a line end in it"))
        await self._stream.send(f"auth {secret}\n\n".encode())
        reply = await self._headers(wait)
        if not reply.get("reply-text", "").startswith("+OK"):
            raise AuthFailed(N_("the event socket refuses the password"))

    async def api(self, command: str) -> str:
        """Return what a command shows."""
        await self._stream.send(f"api {command}\n\n".encode())
        for _ in range(esl.MAX_HEADERS):
            headers = await self._headers(None)
            body = await self._stream.exactly(esl.length(headers))
            if headers.get("content-type") == "api/response":
                return esl.answer_text(command.split(" ")[0], body)
        raise Malformed(N_("no answer to a command"))

    async def _headers(self, wait: float | None) -> dict[str, str]:
        found: dict[str, str] = {}
        for _ in range(esl.MAX_HEADERS):
            pair = esl.header(await self._stream.line(wait=wait))
            if pair is None:
                if found:
                    return found
                continue
            found.setdefault(*pair)
        raise TooMuch(
            N_("a message of more than {max_headers} headers"),
            max_headers=esl.MAX_HEADERS,
        )


_TABLES = {
    "list_users": "extensions",
    "show registrations as json": "registrations",
    "callcenter_config queue list": "groups",
}


class _Reading:
    """One reading: what was read as a whole and what went wrong."""

    def __init__(self, socket: _Socket, rows: int) -> None:
        self._socket = socket
        self._rows = rows
        self.problems: list[Problem] = []
        self.whole: set[str] = set()

    async def table(self, command: str) -> list[dict[str, str]]:
        text = await self._text(command)
        try:
            return esl.piped_rows(text, self._rows)
        except CollectError as error:
            self._failed(command, error)
            return []

    async def json(self, command: str) -> list[dict[str, str]]:
        text = await self._text(command)
        try:
            return esl.json_rows(text or "{}", self._rows)
        except CollectError as error:
            self._failed(command, error)
            return []

    async def agents(self) -> dict[str, dict[str, str]]:
        """Return call id -> registration with its User-Agent, of all profiles."""
        found: dict[str, dict[str, str]] = {}
        for profile in self._profiles(await self._text("sofia xmlstatus")):
            text = await self._text(f"sofia xmlstatus profile {profile} reg")
            for row in self._xml_rows(text, "registration"):
                found[row.get("call-id", "")] = row
        return found

    async def version(self) -> str | None:
        words = (await self._text("version")).split()
        return next((word for word in words if word[:1].isdigit()), None)

    def _profiles(self, text: str) -> list[str]:
        rows = self._xml_rows(text, "profile")
        names = [r.get("name", "") for r in rows if r.get("type") == "profile"]
        safe = [n for n in names if n.replace("-", "").replace("_", "").isalnum()]
        return list(dict.fromkeys(safe))[:64]

    def _xml_rows(self, text: str, tag: str) -> list[dict[str, str]]:
        if not text.strip():
            return []
        try:
            root: Element = parse_xml(text.encode())
        except CollectError as error:
            self._failed("sofia xmlstatus", error)
            return []
        return [
            {part.tag: child_text(row, part.tag) or "" for part in row}
            for row in root.iter(tag)
        ]

    async def _text(self, command: str) -> str:
        try:
            text = await self._socket.api(command)
        except CollectError as error:
            self._failed(command, error)
            return ""
        if command in _TABLES:
            self.whole.add(_TABLES[command])
        return text

    def _failed(self, command: str, error: CollectError) -> None:
        self.whole.discard(_TABLES.get(command, ""))
        if command.startswith(("callcenter", "version")):
            return  # the module of call centres is seldom loaded
        problem = error.as_problem(f"pbx:esl {command.split(' ')[0]}")
        if problem not in self.problems:
            self.problems.append(problem)


def _extensions(
    users: Sequence[Mapping[str, str]], many: bool
) -> tuple[Extension, ...]:
    """Return the users; the domain tells them apart where there are several."""
    found: dict[tuple[str, str], Extension] = {}
    for user in users:
        number = user.get("userid", "")
        if number in {"", "default"}:
            continue
        partition = user.get("domain", "") if many else ""
        name = user.get("effective_caller_id_name", "")
        found.setdefault(
            (partition, number),
            Extension(
                number=number,
                partition=partition,
                name=name if name and name != f"Extension {number}" else None,
            ),
        )
    return tuple(found[key] for key in sorted(found))


def _registrations(
    live: Sequence[Mapping[str, str]],
    agents: Mapping[str, Mapping[str, str]],
    shapes: Sequence[AgentShape],
    many: bool,
) -> tuple[Registration, ...]:
    found = []
    for row in live:
        number = row.get("reg_user", "")
        if not number:
            continue
        agent = agents.get(row.get("token", ""), {})
        contact = agent.get("contact") or row.get("url")
        host, port = host_of_contact(contact)
        told = row.get("network_port", "")
        partition = row.get("realm", "") if many else ""
        found.append(
            described(
                Registration(
                    extension=number,
                    partition=partition,
                    ip=address_of(row.get("network_ip")) or address_of(host),
                    port=int(told) if told.isdigit() and int(told) < 65_536 else port,
                    instance=bare_instance(_parameter(contact, "+sip.instance")),
                    user_agent=agent.get("agent") or None,
                    registered=True,
                    expires_at=moment(row.get("expires", "")),
                ),
                shapes,
            )
        )
    return tuple(dict.fromkeys(found))


def _parameter(contact: str | None, name: str) -> str | None:
    _, mark, rest = (contact or "").partition(f"{name}=")
    return rest.split(";")[0] if mark else None


def _groups(
    queues: Sequence[Mapping[str, str]], tiers: Sequence[Mapping[str, str]]
) -> tuple[HuntGroup, ...]:
    members: dict[str, set[str]] = {}
    for tier in tiers:
        agent = tier.get("agent", "").split("@")[0]
        members.setdefault(tier.get("queue", ""), set()).add(agent)
    return tuple(
        HuntGroup(
            name=queue["name"],
            number=queue["name"].split("@")[0]
            if queue["name"].split("@")[0].isdigit()
            else None,
            strategy=queue.get("strategy") or None,
            members=tuple(sorted(members.get(queue["name"], set()))),
        )
        for queue in queues
        if queue.get("name")
    )
