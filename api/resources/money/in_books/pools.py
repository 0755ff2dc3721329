"""Pools of assets: balance and allowance of each year, declared once a year."""

from __future__ import annotations

from datetime import date
from typing import Annotated, Any

from pydantic import Field
from sqlalchemy import Connection, select

from api.compose.rulebooks import rules_of
from api.http.actions import Act, Acting, Given
from api.models.journals import Amount
from api.resources.declare import (
    Choice,
    Column,
    DetailModel,
    Input,
    Question,
    Row,
    RowModel,
    Show,
    Viewer,
    Word,
)
from api.resources.money.roles import READERS, WRITERS
from api.resources.references import BOOK, BookRef, Reference
from api.resources.resource import Resource
from api.resources.sources import TableSource
from inventory.accounting.catalogue.api_form import minor
from inventory.accounting.pools.years import Claims, PoolInBook, YearResult
from inventory.accounting.tables import Book, Pool
from inventory.fixed_assets.tax.pools import declare_year, pool_years, take_over_pool
from inventory.fixed_assets.terms_requested import rule_errors_as_invalid
from inventory.kernel.money import amount_text, minor_digits
from inventory.kernel.texts import N_, NN_
from inventory.queries.money.books import book_of
from inventory.queries.money.pool_members import members_of
from inventory.storage.rows import col, get, id_of, table_of

_POOL, _BOOK = table_of(Pool), table_of(Book)


def _named(connection: Connection, text: str) -> list[int]:
    book, _, name = text.partition(":")
    if not name:
        return []
    query = select(id_of(Pool)).where(
        col(Pool.name) == name, col(Pool.book_id) == BOOK.resolve(connection, book)
    )
    return list(connection.execute(query).scalars())


POOL = Reference("pool", Pool, by=("name",), more=_named)
"""By name, or by `BOOK:NAME` where several books have one."""
_AMOUNTS = (
    *("opening", "additions", "earlier", "at_once", "first_year", "disposals"),
    *("allowance", "charge", "closing"),
)


class PoolRow(RowModel):
    """A pool with its year."""

    id: Annotated[int, Column("Number", shown=False, sort=True)]
    name: Annotated[str, Column("Pool", sort=True, lead=True)]
    book: Annotated[str, Column("Book", sort=True)]
    year: Annotated[str, Column("Fiscal year")]
    opening_minor: Annotated[int, Column("Brought forward", Show.MONEY)]
    additions_minor: Annotated[int, Column("Additions", Show.MONEY)]
    at_once_minor: Annotated[
        int, Column("At once", Show.MONEY, about="Allowed whole in the year.")
    ]
    first_year_minor: Annotated[
        int,
        Column(
            "First-year allowances",
            Show.MONEY,
            about="What they leave of the cost is carried forward.",
        ),
    ]
    disposals_minor: Annotated[
        int, Column("Disposals", Show.MONEY, about="Proceeds, at most the cost.")
    ]
    allowance_minor: Annotated[
        int, Column("By the rate", Show.MONEY, about="Allowance of the balance.")
    ]
    charge_minor: Annotated[
        int, Column("Charge", Show.MONEY, about="Proceeds above the balance: taxable.")
    ]
    closing_minor: Annotated[int, Column("Carried forward", Show.MONEY)]
    declared: Annotated[bool, Column("Declared", Show.YES)]
    currency: Annotated[str, Column("Currency", shown=False)]


class PoolQuestion(Question):
    """Which pools are asked for."""

    book: Annotated[BookRef | None, Choice("Book", pick="books", lookups=())] = None
    name: Annotated[Word, Choice("Pool", main=False)] = None


class PoolYearShown(DetailModel):
    """A fiscal year of a pool."""

    year: str
    opening: Amount
    additions: Amount
    earlier: Amount
    at_once: Amount
    first_year: Amount
    disposals: Amount
    rate: str
    allowance: Amount
    charge: Amount
    closing: Amount
    declared: bool


class PoolMovement(DetailModel):
    """What a member added to the pool, or took from it."""

    asset_id: int
    tag: str
    schedule_id: int
    event: str
    on: date
    amount: Amount


class PoolDetail(DetailModel):
    """A pool with its years and what moved it."""

    id: int
    name: str
    book: str
    begins_on: date | None
    currency: str
    years: list[PoolYearShown]
    movements: list[PoolMovement]


class PoolIn(Given):
    """The balance of a pool that was kept elsewhere before."""

    book: Annotated[BookRef, Input("Book", pick="books")]
    name: Annotated[
        str, Field(max_length=200), Input("Pool", hint="Such as uk-main-corporation.")
    ]
    begins_on: Annotated[
        date, Input("From", hint="First day of the first fiscal year here.")
    ]
    opening: Annotated[
        str, Field(max_length=40), Input("Brought forward", kind="money")
    ]


class DeclareIn(Given):
    """A year as it was declared: it stays, later changes count in the next one."""

    year: Annotated[str, Field(max_length=40), Input("Fiscal year")]
    at_once: Annotated[
        str | None,
        Field(max_length=40),
        Input("Claimed at once", kind="money", hint="All that is allowed without."),
    ] = None
    by_rate: Annotated[
        str | None,
        Field(max_length=40),
        Input("Claimed by the rate", kind="money", hint="All that is allowed without."),
    ] = None
    ceases: Annotated[
        bool, Input("The activity ends", about="What is left is allowed at once.")
    ] = False


