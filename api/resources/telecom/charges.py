"""Recurring charges, and who pays them."""

from __future__ import annotations

from datetime import date
from typing import Annotated, Any, Literal

from pydantic import Field
from sqlalchemy import Connection, select

from api.http.actions import Act, Acting, Given
from api.resources.declare import (
    Choice,
    Column,
    Day,
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
from api.resources.references import COST_CENTRE
from api.resources.register.shared import columns_of_table
from api.resources.resource import Resource
from api.resources.sources import TableSource
from api.resources.telecom.shared import (
    CHARGE,
    PAYING,
    WRITERS,
    AccountRef,
    LineRef,
    Money,
    filled,
    minor,
    rules,
)
from inventory.kernel.errors import Invalid
from inventory.kernel.texts import N_, NN_
from inventory.people.tables import CostCentre
from inventory.storage.rows import col, get, id_of, table_of
from inventory.telecom.estate import charges
from inventory.telecom.estate.charge_tables import ChargeShare, RecurringCharge
from inventory.telecom.estate.tables import ProviderAccount, Tariff, TelecomLine

_CHARGE = table_of(RecurringCharge)
Sharing = Literal["line", "people", "shares"]
Shares = Annotated[dict[str, int], Field(max_length=500)]


class ChargeRow(RowModel):
    """A recurring charge."""

    id: Annotated[int, Column("Charge", sort=True, lead=True)]
    item: Annotated[str, Column("Item")]
    charge_type: Annotated[str, Column("Type", Show.WORD, sort=True)]
    line_id: Number
    line: Annotated[Text, Column("Line", about="None: it is of the account.")]
    account: Annotated[str, Column("Account", Show.MONO)]
    amount_minor: Annotated[
        int, Column("Amount", Show.MONEY, sort=True, about="Net, in minor units.")
    ]
    currency: Annotated[str, Column("Currency", shown=False)]
    every_months: Annotated[int, Column("Every (months)", Show.NUMBER)]
    vat_permille: Annotated[
        int, Column("VAT (‰)", Show.NUMBER, shown=False, about="190 is 19 percent.")
    ]
    ledger_account: Annotated[str, Column("Ledger account", shown=False)]
    sharing: Annotated[
        Sharing,
        Column("Paid by", about="line: whoever has it; people: by head; shares."),
    ]
    valid_from: Annotated[date, Column("From", Show.DAY, sort=True)]
    valid_to: Annotated[Day, Column("Until", Show.DAY, about="First day no more.")]


class ChargeQuestion(Question):
    """Which charges are asked for."""

    account: Annotated[
        AccountRef | None, Choice("Account", pick="telecom-accounts")
    ] = None
    line: Annotated[LineRef | None, Choice("Line", pick="telecom-lines")] = None
    charge_type: Annotated[Word, Choice("Type")] = None
    sharing: Annotated[Sharing | None, Choice("Paid by", main=False)] = None
    amount_minor: Annotated[int | None, Choice("Amount", main=False)] = None
    valid_from: Annotated[date | None, Choice("From", main=False)] = None
    valid_to: Annotated[date | None, Choice("Until", main=False)] = None


class ShareOfCharge(DetailModel):
    """A cost centre pays a part."""

    cost_centre: str
    weight: int


class ChargeDetail(ChargeRow):
    """A recurring charge with the shares of cost centres."""

    shares: list[ShareOfCharge]


class ChargeIn(Given):
    """A recurring charge to add."""

    line: Annotated[
        LineRef | None,
        Input("Line", pick="telecom-lines", hint="Without, it is of the account."),
    ] = None
    account: Annotated[
        AccountRef | None,
        Input("Account", pick="telecom-accounts", hint="That of the line without."),
    ] = None
    item: Annotated[
        str | None,
        Field(max_length=200),
        Input("Item", hint="As on the invoice; the name of the type without."),
    ] = None
    charge_type: Annotated[
        str, Field(max_length=40), Input("Type", hint="line-rental, option, trunk ...")
    ] = "line-rental"
    amount: Annotated[
        Money | None,
        Input("Amount", kind="money", hint="Net: 19.95; of the tariff without."),
    ] = None
    every_months: Annotated[
        int, Field(ge=1, le=60), Input("Every (months)", hint="1 monthly, 12 yearly.")
    ] = 1
    vat_permille: Annotated[
        int, Field(ge=0, le=1000), Input("VAT (‰)", hint="190 is 19 percent.")
    ] = 0
    ledger_account: Annotated[
        str | None,
        Field(max_length=40),
        Input("Ledger account", hint="That of the account without."),
    ] = None
    sharing: Annotated[
        Sharing | None,
        Input("Paid by", hint="line: whoever has it; people: by head; shares."),
    ] = None
    shares: Annotated[
        Shares | None,
        Input("Shares", hint="4100=3 by weight, one each."),
    ] = None
    valid_from: Annotated[
        date | None, Input("From", hint="Since the line is active without.")
    ] = None
    valid_to: Annotated[date | None, Input("Until", hint="First day no more.")] = None


ChargeEditIn = partial(ChargeIn, "ChargeEditIn", "line", "account", "shares")


class EndChargeIn(Given):
    """The charge is to be paid no more."""

    on: Annotated[date | None, Input("From", hint="Today without.")] = None


class RepriceIn(Given):
    """The charge costs another amount from a day on."""

    amount: Annotated[Money, Input("Amount", kind="money", hint="Net: 19.95")]
    on: Annotated[date | None, Input("From", hint="Today without.")] = None


class SharesIn(Given):
    """The weights by which cost centres pay the charge."""

    shares: Annotated[Shares, Input("Shares", hint="4100=3 by weight, one each.")]


def _shares(connection: Connection, given: dict[str, int] | None) -> dict[int, int]:
    found = {}
    for code, weight in (given or {}).items():
        if weight <= 0:
            raise Invalid(N_("A weight is above zero."), where="shares")
        found[COST_CENTRE.resolve(connection, code, "shares")] = weight
    return found


def _add(acting: Acting, given: ChargeIn) -> dict[str, Any]:
    connection = acting.work.connection
    values = filled(given.model_dump(exclude={"shares"}), "ledger_account")
    line_id, account_id = values.pop("line"), values.pop("account")
    line = get(connection, TelecomLine, int(line_id)) if line_id is not None else None
    if line is not None:
        account_id = account_id if account_id is not None else line["account_id"]
        values["valid_from"] = values["valid_from"] or line["active_from"]
    if account_id is None:
        raise Invalid(N_("Say the line or the account."), where="line")
    if values["valid_from"] is None:
        raise Invalid(N_("Say from when on it is to be paid."), where="valid_from")
    currency = get(connection, ProviderAccount, int(account_id))["currency"]
    amount = values.pop("amount")
    if amount is None:
        values["amount_minor"] = _of_tariff(connection, line, currency)
    else:
        values["amount_minor"] = minor(amount, currency)
    types = rules(acting).types
    types.checked(values["charge_type"])
    values["item"] = values["item"] or types.types[values["charge_type"]].title
    shares = _shares(connection, given.shares)
    values["sharing"] = values["sharing"] or ("shares" if shares else "line")
    values |= {"line_id": line_id, "account_id": account_id, "currency": currency}
    return {"id": charges.add_charge(acting.work, values, shares)}


def _of_tariff(connection: Connection, line: Row | None, currency: str) -> int:
    """Return the price of the tariff of a line."""
    if line is None or line["tariff_id"] is None:
        raise Invalid(N_("Say the amount: the line has no tariff."), where="amount")
    tariff = get(connection, Tariff, line["tariff_id"])
    if tariff["currency"] != currency:
        raise Invalid(
            N_("The tariff is in {other}, the account in {currency}."),
            where="amount",
            other=tariff["currency"],
            currency=currency,
        )
    return int(tariff["monthly_minor"])


def _edit(acting: Acting, given: Given) -> None:
    values = filled(dict(changes_of(given)), "ledger_account")
    row = get(acting.work.connection, RecurringCharge, acting.id)
    if values.get("amount") is not None:
        values["amount_minor"] = minor(values.pop("amount"), row["currency"])
    if "charge_type" in values:
        rules(acting).types.checked(values["charge_type"])
    charges.change_charge(acting.work, acting.id, values)


def _end(acting: Acting, given: EndChargeIn) -> None:
    day = given.on or acting.work.clock().date()
    charges.end_charge(acting.work, acting.id, day)


def _reprice(acting: Acting, given: RepriceIn) -> dict[str, Any]:
    row = get(acting.work.connection, RecurringCharge, acting.id)
    day = given.on or acting.work.clock().date()
    amount = minor(given.amount, row["currency"])
    return {"id": charges.reprice(acting.work, acting.id, amount, day)}


def _share(acting: Acting, given: SharesIn) -> None:
    shares = _shares(acting.work.connection, given.shares)
    charges.set_shares(acting.work, acting.id, shares)


_SOURCE: TableSource[ChargeQuestion] = TableSource(
    table=_CHARGE,
    columns=columns_of_table(
        RecurringCharge,
        "id item charge_type line_id amount_minor currency every_months vat_permille"
        " ledger_account sharing valid_from valid_to",
    )
    | {"line": col(TelecomLine.name), "account": col(ProviderAccount.number)},
    joined=_CHARGE.join(
        table_of(ProviderAccount),
        id_of(ProviderAccount) == col(RecurringCharge.account_id),
    ).outerjoin(
        table_of(TelecomLine), id_of(TelecomLine) == col(RecurringCharge.line_id)
    ),
    refers={
        "account": col(RecurringCharge.account_id),
        "line": col(RecurringCharge.line_id),
    },
    searched=(col(RecurringCharge.item), col(TelecomLine.name)),
)


def _get(connection: Connection, charge_id: int, viewer: Viewer) -> Row | None:
    found = _SOURCE.one(connection, charge_id, viewer)
    if found is None:
        return None
    query = (
        select(col(CostCentre.code).label("cost_centre"), col(ChargeShare.weight))
        .join(
            table_of(CostCentre), id_of(CostCentre) == col(ChargeShare.cost_centre_id)
        )
        .where(col(ChargeShare.charge_id) == charge_id)
        .order_by(col(CostCentre.code))
    )
    shares = [dict(row) for row in connection.execute(query).mappings()]
    return found | {"shares": shares}


TELECOM_CHARGES = Resource(
    name="telecom-charges",
    command="telecom-charge",
    title=N_("Recurring charges"),
    counted=NN_("{count} charge", "{count} charges"),
    group="telephony",
    roles=PAYING,
    rows=ChargeRow,
    question=ChargeQuestion,
    sort="-id",
    source=_SOURCE,
    reference=CHARGE,
    detail=ChargeDetail,
    get=_get,
    called=lambda row: str(row["item"]),
    acts=(
        Act(
            "add-telecom-charge",
            ChargeIn,
            _add,
            WRITERS,
            verb="create",
            many=True,
            said=N_("Saved."),
        ),
        Act(
            "edit-telecom-charge",
            ChargeEditIn,
            _edit,
            WRITERS,
            verb="update",
            said=N_("Saved."),
        ),
        Act("end-charge", EndChargeIn, _end, WRITERS, verb="end", said=N_("Saved.")),
        Act(
            "reprice-charge",
            RepriceIn,
            _reprice,
            WRITERS,
            verb="reprice",
            said=N_("Saved."),
        ),
        Act("share-charge", SharesIn, _share, WRITERS, verb="share", said=N_("Saved.")),
    ),
)
