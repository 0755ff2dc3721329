"""The second step: likely objects of an enterprise nobody wrote rules for. Pure."""

from __future__ import annotations

from collections.abc import Iterator

from discovery.identity.evidence import Evidence
from discovery.identity.knowledge import Knowledge
from discovery.identity.verdicts import Statement


def statements(evidence: Evidence, knowledge: Knowledge) -> Iterator[Statement]:
    """Yield what the likely objects of the enterprise say, judged by form."""
    return iter(())
