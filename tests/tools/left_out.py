"""Knowledge without what is derived from some devices, to see how far it generalises.

A recording is judged by knowledge from which everything is taken that only devices of
its group support: the group is all devices of its vendor, or all that run its operating
system. Taken are

* the files and rules of the vendors of the group, by name, where vendors are left out;
* files and rules that, of all recordings, hold on devices of the group only;
* on demand (`strict`) also what public MIB files register for these devices: rows of
  the product table at and above their sysObjectIDs; that the vendor goes on with the
  business of others; and what the holder of their enterprise numbers is known for.

What public MIB files say of objects, the list of enterprise numbers, and what is
generally known of makers and their lines of products (`makers.tsv`, and the families of
`trade.tsv`) is derived from no device and stays.
"""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path

from collectors.mac_vendors import maker_of
from config import catalog
from discovery.identity.evidence import gather
from discovery.identity.identify import Identity, Knowledge, identify
from discovery.identity.rules import apply
from discovery.identity.rules.catalogue import PREFIX, Catalogue, Lines, build_catalogue
from discovery.identity.rules.knowledge import (
    Compiled,
    Rule,
    compile_documents,
    compile_vendors,
    index_documents,
)
from tests.discovery.identify import corpus

LEAST_DEVICES = 5
"""Vendors with fewer devices are not left out: nearly all of them are rare systems,
which leaving out operating systems covers."""

Recorded = Mapping[str, corpus.Recording]
Same = Callable[[str, str], bool]


@dataclass(frozen=True, slots=True)
class Group:
    """Devices that are left out together: names of recordings, and their vendor."""

    name: str
    members: frozenset[str]
    vendor: str | None = None


def expectations(folder: Path) -> dict[str, Mapping[str, object]]:
    """Return the rows of `expected.jsonl` by recording."""
    lines = (folder / "expected.jsonl").read_text(encoding="utf-8").splitlines()
    return {row["recording"]: row for row in map(json.loads, lines)}


def by_vendor(folder: Path) -> list[Group]:
    """Return the vendors with enough devices; copies of one identity count once."""
    members: dict[str, set[str]] = defaultdict(set)
    counted: dict[str, int] = defaultdict(int)
    for name, row in expectations(folder).items():
        if row["vendor"]:
            members[str(row["vendor"])].add(name)
            counted[str(row["vendor"])] += bool(row["identity_primary"])
    return [
        Group(vendor, frozenset(found), vendor)
        for vendor, found in sorted(members.items())
        if counted[vendor] >= LEAST_DEVICES
    ]


def by_system(folder: Path) -> list[Group]:
    """Return all operating systems."""
    members: dict[str, set[str]] = defaultdict(set)
    for name, row in expectations(folder).items():
        members[str(row["os"])].add(name)
    return [Group(name, frozenset(found)) for name, found in sorted(members.items())]


@dataclass(slots=True)
class Support:
    """Which recordings each file and rule holds on."""

    files: dict[str, set[str]] = field(default_factory=lambda: defaultdict(set))
    rules: dict[tuple[str, int], set[str]] = field(
        default_factory=lambda: defaultdict(set)
    )

    def add(self, name: str, recording: corpus.Recording, known: Knowledge) -> None:
        """Note what holds on one recording."""
        evidence = gather([corpus.observe(recording, known)])
        for candidate in apply.candidates(evidence, known):
            document = candidate.document
            holding = [
                n
                for n, rule in enumerate(document.rules)
                if apply.holds(rule, evidence)
            ]
            if holding or candidate.certain:
                self.files[document.name].add(name)
            for n in holding:
                self.rules[document.name, n].add(name)


class LeftOut:
    """Identifies recordings by knowledge without what their group supports.

    Args:
        recorded: The recordings.
        same: Whether two names of vendors mean the same.
        strict: Whether rows of the product table are taken as well.
    """

    def __init__(self, recorded: Recorded, same: Same, *, strict: bool = False) -> None:
        self._recorded = recorded
        self._same = same
        self._strict = strict
        tables = catalog.tables()
        self._compiled = compile_documents(
            (*catalog.vendors(), *catalog.fingerprints())
        )
        self._compiled += compile_vendors(tables["vendors"])
        self._catalogue = build_catalogue(tables)
        known = index_documents(self._compiled, self._catalogue, maker_of)
        self._support = Support()
        for name, recording in recorded.items():
            self._support.add(name, recording, known)

    def answers(self, groups: list[Group]) -> dict[str, Identity]:
        """Identify the members of all groups."""
        found: dict[str, Identity] = {}
        for group in groups:
            known = self.without(group)
            for name in group.members & self._recorded.keys():
                observed = corpus.observe(self._recorded[name], known)
                found[name] = identify([observed], known)
        return found

    def without(self, group: Group) -> Knowledge:
        """Return the knowledge that is left."""
        kept = list(self._kept(group))
        return index_documents(kept, self._tables(group), maker_of)

    def _kept(self, group: Group) -> Iterator[Compiled]:
        for compiled in self._compiled:
            document = compiled.document
            if self._is_of(document.vendor, group):
                continue
            support = self._support.files.get(document.name, set())
            if document.vendor and support and support <= group.members:
                continue
            rules = tuple(
                rule
                for n, rule in enumerate(document.rules)
                if not self._is_of(rule.vendor, group)
                and not self._only(document.name, n, group)
            )
            yield replace_rules(compiled, rules)

    def _is_of(self, vendor: str | None, group: Group) -> bool:
        return bool(group.vendor and vendor and self._same(group.vendor, vendor))

    def _only(self, file: str, rule: int, group: Group) -> bool:
        support = self._support.rules.get((file, rule), set())
        return bool(support) and support <= group.members

    def _tables(self, group: Group) -> Catalogue:
        known = self._without_lines(group)
        return self._without_numbers(group, known) if self._strict else known

    def _without_lines(self, group: Group) -> Catalogue:
        """Forget whose lines of products the vendor's are, not what they are."""
        families = {
            first: tuple(
                replace(w, vendor=None) if self._is_of(w.vendor, group) else w
                for w in words
            )
            for first, words in self._catalogue.families.items()
        }
        return replace(self._catalogue, families=families)

    def _without_numbers(self, group: Group, known: Catalogue) -> Catalogue:
        hidden = set()
        for name in group.members & self._recorded.keys():
            system = self._recorded[name].facts.system
            object_id = ((system and system.object_id) or "").removeprefix(PREFIX)
            arcs = object_id.split(".")
            hidden |= {".".join(arcs[:n]) for n in range(1, len(arcs) + 1)}
        successors = {
            number: brand
            for number, brand in known.successors.items()
            if not self._is_of(brand, group)
        }
        numbers = {int(oid) for oid in hidden if oid.isdigit()}
        return replace(
            known,
            products=Without(known, hidden),
            successors=successors,
            makers={
                number: kind
                for number, kind in known.makers.items()
                if number not in numbers
            },
        )


class Without(Lines):
    """The product table without some rows."""

    def __init__(self, catalogue: Catalogue, hidden: set[str]) -> None:
        super().__init__("products", "")
        self._all, self._hidden = catalogue.products, hidden

    def get(self, key: str) -> str | None:
        """Return the second column of a row that is left."""
        return None if key in self._hidden else self._all.get(key)


def replace_rules(compiled: Compiled, rules: tuple[Rule, ...]) -> Compiled:
    """Return a file with these rules."""
    return Compiled(replace(compiled.document, rules=rules), compiled.parsed)
