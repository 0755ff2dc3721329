"""Use cases of the register: register a thing, describe it, find it.

Every change is audited and says what happened as an event. May import `storage`, the
pure modules beside it and below.
"""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from sqlalchemy import Connection, Select, select

from inventory.assets.register import tables
from inventory.assets.register.categories import field_rules, inherited, series_for
from inventory.assets.register.custom_fields import check_fields
from inventory.assets.register.lifecycle import DEFAULT, Lifecycle
from inventory.assets.register.manufacturers import ensure_manufacturer, manufacturer_id
from inventory.assets.register.registration import (
    NewAsset,
    check_kind,
    check_tag,
    search_text,
    serial_key,
)
from inventory.assets.register.tags import TAG_PREFIX, next_tag
from inventory.assets.register.transitions import add_state
from inventory.kernel.errors import Conflict, Invalid
from inventory.kernel.events import AssetRegistered
from inventory.kernel.months import add_months
from inventory.kernel.texts import N_
from inventory.storage.rows import (
    Row,
    add,
    change,
    col,
    explained,
    find,
    get,
    id_of,
    table_of,
)
from inventory.storage.work import UnitOfWork

_ASSET = table_of(tables.Asset)


def register_asset(
    work: UnitOfWork,
    new: NewAsset,
    *,
    prefix: str = TAG_PREFIX,
    lifecycle: Lifecycle = DEFAULT,
) -> int:
    """Take a thing into the register; return its id.

    Registering the same again (same tag, nothing different) returns the id it has.

    Args:
        work: The unit of work.
        new: What is known about it.
        prefix: Tag series to number it from, if it brings no tag.
        lifecycle: States in use.

    Raises:
        Invalid: The state is unknown.
        Conflict: The tag, or the serial of that manufacturer, is taken.
    """
    lifecycle.state(new.state)
    values = _new_values(work, new) | _category_defaults(work, new)
    values["fields"] = check_fields(
        field_rules(work.connection),
        new.fields,
        kind=new.kind,
        category_id=new.category_id,
    )
    known = find(work.connection, tables.Asset, tag=new.tag) if new.tag else None
    if known:
        if all(known[name] == value for name, value in values.items()):
            return int(known["id"])
        raise _tag_taken(new.tag)
    tag = new.tag or _next_tag(work, new, prefix)
    values |= {"tag": tag, "state": new.state}
    values["search"] = _search(values, new.manufacturer)
    with explained(_taken_reasons(tag, new.serial)):
        asset_id = add(work, tables.Asset, values)
    add_state(work, asset_id, new.state, new.since)
    work.emit(AssetRegistered(asset_id=asset_id, tag=tag))
    return asset_id


def update_asset(work: UnitOfWork, asset_id: int, **changes: Any) -> bool:  # noqa: ANN401
    """Correct what is said about an asset; return whether anything changed.

    Args:
        work: The unit of work.
        asset_id: Which one.
        changes: Fields of `NewAsset` but for state and since; `cost` is a Money.

    Raises:
        NotFound: There is no such asset.
        Invalid: A field cannot be described, or its value is not accepted.
        Conflict: The tag or the serial is taken.
    """
    values = _asset_values(work, changes)
    old = get(work.connection, tables.Asset, asset_id, lock=True)
    merged = {**old, **values}
    if "fields" in values:
        values["fields"] = _changed_fields(work, old, merged)
    maker = None
    if merged["manufacturer_id"] is not None:
        row = get(work.connection, tables.Manufacturer, merged["manufacturer_id"])
        maker = row["name"]
    values["search"] = _search(merged, maker)
    with explained(_taken_reasons(merged["tag"], merged["serial"])):
        return change(work, tables.Asset, asset_id, values)


def find_by_tag(connection: Connection, tag: str) -> Row | None:
    """Return the asset with a tag; None if there is none."""
    return find(connection, tables.Asset, tag=tag)


