"""Who holds an asset, by name, whatever kind of holder it is."""

from __future__ import annotations

from typing import Any

from sqlalchemy import ColumnElement, Connection, FromClause, case, func, select
from sqlalchemy.sql.expression import Label

from inventory.assets.custody.service import COLUMNS
from inventory.assets.register import tables as assets
from inventory.people import tables as people
from inventory.storage.rows import Row, table_of

_ASSET = table_of(assets.Asset)
_CUSTODY = table_of(assets.Custody)
_PERSON = table_of(people.Person)
_TEAM = table_of(people.Team)
_PLACE = table_of(people.Location).alias("holder_location")
_OUTER = _ASSET.alias("holder_asset")


def holder_columns() -> list[Label[Any]]:
    """Return the columns that name the present holder in `with_holder`."""
    person = func.trim(_PERSON.c.given_name + " " + _PERSON.c.family_name)
    ids = [_CUSTODY.c[column] for column in COLUMNS.values()]
    kind = case(
        *((_CUSTODY.c[name].is_not(None), kind.value) for kind, name in COLUMNS.items())
    )
    name = func.coalesce(person, _TEAM.c.name, _PLACE.c.name, _OUTER.c.tag)
    return [
        kind.label("holder_kind"),
        func.coalesce(*ids).label("holder_id"),
        name.label("holder"),
        _CUSTODY.c.valid_from.label("held_from"),
    ]


def with_holder(source: FromClause) -> FromClause:
    """Join `custody`, which is in `source`, with whoever holds."""
    return (
        source.outerjoin(_PERSON, _PERSON.c.id == _CUSTODY.c.person_id)
        .outerjoin(_TEAM, _TEAM.c.id == _CUSTODY.c.team_id)
        .outerjoin(_PLACE, _PLACE.c.id == _CUSTODY.c.location_id)
        .outerjoin(_OUTER, _OUTER.c.id == _CUSTODY.c.holder_asset_id)
    )


def custody_history(
    connection: Connection, condition: ColumnElement[bool]
) -> list[Row]:
    """Return rows of custody with tag, model and the holder's name, oldest first."""
    asset = _ASSET.alias("asset")
    source = with_holder(_CUSTODY.join(asset, asset.c.id == _CUSTODY.c.asset_id))
    query = (
        select(
            _CUSTODY.c.id,
            _CUSTODY.c.asset_id,
            asset.c.tag,
            asset.c.kind,
            asset.c.model,
            asset.c.serial,
            asset.c.state,
            *holder_columns(),
            _CUSTODY.c.valid_from,
            _CUSTODY.c.valid_to,
            _CUSTODY.c.expected_return,
            _CUSTODY.c.note,
        )
        .select_from(source)
        .where(condition)
        .order_by(_CUSTODY.c.valid_from, _CUSTODY.c.id)
    )
    return [dict(row) for row in connection.execute(query).mappings()]
