"""Cases keep the kits they were opened with, until a person applies new ones."""

from __future__ import annotations

import json
from collections.abc import Sequence
from functools import lru_cache
from typing import Any

from sqlalchemy import select

from inventory.hr.context import CaseContext
from inventory.hr.person_file import PersonFile
from inventory.provisioning.kits import Kits
from inventory.provisioning.plan import CaseKind, KitsOf
from inventory.provisioning.rules import read_kits
from inventory.provisioning.tables import KitVersion
from inventory.storage.rows import add, col, id_of

WITH_KITS = (CaseKind.JOINING, CaseKind.MOVING)
"""Kinds of cases in which people get what their kits have."""


def kits_of_cases(context: CaseContext, file: PersonFile) -> KitsOf:
    """Return what says which kits count for a case of a person."""
    events = file.by_key

    def kits_of(kind: CaseKind, keys: Sequence[str]) -> Kits:
        for key in keys:
            case = file.cases.get(events[key]["case_id"]) if key in events else None
            if case is not None and case["kind"] == kind:
                return kits_in(case["document"]) or context.rules.kits
        return context.rules.kits

    return kits_of


def kits_in(document: dict[str, Any] | None) -> Kits | None:
    """Return the kits of a stored version; None without one."""
    if document is None:
        return None
    return _read(json.dumps(document, sort_keys=True, ensure_ascii=False))


@lru_cache(maxsize=32)
def _read(text: str) -> Kits:
    return read_kits(json.loads(text))


def current_version(context: CaseContext) -> int:
    """Return the version of the kits that count today; one seen first is kept."""
    kits = context.rules.kits
    if kits.digest in context.kept:
        return context.kept[kits.digest]
    query = select(id_of(KitVersion)).where(col(KitVersion.digest) == kits.digest)
    known = context.connection.execute(query).scalar()
    if known is not None:
        context.kept[kits.digest] = int(known)
        return int(known)
    values = {"digest": kits.digest, "document": dict(kits.document)}
    return add(context.work, KitVersion, values)
