"""What a person decides about devices: corrections, links, acknowledgements.

Each function works inside a unit of work the caller commits, writes an audit row, and
does nothing if it was already so. Merging and splitting devices need matching and are
in `discovery.observations.identity_decisions`. May import `inventory.network.tables`
and `inventory.storage`.
"""

from __future__ import annotations

from typing import Any

from sqlalchemy import Table, insert, select, update
from sqlmodel import SQLModel

import inventory.network.tables  # noqa: F401  (fills the metadata)
from inventory.kernel.errors import Invalid, NotFound
from inventory.kernel.texts import N_
from inventory.network.device_state import REJECTED, SUGGESTED
from inventory.network.identity_tables import Reconciliation
from inventory.network.tables import Device, DeviceField, Identifier
from inventory.network.topology_tables import DeviceNeighbour
from inventory.network.write_device import SHOWN, searched
from inventory.network.write_reconciliation import lock_reconciliation
from inventory.storage.rows import table_of
from inventory.storage.work import UnitOfWork

_tables = SQLModel.metadata.tables
_match = table_of(Reconciliation)
_neighbour = table_of(DeviceNeighbour)
_device = table_of(Device)
_field = table_of(DeviceField)
_identifier = table_of(Identifier)


def acknowledge(work: UnitOfWork, reconciliation_id: int, note: str) -> None:
    """Say that a difference was looked at and why it may stay.

    Raises:
        NotFound: There is no such row.
        Invalid: No reason is given.
    """
    _acknowledge(work, _match, reconciliation_id, note)


def acknowledge_neighbour(work: UnitOfWork, neighbour_id: int, note: str) -> None:
    """Say that an unknown neighbour was looked at and why it may stay.

    Raises:
        NotFound: There is no such row.
        Invalid: No reason is given.
    """
    _acknowledge(work, _neighbour, neighbour_id, note)


def reopen(work: UnitOfWork, reconciliation_id: int) -> None:
    """Take an acknowledgement back.

    Raises:
        NotFound: There is no such row.
    """
    _reopen(work, _match, reconciliation_id)


def reopen_neighbour(work: UnitOfWork, neighbour_id: int) -> None:
    """Take the acknowledgement of a neighbour back.

    Raises:
        NotFound: There is no such row.
    """
    _reopen(work, _neighbour, neighbour_id)


def _reopen(work: UnitOfWork, table: Table, row_id: int) -> None:
    row = _row(work, table, row_id)
    if row["acknowledged_at"] is None:
        return
    nothing = {"acknowledged_at": None, "acknowledged_by": None, "note": None}
    work.connection.execute(update(table).where(table.c.id == row_id).values(nothing))
    before = {"note": row["note"], "by": row["acknowledged_by"]}
    work.audit(table.name, row_id, "reopen", before, None)


def link_asset(work: UnitOfWork, device_id: int, asset_id: int, note: str = "") -> None:
    """Say that a device is an asset, whatever their serial numbers say.

    The next reconciliation keeps to it. Other open rows of the device are closed.

    Raises:
        NotFound: There is no such device or asset.
    """
    lock_reconciliation(work.connection)
    _row(work, _device, device_id)
    _row(work, _tables["asset"], asset_id)
    now = work.clock()
    query = select(_match).where(
        _match.c.device_id == device_id, _match.c.closed_at.is_(None)
    )
    for row in work.connection.execute(query).mappings().all():
        if row["asset_id"] == asset_id and row["by_hand"]:
            return
        work.connection.execute(
            update(_match).where(_match.c.id == row["id"]).values(closed_at=now)
        )
    _close_lone(work, asset_id)
    work.connection.execute(
        insert(_match).values(
            device_id=device_id,
            asset_id=asset_id,
            by_hand=True,
            state="matched",
            reason="by-hand",
            detail=note,
            since=now,
        )
    )
    work.audit("device", device_id, "link", None, {"asset": asset_id, "note": note})


def unlink_asset(work: UnitOfWork, device_id: int, asset_id: int) -> None:
    """Take back what `link_asset` said; the next reconciliation decides again.

    Raises:
        NotFound: They are not linked by hand.
    """
    found = work.connection.execute(
        update(_match)
        .where(
            _match.c.device_id == device_id,
            _match.c.asset_id == asset_id,
            _match.c.by_hand.is_(True),
            _match.c.closed_at.is_(None),
        )
        .values(closed_at=work.clock())
    )
    if not found.rowcount:
        raise NotFound(
            N_("Device {device} and asset {asset} are not linked by hand."),
            where="device",
            device=device_id,
            asset=asset_id,
        )
    work.audit("device", device_id, "unlink", {"asset": asset_id}, None)


def correct_field(
    work: UnitOfWork, device_id: int, name: str, value: str | None
) -> None:
    """Correct a field of a device; no scan overwrites it.

    Args:
        work: The transaction.
        device_id: Of which device.
        name: One of the fields shown in lists.
        value: What it is; None takes the correction back.

    Raises:
        NotFound: There is no such device.
        Invalid: There is no such field.
    """
    before = _row(work, _device, device_id)
    if name not in SHOWN:
        raise Invalid(
            N_("{name!r} is not a field that can be corrected."),
            where="field",
            remedy=N_("Use one of {choices}."),
            name=name,
            choices=", ".join(SHOWN),
        )
    mine = (_field.c.device_id == device_id, _field.c.field == name)
    previous = work.connection.execute(
        select(_field).where(*mine).order_by(_field.c.id)
    ).mappings()
    rows = {row["origin"]: row for row in previous.all()}
    corrected = rows.pop("person", None)
    if value is None and corrected is None:
        return
    none = (SUGGESTED, REJECTED)
    facts = [row for row in rows.values() if row["origin"] not in none]
    best = max(facts, key=lambda r: (r["confidence"], -r["id"]), default=None)
    shown = value if value is not None else best["value"] if best else None
    _choose(work, mine, by_person=value is not None, best=best["id"] if best else None)
    if value is None:
        work.connection.execute(
            _field.delete().where(*mine, _field.c.origin == "person")
        )
    else:
        _write_correction(work, device_id, name, value, known=corrected is not None)
    _show(work, before, name, shown)
    work.audit("device", device_id, "correct", {name: before[name]}, {name: shown})


