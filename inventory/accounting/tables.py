"""Rows of accounting. Plain; the rules are in the pure modules beside this one.

What the database itself enforces, on both engines: posted rows, entries and lines are
never edited or removed; a period of a book is posted once per version; an asset has
one row per book, period and version.
"""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from sqlalchemy import BigInteger, Index, Text
from sqlalchemy import CheckConstraint as Check
from sqlalchemy import UniqueConstraint as Unique
from sqlmodel import Field, SQLModel

import inventory.storage.tables  # noqa: F401  (gives constraints their names)
from inventory.storage.tables import list_indexes
from inventory.storage.types import Json, UtcDateTime


class Book(SQLModel, table=True):
    """A set of depreciation rules of a legal entity, kept side by side with others.

    Attributes:
        code: e.g. `IFRS`, `TAX-ID`; unique per legal entity.
        currency: ISO 4217 code of all its amounts.
        to_ledger: Whether its postings are exported to the general ledger.
    """

    __tablename__ = "book"
    __table_args__ = (Unique("legal_entity_id", "code", name="uq_book_code"),)

    id: int | None = Field(default=None, primary_key=True)
    code: str
    name: str
    legal_entity_id: int = Field(foreign_key="legal_entity.id")
    currency: str = Field(max_length=3)
    to_ledger: bool = True
    recorded_at: datetime = Field(sa_type=UtcDateTime)


class Rulebook(SQLModel, table=True):
    """Accounts, books and asset classes of a legal entity; the newest row holds.

    Attributes:
        template: What it was made from.
        document: As `catalogue.asset_classes` describes it.
    """

    __tablename__ = "rulebook"

    id: int | None = Field(default=None, primary_key=True)
    legal_entity_id: int = Field(foreign_key="legal_entity.id", index=True)
    template: str
    document: dict[str, Any] = Field(sa_type=Json)
    recorded_at: datetime = Field(sa_type=UtcDateTime)


class FiscalPeriod(SQLModel, table=True):
    """A period of a book's calendar, and whether it still takes postings.

    Attributes:
        key: Period id.
        starts_on: First day.
        ends_on: First day after.
        share_num: Numerator of the share of a twelve-month year.
        share_den: Its denominator.
        status: `open`, `closed` (may be reopened) or `locked` (may not).
        reason: Why it was closed, locked or reopened.
    """

    __tablename__ = "fiscal_period"
    __table_args__ = (
        Unique("book_id", "key", name="uq_fiscal_period_key"),
        Unique("book_id", "starts_on", name="uq_fiscal_period_start"),
        Check("ends_on > starts_on", name="span"),
        Check("status IN ('open', 'closed', 'locked')", name="status"),
    )

    id: int | None = Field(default=None, primary_key=True)
    book_id: int = Field(foreign_key="book.id")
    key: str
    year: str
    starts_on: date
    ends_on: date
    share_num: int
    share_den: int
    status: str = "open"
    reason: str = ""


class Pool(SQLModel, table=True):
    """A pool of a book: one balance for many assets.

    Attributes:
        name: As the dated limits call it.
        begins_on: First day that it shows, where its balance was taken over; what
            was added before is in that balance.
        opening_minor: That balance.
    """

    __tablename__ = "pool"
    __table_args__ = (Unique("book_id", "name", name="uq_pool_name"),)

    id: int | None = Field(default=None, primary_key=True)
    book_id: int = Field(foreign_key="book.id")
    name: str
    begins_on: date | None = None
    opening_minor: int = Field(default=0, sa_type=BigInteger)
    recorded_at: datetime = Field(sa_type=UtcDateTime)


class ClosedPoolYear(SQLModel, table=True):
    """A year of a pool as it was declared: a fact; minor units.

    Attributes:
        year: Name of the fiscal year.
        result: As `pools.pool_codec` writes it.
        counted: What was added and left, by asset and event, so that what becomes
            known later counts in the first year that is open.
    """

    __tablename__ = "closed_pool_year"
    __table_args__ = (Unique("pool_id", "year", name="uq_closed_pool_year"),)

    id: int | None = Field(default=None, primary_key=True)
    pool_id: int = Field(foreign_key="pool.id")
    year: str
    result: dict[str, Any] = Field(sa_type=Json)
    counted: dict[str, Any] = Field(sa_type=Json)
    actor: str
    recorded_at: datetime = Field(sa_type=UtcDateTime)


