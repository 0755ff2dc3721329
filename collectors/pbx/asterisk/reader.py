"""Reads an Asterisk or FreePBX through its manager; only actions that look.

Old and new versions know different actions: what one does not know is passed over.
What the account may not do, or what breaks, is a problem beside what was read.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from collectors.errors import CollectError, Unsupported
from collectors.facts import Problem, Reason
from collectors.pbx.asterisk import rows
from collectors.pbx.asterisk.ami import Message
from collectors.pbx.asterisk.manager import Manager, open_manager
from collectors.pbx.asterisk.rows import Answers
from collectors.pbx.facts import PbxReading
from collectors.pbx.source import PbxSource
from collectors.sentences import N_, Told
from collectors.user_agents import AgentShape


async def read_asterisk(
    source: PbxSource, seen_at: datetime, shapes: Sequence[AgentShape] = ()
) -> PbxReading:
    """Read extensions, registrations, mailboxes and queues.

    Raises:
        CollectError: No connection, no manager, no login.
    """
    async with open_manager(source) as manager:
        asking = _Reading(manager)
        version = await asking.version()
        answers = await asking.all()
    return PbxReading(
        source=source.name,
        kind=source.kind,
        address=source.place,
        site=source.site,
        seen_at=seen_at,
        product="Asterisk",
        version=version,
        extensions=rows.extensions_of(answers),
        registrations=rows.registrations_of(answers, shapes),
        mailboxes=rows.mailboxes_of(answers),
        groups=rows.groups_of(answers),
        reads=asking.complete(),
        problems=tuple(asking.problems),
    )


_ROW = {
    "PJSIPShowEndpoints": "EndpointList",
    "PJSIPShowContacts": "ContactList",
    "PJSIPShowRegistrationInboundContactStatuses": "ContactStatusDetail",
    "SIPpeers": "PeerEntry",
    "IAXpeerlist": "PeerEntry",
    "ExtensionStateList": "ExtensionStatus",
    "VoicemailUsersList": "VoicemailUserEntry",
    "QueueStatus": "",
}
"""List action -> the event of its rows; empty for several kinds."""


class _Reading:
    """One reading: what was answered and what went wrong."""

    def __init__(self, manager: Manager) -> None:
        self._manager = manager
        self.problems: list[Problem] = []
        self._answered: set[str] = set()
        self._partial: set[str] = set()

    async def version(self) -> str | None:
        try:
            answer = await self._manager.ask("CoreSettings")
        except CollectError as error:
            self._note("CoreSettings", error)
            return None
        return answer.response.get("AsteriskVersion") or None

    async def all(self) -> Answers:
        found = Answers()
        found.endpoints = await self._list("PJSIPShowEndpoints")
        found.contacts = await self._list("PJSIPShowContacts")
        if found.endpoints and "PJSIPShowContacts" not in self._answered:
            found.contacts = await self._list(
                "PJSIPShowRegistrationInboundContactStatuses"
            )
        # chan_sip is gone from version 21 on, IAX is seldom loaded.
        peers = [*await self._list("SIPpeers"), *await self._list("IAXpeerlist")]
        found.peers = [p for p in peers if p.get("Dynamic").lower() != "no"]
        found.hints = await self._list("ExtensionStateList")
        found.voicemail = await self._list("VoicemailUsersList")
        found.queues = await self._list("QueueStatus")
        await self._details(found)
        return found

    async def _details(self, found: Answers) -> None:
        for each in found.endpoints:
            name = each.get("ObjectName")
            if name and not await self._detail(found, "PJSIPShowEndpoint", name):
                break
        for each in found.peers:
            name = each.get("ObjectName")
            if name and each.get("Channeltype").upper() == "SIP":
                if not await self._detail(found, "SIPshowpeer", name):
                    break

    async def _detail(self, found: Answers, action: str, name: str) -> bool:
        """Ask for one endpoint; whether it is worth asking for the next."""
        field = "Endpoint" if action.startswith("PJSIP") else "Peer"
        try:
            answer = await self._manager.ask(action, **{field: name})
        except CollectError as error:
            self._note(action, error)
            self._partial.add("details")
            return error.reason in {Reason.MALFORMED, Reason.TOO_MUCH}
        for event in (*answer.events, answer.response):
            if event.get("ObjectName") == name:
                found.details[name] = event
                break
        return True

    async def _list(self, action: str) -> Sequence[Message]:
        try:
            answer = await self._manager.ask(action)
        except Unsupported:
            return ()
        except CollectError as error:
            self._note(action, error)
            self._partial.add(action)
            return ()
        self._answered.add(action)
        if not answer.whole:
            self._partial.add(action)
            text = N_("{action} lists another number of rows than it counts")
            detail = Told(text, action=action)
            self.problems.append(Problem("pbx:ami", Reason.MALFORMED, detail))
        event = _ROW[action]
        return [e for e in answer.events if not event or e.event == event]

    def _note(self, action: str, error: CollectError) -> None:
        problem = error.as_problem(f"pbx:ami {action}")
        if problem not in self.problems:
            self.problems.append(problem)

    def complete(self) -> frozenset[str]:
        """Return the tables that were read as a whole."""
        lists = {"PJSIPShowEndpoints", "SIPpeers"} & self._answered
        live = {
            "PJSIPShowContacts",
            "PJSIPShowRegistrationInboundContactStatuses",
            "SIPpeers",
        } & self._answered
        whole = {
            "extensions": bool(lists)
            and not self._partial & {"PJSIPShowEndpoints", "SIPpeers", "IAXpeerlist"},
            "registrations": bool(live) and not self._partial - {"details"},
            "mailboxes": "VoicemailUsersList" in self._answered - self._partial,
            "groups": "QueueStatus" in self._answered - self._partial,
        }
        return frozenset(name for name, good in whole.items() if good)
