"""Devices: what is on the network."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Annotated

from pydantic import Field
from sqlalchemy import ColumnElement, Connection

from api.http.callers import Caller, Role
from api.models.devices import DeviceDetail, ReconciliationState
from api.resources.declare import (
    AskedMoment,
    Cell,
    Choice,
    Column,
    Number,
    Page,
    PageRequest,
    Question,
    Row,
    RowModel,
    Show,
    Text,
    Viewer,
    Word,
)
from api.resources.lookups import conditions, equalities
from api.resources.network.device_acts import DEVICE_ACTS
from api.resources.network.identity import IDENTITY
from api.resources.references import DEVICE
from api.resources.resource import Resource
from api.resources.sources import QuerySource
from inventory.kernel.texts import N_, NN_
from inventory.network.queries import devices as queries

STATES = ("matched", "unregistered", "misplaced", "conflict")


def name_of(row: Row) -> str:
    """Return what a device is called, the best there is."""
    return str(row["name"] or row["address"] or row["mac"] or f"device {row['id']}")


def _product(row: Row, _caller: Caller) -> Cell:
    vendor, model = row["vendor"] or "", row["model"] or ""
    if model.lower().startswith(vendor.lower()):
        return Cell(model or None)
    return Cell(f"{vendor} {model}".strip() or None)


def _address(row: Row, _caller: Caller) -> Cell:
    return Cell(row["address"] or row["mac"])


def _state(row: Row, _caller: Caller) -> Cell:
    asset = row["asset_id"]
    return Cell(row["state"], href=f"/assets/{asset}" if asset else "")


class DeviceRow(RowModel):
    """A device of the list."""

    id: Annotated[int, Column("Number", shown=False, sort=True)]
    name: Annotated[str, Column("Name", sort=True, lead=True)]
    type: Annotated[Text, Column("Type", Show.WORD, sort=True)]
    subtype: Annotated[Text, Column("Subtype", shown=False)]
    vendor: Annotated[Text, Column("Vendor", sort=True, shown=False)]
    family: Annotated[Text, Column("Family", shown=False)]
    model: Annotated[Text, Column("Product", sort=True, cell=_product)]
    address: Annotated[
        Text,
        Column(
            "Address",
            Show.MONO,
            sort=True,
            cell=_address,
            about="Where it is reached.",
        ),
    ]
    mac: Annotated[Text, Column("MAC", Show.MONO, shown=False)]
    serial: Annotated[Text, Column("Serial", Show.MONO)]
    os: Annotated[Text, Column("Operating system", shown=False)]
    version: Annotated[Text, Column("Version", shown=False)]
    site: Annotated[str, Column("Site", sort=True, shown=False)]
    location: Annotated[
        Text, Column("Location", shown=False, about="As the device says.")
    ]
    last_user: Annotated[Text, Column("Last user", shown=False)]
    state: Annotated[
        Text,
        Column(
            "Register",
            Show.STATE,
            cell=_state,
            about="matched, unregistered, misplaced or conflict.",
        ),
    ]
    managed: Annotated[
        bool,
        Column(
            "Answers",
            Show.YES,
            shown=False,
            about="Answered directly; else seen by others.",
        ),
    ]
    first_seen: Annotated[
        datetime, Column("First seen", Show.AGO, sort=True, shown=False)
    ]
    last_seen: Annotated[datetime, Column("Last seen", Show.AGO, sort=True)]
    asset_tag: Text = Field(description="As stored in the device itself.")
    asset_id: Number
    state_reason: Text
    merged_into: Number = Field(description="The device this one turned out to be.")


class DeviceQuestion(Question):
    """Which devices are asked for; those merged into another are left out."""

    type: Annotated[Word, Choice("Type")] = None
    state: Annotated[ReconciliationState | None, Choice("Register")] = None
    vendor: Annotated[Word, Choice("Vendor", main=False)] = None
    site: Annotated[Word, Choice("Site", main=False)] = None
    managed: Annotated[
        bool | None,
        Choice("Answers", about="Answered directly, or only seen by others."),
    ] = None
    name: Annotated[Word, Choice("Name", main=False)] = None
    subtype: Annotated[Word, Choice("Subtype", main=False)] = None
    family: Annotated[Word, Choice("Family", main=False)] = None
    model: Annotated[Word, Choice("Product", main=False)] = None
    address: Annotated[Word, Choice("Address", main=False)] = None
    mac: Annotated[Word, Choice("MAC", main=False)] = None
    serial: Annotated[Word, Choice("Serial", main=False)] = None
    os: Annotated[Word, Choice("Operating system", main=False)] = None
    version: Annotated[Word, Choice("Version", main=False)] = None
    location: Annotated[Word, Choice("Location", main=False)] = None
    last_user: Annotated[Word, Choice("Last user", main=False)] = None
    asset_tag: Annotated[Word, Choice("Asset tag", main=False)] = None
    suggested: Annotated[
        bool | None,
        Choice("Suggestions", main=False, about="What it may be waits for a person."),
    ] = None
    first_seen: Annotated[AskedMoment | None, Choice("First seen", main=False)] = None
    last_seen: Annotated[AskedMoment | None, Choice("Last seen", main=False)] = None


COLUMNS: dict[str, ColumnElement[object]] = {
    name: DEVICE.table.c[name]
    for name in DeviceQuestion.model_fields
    if name in DEVICE.table.c and name != "search"
} | {"state": queries.MATCH_STATE}


def _wanted(asked: DeviceQuestion) -> queries.DeviceFilter:
    found = (*equalities(asked, COLUMNS), *conditions(asked, COLUMNS))
    if asked.suggested is not None:
        waits = queries.has_suggestions()
        found = (*found, waits if asked.suggested else ~waits)
    return queries.DeviceFilter(search=asked.search, conditions=found)


def _read(
    connection: Connection, asked: DeviceQuestion, _viewer: Viewer, page: PageRequest
) -> Page:
    return queries.list_devices(
        connection,
        _wanted(asked),
        sort=page.sort,
        after=page.after,
        limit=page.limit,
    )


def _count(connection: Connection, asked: DeviceQuestion, _viewer: Viewer) -> int:
    return queries.count_devices(connection, _wanted(asked))


def _choices(connection: Connection) -> Mapping[str, Sequence[str]]:
    found = queries.device_facets(connection)
    offered = {name: sorted(filter(None, found[name])) for name in found}
    return offered | {"state": STATES}


def _get(connection: Connection, device_id: int, _viewer: Viewer) -> Row | None:
    return queries.device_detail(connection, device_id)


DEVICES = Resource(
    name="devices",
    command="device",
    title=N_("Devices"),
    counted=NN_("{count} device", "{count} devices"),
    icon="devices",
    group="network",
    roles=frozenset({Role.IT, Role.AUDITOR, Role.ACCOUNTING}),
    rows=DeviceRow,
    question=DeviceQuestion,
    sort="name",
    source=QuerySource(read=_read, count=_count, choices=_choices, columns=COLUMNS),
    reference=DEVICE,
    detail=DeviceDetail,
    get=_get,
    extracts=(IDENTITY,),
    called=name_of,
    acts=DEVICE_ACTS,
    searched=True,
)
