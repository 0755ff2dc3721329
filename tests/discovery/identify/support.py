"""Short ways to write rule files and observations in tests."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

import yaml

from collectors.facts import Clue, Component, Observation, System
from discovery.identity.identify import Knowledge, build_knowledge

SEEN = datetime(2026, 1, 1, tzinfo=UTC)
E = "1.3.6.1.4.1."


def knowledge(*texts: str, local: str = "", **tables: str) -> Knowledge:
    """Build knowledge from YAML texts; tables by name without suffix."""
    docs = [(f"file{n}.yaml", parsed(text)) for n, text in enumerate(texts, 1)]
    local_docs = [("local.yaml", parsed(local))] if local else []
    return build_knowledge(docs, local_docs=local_docs, tables=tables)


def parsed(text: str) -> Mapping[str, Any]:
    """Return YAML as a mapping."""
    document = yaml.safe_load(text)
    assert isinstance(document, dict)
    return document


def seen(
    descr: str | None = None,
    oid: str | None = None,
    objects: Mapping[str, str] | None = None,
    *,
    components: tuple[Component, ...] = (),
    clues: tuple[Clue, ...] = (),
    **more: Any,  # noqa: ANN401 - passed on to Observation
) -> Observation:
    """Return an observation; `oid` and the keys of `objects` may start with `e.`."""
    answered = tuple(
        Clue("object", value, f"snmp {full(name)}")
        for name, value in (objects or {}).items()
    )
    return Observation(
        address="192.0.2.1",
        collector="snmp",
        seen_at=SEEN,
        system=System(descr=descr, object_id=full(oid) if oid else None),
        components=components,
        clues=(*answered, *clues),
        **more,
    )


def full(oid: str) -> str:
    """Expand `e.` to the enterprises prefix."""
    return E + oid[2:] if oid.startswith("e.") else oid
