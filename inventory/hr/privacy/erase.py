"""Names, addresses and signatures of who left long ago are erased.

What the register and the books need stays, under the person's number: what was held,
from when to when, what was signed for. The audit trail stays whole: it proves what was
done with the company's things and is kept for as long as the law asks (GDPR, article
17 (3) b and e); it is read by auditors only.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import timedelta
from typing import Any

from sqlalchemy import Table, delete, exists, select

from inventory.assets.custody.acceptance_tables import Acceptance
from inventory.assets.register.tables import Custody
from inventory.directory.tables import DirectoryRecord, DirectoryValue
from inventory.hr.context import CaseContext
from inventory.kernel.errors import Invalid, NotAllowed
from inventory.kernel.texts import N_
from inventory.outbox.mail_tables import Mail
from inventory.people.account_tables import UserAccount
from inventory.people.persons import has_left, person_values
from inventory.people.tables import Person, PersonMerge
from inventory.provisioning.case_tables import CaseLine, LineStep, ProvisioningCase
from inventory.provisioning.statements.event_kinds import PERSON_FIELDS
from inventory.provisioning.tables import HrEvent, Task
from inventory.storage.rows import Row, change, col, get, id_of, table_of

_Erased = Callable[[Row], Mapping[str, Any]]
_FREE_TEXT = frozenset({*PERSON_FIELDS, "reason"})


def erase_person(context: CaseContext, person_id: int, remark: str) -> dict[str, int]:
    """Erase what is personal about somebody who left; return rows changed by table.

    Args:
        context: The change; the caller commits, or rolls back to try it.
        person_id: Who.
        remark: Why: the request, or the rule of retention.

    Raises:
        Invalid: It is not said why.
        NotAllowed: The person is here, left too lately, holds something, has an open
            case, an account, or is still known to an identity provider.
    """
    if not remark.strip():
        raise Invalid(N_("Say why."), where="remark")
    context.lock_cases()
    person = get(context.connection, Person, person_id, lock=True)
    _check(context, person_id)
    name = f"Former employee {person_id}"
    fields: Row = {"given_name": "", "family_name": name, "email": None, "login": None}
    counts = {"person": 1}
    change(
        context.work,
        Person,
        person_id,
        person_values(person["key"], fields),
        action="erase",
    )
    for model, column, erased in _PERSONAL:
        count = _erase_rows(context, model, column, person_id, erased)
        if count:
            counts[table_of(model).name] = count
    _erase_directory(context, person_id, counts)
    _erase_signers(context, person_id, counts)
    context.work.audit(
        "erasure", person_id, "erase", None, {"remark": remark.strip(), "rows": counts}
    )
    return counts


def _check(context: CaseContext, person_id: int) -> None:
    """Refuse to erase somebody the company still has to do with."""
    today = context.work.clock().date()
    days = context.rules.policy.retention_days
    if not has_left(context.connection, person_id, today - timedelta(days=days)):
        raise NotAllowed(
            N_("The person has not left {days} days ago or longer."),
            where="person",
            remedy=N_("Wait, or change retention_days of the rules."),
            days=days,
        )
    reasons = {
        N_("The person still holds something of the company."): exists().where(
            col(Custody.person_id) == person_id, col(Custody.valid_to).is_(None)
        ),
        N_("A case of the person is open."): exists().where(
            col(ProvisioningCase.person_id) == person_id,
            col(ProvisioningCase.state) == "open",
        ),
        N_("An identity provider still has the person."): exists().where(
            col(DirectoryRecord.person_id) == person_id,
            col(DirectoryRecord.deleted_at).is_(None),
        ),
        N_("The person has an account that is not disabled."): exists().where(
            col(UserAccount.person_id) == person_id,
            col(UserAccount.disabled_at).is_(None),
        ),
    }
    for reason, there in reasons.items():
        if context.connection.execute(select(there)).scalar():
            raise NotAllowed(reason, where="person", remedy=N_("Settle that first."))


def _erase_rows(
    context: CaseContext,
    model: Any,  # noqa: ANN401 - a class of rows
    column: str,
    person_id: int,
    erased: _Erased,
) -> int:
    table: Table = table_of(model)
    query = select(table).where(table.c[column] == person_id)
    rows = [dict(row) for row in context.connection.execute(query).mappings()]
    return sum(
        change(context.work, model, row["id"], erased(row), action="erase")
        for row in rows
    )


def _without_names(row: Row) -> Row:
    kept = {name: v for name, v in row["data"].items() if name not in _FREE_TEXT}
    return {"data": kept}


def _unsigned(row: Row) -> Row:
    signed = "erased" if row["state"] == "accepted" else ""
    return {"signature": signed, "drawing": None, "remark": ""}


_PERSONAL: tuple[tuple[Any, str, _Erased], ...] = (
    (HrEvent, "person_id", _without_names),
    (Acceptance, "person_id", _unsigned),
    (Task, "person_id", lambda row: {"subject": row["kind"], "detail": ""}),
    (
        Mail,
        "person_id",
        lambda _row: {
            "recipient": "-",
            "subject": "-",
            "body": "",
            "calendar": None,
            "token": None,
        },
    ),
    (PersonMerge, "into_id", lambda _row: {"fields": {}, "taken": {}}),
    (PersonMerge, "from_id", lambda _row: {"fields": {}, "taken": {}}),
    (
        UserAccount,
        "person_id",
        lambda row: {"name": "erased", "login": f"erased-{row['id']}"},
    ),
)
"""Rows of a person, the column that names him, and what they are without him."""


def _erase_directory(
    context: CaseContext, person_id: int, counts: dict[str, int]
) -> None:
    records = select(id_of(DirectoryRecord)).where(
        col(DirectoryRecord.person_id) == person_id
    )
    gone = delete(table_of(DirectoryValue)).where(
        col(DirectoryValue.record_id).in_(records)
    )
    context.connection.execute(gone)
    count = _erase_rows(
        context,
        DirectoryRecord,
        "person_id",
        person_id,
        lambda row: {
            "document": {},
            "name_key": f"erased-{row['id']}",
            "external_id": None,
        },
    )
    if count:
        counts["directory_record"] = count


def _erase_signers(
    context: CaseContext, person_id: int, counts: dict[str, int]
) -> None:
    """Erase the names that were typed where a line was signed for."""
    lines = (
        select(id_of(CaseLine))
        .join_from(
            table_of(CaseLine),
            table_of(ProvisioningCase),
            id_of(ProvisioningCase) == col(CaseLine.case_id),
        )
        .where(col(ProvisioningCase.person_id) == person_id)
    )
    query = select(id_of(LineStep)).where(
        col(LineStep.line_id).in_(lines), col(LineStep.name) == "accept"
    )
    ids = context.connection.execute(query).scalars().all()
    for number in ids:
        change(context.work, LineStep, number, {"note": "erased"}, action="erase")
    if ids:
        counts["case_line_step"] = len(ids)
