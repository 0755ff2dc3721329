"""Failed logins in a row of accounts and at devices."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Any, Literal

from pydantic import AwareDatetime
from sqlalchemy import ColumnElement

from api.http.actions import Act, Acting, NothingIn
from api.resources.declare import (
    Choice,
    Column,
    DetailModel,
    Moment,
    Question,
    RowModel,
    Show,
    Viewer,
    Word,
)
from api.resources.house.credentials import ADMINS, READERS
from api.resources.references import LOGIN_FAILURE
from api.resources.resource import Resource
from api.resources.sources import TableSource
from inventory.kernel.texts import N_, NN_
from inventory.storage.rows import get
from inventory.vault import lockout
from inventory.vault.tables import LoginFailures

_failure = LOGIN_FAILURE.table


class LoginFailureRow(RowModel):
    """Failed logins in a row of an account, or at a device."""

    id: Annotated[int, Column("Number", shown=False, sort=True)]
    kind: Annotated[Literal["account", "device"], Column("What", Show.WORD, sort=True)]
    subject: Annotated[str, Column("Which", Show.MONO, sort=True, lead=True)]
    failures: Annotated[int, Column("Failures", Show.NUMBER, sort=True)]
    last_at: Annotated[datetime, Column("Last", Show.AGO, sort=True)]
    off_at: Annotated[
        Moment,
        Column("Off since", Show.AGO, sort=True, about="No login is tried since."),
    ]
    reason: Annotated[str, Column("Last reason", Show.SAID)]


class LoginFailureQuestion(Question):
    """Which failures are asked for."""

    off: Annotated[
        bool | None,
        Choice(
            "Off",
            about="true: no login is tried any more; false: logins failed, but are"
            " still tried.",
        ),
    ] = None
    kind: Annotated[Literal["account", "device"] | None, Choice("What")] = None
    subject: Annotated[Word, Choice("Which", main=False)] = None
    failures: Annotated[int | None, Choice("Failures", main=False)] = None
    last_at: Annotated[AwareDatetime | None, Choice("Last", main=False)] = None
    off_at: Annotated[AwareDatetime | None, Choice("Off since", main=False)] = None


class Unlocked(DetailModel):
    """What was unlocked."""

    kind: Literal["account", "device"]
    subject: str


def _off(value: bool, _viewer: Viewer) -> ColumnElement[bool]:
    column = _failure.c.off_at
    return column.is_not(None) if value else column.is_(None)


def _unlock(acting: Acting, _given: NothingIn) -> dict[str, Any]:
    row = get(acting.work.connection, LoginFailures, acting.id)
    lockout.unlock(acting.work, **{row["kind"]: row["subject"]})
    return {"kind": row["kind"], "subject": row["subject"]}


_SOURCE: TableSource[LoginFailureQuestion] = TableSource(
    table=_failure,
    columns={name: _failure.c[name] for name in LoginFailureRow.model_fields},
    filters={"off": _off},
    searched=(_failure.c.subject, _failure.c.reason),
)

LOGIN_FAILURES = Resource(
    name="login-failures",
    command="login-failure",
    title=N_("Failed logins"),
    counted=NN_("{count} account or device", "{count} accounts and devices"),
    group="house",
    roles=READERS,
    rows=LoginFailureRow,
    question=LoginFailureQuestion,
    sort="-off_at",
    source=_SOURCE,
    reference=LOGIN_FAILURE,
    detail=LoginFailureRow,
    get=_SOURCE.one,
    called=lambda row: f"{row['kind']} {row['subject']}",
    acts=(
        Act(
            "unlock",
            NothingIn,
            _unlock,
            ADMINS,
            about="Let logins of an account, or at a device, begin again.",
            answer=Unlocked,
        ),
    ),
)
