"""Write-offs that are proposed: what a thing that is gone was worth; who decides."""

from __future__ import annotations

from datetime import date, datetime
from typing import Annotated, Any, Literal

from pydantic import AwareDatetime

from api.http.actions import Act, Acting
from api.http.callers import Role
from api.resources.declare import (
    EVERYBODY,
    Choice,
    Column,
    Moment,
    Number,
    Question,
    RowModel,
    Show,
    Text,
    Word,
)
from api.resources.people.case_acts import case_context
from api.resources.people.tasks import RemarkIn
from api.resources.references import (
    ASSET,
    CASE_LINE,
    PERSON,
    WRITE_OFF,
    AssetRef,
    PersonRef,
)
from api.resources.register.shared import SEE_PRICES
from api.resources.resource import Resource
from api.resources.sources import TableSource, full_name
from inventory.hr.cases import write_off
from inventory.hr.context import lock_provisioning
from inventory.kernel.texts import N_, NN_

DECIDERS = frozenset({Role.HR, Role.ACCOUNTING})
_proposal, _person, _line, _asset = (
    WRITE_OFF.table,
    PERSON.table,
    CASE_LINE.table,
    ASSET.table,
)


class WriteOffRow(RowModel):
    """A proposal to write something off."""

    id: Annotated[int, Column("Proposal", sort=True, lead=True)]
    line_id: int
    case_id: Annotated[int, Column("Case", sort=True)]
    item: Annotated[str, Column("Item", sort=True)]
    asset_id: Number
    tag: Annotated[Text, Column("Tag", Show.MONO, sort=True)]
    person_id: int
    person: Annotated[str, Column("Person")]
    reason: Annotated[str, Column("Reason", sort=True)]
    on: Annotated[date, Column("On", Show.DAY, sort=True)]
    book: Annotated[str, Column("Book", about="Empty if it is in none.")]
    value_minor: Annotated[
        Number,
        Column(
            "Value",
            Show.MONEY,
            sort=True,
            about="Net book value that day.",
            roles=SEE_PRICES,
        ),
    ]
    currency: Annotated[Text, Column("Currency", shown=False)]
    state: Annotated[
        Literal["proposed", "approved", "refused"],
        Column("State", Show.STATE, sort=True),
    ]
    proposed_by: Annotated[Text, Column("Proposed by", shown=False)]
    decided_by: Annotated[Text, Column("Decided by", shown=False)]
    decided_at: Annotated[Moment, Column("Decided", Show.AGO, sort=True, shown=False)]
    remark: Annotated[str, Column("Remark", shown=False)]
    recorded_at: Annotated[datetime, Column("Proposed", Show.AGO, sort=True)]


class WriteOffQuestion(Question):
    """Which proposals are asked for."""

    state: Annotated[
        Literal["proposed", "approved", "refused"] | None, Choice("State")
    ] = None
    reason: Annotated[Word, Choice("Reason")] = None
    person: Annotated[PersonRef | None, Choice("Person", pick="people", main=False)] = (
        None
    )
    asset: Annotated[AssetRef | None, Choice("Asset", pick="assets", main=False)] = None
    book: Annotated[Word, Choice("Book", main=False)] = None
    on: Annotated[date | None, Choice("On", main=False)] = None
    value_minor: Annotated[int | None, Choice("Value", main=False)] = None
    currency: Annotated[Word, Choice("Currency", main=False)] = None
    proposed_by: Annotated[Word, Choice("Proposed by", main=False)] = None
    decided_by: Annotated[Word, Choice("Decided by", main=False)] = None
    decided_at: Annotated[AwareDatetime | None, Choice("Decided", main=False)] = None
    recorded_at: Annotated[AwareDatetime | None, Choice("Proposed", main=False)] = None


_JOINED = ("case_id", "item", "tag", "person")
_SOURCE: TableSource[WriteOffQuestion] = TableSource(
    table=_proposal,
    columns={
        name: _proposal.c[name]
        for name in WriteOffRow.model_fields
        if name not in _JOINED
    }
    | {
        "case_id": _line.c.case_id,
        "item": _line.c.item,
        "tag": _asset.c.tag,
        "person": full_name(_person),
        "asset": _proposal.c.asset_id,
    },
    shown=tuple(WriteOffRow.model_fields),
    refers={"person": _proposal.c.person_id},
    joined=_proposal.join(_person, _person.c.id == _proposal.c.person_id)
    .join(_line, _line.c.id == _proposal.c.line_id)
    .outerjoin(_asset, _asset.c.id == _proposal.c.asset_id),
    searched=(_person.c.search, _line.c.item, _asset.c.tag),
)


def _decide(acting: Acting, given: RemarkIn, *, approved: bool) -> dict[str, Any]:
    context = case_context(acting)
    write_off.decide(
        context,
        acting.id,
        approved=approved,
        remark=given.remark,
        person_id=acting.caller.person_id,
    )
    return {"id": acting.id}


WRITE_OFFS = Resource(
    name="write-offs",
    command="write-off",
    title=N_("Write-offs"),
    counted=NN_("{count} proposal", "{count} proposals"),
    group="people",
    roles=EVERYBODY,
    rows=WriteOffRow,
    question=WriteOffQuestion,
    sort="-id",
    source=_SOURCE,
    reference=WRITE_OFF,
    detail=WriteOffRow,
    get=_SOURCE.one,
    called=lambda row: str(row["item"]),
    acts=(
        Act(
            "approve-write-off",
            RemarkIn,
            lambda acting, given: _decide(acting, given, approved=True),
            DECIDERS,
            verb="approve",
            about="Approve a proposal; nothing is deducted from any pay.",
            lock=lock_provisioning,
            danger=True,
        ),
        Act(
            "refuse-write-off",
            RemarkIn,
            lambda acting, given: _decide(acting, given, approved=False),
            DECIDERS,
            verb="refuse",
            about="Refuse a proposal.",
            lock=lock_provisioning,
        ),
    ),
)
