"""Steps through the lifecycle, and the history of states. Imports `storage`, rules."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import date

from sqlalchemy import Connection, func, select, update

from inventory.assets.identifiers.service import remove_identifiers
from inventory.assets.register import tables
from inventory.assets.register.lifecycle import DEFAULT, Lifecycle, Step
from inventory.kernel.days import not_future
from inventory.kernel.errors import Invalid
from inventory.kernel.events import AssetStateChanged, CustodyChanged
from inventory.kernel.texts import N_
from inventory.storage.rows import Row, change, chunks, col, find, get, id_of, table_of
from inventory.storage.work import UnitOfWork

_ASSET = table_of(tables.Asset)
_STATE = table_of(tables.AssetState)


def take_step(
    work: UnitOfWork,
    asset_id: int,
    name: str,
    *,
    on: date,
    reason: str = "",
    lifecycle: Lifecycle = DEFAULT,
) -> Step:
    """Take a lifecycle step; ends custody where the step says so.

    Raises:
        NotFound: There is no such asset.
        Invalid: There is no such step.
        NotAllowed: The step is not possible now; says why and what is.
    """
    not_future(on, work.clock().date())
    asset = get(work.connection, tables.Asset, asset_id, lock=True)
    held = find(work.connection, tables.Custody, asset_id=asset_id, valid_to=None)
    step = lifecycle.take(name, asset["state"], held=bool(held), reason=reason)
    if held and step.ends_custody:
        end_custody(work, held, max(on, held["valid_from"]))
    set_state(work, asset, step.target, on=on, reason=reason, action=name)
    return step


def set_state(
    work: UnitOfWork, asset: Row, state: str, *, on: date, reason: str, action: str
) -> None:
    """Record that an asset went into a state; the rules were asked already.

    Raises:
        Invalid: `on` lies before the day it went into the state it is in.
    """
    if asset["state"] == state:
        return
    last = work.connection.execute(
        select(func.max(col(tables.AssetState.since))).where(
            col(tables.AssetState.asset_id) == asset["id"]
        )
    ).scalar()
    if last is not None and on < last:
        raise Invalid(
            N_("It is {state} since {last}; {on} lies before that."),
            where="on",
            remedy=N_("Give a day from {last} on."),
            state=asset["state"],
            last=last,
            on=on,
        )
    work.connection.execute(
        update(_ASSET).where(id_of(tables.Asset) == asset["id"]).values(state=state)
    )
    work.audit(
        "asset",
        asset["id"],
        action,
        {"state": asset["state"]},
        {"state": state, "on": on, "reason": reason},
    )
    if state == "disposed":
        remove_identifiers(work, asset["id"])
    add_state(work, asset["id"], state, on, reason)
    work.emit(
        AssetStateChanged(
            asset_id=asset["id"], before=asset["state"], after=state, on=on
        )
    )


def set_states(
    work: UnitOfWork,
    assets: Sequence[Row],
    state: str,
    *,
    on: date,
    reason: str,
    action: str,
) -> None:
    """Record that assets, just read and locked, went into a state on the present day.

    What nobody holds and nothing more is known of may go in one statement.
    """
    if not assets:
        return
    ids = [asset["id"] for asset in assets]
    work.connection.execute(
        update(_ASSET).where(id_of(tables.Asset).in_(ids)).values(state=state)
    )
    history = [
        {
            "asset_id": asset_id,
            "state": state,
            "since": on,
            "reason": reason,
            "recorded_at": work.clock(),
        }
        for asset_id in ids
    ]
    work.connection.execute(_STATE.insert(), history)
    for asset in assets:
        before, after = {"state": asset["state"]}, {"state": state, "on": on}
        work.audit("asset", asset["id"], action, before, after | {"reason": reason})
        event = AssetStateChanged(
            asset_id=asset["id"], before=asset["state"], after=state, on=on
        )
        work.emit(event)


def add_state(
    work: UnitOfWork, asset_id: int, state: str, since: date, reason: str = ""
) -> None:
    """Write a row of the history of states; its audit row is that of the asset."""
    work.connection.execute(
        _STATE.insert().values(
            asset_id=asset_id,
            state=state,
            since=since,
            reason=reason,
            recorded_at=work.clock(),
        )
    )


def end_custody(work: UnitOfWork, custody: Row, on: date) -> None:
    """Record that custody ends; `on` is the first day without it."""
    change(
        work,
        tables.Custody,
        custody["id"],
        {"valid_to": on, "ended_recorded_at": work.clock()},
        action="end",
    )
    work.emit(
        CustodyChanged(
            asset_id=custody["asset_id"], holder_kind=None, holder_id=None, on=on
        )
    )


def state_on(connection: Connection, asset_id: int, day: date) -> str | None:
    """Return the state an asset was in at the end of a day; None before it came."""
    state: str | None = connection.execute(
        select(col(tables.AssetState.state))
        .where(
            col(tables.AssetState.asset_id) == asset_id,
            col(tables.AssetState.since) <= day,
        )
        .order_by(col(tables.AssetState.since).desc(), id_of(tables.AssetState).desc())
        .limit(1)
    ).scalar()
    return state


def current_states(
    connection: Connection, asset_ids: Collection[int]
) -> dict[int, str]:
    """Return the state of assets now."""
    return {
        row.id: row.state
        for part in chunks(asset_ids)
        for row in connection.execute(
            select(id_of(tables.Asset), col(tables.Asset.state)).where(
                id_of(tables.Asset).in_(part)
            )
        )
    }
