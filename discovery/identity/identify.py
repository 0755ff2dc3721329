"""What is it? Type, vendor, model, serial, version of a device, with the evidence.

The door to `discovery.identity`: callers need nothing else. Pure: no I/O, no clock;
knowledge is built once from parsed files and handed in.

A scan asks in two steps: the system group first, then `objects_to_read` (instances for
one GET) and `columns_to_read` (tables of which a few rows suffice) with the answers as
clues of kind `object`; then `identify` on everything observed of the device.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import replace

from collectors.facts import Neighbour, Observation
from collectors.ports import Oid
from discovery.identity import hints, standards
from discovery.identity.device_types import (
    GENERAL,
    SUBTYPES,
    general_type,
    split_kind,
)
from discovery.identity.evidence import Evidence, gather, gather_neighbour
from discovery.identity.explain import Explanation, Line, explain, lines
from discovery.identity.reliability import calibrated
from discovery.identity.rules import apply as rules
from discovery.identity.rules import likely_objects, named_makers, undescribed
from discovery.identity.rules.apply import served
from discovery.identity.rules.corrections import NoRule, correction
from discovery.identity.rules.knowledge import Knowledge, build_knowledge
from discovery.identity.rules.objects_to_ask import (
    MAIN,
    first_to_ask,
    likely_to_ask,
)
from discovery.identity.rules.schema import KnowledgeError
from discovery.identity.spelling import settle
from discovery.identity.texts import announced, self_named, sysdescr, trade_words
from discovery.identity.verdicts import FIELDS, Identity, Statement, Verdict
from discovery.identity.weigh import weigh
from inventory.kernel.texts import N_, Said

__all__ = [
    "FIELDS",
    "SUBTYPES",
    "Considered",
    "Explanation",
    "Identity",
    "Knowledge",
    "KnowledgeError",
    "Line",
    "NoRule",
    "Statement",
    "Verdict",
    "build_knowledge",
    "columns_to_read",
    "correction",
    "explain",
    "general_type",
    "identify",
    "identify_neighbour",
    "lines",
    "more_to_read",
    "objects_to_read",
    "subtrees_to_read",
]


ENOUGH = 0.4
"""Weight from which a field is not asked for any further."""


MOST_SUBTREES = 2
"""Enterprises whose objects are looked at though no MIB file describes them."""
ENTERPRISES_OID: Oid = (1, 3, 6, 1, 4, 1)
NAMED, MOSTLY, GUESSED = 0.3, 0.33, 0.2
"""Weight from which a maker is named surely enough to ask what it is known for, how
surely that must be one kind, and from where on something else tells a type."""
GUESS, APPLIANCE = 0.35, 0.6
"""Up to which weight a type is a guess by its system, and what is left of it."""


def identify(observations: Sequence[Observation], knowledge: Knowledge) -> Identity:
    """Weigh everything observed of one device.

    Args:
        observations: Of one device, from any collectors, in any order.
        knowledge: From `build_knowledge`.
    """
    return _conclude(gather(observations), knowledge)


def identify_neighbour(
    neighbours: Neighbour | Sequence[Neighbour], knowledge: Knowledge
) -> Identity:
    """Identify an endpoint from what others heard it announce (LLDP, MED, CDP).

    Args:
        neighbours: One announcement, or several that are known to be of one device.
        knowledge: From `build_knowledge`.
    """
    announcements = [neighbours] if isinstance(neighbours, Neighbour) else neighbours
    return _conclude(gather_neighbour(announcements), knowledge)


class Considered:
    """One observation laid out, and concluded from once at most.

    Between rounds of questions nothing is concluded again unless something was
    answered.
    """

    def __init__(self, observation: Observation, knowledge: Knowledge) -> None:
        self.evidence = gather([observation])
        self._knowledge = knowledge
        self._identity: Identity | None = None
        self._first: tuple[tuple[Oid, ...], tuple[Oid, ...]] | None = None

    @property
    def identity(self) -> Identity:
        """What the device is by this observation."""
        if self._identity is None:
            self._identity = _conclude(self.evidence, self._knowledge)
        return self._identity

    @property
    def first_to_ask(self) -> tuple[tuple[Oid, ...], tuple[Oid, ...]]:
        """Instances and columns to read once the system group is known."""
        if self._first is None:
            self._first = first_to_ask(self.evidence, self._knowledge)
        return self._first


def objects_to_read(
    observation: Observation | Considered, knowledge: Knowledge
) -> tuple[Oid, ...]:
    """Return the instances to read in a second GET.

    Args:
        observation: With at least the system group.
        knowledge: From `build_knowledge`.
    """
    return _considered(observation, knowledge).first_to_ask[0]


def columns_to_read(
    observation: Observation | Considered, knowledge: Knowledge
) -> tuple[Oid, ...]:
    """Return the columns of which the first rows should be read (up to 16 rows)."""
    return _considered(observation, knowledge).first_to_ask[1]


def more_to_read(
    observation: Observation | Considered,
    asked: AbstractSet[Oid],
    knowledge: Knowledge,
) -> tuple[tuple[Oid, ...], tuple[Oid, ...]]:
    """Return what to ask next of a device of which a main field is unknown.

    Args:
        observation: All that was read of it.
        asked: What was asked for already: instances and columns.
        knowledge: From `build_knowledge`.

    Returns:
        Instances and columns, the most telling first; nothing where all is known or
        nothing is left to ask.
    """
    seen = _considered(observation, knowledge)
    if not any(likely_to_ask(seen.evidence, MAIN, asked, knowledge)):
        return (), ()
    fields = seen.identity.fields
    missing = [name for name in MAIN if fields[name].weighed < ENOUGH]
    if not missing:
        return (), ()
    return likely_to_ask(seen.evidence, missing, asked, knowledge)


def subtrees_to_read(
    observation: Observation | Considered, knowledge: Knowledge
) -> tuple[Oid, ...]:
    """Return the subtrees of makers whose first objects may tell model or version."""
    seen = _considered(observation, knowledge)
    makers = served(seen.evidence, knowledge)[:MOST_SUBTREES]
    if not makers:
        return ()
    fields = seen.identity.fields
    if all(fields[name].weighed >= ENOUGH for name in ("model", "version")):
        return ()
    return tuple((*ENTERPRISES_OID, number) for number in makers)


def _considered(
    observation: Observation | Considered, knowledge: Knowledge
) -> Considered:
    if isinstance(observation, Considered):
        return observation
    return Considered(observation, knowledge)


def _conclude(evidence: Evidence, knowledge: Knowledge) -> Identity:
    statements = settle(_statements(evidence, knowledge), knowledge)
    statements += _of_maker(evidence, statements, knowledge)
    hidden = knowledge.catalogue.is_generic(evidence.object_id)
    if hidden and served(evidence, knowledge):
        statements = [_of_appliance(statement) for statement in statements]
    return calibrated(weigh(statements), knowledge.catalogue.reliability)


def _of_maker(
    evidence: Evidence, statements: Sequence[Statement], knowledge: Knowledge
) -> list[Statement]:
    """Return what the maker is known for, where nothing else tells a type.

    The maker of a card says nothing: that card may be in anything.
    """
    named = [s for s in statements if s.field == "vendor" and s.source != "oui"]
    told = any(s.field == "type" and s.weight >= GUESSED for s in statements)
    if evidence.object_id or told or not named:
        return []
    best = max(named, key=lambda each: each.weight)
    found = knowledge.known_for.get(best.value)
    if found is None or best.weight < NAMED or found[1] < MOSTLY:
        return []
    general, below = split_kind(found[0])
    reason = Said(N_("{value} is known for it"), value=best.value)
    more = [Statement("subtype", below, found[1], reason, "maker")] if below else []
    return [Statement("type", general, found[1], reason, "maker", default=True), *more]


def _of_phones(evidence: Evidence, knowledge: Knowledge) -> Iterator[Statement]:
    """Yield what is told of telephones; a router that speaks SIP is none."""
    others = [
        word
        for phone in evidence.phones
        if (word := trade_words.named_in(phone.user_agent or "", knowledge))
        and GENERAL[word.kind] != "phone"
    ]
    for statement in standards.phone_statements(evidence):
        is_phone = statement.field == "type" and statement.source != "registrations"
        if not (others and is_phone):
            yield statement


def _of_appliance(statement: Statement) -> Statement:
    """Doubt that Linux is a computer where it serves the objects of a maker."""
    guess = statement.field == "type" and statement.weight <= GUESS
    if guess and statement.value in ("computer", "other"):
        return replace(statement, weight=statement.weight * APPLIANCE)
    return statement


def _statements(evidence: Evidence, knowledge: Knowledge) -> Iterator[Statement]:
    announced.of_the_machine(evidence, knowledge)
    evidence.add_text("organisation", likely_objects.organisation(evidence, knowledge))
    evidence.add_text("registered-product", likely_objects.product(evidence, knowledge))
    for name in standards.manufacturers(evidence):
        evidence.add_text("manufacturer", name)
    for name in announced.makers(evidence, knowledge):
        evidence.add_text("manufacturer", name)
    for kind, text in announced.own_words(evidence):
        evidence.add_text(kind, text)
    for text in self_named.naming(evidence, knowledge):
        evidence.add_text("announced-model", text)
    for text in announced.models(evidence, knowledge):
        evidence.add_text("announced-model", text)
    for text in standards.chassis_texts(evidence):
        evidence.add_text("chassis", text)
    found = rules.candidates(evidence, knowledge)
    for candidate in found:
        yield from rules.statements(candidate, evidence)
    yield from standards.scalar_statements(evidence)
    yield from standards.presence_statements(evidence)
    yield from standards.column_statements(evidence)
    yield from standards.component_statements(evidence)
    yield from standards.computer_statements(evidence)
    yield from _of_phones(evidence, knowledge)
    yield from standards.med_statements(evidence)
    yield from announced.statements(evidence, knowledge)
    yield from self_named.statements(evidence, knowledge)
    yield from hints.statements(evidence, knowledge)
    yield from trade_words.statements(evidence, knowledge)
    yield from likely_objects.statements(evidence, knowledge)
    yield from named_makers.statements(evidence, knowledge.catalogue)
    yield from sysdescr.statements(evidence, knowledge)
    yield from undescribed.statements(evidence, knowledge)
