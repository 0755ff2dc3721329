"""Answers of an Asterisk manager to extensions, registrations, mailboxes, groups. Pure.

An endpoint is an extension where a hint, its own name or its registration says so; a
trunk to a carrier has neither and is left out.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from collectors.pbx.asterisk.ami import Message
from collectors.pbx.facts import Extension, HuntGroup, Mailbox, Registration
from collectors.pbx.phone_identity import address_of, described, host_of_contact, moment
from collectors.user_agents import AgentShape

_DIALLED = re.compile(r"[*#+]?\d{1,15}")
_CALLER = re.compile(r'^"?(?P<name>[^"<]*?)"?\s*(?:<(?P<number>[^<>]*)>)?$')
_CHANNEL = re.compile(r"(?P<tech>[A-Za-z0-9]+)/(?P<peer>[^@/&,\s-][^@/&,\s]*)")
_TECHNOLOGIES = frozenset({"PJSIP", "SIP", "IAX2", "SCCP", "DAHDI"})
_PUBLIC = 7
"""Digits from which on a name may be a number of the public network."""

_NOWHERE = frozenset({"", "-none-", "(null)", "(unspecified)", "0.0.0.0", "<unknown>"})  # noqa: S104


@dataclass(slots=True, kw_only=True)
class Answers:
    """What was asked for and answered; a list nobody answered is empty.

    Attributes:
        details: `EndpointDetail` and `SIPshowpeer` by endpoint name.
    """

    endpoints: Sequence[Message] = ()
    contacts: Sequence[Message] = ()
    peers: Sequence[Message] = ()
    hints: Sequence[Message] = ()
    voicemail: Sequence[Message] = ()
    queues: Sequence[Message] = ()
    details: dict[str, Message] = field(default_factory=dict)


def caller_id(text: str) -> tuple[str | None, str | None]:
    """Return name and number of a caller id such as `"Anna Muster" <2001>`."""
    found = _CALLER.match(text.strip()[:256])
    if found is None:
        return None, None
    name, number = (found["name"] or "").strip(), (found["number"] or "").strip()
    if number.lower() in _NOWHERE:
        number = ""
    if name.lower() in _NOWHERE or _DIALLED.fullmatch(name):
        name = ""
    return name or None, number or None


def numbers_of(answers: Answers) -> dict[str, str]:
    """Return endpoint name -> extension number, for endpoints that are extensions."""
    found = _hinted(answers.hints)
    registering = {c.get("Endpoint") or c.get("EndpointName") for c in answers.contacts}
    boxed = {
        name
        for name, detail in answers.details.items()
        if detail.get("Mailboxes") or _box(detail)
    }
    for name in _names(answers):
        if name in found:
            continue
        if _DIALLED.fullmatch(name):
            if not _is_trunk(answers, name, registering | boxed):
                found[name] = name
        elif name in registering | boxed:
            _, number = caller_id(_caller(answers, name))
            inside = number if number and len(number) <= 7 else None
            found[name] = inside or name
    return found


def _is_trunk(answers: Answers, name: str, used: set[str]) -> bool:
    """Whether a number names a line to a carrier: its contact is a fixed one.

    Fixed contacts are in the list of endpoints, not in that of contacts.
    """
    if len(name) < _PUBLIC or name in used or not answers.contacts:
        return False
    fixed = any(
        each.get("ObjectName") == name and each.get("Contacts")
        for each in answers.endpoints
    )
    return fixed and not caller_id(_caller(answers, name))[0]


def _hinted(hints: Iterable[Message]) -> dict[str, str]:
    """Return endpoint -> the number whose lamp shows it.

    Feature codes (`*472001`) have hints too; the plain number counts, and the one that
    is called as the endpoint most of all.
    """
    found: dict[str, str] = {}
    for hint in hints:
        number = hint.get("Exten")
        if not _DIALLED.fullmatch(number):
            continue
        for channel in _CHANNEL.finditer(hint.get("Hint")):
            peer = channel["peer"]
            if channel["tech"].upper() not in _TECHNOLOGIES:
                continue
            old = found.get(peer)
            if old is None or number == peer or (number.isdigit() and "*" in old):
                found[peer] = number
    return found


def _names(answers: Answers) -> list[str]:
    named = [m.get("ObjectName") for m in (*answers.endpoints, *answers.peers)]
    return list(dict.fromkeys(name for name in named if name))


def _caller(answers: Answers, name: str) -> str:
    detail = answers.details.get(name)
    return detail.get("Callerid") if detail else ""


def _box(detail: Message) -> str:
    text = detail.get("Mailboxes") or detail.get("VoiceMailbox")
    return text.split(",")[0].split("@")[0].strip()


def extensions_of(answers: Answers) -> tuple[Extension, ...]:
    """Return the extensions, each once."""
    boxes = {m.get("VoiceMailbox"): m for m in answers.voicemail}
    found: dict[str, Extension] = {}
    for name, number in numbers_of(answers).items():
        detail = answers.details.get(name, Message())
        called, _ = caller_id(detail.get("Callerid"))
        box = _box(detail) or (number if number in boxes else "")
        mail = boxes.get(box, Message())
        old = found.get(number)
        found[number] = Extension(
            number=number,
            name=(old and old.name) or called or mail.get("Fullname") or None,
            email=(old and old.email) or mail.get("Email").split("|")[0] or None,
            cost_centre=(old and old.cost_centre)
            or detail.get("Accountcode")
            or detail.get("AccountCode")
            or None,
            mailbox=(old and old.mailbox) or box or None,
            devices=(*(old.devices if old else ()), name),
        )
    return tuple(found[number] for number in sorted(found))


def registrations_of(
    answers: Answers, shapes: Sequence[AgentShape] = ()
) -> tuple[Registration, ...]:
    """Return the phones that are registered."""
    numbers = numbers_of(answers)
    found = [_of_contact(each, numbers) for each in answers.contacts]
    found += [_of_peer(each, numbers, answers.details) for each in answers.peers]
    known = [described(each, shapes) for each in found if each is not None]
    return tuple(dict.fromkeys(known))


def _of_contact(contact: Message, numbers: Mapping[str, str]) -> Registration | None:
    name = contact.get("Endpoint") or contact.get("EndpointName") or contact.get("AOR")
    if name not in numbers:
        return None
    host, port = host_of_contact(contact.get("Uri") or contact.get("URI"))
    via, _, via_port = contact.get("ViaAddress").rpartition(":")
    address = contact.get("ViaAddr") or via.strip("[]") or host
    # Asterisk cannot know the state of a contact it does not ask.
    gone = contact.get("Status").lower() in {"unreachable", "unavailable", "removed"}
    told = contact.get("ViaPort") or via_port
    return Registration(
        extension=numbers[name],
        device_name=name,
        ip=address_of(address),
        port=int(told) if told.isdigit() and int(told) < 65_536 else port,
        user_agent=contact.get("UserAgent") or None,
        registered=not gone,
        expires_at=moment(contact.get("ExpirationTime") or contact.get("RegExpire")),
    )


def _of_peer(
    peer: Message, numbers: Mapping[str, str], details: Mapping[str, Message]
) -> Registration | None:
    name = peer.get("ObjectName").split("/")[0]
    if name not in numbers or peer.get("IPaddress").lower() in _NOWHERE:
        return None
    port = peer.get("IPport")
    detail = details.get(name, Message())
    return Registration(
        extension=numbers[name],
        device_name=name,
        ip=address_of(peer.get("IPaddress")),
        port=int(port) if port.isdigit() and 0 < int(port) < 65_536 else None,
        user_agent=detail.get("SIP-Useragent") or None,
        registered=not peer.get("Status").upper().startswith(("UNREACH", "UNKNOWN")),
    )


def mailboxes_of(answers: Answers) -> tuple[Mailbox, ...]:
    """Return the voice mailboxes."""
    return tuple(
        Mailbox(
            number=each.get("VoiceMailbox"),
            context=each.get("VMContext"),
            name=each.get("Fullname") or None,
            email=each.get("Email").split("|")[0] or None,
        )
        for each in answers.voicemail
        if each.get("VoiceMailbox")
    )


def groups_of(answers: Answers) -> tuple[HuntGroup, ...]:
    """Return the queues with the numbers of their members."""
    numbers = numbers_of(answers)
    strategies: dict[str, str] = {}
    members: dict[str, list[str]] = {}
    for each in answers.queues:
        queue = each.get("Queue")
        if each.event == "QueueParams":
            strategies[queue] = each.get("Strategy")
        elif each.event == "QueueMember":
            members.setdefault(queue, []).extend(_member(each, numbers))
    return tuple(
        HuntGroup(
            name=queue,
            number=queue if _DIALLED.fullmatch(queue) else None,
            strategy=strategy or None,
            members=tuple(sorted(set(members.get(queue, ())))),
        )
        for queue, strategy in sorted(strategies.items())
    )


def _member(member: Message, numbers: Mapping[str, str]) -> list[str]:
    # Local/2001@from-queue/n names an extension, PJSIP/x an endpoint.
    for text in (member.get("StateInterface"), member.get("Location")):
        channel = _CHANNEL.match(text)
        if channel is None:
            continue
        peer = channel["peer"]
        if peer in numbers:
            return [numbers[peer]]
        if channel["tech"] in {"Local", "hint", "Hint"} and _DIALLED.fullmatch(peer):
            return [peer]
    return []
