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
from api.resources.perform import changes_of, partial
from api.resources.references import (
    CONTRACT,
    AssetRef,
    ContractRef,
    LegalEntityRef,
    SupplierRef,
)
from api.resources.register.shared import (
    BUYERS,
    Short,
    columns_of_table,
    counted,
    money_of,
    refuse_known,
)
from api.resources.resource import Resource
from api.resources.sources import TableSource
from inventory.assets.contracts import service as contracts
from inventory.assets.contracts.tables import Contract, ContractCover
from inventory.assets.stock.purchasing import ensure_supplier
from inventory.assets.stock.tables import Supplier
from inventory.kernel.texts import N_, NN_
from inventory.people.tables import LegalEntity
from inventory.queries.register import contracts as queries
from inventory.storage.dated import still_open
from inventory.storage.rows import col, id_of, table_of
from inventory.storage.work import UnitOfWork

_CONTRACT = table_of(Contract)
_COVER = table_of(ContractCover)
_ENTITY = table_of(LegalEntity)
_SUPPLIER = table_of(Supplier)
AGREEMENT = (
    "id starts_on ends_on notice_on supplier_id legal_entity_id cost_minor currency"
    " note recorded_at"
)
"""Columns that contracts and licences have alike."""

Amount = Annotated[int | None, Field(ge=0, le=2**63 - 1)]


class ContractRow(RowModel):
    """A contract."""

    id: Annotated[int, Column("Id", shown=False, sort=True)]
    number: Annotated[str, Column("Number", sort=True, lead=True)]
    name: Annotated[str, Column("Name", sort=True)]
    kind: Annotated[str, Column("Kind", sort=True)]
    supplier_id: Number
    supplier: Annotated[Text, Column("Supplier")]
    legal_entity_id: Number
    legal_entity: Annotated[Text, Column("Legal entity", shown=False)]
    starts_on: Annotated[Day, Column("From", Show.DAY, sort=True)]
    ends_on: Annotated[Day, Column("Ends", Show.DAY, sort=True, about="Last day.")]
    notice_on: Annotated[Day, Column("Notice until", Show.DAY, sort=True)]
    renews_months: Annotated[int, Column("Renews (months)", Show.NUMBER, shown=False)]
    cost_minor: Annotated[
        Number, Column("Cost", Show.MONEY, sort=True, about="In minor units.")
    ]
    currency: Annotated[Text, Column("Currency", shown=False)]
    note: Annotated[str, Column("Note", shown=False)]
    assets: Annotated[int, Column("Assets", Show.NUMBER)]
    recorded_at: Moment


class ContractQuestion(Question):
    """Which contracts are asked for."""

    kind: Annotated[Word, Choice("Kind")] = None
    number: Annotated[Word, Choice("Number", main=False)] = None
    name: Annotated[Word, Choice("Name", main=False)] = None
    supplier: Annotated[SupplierRef | None, Choice("Supplier", pick="suppliers")] = None
    legal_entity: Annotated[LegalEntityRef | None, Choice("Legal entity")] = None
    asset: Annotated[
        AssetRef | None, Choice("About the asset", pick="assets", main=False)
    ] = None
    starts_on: Annotated[date | None, Choice("From", main=False)] = None
    ends_on: Annotated[date | None, Choice("Ends", main=False)] = None
    notice_on: Annotated[date | None, Choice("Notice until", main=False)] = None
    cost_minor: Annotated[Amount, Choice("Cost", main=False)] = None
    currency: Annotated[Word, Choice("Currency", main=False)] = None


class CoveredAsset(DetailModel):
    """An asset that a contract is about."""

    id: int
    asset_id: int
    tag: str
    kind: str
    model: Text
    valid_from: Day
    valid_to: Day


class ContractDetail(DetailModel):
    """A contract with the assets it is about, now and before."""

    id: int
    number: str
    name: str
    kind: str
    supplier_id: Number
    supplier: Text
    legal_entity_id: Number
    starts_on: Day
    ends_on: Day
    notice_on: Day
    renews_months: int
    cost_minor: Number
    currency: Text
    note: str
    recorded_at: Moment
    assets: list[CoveredAsset]


class ContractIn(Given):
    """A contract."""

    number: Annotated[str, Field(min_length=1, max_length=100), Input("Number")]
    name: Annotated[Short, Input("Name")] = None
    kind: Annotated[
        str | None,
        Field(max_length=40),
        Input("Kind", hint="warranty, maintenance, lease ..."),
    ] = None
    supplier: Annotated[Short, Input("Supplier", pick="suppliers")] = None
    legal_entity: Annotated[LegalEntityRef | None, Input("Legal entity")] = None
    starts_on: Annotated[date | None, Input("From")] = None
    ends_on: Annotated[date | None, Input("Last day")] = None
    notice_on: Annotated[date | None, Input("Notice until")] = None
    renews_months: Annotated[
        int | None, Field(ge=0, le=600), Input("Renews (months)", hint="0: it ends.")
    ] = None
    cost: Annotated[
        str | None, Field(max_length=40), Input("Cost", kind="money", hint="1200.00")
    ] = None
    currency: Annotated[
        str | None, Field(min_length=3, max_length=3), Input("Currency", hint="EUR")
    ] = None
    note: Annotated[
        str | None, Field(max_length=10_000), Input("Note", kind="area")
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


def agreement_values(work: UnitOfWork, changes: dict[str, Any]) -> dict[str, Any]:
    """Return inputs of a contract or a licence as the columns of its table.

    Suppliers are added that are not known yet.

    Raises:
        Invalid: The cost is not an amount, or has no currency.
    """
    values = dict(changes)
    cost, currency = values.pop("cost", None), values.pop("currency", None)
    if "cost" in changes:
        money = money_of(cost, currency)
        values["cost_minor"] = money.minor if money else None
        values["currency"] = money.currency if money else None
    if "supplier" in values:
        name = values.pop("supplier")
        values["supplier_id"] = ensure_supplier(work, name) if name else None
    if "legal_entity" in values:
        values["legal_entity_id"] = values.pop("legal_entity")
    if "note" in values and values["note"] is None:
        values["note"] = ""
    return values


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
        columns=columns_of_table(
            Contract, f"{AGREEMENT} number name kind renews_months"
        )
        | {
            "supplier": col(Supplier.name),
            "legal_entity": col(LegalEntity.code),
            "assets": counted(
                select(_COVER).where(
                    col(ContractCover.contract_id) == id_of(Contract),
                    still_open(ContractCover),
                )
            ),
        },
        joined=_CONTRACT.outerjoin(
            _SUPPLIER, id_of(Supplier) == col(Contract.supplier_id)
        ).outerjoin(_ENTITY, id_of(LegalEntity) == col(Contract.legal_entity_id)),
        refers={
            "supplier": col(Contract.supplier_id),
            "legal_entity": col(Contract.legal_entity_id),
        },
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