class AssetBook(SQLModel, table=True):
    """The terms of an asset in a book when it was capitalised.

    Attributes:
        terms: Terms as `terms_codec` writes them.
        accounts: Account codes, see `journal.Accounts`.
        pool_id: Pool that it is written down in; None: by itself.
        in_service: Repeated from the terms, for queries.
        booked_from: First day of the first period it is booked in; None before.
        revised_at: When terms or events last changed.
        origin: Amount, currency and rate that the cost was translated from; None
            where it was paid in the currency of the book.
    """

    __tablename__ = "asset_book"
    __table_args__ = (
        Unique("asset_id", "book_id", name="uq_asset_book"),
        Index("ix_asset_book_book", "book_id", "id"),
        *list_indexes("asset_book", "asset_class", "in_service", "revised_at"),
    )

    id: int | None = Field(default=None, primary_key=True)
    asset_id: int = Field(foreign_key="asset.id")
    book_id: int = Field(foreign_key="book.id")
    pool_id: int | None = Field(default=None, foreign_key="pool.id", index=True)
    asset_class: str
    in_service: date
    terms: dict[str, Any] = Field(sa_type=Json)
    accounts: dict[str, Any] = Field(sa_type=Json)
    origin: dict[str, Any] | None = Field(default=None, sa_type=Json)
    booked_from: date | None = None
    revised_at: datetime = Field(sa_type=UtcDateTime)
    recorded_at: datetime = Field(sa_type=UtcDateTime)


class Component(SQLModel, table=True):
    """A part of an asset that is depreciated by itself, instead of the whole.

    Attributes:
        whole_id: The asset it is a part of.
        part_id: The part, an asset of the register.
        name: What it is.
        since: Day it came in.
        replaced_on: Day another part came in its place; None while it is in use.
        replaces_id: The component it came for.
    """

    __tablename__ = "component_part"
    __table_args__ = (
        Unique("part_id", name="uq_component_part"),
        *list_indexes("component_part", "name", "since", "replaced_on"),
    )

    id: int | None = Field(default=None, primary_key=True)
    whole_id: int = Field(foreign_key="asset.id", index=True)
    part_id: int = Field(foreign_key="asset.id")
    name: str
    since: date
    replaced_on: date | None = None
    replaces_id: int | None = Field(default=None, foreign_key="component_part.id")
    recorded_at: datetime = Field(sa_type=UtcDateTime)


class BookEvent(SQLModel, table=True):
    """An event of an asset in a book; cancelled by another event, never removed.

    Attributes:
        name: Id of the event within the asset's book.
        data: The event as `terms_codec` writes it.
    """

    __tablename__ = "book_event"
    __table_args__ = (
        Unique("asset_book_id", "name", name="uq_book_event_name"),
        *list_indexes("book_event", "kind", "effective", "recorded_at"),
    )

    id: int | None = Field(default=None, primary_key=True)
    asset_book_id: int = Field(foreign_key="asset_book.id", index=True)
    name: str
    kind: str
    effective: date
    data: dict[str, Any] = Field(sa_type=Json)
    recorded_at: datetime = Field(sa_type=UtcDateTime)


class Posting(SQLModel, table=True):
    """One run that booked a period of a book, or took such a run back.

    Attributes:
        source: `assets`, or what else booked in the period: `telecom-accrual`,
            `telecom-invoice`, `telecom-credit`. Versions are counted over all.
        version: 1 for the first run of the period, 2 after a reversal, ...
        reverses_id: The posting it takes back.
    """

    __tablename__ = "posting"
    __table_args__ = (
        Unique("book_id", "period", "version", name="uq_posting_version"),
        Unique("reverses_id", name="uq_posting_reverses"),
    )

    id: int | None = Field(default=None, primary_key=True)
    book_id: int = Field(foreign_key="book.id")
    source: str = "assets"
    period: str
    version: int
    reverses_id: int | None = Field(default=None, foreign_key="posting.id")
    assets: int
    depreciation_minor: int = Field(sa_type=BigInteger)
    actor: str
    recorded_at: datetime = Field(sa_type=UtcDateTime)


class PostedRow(SQLModel, table=True):
    """A booked row of an asset's schedule: a fact.

    Attributes:
        row: The row as canonical JSON text, byte for byte as it was booked.
    """

    __tablename__ = "posted_row"
    __table_args__ = (
        Unique("posting_id", "asset_book_id", name="uq_posted_row"),
        Index("ix_posted_row_asset_book", "asset_book_id", "starts_on"),
    )

    id: int | None = Field(default=None, primary_key=True)
    posting_id: int = Field(foreign_key="posting.id")
    asset_book_id: int = Field(foreign_key="asset_book.id")
    period: str
    starts_on: date
    depreciation_minor: int = Field(sa_type=BigInteger)
    closing_minor: int = Field(sa_type=BigInteger)
    row: str = Field(sa_type=Text)


