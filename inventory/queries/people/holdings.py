"""What persons hold now, of every kind, as one list: from custody, not from cases."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from sqlalchemy import (
    CTE,
    ColumnElement,
    Date,
    Integer,
    Select,
    String,
    Subquery,
    case,
    cast,
    func,
    literal,
    null,
    select,
    type_coerce,
    union_all,
)

from inventory.assets.contracts.tables import Licence, LicenceSeat, LicenceUse
from inventory.assets.register.tables import Asset, Custody
from inventory.people.tables import Employment
from inventory.provisioning.case_tables import CaseLine, ProvisioningCase
from inventory.storage.rows import AnySelect, col, id_of, table_of
from inventory.telecom.tables import Extension, ExtensionPerson

_KINDS = 5
"""Sources of the list; the id of a row tells which one it is of."""
OF_ASSETS = 2
"""So many of the first ones are of assets."""
_NO_ASSET = (
    cast(null(), Integer).label("asset_id"),
    cast(null(), Date).label("expected_return"),
    cast(null(), String).label("tag"),
)
"""Asset, day it is expected back and tag of what is no asset."""
_WITH_PERSON = ("delivered", "accepted", "disputed")
_CAME_BACK, _STAYED = ("received", "evaluated"), ("cancelled", "kept")
"""States of a return: IT has the thing, and is not done with it; it was not given."""


def tables_of_things() -> Sequence[Subquery]:
    """Return assets, their parts, extensions, seats and counted things of persons.

    Each has the columns of `things_held`, and `own`: the number of a row in its table,
    of which `id` is `own` times the number of tables plus the place of the table.
    """
    queries = (_assets(), _parts(), _extensions(), _seats(), _counted_things())
    assert len(queries) == _KINDS
    return [query.subquery("held") for query in queries]


def things_held() -> Subquery:
    """Return all that persons hold as one table."""
    names = [one.name for one in tables_of_things()[0].c if one.name != "own"]
    parts = [select(*(one.c[n] for n in names)) for one in tables_of_things()]
    return union_all(*parts).subquery("held")


def _numbered(key: ColumnElement[int], place: int) -> list[ColumnElement[int]]:
    return [key.label("own"), (key * _KINDS + place).label("id")]


def _assets() -> AnySelect:
    custody = table_of(Custody)
    query = select(
        *_numbered(id_of(Custody), 0),
        col(Custody.person_id).label("person_id"),
        literal("asset").label("what"),
        col(Asset.kind).label("kind"),
        func.coalesce(col(Asset.model), col(Asset.kind)).label("item"),
        col(Custody.valid_from).label("since"),
        id_of(Asset).label("asset_id"),
        col(Custody.expected_return).label("expected_return"),
        col(Asset.tag).label("tag"),
    ).select_from(custody.join(table_of(Asset), id_of(Asset) == col(Custody.asset_id)))
    held = col(Custody.person_id).is_not(None)
    return query.where(col(Custody.valid_to).is_(None), held)


def _parts() -> AnySelect:
    """Return what belongs to an asset that a person holds."""
    custody, whole = table_of(Custody), table_of(Custody).alias("whole")
    joined = custody.join(whole, whole.c.asset_id == col(Custody.holder_asset_id))
    query = select(
        *_numbered(id_of(Custody), 1),
        whole.c.person_id.label("person_id"),
        literal("part").label("what"),
        col(Asset.kind).label("kind"),
        func.coalesce(col(Asset.model), col(Asset.kind)).label("item"),
        col(Custody.valid_from).label("since"),
        id_of(Asset).label("asset_id"),
        func.coalesce(col(Custody.expected_return), whole.c.expected_return).label(
            "expected_return"
        ),
        col(Asset.tag).label("tag"),
    ).select_from(joined.join(table_of(Asset), id_of(Asset) == col(Custody.asset_id)))
    return query.where(
        col(Custody.valid_to).is_(None),
        whole.c.valid_to.is_(None),
        whole.c.person_id.is_not(None),
    )


def _extensions() -> AnySelect:
    whose = table_of(ExtensionPerson)
    extension = table_of(Extension)
    joined = whose.join(
        extension, id_of(Extension) == col(ExtensionPerson.extension_id)
    )
    query = select(
        *_numbered(id_of(ExtensionPerson), 2),
        col(ExtensionPerson.person_id).label("person_id"),
        literal("extension").label("what"),
        literal("extension").label("kind"),
        (literal("extension ") + col(Extension.number)).label("item"),
        col(ExtensionPerson.valid_from).label("since"),
        *_NO_ASSET,
    )
    open_now = col(ExtensionPerson.valid_to).is_(None)
    return query.select_from(joined).where(open_now)


def _seats() -> AnySelect:
    seat, licence = table_of(LicenceSeat), table_of(Licence)
    joined = (
        table_of(LicenceUse)
        .join(seat, id_of(LicenceSeat) == col(LicenceUse.seat_id))
        .join(licence, id_of(Licence) == col(LicenceSeat.licence_id))
    )
    query = select(
        *_numbered(id_of(LicenceUse), 3),
        col(LicenceUse.person_id).label("person_id"),
        literal("seat").label("what"),
        literal("licence").label("kind"),
        col(Licence.product).label("item"),
        col(LicenceUse.valid_from).label("since"),
        *_NO_ASSET,
    )
    used = col(LicenceUse.person_id).is_not(None)
    return query.select_from(joined).where(col(LicenceUse.valid_to).is_(None), used)


def _counted_things() -> AnySelect:
    """Return what a person got by a line and that is only counted."""
    back = table_of(CaseLine).alias("back")
    returned = (
        select(back.c.id)
        .where(
            back.c.origin_id == id_of(CaseLine),
            back.c.state.in_(_CAME_BACK)
            | (back.c.closed_on.is_not(None) & back.c.state.not_in(_STAYED)),
        )
        .exists()
    )
    joined = table_of(CaseLine).join(
        table_of(ProvisioningCase), id_of(ProvisioningCase) == col(CaseLine.case_id)
    )
    query = select(
        *_numbered(id_of(CaseLine), 4),
        col(ProvisioningCase.person_id).label("person_id"),
        literal("counted").label("what"),
        col(CaseLine.kind).label("kind"),
        col(CaseLine.item).label("item"),
        col(CaseLine.entered_on).label("since"),
        *_NO_ASSET,
    )
    return query.select_from(joined).where(
        col(CaseLine.action) == "provide",
        col(CaseLine.tracked).is_(False),
        col(CaseLine.kind) != "extension",
        col(CaseLine.state).in_(_WITH_PERSON),
        ~returned,
    )


def last_days() -> CTE:
    """Return for each person who was ever employed the first day without employment.

    `left_on` is NULL while an employment has no end. Read once by a statement that asks
    for it of several tables.
    """
    return (
        select(col(Employment.person_id).label("person_id"), _first_day_without())
        .where(_ever_employed())
        .group_by(col(Employment.person_id))
        .cte("employed")
    )


def last_day_of(person_id: ColumnElement[int]) -> ColumnElement[Any]:
    """Return the first day without employment of a person of each row."""
    query: Select[Any] = select(_first_day_without())
    query = query.where(_ever_employed(), col(Employment.person_id) == person_id)
    return query.scalar_subquery().correlate(person_id.table)


def _first_day_without() -> ColumnElement[Any]:
    still = func.sum(case((col(Employment.valid_to).is_(None), 1), else_=0))
    last = case((still > 0, null()), else_=func.max(col(Employment.valid_to)))
    return type_coerce(last, Date).label("left_on")


def _ever_employed() -> ColumnElement[bool]:
    return col(Employment.valid_to).is_(None) | (
        col(Employment.valid_to) > col(Employment.valid_from)
    )
