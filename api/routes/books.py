"""`/books`, `/postings`: periods, posting, closing, journals."""

from __future__ import annotations

from datetime import date
from typing import Annotated, Any, Literal

from fastapi import APIRouter, Path, Query, Response
from sqlalchemy import Select, select

from api.compose.wiring import App, rules_of
from api.http.auth import Caller, Role
from api.http.deps import AppDep, ReadDep, allow
from api.routes.answers import answer, answer_page, problems
from api.routes.book_models import (
    BookPage,
    Journal,
    PeriodPage,
    Posted,
    Posting,
    PostingPage,
    Reason,
    Reversed,
    StatusChange,
)
from api.routes.parameters import After, Id, Limit
from api.routes.streams import described, items, objects, streamed, table
from inventory.accounting.books.periods import period_row, set_status
from inventory.accounting.posting.post import post_period
from inventory.accounting.posting.reverse import reverse
from inventory.accounting.tables import Posting as PostingTable
from inventory.fixed_assets.register_books import cost_shares_of
from inventory.kernel.money import Money
from inventory.queries.money.books import book_of, list_books, list_periods
from inventory.queries.money.postings import (
    journal,
    list_postings,
    posting_detail,
    postings_between,
)
from inventory.reports import journals
from inventory.storage.rows import id_of

router = APIRouter(tags=["accounting"])

READERS = allow(Role.ACCOUNTING, Role.AUDITOR)
WRITERS = allow(Role.ACCOUNTING)
Key = Annotated[str, Path(max_length=40, description="Key of the period: 2026-03.")]
JournalFormat = Annotated[
    Literal["json", "csv", "xlsx", "beancount", "hledger"],
    Query(description="json, csv, xlsx, or plain-text accounting."),
]
FILES = described("json", "csv", "xlsx", "beancount")


@router.get(
    "/books",
    response_model=BookPage,
    responses=problems(401, 403, 422),
    dependencies=[READERS],
)
def books(reading: ReadDep, after: After = None, limit: Limit = 100) -> Response:
    """List the books, each with the next period to post."""
    return answer_page(list_books(reading, after=after, limit=limit))


@router.get(
    "/books/{book_id}/periods",
    response_model=PeriodPage,
    responses=problems(401, 403, 404, 422),
    dependencies=[READERS],
)
def periods(
    reading: ReadDep,
    book_id: Id,
    year: Annotated[str | None, Query(max_length=40)] = None,
    status: Literal["open", "closed", "locked"] | None = None,
    after: After = None,
    limit: Limit = 100,
) -> Response:
    """List the periods of a book with what is booked in them."""
    book_of(reading, str(book_id))
    return answer_page(
        list_periods(
            reading, book_id, year=year, status=status, after=after, limit=limit
        )
    )


@router.post(
    "/books/{book_id}/periods/{key}:post",
    response_model=Posted,
    responses=problems(401, 403, 404, 409, 422, 503),
)
def post(
    app: AppDep, book_id: Id, key: Key, who: Annotated[Caller, WRITERS]
) -> Response:
    """Book a period: all of it or nothing. Booking it again changes nothing."""
    with app.work(who.actor) as work:
        book = book_of(work.connection, str(book_id))
        done = post_period(work, book_id, key, cost_shares_of(work.connection))
        work.commit()
    return answer(
        {
            "posting_id": done.posting_id,
            "already": done.already,
            "period": key,
            "assets": done.assets,
            "depreciation": Money(done.depreciation, book["currency"]).amount,
            "currency": book["currency"],
        }
    )


def _status(
    app: App, book_id: int, key: str, status: str, reason: str, who: Caller
) -> Response:
    with app.work(who.actor) as work:
        book_of(work.connection, str(book_id))
        changed = set_status(work, book_id, key, status, reason)
        row = period_row(work.connection, book_id, key)
        work.commit()
    return answer({"period": key, "status": row["status"], "changed": changed})


@router.post(
    "/books/{book_id}/periods/{key}:close",
    response_model=StatusChange,
    responses=problems(401, 403, 404, 409, 422, 503),
)
def close(
    app: AppDep,
    book_id: Id,
    key: Key,
    who: Annotated[Caller, WRITERS],
    why: Reason | None = None,
) -> Response:
    """Close a period: it takes no more postings until it is reopened."""
    return _status(app, book_id, key, "closed", why.reason if why else "", who)


