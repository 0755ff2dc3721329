"""Giving notice as a task: somebody sends the letter by the last day that does.

Imports `estate` and `provisioning`'s tasks.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from sqlalchemy import select

from inventory.kernel.errors import Invalid, NotAllowed
from inventory.kernel.texts import N_
from inventory.provisioning.tasks import close_tasks, key_of, open_task
from inventory.storage.rows import col, get, id_of, table_of
from inventory.storage.work import UnitOfWork
from inventory.telecom.estate import agreements
from inventory.telecom.estate.notice import exit_of
from inventory.telecom.estate.tables import (
    CarrierContract,
    ProviderAccount,
    TelecomLine,
    TelecomProvider,
)

KIND = "carrier-notice"


def plan_notice(
    work: UnitOfWork, contract_id: int, lines: Sequence[int], remark: str, today: date
) -> int:
    """Open the task to give notice of a contract, or of some of its lines.

    Args:
        work: The unit of work; the caller commits.
        contract_id: The contract.
        lines: Lines that it is about; empty: the whole contract.
        remark: Why, for whoever sends the letter.
        today: From where the way out is seen.

    Returns:
        The task; the open one, where there is one about this contract.

    Raises:
        NotAllowed: Notice was given already.
        Invalid: A line is of another contract.
    """
    contract = get(work.connection, CarrierContract, contract_id)
    if contract["notice_given_on"] is not None:
        raise NotAllowed(
            N_("Notice of contract {number} was given on {day}."),
            remedy=N_("Withdraw it first."),
            number=contract["number"],
            day=contract["notice_given_on"],
        )
    account = get(work.connection, ProviderAccount, contract["account_id"])
    provider = get(work.connection, TelecomProvider, account["provider_id"])
    names = _names(work, contract_id, lines)
    way_out = exit_of(agreements.terms_of(contract), today)
    return open_task(
        work,
        KIND,
        key=str(contract_id),
        source="telecom",
        subject=f"{contract['number']} ({provider['name']})",
        detail="; ".join(
            part
            for part in (
                ", ".join(names),
                remark.strip(),
                f"/api/v1/carrier-contracts/{contract_id}/letter",
            )
            if part
        ),
        owner="it",
        due_on=way_out.cancel_by,
    )


def give_notice(
    work: UnitOfWork, contract_id: int, on: date, ends_on: date | None = None
) -> date:
    """Keep that notice was given, and close the task to give it; return the last day.

    Raises:
        NotAllowed: Notice was given already.
        Invalid: The last day lies before the notice.
    """
    last = agreements.give_notice(work, contract_id, on, ends_on)
    told = f"Notice was given on {on}; the last day is {last}."
    close_tasks(work, KIND, told, key=key_of(KIND, key=str(contract_id)))
    return last


def _names(work: UnitOfWork, contract_id: int, lines: Sequence[int]) -> list[str]:
    if not lines:
        return []
    table = table_of(TelecomLine)
    query = select(
        id_of(TelecomLine), col(TelecomLine.name), col(TelecomLine.contract_id)
    ).where(table.c.id.in_(list(lines)))
    found = work.connection.execute(query.order_by(col(TelecomLine.name))).all()
    other = next((name for _, name, of in found if of != contract_id), None)
    if other is not None:
        raise Invalid(
            N_("Line {name} is not of this contract."), where="lines", name=other
        )
    return [name for _, name, _ in found]
