"""Tokens of programs that use the API; a token itself is shown once."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Any, Literal

from pydantic import AwareDatetime, Field
from sqlalchemy import ColumnElement, or_

from api.http.actions import Act, Acting, NothingIn
from api.resources.declare import (
    Choice,
    Column,
    Input,
    Moment,
    Number,
    Question,
    RowModel,
    Show,
    Viewer,
    Word,
)
from api.resources.house.scopes_given import (
    SCOPE_ABOUT,
    Scoped,
    ScopeIn,
    scope_given,
)
from api.resources.house.users import ADMINS, READERS, check_grant
from api.resources.references import TOKEN, PersonRef
from api.resources.resource import Resource
from api.resources.sources import TableSource
from inventory.kernel.texts import N_, NN_
from inventory.people import accounts

TokenRole = Literal[
    "it", "hr", "accounting", "auditor", "scim", "collector", "sim-codes"
]
_token = TOKEN.table


class TokenRow(RowModel):
    """A token of the list, without its secret."""

    id: Annotated[int, Column("Number", sort=True)]
    name: Annotated[str, Column("Name", sort=True, lead=True)]
    hint: Annotated[str, Column("Begins with", Show.MONO)]
    roles: Annotated[list[str], Column("Roles")]
    writes: Annotated[bool, Column("Writes", Show.YES, about="Else it only reads.")]
    networks: Annotated[
        list[str], Column("Networks", Show.MONO, about="It comes from; empty: any.")
    ]
    scope: Annotated[Scoped, Column("Sees only", about=SCOPE_ABOUT)]
    person_id: Number
    created_by: Annotated[str, Column("Made by", sort=True)]
    created_at: Annotated[datetime, Column("Made", Show.AGO, sort=True, shown=False)]
    last_used_at: Annotated[Moment, Column("Last used", Show.AGO, sort=True)]
    expires_at: Annotated[Moment, Column("Expires", Show.AGO, sort=True)]
    revoked_at: Annotated[Moment, Column("Revoked", Show.AGO, sort=True)]


class TokenQuestion(Question):
    """Which tokens are asked for."""

    valid: Annotated[
        bool | None, Choice("Valid", about="Neither revoked nor expired today.")
    ] = None
    writes: Annotated[bool | None, Choice("Writes", main=False)] = None
    name: Annotated[Word, Choice("Name", main=False)] = None
    created_by: Annotated[Word, Choice("Made by", main=False)] = None
    created_at: Annotated[AwareDatetime | None, Choice("Made", main=False)] = None
    last_used_at: Annotated[AwareDatetime | None, Choice("Last used", main=False)] = (
        None
    )
    expires_at: Annotated[AwareDatetime | None, Choice("Expires", main=False)] = None
    revoked_at: Annotated[AwareDatetime | None, Choice("Revoked", main=False)] = None


class TokenIn(ScopeIn):
    """A token to make."""

    name: Annotated[
        str,
        Field(min_length=1, max_length=200),
        Input("Name", hint="What uses it."),
    ]
    roles: Annotated[list[TokenRole], Field(min_length=1), Input("Roles")]
    expires_at: Annotated[AwareDatetime | None, Input("Expires")] = None
    writes: Annotated[bool, Input("Writes", hint=N_("Else it only reads."))] = True
    networks: Annotated[
        list[str],
        Field(default_factory=list, max_length=100),
        Input("Networks", hint=N_("Addresses it comes from; empty is any.")),
    ]
    person: Annotated[
        PersonRef | None,
        Input(
            "Person",
            pick="people",
            hint=N_("Whose own things it is about; a program of the house without."),
        ),
    ] = None


class TokenCreated(TokenRow):
    """A new token."""

    token: str | None = Field(description="Shown this once; null in a repeated answer.")


def _valid(value: bool, viewer: Viewer) -> ColumnElement[bool]:
    from datetime import UTC, time

    day = datetime.combine(viewer.today, time(), UTC)
    valid = _token.c.revoked_at.is_(None) & or_(
        _token.c.expires_at.is_(None), _token.c.expires_at > day
    )
    return valid if value else ~valid


_SOURCE: TableSource[TokenQuestion] = TableSource(
    table=_token,
    columns={name: _token.c[name] for name in TokenRow.model_fields},
    filters={"valid": _valid},
    searched=(_token.c.name, _token.c.hint),
)


def _create(acting: Acting, given: TokenIn) -> dict[str, Any]:
    check_grant(acting, given.roles)
    token_id, token = accounts.add_token(
        acting.work,
        given.name,
        given.roles,
        expires_at=given.expires_at,
        scope=scope_given(acting.work.connection, given),
        writes=given.writes,
        networks=given.networks,
        person_id=None if given.person is None else int(given.person),
    )
    today = acting.work.clock().date()
    viewer = Viewer(acting.caller, today, today)
    row = _SOURCE.one(acting.work.connection, token_id, viewer)
    assert row is not None
    return row | {"token": token}


def _revoke(acting: Acting, _given: NothingIn) -> None:
    accounts.revoke_token(acting.work, acting.id)


TOKENS = Resource(
    name="tokens",
    command="token",
    title=N_("Tokens"),
    counted=NN_("{count} token", "{count} tokens"),
    group="house",
    roles=READERS,
    rows=TokenRow,
    question=TokenQuestion,
    sort="id",
    source=_SOURCE,
    reference=TOKEN,
    detail=TokenRow,
    get=_SOURCE.one,
    called=lambda row: str(row["name"]),
    acts=(
        Act(
            "add-token",
            TokenIn,
            _create,
            ADMINS,
            verb="create",
            about="Make a token; nobody gives roles that he does not have.",
            answer=TokenCreated,
            shown_once=("token",),
            preview=False,
        ),
        Act(
            "revoke-token",
            NothingIn,
            _revoke,
            ADMINS,
            verb="revoke",
            about="Let a token in no more.",
            danger=True,
        ),
    ),
)
