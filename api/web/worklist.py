"""Where network and register do not agree: what wants a person, and what he decides.

Every row has its buttons: adopt at once, link with an asset or a device, ignore with a
reason. What is ignored comes back when its state changes.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from nicegui import events, ui
from sqlalchemy import Connection, select
from starlette.requests import Request

from api.http.auth import Role
from api.web import frame
from api.web.deciding import Action, Decider, button
from api.web.grid import Column, Grid
from api.web.html import Row, ago, badge, join, link, moment, mono, show
from discovery.reconciliation.worklist_actions import adopt_row, link_row
from inventory.assets.register.tables import Asset
from inventory.kernel.errors import NotFound
from inventory.network import worklist_decisions
from inventory.network.queries.worklist import WORK_REASONS, worklist
from inventory.network.tables import Device
from inventory.storage.paging import Page
from inventory.storage.rows import col, id_of, table_of
from inventory.storage.work import UnitOfWork

PATH = "/worklist"
STATES = ("unregistered", "missing", "misplaced", "conflict", "matched")
ROWS = 50
_ASSET, _DEVICE = table_of(Asset), table_of(Device)


async def show_page(request: Request) -> None:
    """Draw the page."""
    visit = frame.visit(request)
    if not frame.allowed(visit, PATH):
        return
    filters = {
        "state": _one_of(request.query_params.get("state", ""), STATES),
        "reason": _one_of(request.query_params.get("reason", ""), _reasons()),
        "ignored": _one_of(request.query_params.get("ignored", ""), ("yes",)),
    }

    async def fetch(chosen: Mapping[str, str], _order: str, after: str | None) -> Page:
        def reading(connection: Connection) -> Page:
            return worklist(
                connection,
                state=chosen["state"] or None,
                reason=chosen["reason"] or None,
                acknowledged=chosen["ignored"] == "yes",
                after=after,
                limit=ROWS,
            )

        return await visit.read(reading)

    empty = "Network and register agree."
    grid = Grid(PATH, fetch, _columns(visit), "", filters, empty)
    with frame.page(visit, PATH, "Worklist"):
        frame.heading("Worklist", "Where network and register do not agree.")
        with frame.card():
            with ui.element("div").classes("tools"):
                grid.draw_filter("state", STATES)
                grid.draw_filter("reason", _reasons())
                _switch(grid, filters["ignored"] == "yes")
            Decider(visit, ACTIONS, grid.refresh)
            await grid.draw()


def _switch(grid: Grid, ignored: bool) -> None:
    async def turned(event: events.ValueChangeEventArguments[bool | None]) -> None:
        await grid.narrow("ignored", "yes" if event.value else "")

    ui.switch("Ignored", value=ignored, on_change=turned).props("dense")


def _one_of(text: str, known: tuple[str, ...]) -> str:
    return text if text in known else ""


def _reasons() -> tuple[str, ...]:
    return tuple(reason for reasons in WORK_REASONS.values() for reason in reasons)


def _link(work: UnitOfWork, row: int, said: Mapping[str, str]) -> None:
    connection = work.connection
    if "device" in said:
        link_row(work, row, device_id=_device_of(connection, said["device"]))
        return
    link_row(work, row, asset_id=_asset_of(connection, said["asset"]))


def _asset_of(connection: Connection, text: str) -> int:
    """Return the asset with a tag or a serial number.

    Raises:
        NotFound: There is none, or several.
    """
    columns = (col(Asset.tag), col(Asset.serial))
    return _found(connection, id_of(Asset), columns, text, "asset", "tag")


def _device_of(connection: Connection, text: str) -> int:
    """Return the device with a name, an address or a serial number.

    Raises:
        NotFound: There is none, or several.
    """
    columns = (
        col(Device.name),
        col(Device.address),
        col(Device.serial),
        col(Device.mac),
    )
    return _found(connection, id_of(Device), columns, text, "device", "name or address")


def _found(
    connection: Connection,
    number: Any,  # noqa: ANN401 - a column
    columns: tuple[Any, ...],
    text: str,
    what: str,
    by: str,
) -> int:
    for column in columns:
        ids = connection.scalars(select(number).where(column == text)).all()
        if len(ids) == 1:
            return int(ids[0])
    raise NotFound(
        f"There is no one {what} {text!r}.",
        where=what,
        remedy=f"Give its {by} as the list of {what}s shows it.",
    )


def _adopt(work: UnitOfWork, row: int, _said: Mapping[str, str]) -> None:
    adopt_row(work, row)


def _ignore(work: UnitOfWork, row: int, said: Mapping[str, str]) -> None:
    worklist_decisions.acknowledge(work, row, said["note"])


def _reopen(work: UnitOfWork, row: int, _said: Mapping[str, str]) -> None:
    worklist_decisions.reopen(work, row)


def _confirm(work: UnitOfWork, row: int, _said: Mapping[str, str]) -> None:
    link_row(work, row)


ACTIONS = {
    "adopt": Action("Adopt", _adopt),
    "confirm": Action("Link", _confirm),
    "asset": Action(
        "Link…",
        _link,
        (("asset", "Tag or serial number of the asset"),),
        "Which asset is it?",
    ),
    "device": Action(
        "Link…",
        _link,
        (("device", "Name, address or serial number of the device"),),
        "Which device is it?",
    ),
    "ignore": Action("Ignore…", _ignore, (("note", "Why may it stay?"),), "Ignore"),
    "reopen": Action("Take up again", _reopen),
}


def _actions(row: Row) -> str:
    about = str(row["device_name"] or row["tag"] or row["id"])
    if row["acknowledged_at"] is not None:
        names = ["reopen"]
    elif row["state"] == "unregistered":
        names = ["adopt", "asset", "ignore"]
    elif row["state"] == "missing":
        names = ["device", "ignore"]
    elif row["state"] == "conflict":
        names = ["confirm", "asset", "ignore"]
    else:
        names = ["asset", "ignore"]
    return join(
        *(button(name, ACTIONS[name].label, row["id"], about) for name in names),
        by=" ",
    )


def _device(row: Row) -> str:
    if row["device_id"] is None:
        return ""
    name = row["device_name"] or row["address"] or f"device {row['device_id']}"
    return link(f"/devices/{row['device_id']}", name)


def _asset(row: Row) -> str:
    if row["asset_id"] is None:
        return ""
    return link(f"/assets/{row['asset_id']}", row["tag"])


def _product(row: Row) -> str:
    kind = show(row["device_type"] or row["asset_kind"])
    return join(kind, join(show(row["vendor"]), show(row["model"]), by=" "))


def _because(row: Row) -> str:
    note = f'<div class="soft">{show(row["note"])}</div>' if row["note"] else ""
    return show(row["detail"] or row["reason"]) + note


def _columns(visit: frame.Visit) -> tuple[Column, ...]:
    now = visit.app.clock
    shown = (
        Column("State", lambda row: badge(row["state"]), kind="tight"),
        Column("Device", _device),
        Column("Asset", _asset, kind="tight"),
        Column("What", _product),
        Column("Serial", lambda row: mono(row["serial"])),
        Column("Because", _because, kind="wide"),
        Column("Since", lambda row: moment(row["since"]), kind="tight"),
        Column("Seen", lambda row: ago(row["last_seen"], now()), kind="tight"),
    )
    if not visit.may(Role.IT):
        return shown
    return (*shown, Column("Decide", _actions, kind="tight"))
