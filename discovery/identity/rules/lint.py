"""What is wrong with rules that hold where they should not. Pure.

A rule that names a vendor must rest on something that vendor alone has. sysObjectIDs
that are none (outside of enterprises), or that belong to an agent anybody ships, and
the names of such agents, are shared by strangers.
"""

from __future__ import annotations

from collections.abc import Iterator

from discovery.identity.rules.knowledge import ENTERPRISES, Document, Knowledge, Rule

_AGENTS = frozenset({"net snmp", "ucd snmp", "snmp agent", "linux", "snmpd"})


def shared_conditions(knowledge: Knowledge) -> Iterator[str]:
    """Yield the rules of vendors that hold on devices of anybody, each with why."""
    for document in knowledge.documents:
        for rule in document.rules:
            if problem := _problem(rule, document, knowledge):
                yield f"{document.name}, {rule.about}: {problem}"


def reasons(document: Document) -> frozenset[str]:
    """Return why a vendor's file cannot be a line of a table: words of `REASONS`."""
    every = (document.root, *document.rules)
    told = {
        "form": any(
            rule.parse or (rule.descr is not None and rule.descr.groupindex)
            for rule in every
        ),
        "object": any(rule.read for rule in every),
        "kinds": any(
            rule.constants.get("type", document.root.constants.get("type"))
            != document.root.constants.get("type")
            for rule in document.rules
        ),
        "system": any("os" in rule.constants for rule in every),
        "guest": any(rule.vendor or rule.anywhere for rule in document.rules),
        "mac": document.serial_is_mac,
        "constant": any(
            name in rule.constants for rule in every for name in ("model", "family")
        ),
    }
    return frozenset(name for name, holds in told.items() if holds)


def _problem(rule: Rule, document: Document, knowledge: Knowledge) -> str | None:
    if not (rule.vendor or document.vendor) or rule.descr is not None or rule.has:
        return None
    if not rule.text:
        for oid in rule.oid:
            if not oid.startswith(ENTERPRISES):
                return f"{oid} is no registered sysObjectID: add what else must hold"
            if _is_of_agent(oid, knowledge):
                return f"{oid} is an agent's that many ship: add what else must hold"
        return None
    if all(phrase.strip() in _AGENTS for phrase in rule.text):
        return "it matches the agent's software only: add what else must hold"
    return None


def _is_of_agent(oid: str, knowledge: Knowledge) -> bool:
    """Whether many vendors' agents answer an OID, not one maker's below it."""
    return knowledge.catalogue.is_agent(oid) and oid.count(".") <= _AGENT_ARCS


_AGENT_ARCS = 9
"""Dots of the identifiers that such agents have of themselves (`8072.3.2.10`)."""