def _create(acting: Acting, given: PoolIn) -> dict[str, Any]:
    book = book_of(acting.work.connection, str(given.book))
    with rule_errors_as_invalid("opening"):
        opening = minor("opening", given.opening, book["currency"])
    rules = rules_of(acting.app.settings)
    made = take_over_pool(
        acting.work, rules, str(book["id"]), given.name, given.begins_on, opening
    )
    return {"id": made}


def _declare(acting: Acting, given: DeclareIn) -> dict[str, Any]:
    row = get(acting.work.connection, Pool, acting.id)
    currency = get(acting.work.connection, Book, row["book_id"])["currency"]
    with rule_errors_as_invalid("at_once"):
        claims = Claims(
            at_once=minor("at_once", given.at_once, currency),
            by_rate=minor("by_rate", given.by_rate, currency),
            ceases=given.ceases,
        )
    rules, today = rules_of(acting.app.settings), acting.work.clock().date()
    made = declare_year(acting.work, rules, acting.id, given.year, claims, today)
    digits = minor_digits(currency)
    return {
        "id": acting.id,
        "year": made.year,
        "allowed": amount_text(made.allowed, digits),
    }


def _finish(
    connection: Connection, rows: list[dict[str, Any]], viewer: Viewer
) -> list[dict[str, Any]]:
    assert viewer.app is not None
    rules, books = rules_of(viewer.app.settings), {row["book_id"] for row in rows}
    found = {
        number: known
        for book_id in sorted(books)
        for number, known in pool_years(connection, rules, book_id, viewer.day).items()
    }
    return [_listed(row, found[row["id"]].years) for row in rows]


def _listed(row: dict[str, Any], years: list[YearResult]) -> dict[str, Any]:
    last = years[-1] if years else None
    amounts = {
        f"{name}_minor": getattr(last, name) if last else row["balance"]
        for name in _AMOUNTS
        if last or name in ("opening", "closing")
    }
    whole = {
        **{f"{name}_minor": 0 for name in _AMOUNTS},
        **row,
        **amounts,
        "year": last.year if last else "",
        "declared": bool(last and last.declared),
    }
    return {name: whole[name] for name in PoolRow.model_fields}


def _get(connection: Connection, pool_id: int, viewer: Viewer) -> Row | None:
    assert viewer.app is not None
    row = get(connection, Pool, pool_id)
    book = get(connection, Book, row["book_id"])
    found = pool_years(
        connection, rules_of(viewer.app.settings), book["id"], viewer.day
    )[pool_id]
    digits = minor_digits(book["currency"])
    return {
        "id": pool_id,
        "name": row["name"],
        "book": book["code"],
        "begins_on": row["begins_on"],
        "currency": book["currency"],
        "years": [_year(one, digits) for one in found.years],
        "movements": _movements(connection, found.pool, viewer.day, digits),
    }


def _year(one: YearResult, digits: int) -> dict[str, Any]:
    amounts = {name: amount_text(getattr(one, name), digits) for name in _AMOUNTS}
    percent = f"{float(one.rate * 100):.2f}"
    return {"year": one.year, **amounts, "rate": percent, "declared": one.declared}


def _movements(
    connection: Connection, pool: PoolInBook, day: date, digits: int
) -> list[dict[str, Any]]:
    moved = [one for one in pool.movements if one.on <= day][-1000:]
    members = members_of(connection, [one.asset_book_id for one in moved])
    return [
        {
            "asset_id": members[one.asset_book_id][0],
            "tag": members[one.asset_book_id][1],
            "schedule_id": one.asset_book_id,
            "event": one.event,
            "on": one.on,
            "amount": amount_text(one.amount, digits),
        }
        for one in moved
    ]


_ACTS = (
    Act(
        "take-over-pool",
        PoolIn,
        _create,
        WRITERS,
        verb="create",
        said=N_("The balance is taken over."),
        title=N_("Take over the balance of a pool"),
    ),
    Act(
        "declare-pool-year",
        DeclareIn,
        _declare,
        WRITERS,
        verb="declare",
        said=N_("{allowed} are declared for {year}."),
        title=N_("Declare a year of {name}"),
    ),
)

POOLS = Resource(
    name="pools",
    command="pool",
    title=N_("Pools"),
    counted=NN_("{count} pool", "{count} pools"),
    group="money",
    roles=READERS,
    rows=PoolRow,
    question=PoolQuestion,
    sort="name",
    source=TableSource(
        table=_POOL,
        joined=_POOL.join(_BOOK, id_of(Book) == col(Pool.book_id)),
        columns={
            "id": id_of(Pool),
            "name": col(Pool.name),
            "book": col(Book.code),
            "book_id": col(Pool.book_id),
            "balance": col(Pool.opening_minor),
            "currency": col(Book.currency),
        },
        filters={"book": lambda one, _viewer: col(Pool.book_id) == one},
        searched=(col(Pool.name),),
        finish=_finish,
    ),
    reference=POOL,
    detail=PoolDetail,
    get=_get,
    called=lambda row: str(row["name"]),
    as_of=True,
    list_as_of=True,
    acts=_ACTS,
)
