"""Providers of telecommunications, and the customer accounts at them."""

from __future__ import annotations

from typing import Annotated, Any

from pydantic import Field
from sqlalchemy import Connection
from sqlmodel import SQLModel

from api.http.actions import Act, Acting, Given
from api.resources.declare import (
    Choice,
    Column,
    DetailModel,
    Input,
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
    CostCentreRef,
    LegalEntityRef,
    SupplierRef,
)
from api.resources.register.shared import columns_of_table
from api.resources.resource import Resource
from api.resources.sources import TableSource
from api.resources.telecom.shared import (
    ACCOUNT,
    PAYING,
    PROVIDER,
    WRITERS,
    Name,
    Note,
    ProviderRef,
    filled,
    rules,
)
from inventory.kernel.errors import NotFound
from inventory.kernel.texts import N_, NN_
from inventory.people.tables import CostCentre, LegalEntity
from inventory.storage.rows import change, col, get, id_of, table_of
from inventory.telecom.estate import agreements
from inventory.telecom.estate.tables import ProviderAccount, TelecomProvider
from inventory.telecom_expense.ledger import ledger_of

_PROVIDER = table_of(TelecomProvider)
_ACCOUNT = table_of(ProviderAccount)


class ProviderRow(RowModel):
    """A provider of telecommunications."""

    id: Annotated[int, Column("Id", shown=False, sort=True)]
    name: Annotated[str, Column("Name", sort=True, lead=True)]
    country: Annotated[str, Column("Country", sort=True)]
    networks: Annotated[
        str, Column("Networks", Show.MONO, about="MCC and MNC (ITU-T E.212).")
    ]
    note: Annotated[str, Column("Note", shown=False)]


class ProviderQuestion(Question):
    """Which providers are asked for."""

    name: Annotated[Word, Choice("Name", main=False)] = None
    country: Annotated[Word, Choice("Country")] = None


class ProviderDetail(DetailModel):
    """A provider."""

    id: int
    name: str
    country: str
    networks: str
    address: str
    supplier_id: Number
    note: str


class ProviderIn(Given):
    """A provider to add."""

    name: Annotated[Name, Input("Name")]
    country: Annotated[
        str | None,
        Field(pattern=r"^[A-Z]{2}$"),
        Input("Country", hint="ISO 3166: numbers without a country code are of it."),
    ] = None
    networks: Annotated[
        str | None, Field(max_length=200), Input("Networks", hint="26201 26206")
    ] = None
    address: Annotated[
        str | None,
        Field(max_length=1000),
        Input("Address", kind="area", hint="Where notice is sent to."),
    ] = None
    supplier: Annotated[SupplierRef | None, Input("Supplier", pick="suppliers")] = None
    note: Annotated[Note, Input("Note", kind="area")] = None


ProviderEditIn = partial(ProviderIn, "ProviderEditIn", "name")


def _provider_values(values: dict[str, Any]) -> dict[str, Any]:
    if "supplier" in values:
        values["supplier_id"] = values.pop("supplier")
    return filled(values, "country", "networks", "address", "note")


def _add_provider(acting: Acting, given: ProviderIn) -> dict[str, Any]:
    values = _provider_values(given.model_dump(exclude_unset=True))
    return {"id": agreements.add_provider(acting.work, values)}


def _edit_provider(acting: Acting, given: Given) -> None:
    values = _provider_values(dict(changes_of(given)))
    change(acting.work, TelecomProvider, acting.id, values)


def _one_provider(connection: Connection, row_id: int, _viewer: Viewer) -> Row | None:
    return _known(connection, TelecomProvider, row_id, ProviderDetail)


def _known(
    connection: Connection,
    model: type[SQLModel],
    row_id: int,
    shown: type[DetailModel],
) -> Row | None:
    try:
        row = get(connection, model, row_id)
    except NotFound:
        return None
    return {name: row[name] for name in shown.model_fields}


TELECOM_PROVIDERS = Resource(
    name="telecom-providers",
    command="telecom-provider",
    title=N_("Telecom providers"),
    counted=NN_("{count} provider", "{count} providers"),
    group="telephony",
    roles=PAYING,
    rows=ProviderRow,
    question=ProviderQuestion,
    sort="name",
    source=TableSource(
        table=_PROVIDER,
        columns=columns_of_table(TelecomProvider, "id name country networks note"),
        searched=(col(TelecomProvider.name), col(TelecomProvider.networks)),
        offered=("country",),
    ),
    reference=PROVIDER,
    detail=ProviderDetail,
    get=_one_provider,
    called=lambda row: str(row["name"]),
    acts=(
        Act(
            "add-telecom-provider",
            ProviderIn,
            _add_provider,
            WRITERS,
            verb="create",
            many=True,
            said=N_("Saved."),
        ),
        Act(
            "edit-telecom-provider",
            ProviderEditIn,
            _edit_provider,
            WRITERS,
            verb="update",
            said=N_("Saved."),
        ),
    ),
)


class AccountRow(RowModel):
    """A customer account at a provider: what one invoice is about."""

    id: Annotated[int, Column("Id", shown=False, sort=True)]
    number: Annotated[str, Column("Account", Show.MONO, sort=True, lead=True)]
    provider: Annotated[str, Column("Provider", sort=True)]
    legal_entity: Annotated[str, Column("Legal entity")]
    currency: Annotated[str, Column("Currency")]
    charge_day: Annotated[int, Column("Charge day", Show.NUMBER, shown=False)]
    cost_centre: Annotated[
        Text, Column("Cost centre", about="Pays what nobody else is known to pay.")
    ]
    profile: Annotated[str, Column("Layout of invoices")]
    note: Annotated[str, Column("Note", shown=False)]


