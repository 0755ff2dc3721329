"""Lines that nobody has, and new ones from SIMs and numbers in stock. Imports `lines`.

Who gets one is decided above this room; here is known what is free.
"""

from __future__ import annotations

from functools import lru_cache
from typing import Any

from sqlalchemy import ColumnElement, Select, func, select, true

from inventory.storage.dated import still_open
from inventory.storage.rows import Row, col, id_of, table_of
from inventory.storage.work import UnitOfWork
from inventory.telecom.estate.line_states import LineStates
from inventory.telecom.estate.lines import add_line
from inventory.telecom.estate.sims import attach_sim
from inventory.telecom.estate.tables import (
    LineAssignment,
    NumberRange,
    ProviderAccount,
    SimCard,
    TelecomLine,
)
from inventory.telecom.tables import PhoneNumber

_LINE = table_of(TelecomLine)
_ACCOUNT = table_of(ProviderAccount)
_NUMBER = table_of(PhoneNumber)

NUMBERS_OF = {"mobile": ("mobile",), "fixed": ("geographic", "voip")}
"""Kind of a line -> kinds of number ranges that it takes its number from."""


def free_line(
    work: UnitOfWork,
    states: LineStates,
    kind: str,
    legal_entity_id: int | None,
    promised: Select[Any],
) -> Row | None:
    """Return the line to give to somebody next; None: none is free.

    One that is paid for already comes first, then one with a SIM, then the oldest.

    Args:
        work: The unit of work; the caller commits.
        states: The states of lines there are.
        kind: `mobile` or `fixed`.
        legal_entity_id: Whose account pays; None: anybody's.
        promised: Ids of lines that somebody is to get.
    """
    used = tuple(name for name, one in states.states.items() if one.used)
    query = _free_lines(used, kind, legal_entity_id, promised)
    row = work.connection.execute(query).mappings().one_or_none()
    return None if row is None else dict(row)


@lru_cache(maxsize=200)
def _free_lines(
    used: tuple[str, ...],
    kind: str,
    legal_entity_id: int | None,
    promised: Select[Any],
) -> Select[Any]:
    """Return the query of `free_line`; to make one takes longer than to run it."""
    held = select(col(LineAssignment.line_id)).where(
        col(LineAssignment.role).in_(("person", "asset")), still_open(LineAssignment)
    )
    has_sim = (
        select(id_of(SimCard))
        .where(col(SimCard.line_id) == id_of(TelecomLine), _usable_sim())
        .exists()
    )
    return (
        select(_LINE)
        .join(_ACCOUNT, id_of(ProviderAccount) == col(TelecomLine.account_id))
        .where(
            col(TelecomLine.kind) == kind,
            col(TelecomLine.state).in_(used),
            col(TelecomLine.state) != "notice-given",
            col(TelecomLine.ended_on).is_(None),
            id_of(TelecomLine).not_in(held),
            id_of(TelecomLine).not_in(promised),
            _pays(legal_entity_id),
        )
        .order_by(
            (col(TelecomLine.state) == "active").desc(),
            has_sim.desc(),
            id_of(TelecomLine),
        )
        .limit(1)
    )


def line_from_stock(
    work: UnitOfWork, states: LineStates, kind: str, legal_entity_id: int | None
) -> Row | None:
    """Make a line of a free number, and for a mobile one of a SIM in stock.

    It is ordered: nothing is paid for it until somebody takes it into use.

    Returns:
        The line; None: no number is free, or no SIM.
    """
    sims: list[Row | None] = [None]
    if kind == "mobile":
        sims = list(_sims_in_stock(work, legal_entity_id))
    for sim in sims:
        found = _free_number(work, kind, legal_entity_id, sim)
        if found is None:
            continue
        number, account_id, contract_id = found
        line_id = add_line(
            work,
            states,
            {
                "name": number,
                "kind": kind,
                "account_id": account_id,
                "contract_id": contract_id,
                "e164": number,
            },
        )
        if sim is not None:
            attach_sim(work, sim["id"], line_id)
        query = select(_LINE).where(id_of(TelecomLine) == line_id)
        return dict(work.connection.execute(query).mappings().one())
    return None


def _sims_in_stock(work: UnitOfWork, legal_entity_id: int | None) -> list[Row]:
    """Return the oldest SIM in stock of each account."""
    first = (
        select(func.min(id_of(SimCard)))
        .join(_ACCOUNT, id_of(ProviderAccount) == col(SimCard.account_id))
        .where(
            col(SimCard.state) == "stock",
            col(SimCard.line_id).is_(None),
            _pays(legal_entity_id),
        )
        .group_by(col(SimCard.account_id))
    )
    table = table_of(SimCard)
    query = select(table).where(table.c.id.in_(first)).order_by(table.c.id)
    return [dict(row) for row in work.connection.execute(query).mappings()]


def _free_number(
    work: UnitOfWork, kind: str, legal_entity_id: int | None, sim: Row | None
) -> tuple[str, int, int | None] | None:
    """Return a number that no line has, its account and its contract."""
    line = _LINE.alias()
    taken = (
        select(line.c.id)
        .where(line.c.e164 == col(PhoneNumber.e164), line.c.ended_on.is_(None))
        .exists()
    )
    used_name = select(line.c.id).where(line.c.name == col(PhoneNumber.e164)).exists()
    query = (
        select(
            col(PhoneNumber.e164),
            col(NumberRange.account_id),
            col(NumberRange.contract_id),
        )
        .join(
            _NUMBER,
            (col(PhoneNumber.e164) >= col(NumberRange.first))
            & (col(PhoneNumber.e164) <= col(NumberRange.last))
            & (
                func.length(col(PhoneNumber.e164))
                == func.length(col(NumberRange.first))
            ),
        )
        .join(_ACCOUNT, id_of(ProviderAccount) == col(NumberRange.account_id))
        .where(
            col(NumberRange.kind).in_(NUMBERS_OF.get(kind, ())),
            col(NumberRange.returned_on).is_(None),
            col(PhoneNumber.state) == "free",
            ~taken,
            ~used_name,
            _pays(legal_entity_id),
        )
        .order_by(col(PhoneNumber.e164))
        .limit(1)
    )
    if sim is not None:
        query = query.where(col(NumberRange.account_id) == sim["account_id"])
    row = work.connection.execute(query).one_or_none()
    return None if row is None else (row[0], row[1], row[2])


def _usable_sim() -> ColumnElement[bool]:
    return col(SimCard.state).not_in(("blocked", "cancelled"))


def _pays(legal_entity_id: int | None) -> ColumnElement[bool]:
    if legal_entity_id is None:
        return true()
    return col(ProviderAccount.legal_entity_id) == legal_entity_id
