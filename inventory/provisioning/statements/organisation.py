"""Units and persons that events name, as far as they decide. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace

from inventory.kernel.texts import N_, Said
from inventory.provisioning.statements.event_kinds import EventStatement

BOUND_UNITS = ("department", "cost_centre")
"""Units that may belong to one legal entity only."""


@dataclass(frozen=True, slots=True)
class Unit:
    """A unit of the organisation.

    Attributes:
        id: Its row.
        entity: Code of the legal entity it belongs to; None if it serves all.
    """

    id: int
    entity: str | None = None


@dataclass(frozen=True, slots=True)
class NamedPerson:
    """Who is meant by a name: the row and the key."""

    id: int
    key: str


@dataclass(frozen=True, slots=True)
class Finding:
    """Something an event says that has no effect until a person settles it.

    Attributes:
        kind: unknown-manager or foreign-unit.
        about: What is named.
        detail: For a person.
        event: Key of the event that says it; empty if it follows from several.
    """

    kind: str
    about: str
    detail: str
    event: str = ""


@dataclass(frozen=True, slots=True)
class Organisation:
    """What the names in a person's events stand for.

    Attributes:
        units: (name of the field, code) -> unit.
        people: (source, name) -> person; without a source, persons by their key.
        complete: Whether a name that is missing here stands for nobody.
    """

    units: Mapping[tuple[str, str], Unit] = field(default_factory=dict)
    people: Mapping[tuple[str, str], NamedPerson] = field(default_factory=dict)
    complete: bool = False

    def person(self, source: str, name: str) -> NamedPerson | None:
        """Return who is meant by a key, or by an employee id of a source."""
        return self.people.get(("", name)) or self.people.get((source, name))

    def unit_id(self, unit: str, code: str | None) -> int | None:
        """Return the row of a unit; None if there is none of that code."""
        known = self.units.get((unit, code)) if code else None
        return None if known is None else known.id

    def owner_of(self, unit: str, code: str | None) -> str | None:
        """Return the legal entity a unit belongs to; None if it serves all."""
        known = self.units.get((unit, code)) if code else None
        return None if known is None else known.entity

    def fits(self, unit: str, code: str | None, entity: str | None) -> bool:
        """Whether somebody employed by a legal entity may be in a unit."""
        owner = self.owner_of(unit, code)
        return owner is None or entity is None or owner == entity


def named_persons(
    events: Iterable[EventStatement], organisation: Organisation
) -> tuple[list[EventStatement], list[Finding]]:
    """Return events with managers by their key, without those nobody knows.

    A manager who is not known leaves the one before in place: a wrong id must not
    erase what was right.
    """
    found, findings = [], []
    for event in events:
        name = event.data.get("manager")
        if not name or not organisation.complete:
            found.append(event)
            continue
        person = organisation.person(event.source, name)
        data = {key: value for key, value in event.data.items() if key != "manager"}
        if person is None:
            text = Said(
                N_("{source} names {name} as the manager; nobody of that id is known"),
                source=event.source,
                name=name,
            )
            findings.append(Finding("unknown-manager", str(name), text, event.key))
        else:
            data["manager"] = person.key
        found.append(replace(event, data=data))
    return found, findings
