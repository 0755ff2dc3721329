"""Lines of cases: what has to be provided, got back, suspended or handed over."""

from __future__ import annotations

from datetime import date
from typing import Annotated, Any, Literal

from pydantic import Field
from sqlalchemy import ColumnElement

from api.http.callers import OWN_THINGS
from api.resources.declare import (
    Choice,
    Column,
    Day,
    Number,
    Question,
    RowModel,
    Show,
    Text,
    Viewer,
    Word,
)
from api.resources.people.case_acts import LINE_ACTS
from api.resources.people.cases import READERS, CaseKind, released
from api.resources.people.requests.own_acts import OWN_LINE_ACTS
from api.resources.references import (
    ASSET,
    CASE,
    CASE_LINE,
    PERSON,
    AssetRef,
    CaseRef,
    PersonRef,
)
from api.resources.register.shared import SEE_PRICES
from api.resources.resource import Resource
from api.resources.sources import TableSource, full_name
from inventory.hr.views.lists import LINE_CONDITIONS
from inventory.kernel.texts import N_, NN_
from inventory.storage.rows import table_of
from inventory.telecom.estate.tables import TelecomLine

_line, _case, _person, _asset, _telecom = (
    CASE_LINE.table,
    CASE.table,
    PERSON.table,
    ASSET.table,
    table_of(TelecomLine),
)
Action = Literal["provide", "return", "hand-over", "suspend", "keep"]
Watch = Literal[
    "still-holding",
    "overdue",
    "overdue-returns",
    "unsigned",
    "disputed",
    "shortages",
    "sighted",
    "at-risk",
    "to-approve",
]


class CaseLineRow(RowModel):
    """A line of a case."""

    id: Annotated[int, Column("Line", sort=True, lead=True)]
    case_id: Annotated[int, Column("Case", sort=True)]
    case_kind: Annotated[CaseKind, Column("Kind of case", sort=True)]
    person_id: int
    person: Annotated[str, Column("Person")]
    slot: Annotated[str, Column("Place in the case", Show.MONO, shown=False)]
    action: Annotated[Action, Column("What", sort=True)]
    item: Annotated[str, Column("Item", sort=True)]
    kind: Annotated[str, Column("Kind", Show.WORD, sort=True)]
    requested_models: list[str] = Field(description="That do, the best first.")
    tracked: Annotated[bool, Column("Registered", Show.YES, shown=False)]
    benefit: Annotated[bool, Column("Benefit", Show.YES, shown=False)]
    asset_id: Number
    tag: Annotated[Text, Column("Tag", Show.MONO)]
    model: Annotated[Text, Column("Product", shown=False)]
    serial: Annotated[Text, Column("Serial", Show.MONO, shown=False)]
    asset_state: Annotated[Text, Column("State of the asset", Show.STATE, shown=False)]
    telecom_line_id: Number
    telecom_line: Annotated[Text, Column("Telecom line", shown=False)]
    state: Annotated[str, Column("State", Show.STATE, sort=True)]
    owner: Annotated[str, Column("To act", sort=True, about="Role that has to act.")]
    effective_on: Annotated[date, Column("Counts from", Show.DAY, shown=False)]
    entered_on: Annotated[date, Column("In this state since", Show.DAY, sort=True)]
    due_on: Annotated[Day, Column("Due", Show.DAY, sort=True)]
    closed_on: Annotated[Day, Column("Done", Show.DAY, sort=True, shown=False)]
    carrier: Annotated[str, Column("Carrier", shown=False)]
    tracking: Annotated[str, Column("Tracking number", Show.MONO, shown=False)]
    note: Annotated[str, Column("Note", shown=False)]
    cost_minor: Annotated[
        Number,
        Column(
            "Cost", Show.MONEY, shown=False, about="In minor units.", roles=SEE_PRICES
        ),
    ]
    currency: Annotated[Text, Column("Currency", shown=False)]
    quiet: Annotated[bool, Column("Quiet", Show.YES, shown=False)]


