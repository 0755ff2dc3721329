"""Lines that are paid for: mobile, fixed, trunks, circuits, modems of machines."""

from __future__ import annotations

from datetime import date
from typing import Annotated, Any, Literal

from pydantic import Field
from sqlalchemy import Connection, func, select

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
from api.resources.references import AssetRef, LocationRef, PersonRef
from api.resources.register.shared import PERSON_NAME, columns_of_table
from api.resources.resource import Resource
from api.resources.sources import TableSource
from api.resources.telecom.line_acts import LINE_ACTS
from api.resources.telecom.shared import (
    LINE,
    PAYING,
    PEOPLE,
    READERS,
    WRITERS,
    AccountRef,
    CarrierContractRef,
    Name,
    Note,
    TariffRef,
    filled,
    rules,
    with_account,
)
from inventory.assets.register.tables import Asset
from inventory.kernel.texts import N_, NN_
from inventory.people.tables import CostCentre, LegalEntity, Location, Person
from inventory.storage.dated import still_open
from inventory.storage.rows import col, get, id_of, table_of
from inventory.telecom.estate import lines
from inventory.telecom.estate.charge_tables import RecurringCharge
from inventory.telecom.estate.ranges import number_of
from inventory.telecom.estate.tables import (
    CarrierContract,
    LineAssignment,
    ProviderAccount,
    SimCard,
    Tariff,
    TelecomLine,
    TelecomProvider,
)

_LINE = table_of(TelecomLine)
_HELD = table_of(LineAssignment)
_PLACE = table_of(Location)
_Z = _PLACE.alias("z_site")
_OF = {
    role: _HELD.alias(f"held_{role[:5]}") for role in ("person", "asset", "cost-centre")
}
Kind = Literal["mobile", "fixed", "trunk", "circuit", "machine"]


class LineRow(RowModel):
    """A line, and who has it."""

    id: Annotated[int, Column("Id", shown=False, sort=True)]
    name: Annotated[str, Column("Line", sort=True, lead=True)]
    kind: Annotated[str, Column("Kind", Show.WORD, sort=True)]
    state: Annotated[str, Column("State", Show.STATE, sort=True)]
    e164: Annotated[Text, Column("Number", Show.MONO, sort=True)]
    circuit_id: Annotated[Text, Column("Circuit", Show.MONO, sort=True)]
    provider: Annotated[str, Column("Provider")]
    account: Annotated[str, Column("Account", Show.MONO, shown=False)]
    legal_entity: Annotated[str, Column("Legal entity", shown=False)]
    contract: Annotated[Text, Column("Contract")]
    tariff: Annotated[Text, Column("Tariff", shown=False)]
    person_id: Annotated[Number, Column("Person number", shown=False, roles=PEOPLE)]
    person: Annotated[Text, Column("Person", roles=PEOPLE)]
    tag: Annotated[Text, Column("Asset")]
    cost_centre: Annotated[
        Text, Column("Cost centre", about="Said for the line; else its user's.")
    ]
    a_site: Annotated[Text, Column("A site", shown=False)]
    z_site: Annotated[Text, Column("Z site", shown=False)]
    down_kbps: Annotated[Number, Column("Down (kbit/s)", Show.NUMBER, shown=False)]
    up_kbps: Annotated[Number, Column("Up (kbit/s)", Show.NUMBER, shown=False)]
    channels: Annotated[Number, Column("Channels", Show.NUMBER, shown=False)]
    active_from: Annotated[Day, Column("Active", Show.DAY)]
    ended_on: Annotated[Day, Column("Ended", Show.DAY)]
    note: Annotated[str, Column("Note", shown=False)]


class LineQuestion(Question):
    """Which lines are asked for."""

    kind: Annotated[Kind | None, Choice("Kind")] = None
    state: Annotated[Word, Choice("State")] = None
    account: Annotated[
        AccountRef | None, Choice("Account", pick="telecom-accounts")
    ] = None
    contract: Annotated[
        CarrierContractRef | None, Choice("Contract", pick="carrier-contracts")
    ] = None
    person: Annotated[
        PersonRef | None, Choice("Person", pick="people", main=False, lookups=())
    ] = None
    asset: Annotated[
        AssetRef | None, Choice("Asset", pick="assets", main=False, lookups=())
    ] = None
    name: Annotated[Word, Choice("Line", main=False)] = None
    e164: Annotated[Word, Choice("Number", main=False)] = None
    circuit_id: Annotated[Word, Choice("Circuit", main=False)] = None
    assigned: Annotated[
        bool | None,
        Choice("Assigned", main=False, about="A person or an asset has it."),
    ] = None
    active_from: Annotated[date | None, Choice("Active", main=False)] = None
    ended_on: Annotated[date | None, Choice("Ended", main=False)] = None


