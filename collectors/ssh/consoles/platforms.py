"""What is known of the command lines of network devices: data from the caller. Pure.

One document a platform (commands, and where its tables differ from the usual) and one
with what most platforms have in common: which column holds what, what words mean, how a
refusal looks. See the head of `config/platforms/_common.yaml` for their form.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, fields
from typing import Any

FACTS = frozenset(
    "identity modules interfaces neighbours fdb arp vlans poe switchports".split()
)

Columns = Mapping[str, tuple[str, ...]]
"""Field of a fact -> columns that may hold it, best first."""

State = tuple[bool | None, bool | None]


@dataclass(frozen=True, slots=True)
class Read:
    """One command and what is taken from it.

    Attributes:
        command: As it is typed.
        facts: Names out of `FACTS`.
        instead: Commands to try, in order, where this one is refused or says nothing.
        columns: Columns by fact and field that go before the usual ones.
        states: Meaning of status words that goes before the usual one.
        protocol: `lldp` or `cdp`, for neighbours.
        template: Name of the command in the templates, where it differs.
    """

    command: str
    facts: tuple[str, ...]
    instead: tuple[str, ...] = ()
    columns: Mapping[str, Columns] = field(default_factory=dict)
    states: Mapping[str, State] = field(default_factory=dict)
    protocol: str = "lldp"
    template: str | None = None


@dataclass(frozen=True, slots=True)
class Marks:
    """What tells a platform from others.

    Attributes:
        banner: Matches the SSH version string of its servers.
        greeting: Matches what it prints before its first prompt.
        probe: Matches what it answers to a probing command.
        snmp: Matches its sysDescr, where that says other words.
        hint: Matches an answer or the prompt, where nothing better is known.
    """

    banner: re.Pattern[str] | None = None
    greeting: re.Pattern[str] | None = None
    probe: re.Pattern[str] | None = None
    snmp: re.Pattern[str] | None = None
    hint: re.Pattern[str] | None = None


@dataclass(frozen=True, slots=True)
class Platform:
    """The command line of one operating system.

    Attributes:
        name: Platform of the templates; also of netmiko, unless said otherwise.
        device_types: netmiko's device types of it.
        vendor: Maker, None where several use it.
        system: Operating system.
        reads: What to ask, in order.
        names: `cisco` where ports are called by their short names, as in ifName.
        driver: netmiko's driver for it, where netmiko has none of its own.
        type: What runs it, where nothing says more; a word for types of devices.
        marks: What tells it from others.
    """

    name: str
    device_types: tuple[str, ...]
    vendor: str | None = None
    system: str | None = None
    reads: tuple[Read, ...] = ()
    names: str | None = None
    driver: str | None = None
    type: str | None = None
    marks: Marks = Marks()


@dataclass(frozen=True, slots=True)
class CliKnowledge:
    """All platforms and what they have in common.

    Attributes:
        platforms: By netmiko device type.
        columns: The usual columns by fact and field.
        states: Meaning of status words: (administratively up, operationally up).
        refusals: Match the answer to a command the device does not know.
        blanks: Cells that say nothing.
        general: What a platform without a file is asked.
        denials: Match the answer to a command the account may not use.
        probes: Commands whose answers tell platforms apart, in order.
        tables: Commands that tell them apart by the form of their answers.
    """

    platforms: Mapping[str, Platform]
    columns: Mapping[str, Columns]
    states: Mapping[str, State]
    refusals: re.Pattern[str]
    blanks: frozenset[str]
    denials: re.Pattern[str]
    general: tuple[Read, ...] = ()
    probes: tuple[str, ...] = ("show version",)
    tables: tuple[str, ...] = ()

    def platform(self, device_type: str) -> Platform:
        """Return a platform by device type; one without a file is asked in general."""
        known = self.platforms.get(device_type)
        if known is not None:
            return known
        return Platform(device_type, (device_type,), reads=self.general)

    def detect(
        self, banner: str = "", *, greeting: str = "", answer: str = ""
    ) -> str | None:
        """Return the device type that one of the texts shows.

        Args:
            banner: SSH version string.
            greeting: What was printed before the first prompt.
            answer: Answers to `probes`.
        """
        for mark, text in (
            ("banner", banner),
            ("greeting", greeting),
            ("probe", greeting),
            ("probe", answer),
        ):
            if text and (found := self._marked(mark, text)):
                return found
        return None

    def guess(self, text: str) -> str | None:
        """Return the device type that answers and the prompt hint at."""
        return self._marked("hint", text) if text else None

    def described(self, text: str) -> str | None:
        """Return the device type that a sysDescr shows."""
        if not text:
            return None
        return self._marked("snmp", text) or self._marked("probe", text)

    def same(self, one: str, other: str) -> bool:
        """Whether two device types are of one platform."""
        return self.platform(one).name == self.platform(other).name

    def _marked(self, mark: str, text: str) -> str | None:
        for platform in {p.name: p for p in self.platforms.values()}.values():
            pattern: re.Pattern[str] | None = getattr(platform.marks, mark)
            if pattern and pattern.search(text):
                return platform.device_types[0]
        return None


Document = tuple[str, Mapping[str, Any]]


def build_knowledge(documents: Iterable[Document]) -> CliKnowledge:
    """Return the knowledge out of (file name, document) pairs.

    Raises:
        ValueError: A document is wrong; names file, key and what is expected.
    """
    common: Mapping[str, Any] = {}
    platforms: dict[str, Platform] = {}
    for file, document in documents:
        if "platform" not in document:
            common = document
            continue
        platform = _platform(file, document)
        for device_type in platform.device_types:
            if device_type in platforms:
                raise ValueError(f"{file}: {device_type} is in another file too")
            platforms[device_type] = platform
    if not common:
        raise ValueError("the document with common columns is missing")
    return CliKnowledge(
        platforms=platforms,
        columns=_columns("common", common["columns"]),
        states=_states("common", common["states"]),
        refusals=_any_of(common["refusals"]),
        denials=_any_of(common["denials"]),
        blanks=frozenset(str(text).lower() for text in common["blanks"]),
        general=tuple(_read("common", row) for row in common.get("general", ())),
        probes=tuple(common.get("probes", ("show version",))),
        tables=tuple(common.get("tables", ())),
    )


def _any_of(patterns: Sequence[str]) -> re.Pattern[str]:
    return re.compile("|".join(f"(?:{each})" for each in patterns), re.IGNORECASE)


_KEYS = frozenset(
    (
        *("platform", "device_types", "driver", "vendor", "system", "type", "names"),
        *("detect", "reads"),
    )
)
_READ_KEYS = frozenset(
    ("ask", "for", "instead", "columns", "states", "protocol", "template")
)


def _platform(file: str, document: Mapping[str, Any]) -> Platform:
    _known_keys(file, document, _KEYS)
    name = str(document["platform"])
    detect = document.get("detect", {})
    _known_keys(file, detect, frozenset(each.name for each in fields(Marks)))
    return Platform(
        name=name,
        device_types=tuple(document.get("device_types", [name])),
        vendor=document.get("vendor"),
        system=document.get("system"),
        reads=tuple(_read(file, row) for row in document.get("reads", ())),
        names=document.get("names"),
        driver=document.get("driver"),
        type=document.get("type"),
        marks=Marks(**{mark: _pattern(file, text) for mark, text in detect.items()}),
    )


def _read(file: str, row: Mapping[str, Any]) -> Read:
    _known_keys(file, row, _READ_KEYS)
    facts = _words(row.get("for", ()))
    if "ask" not in row or not facts or not FACTS.issuperset(facts):
        raise ValueError(f"{file}: {dict(row)} needs `ask` and `for` out of {FACTS}")
    return Read(
        command=str(row["ask"]),
        facts=facts,
        instead=tuple(_words(row.get("instead", ()))),
        columns=_columns(file, row.get("columns", {})),
        states=_states(file, row.get("states", {})),
        protocol=str(row.get("protocol", "lldp")),
        template=row.get("template"),
    )


def _known_keys(file: str, row: Mapping[str, Any], known: frozenset[str]) -> None:
    if unknown := set(row) - known:
        raise ValueError(f"{file}: unknown keys {sorted(unknown)}; known: {known}")


def _words(value: str | Sequence[str]) -> tuple[str, ...]:
    return (value,) if isinstance(value, str) else tuple(map(str, value))


def _columns(file: str, rows: Mapping[str, Any]) -> dict[str, Columns]:
    if unknown := set(rows) - FACTS:
        raise ValueError(f"{file}: no such facts: {sorted(unknown)}")
    return {
        fact: {name: _words(columns or ()) for name, columns in fields.items()}
        for fact, fields in rows.items()
    }


def _states(file: str, rows: Mapping[str, Any]) -> dict[str, State]:
    states: dict[str, State] = {}
    for word, meaning in rows.items():
        if not isinstance(meaning, list) or len(meaning) != 2:
            raise ValueError(f"{file}: {word!r} needs [admin, oper], not {meaning!r}")
        states[str(word).lower()] = (meaning[0], meaning[1])
    return states


def _pattern(file: str, text: str | None) -> re.Pattern[str] | None:
    try:
        return re.compile(text, re.IGNORECASE | re.MULTILINE) if text else None
    except re.error as error:
        raise ValueError(
            f"{file}: {text!r} is not a regular expression: {error}"
        ) from error
