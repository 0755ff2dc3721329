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
    AssetInBook,
    Capitalise,
    NewEvent,
    Preview,
    Recorded,
    SchedulePage,
    WholeSchedule,
)
from api.routes.streams import Format, described, objects, streamed, table
from inventory.accounting.books.book_state import book_state_of
from inventory.accounting.catalogue.api_form import event_to_wire, terms_to_wire
from inventory.accounting.catalogue.explain import FLAT, flat
from inventory.fixed_assets.asset_books import (
    add_to_book,
    books_of_asset,
    preview_schedule,
    record_in_books,
)
from inventory.fixed_assets.terms_requested import RequestedTerms
from inventory.kernel.errors import Invalid
from inventory.kernel.texts import N_
from inventory.queries.money.books import book_of
from inventory.queries.money.schedules import (
    ScheduleFilter,
    asset_schedule,
    schedule_page,
    schedule_shown,
    schedule_stream,
    span_of,
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
        raise Invalid(
            N_("{moment} is not a date and time (ISO 8601)."),
            where="moment",
            moment=moment,
        ) from error


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
    (found,) = _one(books_of_asset(reading, asset_id, book))
    day = as_of or app.clock().date()
    return answer(
        asset_schedule(reading, found, (from_, to), as_of=day, known_at=utc(known_at))
    )


def _one(found: list[Row]) -> list[Row]:
    if len(found) != 1:
        raise Invalid(N_("Name one book."), where="book")
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
    request = ScheduleFilter(
        asset_class=asset_class,
        cost_centre=cost_centre,
        updated_since=utc(updated_since),
    )
    days = (from_, to)
    if format == "json":
        return answer_page(
            schedule_page(reading, found, request, days, after=after, limit=limit)
        )
    span_of(book_state_of(reading, found["id"]), *days)
    assets = _streamed(app, found, request, days)
    name = f"schedules-{found['code']}"
    if format == "ndjson":
        return streamed(objects(assets), format, name)
    return table(COLUMNS, _flat(assets), format, name)


def _streamed(
    app: App, book: Row, request: ScheduleFilter, days: tuple[date | None, date | None]
) -> Iterator[Row]:
    with app.engine.connect() as connection:
        yield from schedule_stream(connection, book, request, days)


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
    response_model=AssetInBook,
    responses=problems(401, 403, 404, 409, 422, 503),
)
def capitalise(
    app: AppDep, asset_id: Id, request: Capitalise, who: Annotated[Caller, WRITERS]
) -> Response:
    """Take an asset into a book, by its class or with terms of its own."""
    requested = RequestedTerms(
        asset_class=request.asset_class,
        cost=request.cost,
        in_service=request.in_service,
        preset=request.preset,
        life_months=request.life_months,
        terms=request.terms.wire() if request.terms else None,
        accounts=request.accounts,
    )
    with app.work(who.actor) as work:
        asset, book = add_to_book(
            work, rules_of(app.settings), asset_id, request.book, requested
        )
        work.commit()
    shown: dict[str, Any] = {
        "asset_book_id": asset.id,
        "asset_id": asset_id,
        "book_id": book["id"],
        "book": book["code"],
        "asset_class": asset.asset_class,
        "terms": terms_to_wire(asset.terms, book["currency"]),
    }
    place = f"/api/v1/assets/{asset_id}/schedule?book={book['id']}"
    return answer(shown, 201, {"Location": place})


@router.post(
    "/assets/{asset_id}/events",
    status_code=201,
    response_model=Recorded,
    responses=problems(401, 403, 404, 409, 422, 503),
)
def event(
    app: AppDep, asset_id: Id, request: NewEvent, who: Annotated[Caller, WRITERS]
) -> Response:
    """Record an event of an asset; the same event again changes nothing."""
    rules = rules_of(app.settings)
    with app.work(who.actor) as work:
        event, books = record_in_books(
            work, rules, asset_id, request.book, request.wire()
        )
        work.commit()
    shown = event_to_wire(event, books[0]["currency"])
    codes = [book["code"] for book in books]
    return answer({"asset_id": asset_id, "books": codes, "event": shown}, 201)


@router.post(
    "/schedules:preview",
    response_model=WholeSchedule,
    responses=problems(401, 403, 404, 422),
    dependencies=[READERS],
)
def preview(app: AppDep, reading: ReadDep, request: Preview) -> Response:
    """Show the schedule that would be, with events that are only thought of."""
    requested = RequestedTerms(
        asset_class=request.asset_class,
        cost=request.cost,
        in_service=request.in_service,
        preset=request.preset,
        life_months=request.life_months,
        terms=request.terms.wire() if request.terms else None,
    )
    book, asset, found = preview_schedule(
        reading,
        rules_of(app.settings),
        request.book,
        requested,
        [one.wire() for one in request.events],
        request.asset_id,
    )
    book_state = book_state_of(reading, book["id"])
    return answer(
        schedule_shown(book, asset, found, book_state, (None, None), None, None)
    )
