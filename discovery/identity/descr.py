"""Model and version from sysDescr by form, for vendors nobody wrote rules for. Pure."""

from __future__ import annotations

from collections.abc import Iterator

from discovery.identity.evidence import Evidence
from discovery.identity.knowledge import Knowledge
from discovery.identity.verdicts import Statement


def statements(evidence: Evidence, knowledge: Knowledge) -> Iterator[Statement]:
    """Yield what the words of sysDescr suggest."""
    return iter(())
