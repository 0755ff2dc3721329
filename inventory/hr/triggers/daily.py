"""What the day brings: last days pass, contracts end, somebody has to be reminded.

Running it twice on a day changes nothing the second time.
"""

from __future__ import annotations

from datetime import date, timedelta

from sqlalchemy import or_, select

from inventory.hr.context import CaseContext
from inventory.hr.events.follow import follow_person
from inventory.kernel.events import LineDue
from inventory.kernel.texts import N_, Said
from inventory.people import tables as people
from inventory.provisioning.case_tables import CaseLine, ProvisioningCase
from inventory.provisioning.tables import EmploymentTimeline
from inventory.provisioning.tasks import open_task
from inventory.storage.rows import Row, change, col, id_of, table_of

_CASE = table_of(ProvisioningCase)
_LINE = table_of(CaseLine)
_EMPLOYMENT = table_of(people.Employment)
_TIMELINE = table_of(EmploymentTimeline)

AHEAD = timedelta(days=30)
"""So long before a contract ends somebody is asked whether it goes on."""


def persons_with_current_cases(context: CaseContext) -> list[int]:
    """Return persons whose cases may have to do something today."""
    query = (
        select(col(ProvisioningCase.person_id))
        .where(
            or_(
                col(ProvisioningCase.state) == "open",
                col(ProvisioningCase.effective_on) >= context.today(),
            )
        )
        .distinct()
        .order_by(col(ProvisioningCase.person_id))
    )
    return list(context.connection.execute(query).scalars())


def update_cases_of_person(context: CaseContext, person_id: int) -> None:
    """Let a person's cases follow the day; the caller commits."""
    context.lock_cases()
    follow_person(context, person_id)


def send_reminders(context: CaseContext) -> int:
    """Say which lines are due soon or overdue; return how many.

    Lines of quiet cases are left out: nobody writes to the family of somebody who died.
    """
    query = (
        select(_LINE, col(ProvisioningCase.site))
        .join(_CASE, id_of(ProvisioningCase) == col(CaseLine.case_id))
        .where(
            col(CaseLine.closed_on).is_(None), col(ProvisioningCase.quiet).is_(False)
        )
        .order_by(id_of(CaseLine))
    )
    reminded = 0
    for row in context.connection.execute(query).mappings().all():
        line = dict(row)
        today = context.today(line["site"])
        if _reminder_is_due(context, line, today):
            change(context.work, CaseLine, line["id"], {"reminded_on": today})
            context.work.emit(
                LineDue(
                    line_id=line["id"],
                    case_id=line["case_id"],
                    owner=line["owner"],
                    due_on=line["due_on"],
                    overdue=line["due_on"] < today,
                )
            )
            reminded += 1
    return reminded


def _reminder_is_due(context: CaseContext, line: Row, today: date) -> bool:
    policy, calendars = context.rules.policy, context.rules.calendars
    site = line["site"]
    if today < calendars.shift(site, line["due_on"], -policy.before):
        return False
    if line["reminded_on"] is None:
        return True
    again = calendars.shift(site, line["reminded_on"], max(policy.every, 1))
    return line["due_on"] < today and today >= again


def open_contract_end_tasks(context: CaseContext) -> int:
    """Open a task for each contract that ends soon and that nobody spoke of."""
    today = context.today()
    query = (
        select(_EMPLOYMENT)
        .join(
            _TIMELINE, col(EmploymentTimeline.employment_id) == id_of(people.Employment)
        )
        .where(
            col(people.Employment.contract_end) <= today + AHEAD,
            col(people.Employment.contract_end) >= today,
            col(people.Employment.valid_to).is_(None),
        )
    )
    rows = context.connection.execute(query).mappings().all()
    for row in rows:
        open_task(
            context.work,
            "contract-end",
            source="daily",
            person_id=row["person_id"],
            subject=Said(N_("A contract ends: is it extended?")),
            detail=Said(
                N_("It ends on {day}; nothing is recovered by itself."),
                day=row["contract_end"],
            ),
            due_on=row["contract_end"],
            key=f"{row['id']}:{row['contract_end']}",
        )
    return len(rows)
