"""Programs that are told what happens, and how their deliveries went."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from sqlalchemy import Connection
from starlette.requests import Request

from api.http.auth import Role
from api.web import frame
from api.web.deciding import Action, Decider, button
from api.web.grid import Column, Fetch, Grid
from api.web.html import Row, ago, badge, join, moment, mono, show, table
from inventory.outbox import queries, retention, subscriptions
from inventory.outbox.tables import STATES
from inventory.storage.work import UnitOfWork

PATH = "/webhooks"
ROWS = 50


async def show_page(request: Request) -> None:
    """Draw the page."""
    visit = frame.visit(request)
    if not frame.allowed(visit, PATH):
        return
    hooks = await visit.read(queries.list_webhooks)
    state = request.query_params.get("state", "")
    filters = {
        "webhook": _chosen(request.query_params.get("webhook", ""), hooks),
        "state": state if state in STATES else "",
    }

    grid = Grid(
        PATH, _fetch(visit), _deliveries(visit), "", filters, "Nothing was sent."
    )
    with frame.page(visit, PATH, "Webhooks"):
        frame.heading(
            "Webhooks",
            "Programs that are told what happens. Add them with"
            " <code>purser webhook create</code> or the API.",
        )
        with frame.card("Receivers"):
            receivers = frame.html("")

            async def again() -> None:
                rows = await visit.read(queries.list_webhooks)
                receivers.set_content(table(rows, _receivers(visit), "There is none."))
                await grid.refresh()

            Decider(visit, ACTIONS, again)
            receivers.set_content(table(hooks, _receivers(visit), "There is none."))
        with frame.card("Deliveries"):
            grid.draw_filter("webhook", [str(hook["id"]) for hook in hooks])
            grid.draw_filter("state", STATES)
            await grid.draw()


def _fetch(visit: frame.Visit) -> Fetch:
    async def fetch(
        chosen: Mapping[str, str], _order: str, after: str | None
    ) -> queries.Page:
        def reading(connection: Connection) -> queries.Page:
            return queries.list_deliveries(
                connection,
                int(chosen["webhook"]) if chosen["webhook"] else None,
                state=chosen["state"] or None,
                after=after,
                limit=ROWS,
            )

        return await visit.read(reading)

    return fetch


def _chosen(text: str, hooks: list[dict[str, Any]]) -> str:
    return text if text in {str(hook["id"]) for hook in hooks} else ""


def _ping(work: UnitOfWork, row: int, _said: Mapping[str, str]) -> None:
    subscriptions.ping(work, row)


def _enable(work: UnitOfWork, row: int, _said: Mapping[str, str]) -> None:
    subscriptions.enable(work, row)


def _disable(work: UnitOfWork, row: int, said: Mapping[str, str]) -> None:
    subscriptions.disable(work, row, said["reason"] or "Disabled by hand.")


def _replay(work: UnitOfWork, row: int, _said: Mapping[str, str]) -> None:
    retention.replay(work, None, row)


ACTIONS = {
    "ping": Action("Ping", _ping),
    "enable": Action("Enable", _enable),
    "disable": Action("Disable…", _disable, (("reason", "Why?"),), "Send nothing more"),
    "replay": Action("Send again", _replay),
}


def _receivers(visit: frame.Visit) -> list[tuple[str, Any]]:
    now = visit.app.clock
    columns: list[tuple[str, Any]] = [
        ("Number", lambda row: show(row["id"])),
        ("Name", lambda row: show(row["name"])),
        ("Address", lambda row: mono(row["url"])),
        ("Events", lambda row: show(", ".join(row["events"]))),
        ("Only", lambda row: show(", ".join(row["sites"] + row["legal_entities"]))),
        ("State", _state),
        ("Waiting", lambda row: show(row["waiting"])),
        ("Failing", lambda row: ago(row["failing_since"], now())),
    ]
    if visit.may(Role.IT):
        columns.append(("", _hook_buttons))
    return columns


def _state(row: Row) -> str:
    if row["disabled_at"] is None:
        return badge("sending")
    return join(badge("disabled"), show(row["disabled_reason"]), by=" ")


def _hook_buttons(row: Row) -> str:
    names = ["ping", "enable" if row["disabled_at"] else "disable"]
    labels = [
        button(name, ACTIONS[name].label, row["id"], str(row["name"])) for name in names
    ]
    return join(*labels, by=" ")


def _deliveries(visit: frame.Visit) -> tuple[Column, ...]:
    now = visit.app.clock
    shown = (
        Column("Webhook", lambda row: show(row["webhook_id"]), kind="tight"),
        Column("Event", lambda row: show(row["type"])),
        Column("Message", lambda row: mono(row["message"])),
        Column("State", lambda row: badge(row["state"]), kind="tight"),
        Column("Tries", lambda row: show(row["attempts"]), kind="tight"),
        Column("Status", lambda row: show(row["last_status"]), kind="tight"),
        Column("Problem", lambda row: show(row["last_problem"]), kind="wide"),
        Column("Recorded", lambda row: ago(row["recorded_at"], now()), kind="tight"),
        Column("Next try", lambda row: moment(row["due_at"]), kind="tight"),
    )
    if not visit.may(Role.IT):
        return shown
    return (*shown, Column("", _delivery_button, kind="tight"))


def _delivery_button(row: Row) -> str:
    if row["state"] == "withdrawn":
        return ""
    return button("replay", ACTIONS["replay"].label, row["id"], str(row["message"]))
