"""Second factors of logins; an administrator removes one that was lost."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated

from pydantic import AwareDatetime
from sqlalchemy import ColumnElement

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
from api.resources.house.users import ADMINS, READERS, check_grant
from api.resources.references import SECOND_FACTOR, USER, UserRef
from api.resources.resource import Resource
from api.resources.sources import TableSource
from inventory.kernel.texts import N_, NN_
from inventory.people import second_factors
from inventory.people.account_tables import UserAccount
from inventory.people.sign_in_tables import SecondFactor
from inventory.storage.rows import get

_factor = SECOND_FACTOR.table
_user = USER.table


class SecondFactorRow(RowModel):
    """Something somebody has, of the list."""

    id: Annotated[int, Column("Number", shown=False, sort=True)]
    login: Annotated[str, Column("Login", Show.MONO, sort=True, lead=True)]
    kind: Annotated[str, Column("Kind", Show.WORD, sort=True)]
    name: Annotated[str, Column("Name", sort=True)]
    created_at: Annotated[datetime, Column("Added", Show.AGO, sort=True)]
    last_used_at: Annotated[Moment, Column("Last used", Show.AGO, sort=True)]
    removed_at: Annotated[Moment, Column("Removed", Show.AGO, sort=True)]


class SecondFactorQuestion(Question):
    """Which second factors are asked for."""

    in_use: Annotated[bool | None, Choice("In use")] = None
    user: Annotated[UserRef | None, Choice("User", pick="users")] = None
    kind: Annotated[Word, Choice("Kind")] = None
    login: Annotated[Word, Choice("Login", main=False)] = None
    name: Annotated[Word, Choice("Name", main=False)] = None
    created_at: Annotated[AwareDatetime | None, Choice("Added", main=False)] = None
    last_used_at: Annotated[AwareDatetime | None, Choice("Last used", main=False)] = (
        None
    )


def _in_use(value: bool, _viewer: Viewer) -> ColumnElement[bool]:
    column = _factor.c.removed_at
    return column.is_(None) if value else column.is_not(None)


def _remove(acting: Acting, _given: NothingIn) -> None:
    factor = get(acting.work.connection, SecondFactor, acting.id)
    owner = get(acting.work.connection, UserAccount, factor["user_id"])
    check_grant(acting, owner["roles"])
    second_factors.remove_factor(acting.work, acting.id)


_SOURCE: TableSource[SecondFactorQuestion] = TableSource(
    table=_factor,
    columns={
        "login": _user.c.login,
        **{n: _factor.c[n] for n in SecondFactorRow.model_fields if n in _factor.c},
        "user": _factor.c.user_id,
    },
    shown=tuple(SecondFactorRow.model_fields),
    joined=_factor.join(_user, _user.c.id == _factor.c.user_id),
    filters={"in_use": _in_use},
    offered=("kind",),
    searched=(_user.c.login, _factor.c.name),
)

SECOND_FACTORS = Resource(
    name="second-factors",
    command="second-factor",
    title=N_("Second factors"),
    counted=NN_("{count} second factor", "{count} second factors"),
    group="house",
    roles=READERS,
    rows=SecondFactorRow,
    question=SecondFactorQuestion,
    sort="login",
    source=_SOURCE,
    reference=SECOND_FACTOR,
    detail=SecondFactorRow,
    get=_SOURCE.one,
    called=lambda row: f"{row['login']}: {row['name']}",
    acts=(
        Act(
            "remove-second-factor",
            NothingIn,
            _remove,
            ADMINS,
            verb="remove",
            about="Remove a second factor that was lost.",
            danger=True,
        ),
    ),
)
