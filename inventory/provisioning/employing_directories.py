"""Identity providers that say who works here, where no HR system does. Pure.

Without an entry in `sources.yaml` the users of a provider become persons and tasks, and
HR alone says who is employed. With one, a user who comes is a hire, another department
a transfer, an account out of use the end of the employment.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from inventory.kernel.errors import Invalid
from inventory.kernel.texts import N_
from inventory.provisioning.statements.event_format import LONGEST, YEARS

ANY = "scim"
"""Name of the entry that is of every provider without one of its own."""
ENTERPRISE = "urn:ietf:params:scim:schemas:extension:enterprise:2.0:User"
PURSER = "urn:ietf:params:scim:schemas:extension:purser:2.0:User"
ATTRIBUTES: Mapping[str, str] = {
    "number": f"{ENTERPRISE}:employeeNumber",
    "legal_entity": f"{ENTERPRISE}:organization",
    "department": f"{ENTERPRISE}:department",
    "cost_centre": f"{ENTERPRISE}:costCenter",
    "location": "",
    "manager": f"{ENTERPRISE}:manager",
    "title": "title",
    "worker_type": f"{PURSER}:workerType",
    "start": f"{PURSER}:hireDate",
}
"""Field -> attribute of a user (RFC 7643, section 4); an empty one is not read."""
CREATABLE = ("departments", "cost_centres", "locations")
_PROVIDER = re.compile(r"scim(:[a-z0-9-]+)?")
_KEYS = frozenset({"legal_entity", "attributes", "create", "here_before"})
_FILE = "sources: employments"


@dataclass(frozen=True, slots=True)
class EmployingDirectory:
    """A provider that says who works here.

    Attributes:
        provider: Such as `scim:okta`, or `scim` for each of them.
        legal_entity: Code of the employer of users who name none.
        attributes: Field -> attribute that says it.
        create: Units that are added when a user names one nobody knows.
        here_before: Users who come before that day have worked here for a while;
            nothing is prepared for them.
    """

    provider: str
    legal_entity: str | None = None
    attributes: Mapping[str, str] = field(default_factory=lambda: dict(ATTRIBUTES))
    create: frozenset[str] = frozenset()
    here_before: date | None = None

    def said(self, document: Mapping[str, Any]) -> dict[str, str]:
        """Return what a user says of the employment, as text of one line."""
        return {
            name: text
            for name, path in self.attributes.items()
            if path and (text := _text(_at(document, path)))
        }

    def told(self) -> str:
        """Return the setting in one line, attributes by their last names."""
        parts = [
            f"{name.replace('_', ' ')}: {path.rpartition(':')[2]}"
            for name, path in self.attributes.items()
            if path
        ]
        if self.legal_entity:
            parts.append(f"employer: {self.legal_entity}")
        if self.create:
            parts.append(f"adds {', '.join(sorted(self.create))}")
        if self.here_before:
            parts.append(f"here before {self.here_before}")
        return "; ".join(parts)


def day_said(text: str | None) -> date | None:
    """Return a first day, of a day or of a moment; None if it is none."""
    try:
        day = date.fromisoformat((text or "")[:10])
    except ValueError:
        return None
    return day if day.year in YEARS else None


def read_directories(document: Mapping[str, Any]) -> dict[str, EmployingDirectory]:
    """Return the providers that say who works here, by name.

    Raises:
        Invalid: A name, a key or a field is unknown.
    """
    found = {}
    for name, section in (document.get("employments") or {}).items():
        where = f"{_FILE}: {name}"
        _check(str(name), _PROVIDER.fullmatch(str(name)) is not None, where, "scim:...")
        found[str(name)] = _read(str(name), section or {}, where)
    return found


def directory_of(
    directories: Mapping[str, EmployingDirectory], source: str
) -> EmployingDirectory | None:
    """Return what is set for a provider; None if it says nothing of employments."""
    return directories.get(source) or directories.get(ANY)


def _read(name: str, section: Mapping[str, Any], where: str) -> EmployingDirectory:
    for key in section:
        _check(str(key), key in _KEYS, where, ", ".join(sorted(_KEYS)))
    own = {str(k): str(v or "") for k, v in (section.get("attributes") or {}).items()}
    for one in own:
        _check(one, one in ATTRIBUTES, where, ", ".join(ATTRIBUTES))
    create = frozenset(map(str, section.get("create") or ()))
    for one in create:
        _check(one, one in CREATABLE, where, ", ".join(CREATABLE))
    told = section.get("here_before")
    day = None if told is None else day_said(str(told))
    _check(str(told), told is None or day is not None, where, "2026-01-31")
    entity = section.get("legal_entity")
    return EmployingDirectory(
        name,
        None if entity is None else str(entity),
        {**ATTRIBUTES, **own},
        create,
        day,
    )


def _check(given: str, right: bool, where: str, choices: str) -> None:
    if not right:
        raise Invalid(
            N_("{given!r} is not understood."),
            where=where,
            remedy=N_("Use {choices}."),
            given=given,
            choices=choices,
        )


def _at(document: Mapping[str, Any], path: str) -> object:
    """Return the value of an attribute; one without a schema may be of any."""
    schema, colon, name = path.rpartition(":")
    places = [schema] if colon else ["", ENTERPRISE, PURSER]
    for place in places:
        value: object = document.get(place) if place else document
        for part in name.split("."):
            value = value.get(part) if isinstance(value, Mapping) else None
        if value is not None:
            return value.get("value") if isinstance(value, Mapping) else value
    return None


def _text(value: object) -> str:
    text = " ".join(value.split()) if isinstance(value, str) else ""
    return text if text.isprintable() and len(text) <= LONGEST else ""
