"""Contracts with carriers: term, notice, renewal, and the way out of them."""

from __future__ import annotations

from datetime import date
from typing import Annotated, Any, Literal

from pydantic import Field
from sqlalchemy import Connection, func, select

from api.http.actions import Act, Acting, Given, NothingIn
from api.resources.declare import (
    Choice,
    Column,
    Day,
    DetailModel,
    Input,
    Question,
    RowModel,
    Show,
    Viewer,
    Word,
)
from api.resources.perform import changes_of, partial
from api.resources.register.shared import columns_of_table
from api.resources.resource import Resource
from api.resources.sources import TableSource
from api.resources.telecom.exits import LETTER
from api.resources.telecom.shared import (
    CONTRACT,
    PAYING,
    WRITERS,
    AccountRef,
    LineRef,
    Name,
    Note,
    ProviderRef,
    filled,
    with_account,
)
from inventory.kernel.texts import N_, NN_
from inventory.people.tables import LegalEntity
from inventory.storage.rows import change, col, id_of, table_of
from inventory.telecom.estate import agreements
from inventory.telecom.estate.notice import exit_of
from inventory.telecom.estate.tables import (
    CarrierContract,
    ProviderAccount,
    TelecomLine,
    TelecomProvider,
)
from inventory.telecom_expense import notices

_CONTRACT = table_of(CarrierContract)
_LINES = (
    select(func.count())
    .where(
        col(TelecomLine.contract_id) == id_of(CarrierContract),
        col(TelecomLine.ended_on).is_(None),
    )
    .scalar_subquery()
)
Unit = Literal["days", "weeks", "months"]


class CarrierContractRow(RowModel):
    """A contract with a carrier, and how one gets out of it."""

    id: Annotated[int, Column("Id", shown=False, sort=True)]
    number: Annotated[str, Column("Number", Show.MONO, sort=True, lead=True)]
    name: Annotated[str, Column("Name", sort=True)]
    provider: Annotated[str, Column("Provider")]
    account: Annotated[str, Column("Account", Show.MONO)]
    legal_entity: Annotated[str, Column("Legal entity", shown=False)]
    starts_on: Annotated[date, Column("From", Show.DAY, sort=True)]
    term_months: Annotated[
        int, Column("Term (months)", Show.NUMBER, about="0: it runs on.")
    ]
    notice: Annotated[int, Column("Notice", Show.NUMBER)]
    notice_unit: Annotated[Unit, Column("Of notice", shown=False)]
    renews_months: Annotated[
        int, Column("Renews (months)", Show.NUMBER, about="0: it ends.")
    ]
    lines: Annotated[int, Column("Lines", Show.NUMBER)]
    cancel_by: Annotated[
        Day,
        Column(
            "Last cancellation day",
            Show.DAY,
            about="Notice given by then ends it with the present term.",
        ),
    ]
    ends_by: Annotated[Day, Column("Would end", Show.DAY)]
    notice_given_on: Annotated[Day, Column("Notice given", Show.DAY, sort=True)]
    ends_on: Annotated[Day, Column("Ends", Show.DAY, sort=True)]
    index_clause: Annotated[str, Column("Index clause", shown=False)]
    note: Annotated[str, Column("Note", shown=False)]


class CarrierContractQuestion(Question):
    """Which contracts are asked for."""

    account: Annotated[
        AccountRef | None, Choice("Account", pick="telecom-accounts")
    ] = None
    provider: Annotated[
        ProviderRef | None, Choice("Provider", pick="telecom-providers", lookups=())
    ] = None
    number: Annotated[Word, Choice("Number", main=False)] = None
    starts_on: Annotated[date | None, Choice("From", main=False)] = None
    ends_on: Annotated[date | None, Choice("Ends", main=False)] = None
    notice_given_on: Annotated[date | None, Choice("Notice given", main=False)] = None


class CarrierContractIn(Given):
    """A contract with a carrier."""

    number: Annotated[Name, Input("Number")]
    account: Annotated[AccountRef, Input("Account", pick="telecom-accounts")]
    name: Annotated[str | None, Field(max_length=200), Input("Name")] = None
    starts_on: Annotated[date, Input("From")]
    term_months: Annotated[
        int, Field(ge=0, le=600), Input("Term (months)", hint="0: it runs on.")
    ] = 24
    notice: Annotated[
        int, Field(ge=0, le=1000), Input("Notice", hint="Before the end of a term.")
    ] = 3
    notice_unit: Annotated[Unit, Input("Of notice")] = "months"
    renews_months: Annotated[
        int, Field(ge=0, le=600), Input("Renews (months)", hint="0: it ends.")
    ] = 12
    index_clause: Annotated[
        str | None,
        Field(max_length=2000),
        Input("Index clause", kind="area", hint="In the words of the contract."),
    ] = None
    note: Annotated[Note, Input("Note", kind="area")] = None