def reject_suggestion(work: UnitOfWork, suggestion_id: int) -> dict[str, Any]:
    """Say that a suggestion is wrong: the same is not suggested for the device again.

    A later suggestion of another value waits for a decision like any other, and what
    all evidence together says for a fact is shown whatever was rejected before.

    Args:
        work: The transaction; the caller commits.
        suggestion_id: Row of `device_field` whose value is suggested.

    Returns:
        `device_id`, `field` and `value`.

    Raises:
        NotFound: There is no such suggestion.
    """
    row = suggestion(work, suggestion_id)
    key = {"device_id": row["device_id"], "field": row["field"], "origin": REJECTED}
    mine = [_field.c[name] == each for name, each in key.items()]
    before = work.connection.execute(select(_field.c.value).where(*mine)).first()
    told = {name: row[name] for name in ("device_id", "field", "value")}
    if before is not None and before.value == row["value"]:
        return told
    values = {
        "value": row["value"],
        "source": work.actor,
        "confidence": 1.0,
        "reasons": ["rejected by hand"],
        "observed_at": work.clock(),
        "chosen": False,
    }
    written = update(_field).where(*mine) if before else insert(_field)
    work.connection.execute(written.values(values if before else values | key))
    changed = {"rejected": {row["field"]: row["value"]}}
    work.audit("device", row["device_id"], "reject-suggestion", None, changed)
    return told


def suggestion(work: UnitOfWork, suggestion_id: int) -> dict[str, Any]:
    """Return a suggested value.

    Args:
        work: The transaction.
        suggestion_id: Row of `device_field`.

    Raises:
        NotFound: There is no such suggestion.
    """
    query = select(_field).where(_field.c.id == suggestion_id)
    row = work.connection.execute(query).mappings().first()
    if row is None or row["origin"] != SUGGESTED:
        raise NotFound(
            N_("There is no suggestion {suggestion}."),
            where="suggestion",
            suggestion=suggestion_id,
        )
    return dict(row)


def _choose(
    work: UnitOfWork, mine: tuple[Any, ...], *, by_person: bool, best: int | None
) -> None:
    others = (*mine, _field.c.origin != "person")
    work.connection.execute(update(_field).where(*others).values(chosen=False))
    if not by_person and best is not None:
        work.connection.execute(
            update(_field).where(_field.c.id == best).values(chosen=True)
        )


def _write_correction(
    work: UnitOfWork, device_id: int, name: str, value: str, *, known: bool
) -> None:
    values = {
        "value": value,
        "source": work.actor,
        "confidence": 1.0,
        "reasons": ["corrected by hand"],
        "observed_at": work.clock(),
        "chosen": True,
    }
    if known:
        work.connection.execute(
            update(_field)
            .where(
                _field.c.device_id == device_id,
                _field.c.field == name,
                _field.c.origin == "person",
            )
            .values(values)
        )
        return
    work.connection.execute(
        insert(_field).values(
            values | {"device_id": device_id, "field": name, "origin": "person"}
        )
    )


def _show(
    work: UnitOfWork, before: dict[str, Any], name: str, value: str | None
) -> None:
    """Write the value to the device, where lists and the search find it."""
    row = before | {name: value if name != "name" else value or ""}
    serials = work.connection.scalars(
        select(_identifier.c.value).where(
            _identifier.c.device_id == row["id"],
            _identifier.c.kind == "serial",
            _identifier.c.ended_at.is_(None),
        )
    )
    text = searched(row, serials)
    work.connection.execute(
        update(_device)
        .where(_device.c.id == row["id"])
        .values({name: row[name], "search": text})
    )


def _acknowledge(work: UnitOfWork, table: Table, row_id: int, note: str) -> None:
    row = _row(work, table, row_id)
    if not note.strip():
        raise Invalid(
            N_("A reason is needed."),
            where="note",
            remedy=N_("Say why this may stay so."),
        )
    if row["acknowledged_at"] is not None and row["note"] == note.strip():
        return
    values = {
        "acknowledged_at": work.clock(),
        "acknowledged_by": work.actor,
        "note": note.strip(),
    }
    work.connection.execute(update(table).where(table.c.id == row_id).values(values))
    work.audit(table.name, row_id, "acknowledge", None, {"note": note.strip()})


def _close_lone(work: UnitOfWork, asset_id: int) -> None:
    """An asset that was missing without a device is found now."""
    work.connection.execute(
        update(_match)
        .where(
            _match.c.asset_id == asset_id,
            _match.c.device_id.is_(None),
            _match.c.closed_at.is_(None),
        )
        .values(closed_at=work.clock())
    )


def _row(work: UnitOfWork, table: Table, row_id: int) -> dict[str, Any]:
    found = work.connection.execute(select(table).where(table.c.id == row_id))
    row = found.mappings().one_or_none()
    if row is None:
        raise NotFound(
            N_("There is no {name} {row}."),
            where=table.name,
            name=table.name,
            row=row_id,
        )
    return dict(row)
