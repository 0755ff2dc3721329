"""Who held what, who pays for it, what was confirmed, what identifies an asset."""

from __future__ import annotations

from datetime import date
from typing import Annotated, Any, Literal

from pydantic import AwareDatetime, Field
from sqlalchemy import Connection, select

from api.compose.rulebooks import context_of
from api.http.actions import Act, Acting, Given, public_url
from api.http.callers import OWN_THINGS, Role
from api.resources.declare import (
    Choice,
    Column,
    Day,
    DetailModel,
    Input,
    Moment,
    Question,
    RowModel,
    Show,
    Text,
    Viewer,
    Word,
)
from api.resources.references import (
    ACCEPTANCE,
    AcceptanceRef,
    AssetRef,
    CostCentreRef,
    LocationRef,
    PersonRef,
    TeamRef,
)
from api.resources.register.extracts.files_given import HANDOVER_PDF
from api.resources.register.shared import (
    PEOPLE,
    PERSON_NAME,
    WRITERS,
    columns_of_table,
)
from api.resources.resource import Resource
from api.resources.sources import TableSource
from inventory.assets.custody.acceptance import (
    accept_own,
    renew_acceptance,
    withdraw_acceptance,
)
from inventory.assets.custody.acceptance_tables import Acceptance
from inventory.assets.identifiers.tables import AssetIdentifier
from inventory.assets.register.tables import (
    Allocation,
    AllocationShare,
    Asset,
    Custody,
)
from inventory.hr.triggers.signing import send_link
from inventory.kernel.texts import N_, NN_
from inventory.people.tables import CostCentre, Person
from inventory.queries.register.holders import holder_columns, with_holder
from inventory.storage.dated import on_day, still_open
from inventory.storage.rows import col, filled, id_of, table_of

_ALLOCATION = table_of(Allocation)
_ASSET = table_of(Asset)
_CUSTODY = table_of(Custody)
_IDENTIFIER = table_of(AssetIdentifier)
_PERSON = table_of(Person)
_SHARE = table_of(AllocationShare)
_HOLDER = {column.name: column.element for column in holder_columns()}


class CustodyRow(RowModel):
    """Who or what held an asset, from - to."""

    id: Annotated[int, Column("Number", shown=False, sort=True)]
    asset_id: int
    tag: Annotated[str, Column("Asset", sort=True, lead=True)]
    kind: Annotated[str, Column("Kind", Show.WORD)]
    model: Annotated[Text, Column("Product")]
    serial: Annotated[Text, Column("Serial", Show.MONO, shown=False)]
    state: Annotated[str, Column("State", Show.STATE, shown=False)]
    holder_kind: Annotated[str, Column("Kind of holder", Show.WORD)]
    holder_id: int
    holder: Annotated[Text, Column("Holder")]
    valid_from: Annotated[Day, Column("From", Show.DAY, sort=True)]
    valid_to: Annotated[Day, Column("Until", Show.DAY, sort=True)]
    expected_return: Annotated[Day, Column("Back by", Show.DAY, sort=True)]
    handover_id: Annotated[Text, Column("Handover", shown=False)]
    note: Annotated[str, Column("Note", shown=False)]


class CustodyQuestion(Question):
    """Which custody is asked for."""

    asset: Annotated[AssetRef | None, Choice("Asset", pick="assets")] = None
    person: Annotated[PersonRef | None, Choice("Person", pick="people")] = None
    team: Annotated[TeamRef | None, Choice("Team", pick="teams", main=False)] = None
    location: Annotated[LocationRef | None, Choice("Place", pick="places")] = None
    holder_asset: Annotated[
        AssetRef | None, Choice("Part of", pick="assets", main=False)
    ] = None
    holder_kind: Annotated[
        Literal["person", "team", "location", "asset"] | None,
        Choice("Kind of holder", main=False),
    ] = None
    kind: Annotated[Word, Choice("Kind", main=False)] = None
    state: Annotated[Word, Choice("State", main=False)] = None
    open: Annotated[bool | None, Choice("Open", about="It has not ended.")] = None
    on: Annotated[date | None, Choice("On the day", main=False)] = None
    valid_from: Annotated[date | None, Choice("From", main=False)] = None
    valid_to: Annotated[date | None, Choice("Until", main=False)] = None
    expected_return: Annotated[date | None, Choice("Back by", main=False)] = None
    handover_id: Annotated[Word, Choice("Handover", main=False)] = None