class SimOfLine(DetailModel):
    """A SIM that opens the line."""

    id: int
    iccid: str
    main: bool
    state: str


class ChargeOfLine(DetailModel):
    """What is to be paid for the line."""

    id: int
    item: str
    charge_type: str
    amount_minor: int
    currency: str
    every_months: int
    valid_from: date
    valid_to: Day


class LineDetail(LineRow):
    """A line as a whole, with the steps it may take, its SIMs and charges."""

    offers: list[str]
    sims: list[SimOfLine]
    charges: Annotated[list[ChargeOfLine], Column("Charges", roles=PAYING)]


class LineIn(Given):
    """A line to add."""

    name: Annotated[Name, Input("Line", hint="What people call it.")]
    kind: Annotated[Kind, Input("Kind")] = "mobile"
    account: Annotated[AccountRef, Input("Account", pick="telecom-accounts")]
    contract: Annotated[
        CarrierContractRef | None, Input("Contract", pick="carrier-contracts")
    ] = None
    tariff: Annotated[TariffRef | None, Input("Tariff", pick="tariffs")] = None
    number: Annotated[
        str | None, Field(max_length=40), Input("Number", hint="+49 171 2345678")
    ] = None
    circuit_id: Annotated[
        str | None, Field(max_length=100), Input("Circuit", hint="Of the carrier.")
    ] = None
    a_site: Annotated[LocationRef | None, Input("A site", pick="places")] = None
    z_site: Annotated[LocationRef | None, Input("Z site", pick="places")] = None
    down_kbps: Annotated[
        int | None, Field(ge=0, le=2**31 - 1), Input("Down (kbit/s)")
    ] = None
    up_kbps: Annotated[int | None, Field(ge=0, le=2**31 - 1), Input("Up (kbit/s)")] = (
        None
    )
    channels: Annotated[int | None, Field(ge=0, le=100_000), Input("Channels")] = None
    active_from: Annotated[
        date | None, Input("Active", hint="Paid from then on; without, it is ordered.")
    ] = None
    note: Annotated[Note, Input("Note", kind="area")] = None


LineEditIn = partial(LineIn, "LineEditIn", "name")
_RENAMED = {
    "account": "account_id",
    "contract": "contract_id",
    "tariff": "tariff_id",
    "a_site": "a_location_id",
    "z_site": "z_location_id",
}


def _values(acting: Acting, values: dict[str, Any], account_id: int) -> dict[str, Any]:
    values = {_RENAMED.get(name, name): value for name, value in values.items()}
    if "number" in values:
        number = values.pop("number")
        values["e164"] = number
        if number:
            account = get(acting.work.connection, ProviderAccount, account_id)
            provider = get(
                acting.work.connection, TelecomProvider, account["provider_id"]
            )
            values["e164"] = number_of(number, provider["country"])
    return filled(values, "note")


def _add(acting: Acting, given: LineIn) -> dict[str, Any]:
    values = _values(acting, given.model_dump(), int(given.account))
    return {"id": lines.add_line(acting.work, rules(acting).states, values)}


def _edit(acting: Acting, given: Given) -> None:
    changes = dict(changes_of(given))
    row = get(acting.work.connection, TelecomLine, acting.id)
    account = int(changes.get("account") or row["account_id"])
    lines.change_line(acting.work, acting.id, _values(acting, changes, account))


def _held(role: str) -> Any:  # noqa: ANN401
    alias = _OF[role]
    return (
        (alias.c.line_id == id_of(TelecomLine))
        & (alias.c.role == role)
        & alias.c.valid_to.is_(None)
    )


