"""Sessions: who is logged in to the pages, from where."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated

from pydantic import AwareDatetime
from sqlalchemy import ColumnElement, and_, func

from api.http.actions import Act, Acting, NothingIn
from api.resources.declare import (
    Choice,
    Column,
    Moment,
    Question,
    RowModel,
    Show,
    Viewer,
    Word,
)
from api.resources.house.users import ADMINS, READERS
from api.resources.references import SESSION, USER, UserRef
from api.resources.resource import Resource
from api.resources.sources import TableSource
from inventory.kernel.texts import N_, NN_
from inventory.people import accounts

_session = SESSION.table
_user = USER.table


class SessionRow(RowModel):
    """Somebody who is logged in, or was."""

    id: Annotated[int, Column("Number", shown=False, sort=True)]
    login: Annotated[str, Column("Login", Show.MONO, sort=True, lead=True)]
    address: Annotated[str, Column("From", Show.MONO, sort=True)]
    agent: Annotated[str, Column("Browser")]
    began_at: Annotated[datetime, Column("Logged in", Show.AGO, sort=True)]
    last_seen_at: Annotated[datetime, Column("Last seen", Show.AGO, sort=True)]
    expires_at: Annotated[datetime, Column("Expires", Show.AGO, sort=True)]
    ended_at: Annotated[Moment, Column("Ended", Show.AGO, sort=True)]


class SessionQuestion(Question):
    """Which sessions are asked for."""

    going_on: Annotated[
        bool | None, Choice("Going on", about="Neither ended nor expired today.")
    ] = None
    user: Annotated[UserRef | None, Choice("User", pick="users")] = None
    login: Annotated[Word, Choice("Login", main=False)] = None
    address: Annotated[Word, Choice("From", main=False)] = None
    began_at: Annotated[AwareDatetime | None, Choice("Logged in", main=False)] = None
    ended_at: Annotated[AwareDatetime | None, Choice("Ended", main=False)] = None


def _going_on(value: bool, viewer: Viewer) -> ColumnElement[bool]:
    from datetime import UTC, time

    day = datetime.combine(viewer.today, time(), UTC)
    going = and_(_session.c.ended_at.is_(None), _session.c.expires_at > day)
    return going if value else ~going


def _end(acting: Acting, _given: NothingIn) -> None:
    accounts.end_session(acting.work, acting.id)


_SOURCE: TableSource[SessionQuestion] = TableSource(
    table=_session,
    columns={
        "login": func.coalesce(_user.c.login, ""),
        **{n: _session.c[n] for n in SessionRow.model_fields if n in _session.c},
        "user": _session.c.user_id,
    },
    shown=tuple(SessionRow.model_fields),
    joined=_session.outerjoin(_user, _user.c.id == _session.c.user_id),
    filters={"going_on": _going_on},
    searched=(_user.c.login, _session.c.address),
)

SESSIONS = Resource(
    name="sessions",
    command="session",
    title=N_("Sessions"),
    counted=NN_("{count} session", "{count} sessions"),
    group="house",
    roles=READERS,
    rows=SessionRow,
    question=SessionQuestion,
    sort="-last_seen_at",
    source=_SOURCE,
    reference=SESSION,
    detail=SessionRow,
    get=_SOURCE.one,
    called=lambda row: str(row["login"]),
    acts=(
        Act(
            "end-session",
            NothingIn,
            _end,
            ADMINS,
            verb="end",
            about="End a session at once: whoever has it must log in again.",
            danger=True,
        ),
    ),
)
