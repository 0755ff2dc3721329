"""HR events as they are sent: CloudEvents, and rows of a CSV file. Pure.

A field that is not known is refused, with the names there are: a department that is
silently dropped is found out when the person is at the door.
"""

from __future__ import annotations

import difflib
import hashlib
import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import Any

from inventory.kernel.clean_text import cleaned
from inventory.kernel.errors import Invalid
from inventory.kernel.texts import N_
from inventory.provisioning.statements.event_kinds import BEGINS, EventKind

YEARS = range(1900, 2201)
"""Years in which somebody may be employed; others are typing mistakes."""
LONGEST = 500
"""Characters of one value."""


def _text(value: object) -> str:
    if not isinstance(value, str) or len(value) > LONGEST or "\n" in value:
        raise ValueError(f"not a text of one line, up to {LONGEST} characters")
    if "\t" in value or "\r" in value:
        raise ValueError("not a text of one line")
    return str(cleaned(value)).strip()


def _day(value: object) -> str:
    if not isinstance(value, str):
        raise ValueError("not a day; write 2026-01-31")
    try:
        day = date.fromisoformat(value)
    except ValueError:
        raise ValueError("not a day; write 2026-01-31") from None
    if day.year not in YEARS:
        raise ValueError(f"not a day from {YEARS[0]} to {YEARS[-1]}")
    return day.isoformat()


def _flag(value: object) -> bool:
    if isinstance(value, bool):
        return value
    if isinstance(value, str) and value.casefold() in ("true", "false", "yes", "no"):
        return value.casefold() in ("true", "yes")
    raise ValueError("not true or false")


FIELDS: Mapping[str, Callable[[object], Any]] = {
    **dict.fromkeys(
        "given_name family_name email login person number legal_entity department"
        " cost_centre location manager title role worker_type replaces substitute"
        " reason".split(),
        _text,
    ),
    **dict.fromkeys(
        "contract_end previous until last_working_day garden_leave_from".split(), _day
    ),
    **dict.fromkeys("legal_hold quiet already_here".split(), _flag),
}
"""Fields of `data` beside `effective_on`; each with what reads its value."""

_ATTRIBUTES = frozenset({"specversion", "id", "source", "type", "subject", "time"})


@dataclass(frozen=True, slots=True)
class Incoming:
    """An event that came in.

    Attributes:
        event_id: Given, or derived from what it says.
        asserted_at: None if the source does not say when it said it.
    """

    source: str
    event_id: str
    kind: EventKind
    employee_id: str
    on: date
    asserted_at: datetime | None
    data: Mapping[str, Any]

    @property
    def digest(self) -> str:
        """SHA-256 of what it says, to tell a repetition from a reused id."""
        content = [self.source, self.kind, self.employee_id, self.on.isoformat()]
        return _hashed([*content, dict(self.data)])


def read_event(body: object) -> Incoming:
    """Return the event of a CloudEvent in JSON.

    Raises:
        Invalid: Something is missing or cannot be read; says what and where.
    """
    if not isinstance(body, Mapping):
        raise Invalid(N_("An event is a JSON object."), where="event")
    if str(body.get("specversion", "1.0")) != "1.0":
        raise Invalid(
            N_("Only CloudEvents 1.0 are understood."),
            where="specversion",
            remedy=N_('Send "specversion": "1.0".'),
        )
    data = body.get("data")
    if not isinstance(data, Mapping):
        remedy = N_("Send a JSON object.")
        raise Invalid(N_("It has no data."), where="data", remedy=remedy)
    data = dict(data)
    employee_id = body.get("subject") or data.get("employee_id")
    data.pop("employee_id", None)
    source = _attribute(body.get("source"), "source")
    kind = _kind(body.get("type"))
    employee = _attribute(employee_id, "subject")
    on = data.pop("effective_on", None)
    try:
        day = date.fromisoformat(_day(on))
    except ValueError as error:
        text, where = N_("{on!r} is {error}."), "data.effective_on"
        raise Invalid(text, where=where, on=on, error=error) from None
    read = _fields(data)
    if kind in BEGINS and "family_name" not in read and "given_name" in read:
        # Somebody of one name, as in Indonesia, has it as family name.
        read["family_name"] = read.pop("given_name")
    asserted_at = _moment(body.get("time"))
    given = body.get("id")
    first_day, moment = day.isoformat(), body.get("time")
    identifying_values = [source, str(kind), employee, first_day, read, moment]
    event_id = _attribute(given, "id") if given else _hashed(identifying_values)
    return Incoming(source, event_id, kind, employee, day, asserted_at, read)


def read_row(row: Mapping[str, str | None]) -> Incoming:
    """Return the event of a row of a CSV file: attributes and fields side by side.

    Columns are `source`, `type`, `subject`, `effective_on`, `id`, `time` and the fields
    of `data`; an empty cell says nothing.

    Raises:
        Invalid: As `read_event`.
    """
    cells = {
        str(name).strip(): value.strip()
        for name, value in row.items()
        if value is not None and value.strip()
    }
    body: dict[str, Any] = {name: cells.pop(name) for name in _ATTRIBUTES & set(cells)}
    return read_event(body | {"data": cells})


def _fields(data: Mapping[str, Any]) -> dict[str, Any]:
    found = {}
    for name, value in data.items():
        reader = FIELDS.get(name)
        if reader is None:
            close = difflib.get_close_matches(name, FIELDS, n=1)
            hint = f"Did you mean {close[0]}? " if close else ""
            raise Invalid(
                N_("There is no field {name!r}."),
                where=f"data.{name}"[:100],
                remedy=N_("{hint}Fields are effective_on, {names}."),
                name=name,
                hint=hint,
                names=", ".join(sorted(FIELDS)),
            )
        if value is None or value == "":
            continue
        try:
            found[name] = reader(value)
        except ValueError as error:
            raise Invalid(
                N_("It is {error}."),
                where=f"data.{name}",
                error=error,
            ) from None
    return found


def _kind(value: object) -> EventKind:
    text = value if isinstance(value, str) else ""
    name = text.rpartition("hr.")[2] if "hr." in text else text
    try:
        return EventKind(name)
    except ValueError:
        raise Invalid(
            f"There is no kind of event {text[:60]!r}.",
            where="type",
            remedy=N_("Use one of {choices}."),
            choices=", ".join(EventKind),
        ) from None


def _attribute(value: object, name: str) -> str:
    text = str(value).strip() if isinstance(value, str | int) else ""
    try:
        text = str(cleaned(text))
    except ValueError:
        text = ""
    if not text or len(text) > LONGEST or not text.isprintable():
        raise Invalid(
            N_("It has no {name}."),
            where=name,
            remedy=N_("Send {name} as a text of one line."),
            name=name,
        )
    return text


def _moment(value: object) -> datetime | None:
    if value is None:
        return None
    try:
        moment = datetime.fromisoformat(str(value))
        return (moment if moment.tzinfo else moment.replace(tzinfo=UTC)).astimezone(UTC)
    except (ValueError, OverflowError):
        raise Invalid(
            N_("{value!r} is not a moment."),
            where="time",
            remedy=N_("Write it as in RFC 3339: 2026-01-31T09:00:00Z."),
            value=value,
        ) from None


def _hashed(value: object) -> str:
    text = json.dumps(value, sort_keys=True, ensure_ascii=False, default=str)
    return hashlib.sha256(text.encode()).hexdigest()


def announces_hire(incoming: Incoming) -> bool:
    """Whether it announces somebody."""
    return incoming.kind in BEGINS
