"""Random histories that also lease, build, buy by parts and pool; see `histories`.

What is expected on top: the liability of every lease is what the ledger shows (IFRS
16.47), a cost that is gathered is in the ledger until it moves to its class, and a year
of a pool that was declared stays, while the years after it carry on from it.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from fractions import Fraction
from functools import partial
from typing import Any

from sqlalchemy import Connection, func, select

from api.compose.rulebooks import accounting_rules
from inventory.accounting.books.capitalise import capitalise
from inventory.accounting.books.periods import calendar_of_book
from inventory.accounting.leases.load import leases_where
from inventory.accounting.leases.measure import (
    LeaseTerms,
    Treatment,
    regular_payments,
)
from inventory.accounting.leases.tables import Lease
from inventory.accounting.model.terms import DepreciationTerms
from inventory.accounting.pools.load import pools_of_book
from inventory.accounting.pools.years import Claims, YearResult, years_of
from inventory.accounting.tables import (
    AssetBook,
    Component,
    JournalEntry,
    JournalLine,
    Pool,
    Posting,
)
from inventory.fixed_assets.components import Part, componentise, replace_part
from inventory.fixed_assets.constructions import (
    begin_construction,
    complete_construction,
    gather_cost,
)
from inventory.fixed_assets.leases import (
    LeaseModification,
    LeaseRequest,
    change_lease,
    end_lease,
    take_lease,
)
from inventory.fixed_assets.tax.pools import declare_year
from inventory.kernel.periods import Period
from inventory.queries.money.books import book_of
from inventory.storage.rows import col, id_of, table_of
from inventory.storage.work import UnitOfWork
from tests.inventory.accounting.histories import ACCOUNTS, World
from tests.inventory.accounting.random_facts import TRANSFER

CODES = ("A", "B", "C")
_SITE = accounting_rules()
RULES = replace(
    _SITE,
    accounts={
        name: replace(one, transfer=TRANSFER) for name, one in _SITE.accounts.items()
    },
    classes={
        **_SITE.classes,
        **{("computer", code): _SITE.classes["computer", "IFRS"] for code in CODES},
    },
)
"""Those of the site, for the books of a world."""

LIABILITY = RULES.accounts["right-of-use"].lease_liability
POOLED = ("uk-main-corporation", "uk-special-corporation")


class WholeWorld(World):
    """A world with leases, constructions, components and pools."""

    building: list[int]
    wholes: list[int]
    declared: dict[int, dict[str, YearResult]]

    def live_through(self, month: Period, purchases: int) -> None:
        """Let everything happen that happens in a month."""
        self.building = getattr(self, "building", [])
        self.declared = getattr(self, "declared", {})
        self.moment = max(
            self.moment, datetime.combine(month.last, time(), self.moment.tzinfo)
        )
        super().live_through(month, purchases)
        day = month.start + timedelta(days=self.random.randrange(28))
        acts = (
            (0.25, self.lease),
            (0.25, self.change_a_lease),
            (0.2, self.begin_building),
            (0.5, self.build_on),
            (0.2, self.buy_by_parts),
            (0.15, self.replace_a_part),
            (0.3, self.pool),
        )
        for share, act in acts:
            if self.random.random() < share:
                act(day)
        if month.id[-2:] in ("03", "P03"):
            self.declare(month.last)

    def lease(self, day: date) -> None:
        """Take a lease into each book, sometimes long after it began."""
        late = self.random.choice([0, 0, 45, 200])
        begins = day - timedelta(days=late)
        months = self.random.choice([6, 12, 24, 36])
        advance = self.random.random() < 0.5
        terms = LeaseTerms(
            commences=begins,
            months=months,
            payments=regular_payments(
                begins,
                months,
                self.random.choice([99_99, 250_00]),
                1,
                in_advance=advance,
            ),
            rate=Decimal(self.random.choice(["0", "0.045", "0.06"])),
            direct_costs=self.random.choice([0, 50_00]),
            treatment=self.random.choice(
                [*[Treatment.RIGHT_OF_USE] * 3, Treatment.LOW_VALUE]
            ),
        )

        def act(work: UnitOfWork) -> None:
            asset_id = self.register(work)
            for code in CODES:
                asked = LeaseRequest(
                    asset_id=asset_id,
                    book=str(self.books[code]),
                    reference=self.name("L"),
                    terms=terms,
                )
                take_lease(work, RULES, asked)

        self.attempt("late lease" if late else "lease", act)

    def change_a_lease(self, day: date) -> None:
        """Remeasure a lease, give a part of it up, or end it."""
        with self.engine.connect() as connection:
            ids = list(connection.execute(select(id_of(Lease))).scalars())
        if not ids:
            return
        lease_id = self.random.choice(ids)
        if self.random.random() < 0.3:
            end = partial(end_lease, lease_id=lease_id, last=day, reason="over")
            self.attempt("lease ended", end)
            return
        asked = LeaseModification(
            effective=day,
            rate=Decimal(self.random.choice(["0.03", "0.07"])),
            given_up=Fraction(self.random.choice([0, 0, 1]), 3),
            reason="agreed",
        )
        self.attempt("lease changed", lambda work: change_lease(work, lease_id, asked))

    def begin_building(self, day: date) -> None:
        """Let each book gather the cost of something."""
        rows: list[int] = []

        def act(work: UnitOfWork) -> None:
            asset_id = self.register(work)
            for code in CODES:
                book = str(self.books[code])
                rows.append(
                    begin_construction(work, RULES, asset_id, book, day, "computer")
                )

        if self.attempt("construction", act):
            self.building += rows

    def build_on(self, day: date) -> None:
        """Add a cost, a credit note, or put it into service."""
        if not self.building:
            return
        row_id = self.random.choice(self.building)
        day -= timedelta(days=self.random.choice([0, 0, 40]))
        if self.random.random() < 0.3:
            done = partial(
                complete_construction,
                rules=RULES,
                row_id=row_id,
                day=day,
                asset_class="computer",
            )
            if self.attempt("completed", done):
                self.building.remove(row_id)
            return
        amount = self.random.choice([500_00, 1_234_56, -99_99])
        document = self.name("R")
        self.attempt(
            "gathered", lambda work: gather_cost(work, row_id, document, day, amount)
        )

    def buy_by_parts(self, day: date) -> None:
        """Capitalise something as its parts."""
        late = self.random.choice([0, 0, 120])
        parts = [
            Part(name="frame", cost=900_00, asset_class="computer", life_months=60),
            Part(name="fan", cost=100_01, asset_class="computer", life_months=12),
        ]
        came: list[int] = []

        def act(work: UnitOfWork) -> None:
            whole = self.register(work)
            books = [book_of(work.connection, str(self.books[c])) for c in CODES]
            begins = day - timedelta(days=late)
            came[:] = componentise(work, RULES, whole, books, parts, begins)

        if self.attempt("by parts", act):
            self.live += came

    def replace_a_part(self, day: date) -> None:
        """Put a new part in the place of an old one."""
        with self.engine.connect() as connection:
            query = select(id_of(Component)).where(col(Component.replaced_on).is_(None))
            ids = list(connection.execute(query).scalars())
        if ids:
            new = Part(name="fan", cost=120_00, asset_class="computer", life_months=24)
            number = self.random.choice(ids)
            act = partial(
                replace_part, rules=RULES, component_id=number, new=new, on=day
            )
            self.attempt("part replaced", act)

    def pool(self, day: date) -> None:
        """Buy something that book C pools; what happens to it happens to the pool."""
        params: dict[str, Any] = {"pool": self.random.choice(POOLED)}
        if self.random.random() < 0.5:
            params["first-year"] = True
        late = self.random.choice([0, 0, 300])
        terms = DepreciationTerms(
            cost=self.random.choice([400_00, 5_000_00]),
            in_service=day - timedelta(days=late),
            method="pooled",
            params=params,
        )
        made: list[int] = []

        def act(work: UnitOfWork) -> None:
            asset_id = self.register(work)
            capitalise(
                work,
                asset_id=asset_id,
                book_id=self.books["C"],
                asset_class="computer",
                terms=terms,
                accounts=ACCOUNTS,
            )
            made.append(asset_id)

        if self.attempt("late into a pool" if late else "into a pool", act):
            self.live += made

    def declare(self, today: date) -> None:
        """Declare the next year of each pool, as far as it has ended."""
        with self.engine.connect() as connection:
            calendar = calendar_of_book(connection, self.books["C"])
            ids = list(connection.execute(select(id_of(Pool))).scalars())
        for pool_id in ids:
            for year in calendar.years:
                act = partial(
                    declare_year,
                    rules=RULES,
                    pool_id=pool_id,
                    year=year,
                    claims=Claims(by_rate=self.random.choice([None, 10_00])),
                    today=today + timedelta(days=1),
                )
                known = self.declared.setdefault(pool_id, {})
                if year not in known and self.attempt("declared", act):
                    self.read_pools()

    def read_pools(self) -> None:
        """Remember what was declared, and tell what has changed since."""
        with self.engine.connect() as connection:
            for pool, years in self.pool_years(connection):
                known = self.declared.setdefault(pool, {})
                for year in years:
                    if year.declared and known.setdefault(year.year, year) != year:
                        self.told.breaches.append(f"pool {pool} {year.year} changed")

    def pool_years(
        self, connection: Connection
    ) -> Iterator[tuple[int, list[YearResult]]]:
        pools = pools_of_book(connection, self.books["C"])
        calendar = calendar_of_book(connection, self.books["C"])
        last = calendar.at(self.moment.date()).year
        yield from years_of(pools, calendar, RULES.limits, last).items()

    def check_sums(self, month: Period) -> None:
        """Also: leases as in the ledger, and pools that carry on."""
        super().check_sums(month)
        self.read_pools()
        with self.engine.connect() as connection:
            for code in CODES:
                if self.calendars[code].at(month.last).last == month.last:
                    self.check_leases(connection, code, month)
            for pool, years in self.pool_years(connection):
                self.check_pool(pool, years)
                moved = next(
                    one
                    for one in pools_of_book(connection, self.books["C"])
                    if one.id == pool
                ).movements
                end = (
                    self.calendars["C"].year_span(years[-1].year)[1] if years else None
                )
                whole = sum(one.amount for one in moved if end and one.on < end)
                told = sum(y.additions + y.earlier - y.disposals for y in years)
                if whole != told:
                    self.told.breaches.append(f"pool {pool}: {told} moved, not {whole}")

    def check_pool(self, pool: int, years: list[YearResult]) -> None:
        """Each year foots, and opens where the one before closed."""
        before = 0
        for year in years:
            moved = year.additions + year.earlier - year.at_once - year.disposals
            closing = year.opening + moved - year.allowance + year.charge
            if (year.opening, year.closing) != (before, closing):
                self.told.breaches.append(f"pool {pool} {year.year} does not foot")
            before = year.closing

    def check_leases(self, connection: Connection, code: str, month: Period) -> None:
        """The liability of the leases of a book is what its ledger shows."""
        query = (
            select(func.coalesce(func.sum(col(JournalLine.amount_minor)), 0))
            .select_from(table_of(JournalLine))
            .join(
                table_of(JournalEntry), id_of(JournalEntry) == col(JournalLine.entry_id)
            )
            .join(table_of(Posting), id_of(Posting) == col(JournalEntry.posting_id))
            .where(
                col(Posting.book_id) == self.books[code],
                col(JournalLine.account) == LIABILITY,
            )
        )
        ledger = int(connection.execute(query).scalar_one())
        owed = sum(
            lease.measured.liability(month.end)
            for lease in leases_where(
                connection, col(AssetBook.book_id) == self.books[code]
            )
            if lease.measured.terms.treatment is Treatment.RIGHT_OF_USE
            and lease.measured.terms.commences < month.end
        )
        if -ledger != owed:
            self.breach(code, month, f"leases owe {owed}, the ledger shows {-ledger}")
