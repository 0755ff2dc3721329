"""Lines, SIMs and numbers that are paid for nobody: their cost and the way out.

What is found follows from the estate, people and invoices on a day; nothing of it is
stored, so it is gone once it is mended. Imports `estate`, `people` and `billing`.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping
from datetime import date
from typing import Any

from sqlalchemy import Connection, func, select

from inventory.kernel.spans import Span
from inventory.people.tables import Employment, Person
from inventory.storage.rows import Row, col, id_of, table_of
from inventory.telecom.billing.charge_types import ChargeTypes
from inventory.telecom.billing.charging import ChargeTerms, amount_of, month_of
from inventory.telecom.estate.agreements import terms_of
from inventory.telecom.estate.charge_tables import RecurringCharge
from inventory.telecom.estate.invoice_tables import CarrierInvoice, CarrierInvoiceLine
from inventory.telecom.estate.line_states import LineStates
from inventory.telecom.estate.notice import exit_of
from inventory.telecom.estate.ranges import size_of
from inventory.telecom.estate.tables import (
    CarrierContract,
    LineAssignment,
    NumberRange,
    ProviderAccount,
    SimCard,
    TelecomLine,
)
from inventory.telecom.tables import NumberExtension, PhoneNumber
from inventory.telecom_expense.idle import find_idle
from inventory.telecom_expense.seen_sims import find_seen_sims
from inventory.telecom_expense.waste_found import (
    LEAVER,
    LOOSE_SIM,
    NO_ACCOUNT,
    NO_SIM,
    NO_USAGE,
    NOBODY,
    UNUSED_RANGE,
    Found,
)

INVOICES = 3
"""Invoices of an account without usage of a line, before it counts as unused."""

_LINE = table_of(TelecomLine)
_HELD = table_of(LineAssignment)
_SIM = table_of(SimCard)
_ACCOUNT = table_of(ProviderAccount)


def find_waste(
    connection: Connection, states: LineStates, types: ChargeTypes, today: date
) -> list[dict[str, Any]]:
    """Return what is paid for nobody on a day, as rows.

    Args:
        connection: Where to look.
        states: States of lines; those that are paid count.
        types: Kinds of charges; usage counts.
        today: The day.
    """
    look = _Look(connection, states, types, today)
    found = [
        *look.lines(),
        *look.loose_sims(),
        *look.unused_ranges(),
    ]
    told = {one.line_id for one in found}
    found += find_seen_sims(connection, look.accounts, today)
    found += [
        one
        for one in find_idle(connection, look.accounts, look.monthly, today)
        if one.line_id is None or one.line_id not in told
    ]
    contracts = _contracts(connection)
    people = _names(connection, {one.person_id for one in found if one.person_id})
    return [_row(one, contracts, people, today) for one in found]


def _row(
    one: Found, contracts: Mapping[int, Row], people: Mapping[int, str], today: date
) -> dict[str, Any]:
    contract = contracts.get(one.contract_id or 0)
    way_out = exit_of(terms_of(contract), today) if contract else None
    return {
        "kind": one.kind,
        "about": one.about,
        "line_id": one.line_id,
        "account": one.account["number"],
        "person_id": one.person_id,
        "person": people.get(one.person_id or 0),
        "since": one.since,
        "monthly_minor": one.monthly,
        "currency": one.account["currency"],
        "contract": contract["number"] if contract else None,
        "cancel_by": way_out.cancel_by if way_out else None,
        "ends_by": way_out.ends_on if way_out else None,
    }


class _Look:
    """Everything that decides, read in a few statements."""

    def __init__(
        self,
        connection: Connection,
        states: LineStates,
        types: ChargeTypes,
        today: date,
    ) -> None:
        self.connection, self.types, self.today = connection, types, today
        rows = connection.execute(select(_ACCOUNT)).mappings()
        self.accounts = {row["id"]: dict(row) for row in rows}
        paid = select(_LINE).where(col(TelecomLine.state).in_(states.paid()))
        self.paid = [
            dict(row)
            for row in connection.execute(paid.order_by(_LINE.c.id)).mappings()
        ]
        self.monthly = self._monthly()

    def lines(self) -> Iterator[Found]:
        """Yield lines that nobody has, of leavers, without usage or without a SIM."""
        held, last = self._held()
        gone = self._gone({row["person_id"] for row in held.values()})
        idle = self._without_usage()
        with_sim = set(
            self.connection.execute(
                select(col(SimCard.line_id)).where(col(SimCard.line_id).is_not(None))
            ).scalars()
        )
        for line in self.paid:
            number = line["id"]
            if number not in held:
                before = last.get(number, {})
                since = before.get("valid_to") or line["active_from"]
                person = before.get("person_id")
                yield self._found(NOBODY, line, since, person)
            elif (person := held[number]["person_id"]) in gone:
                yield self._found(LEAVER, line, gone[person], person)
            elif number in idle:
                yield self._found(NO_USAGE, line, idle[number], person)
            elif line["kind"] == "mobile" and number not in with_sim:
                yield self._found(NO_SIM, line, line["active_from"], person)

    def loose_sims(self) -> Iterator[Found]:
        """Yield SIMs that are active and open no line."""
        query = select(_SIM).where(
            col(SimCard.line_id).is_(None),
            col(SimCard.state).in_(("active", "suspended")),
        )
        for row in self.connection.execute(query.order_by(_SIM.c.id)).mappings():
            account = self.accounts.get(row["account_id"])
            if account is not None:
                yield Found(LOOSE_SIM, row["iccid"], account=account)

    def unused_ranges(self) -> Iterator[Found]:
        """Yield ranges of which no number is on a line or leads to an extension."""
        table = table_of(NumberRange)
        query = select(table).where(col(NumberRange.returned_on).is_(None))
        for row in self.connection.execute(query.order_by(table.c.id)).mappings():
            account = self.accounts.get(row["account_id"])
            if account is None or self._in_use(row["first"], row["last"]):
                continue
            about = (
                f"{row['first']} - {row['last']} ({size_of(row['first'], row['last'])})"
            )
            yield Found(
                UNUSED_RANGE, about, account=account, contract_id=row["contract_id"]
            )

    def _found(
        self, kind: str, line: Row, since: date | None, person: int | None
    ) -> Found:
        label = line["e164"] or line["circuit_id"]
        about = f"{line['name']} {label}" if label else line["name"]
        return Found(
            kind,
            about,
            line_id=line["id"],
            account=self.accounts.get(line["account_id"], NO_ACCOUNT),
            contract_id=line["contract_id"],
            monthly=self.monthly.get(line["id"], 0),
            since=since,
            person_id=person,
        )

    def _monthly(self) -> dict[int, int]:
        table, month = table_of(RecurringCharge), month_of(self.today)
        query = select(table).where(
            col(RecurringCharge.line_id).is_not(None),
            col(RecurringCharge.valid_from) <= self.today,
            func.coalesce(col(RecurringCharge.valid_to), date.max) > self.today,
        )
        found: dict[int, int] = defaultdict(int)
        for row in self.connection.execute(query).mappings():
            span = Span(row["valid_from"], row["valid_to"])
            terms = ChargeTerms(row["amount_minor"], row["every_months"], span)
            found[row["line_id"]] += amount_of(terms, month)
        return found

    def _held(self) -> tuple[dict[int, Row], dict[int, Row]]:
        """Return who has a line now, and who had it last, by line."""
        held: dict[int, Row] = {}
        last: dict[int, Row] = {}
        query = select(
            *(_HELD.c[n] for n in ("line_id", "role", "person_id", "valid_to"))
        ).order_by(_HELD.c.id)
        for row in self.connection.execute(query).mappings():
            if row["valid_to"] is None or row["valid_to"] > self.today:
                if row["line_id"] not in held or row["role"] == "person":
                    held[row["line_id"]] = dict(row)
            elif row["role"] == "person":
                last[row["line_id"]] = dict(row)
        return held, last

    def _gone(self, people: set[int | None]) -> dict[int | None, date]:
        """Return who of some people left, and when."""
        start, end = col(Employment.valid_from), col(Employment.valid_to)
        last = func.max(func.coalesce(end, date.max))
        query = (
            select(col(Employment.person_id), last, func.min(start))
            .where(func.coalesce(end, date.max) >= start)
            .group_by(col(Employment.person_id))
        )
        return {
            person: _day(until)
            for person, until, _ in self.connection.execute(query)
            if person in people and _day(until) <= self.today
        }

    def _without_usage(self) -> dict[int, date]:
        """Return lines without usage in the last invoices, and since when."""
        invoice, line = table_of(CarrierInvoice), table_of(CarrierInvoiceLine)
        query = select(
            id_of(CarrierInvoice),
            col(CarrierInvoice.account_id),
            col(CarrierInvoice.first_day),
        ).order_by(col(CarrierInvoice.last_day).desc(), invoice.c.id)
        by_account: dict[int, list[tuple[int, date]]] = defaultdict(list)
        for number, account, first in self.connection.execute(query):
            if len(by_account[account]) < INVOICES:
                by_account[account].append((number, first))
        usage = [n for n, one in self.types.types.items() if one.kind == "usage"]
        used: dict[int, set[int]] = defaultdict(set)
        lines = select(line.c.invoice_id, line.c.line_id).where(
            line.c.charge_type.in_(usage), line.c.line_id.is_not(None)
        )
        for number, line_id in self.connection.execute(lines):
            used[number].add(line_id)
        idle: dict[int, date] = {}
        for account, some in by_account.items():
            told = [number for number, _ in some if used[number]]
            if len(some) < INVOICES or len(told) < INVOICES:
                continue
            busy = set().union(*(used[number] for number in told))
            first = min(day for _, day in some)
            idle |= {
                row["id"]: first
                for row in self.paid
                if row["account_id"] == account
                and row["id"] not in busy
                and row["active_from"] is not None
                and row["active_from"] <= first
            }
        return idle

    def _in_use(self, first: str, last: str) -> bool:
        def within(column: Any) -> Any:  # noqa: ANN401 - a column
            return (func.length(column) == len(first)) & column.between(first, last)

        line = select(_LINE.c.id).where(
            within(col(TelecomLine.e164)), col(TelecomLine.ended_on).is_(None)
        )
        number = table_of(PhoneNumber)
        led = (
            select(number.c.id)
            .join(
                table_of(NumberExtension),
                col(NumberExtension.number_id) == id_of(PhoneNumber),
            )
            .where(
                within(col(PhoneNumber.e164)),
                col(NumberExtension.valid_to).is_(None),
            )
        )
        return any(
            self.connection.execute(one.limit(1)).first() is not None
            for one in (line, led)
        )


def _day(value: date | str | None) -> date:
    """Return a day of an aggregate: SQLite answers text."""
    if value is None:
        return date.max
    return value if isinstance(value, date) else date.fromisoformat(value[:10])


def _contracts(connection: Connection) -> dict[int, Row]:
    rows = connection.execute(select(table_of(CarrierContract))).mappings()
    return {row["id"]: dict(row) for row in rows}


def _names(connection: Connection, people: set[int]) -> dict[int, str]:
    columns = table_of(Person).c
    query = select(columns.id, columns.given_name, columns.family_name)
    return {
        number: f"{given or ''} {family or ''}".strip()
        for number, given, family in connection.execute(query)
        if number in people
    }
