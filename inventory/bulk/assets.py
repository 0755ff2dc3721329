"""Writes assets, custody and allocations of a file. Imports `assets`."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from inventory.assets.custody.allocation import allocate, allocations
from inventory.assets.custody.allocation_rules import Shares, whole_share
from inventory.assets.custody.rules import Holder, HolderKind
from inventory.assets.custody.service import check_in, check_out, custody_periods
from inventory.assets.identifiers.rules import IdentifierKind
from inventory.assets.identifiers.service import add_identifiers
from inventory.assets.register.details import DETAILS
from inventory.assets.register.lifecycle import DEFAULT
from inventory.assets.register.registration import NewAsset
from inventory.assets.register.service import register_asset, update_asset
from inventory.assets.register.tables import Asset
from inventory.assets.register.transitions import set_state
from inventory.bulk.files.sections import HOLDERS, FileRow
from inventory.bulk.files.sheet import shares_of
from inventory.bulk.known_codes import KnownIds
from inventory.kernel.errors import Invalid
from inventory.kernel.money import MoneyError, parse_money
from inventory.kernel.texts import N_
from inventory.people.tables import LegalEntity
from inventory.storage.rows import get
from inventory.storage.work import UnitOfWork

_PLAIN = ("kind", "name", "manufacturer", "serial", *DETAILS)
_KINDS: Mapping[str, tuple[HolderKind, str]] = {
    "person": (HolderKind.PERSON, "persons"),
    "team": (HolderKind.TEAM, "teams"),
    "place": (HolderKind.LOCATION, "locations"),
    "holder_asset": (HolderKind.ASSET, "assets"),
}
_HELD = ("in_stock", "in_use")
IDENTIFIERS = {"macs": IdentifierKind.MAC, "imei": IdentifierKind.IMEI}


@dataclass(frozen=True, slots=True)
class CustodyInFile:
    """Custody as a file tells it."""

    holder: Holder
    start: date
    end: date | None
    expected_return: date | None
    note: str


def write_asset(
    work: UnitOfWork, known: KnownIds, line: FileRow, first_held: date | None
) -> bool:
    """Register an asset, or correct the one with that tag; return whether it is new.

    Args:
        work: The unit of work.
        known: Ids of what is referred to.
        line: The row.
        first_held: When its first custody in the file begins.
    """
    values = line.values
    fields = {name: values[name] for name in _PLAIN if name in values}
    fields |= _cost(work, known, line)
    for field, section in (
        ("legal_entity", "legal_entities"),
        ("location", "locations"),
    ):
        if field in values:
            fields[f"{field}_id"] = known.id(section, values[field])
    tag = values["tag"]
    asset_id = known.ids["assets"].get(tag)
    if asset_id is not None:
        update_asset(work, asset_id, **fields)
        return False
    state = values.get("state", "in_stock")
    since = values.get("since") or values.get("purchased_on") or first_held
    if since is None:
        raise Invalid(N_("It is not said since when it is there."), where="since")
    if first_held is not None:
        # What is handed out was in stock before; its own state comes at the end.
        state = "in_stock"
        since = min(first_held, values.get("purchased_on") or first_held)
    new = NewAsset(tag=tag, state=state, since=since, **fields)
    known.ids["assets"][tag] = register_asset(work, new)
    return True


def write_identifiers(work: UnitOfWork, known: KnownIds, line: FileRow) -> None:
    """Note the MACs and IMEIs of a row; those it does not name stay."""
    identifiers = {
        kind: line.values[name]
        for name, kind in IDENTIFIERS.items()
        if name in line.values
    }
    if identifiers:
        add_identifiers(work, known.ids["assets"][line.values["tag"]], identifiers)


def write_parent(work: UnitOfWork, known: KnownIds, line: FileRow) -> None:
    """Put an asset into another, now that all are there."""
    parent = known.id("assets", line.values.get("parent"))
    if parent is not None:
        asset_id = known.ids["assets"][line.values["tag"]]
        if parent == asset_id:
            raise Invalid(N_("It is its own parent."), where="parent")
        update_asset(work, asset_id, parent_id=parent)


def custody_start(line: FileRow) -> date | None:
    """Return when the custody that a row tells begins; None if it tells none."""
    values = line.values
    if not any(name in values for name in HOLDERS):
        return None
    for name in ("from", "held_from", "since", "purchased_on"):
        if name in values:
            start: date = values[name]
            return start
    return None


def custody_in_row(known: KnownIds, line: FileRow) -> CustodyInFile | None:
    """Return the custody a row of assets or custody tells, if any."""
    values, start = line.values, custody_start(line)
    if start is None:
        return None
    field = next(name for name in HOLDERS if name in values)
    kind, section = _KINDS[field]
    return CustodyInFile(
        Holder(kind, known.ids[section][values[field]]),
        start,
        values.get("to"),
        values.get("expected_return"),
        values.get("note", "") if line.section == "custody" else "",
    )


def write_custody(work: UnitOfWork, asset_id: int, custody: CustodyInFile) -> None:
    """Hand an asset out as the file says, unless this is recorded."""
    recorded = custody_periods(work.connection, asset_id)
    same = [
        one
        for one in recorded
        if one.holder == custody.holder and one.span.start == custody.start
    ]
    if not same:
        check_out(
            work,
            asset_id,
            custody.holder,
            custody.start,
            expected_return=custody.expected_return,
            note=custody.note,
        )
    if custody.end is not None and all(one.span.end is None for one in same):
        check_in(work, asset_id, custody.end)


def write_state(work: UnitOfWork, known: KnownIds, line: FileRow) -> None:
    """Bring a new asset into the state its row says, after its custody."""
    state = line.values.get("state")
    if state is None:
        return
    asset = get(work.connection, Asset, known.ids["assets"][line.values["tag"]])
    if state == asset["state"]:
        return
    if state in _HELD:
        raise Invalid(
            N_("By its custody it is {state}, not {state2}."),
            where="state",
            remedy=N_("Leave the state empty, or correct who holds it."),
            state=asset["state"],
            state2=state,
        )
    DEFAULT.state(state)
    on = line.values.get("since") or work.clock().date()
    set_state(work, asset, state, on=on, reason="loaded", action="load")


def write_allocation(
    work: UnitOfWork, known: KnownIds, lines: Sequence[FileRow]
) -> None:
    """Let cost centres bear an asset as rows of one allocation say."""
    first = lines[0].values
    shares = shares_of(lines, known.ids["cost_centres"])
    asset_id = known.ids["assets"][first["asset"]]
    _allocate(work, asset_id, shares, first["from"], first.get("to"))


def write_cost_centre(work: UnitOfWork, known: KnownIds, line: FileRow) -> None:
    """Let one cost centre bear an asset, as its own row says."""
    values = line.values
    if "cost_centre" not in values:
        return
    start = values.get("purchased_on") or values.get("since") or values["held_from"]
    asset_id = known.ids["assets"][values["tag"]]
    shares = whole_share(known.ids["cost_centres"][values["cost_centre"]])
    _allocate(work, asset_id, shares, start, None)


def _allocate(
    work: UnitOfWork, asset_id: int, shares: Shares, start: date, end: date | None
) -> None:
    recorded = allocations(work.connection, asset_id)
    if not any(one.span.start == start and one.value[1] == shares for one in recorded):
        allocate(work, asset_id, shares, start, until=end, reason="loaded")


def _cost(work: UnitOfWork, known: KnownIds, line: FileRow) -> dict[str, Any]:
    values = line.values
    if "cost" not in values:
        return {}
    currency = values.get("currency")
    if currency is None:
        entity = known.ids["legal_entities"][values["legal_entity"]]
        currency = get(work.connection, LegalEntity, entity)["currency"]
    try:
        return {"cost": parse_money(values["cost"], currency)}
    except MoneyError as error:
        raise Invalid(N_("{error}."), where="cost", error=error) from error
