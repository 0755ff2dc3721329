"""Which objects to ask a device for, once its system group is known. Pure."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from collections.abc import Set as AbstractSet
from functools import lru_cache

from collectors.ports import Oid
from discovery.identity import standards
from discovery.identity.evidence import Evidence
from discovery.identity.rules import apply as rules
from discovery.identity.rules import likely_objects
from discovery.identity.rules.knowledge import Document, Knowledge, Rule

MOST_OBJECTS = 160
MOST_COLUMNS = 20
"""Bounds per device; what is most telling comes first."""
MAIN = ("serial", "model", "version")
SPARE_FIELDS = {"version": ("firmware",)}
OBJECTS_A_ROUND, COLUMNS_A_ROUND = 48, 24
"""As many as two messages carry."""
SPARE = 3
"""Likely objects asked beside those a rule file names, should these be silent."""


def first_to_ask(
    evidence: Evidence, knowledge: Knowledge
) -> tuple[tuple[Oid, ...], tuple[Oid, ...]]:
    """Return instances for a second GET, and columns of which to read the first rows.

    Args:
        evidence: With at least the system group.
        knowledge: From `build_knowledge`.
    """
    objects = dict.fromkeys((*standards.SCALARS, *standards.EXTRA))
    columns = dict.fromkeys(standards.COLUMNS)
    for oid in _specific(evidence, knowledge):
        (columns if oid.endswith(".") else objects).setdefault(oid)
    return (
        tuple(_numbers(oid) for oid in list(objects)[:MOST_OBJECTS]),
        tuple(_numbers(oid) for oid in list(columns)[:MOST_COLUMNS]),
    )


def likely_to_ask(
    evidence: Evidence,
    missing: Sequence[str],
    asked: AbstractSet[Oid],
    knowledge: Knowledge,
) -> tuple[tuple[Oid, ...], tuple[Oid, ...]]:
    """Return the next likely objects and columns for fields that are unknown."""
    objects: list[Oid] = []
    columns: list[Oid] = []
    fields = {f for name in missing for f in (name, *SPARE_FIELDS.get(name, ()))}
    for o in likely_objects.ranked(evidence, knowledge):
        if o.field not in fields or (oid := _numbers(o.oid)) in asked:
            continue
        chosen, most = (
            (columns, COLUMNS_A_ROUND) if o.column else (objects, OBJECTS_A_ROUND)
        )
        if len(chosen) < most:
            chosen.append(oid)
    if not objects and not columns:
        objects = _without_instance(evidence, fields, asked, knowledge)
    return tuple(objects), tuple(columns)


def _without_instance(
    evidence: Evidence,
    fields: AbstractSet[str],
    asked: AbstractSet[Oid],
    knowledge: Knowledge,
) -> list[Oid]:
    """Return scalars without the instance 0: scripts behind an agent may forget it."""
    listed = likely_objects.ranked(evidence, knowledge)
    bare = (_numbers(o.oid)[:-1] for o in listed if o.field in fields and not o.column)
    return [oid for oid in bare if oid not in asked][:OBJECTS_A_ROUND]


@lru_cache(maxsize=16384)
def _numbers(oid: str) -> Oid:
    return tuple(int(arc) for arc in oid.strip(".").split("."))


def _specific(evidence: Evidence, knowledge: Knowledge) -> Iterator[str]:
    found = rules.candidates(evidence, knowledge)
    covered: set[str] = set()
    for candidate in found:
        yield from _of_document(candidate.document, evidence)
        if candidate.certain:
            covered |= _fields(candidate.document, evidence)
    for rule, document in _probes(evidence.object_id, knowledge):
        if rules.holds(rule, evidence, were_answered=True):
            yield from _of_rule(rule, evidence)
            if not rule.read:
                yield from _reads(document.root, evidence)
    yield from _likely(evidence, knowledge, covered, any(c.certain for c in found))


def _likely(
    evidence: Evidence, knowledge: Knowledge, covered: set[str], known: bool
) -> Iterator[str]:
    """Yield likely objects: all of an unknown vendor, a few spare ones of a known."""
    per_field: Counter[str] = Counter()
    for o in likely_objects.likely(evidence, knowledge):
        per_field[o.field] += 1
        if not known or (o.field in MAIN and o.field not in covered):
            yield o.oid
        elif not o.column and per_field[o.field] <= SPARE:
            yield o.oid


def _fields(document: Document, evidence: Evidence) -> set[str]:
    """Return the fields a file reads objects for, on this device."""
    applied = [rule for rule in document.rules if rules.holds(rule, evidence)]
    return {name for rule in (*applied, document.root) for name in rule.read}


def _of_document(document: Document, evidence: Evidence) -> Iterator[str]:
    for rule in document.rules:
        if rules.holds(rule, evidence, were_answered=True):
            yield from _of_rule(rule, evidence)
    yield from _reads(document.root, evidence)


def _of_rule(rule: Rule, evidence: Evidence) -> Iterator[str]:
    yield from (oid.removesuffix("*") for oid in rule.has)
    yield from _reads(rule, evidence)


def _probes(object_id: str, knowledge: Knowledge) -> Iterator[tuple[Rule, Document]]:
    """Yield rules to try by their objects: hidden vendors, or shared designs.

    Behind a generic agent any vendor may hide; under an enterprise without a rule
    file a reference design may; a known vendor needs no guessing.
    """
    if not knowledge.catalogue.is_generic(object_id):
        if ".".join(object_id.split(".")[:7]) not in knowledge.by_enterprise:
            shared = knowledge.probes.get("", ())
            yield from (found for found in shared if found[1].vendor is None)
        return
    for oid, found in knowledge.probes.items():
        if oid in ("", object_id) or object_id.startswith(f"{oid}."):
            yield from found


def _reads(rule: Rule, evidence: Evidence) -> Iterator[str]:
    for specs in rule.read.values():
        for spec in specs:
            target = spec.target(evidence.object_id)
            if target[:1].isdigit():
                yield target