class AccountQuestion(Question):
    """Which accounts are asked for."""

    provider: Annotated[
        ProviderRef | None, Choice("Provider", pick="telecom-providers")
    ] = None
    legal_entity: Annotated[LegalEntityRef | None, Choice("Legal entity")] = None
    number: Annotated[Word, Choice("Account", main=False)] = None
    currency: Annotated[Word, Choice("Currency", main=False)] = None


class AccountDetail(DetailModel):
    """A customer account, with the general ledger accounts it is booked on."""

    id: int
    number: str
    provider_id: int
    legal_entity_id: int
    currency: str
    charge_day: int
    expense_account: str
    accrual_account: str
    payable_account: str
    dispute_account: str
    vat_account: str
    cost_centre_id: Number
    profile: str
    note: str


Ledger = Annotated[str, Field(min_length=1, max_length=40)]


class AccountIn(Given):
    """A customer account to add."""

    provider: Annotated[ProviderRef, Input("Provider", pick="telecom-providers")]
    number: Annotated[Name, Input("Account", hint="As it stands on invoices.")]
    legal_entity: Annotated[LegalEntityRef, Input("Legal entity")]
    currency: Annotated[
        str, Field(min_length=3, max_length=3), Input("Currency", hint="EUR")
    ]
    charge_day: Annotated[
        int,
        Field(ge=1, le=28),
        Input("Charge day", hint="Day of the month on which charges fall due."),
    ] = 1
    cost_centre: Annotated[
        CostCentreRef | None,
        Input(
            "Cost centre",
            pick="cost-centres",
            hint="Pays what nobody else is known to pay.",
        ),
    ] = None
    profile: Annotated[
        str | None,
        Field(max_length=100),
        Input("Layout of invoices", hint="See the layouts of invoices."),
    ] = None
    expense_account: Annotated[
        Ledger | None,
        Input("Expense account", group="Ledger", hint="That of the chart without."),
    ] = None
    accrual_account: Annotated[
        Ledger | None,
        Input("Accrual account", group="Ledger", hint="That of the chart without."),
    ] = None
    payable_account: Annotated[
        Ledger | None,
        Input("Payable account", group="Ledger", hint="That of the chart without."),
    ] = None
    dispute_account: Annotated[
        Ledger | None,
        Input("Dispute account", group="Ledger", hint="That of the chart without."),
    ] = None
    vat_account: Annotated[
        Ledger | None,
        Input("Input tax account", group="Ledger", hint="That of the chart without."),
    ] = None
    note: Annotated[Note, Input("Note", kind="area")] = None


AccountEditIn = partial(AccountIn, "AccountEditIn", "number")


def _account_values(acting: Acting, values: dict[str, Any]) -> dict[str, Any]:
    for name in ("provider", "legal_entity", "cost_centre"):
        if name in values:
            values[f"{name}_id"] = values.pop(name)
    if values.get("profile") and values["profile"] not in rules(acting).layouts:
        raise NotFound(
            N_("There is no layout {name}."),
            where="profile",
            remedy=N_("See the layouts of invoices."),
            name=values["profile"],
        )
    if "currency" in values:
        values["currency"] = agreements.checked_currency(values["currency"].upper())
    return filled(values, "profile", "note")


def _add_account(acting: Acting, given: AccountIn) -> dict[str, Any]:
    values = _account_values(acting, given.model_dump())
    chart = ledger_of(acting.work.connection, values["legal_entity_id"])
    for name, code in chart.items():
        values[f"{name}_account"] = values[f"{name}_account"] or code
    return {"id": agreements.add_account(acting.work, values)}


def _edit_account(acting: Acting, given: Given) -> None:
    values = _account_values(acting, dict(changes_of(given)))
    change(acting.work, ProviderAccount, acting.id, values)


TELECOM_ACCOUNTS = Resource(
    name="telecom-accounts",
    command="telecom-account",
    title=N_("Telecom accounts"),
    counted=NN_("{count} account", "{count} accounts"),
    group="telephony",
    roles=PAYING,
    rows=AccountRow,
    question=AccountQuestion,
    sort="number",
    source=TableSource(
        table=_ACCOUNT,
        columns=columns_of_table(
            ProviderAccount, "id number currency charge_day profile note"
        )
        | {
            "provider": col(TelecomProvider.name),
            "legal_entity": col(LegalEntity.code),
            "cost_centre": col(CostCentre.code),
        },
        joined=_ACCOUNT.join(
            _PROVIDER, id_of(TelecomProvider) == col(ProviderAccount.provider_id)
        )
        .join(
            table_of(LegalEntity),
            id_of(LegalEntity) == col(ProviderAccount.legal_entity_id),
        )
        .outerjoin(
            table_of(CostCentre),
            id_of(CostCentre) == col(ProviderAccount.cost_centre_id),
        ),
        refers={
            "provider": col(ProviderAccount.provider_id),
            "legal_entity": col(ProviderAccount.legal_entity_id),
        },
        searched=(col(ProviderAccount.number), col(TelecomProvider.name)),
    ),
    reference=ACCOUNT,
    detail=AccountDetail,
    get=lambda connection, row_id, _viewer: _known(
        connection, ProviderAccount, row_id, AccountDetail
    ),
    called=lambda row: str(row["number"]),
    acts=(
        Act(
            "add-telecom-account",
            AccountIn,
            _add_account,
            WRITERS,
            verb="create",
            many=True,
            said=N_("Saved."),
        ),
        Act(
            "edit-telecom-account",
            AccountEditIn,
            _edit_account,
            WRITERS,
            verb="update",
            said=N_("Saved."),
        ),
    ),
)
