"""Stock-takes, what was scanned in them, and the corrections they propose."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import UTC, datetime, time
from typing import Annotated, Any, Literal

from pydantic import AwareDatetime
from sqlalchemy import Connection, select

from api.http.callers import Role
from api.resources.computed import ComputedSource
from api.resources.declare import (
    Choice,
    Column,
    DetailModel,
    Moment,
    Number,
    Question,
    Row,
    RowModel,
    Show,
    Text,
    Viewer,
    Word,
)
from api.resources.references import (
    STOCK_TAKE,
    AssetRef,
    LocationRef,
    StockTakeRef,
)
from api.resources.register.shared import columns_of_table, counted
from api.resources.register.stock_take_acts import DECIDE, TAKE_ACTS
from api.resources.resource import Resource
from api.resources.sources import TableSource
from inventory.assets.register.tables import Asset
from inventory.assets.stocktake.tables import (
    StockTake,
    StockTakeCorrection,
    StockTakeItem,
    StockTakeScan,
)
from inventory.kernel.texts import N_, NN_
from inventory.people.tables import Location
from inventory.queries.register import stocktakes
from inventory.queries.register.stocktake_names import (
    named_places,
    results_with_names,
)
from inventory.storage.rows import col, find, id_of, table_of

SEE = frozenset({Role.IT, Role.ACCOUNTING, Role.AUDITOR})
_ASSET = table_of(Asset)
_CORRECTION = table_of(StockTakeCorrection)
_LOCATION = table_of(Location)
_SCAN = table_of(StockTakeScan)
_TAKE = table_of(StockTake)
State = Literal["open", "closed", "applied", "cancelled"]
Outcome = Literal["found", "misplaced", "missing", "unknown"]


class StockTakeRow(RowModel):
    """A campaign: look whether everything is there."""

    id: Annotated[int, Column("Number", sort=True)]
    name: Annotated[str, Column("Name", sort=True, lead=True)]
    state: Annotated[str, Column("State", Show.STATE, sort=True)]
    location_id: Number
    location: Annotated[Text, Column("Place", about="Everywhere without.")]
    kinds: Annotated[list[str], Column("Kinds", about="All without.")]
    evidence_days: Annotated[int, Column("Days of the network", shown=False)]
    expected: Annotated[int, Column("Expected", Show.NUMBER)]
    scans: Annotated[int, Column("Scans", Show.NUMBER)]
    opened_by: Annotated[str, Column("By", shown=False)]
    recorded_at: Annotated[Moment, Column("Begun", Show.AGO, sort=True)]
    closed_at: Annotated[Moment, Column("Closed", Show.AGO, sort=True)]
    applied_at: Annotated[Moment, Column("Applied", Show.AGO, shown=False)]


class StockTakeQuestion(Question):
    """Which stock-takes are asked for."""

    state: Annotated[State | None, Choice("State")] = None
    name: Annotated[Word, Choice("Name", main=False)] = None
    location: Annotated[LocationRef | None, Choice("Place", pick="places")] = None
    recorded_at: Annotated[AwareDatetime | None, Choice("Begun", main=False)] = None
    closed_at: Annotated[AwareDatetime | None, Choice("Closed", main=False)] = None


class Counts(DetailModel):
    """How many things were expected, and how many have which outcome."""

    expected: int
    found: int
    misplaced: int
    missing: int
    unknown: int


class TakeResult(DetailModel):
    """The outcome of one thing."""

    outcome: str
    asset_id: Number
    tag: str
    kind: Text
    model: Text
    serial: Text
    person: Text
    expected: bool
    seen_at: Text
    how: str
    denied: bool


class Correction(DetailModel):
    """A change of the register that a closed campaign proposes."""

    id: int
    stock_take_id: int
    asset_id: Number
    kind: str
    detail: dict[str, Any]
    state: str
    remark: str
    decided_by: Text
    recorded_at: Moment
    decided_at: Moment
    tag: Text
    asset_kind: Text
    location: Text


class StockTakeDetail(DetailModel):
    """How a campaign stands: counts, the outcome of everything, corrections."""

    id: int
    name: str
    state: str
    location_id: Number
    kinds: list[str]
    evidence_days: int
    opened_by: str
    recorded_at: Moment
    closed_at: Moment
    applied_at: Moment
    counts: Counts
    results: list[TakeResult]
    corrections: list[Correction]


def _get(connection: Connection, take_id: int, viewer: Viewer) -> Row | None:
    if find(connection, StockTake, id=take_id) is None:
        return None
    status = stocktakes.stock_take_status(connection, take_id, _end(viewer))
    return status.take | {
        "counts": status.counts,
        "results": results_with_names(connection, status.results),
        "corrections": stocktakes.list_corrections(connection, take_id),
    }


def _end(viewer: Viewer) -> datetime:
    """Return the end of the day: what answers today counts."""
    return datetime.combine(viewer.today, time.max, UTC)


STOCK_TAKES = Resource(
    name="stock-takes",
    command="stock-take",
    title=N_("Stock-takes"),
    counted=NN_("{count} stock-take", "{count} stock-takes"),
    group="register",
    roles=SEE,
    rows=StockTakeRow,
    question=StockTakeQuestion,
    sort="-id",
    source=TableSource(
        table=_TAKE,
        columns=columns_of_table(
            StockTake,
            "id name state location_id kinds evidence_days opened_by recorded_at"
            " closed_at applied_at",
        )
        | {
            "location": col(Location.code),
            "expected": counted(
                select(table_of(StockTakeItem)).where(
                    col(StockTakeItem.stock_take_id) == id_of(StockTake)
                )
            ),
            "scans": counted(
                select(_SCAN).where(
                    col(StockTakeScan.stock_take_id) == id_of(StockTake)
                )
            ),
        },
        joined=_TAKE.outerjoin(
            _LOCATION, id_of(Location) == col(StockTake.location_id)
        ),
        refers={"location": col(StockTake.location_id)},
        searched=(col(StockTake.name), col(Location.code)),
    ),
    reference=STOCK_TAKE,
    detail=StockTakeDetail,
    get=_get,
    called=lambda row: str(row["name"]),
    acts=TAKE_ACTS,
)


class ItemRow(RowModel):
    """What became of one thing in a stock-take."""

    stock_take_id: int
    stock_take: Annotated[str, Column("Stock-take")]
    outcome: Annotated[Outcome, Column("Outcome", Show.STATE, sort=True)]
    asset_id: Number
    tag: Annotated[str, Column("Asset", sort=True, about="Tag, or what was scanned.")]
    kind: Annotated[Text, Column("Kind", Show.WORD, sort=True)]
    model: Annotated[Text, Column("Model", sort=True)]
    serial: Annotated[Text, Column("Serial", Show.MONO)]
    person: Annotated[Text, Column("Held by", sort=True)]
    expected: Annotated[
        bool, Column("Expected", Show.YES, about="no: it turned up unexpectedly.")
    ]
    seen_at: Annotated[Text, Column("Seen at", about="Code of the place.")]
    how: Annotated[str, Column("How", about="How it was seen; empty: it was not.")]
    denied: Annotated[
        bool, Column("Denied", Show.YES, about="Its holder says he has it not.")
    ]


class ItemQuestion(Question):
    """Which things are asked for; without a stock-take those of all open ones."""

    stock_take: Annotated[
        StockTakeRef | None, Choice("Stock-take", pick="stock-takes")
    ] = None
    outcome: Annotated[Outcome | None, Choice("Outcome")] = None
    kind: Annotated[Word, Choice("Kind")] = None
    tag: Annotated[Word, Choice("Asset", main=False)] = None
    model: Annotated[Word, Choice("Model", main=False)] = None
    person: Annotated[Word, Choice("Held by", main=False)] = None
    expected: Annotated[bool | None, Choice("Expected", main=False)] = None
    seen_at: Annotated[Word, Choice("Seen at", main=False)] = None
    how: Annotated[Word, Choice("How", main=False)] = None
    denied: Annotated[bool | None, Choice("Denied", main=False)] = None


def _items(
    connection: Connection, asked: ItemQuestion, viewer: Viewer
) -> Iterator[dict[str, Any]]:
    one = asked.stock_take
    which = col(StockTake.state) == "open" if one is None else id_of(StockTake) == one
    query = select(id_of(StockTake)).where(which).order_by(id_of(StockTake))
    for take_id in connection.execute(query).scalars().all():
        status = stocktakes.stock_take_status(connection, take_id, _end(viewer))
        head = {"stock_take_id": take_id, "stock_take": status.take["name"]}
        for row in results_with_names(connection, status.results):
            yield {**head, **row}


STOCK_TAKE_ITEMS = Resource(
    name="stock-take-items",
    command="stock-take-item",
    title=N_("Outcome of stock-takes"),
    counted=NN_("{count} thing", "{count} things"),
    group="register",
    roles=SEE,
    rows=ItemRow,
    question=ItemQuestion,
    sort="tag",
    source=ComputedSource(
        rows=ItemRow, compute=_items, answered=frozenset({"stock_take"})
    ),
)


class StockTakeScanRow(RowModel):
    """Something that was seen in a stock-take, or denied."""

    id: Annotated[int, Column("Number", shown=False, sort=True)]
    stock_take_id: int
    stock_take: Annotated[str, Column("Stock-take")]
    text: Annotated[str, Column("Label", Show.MONO, sort=True, lead=True)]
    asset_id: Number
    tag: Annotated[Text, Column("Asset")]
    location_id: Number
    location: Annotated[Text, Column("Place")]
    how: Annotated[str, Column("How")]
    answer: Annotated[str, Column("Answer", Show.STATE)]
    author: Annotated[str, Column("By")]
    note: Annotated[str, Column("Note")]
    recorded_at: Annotated[Moment, Column("When", Show.AGO, sort=True)]


class ScanQuestion(Question):
    """Which scans are asked for."""

    stock_take: Annotated[
        StockTakeRef | None, Choice("Stock-take", pick="stock-takes")
    ] = None
    asset: Annotated[AssetRef | None, Choice("Asset", pick="assets")] = None
    location: Annotated[LocationRef | None, Choice("Place", pick="places")] = None
    how: Annotated[
        Literal["wedge", "camera", "hand", "person", "network"] | None, Choice("How")
    ] = None
    answer: Annotated[
        Literal["seen", "denied"] | None, Choice("Answer", main=False)
    ] = None
    known: Annotated[
        bool | None, Choice("Known", main=False, about="The label names an asset.")
    ] = None
    author: Annotated[Word, Choice("By", main=False)] = None
    recorded_at: Annotated[AwareDatetime | None, Choice("When", main=False)] = None


STOCK_TAKE_SCANS = Resource(
    name="stock-take-scans",
    command="stock-take-scan",
    title=N_("Scans of stock-takes"),
    counted=NN_("{count} scan", "{count} scans"),
    group="register",
    roles=SEE,
    rows=StockTakeScanRow,
    question=ScanQuestion,
    sort="-id",
    source=TableSource(
        table=_SCAN,
        columns=columns_of_table(
            StockTakeScan,
            "id stock_take_id text asset_id location_id how answer author note"
            " recorded_at",
        )
        | {
            "stock_take": col(StockTake.name),
            "tag": col(Asset.tag),
            "location": col(Location.code),
            "asset": col(StockTakeScan.asset_id),
        },
        shown=tuple(StockTakeScanRow.model_fields),
        joined=_SCAN.join(_TAKE, id_of(StockTake) == col(StockTakeScan.stock_take_id))
        .outerjoin(_ASSET, id_of(Asset) == col(StockTakeScan.asset_id))
        .outerjoin(_LOCATION, id_of(Location) == col(StockTakeScan.location_id)),
        refers={
            "stock_take": col(StockTakeScan.stock_take_id),
            "location": col(StockTakeScan.location_id),
        },
        filters={
            "known": lambda known, _viewer: (
                col(StockTakeScan.asset_id).is_not(None) == known
            )
        },
        searched=(col(StockTakeScan.text), col(Asset.tag)),
    ),
)


class CorrectionRow(RowModel):
    """A change of the register that a closed campaign proposes."""

    id: Annotated[int, Column("Number", sort=True, lead=True)]
    stock_take_id: int
    stock_take: Annotated[str, Column("Stock-take")]
    asset_id: Number
    tag: Annotated[Text, Column("Asset", sort=True)]
    asset_kind: Annotated[Text, Column("Kind", Show.WORD)]
    kind: Annotated[str, Column("Correction", Show.WORD, sort=True)]
    location: Annotated[Text, Column("Place")]
    detail: dict[str, Any]
    state: Annotated[str, Column("State", Show.STATE, sort=True)]
    remark: Annotated[str, Column("Remark")]
    decided_by: Annotated[Text, Column("Decided by", shown=False)]
    recorded_at: Annotated[Moment, Column("Proposed", Show.AGO, shown=False)]
    decided_at: Annotated[Moment, Column("Decided", Show.AGO)]


class CorrectionQuestion(Question):
    """Which corrections are asked for."""

    stock_take: Annotated[
        StockTakeRef | None, Choice("Stock-take", pick="stock-takes")
    ] = None
    kind: Annotated[
        Literal["move", "lose", "find", "register"] | None, Choice("Correction")
    ] = None
    state: Annotated[
        Literal["proposed", "applied", "rejected", "failed"] | None, Choice("State")
    ] = None
    asset: Annotated[AssetRef | None, Choice("Asset", pick="assets", main=False)] = None
    asset_kind: Annotated[Word, Choice("Kind", main=False)] = None
    decided_at: Annotated[AwareDatetime | None, Choice("Decided", main=False)] = None


def _with_places(
    connection: Connection, rows: list[dict[str, Any]], _viewer: Viewer
) -> list[dict[str, Any]]:
    places: Mapping[int, str] = named_places(connection)
    for row in rows:
        row["location"] = places.get(row["detail"].get("location_id") or 0)
    return rows


STOCK_TAKE_CORRECTIONS = Resource(
    name="stock-take-corrections",
    command="stock-take-correction",
    title=N_("Corrections of stock-takes"),
    counted=NN_("{count} correction", "{count} corrections"),
    group="register",
    roles=SEE,
    rows=CorrectionRow,
    question=CorrectionQuestion,
    sort="id",
    source=TableSource(
        table=_CORRECTION,
        columns=columns_of_table(
            StockTakeCorrection,
            "id stock_take_id asset_id kind detail state remark decided_by"
            " recorded_at decided_at",
        )
        | {
            "stock_take": col(StockTake.name),
            "tag": col(Asset.tag),
            "asset_kind": col(Asset.kind),
            "asset": col(StockTakeCorrection.asset_id),
        },
        shown=[n for n in CorrectionRow.model_fields if n != "location"],
        joined=_CORRECTION.join(
            _TAKE, id_of(StockTake) == col(StockTakeCorrection.stock_take_id)
        ).outerjoin(_ASSET, id_of(Asset) == col(StockTakeCorrection.asset_id)),
        refers={"stock_take": col(StockTakeCorrection.stock_take_id)},
        searched=(col(StockTake.name), col(Asset.tag)),
        finish=_with_places,
    ),
    acts=(DECIDE,),
)
