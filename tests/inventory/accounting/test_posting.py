"""Periods are booked whole, once, and never edited; on both databases."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from datetime import date, datetime
from fractions import Fraction

import pytest
from sqlalchemy import Connection, Engine, func, select, text
from sqlalchemy.exc import DBAPIError

from inventory.accounting.books.capitalise import capitalise, record_event
from inventory.accounting.books.load import schedule_of
from inventory.accounting.books.periods import create_book, set_status
from inventory.accounting.model.events import AddCost, Cancel, Dispose
from inventory.accounting.model.journal import Accounts
from inventory.accounting.model.terms import Conventions, DepreciationTerms
from inventory.accounting.posting.cost_split import CostShare
from inventory.accounting.posting.post import NotPosted, post_period
from inventory.accounting.posting.reverse import reverse
from inventory.accounting.tables import JournalEntry, JournalLine, PostedRow, Posting
from inventory.assets.register.registration import NewAsset
from inventory.assets.register.service import register_asset
from inventory.kernel.errors import Conflict, Invalid, NotAllowed
from inventory.kernel.periods import Calendar, fiscal_calendar
from inventory.people.tables import LegalEntity
from inventory.storage.rows import add, col, id_of, table_of
from inventory.storage.work import UnitOfWork

CALENDAR = fiscal_calendar(2026, 2032)
ACCOUNTS = Accounts(
    asset="1500",
    accumulated="1590",
    expense="6500",
    clearing="2100",
    proceeds="1100",
    impairment="1595",
    impairment_loss="6510",
    impairment_reversal="4510",
    surplus="3200",
    revaluation_result="6520",
    retained="3300",
    gain="4500",
    loss="6530",
)
_LINE, _ENTRY = table_of(JournalLine), table_of(JournalEntry)
_ROW, _POSTING = table_of(PostedRow), table_of(Posting)

Clock = Callable[[], datetime]


def nobody(
    ids: Collection[int], calendar: Calendar, key: str
) -> Mapping[int, Sequence[CostShare]]:
    """Let one cost centre bear everything."""
    return {number: [CostShare("4100", 1_000_000, date(2020, 1, 1))] for number in ids}


class Books:
    """A legal entity with one book and some laptops in it."""

    def __init__(self, engine: Engine, clock: Clock) -> None:
        self.engine, self.clock = engine, clock
        with self.work() as work:
            entity = add(
                work,
                LegalEntity,
                {"code": "100", "name": "Example", "currency": "EUR"},
            )
            self.book = create_book(
                work,
                code="IFRS",
                name="Group accounts",
                legal_entity_id=entity,
                currency="EUR",
                calendar=CALENDAR,
            )
            work.commit()

    def work(self) -> UnitOfWork:
        """Begin a unit of work."""
        return UnitOfWork(self.engine, actor="test", clock=self.clock)

    def laptop(self, tag: str, cost: int = 120000, since: str = "2026-01-10") -> int:
        """Capitalise a laptop over 36 months; return its row in the book."""
        with self.work() as work:
            asset = register_asset(
                work,
                NewAsset(
                    kind="computer", tag=tag, state="in_stock", since=date(2026, 1, 1)
                ),
            )
            row = capitalise(
                work,
                asset_id=asset,
                book_id=self.book,
                asset_class="computers",
                terms=DepreciationTerms(
                    cost=cost,
                    in_service=date.fromisoformat(since),
                    life_months=36,
                    conventions=Conventions(),
                ),
                accounts=ACCOUNTS,
            )
            work.commit()
        return row

    def post(self, key: str) -> int:
        """Post a period; return the posting's id."""
        with self.work() as work:
            report = post_period(work, self.book, key, nobody)
            work.commit()
        return report.posting_id

    def read(self) -> Connection:
        """Return a connection for looking."""
        return self.engine.connect()

    def balance(self, account: str) -> int:
        """Sum an account over all entries."""
        with self.read() as connection:
            query = select(func.sum(col(JournalLine.amount_minor))).where(
                col(JournalLine.account) == account
            )
            return int(connection.execute(query).scalar() or 0)

    def count(self) -> tuple[int, ...]:
        """Count postings, rows, entries and lines."""
        with self.read() as connection:
            return tuple(
                connection.execute(select(func.count()).select_from(t)).scalar_one()
                for t in (_POSTING, _ROW, _ENTRY, _LINE)
            )


