"""Which rule files speak about a device, and what they state. Pure."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from functools import lru_cache

from discovery.identity.clean_text import clean, is_placeholder
from discovery.identity.device_types import GENERAL, split_kind
from discovery.identity.evidence import Evidence, spaced
from discovery.identity.rules.knowledge import (
    ENTERPRISES,
    Document,
    Knowledge,
    Read,
    Rule,
)
from discovery.identity.verdicts import Statement
from inventory.kernel.texts import N_, Said

BY_ENTERPRISE = 0.8
BY_OBJECT = 0.85
BY_RULE = 0.75
BY_SERVED = 0.7
BY_MAC = 0.55
BY_NAME = 0.6
FIRST_NAME = 0.03
BY_START = 0.5
BY_LATE_NAME = 0.4
READ = 0.92
PARSED = 0.86
CONSTANT = 0.75
ROOT = 0.5
ROOT_OF_MANY = 0.27
ROOT_OF_COMPUTERS = 0.15
STEP = 0.03
LOCAL = 0.985
MOST_FOUND = 8192
"""Weights: how far each way of knowing can be trusted on its own. What a maker of many
kinds mostly makes is a guess that any evidence beats; and a computer seldom runs the
agent of its maker: what does is the maker's other gear.

`MOST_FOUND` is how many outcomes of patterns on texts are remembered."""


@dataclass(slots=True)
class Candidate:
    """A file that may speak about the device, and how surely it does."""

    document: Document
    weight: float
    source: str
    reason: str
    certain: bool = True
    """Whether the vendor alone is the reason; else one of its rules must hold."""


def candidates(evidence: Evidence, knowledge: Knowledge) -> list[Candidate]:
    """Return the files that apply, the surest first."""
    found: dict[str, Candidate] = {}
    for candidate in _find(evidence, knowledge):
        name = candidate.document.name
        best = found.get(name)
        if best is None:
            found[name] = candidate
        elif best.weight < candidate.weight or not best.certain:
            certain = best.certain or candidate.certain
            best = max(best, candidate, key=lambda c: c.weight)
            found[name] = replace(best, certain=certain)
    return sorted(found.values(), key=lambda c: -c.weight)


def _find(evidence: Evidence, knowledge: Knowledge) -> Iterator[Candidate]:
    arcs = evidence.object_id.split(".")
    for length in range(len(arcs), 0, -1):
        oid = ".".join(arcs[:length])
        reason = Said(
            N_("sysObjectID {object_id} is below {oid}"),
            object_id=evidence.object_id,
            oid=oid,
        )
        for document in knowledge.by_enterprise.get(oid, ()):
            yield Candidate(document, BY_ENTERPRISE, "sysObjectID", reason)
        for document in knowledge.by_oid.get(oid, ()):
            weight = BY_ENTERPRISE + 0.01 * min(10, length - 7)
            yield Candidate(document, weight, "sysObjectID", reason, False)
    yield from _by_served(evidence, knowledge)
    yield from _by_object(evidence, knowledge)
    yield from _by_word(evidence, knowledge)


def _by_served(evidence: Evidence, knowledge: Knowledge) -> Iterator[Candidate]:
    """Yield the files of the enterprises served, behind an agent that anybody ships."""
    if not knowledge.catalogue.is_generic(evidence.object_id):
        return
    for number in served(evidence, knowledge):
        reason = Said(N_("it answers below enterprise {number}"), number=number)
        source = f"enterprise {number}"
        for document in knowledge.by_enterprise.get(f"{ENTERPRISES}{number}", ()):
            yield Candidate(document, BY_SERVED, source, reason)


def served(evidence: Evidence, knowledge: Knowledge) -> list[int]:
    """Return the enterprises served that tell a maker."""
    generic = knowledge.catalogue.generic
    return [number for number in evidence.enterprises if number not in generic]


def _by_object(evidence: Evidence, knowledge: Knowledge) -> Iterator[Candidate]:
    prefixes: set[str] = set()
    for oid in evidence.objects:
        if oid.startswith("1.3.6.1.4.1.") or oid.startswith("1.2.840."):
            arcs = oid.split(".")
            prefixes.update(".".join(arcs[:n]) for n in range(7, len(arcs) + 1))
    for prefix in prefixes & knowledge.by_object.keys():
        for document in knowledge.by_object[prefix]:
            reason = Said(N_("it answers {prefix}"), prefix=prefix)
            yield Candidate(document, BY_OBJECT, prefix, reason, False)


def _by_word(evidence: Evidence, knowledge: Knowledge) -> Iterator[Candidate]:
    for kind in evidence.texts:
        for document in knowledge.by_clue.get(kind, ()):
            yield Candidate(
                document,
                BY_RULE,
                kind,
                Said(N_("{kind} has its form"), kind=kind),
                False,
            )
        for found in evidence.words(kind):
            yield from _in_text(kind, found, knowledge)


def _in_text(kind: str, found: list[str], knowledge: Knowledge) -> Iterator[Candidate]:
    """Yield the files whose words or names stand in one text."""
    line = spaced(found)
    about_it = kind != "http-title" or _is_of_a_device(found)
    for place, word in enumerate(dict.fromkeys(found)):
        for phrase, document in knowledge.by_word.get((kind, word), ()):
            if f" {phrase} " in line:
                reason = Said(N_("{kind} says {phrase!r}"), kind=kind, phrase=phrase)
                yield Candidate(document, BY_RULE, kind, reason, False)
        for phrase, document in knowledge.aliases.get(word, ()) if about_it else ():
            if f" {phrase} " in line:
                weight = BY_NAME if place < 4 else BY_LATE_NAME
                weight += FIRST_NAME if not place else 0.0
                yield Candidate(
                    document,
                    weight,
                    kind,
                    Said(N_("{kind} names {phrase!r}"), kind=kind, phrase=phrase),
                )
    for phrase, document in knowledge.leading.get(found[0] if found else "", ()):
        if line.startswith(f" {phrase} "):
            yield Candidate(
                document,
                BY_START,
                kind,
                Said(N_("{kind} begins {phrase!r}"), kind=kind, phrase=phrase),
            )


FEW_WORDS = 5
"""Words of a page's title up to which it may be the name of a device."""


