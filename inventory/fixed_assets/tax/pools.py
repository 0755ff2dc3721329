"""Pools of assets: balances taken over, years declared. May import the contexts."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from sqlalchemy import Connection

from inventory.accounting.books.periods import calendar_of_book
from inventory.accounting.catalogue.asset_classes import Rules
from inventory.accounting.pools.load import pools_of_book
from inventory.accounting.pools.pool_codec import year_to_json
from inventory.accounting.pools.years import Claims, PoolInBook, YearResult, years_of
from inventory.accounting.tables import ClosedPoolYear, Pool
from inventory.fixed_assets.terms_requested import rule_errors_as_invalid
from inventory.kernel.errors import Conflict, Invalid, NotAllowed
from inventory.kernel.periods import Calendar, CalendarError
from inventory.kernel.texts import N_
from inventory.queries.money.books import book_of
from inventory.storage.rows import add, change, find, get
from inventory.storage.work import UnitOfWork


@dataclass(frozen=True, slots=True)
class PoolYears:
    """A pool with its years.

    Attributes:
        pool: The pool with what moves it.
        years: Up to the year of the day asked for.
    """

    pool: PoolInBook
    years: list[YearResult]


def pool_years(
    connection: Connection, rules: Rules, book_id: int, day: date
) -> dict[int, PoolYears]:
    """Return the pools of a book with their years up to that of a day, by pool.

    Raises:
        Invalid: No row of the limits reaches so far back.
    """
    calendar = calendar_of_book(connection, book_id)
    pools = pools_of_book(connection, book_id)
    last = _year_at(calendar, day)
    with rule_errors_as_invalid("pool"):
        found = years_of(pools, calendar, rules.limits, last)
    return {pool.id: PoolYears(pool, found[pool.id]) for pool in pools}


def _year_at(calendar: Calendar, day: date) -> str:
    """Return the fiscal year of a day; outside of the calendar the nearest one."""
    try:
        return calendar.at(day).year
    except CalendarError:
        return calendar.years[0 if day < calendar.start else -1]


def take_over_pool(
    work: UnitOfWork,
    rules: Rules,
    book_name: str,
    name: str,
    begins: date,
    opening: int,
) -> int:
    """Take over the balance of a pool; return its id. The same again changes nothing.

    Raises:
        NotFound: There is no such book.
        Invalid: The law knows no such pool, or the day begins no fiscal year.
        Conflict: Another balance was taken over.
        NotAllowed: A year of it was declared already.
    """
    connection = work.connection
    book = book_of(connection, book_name)
    calendar = calendar_of_book(connection, book["id"])
    spans = [calendar.year_span(year) for year in calendar.years]
    if begins not in [start for start, _ in spans]:
        raise Invalid(
            N_("No fiscal year of the book begins on {day}."),
            where="begins_on",
            remedy=N_("Give the first day of a fiscal year."),
            day=begins,
        )
    with rule_errors_as_invalid("name"):
        rules.limits.pool_law(name, *calendar.year_span(calendar.at(begins).year))
    values = {"begins_on": begins, "opening_minor": opening}
    known = find(connection, Pool, book_id=book["id"], name=name)
    if known is None:
        return add(work, Pool, {"book_id": book["id"], "name": name, **values})
    if known["begins_on"] is None:
        if find(connection, ClosedPoolYear, pool_id=known["id"]) is not None:
            raise NotAllowed(
                N_("A year of the pool {name} was declared without a balance."),
                name=name,
            )
        change(work, Pool, known["id"], values, action="take-over")
    elif any(known[field] != value for field, value in values.items()):
        raise Conflict(
            N_("The pool {name} has another balance from {day} on."),
            name=name,
            day=known["begins_on"],
        )
    return int(known["id"])


def declare_year(
    work: UnitOfWork, rules: Rules, pool_id: int, year: str, claims: Claims, today: date
) -> YearResult:
    """Store a year of a pool as it was declared; the same again changes nothing.

    Raises:
        NotFound: There is no such pool.
        Invalid: It is not the next year of the pool, or more is claimed than allowed.
        NotAllowed: The year has not ended.
    """
    connection = work.connection
    row = get(connection, Pool, pool_id, lock=True)
    calendar = calendar_of_book(connection, row["book_id"])
    pools = pools_of_book(connection, row["book_id"])
    pool = next(one for one in pools if one.id == pool_id)
    if year in pool.declared:
        return pool.declared[year]
    if year not in calendar.years:
        raise Invalid(
            N_("The book has no fiscal year {year}."), where="year", year=year
        )
    _, end = calendar.year_span(year)
    if end > today:
        raise NotAllowed(
            N_("The year {year} has not ended."),
            where="year",
            remedy=N_("Look at its figures in the pool meanwhile."),
            year=year,
        )
    with rule_errors_as_invalid("pool"):
        allowed = years_of(pools, calendar, rules.limits, year)[pool_id]
        made = years_of(pools, calendar, rules.limits, year, {pool_id: claims})[pool_id]
    _check_next(pool, allowed, year)
    _check_claims(claims, allowed[-1])
    counted = {one.key: amount for one, amount in pool.new_until(end)}
    values = {"result": year_to_json(made[-1]), "counted": counted}
    named = {"pool_id": pool_id, "year": year, "actor": work.actor}
    add(work, ClosedPoolYear, {**named, **values}, action="declare")
    return made[-1]


def _check_next(pool: PoolInBook, years: list[YearResult], year: str) -> None:
    open_years = [one.year for one in years if not one.declared]
    if not open_years or open_years[0] != year:
        raise Invalid(
            N_("The next year of the pool {name} is {year}."),
            where="year",
            name=pool.name,
            year=open_years[0] if open_years else "-",
        )


def _check_claims(claims: Claims, allowed: YearResult) -> None:
    asked = {
        "at_once": (claims.at_once, allowed.at_once),
        "by_rate": (claims.by_rate, None),
    }
    for name, (claimed, most) in asked.items():
        if claimed is not None and (
            claimed < 0 or (most is not None and claimed > most)
        ):
            raise Invalid(
                N_("{name} is more than is allowed, or negative."),
                where=name,
                remedy=N_("Leave it out to claim all that is allowed."),
                name=name,
            )
