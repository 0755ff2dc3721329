"""Leases of a lessee: liability, schedule, changes (IFRS 16)."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Annotated, Any

from sqlalchemy import Connection

from api.compose.rulebooks import rules_of
from api.http.actions import Act, Acting
from api.models.journals import Amount
from api.resources.declare import (
    Choice,
    Column,
    DetailModel,
    Number,
    Question,
    Row,
    RowModel,
    Show,
    Viewer,
    Word,
)
from api.resources.money.leases.lease_inputs import LeaseChangeIn, LeaseEndIn, LeaseIn
from api.resources.money.roles import READERS, WRITERS
from api.resources.references import AssetRef, BookRef, Reference
from api.resources.resource import Resource
from api.resources.sources import TableSource
from inventory.accounting.leases.tables import Lease
from inventory.accounting.tables import AssetBook, Book
from inventory.assets.register.tables import Asset
from inventory.fixed_assets.leases import (
    LeaseModification,
    LeaseRequest,
    change_lease,
    end_lease,
    lease_in_book,
    take_lease,
)
from inventory.kernel.texts import N_, NN_
from inventory.queries.money.books import book_of
from inventory.queries.money.leases import lease_shown, liabilities_on, percent_text
from inventory.storage.rows import col, id_of, table_of

LEASE = Reference("lease", Lease, by=("reference",))
_LEASE, _ASSET_BOOK = table_of(Lease), table_of(AssetBook)
_ASSET, _BOOK = table_of(Asset), table_of(Book)
_DAY = timedelta(days=1)


class LeaseRow(RowModel):
    """A lease of the list, as of a day."""

    id: Annotated[int, Column("Number", shown=False, sort=True)]
    reference: Annotated[str, Column("Contract", sort=True, lead=True)]
    asset_id: int
    tag: Annotated[str, Column("Asset", sort=True)]
    book: Annotated[str, Column("Book", sort=True)]
    treatment: Annotated[str, Column("Treatment", Show.STATE, sort=True)]
    commences_on: Annotated[date, Column("Commences on", Show.DAY, sort=True)]
    last_day: Annotated[date, Column("Last day", Show.DAY)]
    rate: Annotated[str, Column("Rate", about="Percent a year.")]
    liability_minor: Annotated[
        int, Column("Liability", Show.MONEY, about="At the end of the day.")
    ]
    currency: Annotated[str, Column("Currency", shown=False)]


class LeaseQuestion(Question):
    """Which leases are asked for."""

    book: Annotated[BookRef | None, Choice("Book", pick="books", lookups=())] = None
    asset: Annotated[
        AssetRef | None, Choice("Asset", pick="assets", main=False, lookups=())
    ] = None
    treatment: Annotated[Word, Choice("Treatment")] = None
    reference: Annotated[Word, Choice("Contract", main=False)] = None
    commences_on: Annotated[date | None, Choice("Commences on", main=False)] = None


class LeasePayment(DetailModel):
    """A payment as it was agreed at first."""

    on: date
    amount: Amount


class LeaseChanged(DetailModel):
    """A remeasurement, a modification, or the early end."""

    name: str
    effective: date
    rate: str | None
    given_up: str
    reason: str


class LeaseScheduleRow(DetailModel):
    """A period of a lease: opening and movements give closing."""

    period: str
    first_day: date
    last_day: date
    opening: Amount
    recognised: Amount
    remeasured: Amount
    interest: Amount
    paid: Amount
    closing: Amount
    expense: Amount
    posting_id: Number


class LeaseDetail(DetailModel):
    """A lease with its schedule and what is still to be paid."""

    id: int
    asset_id: int
    tag: str
    book: str
    schedule_id: int
    reference: str
    treatment: str
    commences_on: date
    last_day: date
    rate: str
    compounding: str
    currency: str
    recognised: Amount
    right_of_use: Amount
    liability: Amount
    due_within_a_year: Amount
    due_in_one_to_five_years: Amount
    due_later: Amount
    taken_over_on: date | None
    payments: list[LeasePayment]
    changes: list[LeaseChanged]
    rows: list[LeaseScheduleRow]


def _create(acting: Acting, given: LeaseIn) -> dict[str, Any]:
    book = book_of(acting.work.connection, str(given.book))
    requested = LeaseRequest(
        asset_id=int(given.asset),
        book=str(book["id"]),
        reference=given.reference,
        terms=given.terms(book["currency"]),
        asset_class=given.asset_class,
        life_months=given.life_months,
    )
    rules = rules_of(acting.app.settings)
    return {"id": take_lease(acting.work, rules, requested)}


def _change(acting: Acting, given: LeaseChangeIn) -> None:
    lease, row = lease_in_book(acting.work, acting.id)
    currency = book_of(acting.work.connection, str(row["book_id"]))["currency"]
    ends = lease.measured.ends
    if given.last_day is not None:
        ends = given.last_day + _DAY
    asked = LeaseModification(
        effective=given.effective,
        payments=given.new_payments(currency, ends),
        ends=ends,
        rate=None if given.rate is None else given.rate / 100,
        given_up=given.share,
        reason=given.reason,
    )
    change_lease(acting.work, acting.id, asked)


def _end(acting: Acting, given: LeaseEndIn) -> None:
    end_lease(acting.work, acting.id, given.last_day, given.reason)


def _finish(
    connection: Connection, rows: list[dict[str, Any]], viewer: Viewer
) -> list[dict[str, Any]]:
    found = liabilities_on(connection, [row["id"] for row in rows], viewer.day)
    made = []
    for row in rows:
        lease, liability = found[row["id"]]
        made.append(
            row
            | {
                "last_day": lease.measured.ends - _DAY,
                "rate": percent_text(lease.measured.rate()),
                "liability_minor": liability,
            }
        )
    return made


def _get(connection: Connection, lease_id: int, viewer: Viewer) -> Row | None:
    return lease_shown(connection, lease_id, viewer.day)


_ACTS = (
    Act(
        "take-lease",
        LeaseIn,
        _create,
        WRITERS,
        verb="create",
        said=N_("The lease is in the book."),
        title=N_("Take a lease into a book"),
        from_file=True,
    ),
    Act(
        "change-lease",
        LeaseChangeIn,
        _change,
        WRITERS,
        verb="change",
        said=N_("The lease is measured anew."),
        title=N_("Change the lease {reference}"),
        from_file=True,
    ),
    Act(
        "end-lease",
        LeaseEndIn,
        _end,
        WRITERS,
        verb="end",
        said=N_("The lease ends."),
        title=N_("End the lease {reference}"),
        danger=True,
    ),
)

LEASES = Resource(
    name="leases",
    command="lease",
    title=N_("Leases"),
    counted=NN_("{count} lease", "{count} leases"),
    group="money",
    roles=READERS,
    rows=LeaseRow,
    question=LeaseQuestion,
    sort="reference",
    source=TableSource(
        table=_LEASE,
        joined=_LEASE.join(_ASSET_BOOK, id_of(AssetBook) == col(Lease.asset_book_id))
        .join(_ASSET, id_of(Asset) == col(AssetBook.asset_id))
        .join(_BOOK, id_of(Book) == col(AssetBook.book_id)),
        columns={
            "id": id_of(Lease),
            "reference": col(Lease.reference),
            "asset_id": col(AssetBook.asset_id),
            "tag": col(Asset.tag),
            "book": col(Book.code),
            "treatment": col(Lease.treatment),
            "commences_on": col(Lease.commences_on),
            "currency": col(Book.currency),
        },
        filters={
            "book": lambda one, _viewer: col(AssetBook.book_id) == one,
            "asset": lambda one, _viewer: col(AssetBook.asset_id) == one,
        },
        searched=(col(Lease.reference), col(Asset.tag)),
        finish=_finish,
    ),
    reference=LEASE,
    detail=LeaseDetail,
    get=_get,
    called=lambda row: str(row["reference"]),
    as_of=True,
    list_as_of=True,
    acts=_ACTS,
)
