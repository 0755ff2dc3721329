"""New kits for cases that are open: only because a person says so."""

from __future__ import annotations

from collections.abc import Collection
from typing import Any

from sqlalchemy import select, update

from inventory.hr.cases.kit_versions import WITH_KITS, current_version
from inventory.hr.context import CaseContext
from inventory.hr.events.follow import follow_person
from inventory.provisioning.case_tables import CaseLine, ProvisioningCase
from inventory.storage.rows import Row, col, id_of, table_of

_CASE, _LINE = table_of(ProvisioningCase), table_of(CaseLine)


def apply_kits(context: CaseContext, cases: Collection[int] = ()) -> list[Row]:
    """Let open cases follow the kits of today.

    Args:
        context: The change.
        cases: Only these; all open ones without.

    Returns:
        For each case that was opened with other kits, what is added and called off.
    """
    context.lock_cases()
    version = current_version(context)
    query = (
        select(id_of(ProvisioningCase), col(ProvisioningCase.person_id))
        .where(
            col(ProvisioningCase.state) == "open",
            col(ProvisioningCase.kind).in_(WITH_KITS),
            col(ProvisioningCase.kit_version_id).is_distinct_from(version),
        )
        .order_by(id_of(ProvisioningCase))
    )
    if cases:
        query = query.where(id_of(ProvisioningCase).in_(cases))
    found = context.connection.execute(query).all()
    ids = [case_id for case_id, _ in found]
    before = _items(context, ids)
    if ids:
        context.connection.execute(
            update(_CASE)
            .where(id_of(ProvisioningCase).in_(ids))
            .values(kit_version_id=version)
        )
    for case_id in ids:
        old, new = {"kit_version_id": None}, {"kit_version_id": version}
        context.work.audit("provisioning_case", case_id, "apply-kits", old, new)
    for person_id in dict.fromkeys(person_id for _, person_id in found):
        follow_person(context, person_id)
    after = _items(context, ids)
    return [
        {
            "case_id": case_id,
            "person_id": person_id,
            "added": sorted(after.get(case_id, set()) - before.get(case_id, set())),
            "called_off": sorted(
                before.get(case_id, set()) - after.get(case_id, set())
            ),
        }
        for case_id, person_id in found
    ]


def _items(context: CaseContext, case_ids: list[int]) -> dict[int, set[str]]:
    query = select(col(CaseLine.case_id), col(CaseLine.item)).where(
        col(CaseLine.case_id).in_(case_ids),
        col(CaseLine.action) == "provide",
        col(CaseLine.state) != "cancelled",
    )
    found: dict[int, set[str]] = {}
    rows: Any = context.connection.execute(query)
    for case_id, item in rows:
        found.setdefault(case_id, set()).add(item)
    return found
