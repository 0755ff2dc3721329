"""Random histories of assets in three books, and what every accountant expects of them.

The rules are those of the standards, not of the program: what is booked stays (IAS
8.42, books of account), what comes late is booked in the first open period, every
balance of the register is that of the ledger and of the roll-forward (IAS 16.73), and
what was reported of a closed period is reported again tomorrow.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime, timedelta
from functools import partial
from random import Random
from typing import Any

from sqlalchemy import Engine, func, select

from api.compose.rulebooks import accounting_rules
from inventory.accounting.books.book_state import book_state_of, postings_in_force
from inventory.accounting.books.capitalise import capitalise, record_event
from inventory.accounting.books.load import assets_of_book, schedule_in_book
from inventory.accounting.books.periods import create_book, period_rows, set_status
from inventory.accounting.model import events
from inventory.accounting.model.row_codec import row_to_text
from inventory.accounting.model.rows import Row
from inventory.accounting.posting.cost_split import CostShare
from inventory.accounting.posting.post import post_period
from inventory.accounting.posting.reverse import reverse
from inventory.accounting.tables import (
    AccountSum,
    AssetBook,
    JournalEntry,
    JournalLine,
    PostedRow,
    Posting,
)
from inventory.assets.register.registration import NewAsset
from inventory.assets.register.service import register_asset
from inventory.fixed_assets.asset_transfers import merge, split, transfer
from inventory.kernel.errors import InventoryError
from inventory.kernel.periods import Calendar, Period, fiscal_calendar, week_calendar
from inventory.people.tables import LegalEntity
from inventory.reports import report_named
from inventory.reports.sources import Sources
from inventory.storage.rows import add, col, id_of, table_of
from inventory.storage.work import UnitOfWork
from tests.inventory.accounting.random_facts import (
    COSTS,
    KINDS,
    TRANSFER,
    random_event,
    random_terms,
)

ACCOUNTS = replace(accounting_rules().accounts["computer"], transfer=TRANSFER)
FIRST = date(2024, 1, 1)


def _weeks(pattern: tuple[int, ...]) -> Calendar:
    start, years = date(2022, 1, 2), []
    for year in range(2022, 2040):
        end = start + timedelta(weeks=52)
        years.append((str(year), start, end))
        start = end
    return week_calendar(years, pattern=pattern)


MONTHS = {
    "A": fiscal_calendar(2022, 2039),
    "B": fiscal_calendar(2022, 2039, year_end_month=6),
    "C": fiscal_calendar(2022, 2039, year_end_month=3, months_per_period=3),
}
"""Calendar months, a fiscal year to June, and quarters of a fiscal year to March."""

WEEKS = {"A": _weeks((4, 4, 5)), "B": _weeks((5, 4, 4)), "C": _weeks((13,))}
"""4-4-5, 5-4-4 and quarters, in every third world: quarters end together."""

ABROAD = "D"
"""The book of another legal entity, with the periods of A."""


@dataclass
class Told:
    """What happened in a world.

    Attributes:
        breaches: Sentences of what no accountant may see.
        acts: Acts by kind.
        late: Events that took effect in a booked period.
        refused: Acts that a rule refused.
    """

    breaches: list[str] = field(default_factory=list)
    acts: Counter[str] = field(default_factory=Counter)
    late: int = 0
    events: int = 0
    refused: int = 0


class World:
    """Assets with random histories in three books, posted period by period.

    Args:
        engine: An empty database with all tables.
        seed: Of all that is random.
        assets: How many histories.
    """

    def __init__(self, engine: Engine, seed: int, assets: int) -> None:
        self.engine, self.random, self.told = engine, Random(seed), Told()
        self.moment = datetime(2024, 1, 1, tzinfo=UTC)
        self.numbers = 0
        self.waiting = assets
        self.calendars = WEEKS if seed % 3 == 0 else MONTHS
        self.calendars = {**self.calendars, ABROAD: self.calendars["A"]}
        self.live: list[int] = []
        self.seen: dict[tuple[str, str], list[tuple[str, list[Any]]]] = {}
        with self.work() as work:
            self.entity, abroad = (
                add(work, LegalEntity, {"code": code, "name": "E", "currency": "EUR"})
                for code in ("100", "200")
            )
            self.books = {
                code: create_book(
                    work,
                    code=code,
                    name=code,
                    legal_entity_id=abroad if code == ABROAD else self.entity,
                    currency="EUR",
                    calendar=calendar,
                )
                for code, calendar in self.calendars.items()
            }
        for code, book_id in self.books.items():
            for period in self.calendars[code].periods:
                if period.end <= FIRST:
                    with self.work() as work:
                        set_status(work, book_id, period.id, "closed", "before")

    def tick(self) -> datetime:
        """Return a later moment each time."""
        self.moment += timedelta(seconds=1)
        return self.moment

    @contextmanager
    def work(self) -> Iterator[UnitOfWork]:
        """Open a unit of work and commit it."""
        with UnitOfWork(self.engine, actor="test", clock=self.tick) as work:
            yield work
            work.commit()

    def attempt(self, kind: str, act: Callable[[UnitOfWork], object]) -> bool:
        """Do something; what a rule refuses is counted and leaves no trace."""
        try:
            with self.work() as work:
                act(work)
        except InventoryError:
            self.told.refused += 1
            return False
        self.told.acts[kind] += 1
        return True

    def name(self, kind: str) -> str:
        self.numbers += 1
        return f"{kind}-{self.numbers}"

    # --- what happens -------------------------------------------------------------

    def register(self, work: UnitOfWork, cost: int = 0) -> int:
        """Register a thing."""
        self.numbers += 1
        return register_asset(
            work,
            NewAsset(
                kind="computer",
                tag=f"T{self.numbers}",
                legal_entity_id=self.entity,
                since=FIRST,
            ),
        )

    def buy(self, day: date) -> None:
        """Capitalise an asset: a year late at most, or taken over half used."""
        late = self.random.choice([0, 0, self.random.randrange(360)])
        cost, made = self.random.choice(COSTS), list[int]()
        taken = self.random.random() < 0.1

        def act(work: UnitOfWork) -> None:
            asset_id = self.register(work)
            for code, book_id in self.books.items():
                if code == ABROAD:
                    continue
                in_service = day - timedelta(days=500 if taken else late)
                row_id = capitalise(
                    work,
                    asset_id=asset_id,
                    book_id=book_id,
                    asset_class="computer",
                    terms=random_terms(
                        self.random, in_service, cost, spread=code == "B"
                    ),
                    accounts=ACCOUNTS,
                )
                if taken:
                    self.take_over(work, row_id, code, cost)
            made.append(asset_id)

        kind = "late purchase" if late > 40 else "purchase"
        if self.attempt("taken over" if taken else kind, act):
            self.live += made
            self.waiting -= 1

    def take_over(self, work: UnitOfWork, row_id: int, code: str, cost: int) -> None:
        """Take over what another system has depreciated."""
        state = book_state_of(work.connection, self.books[code])
        start = next(
            period.start
            for period in state.calendar.periods
            if period.id not in state.locked
        )
        amount = self.random.randrange(cost // 2)
        opening = events.Opening(id="opening", effective=start, accumulated=amount)
        record_event(work, row_id, opening)

    def happen(self, today: date) -> None:
        """Let something happen to an asset in all its books."""
        if not self.live:
            return
        asset_id = self.random.choice(self.live)
        late = self.random.random() < 0.4
        day = today - timedelta(days=self.random.randrange(30, 300) if late else 0)
        posting = today if late and self.random.random() < 0.3 else None
        kind = self.random.choices(list(KINDS), list(KINDS.values()))[0]
        event = random_event(self.random, kind, self.name(kind), day, posting)
        for row_id in self.rows_of(asset_id):
            if self.attempt(kind, partial(self.record, row_id, event)):
                self.told.events += 1
                self.told.late += late
                self.told.acts["with a posting date"] += posting is not None
                if self.random.random() < 0.15:
                    self.cancel(row_id, event, day)

    def record(self, row_id: int, event: events.Event, work: UnitOfWork) -> None:
        """Record an event of an asset in a book."""
        record_event(work, row_id, event)

    def cancel(self, row_id: int, event: events.Event, day: date) -> None:
        """Take an event back."""
        cancel = events.Cancel(id=self.name("cancel"), effective=day, of=event.id)
        self.attempt("cancel", partial(self.record, row_id, cancel))

    def rows_of(self, asset_id: int) -> list[int]:
        with self.engine.connect() as connection:
            query = select(id_of(AssetBook)).where(col(AssetBook.asset_id) == asset_id)
            return list(connection.execute(query).scalars())

    def move(self, last: date) -> None:
        """Split an asset, merge it into another, or move it to the other entity."""
        if not self.live:
            return
        asset_id = self.random.choice(self.live)
        kind = self.random.choice(["split", "split", "merge", "transfer"])
        if kind == "split":
            parts: list[int] = []

            def divide(work: UnitOfWork) -> None:
                parts[:] = [self.register(work) for _ in range(2)]
                weights = [(part, self.random.randrange(1, 5)) for part in parts]
                split(work, asset_id, weights, last)

            if self.attempt(kind, divide):
                self.live += parts  # what is told of the whole is still to be refused
        elif kind == "merge":
            into = self.random.choice(self.live)
            self.attempt(kind, lambda work: merge(work, asset_id, into, last))
        else:
            self.attempt(kind, lambda work: transfer(work, asset_id, "A", ABROAD, last))

    # --- posting, and what is expected of it --------------------------------------

    def shares(self, ids: Any, calendar: Calendar, key: str) -> Any:  # noqa: ANN401
        return {
            number: [
                CostShare("4100", 400_000, date(2000, 1, 1)),
                CostShare("4200", 600_000, date(2000, 1, 1)),
            ]
            for number in ids
        }

    def post(self, code: str, period: Period) -> None:
        """Post a period; sometimes take it back once, sometimes close or lock."""
        book_id = self.books[code]
        with self.work() as work:
            done = post_period(work, book_id, period.id, self.shares)
        if self.random.random() < 0.1:
            with self.work() as work:
                reverse(work, done.posting_id, "again")
            self.told.acts["reversal"] += 1
            self.happen(period.last)
            with self.work() as work:
                post_period(work, book_id, period.id, self.shares)
        if self.random.random() < 0.3:
            status = self.random.choice(["closed", "locked"])
            self.attempt(status, partial(self.close, book_id, period, status))

    def close(self, book_id: int, last: Period, status: str, work: UnitOfWork) -> None:
        """Close or lock all open periods up to one."""
        for row in period_rows(work.connection, book_id):
            if row["status"] == "open" and row["starts_on"] <= last.start:
                set_status(work, book_id, row["key"], status, "")

    def breach(self, code: str, period: Period, what: str) -> None:
        self.told.breaches.append(f"{code} {period.id}: {what}")

    def check_rows(self, code: str, period: Period) -> None:
        """Booked rows come back byte for byte, and every row foots."""
        query = (
            select(col(PostedRow.asset_book_id), col(PostedRow.row))
            .join(Posting, id_of(Posting) == col(PostedRow.posting_id))
            .where(
                col(Posting.book_id) == self.books[code],
                id_of(Posting).in_(postings_in_force()),
            )
            .order_by(col(PostedRow.asset_book_id), col(PostedRow.starts_on))
        )
        with self.engine.connect() as connection:
            booked: dict[int, list[str]] = {}
            for number, text in connection.execute(query):
                booked.setdefault(number, []).append(text)
            state = book_state_of(connection, self.books[code])
            for chunk in assets_of_book(connection, self.books[code]):
                for asset in chunk:
                    rows = schedule_in_book(asset, state).rows
                    texts = [row_to_text(row) for row in rows if row.posted]
                    if texts != booked.get(asset.id, []):
                        self.breach(code, period, f"rows of {asset.id} changed")
                    self.check_life(code, period, asset.id, rows)

    def check_life(
        self, code: str, period: Period, number: int, rows: Sequence[Row]
    ) -> None:
        """Rows foot, open as the one before closed, and none moves too early."""
        opening = None
        for row in rows:
            if not row.foots:
                self.breach(code, period, f"{number} {row.period} foots not")
            if opening not in (None, row.opening):
                self.breach(code, period, f"{number} {row.period} opens amiss")
            opening = row.closing
            if row.change and not row.posted and row.end <= period.end:
                self.breach(code, period, f"{number} moves before the open period")

    def check_transfers(self, month: Period) -> None:
        """What left one asset at book value came into another, to the cent."""
        query = (
            select(col(Posting.book_id), func.sum(col(JournalLine.amount_minor)))
            .select_from(table_of(JournalLine))
            .join(
                table_of(JournalEntry), id_of(JournalEntry) == col(JournalLine.entry_id)
            )
            .join(table_of(Posting), id_of(Posting) == col(JournalEntry.posting_id))
            .where(col(JournalLine.account) == TRANSFER)
            .group_by(col(Posting.book_id))
        )
        with self.engine.connect() as connection:
            left = {key: value for key, value in connection.execute(query)}
        of = {code: left.get(number, 0) for code, number in self.books.items()}
        for codes in ("B", "C", "A" + ABROAD):
            if sum(of[code] for code in codes):
                self.breach(codes, month, f"{sum(of[c] for c in codes)} got lost")

    def check_sums(self, month: Period) -> None:
        """The sums of accounts are those of the lines."""
        amount = col(JournalLine.amount_minor)
        place = (
            col(Posting.book_id),
            col(JournalLine.account),
            col(JournalLine.cost_centre),
        )
        lines = (
            select(*place, func.sum(amount), func.sum(func.abs(amount)))
            .select_from(table_of(JournalLine))
            .join(
                table_of(JournalEntry),
                id_of(JournalEntry) == col(JournalLine.entry_id),
            )
            .join(table_of(Posting), id_of(Posting) == col(JournalEntry.posting_id))
            .group_by(*place)
        )
        debit, credit = col(AccountSum.debit_minor), col(AccountSum.credit_minor)
        kept = select(
            col(AccountSum.book_id),
            col(AccountSum.account),
            col(AccountSum.cost_centre),
            debit - credit,
            debit + credit,
        )
        with self.engine.connect() as connection:
            if set(connection.execute(lines)) != set(connection.execute(kept)):
                self.breach("*", month, "sums of accounts are not those of the lines")

    def reports(self, code: str, period: Period) -> list[Any]:
        """Return what reports print of a period: its end, and a day inside it."""
        middle = period.start + timedelta(days=period.days // 2)
        with self.engine.connect() as connection:
            sources = Sources(connection, period.last, accounting_rules())
            given = [
                ("register", {"as_of": period.last.isoformat(), "include": "all"}),
                ("register", {"as_of": middle.isoformat(), "include": "all"}),
                ("reconciliation", {"as_of": period.last.isoformat()}),
                ("roll-forward", {"from": period.year, "to": period.id}),
                ("depreciation", {"from": period.id, "to": period.id}),
            ]
            made = []
            for name, parameters in given:
                report = report_named(name)
                values = report.read({"book": code, **parameters})
                rows = [dict(row) for row in report.rows(sources, values)]
                for row in rows:  # plans may change
                    row.pop("depreciated_until", None)
                    row.pop("life_months", None)
                made.append((name, rows))
            return made

    def check_reports(self, code: str, period: Period) -> None:
        """Register, journal and roll-forward are one; what was printed stays."""
        made = self.reports(code, period)
        for name, rows in made:
            if any(row.get("difference") for row in rows):
                self.breach(code, period, f"{name} differs from the journal")
            if not all(row.get("foots", True) for row in rows):
                self.breach(code, period, f"{name} does not foot")
        self.seen[code, period.id] = made
        known = [key for key in self.seen if key[0] == code]
        calendar = {one.id: one for one in self.calendars[code].periods}
        for _, key in self.random.sample(known, min(1, len(known))):
            again = self.reports(code, calendar[key])
            for (name, before), (_, after) in zip(
                self.seen[code, key], again, strict=True
            ):
                if before != after:
                    gone = [row for row in before if row not in after]
                    came = [row for row in after if row not in before]
                    what = f"{name} prints other figures: {gone} is {came}"
                    self.breach(code, calendar[key], what)

    def run(self, periods: int, every: int = 1) -> Told:
        """Live through some periods of each book.

        Args:
            periods: How many.
            every: All is checked after so many periods.
        """
        months = [p for p in self.calendars["A"].periods if p.start >= FIRST][:periods]
        for number, month in enumerate(months):
            share = -(-self.waiting // max(1, 2 * (periods // 3) - number))
            self.live_through(month, share if self.waiting > 0 else 0)
            checked = number % every == every - 1
            for code in self.books:
                self.post_due(code, month, checked)
            if checked:
                self.check_transfers(month)
                self.check_sums(month)
        return self.told

    def live_through(self, month: Period, purchases: int) -> None:
        """Let things be bought, change and move in a month."""
        for _ in range(purchases):
            self.buy(month.start + timedelta(days=self.random.randrange(28)))
        for _ in range(2):
            self.happen(month.start + timedelta(days=self.random.randrange(28)))
        ends = {one.at(month.last).last for one in self.calendars.values()}
        if ends == {month.last}:
            for _ in range(2):
                self.move(month.last)

    def post_due(self, code: str, month: Period, checked: bool) -> None:
        """Post the periods of a book that end with a month."""
        with self.engine.connect() as connection:
            state = book_state_of(connection, self.books[code])
        for period in self.calendars[code].periods:
            if FIRST < period.end <= month.end and period.id not in state.locked:
                self.post(code, period)
                if checked:
                    self.check_rows(code, period)
                    self.check_reports(code, period)
