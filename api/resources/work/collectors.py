"""Remote collectors: enrol, watch, revoke."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Any

from pydantic import AwareDatetime, Field
from sqlalchemy import ColumnElement, Float, cast

from api.http.actions import Act, Acting, Given, NothingIn
from api.resources.declare import (
    Choice,
    Column,
    Input,
    Moment,
    Question,
    RowModel,
    Show,
    Viewer,
    Word,
)
from api.resources.house.credentials import ADMINS, READERS
from api.resources.references import COLLECTOR
from api.resources.resource import Resource
from api.resources.sources import TableSource
from inventory.jobs import slices
from inventory.kernel.errors import Invalid
from inventory.kernel.texts import N_, NN_

_table = COLLECTOR.table


class CollectorRow(RowModel):
    """A program at a site that asks the network there."""

    id: Annotated[int, Column("Number", shown=False, sort=True)]
    name: Annotated[str, Column("Name", sort=True, lead=True)]
    site: Annotated[str, Column("Site", sort=True)]
    release: Annotated[str, Column("Release", sort=True)]
    protocol: int = Field(description="Of its line; 0 before it came first.")
    refused: Annotated[
        str,
        Column("Refused", Show.SAID, about="Why; empty while all is well with it."),
    ]
    skew_seconds: Annotated[
        float, Column("Clock ahead by", Show.NUMBER, about="Seconds.", shown=False)
    ]
    seen_at: Annotated[Moment, Column("Sign of life", Show.AGO, sort=True)]
    enrolled_at: Annotated[datetime, Column("Enrolled", Show.AGO, sort=True)]
    enrolled_by: Annotated[str, Column("By", shown=False)]
    revoked_at: Annotated[Moment, Column("Revoked", Show.AGO, sort=True)]


class CollectorQuestion(Question):
    """Which collectors are asked for."""

    site: Annotated[Word, Choice("Site")] = None
    revoked: Annotated[bool | None, Choice("Revoked")] = None
    name: Annotated[Word, Choice("Name", main=False)] = None
    release: Annotated[Word, Choice("Release", main=False)] = None
    seen_at: Annotated[AwareDatetime | None, Choice("Sign of life", main=False)] = None


class EnrolIn(Given):
    """A collector to let in."""

    name: Annotated[str, Field(min_length=1, max_length=100), Input("Name")]
    site: Annotated[
        str,
        Field(max_length=200),
        Input("Site", hint=N_("Scans of this site go to its collectors.")),
    ]


class Enrolled(CollectorRow):
    """A new collector."""

    token: str | None = Field(description="Shown this once; null in a repeated answer.")


def _enrol(acting: Acting, given: EnrolIn) -> dict[str, Any]:
    known = {each.name for each in acting.app.settings.sites}
    if known and given.site not in known:
        raise Invalid(
            f"There is no site {given.site!r}.",
            where="site",
            remedy="Add it to [[sites]] in purser.toml.",
        )
    collector_id, token = slices.enrol(acting.work, given.name, given.site)
    today = acting.work.clock().date()
    row = SOURCE.one(
        acting.work.connection, collector_id, Viewer(acting.caller, today, today)
    )
    assert row is not None
    return row | {"token": token}


def _revoke(acting: Acting, _given: NothingIn) -> None:
    slices.revoke(acting.work, acting.id)


def _revoked(value: bool, _viewer: Viewer) -> ColumnElement[bool]:
    column = _table.c.revoked_at
    return column.is_not(None) if value else column.is_(None)


SOURCE: TableSource[CollectorQuestion] = TableSource(
    table=_table,
    columns={name: _table.c[name] for name in CollectorRow.model_fields}
    | {"skew_seconds": cast(_table.c.skew_seconds, Float)},
    filters={"revoked": _revoked},
    searched=(_table.c.name, _table.c.site),
    offered=("site",),
)

COLLECTORS = Resource(
    name="collectors",
    command="collector",
    title=N_("Collectors"),
    counted=NN_("{count} collector", "{count} collectors"),
    group="house",
    roles=READERS,
    rows=CollectorRow,
    question=CollectorQuestion,
    sort="name",
    source=SOURCE,
    reference=COLLECTOR,
    detail=CollectorRow,
    get=SOURCE.one,
    called=lambda row: str(row["name"]),
    acts=(
        Act(
            "enrol-collector",
            EnrolIn,
            _enrol,
            ADMINS,
            verb="enrol",
            on="list",
            about="Let a program at a site in; its token is shown once.",
            title=N_("Enrol a collector"),
            answer=Enrolled,
            shown_once=("token",),
            preview=False,
        ),
        Act(
            "revoke-collector",
            NothingIn,
            _revoke,
            ADMINS,
            verb="revoke",
            about="Let a collector in no more; it removes what it kept.",
            danger=True,
        ),
    ),
)
