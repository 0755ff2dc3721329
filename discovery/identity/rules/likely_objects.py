"""The second step: likely objects of an enterprise nobody wrote rules for. Pure.

That a MIB defines an object does not mean the firmware fills it, nor that it is the
device's own. So answers are judged: by form, by not saying the same in two fields, and
by agreement with sysDescr; and they weigh less than what a rule file says.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import replace

from discovery.identity.clean_text import is_encoded, key, release, useful
from discovery.identity.device_types import GENERAL, split_kind
from discovery.identity.evidence import Evidence
from discovery.identity.rules.apply import served
from discovery.identity.rules.catalogue import Likely, enterprise_of
from discovery.identity.rules.knowledge import ENTERPRISES, Knowledge
from discovery.identity.verdicts import Statement
from inventory.kernel.texts import N_, Said

BEST = 8
"""Objects tried per field."""
MOST_RANKED = 256
"""Orders of objects remembered: rounds of questions ask for the same one."""
SURE_COLUMN, FEW = 0.7, 3
"""A column below this score is believed only where the table is this short."""
AS_VERSION = 0.85
"""What a firmware revision weighs as the version of a device that tells no other."""
TRUST = 0.62
AS_MODEL, OF_A_ROW = 1.25, 0.7
"""What is made of this trust for a model that is told once for the whole device, and
for the cells of tables, which are as often those of a part."""
DESCRIBES = 4
"""Blanks from which a text describes a device rather than names its model."""
LONE = 0.5
"""Least score of an object that answers once: there is no other part it may be of."""
AGREES = 0.18
ORGANISATION = 0.63
PRODUCT = 0.34
ONE_KIND = 0.4
"""Trust from which a maker is known for one kind of device alone."""

_FORMS = {
    "serial": re.compile(r"(?=.*\d)[\w#/:.+-]{4,40}( [\w#/:.+-]{1,20}){0,2}$"),
    "model": re.compile(
        r"(?!.*\b(?:slots?|stack|chassis|location|contact)$)(?![\d-]{8,}(?:\s|$))"
        r"(?=.*[A-Za-z])(?=.{3})"
        r"\S{1,40}( \S{1,30}){0,5}$",
        re.IGNORECASE,
    ),
    "version": re.compile(r"(?=.*\d).{1,60}$"),
    "firmware": re.compile(r"(?=.*\d).{1,60}$"),
    "hardware_rev": re.compile(r"\S{1,24}( \S{1,16}){0,2}$"),
}
_WITH = re.compile(r" with | v(?=\d+\.\d)| FW |, ", re.IGNORECASE)
"""What stands behind the model in longer texts."""
_PART = re.compile(
    r"\b(\d+ ?W|\d+[- ]ports?|PSU?|power[- ]supply|fans?|fan ?tray|DIMM|Q?SFP\S*)\b",
    re.IGNORECASE,
)
"""Words in the names of power supplies, fans, memory, transceivers, and of what a
member of a stack is by its ports."""
_NO_SERIAL = re.compile(
    r"(\d{1,3}(\.\d{1,3}){3}|v?\d+(\.\d+){1,3}|\d{1,4}[/-]\d{1,2}[/-]\d{1,4})$"
)


def likely(evidence: Evidence, knowledge: Knowledge) -> list[Likely]:
    """Return the objects worth asking, best first, a few per field.

    Vendors with a tree per product are served by preferring objects that share a
    long prefix with sysObjectID.
    """
    listed = ranked(evidence, knowledge)
    chosen: list[Likely] = []
    for name in _FORMS:
        chosen += [o for o in listed if o.field == name][:BEST]
    return chosen


def ranked(evidence: Evidence, knowledge: Knowledge) -> Sequence[Likely]:
    """Return all objects of the enterprises the agent serves, the best first."""
    known = knowledge.catalogue.ranked
    of = (evidence.object_id, tuple(evidence.enterprises))
    found = known.get(of)
    if found is None:
        if len(known) >= MOST_RANKED:
            known.clear()
        listed = _of_enterprises(evidence, knowledge)
        found = tuple(sorted(listed, key=lambda o: _rank(o, evidence.object_id)))
        known[of] = found
    return found


def _rank(o: Likely, object_id: str) -> tuple[int, float]:
    return -_shared(o.oid, object_id), -o.score


def _of_enterprises(evidence: Evidence, knowledge: Knowledge) -> Iterator[Likely]:
    """Yield the objects of its own enterprise and of those it serves."""
    number = enterprise_of(evidence.object_id)
    for each in dict.fromkeys([number or 0, *evidence.enterprises]):
        yield from knowledge.catalogue.objects.get(each, ())


def _shared(oid: str, object_id: str) -> int:
    """Count the arcs two OIDs have in common, beyond what all of a vendor share."""
    count = 0
    for one, other in zip(oid.split("."), object_id.split("."), strict=False):
        if one != other:
            break
        count += 1
    return max(0, count - 8)


def statements(evidence: Evidence, knowledge: Knowledge) -> Iterator[Statement]:
    """Yield what number tables and likely objects say."""
    yield from _numbers(evidence, knowledge)
    answers = [
        (o, value)
        for o in _of_enterprises(evidence, knowledge)
        if (o.column or _scalar(o, evidence) is not None)
        and (value := _answer(o, evidence)) is not None
    ]
    models = {key(value) for o, value in answers if o.field == "model"}
    for o, value in answers:
        if o.field == "serial" and (
            key(value) in models or _NO_SERIAL.match(value) or is_encoded(value)
        ):
            continue
        agrees = len(value) > 3 and key(value) in key(evidence.descr)
        score = max(o.score, LONE) if _alone(o, evidence) else o.score
        whole = o.field == "model" and not o.column and value.count(" ") < DESCRIBES
        trust = TRUST * (AS_MODEL if whole else 1.0)
        if o.column and not agrees and not _alone(o, evidence):
            trust *= OF_A_ROW
        weight = trust * score + (AGREES if agrees else 0.0)
        reason = f"{o.oid.rstrip('.')} by its MIB" + (", as in sysDescr" * agrees)
        yield Statement(o.field, value, weight, reason, o.oid)
        if o.field == "firmware":
            yield Statement("version", value, weight * AS_VERSION, reason, o.oid)


def _alone(o: Likely, evidence: Evidence) -> bool:
    return not o.column or len(evidence.rows(o.oid)) == 1


def organisation(evidence: Evidence, knowledge: Knowledge) -> str | None:
    """Return who registered the enterprise number, unless a rule file claims it.

    Behind an agent that anybody ships it is the enterprise whose objects it serves.
    """
    if knowledge.catalogue.is_generic(evidence.object_id):
        numbers = served(evidence, knowledge)[:1]
    else:
        numbers = [enterprise_of(evidence.object_id) or 0]
    for number in numbers:
        if f"{ENTERPRISES}{number}" not in knowledge.by_enterprise:
            return knowledge.catalogue.organisation(number)
    return None


def product(evidence: Evidence, knowledge: Knowledge) -> str | None:
    """Return the name of the product that its sysObjectID is registered for."""
    if knowledge.catalogue.is_generic(evidence.object_id):
        return None
    return knowledge.catalogue.product(evidence.object_id)


def _numbers(evidence: Evidence, knowledge: Knowledge) -> Iterator[Statement]:
    generic = knowledge.catalogue.is_generic(evidence.object_id)
    if name := organisation(evidence, knowledge):
        reason = Said(N_("the enterprise number is registered to it"))
        weight, source = ORGANISATION, "sysObjectID"
        if generic:
            reason = Said(N_("it serves objects of the enterprise registered to it"))
            weight, source = ORGANISATION - 0.05, "enterprises"
        yield Statement("vendor", name, weight, reason, source)
    yield from _known_for(evidence, knowledge, generic=generic)
    yield from _answered_kinds(evidence, knowledge)
    if generic:
        return
    if name := product(evidence, knowledge):
        reason = Said(
            N_("product registered as {object_id}"), object_id=evidence.object_id
        )
        yield Statement("model", name, PRODUCT, reason, "sysObjectID")
    if found := knowledge.catalogue.kind(evidence.object_id):
        general, below = split_kind(found[0])
        reason = Said(
            N_("names registered about {object_id}"), object_id=evidence.object_id
        )
        yield Statement("type", general, found[1], reason, "registered names")
        if below:
            yield Statement("subtype", below, found[1], reason, "registered names")


def _known_for(
    evidence: Evidence, knowledge: Knowledge, *, generic: bool
) -> Iterator[Statement]:
    """Yield what the holder of the enterprise number is generally known for."""
    own = enterprise_of(evidence.object_id)
    for number in served(evidence, knowledge)[:1] if generic else [own or 0]:
        if found := knowledge.catalogue.makers.get(number):
            general, below = split_kind(found[0])
            reason = Said(
                N_("the holder of enterprise {number} is known for it"), number=number
            )
            vague = found[1] < ONE_KIND
            told = Statement("type", general, found[1], reason, "sysObjectID")
            yield replace(told, default=vague)
            if below:
                yield Statement("subtype", below, found[1], reason, "sysObjectID")


_PARTS = frozenset({"storage"})
"""Types of which many devices of other types have a part: any server has disks."""


def _answered_kinds(evidence: Evidence, knowledge: Knowledge) -> Iterator[Statement]:
    """Yield the types that the subtrees tell which the agent answers or serves."""
    catalogue = knowledge.catalogue
    prefixes = {f"{ENTERPRISES}{number}" for number in served(evidence, knowledge)}
    for oid in evidence.objects:
        arcs = oid.split(".")
        prefixes.update(".".join(arcs[:n]) for n in range(8, min(len(arcs), 16)))
    for prefix in sorted(prefixes):
        found = catalogue.kinds.get(prefix.removeprefix(ENTERPRISES))
        if found and GENERAL[found[0]] not in _PARTS:
            general, below = split_kind(found[0])
            reason = Said(
                N_("it answers below {prefix}, which is of such devices"), prefix=prefix
            )
            yield Statement("type", general, found[1], reason, f"answers {general}")
            if below:
                yield Statement("subtype", below, found[1], reason, f"answers {below}")


def _is_other(raw: str, o: Likely, evidence: Evidence) -> bool:
    """Whether a text is a name that people gave, or in a table that of a part."""
    return key(raw) in evidence.given or (o.column and bool(_PART.search(raw)))


def _scalar(o: Likely, evidence: Evidence) -> str | None:
    """Return what a scalar was answered with, also where its instance is forgotten."""
    found = evidence.objects.get(o.oid)
    return evidence.objects.get(o.oid.removesuffix(".0")) if found is None else found


def _answer(o: Likely, evidence: Evidence) -> str | None:
    if o.column:
        rows = [value for _, value in evidence.rows(o.oid)]
        if not rows:
            return None
    else:
        rows = [_scalar(o, evidence) or ""]
    form = _FORMS[o.field]
    if o.field == "model":
        rows = [_WITH.split(raw)[0] for raw in rows if not _is_other(raw, o, evidence)]
    good = [value for raw in useful(rows) if form.match(value := raw.strip("\"'. "))]
    if not good or (o.column and o.score < SURE_COLUMN and len(good) > FEW):
        return None
    return release(good[0]) if o.field in ("version", "firmware") else good[0]