@pytest.fixture
def books(engine: Engine, clock: Clock) -> Books:
    """An open book."""
    return Books(engine, clock)


def test_a_period_is_booked_once_and_the_journal_balances(books: Books) -> None:
    books.laptop("IT-1")
    books.laptop("IT-2", 99999)
    first = books.post("2026-01")
    counted = books.count()
    assert books.post("2026-01") == first
    assert books.count() == counted
    books.post("2026-02")
    assert books.balance("1500") == 219999
    assert books.balance("6500") == -books.balance("1590") == 3333 + 2778 + 3334 + 2778
    with books.read() as connection:
        entries = connection.execute(
            select(func.sum(col(JournalLine.amount_minor))).group_by(
                col(JournalLine.entry_id)
            )
        ).scalars()
        assert set(entries) == {0}


def test_the_same_capitalisation_is_one_and_another_is_refused(books: Books) -> None:
    row = books.laptop("IT-1")
    assert books.laptop("IT-1") == row
    with pytest.raises(Conflict, match="other terms"):
        books.laptop("IT-1", 5)


def test_posted_rows_survive_byte_for_byte_and_late_events_are_caught_up(
    books: Books,
) -> None:
    row = books.laptop("IT-1")
    for key in ("2026-01", "2026-02", "2026-03"):
        books.post(key)
    with books.read() as connection:
        before = connection.execute(
            select(col(PostedRow.row)).order_by(id_of(PostedRow))
        ).all()
    with books.work() as work:
        record_event(
            work, row, AddCost(id="ram", effective=date(2026, 2, 1), amount=35000)
        )
        work.commit()
    books.post("2026-04")
    with books.read() as connection:
        after = connection.execute(
            select(col(PostedRow.row)).order_by(id_of(PostedRow))
        ).all()
        made = schedule_of(connection, row)
    assert after[:3] == before
    april = made.rows[3]
    assert april.posted
    assert april.additions == 35000
    # 350.00 over the 35 months left is 10.00 a month: two are caught up in April.
    assert april.caught_up == 2000
    assert april.depreciation == 3333 + 2000 + 1000
    assert made.rows[-1].closing == 0
    assert made.total == 155000
    assert books.balance("1500") == 155000


def test_an_event_and_its_cancellation_leave_no_trace_in_the_schedule(
    books: Books,
) -> None:
    row = books.laptop("IT-1")
    with books.read() as connection:
        original = schedule_of(connection, row)
    with books.work() as work:
        day = date(2026, 5, 1)
        record_event(work, row, AddCost(id="a", effective=day, amount=100))
        record_event(work, row, Cancel(id="b", effective=day, of="a"))
        work.commit()
    with books.read() as connection:
        assert schedule_of(connection, row) == original


def test_an_event_that_breaks_a_rule_is_refused_and_names_it(books: Books) -> None:
    row = books.laptop("IT-1")
    with books.work() as work:
        with pytest.raises(Invalid, match="before the asset was in service"):
            record_event(
                work, row, Dispose(id="d", effective=date(2025, 1, 1), proceeds=1)
            )
        record_event(work, row, Dispose(id="d", effective=date(2026, 6, 1)))
        with pytest.raises(Invalid, match="after the asset left"):
            record_event(work, row, Dispose(id="e", effective=date(2026, 7, 1)))


def test_periods_are_posted_in_order(books: Books) -> None:
    books.laptop("IT-1")
    with books.work() as work:
        with pytest.raises(NotAllowed, match="2026-01 before it is open"):
            post_period(work, books.book, "2026-02", nobody)


def test_a_closed_period_takes_nothing_and_is_caught_up_after_it(books: Books) -> None:
    row = books.laptop("IT-1")
    with books.work() as work:
        set_status(work, books.book, "2026-01", "closed", "year-end inventory")
        work.commit()
    with books.work() as work, pytest.raises(NotAllowed, match="closed"):
        post_period(work, books.book, "2026-01", nobody)
    books.post("2026-02")
    with books.read() as connection:
        made = schedule_of(connection, row)
    assert [r.depreciation for r in made.rows[:3]] == [6667, 3333, 3333]


