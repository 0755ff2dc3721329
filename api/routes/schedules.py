"""`/schedules` and the books of an asset: schedules, taking in, events, what-if."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, date, datetime
from typing import Annotated, Any

from fastapi import APIRouter, Query, Response

from api.compose.wiring import App, rules_of
from api.http.auth import Caller, Role
from api.http.deps import AppDep, ReadDep, allow
from api.routes.answers import answer, answer_page, problems
from api.routes.parameters import After, Id, Limit
from api.routes.schedule_models import (
    AssetClasses,
    Capitalise,
    Kept,
    NewEvent,
    Preview,
    Recorded,
    SchedulePage,
    WholeSchedule,
)
from api.routes.streams import Format, described, objects, streamed, table
from inventory.accounting.books.book_state import window_of
from inventory.accounting.catalogue.api_form import event_to_wire, terms_to_wire
from inventory.accounting.catalogue.explain import FLAT, flat
from inventory.fixed_assets.asset_books import books_of, record, take_in, what_if
from inventory.fixed_assets.terms_requested import Wish
from inventory.kernel.errors import Invalid
from inventory.queries.money.books import book_of
from inventory.queries.money.schedules import (
    ScheduleFilter,
    asset_schedule,
    schedule_page,
    schedule_stream,
    span_of,
    whole,
)
from inventory.reports.base import Column, Kind
from inventory.storage.rows import Row

router = APIRouter(tags=["accounting"])

READERS = allow(Role.ACCOUNTING, Role.AUDITOR)
WRITERS = allow(Role.ACCOUNTING)
Book = Annotated[
    str | None,
    Query(max_length=200, description="Number, code, or ENTITY/CODE of the book."),
]
From = Annotated[date | None, Query(alias="from", description="First day of rows.")]
To = Annotated[date | None, Query(description="Last day of rows.")]
Moment = Annotated[datetime | None, Query(description="ISO 8601, UTC without a zone.")]

_KINDS = {name: Kind.TEXT for name in FLAT} | dict.fromkeys(
    ("numerator", "denominator", "days", "posting_id"), Kind.NUMBER
)
COLUMNS = (
    Column("asset_id", "Asset", Kind.NUMBER),
    Column("tag", "Tag"),
    Column("asset_class", "Class"),
    Column("book", "Book"),
    *(Column(name, name.replace("_", " ").capitalize(), _KINDS[name]) for name in FLAT),
)
"""Columns of schedules in tables: amounts are text, exact in every program."""


_HEAD = ("asset_id", "tag", "asset_class", "book")


def utc(moment: datetime | None) -> datetime | None:
    """Return a moment as aware UTC."""
    if moment is None:
        return None
    try:
        return (moment if moment.tzinfo else moment.replace(tzinfo=UTC)).astimezone(UTC)
    except OverflowError as error:
        raise Invalid(f"{moment} is no moment in UTC.", where="moment") from error


@router.get(
    "/assets/{asset_id}/schedule",
    response_model=WholeSchedule,
    responses=problems(401, 403, 404, 422),
    dependencies=[READERS],
)
def schedule(
    app: AppDep,
    reading: ReadDep,
    asset_id: Id,
    book: Book = None,
    as_of: Annotated[
        date | None, Query(description="How it stands at the end of this day; today.")
    ] = None,
    from_: From = None,
    to: To = None,
    known_at: Moment = None,
) -> Response:
    """Show the schedule of an asset, past and future, each figure with its why."""
    (found,) = _one(books_of(reading, asset_id, book))
    day = as_of or app.clock().date()
    return answer(
        asset_schedule(reading, found, (from_, to), as_of=day, known_at=utc(known_at))
    )


def _one(found: list[Row]) -> list[Row]:
    if len(found) != 1:
        raise Invalid("Name one book.", where="book")
    return found


@router.get(
    "/asset-classes",
    response_model=AssetClasses,
    responses=problems(401, 403),
    dependencies=[READERS],
)
def classes(app: AppDep) -> Response:
    """List the asset classes with their books, and the presets they may build on."""
    rules = rules_of(app.settings)
    found = [
        {"name": name, "books": sorted(b for c, b in rules.classes if c == name)}
        for name in sorted(rules.accounts)
    ]
    presets = [
        {"name": name, "title": preset.title} for name, preset in rules.presets.items()
    ]
    return answer({"items": found, "next": None, "presets": presets})


@router.get(
    "/schedules",
    response_model=SchedulePage,
    responses=described("json", "ndjson", "csv", "xlsx") | problems(401, 403, 404, 422),
    dependencies=[READERS],
)
def schedules(
    app: AppDep,
    reading: ReadDep,
    book: Annotated[str, Query(max_length=200)],
    asset_class: Annotated[str | None, Query(alias="class", max_length=200)] = None,
    cost_centre: Annotated[str | None, Query(max_length=200)] = None,
    updated_since: Moment = None,
    from_: From = None,
    to: To = None,
    after: After = None,
    limit: Limit = 100,
    format: Format = "json",
) -> Response:
    """List schedules of a book: pages as json, everything as ndjson, csv or xlsx.

    A line of ndjson is an asset with its rows, a line of csv is one row of one asset.
    """
    found = book_of(reading, book)
    wanted = ScheduleFilter(
        asset_class=asset_class,
        cost_centre=cost_centre,
        updated_since=utc(updated_since),
    )
    days = (from_, to)
    if format == "json":
        return answer_page(
            schedule_page(reading, found, wanted, days, after=after, limit=limit)
        )
    span_of(window_of(reading, found["id"]), *days)
    assets = _streamed(app, found, wanted, days)
    name = f"schedules-{found['code']}"
    if format == "ndjson":
        return streamed(objects(assets), format, name)
    return table(COLUMNS, _flat(assets), format, name)


def _streamed(
    app: App, book: Row, wanted: ScheduleFilter, days: tuple[date | None, date | None]
) -> Iterator[Row]:
    with app.engine.connect() as connection:
        yield from schedule_stream(connection, book, wanted, days)


def _flat(assets: Iterator[Row]) -> Iterator[Row]:
    for asset in assets:
        head = {
            name: asset[name] for name in ("asset_id", "tag", "asset_class", "book")
        }
        for row in asset["rows"]:
            yield head | flat(row)


@router.post(
    "/assets/{asset_id}/books",
    status_code=201,
    response_model=Kept,
    responses=problems(401, 403, 404, 409, 422, 503),
)
def capitalise(
    app: AppDep, asset_id: Id, wanted: Capitalise, who: Annotated[Caller, WRITERS]
) -> Response:
    """Take an asset into a book, by its class or with terms of its own."""
    wish = Wish(
        asset_class=wanted.asset_class,
        cost=wanted.cost,
        in_service=wanted.in_service,
        preset=wanted.preset,
        life_months=wanted.life_months,
        terms=wanted.terms.wire() if wanted.terms else None,
        accounts=wanted.accounts,
    )
    with app.work(who.actor) as work:
        kept, book = take_in(work, rules_of(app.settings), asset_id, wanted.book, wish)
        work.commit()
    told: dict[str, Any] = {
        "asset_book_id": kept.id,
        "asset_id": asset_id,
        "book_id": book["id"],
        "book": book["code"],
        "asset_class": kept.asset_class,
        "terms": terms_to_wire(kept.terms, book["currency"]),
    }
    place = f"/api/v1/assets/{asset_id}/schedule?book={book['id']}"
    return answer(told, 201, {"Location": place})


@router.post(
    "/assets/{asset_id}/events",
    status_code=201,
    response_model=Recorded,
    responses=problems(401, 403, 404, 409, 422, 503),
)
def event(
    app: AppDep, asset_id: Id, given: NewEvent, who: Annotated[Caller, WRITERS]
) -> Response:
    """Record an event of an asset; the same event again changes nothing."""
    rules = rules_of(app.settings)
    with app.work(who.actor) as work:
        made, books = record(work, rules, asset_id, given.book, given.wire())
        work.commit()
    told = event_to_wire(made, books[0]["currency"])
    codes = [book["code"] for book in books]
    return answer({"asset_id": asset_id, "books": codes, "event": told}, 201)


@router.post(
    "/schedules:preview",
    response_model=WholeSchedule,
    responses=problems(401, 403, 404, 422),
    dependencies=[READERS],
)
def preview(app: AppDep, reading: ReadDep, wanted: Preview) -> Response:
    """Show the schedule that would be, with events that are only thought of."""
    wish = Wish(
        asset_class=wanted.asset_class,
        cost=wanted.cost,
        in_service=wanted.in_service,
        preset=wanted.preset,
        life_months=wanted.life_months,
        terms=wanted.terms.wire() if wanted.terms else None,
    )
    book, kept, found = what_if(
        reading,
        rules_of(app.settings),
        wanted.book,
        wish,
        [one.wire() for one in wanted.events],
        wanted.asset_id,
    )
    window = window_of(reading, book["id"])
    return answer(whole(book, kept, found, window, (None, None), None, None))
