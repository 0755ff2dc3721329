"""Contracts: warranties, maintenance, leases, and the assets they are about."""

from __future__ import annotations

from datetime import date
from typing import Annotated, Any

from pydantic import Field
from sqlalchemy import Connection, select

from api.http.actions import Act, Acting, Given
from api.resources.declare import (
    Choice,
    Column,
    Day,
    DetailModel,
    Input,
    Row,
    RowModel,
    Show,
    Text,
    Viewer,
    Word,
)
from api.resources.perform import changes_of, partial
from api.resources.references import (
    CONTRACT,
    AssetRef,
    ContractRef,
)
from api.resources.register.agreements.shared import (
    AgreementDetail,
    AgreementIn,
    AgreementQuestion,
    AgreementRow,
    agreement_columns,
    agreement_values,
    parties,
    with_parties,
)
from api.resources.register.shared import (
    BUYERS,
    Short,
    counted,
    refuse_known,
)
from api.resources.resource import Resource
from api.resources.sources import TableSource
from inventory.assets.contracts import service as contracts
from inventory.assets.contracts.tables import Contract, ContractCover
from inventory.assets.stock.tables import Supplier
from inventory.kernel.texts import N_, NN_
from inventory.people.tables import LegalEntity
from inventory.queries.register import contracts as queries
from inventory.storage.dated import still_open
from inventory.storage.rows import col, id_of, table_of

_CONTRACT = table_of(Contract)
_COVER = table_of(ContractCover)
_ENTITY = table_of(LegalEntity)
_SUPPLIER = table_of(Supplier)


class ContractHead(RowModel):
    """What a contract is called."""

    id: Annotated[int, Column("Id", shown=False, sort=True)]
    number: Annotated[str, Column("Number", sort=True, lead=True)]
    name: Annotated[str, Column("Name", sort=True)]
    kind: Annotated[str, Column("Kind", Show.WORD, sort=True)]


class ContractRow(AgreementRow, ContractHead):
    """A contract."""

    renews_months: Annotated[int, Column("Renews (months)", Show.NUMBER, shown=False)]
    assets: Annotated[int, Column("Assets", Show.NUMBER)]


class ContractQuestion(AgreementQuestion):
    """Which contracts are asked for."""

    kind: Annotated[Word, Choice("Kind")] = None
    number: Annotated[Word, Choice("Number", main=False)] = None
    name: Annotated[Word, Choice("Name", main=False)] = None
    asset: Annotated[
        AssetRef | None, Choice("About the asset", pick="assets", main=False)
    ] = None


class CoveredAsset(DetailModel):
    """An asset that a contract is about."""

    id: int
    asset_id: int
    tag: str
    kind: str
    model: Text
    valid_from: Day
    valid_to: Day


class ContractDetail(AgreementDetail):
    """A contract with the assets it is about, now and before."""

    id: int
    number: str
    name: str
    kind: str
    supplier: Text
    renews_months: int
    assets: list[CoveredAsset]


class ContractNameIn(Given):
    """What a contract is called."""

    number: Annotated[str, Field(min_length=1, max_length=100), Input("Number")]
    name: Annotated[Short, Input("Name")] = None
    kind: Annotated[
        str | None,
        Field(max_length=40),
        Input("Kind", hint="warranty, maintenance, lease ..."),
    ] = None


class ContractIn(AgreementIn, ContractNameIn):
    """A contract."""

    renews_months: Annotated[
        int | None, Field(ge=0, le=600), Input("Renews (months)", hint="0: it ends.")
    ] = None


ContractEditIn = partial(ContractIn, "ContractEditIn", "number")


class CoverIn(Given):
    """Assets that a contract is about from a day, or no more."""

    number: Annotated[ContractRef, Input("Contract", pick="contracts")]
    tags: Annotated[
        list[AssetRef],
        Field(min_length=1, max_length=5000),
        Input("Assets", pick="assets", hint="Tags or serials, one a line."),
    ]
    on: Annotated[date | None, Input("From", hint="Today without.")] = None
    ends: Annotated[bool, Input("No more")] = False


def _save(acting: Acting, given: ContractIn) -> dict[str, Any]:
    values = agreement_values(acting.work, given.model_dump(exclude_none=True))
    number = values.pop("number")
    return {"id": contracts.ensure_contract(acting.work, number, **values)}


def _add(acting: Acting, given: ContractIn) -> dict[str, Any]:
    refuse_known(acting.work.connection, Contract, "number", given.number)
    return _save(acting, given)


def _update(acting: Acting, given: Given) -> None:
    values = agreement_values(acting.work, dict(changes_of(given)))
    contracts.update_contract(acting.work, acting.id, values)


def _cover(acting: Acting, given: CoverIn) -> dict[str, Any]:
    work, contract = acting.work, int(given.number)
    day = given.on or work.clock().date()
    step = contracts.uncover_asset if given.ends else contracts.cover_asset
    changed = sum(step(work, contract, int(asset), day) for asset in given.tags)
    return {"id": contract, "changed": changed}


def _get(connection: Connection, contract_id: int, _viewer: Viewer) -> Row | None:
    return queries.contract_detail(connection, contract_id)


def _about(asset_id: int, _viewer: Viewer) -> Any:  # noqa: ANN401
    covered = select(col(ContractCover.contract_id)).where(
        col(ContractCover.asset_id) == asset_id, still_open(ContractCover)
    )
    return id_of(Contract).in_(covered)


COVER = Act(
    "cover",
    CoverIn,
    _cover,
    BUYERS,
    ref="number",
    said=N_("{changed} changed."),
    about="Let a contract be about assets from a day, or no more.",
)
CONTRACTS = Resource(
    name="contracts",
    command="contract",
    title=N_("Contracts"),
    counted=NN_("{count} contract", "{count} contracts"),
    group="register",
    rows=ContractRow,
    question=ContractQuestion,
    sort="number",
    source=TableSource(
        table=_CONTRACT,
        columns=agreement_columns(Contract, "number name kind renews_months")
        | {
            "assets": counted(
                select(_COVER).where(
                    col(ContractCover.contract_id) == id_of(Contract),
                    still_open(ContractCover),
                )
            ),
        },
        joined=with_parties(Contract),
        refers=parties(Contract),
        filters={"asset": _about},
        searched=(col(Contract.number), col(Contract.name), col(Supplier.name)),
        offered=("kind",),
    ),
    reference=CONTRACT,
    detail=ContractDetail,
    get=_get,
    called=lambda row: str(row["number"]),
    acts=(
        Act(
            "add-contract",
            ContractIn,
            _add,
            BUYERS,
            verb="create",
            many=True,
            said=N_("Saved."),
        ),
        Act(
            "update-contract",
            ContractEditIn,
            _update,
            BUYERS,
            verb="update",
            said=N_("Saved."),
        ),
        COVER,
    ),
)
