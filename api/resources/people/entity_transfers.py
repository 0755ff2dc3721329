"""Things that go with their holder to another legal entity: who decides."""

from __future__ import annotations

from datetime import date, datetime
from typing import Annotated, Literal

from pydantic import AwareDatetime, Field

from api.http.actions import Act, Acting, Given
from api.http.callers import Role
from api.resources.declare import (
    EVERYBODY,
    Choice,
    Column,
    Input,
    Moment,
    Question,
    RowModel,
    Show,
    Text,
)
from api.resources.people.case_acts import case_context
from api.resources.people.tasks import RemarkIn
from api.resources.references import (
    ASSET,
    ENTITY_TRANSFER,
    LEGAL_ENTITY,
    PERSON,
    AssetRef,
    CaseRef,
    LegalEntityRef,
    PersonRef,
)
from api.resources.resource import Resource
from api.resources.sources import TableSource, full_name
from inventory.hr.context import lock_provisioning
from inventory.hr.events import entity_transfers
from inventory.kernel.texts import N_, NN_

DECIDERS = frozenset({Role.ACCOUNTING})
State = Literal["proposed", "approved", "refused", "withdrawn"]
_proposal, _person, _asset = ENTITY_TRANSFER.table, PERSON.table, ASSET.table
_from = LEGAL_ENTITY.table.alias("from_entity")
_to = LEGAL_ENTITY.table.alias("to_entity")


class EntityTransferRow(RowModel):
    """A proposal to let a thing go to another legal entity."""

    id: Annotated[int, Column("Proposal", sort=True, lead=True)]
    case_id: Annotated[int, Column("Case", sort=True)]
    asset_id: int
    tag: Annotated[Text, Column("Tag", Show.MONO, sort=True)]
    person_id: int
    person: Annotated[str, Column("Person")]
    from_entity_id: int
    from_entity: Annotated[str, Column("From", sort=True)]
    to_entity_id: int
    to_entity: Annotated[str, Column("To", sort=True)]
    on: Annotated[
        date, Column("On", Show.DAY, sort=True, about="First day with the other one.")
    ]
    state: Annotated[State, Column("State", Show.STATE, sort=True)]
    books: Annotated[list[str], Column("Books", about="It was transferred in these.")]
    decided_by: Annotated[Text, Column("Decided by", shown=False)]
    decided_at: Annotated[Moment, Column("Decided", Show.AGO, sort=True, shown=False)]
    remark: Annotated[str, Column("Remark", shown=False)]
    recorded_at: Annotated[datetime, Column("Proposed", Show.AGO, sort=True)]


class EntityTransferQuestion(Question):
    """Which proposals are asked for."""

    state: Annotated[State | None, Choice("State")] = None
    from_entity: Annotated[
        LegalEntityRef | None, Choice("From", pick="legal-entities", main=False)
    ] = None
    to_entity: Annotated[
        LegalEntityRef | None, Choice("To", pick="legal-entities", main=False)
    ] = None
    person: Annotated[PersonRef | None, Choice("Person", pick="people", main=False)] = (
        None
    )
    asset: Annotated[AssetRef | None, Choice("Asset", pick="assets", main=False)] = None
    case: Annotated[CaseRef | None, Choice("Case", pick="cases", main=False)] = None
    on: Annotated[date | None, Choice("On", main=False)] = None
    decided_at: Annotated[AwareDatetime | None, Choice("Decided", main=False)] = None
    recorded_at: Annotated[AwareDatetime | None, Choice("Proposed", main=False)] = None


class ApproveTransferIn(Given):
    """Let a thing go to the other legal entity, at book value where both keep books."""

    remark: Annotated[
        str, Field(min_length=1, max_length=2000), Input("Remark", kind="area")
    ]
    day: Annotated[
        date | None,
        Input(
            "Last day in the books",
            hint="The last of a period; the day before the move without.",
        ),
    ] = None


_JOINED = ("tag", "person", "from_entity", "to_entity")
_SOURCE: TableSource[EntityTransferQuestion] = TableSource(
    table=_proposal,
    columns={
        name: _proposal.c[name]
        for name in EntityTransferRow.model_fields
        if name not in _JOINED
    }
    | {
        "tag": _asset.c.tag,
        "person": full_name(_person),
        "from_entity": _from.c.code,
        "to_entity": _to.c.code,
        "asset": _proposal.c.asset_id,
        "case": _proposal.c.case_id,
    },
    shown=tuple(EntityTransferRow.model_fields),
    refers={
        "person": _proposal.c.person_id,
        "from_entity": _proposal.c.from_entity_id,
        "to_entity": _proposal.c.to_entity_id,
    },
    joined=_proposal.join(_person, _person.c.id == _proposal.c.person_id)
    .join(_asset, _asset.c.id == _proposal.c.asset_id)
    .join(_from, _from.c.id == _proposal.c.from_entity_id)
    .join(_to, _to.c.id == _proposal.c.to_entity_id),
    searched=(_person.c.search, _asset.c.tag),
)


def _approve(acting: Acting, given: ApproveTransferIn) -> None:
    entity_transfers.decide(
        case_context(acting),
        acting.id,
        approved=True,
        remark=given.remark,
        day=given.day,
    )


def _refuse(acting: Acting, given: RemarkIn) -> None:
    entity_transfers.decide(
        case_context(acting), acting.id, approved=False, remark=given.remark
    )


ENTITY_TRANSFERS = Resource(
    name="entity-transfers",
    command="entity-transfer",
    title=N_("Transfers between legal entities"),
    counted=NN_("{count} proposal", "{count} proposals"),
    group="people",
    roles=EVERYBODY,
    rows=EntityTransferRow,
    question=EntityTransferQuestion,
    sort="-id",
    source=_SOURCE,
    reference=ENTITY_TRANSFER,
    detail=EntityTransferRow,
    get=_SOURCE.one,
    called=lambda row: str(row["tag"]),
    acts=(
        Act(
            "approve-entity-transfer",
            ApproveTransferIn,
            _approve,
            DECIDERS,
            verb="approve",
            about="Let a thing go to the other legal entity, its books too.",
            lock=lock_provisioning,
            danger=True,
        ),
        Act(
            "refuse-entity-transfer",
            RemarkIn,
            _refuse,
            DECIDERS,
            verb="refuse",
            about="Let a thing stay with its legal entity.",
            lock=lock_provisioning,
        ),
    ),
)