CUSTODY = Resource(
    name="custody",
    command="custody",
    title=N_("Custody"),
    counted=NN_("{count} custody", "{count} custodies"),
    group="register",
    roles=PEOPLE | OWN_THINGS,
    rows=CustodyRow,
    question=CustodyQuestion,
    sort="-id",
    source=TableSource(
        table=_CUSTODY,
        columns=columns_of_table(
            Custody,
            "id asset_id valid_from valid_to expected_return handover_id note",
        )
        | columns_of_table(Asset, "tag kind model serial state")
        | {name: _HOLDER[name] for name in ("holder_kind", "holder_id", "holder")}
        | {
            "asset": col(Custody.asset_id),
            "person": col(Custody.person_id),
            "team": col(Custody.team_id),
            "location": col(Custody.location_id),
            "holder_asset": col(Custody.holder_asset_id),
        },
        shown=tuple(CustodyRow.model_fields),
        joined=with_holder(
            _CUSTODY.join(_ASSET, id_of(Asset) == col(Custody.asset_id))
        ),
        filters={
            "open": lambda open_, _viewer: still_open(Custody) == open_,
            "on": lambda day, _viewer: on_day(Custody, day),
        },
        searched=(col(Asset.tag), col(Asset.serial), PERSON_NAME),
    ),
)


class CostShare(DetailModel):
    """A cost centre's share of an asset."""

    cost_centre_id: int
    code: str
    name: str
    ppm: int


class AllocationRow(RowModel):
    """Which cost centres bear an asset instead of its holder's, from - to."""

    id: Annotated[int, Column("Number", shown=False, sort=True)]
    asset_id: int
    tag: Annotated[str, Column("Asset", sort=True, lead=True)]
    kind: Annotated[str, Column("Kind", Show.WORD)]
    model: Annotated[Text, Column("Product")]
    valid_from: Annotated[Day, Column("From", Show.DAY, sort=True)]
    valid_to: Annotated[Day, Column("Until", Show.DAY, sort=True)]
    reason: Annotated[str, Column("Reason")]
    shares: list[CostShare]
    recorded_at: Moment


class AllocationQuestion(Question):
    """Which allocations are asked for."""

    asset: Annotated[AssetRef | None, Choice("Asset", pick="assets")] = None
    cost_centre: Annotated[
        CostCentreRef | None, Choice("Cost centre", pick="cost-centres")
    ] = None
    open: Annotated[bool | None, Choice("Open", about="It has not ended.")] = None
    on: Annotated[date | None, Choice("On the day", main=False)] = None
    valid_from: Annotated[date | None, Choice("From", main=False)] = None
    valid_to: Annotated[date | None, Choice("Until", main=False)] = None


def _with_shares(
    connection: Connection, rows: list[dict[str, Any]], _viewer: Viewer
) -> list[dict[str, Any]]:
    number = col(AllocationShare.allocation_id)
    ppm = col(AllocationShare.upper_ppm) - col(AllocationShare.lower_ppm)
    query = (
        select(
            number,
            col(AllocationShare.cost_centre_id),
            col(CostCentre.code),
            col(CostCentre.name),
            ppm.label("ppm"),
        )
        .join_from(
            _SHARE,
            table_of(CostCentre),
            id_of(CostCentre) == col(AllocationShare.cost_centre_id),
        )
        .where(number.in_([row["id"] for row in rows]))
        .order_by(col(CostCentre.code))
    )
    shares: dict[int, list[dict[str, Any]]] = {}
    for one in connection.execute(query).mappings():
        share = {name: value for name, value in one.items() if name != number.name}
        shares.setdefault(one["allocation_id"], []).append(share)
    for row in rows:
        row["shares"] = shares.get(row["id"], [])
    return rows


def _of_centre(centre_id: int, _viewer: Viewer) -> Any:  # noqa: ANN401
    borne = select(col(AllocationShare.allocation_id)).where(
        col(AllocationShare.cost_centre_id) == centre_id
    )
    return id_of(Allocation).in_(borne)


