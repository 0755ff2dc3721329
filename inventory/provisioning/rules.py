"""All rules of provisioning, read from data files and checked at once. Pure."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, fields, replace
from datetime import date
from functools import lru_cache
from typing import Any
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from inventory.kernel.errors import Invalid
from inventory.kernel.money import MoneyError, parse_money
from inventory.kernel.texts import N_
from inventory.provisioning.calendars import (
    WEEKDAYS,
    Calendar,
    Calendars,
    public_holidays,
)
from inventory.provisioning.employing_directories import (
    EmployingDirectory,
    read_directories,
)
from inventory.provisioning.kits import Item, Kit, Kits
from inventory.provisioning.line_states import Machine, State, Step
from inventory.provisioning.notices import Notices, read_notices
from inventory.provisioning.statements.authority import Authority
from inventory.provisioning.statements.event_kinds import PERSON_FIELDS, WORK_FIELDS

Document = Mapping[str, Any]
LONGEST_DAYS = 36_525
"""The most days a rule may count: a hundred years."""
MOST_LEAVERS = 1_000_000
_ISO_DAY = re.compile(r"\d{4}-(0[1-9]|1[0-2])-([0-2]\d|3[01])")


@dataclass(frozen=True, slots=True)
class Policy:
    """Numbers of the site.

    Attributes:
        most: Leavers of one source that are carried out without asking ...
        days: ... within so many days.
        bridge: A rehire within so many days keeps what was not given back.
        suspend: Kinds that are suspended during an absence ...
        absence_days: ... of so many days or more, or without a known end.
        before: Working days before a deadline to remind.
        every: Working days between reminders once it is over.
        joining: Fields that have to agree for two descriptions to be one person;
            several rules, the surest first.
        separate: Who asks does not approve.
        retention_days: Days after the last one until somebody may be erased.
        approve_up_to: What a manager approves alone, in minor units of the kits'
            currency; None for any amount.
    """

    most: int = 10
    days: int = 1
    bridge: int = 30
    suspend: frozenset[str] = frozenset()
    absence_days: int = 30
    before: int = 2
    every: int = 3
    joining: tuple[tuple[str, ...], ...] = (
        ("number",),
        ("email", "family_name"),
        ("login", "family_name"),
    )
    separate: bool = True
    retention_days: int = 3650
    approve_up_to: int | None = None


@dataclass(frozen=True, slots=True)
class Rules:
    """Everything that decides what follows from an event.

    Attributes:
        directories: Identity providers that say who works here, by name.
        documents: What it was all read from, as JSON has it, by kind.
        texts: The files it was read from, by kind; empty of what came otherwise.
    """

    machine: Machine
    kits: Kits
    calendars: Calendars
    authority: Authority
    policy: Policy
    notices: Notices = field(default_factory=Notices)
    directories: Mapping[str, EmployingDirectory] = field(default_factory=dict)
    documents: Mapping[str, Document] = field(default_factory=dict)
    texts: Mapping[str, str] = field(default_factory=dict)

    @property
    def sources(self) -> Document:
        """The document that authority, policy and directories were read from."""
        return self.documents.get("sources", {})


def read_rules(
    lines: Document,
    kits: Document,
    calendars: Document,
    sources: Document,
    notices: Document | None = None,
) -> Rules:
    """Return the rules of five data files; without notices nobody is told anything.

    Raises:
        Invalid: One of them is broken; names file and place.
    """
    documents = {
        "lines": lines,
        "kits": kits,
        "calendars": calendars,
        "sources": sources,
        "notices": notices or {},
    }
    rules = Rules(
        read_machine(lines),
        read_kits(kits),
        read_calendars(calendars),
        Authority(),
        Policy(),
        read_notices(notices or {}),
        documents={name: as_json(one, name) for name, one in documents.items()},
    )
    return with_sources(rules, rules.sources)


def with_sources(rules: Rules, sources: Document) -> Rules:
    """Return the rules with those of sources in the place of what they had.

    Args:
        rules: All others.
        sources: The document, as JSON has it.

    Raises:
        Invalid: It is broken; names the place.
    """
    currency = str(rules.kits.document.get("currency", "EUR"))
    text = json.dumps(sources, sort_keys=True)
    authority, policy, directories = _read_sources(text, currency)
    return replace(
        rules,
        authority=authority,
        policy=policy,
        directories=directories,
        documents={**rules.documents, "sources": sources},
    )


@lru_cache(maxsize=32)
def _read_sources(
    text: str, currency: str
) -> tuple[Authority, Policy, Mapping[str, EmployingDirectory]]:
    document = json.loads(text)
    return (
        _read_authority(document),
        _read_policy(document, currency),
        read_directories(document),
    )


def read_machine(document: Document) -> Machine:
    """Return the states and steps of a data file.

    Raises:
        Invalid: It is broken; names the place.
    """
    states = {
        name: State(name, **_known_keys(section, State, f"lines: states: {name}"))
        for name, section in _section(document, "states", "lines").items()
    }
    steps = {
        name: _read_step(name, section)
        for name, section in _section(document, "steps", "lines").items()
    }
    return Machine(states, steps)


def _read_step(name: str, section: Document) -> Step:
    fields_left = dict(section)
    values: dict[str, Any] = {
        "sources": frozenset(fields_left.pop("from", ())),
        "target": fields_left.pop("to", ""),
        "untracked": frozenset(fields_left.pop("untracked", ())),
        "actions": frozenset(fields_left.pop("actions", ())),
    }
    if fields_left.pop("untracked_only", False):
        values["tracked"] = False
    return Step(
        name, **values, **_known_keys(fields_left, Step, f"lines: steps: {name}")
    )


def read_kits(document: Document) -> Kits:
    """Return the kits of a data file.

    Raises:
        Invalid: It is broken; names the place.
    """
    currency = str(document.get("currency", "EUR"))
    items = {
        name: _read_item(name, section, currency)
        for name, section in _section(document, "items", "kits").items()
    }
    kits = [_read_kit(section, items) for section in document.get("kits") or ()]
    return Kits(items, kits, as_json(document, "kits"))


def as_json(document: Document, where: str) -> dict[str, Any]:
    """Return a document of a file as JSON has it: its days as text.

    Args:
        document: Of YAML.
        where: What it is called in an error.

    Raises:
        Invalid: A value has no such form.
        ValueError: It contains itself.
    """

    def as_text(value: object) -> str:
        if isinstance(value, date):
            return value.isoformat()
        raise Invalid(N_("{value!r} has no JSON form."), where=where, value=value)

    return dict(json.loads(json.dumps(document, default=as_text)))


def _read_item(name: str, section: Document, currency: str) -> Item:
    fields_left = dict(section)
    cost = fields_left.pop("cost", None)
    models: dict[str, Any] = {
        key: tuple(fields_left.pop(key, ())) for key in ("any_of", "substitutes")
    }
    where = f"kits: items: {name}"
    if ":" in name:
        raise Invalid(
            N_("The name of an item has no colon."),
            where=where,
        )
    if not fields_left.get("kind"):
        raise Invalid(
            N_("An item has a kind."),
            where=where,
        )
    if models["substitutes"] and not models["any_of"]:
        raise Invalid(
            N_("Substitutes stand beside `any_of`."),
            where=where,
        )
    try:
        money = None if cost is None else parse_money(str(cost), currency)
    except MoneyError as error:
        raise Invalid(str(error), where=where) from error
    return Item(name, cost=money, **models, **_known_keys(fields_left, Item, where))


def _read_kit(section: Document, items: Mapping[str, Item]) -> Kit:
    fields_left = dict(section)
    name = str(fields_left.get("name", "?"))
    where = f"kits: {name}"
    when = {
        key: tuple(map(str, v)) for key, v in (fields_left.get("when") or {}).items()
    }
    unknown = when.keys() - set(WORK_FIELDS)
    if unknown:
        raise Invalid(
            N_("Kits cannot be chosen by {names}."),
            where=where,
            remedy=N_("Use {names_2}."),
            names=", ".join(sorted(unknown)),
            names_2=", ".join(WORK_FIELDS),
        )
    named = [*fields_left.get("items", ()), *fields_left.get("without", ())]
    missing = [each for each in named if each not in items]
    if missing:
        raise Invalid(
            N_("There is no item {item!r}."),
            where=where,
            remedy=N_("Use one of `items`: {items}."),
            item=missing[0],
            items=", ".join(items),
        )
    return Kit(
        name,
        tuple(fields_left.get("items", ())),
        when,
        tuple(fields_left.get("without", ())),
        _day(fields_left.get("from"), where),
        _day(fields_left.get("to"), where),
    )


def read_calendars(document: Document) -> Calendars:
    """Return the calendars of a data file.

    Raises:
        Invalid: It is broken; names the place.
    """
    default = _read_entries(document.get("default") or (), "default")
    if not default:
        raise Invalid(
            N_("There is no default."),
            where="calendars",
        )
    sites = {
        str(site): _read_entries(section, str(site))
        for site, section in (document.get("sites") or {}).items()
    }
    return Calendars(default, sites)


def _read_entries(section: Sequence[Document], site: str) -> list[Calendar]:
    found = [_read_calendar(each, f"calendars: {site}") for each in section]
    return sorted(found, key=lambda entry: entry.start)


def _read_calendar(section: Document, where: str) -> Calendar:
    zone, country = str(section.get("zone", "")), str(section.get("country", ""))
    subdivision = str(section.get("subdivision", ""))
    try:
        ZoneInfo(zone)
        if country:
            public_holidays(country, subdivision)
    except (ZoneInfoNotFoundError, NotImplementedError, ValueError) as error:
        raise Invalid(f"{error}".strip("'\""), where=where) from error
    weekend = [str(each).casefold() for each in section.get("weekend", ())]
    unknown = [each for each in weekend if each not in WEEKDAYS]
    if unknown or len(set(weekend)) == len(WEEKDAYS):
        raise Invalid(
            N_("The weekend names days, but not all."),
            where=where,
        )
    closed = [
        (_day(each["from"], where), _day(each["to"], where))
        for each in section.get("closed", ())
    ]
    return Calendar(
        start=_day(section.get("from"), where) or date.min,
        zone=zone,
        country=country,
        subdivision=subdivision,
        weekend=frozenset(map(WEEKDAYS.index, weekend)),
        closed=[(first, last) for first, last in closed if first and last],
    )


def _read_authority(document: Document) -> Authority:
    section = document.get("authority") or {}
    names = section.get("fields") or {}
    known = {*WORK_FIELDS, *PERSON_FIELDS, "start", "last", "contract_end"}
    unknown = names.keys() - known
    if unknown:
        raise Invalid(
            N_("There is no field {names}."),
            where="sources: authority",
            remedy=N_("Use {names_2}."),
            names=", ".join(sorted(unknown)),
            names_2=", ".join(sorted(known)),
        )
    return Authority(
        {name: tuple(map(str, order)) for name, order in names.items()},
        tuple(map(str, section.get("others") or ())),
    )


def _minor(value: object, currency: str) -> int:
    try:
        return parse_money(str(value), currency).minor
    except MoneyError as error:
        raise Invalid(str(error), where="sources: approve_up_to") from error


def _read_policy(document: Document, currency: str) -> Policy:
    leavers, remind = document.get("leavers") or {}, document.get("remind") or {}
    numbers = {**leavers, **remind}
    numbers |= {
        key: document[key]
        for key in ("bridge", "absence_days", "retention_days")
        if key in document
    }
    for name, value in numbers.items():
        most = MOST_LEAVERS if name == "most" else LONGEST_DAYS
        if type(value) is not int or not 0 <= value <= most:
            raise Invalid(
                N_("{value!r} is not a number of days."),
                where=f"sources: {name}",
                value=value,
            )
    suspend = frozenset(map(str, document.get("suspend") or ()))
    values = _known_keys(numbers, Policy, "sources") | {"suspend": suspend}
    values["separate"] = bool(document.get("separate", True))
    if document.get("approve_up_to") is not None:
        values["approve_up_to"] = _minor(document["approve_up_to"], currency)
    if "joining" in document:
        values["joining"] = _read_joining(document)
    return Policy(**values)


def _read_joining(document: Document) -> tuple[tuple[str, ...], ...]:
    known = ("number", *PERSON_FIELDS)
    rules = tuple(tuple(map(str, rule)) for rule in document["joining"] or ())
    unknown = [name for rule in rules for name in rule if name not in known]
    if unknown or not all(rules):
        raise Invalid(
            N_("A rule of joining names fields that agree."),
            where="sources: joining",
            remedy=N_("Use {names}."),
            names=", ".join(known),
        )
    return rules


def _section(document: Document, name: str, file: str) -> Mapping[str, Document]:
    found = document.get(name)
    if not isinstance(found, Mapping) or not found:
        raise Invalid(
            N_("There is no section {name!r}."),
            where=file,
            name=name,
        )
    return {str(key): value or {} for key, value in found.items()}


def _known_keys(section: Document, shape: type, where: str) -> dict[str, Any]:
    known = {each.name for each in fields(shape)}
    unknown = [name for name in section if name not in known]
    if unknown:
        raise Invalid(
            f"There is no key {unknown[0]!r}.",
            where=where,
            remedy=N_("Use {choices}."),
            choices=", ".join(sorted(known - {"name"})),
        )
    return dict(section)


def is_iso_day(value: object) -> bool:
    """Whether a value is a day as data files write it: 2026-01-31."""
    if not isinstance(value, str) or not _ISO_DAY.fullmatch(value):
        return False
    try:
        date.fromisoformat(value)
    except ValueError:
        return False
    return True


def _day(value: object, where: str) -> date | None:
    if value is None or isinstance(value, date):
        return value
    if isinstance(value, str) and is_iso_day(value):
        return date.fromisoformat(value)
    raise Invalid(
        N_("{value!r} is not a date (YYYY-MM-DD)."),
        where=where,
        remedy=N_("Write 2026-01-31."),
        value=value,
    )