def test_a_locked_period_stays_locked(books: Books) -> None:
    with books.work() as work:
        set_status(work, books.book, "2026-01", "locked", "audited")
        with pytest.raises(NotAllowed, match="locked"):
            set_status(work, books.book, "2026-01", "open", "please")


def test_reopening_needs_a_reason_and_the_right_order(books: Books) -> None:
    with books.work() as work:
        with pytest.raises(NotAllowed, match="2026-01 before it is still open"):
            set_status(work, books.book, "2026-02", "closed", "x")
        set_status(work, books.book, "2026-01", "closed", "x")
        set_status(work, books.book, "2026-02", "closed", "x")
        with pytest.raises(Invalid, match="reason"):
            set_status(work, books.book, "2026-02", "open", " ")
        with pytest.raises(NotAllowed, match="2026-02 after it is closed"):
            set_status(work, books.book, "2026-01", "open", "late invoice")


def test_a_posting_is_taken_back_by_mirrored_entries_and_posted_anew(
    books: Books,
) -> None:
    row = books.laptop("IT-1")
    posting = books.post("2026-01")
    with books.work() as work:
        with pytest.raises(Invalid, match="reason"):
            reverse(work, posting, "")
        reverse(work, posting, "wrong cost")
        work.commit()
    assert books.balance("1500") == books.balance("6500") == 0
    with books.work() as work:
        record_event(
            work,
            row,
            AddCost(id="fix", effective=date(2026, 1, 10), amount=6000, catch_up=True),
        )
        work.commit()
    books.post("2026-01")
    assert books.balance("1500") == 126000
    assert books.balance("6500") == 3500
    with books.work() as work, pytest.raises(NotAllowed, match="not in force"):
        reverse(work, posting, "again")


def test_a_later_posting_must_be_taken_back_first(books: Books) -> None:
    books.laptop("IT-1")
    first = books.post("2026-01")
    books.post("2026-02")
    with books.work() as work, pytest.raises(NotAllowed, match="2026-02 is posted"):
        reverse(work, first, "x")


def test_one_bad_asset_stops_the_whole_period_and_is_named(
    books: Books, engine: Engine
) -> None:
    books.laptop("IT-1")
    bad = books.laptop("IT-2")
    with books.work() as work:
        work.connection.execute(
            text("UPDATE asset_book SET terms = :terms WHERE id = :id"),
            {
                "terms": '{"cost":5,"in_service":"2026-01-10","method":"magic",'
                '"residual_value":0,"life_months":36,"params":{},"conventions":{}}',
                "id": bad,
            },
        )
        work.commit()
    with books.work() as work:
        with pytest.raises(NotPosted, match="unknown depreciation method") as caught:
            post_period(work, books.book, "2026-01", nobody)
        assert len(caught.value.problems) == 1
    assert books.count() == (0, 0, 0, 0)


@pytest.mark.parametrize("table", ["posted_row", "journal_entry", "journal_line"])
@pytest.mark.parametrize("act", ["UPDATE {} SET {}", "DELETE FROM {}"])
def test_booked_rows_cannot_be_edited_or_removed_even_by_plain_sql(
    books: Books, table: str, act: str
) -> None:
    books.laptop("IT-1")
    books.post("2026-01")
    column = {"posted_row": "closing_minor = 1", "journal_entry": "memo = 'x'"}
    statement = act.format(table, column.get(table, "amount_minor = 1"))
    with books.work() as work, pytest.raises(DBAPIError, match="never edited"):
        work.connection.execute(text(statement))


def test_a_partial_sale_posts_its_share(books: Books) -> None:
    row = books.laptop("IT-1")
    with books.work() as work:
        record_event(
            work,
            row,
            Dispose(
                id="half",
                effective=date(2026, 2, 1),
                share=Fraction(1, 2),
                proceeds=70000,
            ),
        )
        work.commit()
    books.post("2026-01")
    books.post("2026-02")
    assert books.balance("1500") == 60000
    # Half of the book value 1166.67 leaves, to the cent.
    assert books.balance("4500") == -(70000 - 58334)
