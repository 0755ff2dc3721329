"""What was heard but not visited, and why: the leftovers of the crawl."""

from __future__ import annotations

from collections.abc import Mapping

from nicegui import ui
from sqlalchemy import Connection
from starlette.requests import Request

from api.http.auth import Role
from api.web import frame
from api.web.deciding import Action, Decider, button
from api.web.grid import Column, Grid
from api.web.html import Row, join, link, mono, show
from inventory.network import worklist_decisions
from inventory.network.queries.topology import list_unknown_neighbours
from inventory.storage.paging import Page
from inventory.storage.work import UnitOfWork

PATH = "/neighbours"
ROWS = 50

REASONS = {
    "outside": "outside of the networks that are scanned",
    "no-address": "it does not say at which address it can be asked",
    "excluded": "excluded from scans",
    "no-credential": "no credential is configured for it",
    "auth-failed": "it refused the credentials",
    "locked-out": "no more logins are tried, to not lock the account",
    "host-key-changed": "its host key is another one than before",
    "timed-out": "no answer",
    "unreachable": "not reachable",
    "refused": "it refused the connection",
    "unsupported": "it speaks nothing that is asked",
}
"""Reason of a neighbour -> words; others are shown as they are."""


async def show_page(request: Request) -> None:
    """Draw the page."""
    visit = frame.visit(request)
    if not frame.allowed(visit, PATH):
        return
    known = request.query_params.get("known", "") == "yes"
    filters = {"known": "yes" if known else ""}

    async def fetch(chosen: Mapping[str, str], _order: str, after: str | None) -> Page:
        def reading(connection: Connection) -> Page:
            return list_unknown_neighbours(
                connection,
                acknowledged=chosen["known"] == "yes",
                after=after,
                limit=ROWS,
            )

        return await visit.read(reading)

    grid = Grid(PATH, fetch, _columns(visit), "", filters, "None is left over.")
    with frame.page(visit, PATH, "Neighbours"):
        frame.heading("Neighbours", "Heard by a device, but not visited.")
        with frame.card():
            with ui.element("div").classes("tools"):
                ui.switch(
                    "Acknowledged",
                    value=known,
                    on_change=lambda e: grid.narrow("known", "yes" if e.value else ""),
                ).props("dense")
            Decider(visit, ACTIONS, grid.refresh)
            await grid.draw()


def _acknowledge(work: UnitOfWork, row: int, said: Mapping[str, str]) -> None:
    worklist_decisions.acknowledge_neighbour(work, row, said["note"])


def _reopen(work: UnitOfWork, row: int, _said: Mapping[str, str]) -> None:
    worklist_decisions.reopen_neighbour(work, row)


ACTIONS = {
    "acknowledge": Action(
        "Acknowledge…",
        _acknowledge,
        (("note", "Whose is it, and why need it not be visited?"),),
        "Acknowledge",
    ),
    "reopen": Action("Take up again", _reopen),
}


def _why(row: Row) -> str:
    said = str(row["reason"])
    note = f'<div class="soft">{show(row["note"])}</div>' if row["note"] else ""
    return show(REASONS.get(said, said)) + note


def _name(row: Row) -> str:
    return show(row["sys_name"] or row["chassis_id"] or "it gives no name")


def _actions(row: Row) -> str:
    name = "acknowledge" if row["acknowledged_at"] is None else "reopen"
    return button(name, ACTIONS[name].label, row["id"], str(row["sys_name"] or ""))


def _columns(visit: frame.Visit) -> tuple[Column, ...]:
    shown = (
        Column("Neighbour", _name),
        Column("Addresses", lambda row: mono(row["addresses"])),
        Column("Says it is", lambda row: show(row["platform"] or row["sys_descr"])),
        Column("Its port", lambda row: mono(row["port_id"])),
        Column(
            "Heard by",
            lambda row: join(
                link(f"/devices/{row['device_id']}", row["device_name"]),
                mono(row["port"]),
            ),
        ),
        Column("By", lambda row: show(row["protocol"]).upper(), kind="tight"),
        Column("Not visited because", _why, kind="wide"),
    )
    if not visit.may(Role.IT):
        return shown
    return (*shown, Column("Decide", _actions, kind="tight"))
