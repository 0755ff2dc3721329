"""The Asterisk Manager Interface: messages read line by line by an allow-list. Pure.

`PJSIPShowEndpoint` answers with the SIP password in clear (`AuthDetail: Password`).
So a message keeps only fields named here for its event: every other line is dropped
as it comes, undecoded. The type of a message is its first line, so a field in front
of it is dropped as well.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from collectors.errors import Malformed, TooMuch
from collectors.sentences import N_
from collectors.text import printable

MAX_LINES = 4_096
"""Lines of one message; `EndpointDetail` of Asterisk 23 has about 130."""

MAX_VALUE = 4_096

_COMMON = frozenset({"ActionID", "EventList", "ListItems", "Message"})

_ALLOWED: Mapping[str, str] = {
    "Response": "AsteriskVersion AMIversion ObjectName Callerid VoiceMailbox"
    " Address-IP Address-Port SIP-Useragent Reg-Contact Description Accountcode",
    "EndpointList": "ObjectName Aor Contacts DeviceState",
    "EndpointDetail": "ObjectName Callerid Mailboxes Accountcode Aors DeviceState",
    "ContactList": "ObjectName Endpoint Uri ViaAddr ViaPort UserAgent ExpirationTime"
    " Status",
    "ContactStatusDetail": "AOR URI UserAgent RegExpire ViaAddress Status EndpointName",
    "PeerEntry": "Channeltype ObjectName ChanObjectType IPaddress IPport Dynamic"
    " Status Description",
    "VoicemailUserEntry": "VMContext VoiceMailbox Fullname Email",
    "QueueParams": "Queue Strategy",
    "QueueMember": "Queue Name Location StateInterface",
    "ExtensionStatus": "Exten Context Hint Status",
}

ALLOWED = {kind: _COMMON | set(names.split()) for kind, names in _ALLOWED.items()}
"""Event, or `Response`, -> the fields that are kept; matched without case."""

_KEEP = {
    kind: {name.lower().encode(): name for name in names}
    for kind, names in ALLOWED.items()
}
_KEEP_OTHERS = {name.lower().encode(): name for name in _COMMON}


@dataclass(frozen=True, slots=True)
class Message:
    """One message of the manager.

    Attributes:
        event: Name of the event; empty for a response.
        response: `Success`, `Error`, `Goodbye`, ...; empty for an event.
        fields: What was kept; the first of equal names.
    """

    event: str = ""
    response: str = ""
    fields: Mapping[str, str] = field(default_factory=dict)

    def get(self, name: str) -> str:
        """Return a field, empty if it is absent."""
        return self.fields.get(name, "")

    @property
    def ends_list(self) -> bool:
        """Whether this is the last event of a list."""
        complete = self.get("EventList").lower() == "complete"
        return complete or self.event.lower().endswith("complete")


class MessageReader:
    """Puts lines together to messages."""

    def __init__(self) -> None:
        self._clear()

    def _clear(self) -> None:
        self._event = self._response = ""
        self._typed = False
        self._keep: Mapping[bytes, str] = _KEEP_OTHERS
        self._fields: dict[str, str] = {}
        self._lines = 0

    def feed(self, line: bytes) -> Message | None:
        """Take a line; return the message it ends, if it ends one.

        Raises:
            TooMuch: The message has too many lines.
            Malformed: A line is no field.
        """
        line = line.rstrip(b"\r\n")
        if not line:
            return self._taken()
        self._lines += 1
        if self._lines > MAX_LINES:
            raise TooMuch(
                N_("a message of more than {max_lines} lines"), max_lines=MAX_LINES
            )
        name, colon, value = line.partition(b":")
        if not colon:
            if not self._typed:
                raise Malformed(
                    N_("a line that is not a field of the manager protocol")
                )
            return None  # free text of old versions stands between the fields
        if not self._typed:
            self._begin(name.strip().lower(), value)
        elif field := self._keep.get(name.strip().lower()):
            self._fields.setdefault(field, _text(value))
        return None

    def _begin(self, name: bytes, value: bytes) -> None:
        self._typed = True
        if name == b"event":
            self._event = _text(value)
            self._keep = _KEEP.get(self._event, _KEEP_OTHERS)
        elif name == b"response":
            self._response = _text(value)
            self._keep = _KEEP["Response"]
        else:
            raise Malformed(N_("a message that is neither event nor response"))

    def _taken(self) -> Message | None:
        if not self._typed:
            return None
        message = Message(self._event, self._response, self._fields)
        self._clear()
        return message


def _text(value: bytes) -> str:
    return printable(value.decode("utf-8", "replace"))[:MAX_VALUE]


def request(action: str, action_id: str, fields: Mapping[str, str]) -> bytes:
    """Return an action as it is sent.

    Raises:
        Malformed: A value holds a line end, which would begin a line of its own.
    """
    lines = [f"Action: {action}", f"ActionID: {action_id}"]
    lines += [f"{name}: {value}" for name, value in fields.items()]
    if any("\r" in line or "\n" in line for line in lines):
        raise Malformed(N_("a name with a line end in it is not asked for"))
    return "\r\n".join([*lines, "", ""]).encode()
