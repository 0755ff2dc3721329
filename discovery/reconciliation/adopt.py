"""Devices into the register: adopted by a person, or by rules at the end of a scan.

May import `inventory`.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from contextlib import suppress
from typing import Any

import structlog
from sqlalchemy import Connection, insert, select
from sqlmodel import SQLModel

from discovery.matching import placeholders
from discovery.reconciliation.adoption_rules import (
    AdoptionRule,
    Candidate,
    kind_of,
    rule_for,
)
from inventory.assets.custody.rules import Holder, HolderKind
from inventory.assets.custody.service import check_in, check_out
from inventory.assets.identifiers.rules import IdentifierKind
from inventory.assets.identifiers.service import add_identifiers, asset_by_identifier
from inventory.assets.register.registration import NewAsset
from inventory.assets.register.service import register_asset, update_asset
from inventory.assets.register.tables import Asset
from inventory.assets.register.tags import TAG_PREFIX
from inventory.assets.register.transitions import set_state
from inventory.kernel.errors import Conflict, InventoryError, NotAllowed, NotFound
from inventory.kernel.texts import N_, Said
from inventory.network.identity_tables import Reconciliation
from inventory.network.tables import Device
from inventory.network.worklist_decisions import link_asset, unlink_asset
from inventory.network.write_reconciliation import lock_reconciliation
from inventory.storage.all_tables import load_tables
from inventory.storage.rows import get, table_of
from inventory.storage.work import UnitOfWork

_device = table_of(Device)
log = structlog.get_logger("purser.scan")

_match = table_of(Reconciliation)


def adopt(
    work: UnitOfWork,
    device_id: int,
    *,
    tag: str = "",
    prefix: str = "",
    note: str = "adopted",
    holder: int | None = None,
    **more: Any,  # noqa: ANN401
) -> int:
    """Register a device as an asset with what is known of it; return the asset's id.

    A device without a serial number is known again by its MAC, which is noted too.

    Args:
        work: The transaction.
        device_id: The device.
        tag: Its inventory number; empty takes the next of the series.
        prefix: The series; empty for the usual one.
        note: Why, for the history.
        holder: Person who has it from the present day on.
        more: Further fields of `inventory.assets.register.registration.NewAsset`.

    Raises:
        NotFound: There is no such device.
        NotAllowed: It is an asset already.
        Conflict: The tag or the serial number is taken.
    """
    lock_reconciliation(work.connection)
    row = work.connection.execute(
        select(_device).where(_device.c.id == device_id, _device.c.merged_at.is_(None))
    ).one_or_none()
    if row is None:
        raise NotFound(
            N_("There is no device {device}."), where="device", device=device_id
        )
    _not_owned_yet(work.connection, device_id)
    known: dict[str, Any] = {
        "tag": tag,
        "kind": kind_of(row.type, row.subtype),
        "name": row.name,
        "manufacturer": row.vendor,
        "model": row.model,
        "serial": row.serial,
        "state": "in_use",
        "since": work.clock().date(),
    }
    asset_id = register_asset(
        work, NewAsset(**(known | more)), prefix=prefix or TAG_PREFIX
    )
    if not row.serial and row.mac:
        _note_mac(work, asset_id, row.mac)
    link_asset(work, device_id, asset_id, note)
    if holder is not None:
        check_out(work, asset_id, Holder(HolderKind.PERSON, holder), known["since"])
    return asset_id


_OF_ADOPTION = frozenset(
    ("asset_state", "asset_identifier", "custody", "reconciliation", "allocation")
)
"""Tables that name an asset as soon as it is adopted; anything else came later."""


def take_back(work: UnitOfWork, device_id: int, asset_id: int, why: str) -> None:
    """Undo an adoption: the asset was never bought, the device is unregistered again.

    The asset stays in the history as disposed of, without the serial number, so that
    the device can be adopted again.

    Args:
        work: The transaction.
        device_id: The device.
        asset_id: The asset that was made of it.
        why: For the history.

    Raises:
        NotFound: The two are not linked by hand.
        NotAllowed: Something else refers to the asset, such as a booking.
    """
    lock_reconciliation(work.connection)
    load_tables()
    for name, table in sorted(SQLModel.metadata.tables.items()):
        if name not in _OF_ADOPTION and "asset_id" in table.c:
            query = select(table.c.asset_id).where(table.c.asset_id == asset_id)
            if work.connection.execute(query.limit(1)).first() is not None:
                raise NotAllowed(
                    N_("Asset {asset} is named in {table} already."),
                    where="asset",
                    remedy="Dispose of it instead.",
                    asset=asset_id,
                    table=name,
                )
    unlink_asset(work, device_id, asset_id)
    today = work.clock().date()
    with suppress(NotAllowed):
        # Mostly nobody was named as its holder.
        check_in(work, asset_id, today)
    update_asset(work, asset_id, serial=None)
    asset = get(work.connection, Asset, asset_id, lock=True)
    set_state(work, asset, "disposed", on=today, reason=why, action="take_back")
    work.connection.execute(
        insert(_match).values(
            device_id=device_id,
            state="unregistered",
            reason="not-found",
            detail=Said(N_("its adoption was taken back: {why}"), why=why),
            since=work.clock(),
        )
    )


def _not_owned_yet(connection: Connection, device_id: int) -> None:
    query = select(_match.c.asset_id).where(
        _match.c.device_id == device_id,
        _match.c.asset_id.is_not(None),
        _match.c.closed_at.is_(None),
    )
    asset_id = connection.scalars(query).first()
    if asset_id is not None:
        raise NotAllowed(
            N_("Device {device} goes with asset {asset} already."),
            where="device",
            remedy=N_(
                "Unlink them first, or settle the conflict by linking one of them."
            ),
            device=device_id,
            asset=asset_id,
        )


def _note_mac(work: UnitOfWork, asset_id: int, mac: str) -> None:
    """Note the MAC by which a device without a serial is known; a random one is not."""
    if placeholders.is_shared_mac(mac) or placeholders.is_movable_mac(mac):
        return
    if asset_by_identifier(work.connection, IdentifierKind.MAC, mac) is None:
        add_identifiers(work, asset_id, {IdentifierKind.MAC: (mac,)})


def adopt_by_rules(
    open_work: Callable[[], UnitOfWork],
    rules: Sequence[AdoptionRule],
    site: str,
) -> list[int]:
    """Adopt what the rules say of one site; return the ids of the new assets.

    Each device is a transaction of its own: one whose serial number a disposed asset
    of the register has stays on the worklist for a person.

    Args:
        open_work: Opens a unit of work.
        rules: The first that fits a device decides.
        site: Where the scan was.
    """
    if not rules:
        return []
    with open_work() as work:
        devices = candidates(work.connection, site)
    asset_ids = []
    for device in devices:
        rule = rule_for(device, rules)
        if rule is None:
            continue
        try:
            with open_work() as work:
                asset_ids.append(_adopt(work, device, rule))
                work.commit()
        except (Conflict, NotAllowed, NotFound):
            continue
        except InventoryError:
            raise
        except Exception:
            # One device that cannot be entered does not keep the others out.
            log.exception("a device cannot be adopted", device_id=device.id)
    return asset_ids


def _adopt(work: UnitOfWork, device: Candidate, rule: AdoptionRule) -> int:
    kind = rule.kind or kind_of(device.type, device.subtype)
    return adopt(
        work,
        device.id,
        prefix=rule.prefix,
        note=f"adopted by rule {rule.name}",
        kind=kind,
        state=rule.state,
    )


def candidates(connection: Connection, site: str) -> list[Candidate]:
    """Return the devices of a site that no asset fits and nobody said to ignore."""
    query = (
        select(_device)
        .join(_match, _match.c.device_id == _device.c.id)
        .where(
            _device.c.site == site,
            _device.c.merged_at.is_(None),
            _match.c.state == "unregistered",
            _match.c.closed_at.is_(None),
            _match.c.acknowledged_at.is_(None),
        )
        .order_by(_device.c.id)
    )
    return [
        Candidate(
            id=row.id,
            site=row.site,
            type=row.type,
            subtype=row.subtype,
            vendor=row.vendor,
            managed=row.managed,
        )
        for row in connection.execute(query)
    ]
