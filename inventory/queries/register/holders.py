"""Who holds an asset, by name, whatever kind of holder it is."""

from __future__ import annotations

from typing import Any

from sqlalchemy import ColumnElement, Connection, FromClause, case, func, select
from sqlalchemy.sql.expression import Label

from inventory.assets.custody.service import HOLDER_COLUMNS
from inventory.assets.register import tables as assets
from inventory.people import tables as people
from inventory.storage.rows import Row, col, id_of, table_of

_ASSET = table_of(assets.Asset)
_CUSTODY = table_of(assets.Custody)
_PERSON = table_of(people.Person)
_TEAM = table_of(people.Team)
_PLACE = table_of(people.Location).alias("holder_location")
_OUTER = _ASSET.alias("holder_asset")


def holder_columns() -> list[Label[Any]]:
    """Return the columns that name the present holder in `with_holder`."""
    person = func.trim(
        col(people.Person.given_name) + " " + col(people.Person.family_name)
    )
    ids = [_CUSTODY.c[column] for column in HOLDER_COLUMNS.values()]
    kind = case(
        *(
            (_CUSTODY.c[name].is_not(None), kind.value)
            for kind, name in HOLDER_COLUMNS.items()
        )
    )
    name = func.coalesce(person, col(people.Team.name), _PLACE.c.name, _OUTER.c.tag)
    return [
        kind.label("holder_kind"),
        func.coalesce(*ids).label("holder_id"),
        name.label("holder"),
        col(assets.Custody.valid_from).label("held_from"),
    ]


def with_holder(source: FromClause) -> FromClause:
    """Join `custody`, which is in `source`, with whoever holds."""
    return (
        source.outerjoin(_PERSON, id_of(people.Person) == col(assets.Custody.person_id))
        .outerjoin(_TEAM, id_of(people.Team) == col(assets.Custody.team_id))
        .outerjoin(_PLACE, _PLACE.c.id == col(assets.Custody.location_id))
        .outerjoin(_OUTER, _OUTER.c.id == col(assets.Custody.holder_asset_id))
    )


def custody_history(
    connection: Connection, condition: ColumnElement[bool]
) -> list[Row]:
    """Return rows of custody with tag, model and the holder's name, oldest first."""
    asset = _ASSET.alias("asset")
    source = with_holder(
        _CUSTODY.join(asset, asset.c.id == col(assets.Custody.asset_id))
    )
    query = (
        select(
            id_of(assets.Custody),
            col(assets.Custody.asset_id),
            asset.c.tag,
            asset.c.kind,
            asset.c.model,
            asset.c.serial,
            asset.c.state,
            *holder_columns(),
            col(assets.Custody.valid_from),
            col(assets.Custody.valid_to),
            col(assets.Custody.expected_return),
            col(assets.Custody.note),
        )
        .select_from(source)
        .where(condition)
        .order_by(col(assets.Custody.valid_from), id_of(assets.Custody))
    )
    return [dict(row) for row in connection.execute(query).mappings()]