def find_by_serial(
    connection: Connection, serial: str, manufacturer: str | None = None
) -> list[Row]:
    """Return the assets with a serial, whatever its spaces, dashes and case.

    Args:
        connection: Where to look.
        serial: Serial as read from a device; a placeholder finds nothing.
        manufacturer: In any spelling known; None, or one not known, finds the serial
            of every manufacturer.
    """
    key = serial_key(serial)
    if key is None:
        return []
    query: Select[Any] = select(_ASSET).where(col(tables.Asset.serial_key) == key)
    maker = manufacturer_id(connection, manufacturer) if manufacturer else None
    if maker is not None:
        query = query.where(
            (col(tables.Asset.manufacturer_id) == maker)
            | col(tables.Asset.manufacturer_id).is_(None)
        )
    rows = connection.execute(query.order_by(id_of(tables.Asset))).mappings()
    return [dict(row) for row in rows]


def _new_values(work: UnitOfWork, new: NewAsset) -> Row:
    values = {
        name: getattr(new, name)
        for name in NewAsset.model_fields
        if name in _ASSET.columns and name not in {"tag", "state"}
    }
    return values | _asset_values(
        work,
        {"manufacturer": new.manufacturer, "serial": new.serial, "cost": new.cost},
    )


def _category_defaults(work: UnitOfWork, new: NewAsset) -> Row:
    """Return what a new asset has from its category, because nobody said it."""
    if new.category_id is None:
        return {}
    inherits = inherited(work.connection, new.category_id)
    values = {}
    if new.asset_class is None and inherits["asset_class"]:
        values["asset_class"] = inherits["asset_class"]
    if new.warranty_until is None and new.purchased_on and inherits["warranty_months"]:
        end = add_months(new.purchased_on, inherits["warranty_months"])
        values["warranty_until"] = end - timedelta(days=1)
    return values


def _next_tag(work: UnitOfWork, new: NewAsset, prefix: str) -> str:
    if prefix == TAG_PREFIX:
        series = series_for(work.connection, new.category_id, new.legal_entity_id)
        if series is not None:
            return next_tag(work, *series)
    return next_tag(work, prefix)


def _changed_fields(work: UnitOfWork, old: Row, merged: Row) -> Row:
    fields = merged["fields"]
    before = old["fields"]
    changed = {k for k in {*fields, *before} if fields.get(k) != before.get(k)}
    return check_fields(
        field_rules(work.connection),
        fields,
        kind=merged["kind"],
        category_id=merged["category_id"],
        only=changed,
    )


def _asset_values(work: UnitOfWork, changes: Row) -> Row:
    values = dict(changes)
    unknown = values.keys() - (NewAsset.model_fields.keys() - {"state", "since"})
    if unknown:
        raise Invalid(
            N_("{unknown} cannot be described."), unknown=", ".join(sorted(unknown))
        )
    if "kind" in values:
        check_kind(values["kind"])
    if "tag" in values and not check_tag(values["tag"]):
        raise Invalid(N_("An asset keeps a tag."), where="tag")
    if "serial" in values:
        values["serial_key"] = serial_key(values["serial"])
    if "manufacturer" in values:
        name = values.pop("manufacturer")
        values["manufacturer_id"] = ensure_manufacturer(work, name) if name else None
    if "cost" in values:
        cost = values.pop("cost")
        values["cost_minor"] = cost.minor if cost else None
        values["currency"] = cost.currency if cost else None
    return values


def _search(values: Row, manufacturer: str | None) -> str:
    names = ("tag", "serial", "name", "model", "order_number", "invoice_number")
    return search_text(*(values[name] for name in names), manufacturer)


def _tag_taken(tag: str) -> Conflict:
    return Conflict(
        N_("The tag {tag!r} is taken."),
        where="tag",
        remedy=N_("Use another tag, or change the asset that has it."),
        tag=tag,
    )


def _taken_reasons(tag: str, serial: str | None) -> dict[str, Conflict]:
    same_serial = Conflict(
        N_("An asset of that manufacturer has the serial {serial!r} already."),
        where="serial",
        remedy=N_("Look it up by its serial; it may be registered under another tag."),
        serial=serial,
    )
    return {
        "asset.tag": _tag_taken(tag),
        "uq_asset_tag": _tag_taken(tag),
        "asset.manufacturer_id, asset.serial_key": same_serial,
        "uq_asset_serial": same_serial,
    }
