"""Schedules: the depreciation of one asset in one book."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import date, datetime
from typing import Annotated, Any

from pydantic import Field
from sqlalchemy import ColumnElement, Connection, select

from api.compose.rulebooks import rules_of
from api.http.actions import Act, Acting, Given
from api.models.journals import Amount
from api.models.schedules import EventIn, TermsIn, WholeSchedule
from api.resources.declare import (
    AskedMoment,
    Choice,
    Column,
    Input,
    Page,
    PageRequest,
    Question,
    Row,
    RowModel,
    Show,
    Viewer,
    Word,
)
from api.resources.money.explanations import EXPLANATION
from api.resources.money.in_books.event_inputs import TypedEventIn
from api.resources.money.roles import READERS, WRITERS
from api.resources.references import SCHEDULE, AssetRef, BookRef, CostCentreRef
from api.resources.resource import Resource
from api.resources.sources import QuerySource, TableSource
from inventory.accounting.books.book_state import book_state_of
from inventory.accounting.books.capitalise import record_event
from inventory.accounting.tables import AssetBook, Book
from inventory.assets.register.tables import Asset
from inventory.fixed_assets.asset_books import (
    add_to_book,
    correct_in_book,
    preview_schedule,
    requested_event,
)
from inventory.fixed_assets.rulebooks import rules_of_entity
from inventory.fixed_assets.tax.tax_elections import Elections
from inventory.fixed_assets.terms_requested import RequestedTerms
from inventory.kernel.spans import Span
from inventory.kernel.texts import N_, NN_
from inventory.people.tables import LegalEntity
from inventory.queries.money.books import book_of
from inventory.queries.money.cost_allocation import charged_days
from inventory.queries.money.ever_charged import maybe_ever_charged
from inventory.queries.money.schedules import (
    asset_schedule,
    changed_since,
    few_changed_since,
    schedule_shown,
)
from inventory.storage.paging import MAX_LIMIT, cursor_after
from inventory.storage.paging import Page as Rows
from inventory.storage.rows import col, get, id_of, table_of

_ASSET_BOOK, _ASSET = table_of(AssetBook), table_of(Asset)
_BOOK, _ENTITY = table_of(Book), table_of(LegalEntity)


class AssetScheduleRow(RowModel):
    """An asset in a book."""

    id: Annotated[int, Column("Number", shown=False, sort=True)]
    asset_id: int
    tag: Annotated[str, Column("Tag", sort=True, lead=True)]
    name: Annotated[str, Column("Name", shown=False)]
    book_id: int
    book: Annotated[str, Column("Book")]
    legal_entity: Annotated[str, Column("Legal entity", shown=False)]
    asset_class: Annotated[str, Column("Class", sort=True)]
    in_service: Annotated[date, Column("In service", Show.DAY, sort=True)]
    currency: Annotated[str, Column("Currency", shown=False)]
    revised_at: Annotated[
        datetime,
        Column(
            "Revised",
            Show.AGO,
            sort=True,
            about="When terms or events last changed.",
        ),
    ]


class ScheduleQuestion(Question):
    """Which schedules are asked for."""

    book: Annotated[BookRef | None, Choice("Book", pick="books", lookups=())] = None
    asset_class: Annotated[Word, Choice("Class")] = None
    asset: Annotated[
        AssetRef | None, Choice("Asset", pick="assets", main=False, lookups=())
    ] = None
    cost_centre: Annotated[
        CostCentreRef | None,
        Choice(
            "Cost centre",
            pick="cost-centres",
            main=False,
            about="It bears the asset, or bore it at some time since it is in service.",
        ),
    ] = None
    in_service: Annotated[date | None, Choice("In service", main=False)] = None
    tag: Annotated[Word, Choice("Tag", main=False)] = None
    updated_since: Annotated[
        AskedMoment | None,
        Choice(
            "Updated since",
            main=False,
            about="Terms, events or posted rows changed from then on.",
        ),
    ] = None
    revised_at: Annotated[AskedMoment | None, Choice("Revised", main=False)] = None


class ScheduleDetail(WholeSchedule):
    """An asset in a book with its rows, events, disposals and balances."""

    id: int
    total: Annotated[
        Amount, Column("Depreciation of all periods", about="Decimal text.")
    ]
    translated_from: dict[str, str] | None = Field(
        description="Amount, currency and rate that the cost was translated from."
    )


class _Terms(Given):
    """What a schedule is made of; what is left out comes from the register."""

    asset_class: Annotated[
        str | None,
        Field(max_length=200),
        Input("Class", hint="That of the asset without."),
    ] = None
    cost: Annotated[
        str | dict[str, str] | None,
        Input("Cost", kind="money", hint="That of the asset without."),
    ] = None
    in_service: Annotated[
        date | None,
        Input("In service", hint="The day of first use, or the purchase, without."),
    ] = None
    preset: Annotated[
        str | None,
        Field(max_length=200),
        Input("Preset", hint="Terms of a law instead of those of the class."),
    ] = None
    life_months: Annotated[
        int | None,
        Field(ge=1, le=2400),
        Input("Life in months", hint="Where the preset leaves it open."),
    ] = None
    terms: Annotated[
        TermsIn | None, Input("Terms", about="Instead of those of the class.")
    ] = None
    section_179: Annotated[
        str | None,
        Field(max_length=40),
        Input("Section 179", group="United States", hint="Expensed at once."),
    ] = None
    bonus: Annotated[
        bool, Input("Special allowance", group="United States", about="Section 168(k).")
    ] = False
    acquired_on: Annotated[date | None, Input("Acquired on", group="United States")] = (
        None
    )
    passenger_car: Annotated[
        bool, Input("Passenger car", group="United States", about="Section 280F.")
    ] = False

    def requested(self, accounts: dict[str, str] | None = None) -> RequestedTerms:
        """Return the terms that are asked for."""
        return RequestedTerms(
            asset_class=self.asset_class,
            cost=self.cost,
            in_service=self.in_service,
            preset=self.preset,
            life_months=self.life_months,
            terms=self.terms.wire() if self.terms else None,
            accounts=accounts,
            section_179=self.section_179,
            elections=Elections(
                bonus=self.bonus,
                acquired_on=self.acquired_on,
                passenger_car=self.passenger_car,
            ),
        )


class ScheduleCorrectIn(_Terms):
    """What is right of an asset that is not booked yet; the rest stays."""


class ScheduleIn(_Terms):
    """An asset to add to a book: by its class, or with terms of its own."""

    asset: Annotated[AssetRef, Input("Asset", pick="assets")]
    book: Annotated[BookRef, Input("Book", pick="books")]
    accounts: Annotated[
        dict[str, str] | None,
        Input("Accounts", about="Codes instead of those of the class, by use."),
    ] = None


class PreviewIn(_Terms):
    """A schedule that would be: an asset with more events, or one not bought yet."""

    book: Annotated[
        BookRef, Input("Book", pick="books", about="Its calendar and currency.")
    ]
    asset: Annotated[AssetRef | None, Input("Asset", pick="assets")] = None
    events: Annotated[list[EventIn], Field(max_length=1000), Input("Events")] = Field(
        default_factory=list
    )


def _create(acting: Acting, given: ScheduleIn) -> dict[str, Any]:
    rules = rules_of(acting.app.settings)
    requested = given.requested(given.accounts)
    asset, _ = add_to_book(
        acting.work, rules, int(given.asset), str(given.book), requested
    )
    return {"id": asset.id}


def _correct(acting: Acting, given: ScheduleCorrectIn) -> None:
    rules = rules_of(acting.app.settings)
    correct_in_book(acting.work, rules, acting.id, given.requested())


def _record(acting: Acting, given: TypedEventIn) -> None:
    row = get(acting.work.connection, AssetBook, acting.id)
    book = book_of(acting.work.connection, str(row["book_id"]))
    rules = rules_of(acting.app.settings)
    own = rules_of_entity(acting.work.connection, rules, book["legal_entity_id"])
    event = requested_event(own, book, given.wire())
    record_event(acting.work, acting.id, event)


def _preview(acting: Acting, given: PreviewIn) -> Row:
    connection = acting.work.connection
    book, asset, schedule = preview_schedule(
        connection,
        rules_of(acting.app.settings),
        str(given.book),
        given.requested(),
        [event.wire() for event in given.events],
        None if given.asset is None else int(given.asset),
    )
    state = book_state_of(connection, book["id"])
    return schedule_shown(book, asset, schedule, state, (None, None), None, None)


def _get(connection: Connection, schedule_id: int, viewer: Viewer) -> Row | None:
    query = select(col(AssetBook.book_id), col(AssetBook.origin))
    row = connection.execute(query.where(id_of(AssetBook) == schedule_id)).one_or_none()
    if row is None:
        return None
    book_id, origin = row
    book = book_of(connection, str(book_id)) | {"asset_book_id": schedule_id}
    found = asset_schedule(connection, book, (None, None), as_of=viewer.day)
    return found | {"id": schedule_id, "translated_from": origin}


def _maybe_charged(centre_id: int, _viewer: Viewer) -> ColumnElement[bool]:
    return col(AssetBook.asset_id).in_(maybe_ever_charged(centre_id))


def _borne(connection: Connection, centre_id: int, rows: Sequence[Row]) -> list[Row]:
    """Return the schedules that a cost centre bore on some day since in service."""
    if not rows:
        return []
    since = Span(min(row["in_service"] for row in rows), None)
    ids = [row["asset_id"] for row in rows]
    days = charged_days(connection, ids, centre_id, since)
    return [
        row
        for row in rows
        if any(one.meet(Span(row["in_service"], None)) for one in days[row["asset_id"]])
    ]


def _read(
    connection: Connection, asked: ScheduleQuestion, viewer: Viewer, page: PageRequest
) -> Page:
    """Read a page; who bore an asset is decided for so many as a page has."""
    table = _table_for(connection, asked)
    if asked.cost_centre is None:
        return table.read(connection, asked, viewer, page)
    centre, rows = int(asked.cost_centre), list[Row]()
    while True:
        room = page.limit - len(rows)
        some = replace(page, limit=min(max(2 * room, _AT_ONCE), MAX_LIMIT))
        found = table.read(connection, asked, viewer, some)
        kept = _borne(connection, centre, found.rows)
        rows += kept[:room]
        after = found.next
        if len(kept) > room:
            # The next page begins after the last row that has room.
            name = page.sort.removeprefix("-")
            after = cursor_after(page.sort, rows[-1][name], rows[-1]["id"])
        if len(rows) == page.limit or after is None:
            return Rows([dict(row) for row in rows], after)
        page = replace(page, after=after)


def _count(
    connection: Connection, asked: ScheduleQuestion, viewer: Viewer
) -> int | None:
    # Who bore what is not decided for thousands of assets to count them.
    if asked.cost_centre is not None:
        return None
    return _table_for(connection, asked).count(connection, asked, viewer)


def _choices(connection: Connection) -> Mapping[str, Sequence[str]]:
    return _TABLE.choices(connection)


_COLUMNS: dict[str, ColumnElement[Any]] = {
    "id": id_of(AssetBook),
    "asset_id": col(AssetBook.asset_id),
    "tag": col(Asset.tag),
    "name": col(Asset.name),
    "book_id": col(AssetBook.book_id),
    "book": col(Book.code),
    "legal_entity": col(LegalEntity.code),
    "asset_class": col(AssetBook.asset_class),
    "in_service": col(AssetBook.in_service),
    "currency": col(Book.currency),
    "revised_at": col(AssetBook.revised_at),
}

_AT_ONCE = 100
"""Schedules read at once, at least, to find those that a cost centre bore."""

_TABLE: TableSource[ScheduleQuestion] = TableSource(
    table=_ASSET_BOOK,
    joined=_ASSET_BOOK.join(_ASSET, id_of(Asset) == col(AssetBook.asset_id))
    .join(_BOOK, id_of(Book) == col(AssetBook.book_id))
    .join(_ENTITY, id_of(LegalEntity) == col(Book.legal_entity_id)),
    columns=_COLUMNS,
    filters={
        "book": lambda one, _viewer: col(AssetBook.book_id) == one,
        "asset": lambda one, _viewer: col(AssetBook.asset_id) == one,
        "cost_centre": _maybe_charged,
        "updated_since": lambda moment, _viewer: changed_since(moment),
    },
    searched=(col(Asset.search),),
    offered=("asset_class",),
)

_BY_SCHEDULE = replace(
    _TABLE,
    filters={
        **_TABLE.filters,
        "updated_since": lambda moment, _viewer: changed_since(moment, few=False),
    },
)
"""The same where most schedules have changed, as after a period was posted."""


def _table_for(
    connection: Connection, asked: ScheduleQuestion
) -> TableSource[ScheduleQuestion]:
    moment = asked.updated_since
    few = moment is None or few_changed_since(connection, moment)
    return _TABLE if few else _BY_SCHEDULE


SCHEDULES = Resource(
    name="schedules",
    command="schedule",
    title=N_("Schedules"),
    counted=NN_("{count} schedule", "{count} schedules"),
    icon="sheet",
    group="money",
    roles=READERS,
    rows=AssetScheduleRow,
    question=ScheduleQuestion,
    sort="id",
    source=QuerySource(read=_read, count=_count, choices=_choices, columns=_COLUMNS),
    reference=SCHEDULE,
    detail=ScheduleDetail,
    get=_get,
    extracts=(EXPLANATION,),
    called=lambda row: f"{row['tag']} {row['book']}",
    rows_of=_TABLE.some,
    as_of=True,
    acts=(
        Act(
            "add-to-book",
            ScheduleIn,
            _create,
            WRITERS,
            verb="create",
            said=N_("The asset is in the book."),
            title=N_("Add an asset to a book"),
            many=True,
        ),
        Act(
            "correct-terms",
            ScheduleCorrectIn,
            _correct,
            WRITERS,
            verb="correct",
            about="Correct class, cost or day before the first posting.",
            said=N_("The terms are corrected."),
            title=N_("Correct {tag} in {book}"),
            try_first=True,
        ),
        Act(
            "record-event",
            TypedEventIn,
            _record,
            WRITERS,
            about="Record an event of the asset in this book.",
            said=N_("The event is recorded."),
            title=N_("Record an event of {tag}"),
            try_first=True,
        ),
        Act(
            "preview-schedule",
            PreviewIn,
            _preview,
            READERS,
            verb="preview",
            on="list",
            answer=WholeSchedule,
            preview=False,
        ),
    ),
)
