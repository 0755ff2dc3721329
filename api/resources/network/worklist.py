"""The worklist: where network and register do not agree, and what is done about it."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Any

from pydantic import AwareDatetime, Field, model_validator
from sqlalchemy import ColumnElement, func, true

from api.compose.rulebooks import rules_of
from api.compose.wiring import App
from api.http.actions import Act, Acting, Given, NothingIn
from api.models.devices import ReconciliationState
from api.resources.declare import (
    Choice,
    Column,
    DetailModel,
    Input,
    Moment,
    Number,
    Question,
    RowModel,
    Show,
    Text,
    Viewer,
    Word,
)
from api.resources.network.neighbours import WRITERS, ReasonIn
from api.resources.network.parts.of_device import READERS, YesNoBoth, set_or_not
from api.resources.references import (
    ASSET,
    DEVICE,
    DIFFERENCE,
    AssetRef,
    CategoryRef,
    DeviceRef,
    LocationRef,
    PersonRef,
)
from api.resources.register.asset_acts import money_of
from api.resources.resource import Resource
from api.resources.sources import TableSource
from inventory.assets.register.lifecycle import KINDS
from inventory.kernel.errors import Invalid
from inventory.kernel.texts import N_, NN_

_match, _device, _asset = DIFFERENCE.table, DEVICE.table, ASSET.table
Note = Annotated[str, Field(max_length=2000), Input("Note")]


class WorkRow(RowModel):
    """A row of the worklist; what the device does not say, the asset does."""

    id: Annotated[int, Column("Number", shown=False, sort=True)]
    state: Annotated[str, Column("State", Show.STATE, sort=True)]
    asset_id: Number
    device_id: Number
    reason: Annotated[str, Column("Because", Show.WORD, sort=True)]
    detail: Annotated[str, Column("Detail", Show.SAID)]
    since: Annotated[datetime, Column("Since", Show.AGO, sort=True)]
    acknowledged_at: Annotated[
        Moment, Column("Acknowledged", Show.AGO, sort=True, shown=False)
    ]
    acknowledged_by: Annotated[Text, Column("Acknowledged by", shown=False)]
    note: Annotated[Text, Column("Note")]
    closed_at: Annotated[Moment, Column("Settled", Show.AGO, shown=False)]
    by_hand: Annotated[bool, Column("By hand", Show.YES, shown=False)]
    device_name: Annotated[Text, Column("Device", sort=True, lead=True)]
    device_type: Annotated[Text, Column("Type", Show.WORD, sort=True, shown=False)]
    site: Annotated[Text, Column("Site", sort=True, shown=False)]
    vendor: Annotated[Text, Column("Vendor", sort=True)]
    model: Annotated[Text, Column("Product")]
    serial: Annotated[Text, Column("Serial", Show.MONO)]
    address: Annotated[Text, Column("Address", Show.MONO, shown=False)]
    last_seen: Annotated[Moment, Column("Last seen", Show.AGO, sort=True, shown=False)]
    tag: Annotated[Text, Column("Asset", sort=True)]
    asset_kind: Annotated[Text, Column("Kind of asset", Show.WORD, shown=False)]


class WorkQuestion(Question):
    """Which rows are asked for; without anything, what wants a person."""

    state: Annotated[ReconciliationState | None, Choice("State")] = None
    reason: Annotated[
        Word, Choice("Reason", about="Such as in-stock, holder-left, serial.")
    ] = None
    acknowledged: Annotated[
        YesNoBoth,
        Choice("Acknowledged", about="Rows that somebody said may stay."),
    ] = "no"
    agreeing: Annotated[
        YesNoBoth,
        Choice(
            "Agreeing",
            main=False,
            about="Rows where both agree; `state=matched` asks for them as well.",
        ),
    ] = "no"
    settled: Annotated[
        YesNoBoth, Choice("Settled", main=False, about="Rows of the past.")
    ] = "no"
    device: Annotated[
        DeviceRef | None, Choice("Device", main=False, pick="devices")
    ] = None
    asset: Annotated[AssetRef | None, Choice("Asset", main=False, pick="assets")] = None
    site: Annotated[Word, Choice("Site", main=False)] = None
    device_name: Annotated[Word, Choice("Name of the device", main=False)] = None
    device_type: Annotated[Word, Choice("Type", main=False)] = None
    vendor: Annotated[Word, Choice("Vendor", main=False)] = None
    model: Annotated[Word, Choice("Product", main=False)] = None
    serial: Annotated[Word, Choice("Serial", main=False)] = None
    tag: Annotated[Word, Choice("Tag", main=False)] = None
    asset_kind: Annotated[Word, Choice("Kind of asset", main=False)] = None
    acknowledged_by: Annotated[Word, Choice("Acknowledged by", main=False)] = None
    by_hand: Annotated[bool | None, Choice("By hand", main=False)] = None
    since: Annotated[AwareDatetime | None, Choice("Since", main=False)] = None
    last_seen: Annotated[AwareDatetime | None, Choice("Last seen", main=False)] = None

    @model_validator(mode="before")
    @classmethod
    def _matched_rows_agree(cls, values: Any) -> Any:  # noqa: ANN401
        if isinstance(values, dict) and values.get("state") == "matched":
            return {"agreeing": "both"} | values
        return values


def _agreeing(value: Any, _viewer: Viewer) -> ColumnElement[bool]:  # noqa: ANN401
    if value == "both":
        return true()
    agree: ColumnElement[bool] = _match.c.state == "matched"
    return agree if value == "yes" else ~agree


def _classes_of(app: App) -> list[str]:
    """Return the names of the asset classes of the depreciation rules."""
    return sorted(rules_of(app.settings).accounts)


class AdoptIn(Given):
    """How a device becomes an asset; what is left out is what the device says."""

    tag: Annotated[
        str, Field(max_length=64), Input("Tag", hint="The next one without.")
    ] = ""
    kind: Annotated[
        str | None, Field(max_length=64), Input("Kind", known=lambda _app: KINDS)
    ] = None
    asset_class: Annotated[
        str | None,
        Field(max_length=100),
        Input("Class", known=_classes_of, hint=N_("Row of the depreciation rules.")),
    ] = None
    category: Annotated[CategoryRef | None, Input("Category", pick="categories")] = None
    location: Annotated[LocationRef | None, Input("Belongs to", pick="places")] = None
    holder: Annotated[PersonRef | None, Input("Holder", pick="people")] = None
    cost: Annotated[
        str | None,
        Field(max_length=40),
        Input("Cost", kind="money", hint="1249.00"),
    ] = None
    currency: Annotated[
        str | None,
        Field(min_length=3, max_length=3),
        Input("Currency", hint="ISO 4217, such as EUR."),
    ] = None
    note: Note = "adopted"


class LinkIn(Given):
    """The other end: an asset for a device, or a device for a missing asset."""

    asset: Annotated[AssetRef | None, Input("Asset", pick="assets")] = None
    device: Annotated[DeviceRef | None, Input("Device", pick="devices")] = None
    note: Note = ""


class Owned(DetailModel):
    """Which device goes with which asset."""

    device_id: int
    asset_id: int


def _adopt(acting: Acting, given: AdoptIn) -> dict[str, int]:
    from discovery.reconciliation.worklist_actions import adopt_row

    more: dict[str, Any] = {"kind": given.kind} if given.kind else {}
    for name, value in (
        ("category_id", given.category),
        ("location_id", given.location),
        ("holder", given.holder),
    ):
        if value is not None:
            more[name] = int(value)
    if given.asset_class:
        known = _classes_of(acting.app)
        if given.asset_class not in known:
            raise Invalid(
                N_("There is no asset class {asset_class}."),
                where="asset_class",
                remedy=N_("Use one of {known}."),
                asset_class=given.asset_class,
                known=", ".join(known),
            )
        more["asset_class"] = given.asset_class
    if given.cost:
        more["cost"] = money_of(given.cost, given.currency)
    device, asset = adopt_row(
        acting.work, acting.id, tag=given.tag, note=given.note, **more
    )
    return {"device_id": device, "asset_id": asset}


def _take_back(acting: Acting, given: ReasonIn) -> dict[str, int]:
    from discovery.reconciliation.worklist_actions import take_back_row

    device, asset = take_back_row(acting.work, acting.id, given.note)
    return {"device_id": device, "asset_id": asset}


def _link(acting: Acting, given: LinkIn) -> dict[str, int]:
    from discovery.reconciliation.worklist_actions import link_row

    device, asset = link_row(
        acting.work,
        acting.id,
        asset_id=None if given.asset is None else int(given.asset),
        device_id=None if given.device is None else int(given.device),
        note=given.note,
    )
    return {"device_id": device, "asset_id": asset}


def _ignore(acting: Acting, given: ReasonIn) -> None:
    from inventory.network.worklist_decisions import acknowledge

    acknowledge(acting.work, acting.id, given.note)


def _reopen(acting: Acting, _given: NothingIn) -> None:
    from inventory.network.worklist_decisions import reopen

    reopen(acting.work, acting.id)


_OWN = tuple(n for n in WorkRow.model_fields if n in _match.c)
SOURCE: TableSource[WorkQuestion] = TableSource(
    table=_match,
    columns={name: _match.c[name] for name in _OWN}
    | {
        "device_name": _device.c.name,
        "device_type": _device.c.type,
        "site": _device.c.site,
        "vendor": _device.c.vendor,
        "model": func.coalesce(_device.c.model, _asset.c.model),
        "serial": func.coalesce(_device.c.serial, _asset.c.serial),
        "address": _device.c.address,
        "last_seen": _device.c.last_seen,
        "tag": _asset.c.tag,
        "asset_kind": _asset.c.kind,
        "device": _match.c.device_id,
        "asset": _match.c.asset_id,
    },
    shown=tuple(WorkRow.model_fields),
    joined=_match.outerjoin(_device, _device.c.id == _match.c.device_id).outerjoin(
        _asset, _asset.c.id == _match.c.asset_id
    ),
    filters={
        "agreeing": _agreeing,
        "acknowledged": set_or_not(_match.c.acknowledged_at),
        "settled": set_or_not(_match.c.closed_at),
    },
    searched=(_device.c.name, _device.c.serial, _asset.c.tag, _asset.c.serial),
    offered=("reason",),
)

WORKLIST = Resource(
    name="worklist",
    command="worklist",
    title=N_("Worklist"),
    counted=NN_("{count} row", "{count} rows"),
    group="network",
    roles=READERS,
    rows=WorkRow,
    question=WorkQuestion,
    sort="id",
    source=SOURCE,
    reference=DIFFERENCE,
    detail=WorkRow,
    get=SOURCE.one,
    called=lambda row: str(row["device_name"] or row["tag"] or row["id"]),
    acts=(
        Act(
            "adopt-device",
            AdoptIn,
            _adopt,
            WRITERS,
            verb="adopt",
            about="Register the device of a row as a new asset.",
            answer=Owned,
            many=True,
        ),
        Act(
            "take-back-adoption",
            ReasonIn,
            _take_back,
            WRITERS,
            verb="take-back",
            about="Undo an adoption: the asset was never bought, the device is"
            " unregistered again.",
            answer=Owned,
            danger=True,
        ),
        Act(
            "link-asset",
            LinkIn,
            _link,
            WRITERS,
            verb="link",
            about="Say that a device is an asset, whatever their serial numbers say.",
            answer=Owned,
        ),
        Act(
            "ignore-difference",
            ReasonIn,
            _ignore,
            WRITERS,
            verb="ignore",
            about="Say why a difference may stay; a change of state brings it back.",
            many=True,
        ),
        Act(
            "reopen-difference",
            NothingIn,
            _reopen,
            WRITERS,
            verb="reopen",
            about="Take back that a difference may stay.",
            many=True,
        ),
    ),
)
