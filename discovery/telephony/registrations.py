"""Phones that register with a telephone system, as observations of them. Pure.

A branch's phones may be out of reach for a scan, and stand in no switch table that is
read; their telephone system knows them all the same. Only phones with a MAC of their
own are told from others, and only those registered now were seen now.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator

from collectors.facts import Address, Clue, Observation, Phone
from collectors.pbx.facts import PbxReading, Registration

COLLECTOR = "registered"


def registered_phones(reading: PbxReading) -> Iterator[Observation]:
    """Yield an observation for each registered phone, whatever lines it has."""
    lines: dict[str, list[Registration]] = {}
    for phone in reading.registrations:
        if phone.mac and phone.registered:
            lines.setdefault(phone.mac, []).append(phone)
    at = Counter(phone.ip for phones in lines.values() for phone in phones[:1])
    for mac, phones in sorted(lines.items()):
        first = min(phones, key=lambda phone: phone.extension)
        # Several phones at one address stand behind a router or a session border
        # controller: the address is that one's.
        own = first.ip if first.ip and at[first.ip] == 1 else None
        yield Observation(
            address=mac,
            collector=COLLECTOR,
            seen_at=reading.seen_at,
            site=reading.site,
            addresses=(Address(ip=own),) if own else (),
            phones=(_phone(first, reading.source),),
            clues=(Clue("mac", mac, f"pbx {reading.source}"),),
            reads=frozenset(("addresses", "clues")),
        )


def _phone(seen: Registration, source: str) -> Phone:
    return Phone(
        mac=seen.mac,
        device_name=seen.device_name,
        extension=seen.extension,
        user=seen.user,
        contact_ip=seen.ip,
        user_agent=seen.user_agent,
        manufacturer=seen.manufacturer,
        model=seen.model,
        serial=seen.serial,
        firmware=seen.firmware,
        registered=True,
        source=f"pbx {source}",
    )
