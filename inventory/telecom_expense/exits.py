"""Last days to give notice, as a list and as an iCalendar feed. Imports `estate`.

The feed is RFC 5545: one whole-day event for each contract, with reminders 90, 60 and
30 days before. Its UID is that of the contract and the day, so a calendar that reads it
again moves nothing that stayed.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy import Connection, func, select

from inventory.kernel.events import CarrierNoticeDue
from inventory.kernel.spans import Span
from inventory.storage.rows import change, col, id_of, table_of
from inventory.storage.work import UnitOfWork
from inventory.telecom.billing.charging import ChargeTerms, amount_of, month_of
from inventory.telecom.estate.agreements import terms_of
from inventory.telecom.estate.charge_tables import RecurringCharge
from inventory.telecom.estate.notice import exit_of
from inventory.telecom.estate.tables import (
    CarrierContract,
    ProviderAccount,
    TelecomLine,
    TelecomProvider,
)

REMINDERS = (90, 60, 30)
"""Days before the last day to give notice."""

_CONTRACT = table_of(CarrierContract)
_ACCOUNT = table_of(ProviderAccount)


def list_exits(connection: Connection, today: date) -> list[dict[str, Any]]:
    """Return the way out of each contract that is not ended, the next day first."""
    query = (
        select(
            _CONTRACT,
            col(ProviderAccount.number).label("account"),
            col(ProviderAccount.currency),
            col(TelecomProvider.name).label("provider"),
        )
        .join(_ACCOUNT, id_of(ProviderAccount) == col(CarrierContract.account_id))
        .join(
            table_of(TelecomProvider),
            id_of(TelecomProvider) == col(ProviderAccount.provider_id),
        )
    )
    costs, lines = _costs(connection, today)
    rows = []
    for row in connection.execute(query).mappings():
        way_out = exit_of(terms_of(dict(row)), today)
        if way_out.ends_on < today:
            continue
        by = way_out.cancel_by
        rows.append(
            {
                "id": row["id"],
                "contract": row["number"],
                "name": row["name"],
                "provider": row["provider"],
                "account": row["account"],
                "cancel_by": by,
                "days_left": None if by is None else (by - today).days,
                "ends_by": way_out.ends_on,
                "renews_months": row["renews_months"],
                "lines": lines.get(row["id"], 0),
                "monthly_minor": costs.get(row["id"], 0),
                "currency": row["currency"],
            }
        )
    rows.sort(key=lambda one: (one["cancel_by"] or date.max, one["contract"]))
    return rows


def remind(work: UnitOfWork, today: date) -> int:
    """Say of which contracts notice has to be given soon; return how many.

    Each contract is told once for 90, 60 and 30 days, however often it is asked and
    also if the very day was missed.
    """
    told = 0
    for row in list_exits(work.connection, today):
        left = row["days_left"]
        passed = [days for days in REMINDERS if left is not None and left <= days]
        if not passed:
            continue
        days = min(passed)
        values = {"reminded_for": row["cancel_by"], "reminded_days": days}
        before = work.connection.execute(
            select(
                col(CarrierContract.reminded_for), col(CarrierContract.reminded_days)
            ).where(id_of(CarrierContract) == row["id"])
        ).one()
        if (
            before[0] == row["cancel_by"]
            and before[1] is not None
            and before[1] <= days
        ):
            continue
        change(work, CarrierContract, row["id"], values, action="remind")
        work.emit(
            CarrierNoticeDue(
                contract_id=row["id"],
                number=row["contract"],
                days=left,
                on=row["cancel_by"],
            )
        )
        told += 1
    return told


def calendar_of(
    rows: Iterable[Mapping[str, Any]],
    title: str,
    texts: Mapping[str, str],
    now: datetime,
) -> str:
    """Return an iCalendar feed of the last days to give notice.

    Args:
        rows: Of `list_exits`.
        title: Name of the calendar.
        texts: `event` with {contract} {provider}, `detail` with {ends_by} {lines}.
        now: When it is made.
    """
    lines = [
        "BEGIN:VCALENDAR",
        "VERSION:2.0",
        "PRODID:-//Purser//EN",
        "METHOD:PUBLISH",
        f"X-WR-CALNAME:{_escaped(title)}",
        f"NAME:{_escaped(title)}",
        "REFRESH-INTERVAL;VALUE=DURATION:P1D",
    ]
    for row in rows:
        if row["cancel_by"] is not None:
            lines += _event(row, texts, now)
    lines.append("END:VCALENDAR")
    return "".join(f"{piece}\r\n" for line in lines for piece in _folded(line))


def _event(
    row: Mapping[str, Any], texts: Mapping[str, str], now: datetime
) -> list[str]:
    day: date = row["cancel_by"]
    summary = _escaped(texts["event"].format_map(row))
    lines = [
        "BEGIN:VEVENT",
        f"UID:carrier-contract-{row['id']}-{day:%Y%m%d}@purser",
        f"DTSTAMP:{now:%Y%m%dT%H%M%SZ}",
        f"DTSTART;VALUE=DATE:{day:%Y%m%d}",
        f"DTEND;VALUE=DATE:{day + timedelta(days=1):%Y%m%d}",
        "TRANSP:TRANSPARENT",
        f"SUMMARY:{summary}",
        f"DESCRIPTION:{_escaped(texts['detail'].format_map(row))}",
    ]
    for days in REMINDERS:
        lines += [
            "BEGIN:VALARM",
            "ACTION:DISPLAY",
            f"DESCRIPTION:{summary}",
            f"TRIGGER:-P{days}D",
            "END:VALARM",
        ]
    return [*lines, "END:VEVENT"]


def _escaped(text: str) -> str:
    for mark in ("\\", ";", ","):
        text = text.replace(mark, f"\\{mark}")
    return text.replace("\r", "").replace("\n", "\\n")


def _folded(line: str) -> Sequence[str]:
    """Return a line in pieces of at most 75 octets (RFC 5545, 3.1)."""
    pieces, piece = [], ""
    for character in line:
        if len((piece + character).encode()) > 74:
            pieces.append(piece)
            piece = " "
        piece += character
    return [*pieces, piece]


def _costs(
    connection: Connection, today: date
) -> tuple[dict[int, int], dict[int, int]]:
    """Return what the lines of each contract cost this month, and their number."""
    line, charge = table_of(TelecomLine), table_of(RecurringCharge)
    live = col(TelecomLine.ended_on).is_(None)
    counted = (
        select(col(TelecomLine.contract_id), func.count())
        .where(col(TelecomLine.contract_id).is_not(None), live)
        .group_by(col(TelecomLine.contract_id))
    )
    lines = {number: count for number, count in connection.execute(counted) if number}
    query = (
        select(charge, col(TelecomLine.contract_id).label("contract_id"))
        .join(line, id_of(TelecomLine) == col(RecurringCharge.line_id))
        .where(col(TelecomLine.contract_id).is_not(None), live)
    )
    costs: dict[int, int] = defaultdict(int)
    for row in connection.execute(query).mappings():
        terms = ChargeTerms(
            row["amount_minor"],
            row["every_months"],
            Span(row["valid_from"], row["valid_to"]),
        )
        costs[row["contract_id"]] += amount_of(terms, month_of(today))
    return costs, lines