class JournalEntry(SQLModel, table=True):
    """A balanced entry of a posting.

    Attributes:
        asset_book_id: The asset it is about; None: it is not about one.
    """

    __tablename__ = "journal_entry"
    __table_args__ = (Index("ix_journal_entry_posting", "posting_id", "id"),)

    id: int | None = Field(default=None, primary_key=True)
    posting_id: int = Field(foreign_key="posting.id")
    asset_book_id: int | None = Field(
        default=None, foreign_key="asset_book.id", index=True
    )
    day: date
    period: str
    memo: str
    reference: str


class JournalLine(SQLModel, table=True):
    """A line of an entry: debit positive, credit negative."""

    __tablename__ = "journal_line"
    __table_args__ = (
        # In the order of the journal: what an account or a cost centre got last.
        Index("ix_journal_line_account", "account", "entry_id", "position"),
        Index("ix_journal_line_cost_centre", "cost_centre", "entry_id", "position"),
    )

    entry_id: int = Field(foreign_key="journal_entry.id", primary_key=True)
    position: int = Field(primary_key=True)
    account: str
    amount_minor: int = Field(sa_type=BigInteger)
    currency: str = Field(max_length=3)
    cost_centre: str | None = None


class BookProposal(SQLModel, table=True):
    """What register and books do not agree about; an accountant decides.

    Attributes:
        kind: `dispose` in the book, `bring-back` into it, or `leave-register`.
        on: The day it counts from.
        cause: State of the register, or kind of the disposal in the book.
        state: proposed, accepted, declined, or withdrawn where it settled itself.
        remark: Why it was decided so.
    """

    __tablename__ = "book_proposal"
    __table_args__ = (
        Check("kind IN ('dispose', 'bring-back', 'leave-register')", name="kind"),
        Check(
            "state IN ('proposed', 'accepted', 'declined', 'withdrawn')", name="state"
        ),
        Index("ix_book_proposal_asset", "asset_id", "book_id"),
        *list_indexes("book_proposal", "state", "on", "recorded_at"),
    )

    id: int | None = Field(default=None, primary_key=True)
    asset_id: int = Field(foreign_key="asset.id")
    book_id: int = Field(foreign_key="book.id")
    kind: str
    on: date
    cause: str
    state: str = "proposed"
    decided_by: str | None = None
    decided_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
    remark: str = Field(default="", sa_type=Text)
    recorded_at: datetime = Field(sa_type=UtcDateTime)


class AccountSum(SQLModel, table=True):
    """What all lines of a book's journal sum to, by account and cost centre.

    Attributes:
        cost_centre: Code; None for lines without one.
        debit_minor: Sum of the debits.
        credit_minor: Sum of the credits, positive.
    """

    __tablename__ = "account_sum"
    __table_args__ = (
        Unique("book_id", "account", "cost_centre", name="uq_account_sum"),
        *list_indexes("account_sum", "account", "cost_centre"),
    )

    id: int | None = Field(default=None, primary_key=True)
    book_id: int = Field(foreign_key="book.id")
    account: str
    cost_centre: str | None = None
    debit_minor: int = Field(sa_type=BigInteger)
    credit_minor: int = Field(sa_type=BigInteger)


class JournalExport(SQLModel, table=True):
    """A file of journal lines that was handed to the accounting system.

    Attributes:
        name: What people call it, unique in the book: `IFRS-0001`.
        profile: Columns it was written in.
        lines: Journal lines in it.
        summarised: Its file has sums by posting, class, account and cost centre.
    """

    __tablename__ = "journal_export"
    __table_args__ = (Unique("book_id", "name", name="uq_journal_export_name"),)

    id: int | None = Field(default=None, primary_key=True)
    book_id: int = Field(foreign_key="book.id")
    name: str
    profile: str
    lines: int
    summarised: bool = False
    actor: str
    recorded_at: datetime = Field(sa_type=UtcDateTime)


class ExportedPosting(SQLModel, table=True):
    """A posting that an export handed over; each is handed over once."""

    __tablename__ = "exported_posting"

    posting_id: int = Field(foreign_key="posting.id", primary_key=True)
    export_id: int = Field(foreign_key="journal_export.id", index=True)
