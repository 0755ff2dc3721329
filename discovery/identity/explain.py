"""The reasoning in lines: clues, statements, winner, what would settle the rest. Pure.

The command line, the page and the API show the same `Explanation`; `lines` renders it
as text for a terminal.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from collectors.facts import Observation
from discovery.identity.evidence import Evidence, gather, hint_values
from discovery.identity.rules.knowledge import Knowledge
from discovery.identity.rules.objects_to_ask import first_to_ask
from discovery.identity.verdicts import FIELDS, Identity, Statement, Verdict
from inventory.kernel.texts import N_, Said

SETTLED = 0.7
"""From this weight on nothing more is asked for."""
MOST_SHOWN = 120


@dataclass(frozen=True, slots=True)
class WeighedClue:
    """A clue as it was weighed.

    Attributes:
        kind: e.g. `sysObjectID`, `sysDescr`, `object`, `open-port`.
        value: Cleaned value, shortened.
        source: The object for clues of kind `object`, else the kind.
    """

    kind: str
    value: str
    source: str


@dataclass(frozen=True, slots=True)
class Reasoning:
    """Why a field has its value.

    Attributes:
        field: One of `FIELDS`.
        verdict: The outcome.
        statements: All opinions about the field, the weightiest first.
        settle: What would settle it, where it is not settled.
    """

    field: str
    verdict: Verdict
    statements: tuple[Statement, ...]
    settle: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Explanation:
    """Everything about how a device was identified."""

    clues: tuple[WeighedClue, ...]
    reasonings: tuple[Reasoning, ...]
    conflicts: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Line:
    """A line of the rendering: how deep, what it is, what it says."""

    level: int
    kind: str
    text: str


def explain(
    observations: Sequence[Observation], identity: Identity, knowledge: Knowledge
) -> Explanation:
    """Lay the reasoning open.

    Args:
        observations: What `identify` was given.
        identity: What it returned.
        knowledge: What it used.
    """
    evidence = gather(observations)
    unanswered = _unanswered(observations, evidence, knowledge)
    reasonings = []
    for name in FIELDS:
        statements = sorted(
            (s for s in identity.statements if s.field == name),
            key=lambda s: (-s.weight, s.value, s.source),
        )
        verdict = identity.fields[name]
        settle = _settle(name, verdict, evidence, unanswered)
        reasonings.append(Reasoning(name, verdict, tuple(statements), settle))
    return Explanation(_heard(evidence), tuple(reasonings), identity.conflicts)


def lines(explanation: Explanation) -> tuple[Line, ...]:
    """Render an explanation; indent by `level`, colour by `kind`."""
    out = [Line(0, "heading", "Clues")]
    for clue in explanation.clues:
        where = f" ({clue.source})" if clue.source != clue.kind else ""
        out.append(Line(1, "clue", f"{clue.kind}: {clue.value}{where}"))
    for reasoning in explanation.reasonings:
        verdict = reasoning.verdict
        answer = verdict.value or "unknown"
        percent = f" ({verdict.confidence:.0%})" if verdict.value else ""
        percent += ", a suggestion" if verdict.suggested else ""
        out.append(Line(0, "verdict", f"{reasoning.field}: {answer}{percent}"))
        for statement in reasoning.statements:
            text = f"{statement.weight:.2f} {statement.value}: {statement.reason}"
            out.append(Line(1, "statement", text))
        out += [Line(1, "settle", text) for text in reasoning.settle]
    out += [Line(0, "conflict", text) for text in explanation.conflicts]
    return tuple(out)


def _heard(evidence: Evidence) -> tuple[WeighedClue, ...]:
    clues = []
    if evidence.object_id:
        clues.append(WeighedClue("sysObjectID", evidence.object_id, "sysObjectID"))
    for kind, texts in evidence.texts.items():
        clues += [WeighedClue(kind, text[:200], kind) for text in texts]
    clues += [
        WeighedClue("object", value[:120], oid)
        for oid, value in sorted(evidence.objects.items())
        if value
    ]
    for kind, values in hint_values(evidence).items():
        clues += [WeighedClue(kind, value[:120], kind) for value in values]
    clues += [WeighedClue("table", fact, "table") for fact in sorted(evidence.facts)]
    return tuple(clues[:MOST_SHOWN])


def _unanswered(
    observations: Sequence[Observation], evidence: Evidence, knowledge: Knowledge
) -> int:
    """Count the objects that were worth asking and brought nothing."""
    snmp = [o for o in observations if o.system is not None]
    objects = {
        oid
        for observation in snmp
        for oid in first_to_ask(gather([observation]), knowledge)[0]
    }
    names = (".".join(map(str, oid)) for oid in objects)
    return sum(1 for name in names if not evidence.objects.get(name))


_BY_FIELD: Mapping[str, str] = {
    "type": Said(N_("its LLDP-MED class, open ports or a login would tell what it is")),
    "subtype": Said(N_("a login, or its SMBIOS chassis type, would tell which kind")),
    "serial": Said(N_("a login, the LLDP-MED inventory, or the label would tell")),
    "version": Said(N_("a login would tell")),
    "os": Said(N_("a login would tell")),
}


def _settle(
    name: str, verdict: Verdict, evidence: Evidence, unanswered: int
) -> tuple[str, ...]:
    if verdict.weighed >= SETTLED and verdict.value:
        return ()
    advice: list[str] = []
    if not evidence.object_id and not evidence.texts.get("sysDescr"):
        advice.append(Said(N_("it does not answer SNMP: a credential would tell most")))
    elif unanswered and name in ("model", "serial", "version", "hardware_rev"):
        advice.append(
            Said(
                N_("{unanswered} objects worth asking gave no answer"),
                unanswered=unanswered,
            )
        )
    if name in _BY_FIELD:
        advice.append(_BY_FIELD[name])
    advice.append(Said(N_("a correction in the site's own rules settles it for good")))
    return tuple(advice)