@router.post(
    "/books/{book_id}/periods/{key}:lock",
    response_model=StatusChange,
    responses=problems(401, 403, 404, 409, 422, 503),
)
def lock(
    app: AppDep,
    book_id: Id,
    key: Key,
    who: Annotated[Caller, WRITERS],
    why: Reason | None = None,
) -> Response:
    """Lock a period for good."""
    return _status(app, book_id, key, "locked", why.reason if why else "", who)


@router.post(
    "/books/{book_id}/periods/{key}:reopen",
    response_model=StatusChange,
    responses=problems(401, 403, 404, 409, 422, 503),
)
def reopen(
    app: AppDep, book_id: Id, key: Key, why: Reason, who: Annotated[Caller, WRITERS]
) -> Response:
    """Reopen a closed period, with a reason."""
    return _status(app, book_id, key, "open", why.reason, who)


@router.get(
    "/postings",
    response_model=PostingPage,
    responses=problems(401, 403, 404, 422),
    dependencies=[READERS],
)
def postings(
    reading: ReadDep,
    book: Annotated[str | None, Query(max_length=200)] = None,
    period: Annotated[str | None, Query(max_length=40)] = None,
    after: After = None,
    limit: Limit = 100,
) -> Response:
    """List postings and reversals, newest first."""
    number = book_of(reading, book)["id"] if book else None
    return answer_page(
        list_postings(reading, book_id=number, period=period, after=after, limit=limit)
    )


@router.get(
    "/postings/{posting_id}",
    response_model=Posting,
    responses=problems(401, 403, 404, 422),
    dependencies=[READERS],
)
def posting(reading: ReadDep, posting_id: Id) -> Response:
    """Show a posting."""
    return answer(posting_detail(reading, posting_id))


@router.post(
    "/postings/{posting_id}:reverse",
    response_model=Reversed,
    responses=problems(401, 403, 404, 409, 422, 503),
)
def take_back(
    app: AppDep, posting_id: Id, why: Reason, who: Annotated[Caller, WRITERS]
) -> Response:
    """Take a posting back by mirrored entries; its period can be booked anew."""
    with app.work(who.actor) as work:
        number = reverse(work, posting_id, why.reason)
        work.commit()
    return answer({"posting_id": number, "reverses_id": posting_id})


@router.get(
    "/postings/{posting_id}/journal",
    response_model=Journal,
    responses=FILES | problems(401, 403, 404, 422),
    dependencies=[READERS],
)
def posting_journal(
    app: AppDep, reading: ReadDep, posting_id: Id, format: JournalFormat = "json"
) -> Response:
    """Export the entries of a posting."""
    found = posting_detail(reading, posting_id)
    postings_wanted = select(id_of(PostingTable)).where(
        id_of(PostingTable) == posting_id
    )
    name = f"journal-{found['book']}-{found['period']}-{posting_id}"
    start = next(
        row["first_day"]
        for row in list_periods(reading, found["book_id"], limit=1000).rows
        if row["key"] == found["period"]
    )
    return export(app, postings_wanted, format, name, start)


@router.get(
    "/books/{book_id}/journal",
    response_model=Journal,
    responses=FILES | problems(401, 403, 404, 422),
    dependencies=[READERS],
)
def book_journal(
    app: AppDep,
    reading: ReadDep,
    book_id: Id,
    from_: Annotated[
        date, Query(alias="from", description="First day of the first period.")
    ],
    to: Annotated[date, Query(description="Last day of the last period.")],
    format: JournalFormat = "json",
) -> Response:
    """Export all entries of the periods between two days, reversals included."""
    book = book_of(reading, str(book_id))
    after = date.fromordinal(min(to.toordinal() + 1, date.max.toordinal()))
    postings_wanted = postings_between(book_id, from_, after)
    return export(app, postings_wanted, format, f"journal-{book['code']}", from_)


def export(
    app: App, postings_wanted: Select[Any], kind: str, name: str, opened: date
) -> Response:
    """Return the entries of postings as a file or as JSON."""
    rules = rules_of(app.settings)

    def entries() -> Any:  # noqa: ANN401 - an iterator of entries
        with app.engine.connect() as connection:
            yield from journal(connection, postings_wanted)

    match kind:
        case "json":
            entries_shown = journals.objects(entries(), rules.names)
            return streamed(items(objects(entries_shown)), kind, name)
        case "csv" | "xlsx":
            rows = journals.lines(entries(), rules.names)
            return table(journals.COLUMNS, rows, kind, name)
        case _:
            text = journals.ledger(entries(), rules, kind, opened)
            return streamed(text, kind, name)