def _is_of_a_device(title: list[str]) -> bool:
    """Whether a page is of the device itself: others tell about makers in sentences."""
    codes = any(any(c.isdigit() for c in word) for word in title)
    return codes or len(title) <= FEW_WORDS


def holds(rule: Rule, evidence: Evidence, *, were_answered: bool = False) -> bool:
    """Whether all conditions of a rule hold.

    Args:
        rule: The rule.
        evidence: Of one device.
        were_answered: Whether to take the objects it needs for answered.
    """
    if rule.oid and not any(_below(evidence.object_id, oid) for oid in rule.oid):
        return False
    if rule.has and not were_answered and not any(map(evidence.answered, rule.has)):
        return False
    if rule.text and not _says(rule, evidence):
        return False
    if rule.descr is None:
        return True
    texts = evidence.texts.get(rule.clue, ())
    return any(_found(rule.descr, text) for text in texts)


@lru_cache(maxsize=MOST_FOUND)
def _found(pattern: re.Pattern[str], text: str) -> re.Match[str] | None:
    """Search once: a device is asked about in rounds, and a network has many alike."""
    return pattern.search(text)


def _below(object_id: str, oid: str) -> bool:
    return object_id == oid or object_id.startswith(f"{oid}.")


def _says(rule: Rule, evidence: Evidence) -> bool:
    lines = evidence.lines(rule.clue)
    return any(phrase in line for line in lines for phrase in rule.text)


def statements(candidate: Candidate, evidence: Evidence) -> Iterator[Statement]:
    """Yield what a file states about the device."""
    document = candidate.document
    matching = [rule for rule in document.rules if holds(rule, evidence)]
    if not matching and not (candidate.certain and document.vendor):
        return
    yield from _Speaker(candidate, evidence, matching).speak()