ALLOCATIONS = Resource(
    name="allocations",
    command="allocation",
    title=N_("Allocations"),
    counted=NN_("{count} allocation", "{count} allocations"),
    group="register",
    rows=AllocationRow,
    question=AllocationQuestion,
    sort="-id",
    source=TableSource(
        table=_ALLOCATION,
        columns=columns_of_table(
            Allocation, "id asset_id valid_from valid_to reason recorded_at"
        )
        | columns_of_table(Asset, "tag kind model")
        | {"asset": col(Allocation.asset_id)},
        shown=[name for name in AllocationRow.model_fields if name != "shares"],
        joined=_ALLOCATION.join(_ASSET, id_of(Asset) == col(Allocation.asset_id)),
        filters={
            "cost_centre": _of_centre,
            "open": lambda open_, _viewer: still_open(Allocation) == open_,
            "on": lambda day, _viewer: on_day(Allocation, day),
        },
        searched=(col(Asset.tag), col(Asset.serial), col(Allocation.reason)),
        finish=_with_shares,
    ),
)


class AcceptanceRow(RowModel):
    """What somebody was asked to confirm, and the answer."""

    id: Annotated[int, Column("Number", sort=True, lead=True)]
    handover_id: Annotated[str, Column("Handover", sort=True)]
    person_id: int
    person: Annotated[Text, Column("Person")]
    state: Annotated[str, Column("State", Show.STATE, sort=True)]
    signature: Annotated[str, Column("Signed by")]
    remark: Annotated[str, Column("Remark")]
    expires_at: Annotated[Moment, Column("Valid until", Show.DAY, sort=True)]
    answered_at: Annotated[Moment, Column("Answered", Show.AGO)]
    items: list[dict[str, Any]]
    recorded_at: Annotated[Moment, Column("Asked", Show.AGO, sort=True)]


class AcceptanceQuestion(Question):
    """Which acceptances are asked for."""

    state: Annotated[
        Literal["pending", "accepted", "disputed", "withdrawn"] | None, Choice("State")
    ] = None
    person: Annotated[PersonRef | None, Choice("Person", pick="people")] = None
    handover_id: Annotated[Word, Choice("Handover", main=False)] = None
    expires_at: Annotated[AwareDatetime | None, Choice("Valid until", main=False)] = (
        None
    )
    answered_at: Annotated[AwareDatetime | None, Choice("Answered", main=False)] = None
    recorded_at: Annotated[AwareDatetime | None, Choice("Asked", main=False)] = None


class AcceptanceDetail(AcceptanceRow):
    """What somebody was asked to confirm, with its terms."""

    terms: str
    digest: str


class WithdrawIn(Given):
    """A link that shall work no more."""

    acceptance_id: Annotated[AcceptanceRef, Input("Acceptance")]


def _withdraw(acting: Acting, given: WithdrawIn) -> dict[str, Any]:
    withdrawn = withdraw_acceptance(acting.work, int(given.acceptance_id))
    return {"withdrawn": withdrawn}


def _acceptance(
    connection: Connection, row_id: int, viewer: Viewer
) -> dict[str, Any] | None:
    row = _ACCEPTANCES.one(connection, row_id, viewer)
    if row is None:
        return None
    query = select(col(Acceptance.terms), col(Acceptance.digest)).where(
        id_of(Acceptance) == row_id
    )
    return row | dict(connection.execute(query).mappings().one())


_ACCEPTANCES: TableSource[AcceptanceQuestion] = TableSource(
    table=table_of(Acceptance),
    columns=columns_of_table(
        Acceptance,
        "id handover_id person_id state signature remark expires_at answered_at items"
        " recorded_at",
    )
    | {"person": PERSON_NAME},
    joined=table_of(Acceptance).join(
        _PERSON, id_of(Person) == col(Acceptance.person_id)
    ),
    refers={"person": col(Acceptance.person_id)},
    searched=(col(Acceptance.handover_id), PERSON_NAME),
)


class RenewIn(Given):
    """A link that was lost, or is too old: a new one, and the old one works no more."""


class Renewed(DetailModel):
    """A new link to confirm a handover."""

    link: str = Field(description="To confirm it; shown once.")
    acceptance_id: int
    mailed: bool = Field(description="It goes to the person by mail.")


