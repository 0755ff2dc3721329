"""Reads a Cisco CUCM: what is configured (AXL) and what is registered (RISPort70)."""

from __future__ import annotations

import time
from collections.abc import Awaitable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import TypeVar

from collectors.errors import CollectError
from collectors.pbx.cucm.axl import Axl, Line, Phone, User
from collectors.pbx.cucm.risport import Live, Rate, live_phones
from collectors.pbx.facts import (
    DirectNumber,
    Extension,
    HuntGroup,
    PbxReading,
    Registration,
)
from collectors.pbx.http import open_http
from collectors.pbx.phone_identity import described
from collectors.pbx.source import PbxSource
from collectors.user_agents import AgentShape

T = TypeVar("T")

CISCO = "Cisco Systems"


@dataclass(slots=True, kw_only=True)
class Cluster:
    """What was read of a cluster."""

    phones: Sequence[Phone] = ()
    lines: Mapping[str, tuple[Line, ...]] = field(default_factory=dict)
    numbers: Sequence[tuple[Line, str | None]] = ()
    users: Sequence[User] = ()
    live: Mapping[str, Live] | None = None
    groups: Mapping[str, tuple[str, ...]] = field(default_factory=dict)


async def read_cucm(
    source: PbxSource,
    seen_at: datetime,
    shapes: Sequence[AgentShape] = (),
    rate: Rate | None = None,
) -> PbxReading:
    """Read phones with their lines, users and registrations.

    Args:
        source: The publisher.
        seen_at: Aware time of the reading.
        shapes: Not needed: Cisco names models itself.
        rate: Of RISPort requests.

    Raises:
        CollectError: No connection, no login, no list of phones.
    """
    account = (source.user, source.secret.get_secret_value())
    found, whole = Cluster(), {"extensions", "registrations", "groups"}
    async with open_http(source, auth=account) as http:
        axl = Axl(http, source.limits.rows)
        version = await _or(axl, "getCCMVersion", axl.version(), None)
        found.phones = await axl.phones()
        names = [phone.name for phone in found.phones]
        found.lines = await axl.lines_of(names)
        found.numbers = await _or(axl, "listLine", axl.lines(), ())
        found.users = await _or(axl, "listUser", axl.users(), ())
        found.groups = await _or(axl, "listLineGroup", axl.groups(), {})
        pace = rate or Rate(time.monotonic)
        live = live_phones(http, names, pace)
        found.live = await _or(axl, "selectCmDevice", live, None)
    failed = {problem.where.split(" ")[-1] for problem in axl.problems}
    if failed & {"getPhone", "listLine"}:
        whole -= {"extensions", "registrations"}
    if "listLineGroup" in failed:
        whole.discard("groups")
    return PbxReading(
        source=source.name,
        kind=source.kind,
        address=source.place,
        site=source.site,
        seen_at=seen_at,
        product="Cisco CUCM",
        version=version,
        extensions=extensions_of(found),
        registrations=registrations_of(found),
        groups=tuple(
            HuntGroup(name=name, members=members)
            for name, members in sorted(found.groups.items())
        ),
        numbers=numbers_of(found),
        reads=frozenset(whole),
        provisions=True,
        problems=tuple(axl.problems),
    )


async def _or(axl: Axl, what: str, request: Awaitable[T], instead: T) -> T:
    """Return what comes of asking, or `instead` with a problem noted."""
    try:
        return await request
    except CollectError as error:
        axl.note(what, error)
        return instead


def extensions_of(found: Cluster) -> tuple[Extension, ...]:
    """Return every directory number, with the owner of the phones it is on."""
    users = {user.userid: user for user in found.users}
    names = {(line.partition, line.number): name for line, name in found.numbers}
    owners: dict[tuple[str, str], str] = {}
    devices: dict[tuple[str, str], list[str]] = {}
    for phone in found.phones:
        for position, line in enumerate(found.lines.get(phone.name, ())):
            key = (line.partition, line.number)
            devices.setdefault(key, []).append(phone.name)
            if line.display:
                names[key] = names.get(key) or line.display
            # The first line of a phone is its owner's; others may be shared.
            if phone.owner and position == 0:
                owners.setdefault(key, phone.owner)
    return tuple(
        _extension(key, names.get(key), users, owners.get(key), devices.get(key, ()))
        for key in sorted(names.keys() | devices.keys())
    )


def _extension(
    key: tuple[str, str],
    name: str | None,
    users: Mapping[str, User],
    owner: str | None,
    devices: Sequence[str],
) -> Extension:
    user = users.get(owner or "", User(userid=owner or ""))
    return Extension(
        number=key[1],
        partition=key[0],
        name=user.name or name,
        user=user.userid or None,
        email=user.email,
        devices=tuple(devices),
    )


def registrations_of(found: Cluster) -> tuple[Registration, ...]:
    """Return each phone on each of its lines, registered or not."""
    rows = []
    for phone in found.phones:
        live = (found.live or {}).get(phone.name)
        up = None if found.live is None else bool(live and live.registered)
        for line in found.lines.get(phone.name, ()):
            rows.append(
                described(
                    Registration(
                        extension=line.number,
                        partition=line.partition,
                        device_name=phone.name,
                        ip=live.ip if live else None,
                        manufacturer=CISCO,
                        model=phone.model,
                        firmware=live.load if live else None,
                        user=(live.user if live else None) or phone.owner,
                        registered=up,
                    )
                )
            )
    return tuple(dict.fromkeys(rows))


def numbers_of(found: Cluster) -> tuple[DirectNumber, ...]:
    """Return the public numbers that masks make of extensions."""
    numbers: dict[str, str] = {}
    for lines in found.lines.values():
        for line in lines:
            number = masked(line.mask, line.number)
            if number:
                numbers.setdefault(number, line.number)
    return tuple(
        DirectNumber(number=number, extension=extension, kind="mask")
        for number, extension in sorted(numbers.items())
    )


def masked(mask: str | None, number: str) -> str | None:
    """Return a number under an external phone number mask such as `+4989123XXXX`.

    The last digits of the number take the places of the `X`.
    """
    places = (mask or "").upper().count("X")
    if not mask or not places or places > len(number) or not number.isdigit():
        return None
    digits = iter(number[-places:])
    return "".join(next(digits) if c in "xX" else c for c in mask)