_ASSIGNED = (
    select(func.count())
    .select_from(_HELD)
    .where(
        col(LineAssignment.line_id) == id_of(TelecomLine),
        col(LineAssignment.role).in_(("person", "asset")),
        still_open(LineAssignment),
    )
    .scalar_subquery()
)
_SOURCE: TableSource[LineQuestion] = TableSource(
    table=_LINE,
    columns=columns_of_table(
        TelecomLine,
        "id name kind state e164 circuit_id down_kbps up_kbps channels active_from"
        " ended_on note",
    )
    | {
        "provider": col(TelecomProvider.name),
        "account": col(ProviderAccount.number),
        "legal_entity": col(LegalEntity.code),
        "contract": col(CarrierContract.number),
        "tariff": col(Tariff.code),
        "person_id": _OF["person"].c.person_id,
        "person": PERSON_NAME,
        "tag": col(Asset.tag),
        "cost_centre": col(CostCentre.code),
        "a_site": col(Location.name),
        "z_site": _Z.c.name,
    },
    shown=tuple(LineRow.model_fields),
    joined=with_account(_LINE, col(TelecomLine.account_id))
    .outerjoin(
        table_of(CarrierContract),
        id_of(CarrierContract) == col(TelecomLine.contract_id),
    )
    .outerjoin(table_of(Tariff), id_of(Tariff) == col(TelecomLine.tariff_id))
    .outerjoin(_OF["person"], _held("person"))
    .outerjoin(table_of(Person), id_of(Person) == _OF["person"].c.person_id)
    .outerjoin(_OF["asset"], _held("asset"))
    .outerjoin(table_of(Asset), id_of(Asset) == _OF["asset"].c.asset_id)
    .outerjoin(_OF["cost-centre"], _held("cost-centre"))
    .outerjoin(
        table_of(CostCentre), id_of(CostCentre) == _OF["cost-centre"].c.cost_centre_id
    )
    .outerjoin(_PLACE, id_of(Location) == col(TelecomLine.a_location_id))
    .outerjoin(_Z, _Z.c.id == col(TelecomLine.z_location_id)),
    refers={
        "account": col(TelecomLine.account_id),
        "contract": col(TelecomLine.contract_id),
    },
    filters={
        "person": lambda one, _viewer: _OF["person"].c.person_id == one,
        "asset": lambda one, _viewer: _OF["asset"].c.asset_id == one,
        "assigned": lambda is_so, _viewer: (_ASSIGNED > 0) == is_so,
    },
    searched=(
        col(TelecomLine.name),
        col(TelecomLine.e164),
        col(TelecomLine.circuit_id),
        col(TelecomProvider.name),
    ),
    offered=("state",),
)


def _get(connection: Connection, line_id: int, viewer: Viewer) -> Row | None:
    found = _SOURCE.one(connection, line_id, viewer)
    if found is None:
        return None
    from api.compose.telecom_rules import telecom_rules

    assert viewer.app is not None
    states = telecom_rules(viewer.app.settings).states
    sims = select(*(table_of(SimCard).c[n] for n in SimOfLine.model_fields)).where(
        col(SimCard.line_id) == line_id
    )
    charge = table_of(RecurringCharge)
    charges = select(*(charge.c[n] for n in ChargeOfLine.model_fields)).where(
        col(RecurringCharge.line_id) == line_id
    )
    return found | {
        "offers": states.offered(found["state"]),
        "sims": [dict(row) for row in connection.execute(sims).mappings()],
        "charges": [dict(row) for row in connection.execute(charges).mappings()],
    }


TELECOM_LINES = Resource(
    name="telecom-lines",
    command="telecom-line",
    title=N_("Lines"),
    counted=NN_("{count} telecom line", "{count} telecom lines"),
    group="telephony",
    roles=READERS,
    rows=LineRow,
    question=LineQuestion,
    sort="name",
    source=_SOURCE,
    reference=LINE,
    detail=LineDetail,
    get=_get,
    called=lambda row: str(row["name"]),
    acts=(
        Act(
            "add-telecom-line",
            LineIn,
            _add,
            WRITERS,
            verb="create",
            many=True,
            said=N_("Saved."),
        ),
        Act(
            "edit-telecom-line",
            LineEditIn,
            _edit,
            WRITERS,
            verb="update",
            said=N_("Saved."),
        ),
        *LINE_ACTS,
    ),
    searched=True,
)
