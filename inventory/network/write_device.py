"""Writes devices: the difference between what is stored and what was computed.

Works inside a unit of work, so that a device and its audit row are written together
or not at all. Decides nothing about identity and knows no network. May import
`inventory.network.tables`, `inventory.network.device_state` and `inventory.storage`.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import bindparam, delete, insert, select, update

import inventory.network.tables  # noqa: F401  (fills the metadata)
from inventory.network.device_state import (
    BY_PERSON,
    PARTS,
    DeviceState,
    FieldValue,
    Key,
    Row,
    choose,
    same,
)
from inventory.network.merge_devices import corrections
from inventory.network.tables import Device, DeviceField
from inventory.network.write_parts import write_parts
from inventory.storage.rows import col, id_of, insert_rows, table_of
from inventory.storage.work import UnitOfWork

SHOWN = (
    "name",
    "type",
    "subtype",
    "vendor",
    "family",
    "model",
    "serial",
    "os",
    "version",
    "asset_tag",
    "location",
    "last_user",
    "address",
    "mac",
)
"""Fields that are columns of `device`; other fields live in `device_field` only."""

SEARCHED = (
    "name",
    "address",
    "mac",
    "serial",
    "model",
    "vendor",
    "type",
    "os",
    "asset_tag",
    "last_user",
    "location",
)
"""Columns of which `device.search` is made, beside all serial numbers."""

_device = table_of(Device)
_field = table_of(DeviceField)
_INSERT = insert(_device).returning(id_of(Device))
_BY_ID = select(_device).where(id_of(Device) == bindparam("device"))
_TOUCH = (
    update(_device)
    .where(
        id_of(Device).in_(bindparam("devices", expanding=True)),
        col(Device.last_seen) < bindparam("at"),
    )
    .values(last_seen=bindparam("at"))
)
_FIELDS = select(_field).where(
    col(DeviceField.device_id) == bindparam("device"),
    col(DeviceField.origin).not_in(BY_PERSON),
)


def write_device(
    work: UnitOfWork,
    device_id: int | None,
    state: DeviceState,
    *,
    seen_at: datetime,
    since: datetime | None = None,
) -> int:
    """Write what differs and note when the device was seen.

    Args:
        work: The transaction; the caller commits.
        device_id: None for a new device.
        state: What the device looks like.
        seen_at: Time of the newest observation; never sets `last_seen` back.
        since: Time of the oldest observation; `first_seen` is never set forward.

    Returns:
        The id of the device. The audit trail has a row if anything but the time
        changed.
    """
    since = since or seen_at
    if device_id is None:
        return _create(work, state, seen_at, since)
    before = _stored(work, device_id)
    corrected = corrections(work, device_id)
    columns = _columns(state, corrected)
    changes = {name: v for name, v in columns.items() if not same(before[name], v)}
    if before["merged_at"] is not None:
        changes |= {"merged_at": None, "merged_into": None}
    times: dict[str, Any] = {}
    if before["last_seen"] < seen_at:
        times["last_seen"] = seen_at
    if before["first_seen"] > since:
        times["first_seen"] = since
    if changes or times:
        work.connection.execute(
            update(_device).where(id_of(Device) == device_id).values(changes | times)
        )
    changes.pop("search", None)
    summary = _write_fields(work, device_id, state.fields, set(corrected), seen_at)
    for part in PARTS:
        summary |= write_parts(work, device_id, part, state, seen_at)
    if changes or summary:
        old = {name: before[name] for name in changes}
        work.audit("device", device_id, "update", old, changes | summary)
    return device_id


def _create(
    work: UnitOfWork, state: DeviceState, seen_at: datetime, since: datetime
) -> int:
    """Write a new device; nothing has to be compared."""
    columns = _columns(state, {})
    times = {"first_seen": since, "last_seen": seen_at}
    inserted = work.connection.execute(_INSERT, columns | times)
    device_id: int = inserted.scalar_one()
    rows = [
        _field_row(said, set(), key) | {"device_id": device_id, "observed_at": seen_at}
        for key, said in state.fields.items()
    ]
    insert_rows(work.connection, _field, rows)
    summary: dict[str, Any] = {"device_field": {"written": len(rows)}}
    for part in PARTS:
        summary |= write_parts(work, device_id, part, state, seen_at, new=True)
    del columns["search"]
    known = {name: value for name, value in columns.items() if value is not None}
    work.audit("device", device_id, "create", None, known | summary)
    return device_id


def _columns(state: DeviceState, corrected: Mapping[str, str | None]) -> dict[str, Any]:
    """Return the columns of a device, without its times."""
    shown = choose(state.fields, corrected)
    columns: dict[str, Any] = {name: shown.get(name) for name in SHOWN}
    columns["name"] = columns["name"] or ""
    columns |= {"site": state.site, "managed": state.managed}
    keys = state.parts.get("identifier", {})
    columns["search"] = searched(columns, (k[1] for k in keys if k[0] == "serial"))
    return columns


def searched(columns: Mapping[str, Any], serials: Iterable[str]) -> str:
    """Return the text by which a device is found.

    Args:
        columns: Of the device.
        serials: All that are its own: of the members of a stack, of a board beside
            that of its box. A label bears any of them.
    """
    told = [str(columns[name]) for name in SEARCHED if columns[name]]
    return " ".join((*told, *sorted(set(serials) - set(told)))).lower()


def touch_devices(work: UnitOfWork, device_ids: Sequence[int], at: datetime) -> None:
    """Note that devices were seen; nothing else about them changed."""
    for chunk in _chunks(device_ids):
        work.connection.execute(_TOUCH, {"devices": list(chunk), "at": at})


def _stored(work: UnitOfWork, device_id: int) -> dict[str, Any]:
    row = work.connection.execute(_BY_ID, {"device": device_id})
    return dict(row.mappings().one())


def _write_fields(
    work: UnitOfWork,
    device_id: int,
    fields: Mapping[tuple[str, str], FieldValue],
    corrected: set[str],
    at: datetime,
) -> dict[str, Any]:
    """Write provenance; what no origin says any more goes, corrections stay."""
    rows = work.connection.execute(_FIELDS, {"device": device_id}).mappings()
    stored: dict[Key, Row] = {(r["field"], r["origin"]): dict(r) for r in rows}
    changed: list[str] = []
    added: list[dict[str, Any]] = []
    for key, said in fields.items():
        wanted = _field_row(said, corrected, key)
        old = stored.get(key)
        if old is None:
            added.append(wanted | {"device_id": device_id, "observed_at": at})
        elif any(not same(old[name], value) for name, value in wanted.items()):
            if old["value"] != said.value:
                wanted["observed_at"] = at
            changed.append(key[0])
            work.connection.execute(
                update(_field).where(id_of(DeviceField) == old["id"]).values(wanted)
            )
    insert_rows(work.connection, _field, added)
    gone = [row["id"] for key, row in stored.items() if key not in fields]
    if gone:
        work.connection.execute(delete(_field).where(id_of(DeviceField).in_(gone)))
    total = len(added) + len(changed) + len(gone)
    return {"device_field": {"written": total}} if total else {}


def _field_row(
    value: FieldValue, corrected: set[str], key: tuple[str, str]
) -> dict[str, Any]:
    return {
        "field": key[0],
        "origin": key[1],
        "value": value.value,
        "source": value.source,
        "confidence": round(value.confidence, 3),
        "reasons": list(value.reasons),
        "chosen": value.chosen and key[0] not in corrected,
    }


def _chunks(ids: Sequence[int], size: int = 500) -> list[Sequence[int]]:
    return [ids[start : start + size] for start in range(0, len(ids), size)]
