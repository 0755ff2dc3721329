"""What the day brings: last days pass, contracts end, somebody has to be reminded.

Running it twice on a day changes nothing the second time.
"""

from __future__ import annotations

from datetime import date, timedelta

from sqlalchemy import or_, select

from inventory.hr.context import Hand
from inventory.hr.events.receive import follow_person
from inventory.kernel.events import LineDue
from inventory.people import tables as people
from inventory.provisioning.case_tables import CaseLine, ProvisioningCase
from inventory.provisioning.tables import HrStint
from inventory.provisioning.tasks import open_task
from inventory.storage.rows import Row, change, col, id_of, table_of

_CASE = table_of(ProvisioningCase)
_LINE = table_of(CaseLine)
_EMPLOYMENT = table_of(people.Employment)
_STINT = table_of(HrStint)

AHEAD = timedelta(days=30)
"""So long before a contract ends somebody is asked whether it goes on."""


def persons_of_today(hand: Hand) -> list[int]:
    """Return persons whose cases may have to do something today."""
    query = (
        select(col(ProvisioningCase.person_id))
        .where(
            or_(
                col(ProvisioningCase.state) == "open",
                col(ProvisioningCase.effective_on) >= hand.today(),
            )
        )
        .distinct()
        .order_by(col(ProvisioningCase.person_id))
    )
    return list(hand.connection.execute(query).scalars())


def bring(hand: Hand, person_id: int) -> None:
    """Let a person's cases follow the day; the caller commits."""
    hand.alone()
    follow_person(hand, person_id)


def remind(hand: Hand) -> int:
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
    told = 0
    for row in hand.connection.execute(query).mappings().all():
        line = dict(row)
        today = hand.today(line["site"])
        if _wants_reminder(hand, line, today):
            change(hand.work, CaseLine, line["id"], {"reminded_on": today})
            hand.work.emit(
                LineDue(
                    line_id=line["id"],
                    case_id=line["case_id"],
                    owner=line["owner"],
                    due_on=line["due_on"],
                    overdue=line["due_on"] < today,
                )
            )
            told += 1
    return told


def _wants_reminder(hand: Hand, line: Row, today: date) -> bool:
    policy, calendars = hand.rules.policy, hand.rules.calendars
    site = line["site"]
    if today < calendars.shift(site, line["due_on"], -policy.before):
        return False
    if line["reminded_on"] is None:
        return True
    again = calendars.shift(site, line["reminded_on"], max(policy.every, 1))
    return line["due_on"] < today and today >= again


def ask_for_contracts(hand: Hand) -> int:
    """Open a task for each contract that ends soon and that nobody spoke of."""
    today = hand.today()
    query = (
        select(_EMPLOYMENT)
        .join(_STINT, col(HrStint.employment_id) == id_of(people.Employment))
        .where(
            col(people.Employment.contract_end) <= today + AHEAD,
            col(people.Employment.contract_end) >= today,
            col(people.Employment.valid_to).is_(None),
        )
    )
    rows = hand.connection.execute(query).mappings().all()
    for row in rows:
        open_task(
            hand.work,
            "contract-end",
            source="daily",
            person_id=row["person_id"],
            subject="A contract ends: is it extended?",
            detail=f"It ends on {row['contract_end']}; nothing is recovered by itself.",
            due_on=row["contract_end"],
            key=f"{row['id']}:{row['contract_end']}",
        )
    return len(rows)
