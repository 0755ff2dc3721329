"""Reads the registrations of Kamailio by JSON-RPC over HTTP (`ul.dump`)."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any

from collectors.errors import CollectError, Malformed, Unsupported
from collectors.facts import Problem
from collectors.pbx.facts import Extension, PbxReading, Registration
from collectors.pbx.http import Http, checked, open_http
from collectors.pbx.phone_identity import (
    address_of,
    bare_instance,
    described,
    host_of_contact,
)
from collectors.pbx.source import PbxSource
from collectors.sentences import N_
from collectors.text import printable
from collectors.user_agents import AgentShape

MAX_DEPTH = 12

_UNSET = frozenset({"", "[not set]", "<null>", "[none]"})


async def read_kamailio(
    source: PbxSource, seen_at: datetime, shapes: Sequence[AgentShape] = ()
) -> PbxReading:
    """Read who is registered. A registrar knows no more of its users.

    Raises:
        CollectError: No connection or no JSON-RPC there.
    """
    problems: list[Problem] = []
    account = (source.user, source.secret.get_secret_value()) if source.user else None
    async with open_http(source, auth=account) as http:
        path = source.path or "/RPC"
        dump = await _call(http, path, "ul.dump")
        try:
            version = version_of(await _call(http, path, "core.version"))
        except CollectError as error:
            problems.append(error.as_problem("pbx:jsonrpc core.version"))
            version = None
    found = registrations_of(dump, seen_at, shapes)
    numbers = sorted({(r.partition, r.extension) for r in found})
    return PbxReading(
        source=source.name,
        kind=source.kind,
        address=source.place,
        site=source.site,
        seen_at=seen_at,
        product="Kamailio",
        version=version,
        extensions=tuple(Extension(number=n, partition=p) for p, n in numbers),
        registrations=found,
        reads=frozenset({"registrations"}),
        problems=tuple(problems),
    )


async def _call(http: Http, path: str, method: str) -> Any:  # noqa: ANN401
    request = json.dumps({"jsonrpc": "2.0", "method": method, "id": 1}).encode()
    headers = {"Content-Type": "application/json"}
    reply = await http.send("POST", path, headers=headers, content=request)
    if reply.status == 500 and reply.body.startswith(b"{"):
        answer = reply.json()  # an error of JSON-RPC comes with status 500
    else:
        answer = checked(reply, path).json()
    if not isinstance(answer, dict):
        raise Malformed(N_("an answer that is not JSON-RPC"))
    if "error" in answer:
        message = (
            answer["error"].get("message") if isinstance(answer["error"], dict) else ""
        )
        raise Unsupported(
            N_("{method}: {what}"), method=method, what=printable(str(message))[:200]
        )
    return answer.get("result")


def registrations_of(
    dump: object, seen_at: datetime, shapes: Sequence[AgentShape] = ()
) -> tuple[Registration, ...]:
    """Return the registrations in the result of `ul.dump`.

    Versions nest lists and single-key objects differently, so contacts are looked for
    below each address of record, wherever they are.

    Raises:
        Malformed: It is no such result.
    """
    if not isinstance(dump, dict | list):
        raise Malformed(N_("ul.dump without a list of domains"))
    records = list(_with(dump, "AoR"))
    realms = {_realm(record) for record in records} - {""}
    found = []
    for record in records:
        number = _user(record)
        if not number:
            continue
        partition = _realm(record) if len(realms) > 1 else ""
        for contact in _with(record.get("Contacts"), "Address"):
            registration = _registration(contact, number, partition, seen_at)
            found.append(described(registration, shapes))
    return tuple(dict.fromkeys(found))


def _with(node: object, key: str, depth: int = 0) -> Iterator[Mapping[str, Any]]:
    """Yield the objects that have `key`, outermost first."""
    if depth > MAX_DEPTH:
        return
    if isinstance(node, dict):
        if key in node:
            yield node
            return
        node = list(node.values())
    if isinstance(node, list):
        for each in node:
            yield from _with(each, key, depth + 1)


def _user(record: Mapping[str, Any]) -> str:
    return _text(record.get("AoR")).removeprefix("sip:").partition("@")[0]


def _realm(record: Mapping[str, Any]) -> str:
    return _text(record.get("AoR")).partition("@")[2]


def _registration(
    contact: Mapping[str, Any], number: str, partition: str, seen_at: datetime
) -> Registration:
    host, port = host_of_contact(_text(contact.get("Address")))
    # What came through a NAT came from there, whatever the phone says of itself.
    behind, outside = host_of_contact(_text(contact.get("Received")))
    seconds = contact.get("Expires")
    ends = None
    if isinstance(seconds, int) and 0 <= seconds < 10_000_000:
        ends = seen_at + timedelta(seconds=seconds)
    return Registration(
        extension=number,
        partition=partition,
        instance=bare_instance(_text(contact.get("Instance"))),
        ip=address_of(behind) or address_of(host),
        port=outside or port,
        user_agent=_text(contact.get("User-Agent")) or None,
        registered=seconds not in {"expired", "deleted"},
        expires_at=ends,
    )


def version_of(answer: object) -> str | None:
    """Return the version in the answer to `core.version`."""
    words = _text(answer).replace("(", " ").split()
    return next((word for word in words if word[:1].isdigit()), None)


def _text(value: object) -> str:
    text = printable(str(value))[:1024] if isinstance(value, str | int) else ""
    return "" if text.lower() in _UNSET else text