def _renew(acting: Acting, _given: RenewIn) -> dict[str, Any]:
    key = acting.app.seal.derived("acceptance")
    link = renew_acceptance(acting.work, acting.id, key)
    context = context_of(acting.app.settings, acting.work)
    return {
        "link": f"{acting.base}/accept/{link.token}",
        "acceptance_id": link.acceptance_id,
        "mailed": send_link(context, link, public_url(acting.app)),
    }


class SignIn(Given):
    """The name of who signs for his own things."""

    signature: Annotated[
        str,
        Field(max_length=200),
        Input("Your name", hint="Typed, it is your signature."),
    ]


def _sign(acting: Acting, given: SignIn) -> None:
    person = acting.caller.person_id
    accept_own(acting.work, acting.id, person, given.signature)


RENEW = Act(
    "renew",
    RenewIn,
    _renew,
    WRITERS | {Role.HR},
    said=N_("A new link was made."),
    about="Make a new link for what is not confirmed yet; the old one works no more.",
    answer=Renewed,
    shown_once=("link",),
)
WITHDRAW = Act(
    "withdraw",
    WithdrawIn,
    _withdraw,
    WRITERS,
    ref="acceptance_id",
    said=N_("Withdrawn."),
    about="Let a link that is not answered yet work no more.",
)
SIGN = Act(
    "sign",
    SignIn,
    _sign,
    OWN_THINGS | WRITERS | {Role.HR},
    said=N_("Thank you: it is signed."),
    about="Sign, as the person who was asked, for what was handed over or given back.",
)
ACCEPTANCES = Resource(
    name="acceptances",
    command="acceptance",
    title=N_("Acceptances"),
    counted=NN_("{count} acceptance", "{count} acceptances"),
    group="register",
    roles=PEOPLE | OWN_THINGS,
    rows=AcceptanceRow,
    question=AcceptanceQuestion,
    sort="-id",
    source=_ACCEPTANCES,
    reference=ACCEPTANCE,
    detail=AcceptanceDetail,
    get=_acceptance,
    extracts=(HANDOVER_PDF,),
    called=lambda row: str(row["handover_id"]),
    acts=(RENEW, WITHDRAW, SIGN),
)


class IdentifierRow(RowModel):
    """A MAC, IMEI or UUID of an asset."""

    id: Annotated[int, Column("Number", shown=False, sort=True)]
    asset_id: int
    tag: Annotated[str, Column("Asset", sort=True)]
    asset_kind: Annotated[str, Column("Kind of asset", Show.WORD)]
    kind: Annotated[str, Column("Kind", Show.WORD, sort=True)]
    value: Annotated[str, Column("Value", Show.MONO, sort=True, lead=True)]
    recorded_at: Annotated[Moment, Column("Recorded", Show.AGO, shown=False)]
    ended_at: Annotated[Moment, Column("Ended", Show.AGO)]


class IdentifierQuestion(Question):
    """Which identifiers are asked for."""

    asset: Annotated[AssetRef | None, Choice("Asset", pick="assets")] = None
    kind: Annotated[Literal["mac", "imei", "uuid"] | None, Choice("Kind")] = None
    value: Annotated[Word, Choice("Value", main=False)] = None
    ended: Annotated[bool | None, Choice("Ended", main=False)] = None


IDENTIFIERS = Resource(
    name="identifiers",
    command="identifier",
    title=N_("Identifiers of assets"),
    counted=NN_("{count} identifier", "{count} identifiers"),
    group="register",
    rows=IdentifierRow,
    question=IdentifierQuestion,
    sort="value",
    source=TableSource(
        table=_IDENTIFIER,
        columns=columns_of_table(
            AssetIdentifier, "id asset_id kind value recorded_at ended_at"
        )
        | {
            "tag": col(Asset.tag),
            "asset_kind": col(Asset.kind),
            "asset": col(AssetIdentifier.asset_id),
        },
        shown=tuple(IdentifierRow.model_fields),
        joined=_IDENTIFIER.join(_ASSET, id_of(Asset) == col(AssetIdentifier.asset_id)),
        filters={
            "ended": lambda ended, _viewer: (
                filled(AssetIdentifier.ended_at).is_not(None) == ended
            )
        },
        searched=(col(AssetIdentifier.value), col(Asset.tag)),
    ),
)
