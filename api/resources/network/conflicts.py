"""Conflicts: observations that fit several devices which contradict each other."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated

from pydantic import AwareDatetime, Field

from api.diagnose.identify import identification
from api.http.actions import Act, Acting, Given
from api.http.callers import Role
from api.resources.declare import (
    Choice,
    Column,
    Input,
    Moment,
    Question,
    RowModel,
    Show,
    Text,
    Word,
)
from api.resources.network.neighbours import WRITERS
from api.resources.network.parts.of_device import YesNoBoth, set_or_not
from api.resources.references import CONFLICT, DeviceRef
from api.resources.resource import Resource
from api.resources.sources import TableSource
from inventory.kernel.texts import N_, NN_

READERS = frozenset({Role.IT, Role.AUDITOR})
_conflict = CONFLICT.table


class ConflictRow(RowModel):
    """Observations that fit several devices, with the reasons."""

    id: Annotated[int, Column("Number", sort=True)]
    site: Annotated[str, Column("Site", sort=True, shown=False)]
    address: Annotated[str, Column("Address", Show.MONO, sort=True, lead=True)]
    key: str
    candidates: list[int] = Field(description="The devices.")
    reasons: Annotated[list[str], Column("Because", Show.SAID)]
    first_seen: Annotated[
        datetime, Column("First seen", Show.AGO, sort=True, shown=False)
    ]
    last_seen: Annotated[datetime, Column("Last seen", Show.AGO, sort=True)]
    resolution: Annotated[Text, Column("Resolution")]
    resolved_by: Annotated[Text, Column("By", shown=False)]
    resolved_at: Annotated[Moment, Column("Settled", Show.AGO, sort=True, shown=False)]


class ConflictQuestion(Question):
    """Which conflicts are asked for."""

    settled: Annotated[YesNoBoth, Choice("Settled")] = "no"
    site: Annotated[Word, Choice("Site")] = None
    address: Annotated[Word, Choice("Address")] = None
    resolution: Annotated[Word, Choice("Resolution", main=False)] = None
    resolved_by: Annotated[Word, Choice("By", main=False)] = None
    first_seen: Annotated[AwareDatetime | None, Choice("First seen", main=False)] = None
    last_seen: Annotated[AwareDatetime | None, Choice("Last seen", main=False)] = None
    resolved_at: Annotated[AwareDatetime | None, Choice("Settled at", main=False)] = (
        None
    )


class SettleIn(Given):
    """Whose observations these are; without a device the conflict is set aside."""

    device: Annotated[DeviceRef | None, Input("Device", pick="devices")] = None
    note: Annotated[str, Field(min_length=1, max_length=2000), Input("Why")]


def _settle(acting: Acting, given: SettleIn) -> None:
    from discovery.observations.identity_decisions import settle_conflict

    device = None if given.device is None else int(given.device)
    settle_conflict(
        acting.work, acting.id, device, identification(acting.app), note=given.note
    )


SOURCE: TableSource[ConflictQuestion] = TableSource(
    table=_conflict,
    columns={name: _conflict.c[name] for name in ConflictRow.model_fields},
    filters={"settled": set_or_not(_conflict.c.resolution)},
    searched=(_conflict.c.address, _conflict.c.key),
)

CONFLICTS = Resource(
    name="conflicts",
    command="conflict",
    title=N_("Conflicts"),
    counted=NN_("{count} conflict", "{count} conflicts"),
    group="network",
    roles=READERS,
    rows=ConflictRow,
    question=ConflictQuestion,
    sort="id",
    source=SOURCE,
    reference=CONFLICT,
    detail=ConflictRow,
    get=SOURCE.one,
    called=lambda row: str(row["address"]),
    acts=(
        Act(
            "settle-conflict",
            SettleIn,
            _settle,
            WRITERS,
            verb="settle",
            about="Say whose the observations of a conflict are, or set it aside.",
            preview=False,
        ),
    ),
)