class CaseLineQuestion(Question):
    """Which lines are asked for."""

    watch: Annotated[
        Watch | None, Choice("Watch", about="A question people ask every day.")
    ] = None
    state: Annotated[Word, Choice("State")] = None
    action: Annotated[Action | None, Choice("What")] = None
    owner: Annotated[Word, Choice("To act")] = None
    open: Annotated[bool | None, Choice("Open", about="Something is to be done.")] = (
        None
    )
    case: Annotated[CaseRef | None, Choice("Case", pick="cases", main=False)] = None
    case_kind: Annotated[CaseKind | None, Choice("Kind of case", main=False)] = None
    person: Annotated[PersonRef | None, Choice("Person", pick="people", main=False)] = (
        None
    )
    asset: Annotated[AssetRef | None, Choice("Asset", pick="assets", main=False)] = None
    kind: Annotated[Word, Choice("Kind", main=False)] = None
    item: Annotated[Word, Choice("Item", main=False)] = None
    tracked: Annotated[bool | None, Choice("Registered", main=False)] = None
    benefit: Annotated[bool | None, Choice("Benefit", main=False)] = None
    due_on: Annotated[date | None, Choice("Due", main=False)] = None
    effective_on: Annotated[date | None, Choice("Counts from", main=False)] = None
    entered_on: Annotated[date | None, Choice("Since", main=False)] = None
    closed_on: Annotated[date | None, Choice("Done", main=False)] = None
    tracking: Annotated[Word, Choice("Tracking number", main=False)] = None


_OF_CASE = ("case_kind", "person_id", "quiet")
_OF_ASSET = ("tag", "model", "serial", "asset_state")


def _watch(name: str, viewer: Viewer) -> ColumnElement[bool]:
    return LINE_CONDITIONS[name](viewer.today)


def _open(value: bool, _viewer: Viewer) -> ColumnElement[bool]:
    return _line.c.closed_on.is_(None) if value else _line.c.closed_on.is_not(None)


_COLUMNS: dict[str, ColumnElement[Any]] = {
    name: _line.c[name]
    for name in CaseLineRow.model_fields
    if name not in (*_OF_CASE, *_OF_ASSET, "person", "telecom_line")
}
_SOURCE: TableSource[CaseLineQuestion] = TableSource(
    table=_line,
    columns=_COLUMNS
    | {
        "case_kind": _case.c.kind,
        "person_id": _case.c.person_id,
        "quiet": _case.c.quiet,
        "person": full_name(_person),
        "tag": _asset.c.tag,
        "model": _asset.c.model,
        "serial": _asset.c.serial,
        "asset_state": _asset.c.state,
        "telecom_line": _telecom.c.name,
        "case": _line.c.case_id,
        "asset": _line.c.asset_id,
    },
    shown=tuple(CaseLineRow.model_fields),
    refers={"person": _case.c.person_id},
    where=released,
    filters={"watch": _watch, "open": _open},
    joined=_line.join(_case, _case.c.id == _line.c.case_id)
    .join(_person, _person.c.id == _case.c.person_id)
    .outerjoin(_asset, _asset.c.id == _line.c.asset_id)
    .outerjoin(_telecom, _telecom.c.id == _line.c.telecom_line_id),
    searched=(_person.c.search, _line.c.item, _asset.c.tag),
    offered=("state", "owner", "kind"),
)

CASE_LINES = Resource(
    name="case-lines",
    command="case-line",
    title=N_("Lines of cases"),
    counted=NN_("{count} line", "{count} lines"),
    icon="door",
    group="people",
    roles=READERS | OWN_THINGS,
    rows=CaseLineRow,
    question=CaseLineQuestion,
    sort="due_on",
    source=_SOURCE,
    reference=CASE_LINE,
    detail=CaseLineRow,
    get=_SOURCE.one,
    called=lambda row: str(row["item"]),
    acts=(*LINE_ACTS, *OWN_LINE_ACTS),
)
