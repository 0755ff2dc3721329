"""Rows of schedules: what each asset is depreciated in each period, past and future."""

from __future__ import annotations

from datetime import date
from typing import Annotated
from urllib.parse import quote

from sqlalchemy import Connection

from api.http.callers import Caller
from api.resources.declare import (
    AskedMoment,
    Cell,
    Choice,
    Column,
    Number,
    Page,
    PageRequest,
    Question,
    Row,
    RowModel,
    Show,
    Text,
    Viewer,
    Word,
)
from api.resources.money.roles import READERS
from api.resources.references import (
    AssetRef,
    BookRef,
    CostCentreRef,
)
from api.resources.resource import Resource
from api.resources.sources import QuerySource
from inventory.kernel.texts import N_, NN_
from inventory.queries.money.schedules import ScheduleFilter, schedule_row_page


def _explained(row: Row, _caller: Caller) -> Cell:
    """Lead from a period to where its figures come from."""
    period = quote(str(row["period"]))
    path = f"/schedules/{row['schedule_id']}/explain?period={period}"
    return Cell(row["period"], href=path)


class ScheduleRowRow(RowModel):
    """A period of a schedule: opening and movements give the closing amount."""

    schedule_id: Annotated[int, Column("Schedule", shown=False, sort=True)]
    asset_id: int
    tag: Annotated[Text, Column("Tag", lead=True)]
    asset_class: Annotated[Text, Column("Class", shown=False)]
    book: Annotated[str, Column("Book")]
    period: Annotated[str, Column("Period", cell=_explained)]
    year: Annotated[str, Column("Fiscal year", shown=False)]
    first_day: Annotated[str, Column("From", Show.DAY, shown=False)]
    last_day: Annotated[str, Column("To", Show.DAY, shown=False)]
    currency: Annotated[str, Column("Currency", shown=False)]
    opening: Annotated[
        str, Column("Opening", Show.AMOUNT, about="Book value; decimal text.")
    ]
    additions: Annotated[str, Column("Additions", Show.AMOUNT)]
    transferred_cost: Annotated[
        str, Column("Cost transferred", Show.AMOUNT, shown=False)
    ]
    transferred_accumulated: Annotated[
        str, Column("Accumulated depreciation transferred", Show.AMOUNT, shown=False)
    ]
    transferred_impairment: Annotated[
        str, Column("Accumulated impairment transferred", Show.AMOUNT, shown=False)
    ]
    revaluation: Annotated[str, Column("Revaluation", Show.AMOUNT, shown=False)]
    impairment_loss: Annotated[str, Column("Impairment loss", Show.AMOUNT, shown=False)]
    impairment_reversal: Annotated[
        str, Column("Impairment reversed", Show.AMOUNT, shown=False)
    ]
    depreciation: Annotated[str, Column("Depreciation", Show.AMOUNT)]
    borne: Annotated[
        Text,
        Column(
            "Borne",
            Show.AMOUNT,
            shown=False,
            about="What the cost centre asked for bears of the depreciation.",
        ),
    ]
    split: Annotated[
        list[str],
        Column(
            "Cost centres",
            shown=False,
            about="Who bears the depreciation, booked or planned, with amounts.",
        ),
    ]
    disposed: Annotated[str, Column("Disposed of", Show.AMOUNT, shown=False)]
    proceeds: Annotated[str, Column("Proceeds", Show.AMOUNT, shown=False)]
    closing: Annotated[
        str, Column("Closing", Show.AMOUNT, about="Book value; decimal text.")
    ]
    cost: Annotated[str, Column("Cost", Show.AMOUNT, shown=False)]
    accumulated: Annotated[
        str, Column("Accumulated depreciation", Show.AMOUNT, shown=False)
    ]
    impairment: Annotated[
        str, Column("Accumulated impairment", Show.AMOUNT, shown=False)
    ]
    surplus: Annotated[str, Column("Revaluation surplus", Show.AMOUNT, shown=False)]
    posted: Annotated[bool, Column("Posted", Show.YES)]
    posting_id: Annotated[Number, Column("Posting", shown=False)]
    method: Annotated[str, Column("Method", shown=False)]
    basis: Annotated[str, Column("Basis", shown=False)]
    convention: Annotated[str, Column("Convention", shown=False)]
    numerator: Annotated[int, Column("Service, numerator", shown=False)]
    denominator: Annotated[int, Column("Service, denominator", shown=False)]
    days: Annotated[int, Column("Days in service", shown=False)]
    rate: Annotated[Text, Column("Rate", shown=False)]
    residue_minor: Annotated[str, Column("Rounding", shown=False)]
    caught_up: Annotated[str, Column("Caught up", Show.AMOUNT, shown=False)]
    events: Annotated[str, Column("Events", shown=False)]


class ScheduleRowQuestion(Question):
    """Which rows are asked for."""

    book: Annotated[BookRef | None, Choice("Book", pick="books")] = None
    from_day: Annotated[
        date | None, Choice("From", about="Periods that end on this day or later.")
    ] = None
    to_day: Annotated[
        date | None, Choice("To", about="Periods that begin on this day or earlier.")
    ] = None
    asset: Annotated[AssetRef | None, Choice("Asset", pick="assets", main=False)] = None
    asset_class: Annotated[Word, Choice("Class", main=False)] = None
    cost_centre: Annotated[
        CostCentreRef | None,
        Choice(
            "Cost centre",
            pick="cost-centres",
            main=False,
            about="Periods in which it bears the asset, whoever does today.",
        ),
    ] = None
    posted: Annotated[bool | None, Choice("Posted", main=False)] = None
    updated_since: Annotated[
        AskedMoment | None,
        Choice(
            "Updated since",
            main=False,
            about="Terms, events or posted rows changed from then on.",
        ),
    ] = None


def _read(
    connection: Connection,
    asked: ScheduleRowQuestion,
    _viewer: Viewer,
    page: PageRequest,
) -> Page:
    centre = asked.cost_centre
    filters = ScheduleFilter(
        book_id=None if asked.book is None else int(asked.book),
        asset_id=None if asked.asset is None else int(asked.asset),
        asset_class=asked.asset_class,
        cost_centre_id=None if centre is None else int(centre),
        updated_since=asked.updated_since,
        posted=asked.posted,
    )
    return schedule_row_page(
        connection,
        filters,
        (asked.from_day, asked.to_day),
        down=page.sort.startswith("-"),
        after=page.after,
        limit=page.limit,
    )


SCHEDULE_ROWS = Resource(
    name="schedule-rows",
    command="schedule-row",
    title=N_("Schedules by period"),
    counted=NN_("{count} row", "{count} rows"),
    icon="sheet",
    group="money",
    roles=READERS,
    rows=ScheduleRowRow,
    question=ScheduleRowQuestion,
    sort="schedule_id",
    source=QuerySource(read=_read),
    called=lambda row: f"{row['tag']} {row['book']} {row['period']}",
)
