"""The transcript that the inventory scripts print, taken apart. Pure.

A section begins with a line `#:purser:NAME` and holds what a file or a command said.
`render` writes such a transcript, for machines that are played.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

from collectors.facts import (
    Address,
    ArpEntry,
    Clue,
    Component,
    Hardware,
    HostKey,
    Interface,
    Measure,
    OperatingSystem,
    Problem,
    Software,
)
from collectors.text import printable, without_escapes

MARK = "#:purser:"
MAX_SECTIONS = 256
MAX_LINE = 65_536

Sections = Mapping[str, str]


@dataclass(slots=True, kw_only=True)
class Machine:
    """What was found out about one computer, in the fields of an observation.

    Attributes:
        late: Tables that a command would have told which did not end in time.
    """

    hardware: Hardware | None = None
    operating_system: OperatingSystem | None = None
    components: list[Component] = field(default_factory=list)
    interfaces: list[Interface] = field(default_factory=list)
    addresses: list[Address] = field(default_factory=list)
    arp: list[ArpEntry] = field(default_factory=list)
    software: list[Software] = field(default_factory=list)
    host_keys: list[HostKey] = field(default_factory=list)
    measures: list[Measure] = field(default_factory=list)
    clues: list[Clue] = field(default_factory=list)
    reads: set[str] = field(default_factory=set)
    late: set[str] = field(default_factory=set)
    problems: list[Problem] = field(default_factory=list)


def parse_sections(transcript: str) -> dict[str, str]:
    """Return the sections by name; a repeated name goes on where it stopped.

    Text before the first mark (a login message) is left out.
    """
    sections: dict[str, list[str]] = {}
    current: list[str] | None = None
    for line in without_escapes(transcript).split("\n"):
        if line.startswith(MARK):
            if len(sections) >= MAX_SECTIONS:
                break
            current = sections.setdefault(line[len(MARK) :].strip(), [])
        elif current is not None:
            current.append(line[:MAX_LINE])
    return {name: "\n".join(lines).strip("\n") for name, lines in sections.items()}


def render(sections: Sections) -> str:
    """Return the transcript of a machine that would answer like this."""
    written = [f"\n{MARK}{name}\n{text}\n" for name, text in sections.items()]
    return "".join(written) + f"\n{MARK}end\n"


def pairs(text: str, separator: str = "=") -> dict[str, str]:
    """Return `name=value` lines as a mapping; the first of several counts."""
    found: dict[str, str] = {}
    for line in text.splitlines():
        name, middle, value = line.partition(separator)
        if middle:
            found.setdefault(name.strip(), printable(value))
    return found


@dataclass(slots=True)
class Group:
    """Values of one thing, such as one disk; `hidden` need root to be read."""

    values: dict[str, str] = field(default_factory=dict)
    hidden: set[str] = field(default_factory=set)

    def get(self, name: str) -> str | None:
        """Return a value, None where it is empty or missing."""
        return self.values.get(name) or None

    def number(self, name: str) -> int | None:
        """Return a value as a number, None where it is none."""
        return number(self.values.get(name))


_GROUPED = re.compile(r"([^\s=]+)\.([A-Za-z0-9_-]+)(?:=(.*)|(!))")


def groups(text: str) -> dict[str, Group]:
    """Return `thing.name=value` and `thing.name!` lines by thing."""
    found: dict[str, Group] = {}
    for line in text.splitlines():
        if parts := _GROUPED.fullmatch(line.rstrip("\r")):
            group = found.setdefault(parts[1], Group())
            if parts[4]:
                group.hidden.add(parts[2])
            else:
                group.values.setdefault(parts[2], printable(parts[3]))
    return found


def blocks(text: str) -> Iterator[list[str]]:
    """Yield runs of lines between blank lines."""
    block: list[str] = []
    for line in text.splitlines():
        if line.strip():
            block.append(line)
        elif block:
            yield block
            block = []
    if block:
        yield block


def number(text: str | None) -> int | None:
    """Return the whole number a text begins with, None where there is none."""
    found = re.match(r"\s*(-?\d{1,18})(?![\d.])", text or "")
    return int(found[1]) if found else None