class _Speaker:
    """Makes the statements of one file; the most specific rule wins per field."""

    def __init__(
        self, candidate: Candidate, evidence: Evidence, matching: list[Rule]
    ) -> None:
        document = candidate.document
        self.candidate = candidate
        self.evidence = evidence
        self.document = document
        self.matching = matching
        self.scale = min(1.0, candidate.weight / BY_RULE)
        named = next((rule.vendor for rule in matching if rule.vendor), None)
        self.vendor = named or document.vendor

    def speak(self) -> Iterator[Statement]:
        """State the vendor and the fields, each from its most specific rule."""
        yield from self._vendor()
        if self.document.serial_is_mac and self.evidence.macs:
            serial = self.evidence.macs[0].replace(":", "").upper()
            reason = Said(
                N_("{vendor} prints the MAC as the serial"), vendor=self.vendor
            )
            yield Statement("serial", serial, BY_MAC, reason, "mac", self.vendor)
        stated: set[str] = set()
        ranks: dict[str, int] = {}
        for rule in (*self.matching, self.document.root):
            yield from self._constants(rule, stated)
            yield from self._parsed(rule, ranks)
            yield from self._reads(rule, ranks)

    def _vendor(self) -> Iterator[Statement]:
        """State the vendor: the file's, or the one a rule names."""
        if self.vendor is None:
            return
        chosen = self.candidate
        weight = LOCAL if self.document.local else chosen.weight
        if chosen.source != "manufacturer":  # `standards` stated the name itself
            yield Statement("vendor", self.vendor, weight, chosen.reason, chosen.source)
        for rule in self.matching:
            if rule.descr is not None or rule.text:
                weight = rule.strength or BY_RULE
                reason = Said(
                    N_("{about}: {clue} has its form"), about=rule.about, clue=rule.clue
                )
                yield Statement("vendor", self.vendor, weight, reason, rule.clue)
                break

    def _constants(self, rule: Rule, stated: set[str]) -> Iterator[Statement]:
        is_root = rule is self.document.root
        for name, value in rule.constants.items():
            if name in stated:
                continue
            stated.add(name)
            earned = min(0.95, CONSTANT + rule.specificity / 100)
            if is_root:
                earned = self._default(name, value)
            weight = rule.strength or earned
            source = self._source(rule)
            if name == "type":
                general, below = split_kind(value)
                told = self._state("type", general, weight, rule, source)
                vague = is_root and self.document.makes_many
                yield replace(told, default=True) if vague else told
                if below:
                    yield self._state("subtype", below, weight, rule, source)
            else:
                yield self._state(name, value, weight, rule, source)

    def _default(self, name: str, value: str) -> float:
        """Return what the vendor's own line weighs."""
        if name != "type":
            return ROOT
        if GENERAL[value] == "computer" and self.candidate.source != "manufacturer":
            return ROOT_OF_COMPUTERS
        return ROOT_OF_MANY if self.document.makes_many else ROOT

    def _parsed(self, rule: Rule, ranks: dict[str, int]) -> Iterator[Statement]:
        patterns = list(rule.parse)
        if rule.descr is not None and rule.descr.groupindex:
            patterns.insert(0, rule.descr)
        for pattern in patterns:
            for text in self.evidence.texts.get(rule.clue, ()):
                match = _found(pattern, text)
                for name, value in (match.groupdict() if match else {}).items():
                    if value and not is_placeholder(value):
                        weight = self._ranked(name, rule.strength or PARSED, ranks)
                        yield self._state(
                            name, value.strip(" ,;:."), weight, rule, rule.clue
                        )

    def _reads(self, rule: Rule, ranks: dict[str, int]) -> Iterator[Statement]:
        for name, specs in rule.read.items():
            for spec in specs:
                found = take(spec, self.evidence)
                if found is not None:
                    oid, value = found
                    base = spec.weight or rule.strength or READ
                    weight = self._ranked(name, base, ranks)
                    yield self._state(name, value, weight, rule, oid)

    def _ranked(self, name: str, base: float, ranks: dict[str, int]) -> float:
        """Later answers to the same field weigh a little less."""
        rank = ranks.get(name, 0)
        ranks[name] = rank + 1
        return base - STEP * min(rank, 10)

    def _source(self, rule: Rule) -> str:
        if rule.oid or rule is self.document.root:
            return self.candidate.source
        return rule.has[0] if rule.has else rule.clue

    def _state(
        self, name: str, value: str, weight: float, rule: Rule, source: str
    ) -> Statement:
        scaled = LOCAL if self.document.local else weight * self.scale
        reason = f"{rule.about}: {source}" if source != rule.about else source
        return Statement(name, value, scaled, reason, source, self.vendor)


def take(spec: Read, evidence: Evidence) -> tuple[str, str] | None:
    """Return (OID, value) a read specification finds, None when nothing useful."""
    target = spec.target(evidence.object_id)
    if spec.column:
        rows = evidence.rows(target)
    else:
        rows = [(target, evidence.objects.get(target, ""))]
    for oid, raw in rows:
        value = _shape(spec, raw)
        if value is not None and not is_placeholder(value):
            return oid, value
    return None


def _shape(spec: Read, raw: str) -> str | None:
    value = clean(raw, 256).strip("\"'. ")
    if spec.values is not None:
        return spec.values.get(value)
    if spec.match is None:
        return value
    found: re.Match[str] | None = spec.match.search(value)
    if found is None:
        return None
    return (found[1] if spec.match.groups else found[0]) or None