CarrierContractEditIn = partial(CarrierContractIn, "CarrierContractEditIn", "number")


class PlanNoticeIn(Given):
    """Open the task to give notice by the last day that does, with the letter."""

    lines: Annotated[
        list[LineRef],
        Field(default_factory=list, max_length=1000),
        Input("Lines", pick="telecom-lines", hint="The whole contract without."),
    ]
    remark: Annotated[
        str | None, Field(max_length=2000), Input("Remark", kind="area")
    ] = None


class NoticePlanned(DetailModel):
    """The task that was opened."""

    task_id: int


class GiveNoticeIn(Given):
    """Notice of the contract was given."""

    on: Annotated[
        date | None, Input("On", hint="The provider had it; today without.")
    ] = None
    ends_on: Annotated[
        date | None, Input("Last day", hint="As the terms say without.")
    ] = None


def _values(values: dict[str, Any]) -> dict[str, Any]:
    if "account" in values:
        values["account_id"] = values.pop("account")
    return filled(values, "name", "index_clause", "note")


def _add(acting: Acting, given: CarrierContractIn) -> dict[str, Any]:
    return {"id": agreements.add_contract(acting.work, _values(given.model_dump()))}


def _edit(acting: Acting, given: Given) -> None:
    values = _values(dict(changes_of(given)))
    change(acting.work, CarrierContract, acting.id, values)


def _give_notice(acting: Acting, given: GiveNoticeIn) -> None:
    day = given.on or acting.work.clock().date()
    notices.give_notice(acting.work, acting.id, day, given.ends_on)


def _plan_notice(acting: Acting, given: PlanNoticeIn) -> dict[str, Any]:
    lines = [int(one) for one in given.lines]
    today = acting.work.clock().date()
    task = notices.plan_notice(acting.work, acting.id, lines, given.remark or "", today)
    return {"task_id": task}


def _withdraw(acting: Acting, _given: NothingIn) -> None:
    agreements.withdraw_notice(acting.work, acting.id)


def _finish(
    _connection: Connection, rows: list[dict[str, Any]], viewer: Viewer
) -> list[dict[str, Any]]:
    for row in rows:
        way_out = exit_of(agreements.terms_of(row), viewer.today)
        row["cancel_by"], row["ends_by"] = way_out.cancel_by, way_out.ends_on
    return rows


_SOURCE: TableSource[CarrierContractQuestion] = TableSource(
    table=_CONTRACT,
    columns=columns_of_table(
        CarrierContract,
        "id number name starts_on term_months notice notice_unit renews_months"
        " notice_given_on ends_on index_clause note",
    )
    | {
        "provider": col(TelecomProvider.name),
        "account": col(ProviderAccount.number),
        "legal_entity": col(LegalEntity.code),
        "lines": _LINES,
    },
    joined=with_account(_CONTRACT, col(CarrierContract.account_id)),
    refers={"account": col(CarrierContract.account_id)},
    filters={"provider": lambda one, _viewer: id_of(TelecomProvider) == one},
    searched=(
        col(CarrierContract.number),
        col(CarrierContract.name),
        col(TelecomProvider.name),
    ),
    finish=_finish,
)
CARRIER_CONTRACTS = Resource(
    name="carrier-contracts",
    command="carrier-contract",
    title=N_("Carrier contracts"),
    counted=NN_("{count} contract", "{count} contracts"),
    group="telephony",
    roles=PAYING,
    rows=CarrierContractRow,
    question=CarrierContractQuestion,
    sort="number",
    source=_SOURCE,
    reference=CONTRACT,
    detail=CarrierContractRow,
    get=_SOURCE.one,
    called=lambda row: str(row["number"]),
    extracts=(LETTER,),
    acts=(
        Act(
            "add-carrier-contract",
            CarrierContractIn,
            _add,
            WRITERS,
            verb="create",
            many=True,
            said=N_("Saved."),
        ),
        Act(
            "edit-carrier-contract",
            CarrierContractEditIn,
            _edit,
            WRITERS,
            verb="update",
            said=N_("Saved."),
        ),
        Act(
            "plan-notice",
            PlanNoticeIn,
            _plan_notice,
            WRITERS,
            said=N_("The task is in the list of tasks."),
            answer=NoticePlanned,
        ),
        Act(
            "give-notice",
            GiveNoticeIn,
            _give_notice,
            WRITERS,
            said=N_("Saved."),
            danger=True,
        ),
        Act(
            "withdraw-notice",
            NothingIn,
            _withdraw,
            WRITERS,
            said=N_("Saved."),
            about="Let the contract run on as if no notice had been given.",
        ),
    ),
)
