"""What the office's telephone system answers its manager (Asterisk 18, PJSIP). Pure.

Line by line as Asterisk writes it, with the fields that are nobody's business too:
`AuthDetail` carries the SIP password in clear, as the real one does.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from hashlib import sha256

from collectors.office.model import Line, Office

BANNER = b"Asterisk Call Manager/7.0.3\r\n"
_HOUR = 3600

Fields = Sequence[tuple[str, str]]


class Exchange:
    """The manager's side of one telephone system.

    Args:
        office: Its lines and phones.
        sip_port: Where the phones listen.
        now: Seconds since 1970; registrations end an hour later.
    """

    def __init__(self, office: Office, sip_port: int, now: int) -> None:
        self._office = office
        self._port = sip_port
        self._now = now
        self._phones = {
            d.extension: k for k, d in office.devices.items() if d.extension
        }

    def answer(self, request: Mapping[str, str]) -> bytes:
        """Return the answer to one action, given by lower-case names."""
        action, tag = request.get("action", ""), request.get("actionid", "")
        match action.lower():
            case "coresettings":
                fields = [("AMIversion", "7.0.3"), ("AsteriskVersion", "18.20.0")]
                return _message([("Response", "Success"), ("ActionID", tag), *fields])
            case "pjsipshowendpoints":
                return _listed(tag, "Endpoint", self._endpoints())
            case "pjsipshowcontacts":
                return _listed(tag, "Contact", self._contacts())
            case "pjsipshowendpoint":
                return self._endpoint(tag, request.get("endpoint", ""))
            case "voicemailuserslist":
                return _listed(tag, "VoicemailUserEntry", self._mailboxes())
            case "queuestatus":
                return _listed(tag, "QueueStatus", self._queues())
            case "extensionstatelist":
                return _listed(tag, "ExtensionState", self._hints())
        why = f"Invalid/unknown command: {action}. Use Action: ListCommands to show"
        return _error(tag, f"{why} available commands.")

    def _endpoints(self) -> Iterator[Fields]:
        for line in self._office.lines:
            contact = self._uri(line) if line.number in self._phones else ""
            yield (
                ("Event", "EndpointList"),
                ("ObjectType", "endpoint"),
                ("ObjectName", line.number),
                ("Aor", line.number),
                ("Auths", f"{line.number}-auth"),
                ("Contacts", f"{line.number}/{contact}," if contact else ""),
                ("DeviceState", "Not in use" if contact else "Unavailable"),
            )
        yield (
            ("Event", "EndpointList"),
            ("ObjectType", "endpoint"),
            ("ObjectName", "carrier"),
            ("Contacts", "carrier/sip:sip.carrier.example:5060,"),
            ("DeviceState", "Not in use"),
        )

    def _uri(self, line: Line) -> str:
        phone = self._office.devices[self._phones[line.number]]
        return f"sip:{line.number}@{phone.address}:{self._port}"

    def _contacts(self) -> Iterator[Fields]:
        for line in self._office.lines:
            key = self._phones.get(line.number)
            if key is None:
                continue
            pattern = self._office.model_of(key).sip or ""
            yield (
                ("Event", "ContactList"),
                ("ObjectType", "contact"),
                ("ObjectName", f"{line.number};@{_digest(line.number)}"),
                ("ViaAddr", str(self._office.devices[key].address)),
                ("ViaPort", str(self._port)),
                ("Endpoint", line.number),
                ("Uri", self._uri(line)),
                ("UserAgent", self._office.fill(pattern, key)),
                ("ExpirationTime", str(self._now + _HOUR)),
                ("Status", "Reachable"),
                ("RoundtripUsec", "2104"),
            )

    def _endpoint(self, tag: str, name: str) -> bytes:
        line = next((x for x in self._office.lines if x.number == name), None)
        if line is None:
            return _error(tag, f"Unable to retrieve endpoint {name}")
        detail = (
            ("Event", "EndpointDetail"),
            ("ObjectType", "endpoint"),
            ("ObjectName", name),
            ("Callerid", f'"{line.name}" <{name}>'),
            ("Mailboxes", f"{name}@default" if line.email else ""),
            ("Accountcode", line.cost_centre),
            ("Aors", name),
        )
        auth = (
            ("Event", "AuthDetail"),
            ("ObjectType", "auth"),
            ("ObjectName", f"{name}-auth"),
            ("Username", name),
            ("Password", f"sip-password-{_digest(name)}"),
            ("AuthType", "userpass"),
        )
        return _listed(tag, "EndpointDetail", (detail, auth))

    def _mailboxes(self) -> Iterator[Fields]:
        for line in self._office.lines:
            if line.email:
                yield (
                    ("Event", "VoicemailUserEntry"),
                    ("VMContext", "default"),
                    ("VoiceMailbox", line.number),
                    ("Fullname", line.name),
                    ("Email", line.email),
                    ("MailCommand", "/usr/sbin/sendmail -t"),
                )

    def _queues(self) -> Iterator[Fields]:
        for group in self._office.groups:
            yield (
                ("Event", "QueueParams"),
                ("Queue", group.number),
                ("Max", "0"),
                ("Strategy", group.strategy),
            )
            for member in group.members:
                yield (
                    ("Event", "QueueMember"),
                    ("Queue", group.number),
                    ("Name", f"Local/{member}@from-queue/n"),
                    ("Location", f"Local/{member}@from-queue/n"),
                    ("StateInterface", f"hint:{member}@ext-local"),
                )

    def _hints(self) -> Iterator[Fields]:
        for line in self._office.lines:
            yield (
                ("Event", "ExtensionStatus"),
                ("Exten", line.number),
                ("Context", "ext-local"),
                ("Hint", f"PJSIP/{line.number},CustomPresence:{line.number}"),
                ("Status", "0"),
                ("StatusText", "Idle"),
            )


def accepted(tag: str) -> bytes:
    """Return the answer to a good login."""
    field = ("Message", "Authentication accepted")
    return _message([("Response", "Success"), ("ActionID", tag), field])


def refused(tag: str) -> bytes:
    """Return the answer to a bad login."""
    return _error(tag, "Authentication failed")


def farewell(tag: str) -> bytes:
    """Return the answer to a logoff."""
    field = ("Message", "Thanks for all the fish.")
    return _message([("Response", "Goodbye"), ("ActionID", tag), field])


def _error(tag: str, why: str) -> bytes:
    return _message([("Response", "Error"), ("ActionID", tag), ("Message", why)])


def _listed(tag: str, name: str, rows: Iterator[Fields] | Sequence[Fields]) -> bytes:
    begin = [("Response", "Success"), ("ActionID", tag), ("EventList", "start")]
    parts = [_message([*begin, ("Message", "A listing follows")])]
    found = list(rows)
    parts += [_message([row[0], ("ActionID", tag), *row[1:]]) for row in found]
    end = [("Event", f"{name}Complete"), ("ActionID", tag), ("EventList", "Complete")]
    parts.append(_message([*end, ("ListItems", str(len(found)))]))
    return b"".join(parts)


def _message(fields: Sequence[tuple[str, str]]) -> bytes:
    return "".join(f"{name}: {value}\r\n" for name, value in fields).encode() + b"\r\n"


def _digest(text: str) -> str:
    return sha256(text.encode()).hexdigest()[:16]
