"""Cases: the list, the lists people ask for, and what waits for a decision."""

from __future__ import annotations

from collections.abc import Mapping

from nicegui import ui
from sqlalchemy import Connection
from starlette.requests import Request

from api.compose.wiring import provisioning_of
from api.http.auth import Role
from api.web import frame
from api.web.deciding import Action, Decider, button
from api.web.grid import Column, Grid
from api.web.html import Row, badge, link, money, show, table
from inventory.hr.cases import write_off
from inventory.hr.context import CaseContext
from inventory.hr.views import lists
from inventory.hr.views.detail import list_proposals, list_tasks
from inventory.provisioning.tasks import close_task
from inventory.storage.paging import Page
from inventory.storage.work import UnitOfWork

PATH = "/cases"
ROWS = 50
KINDS = ("joining", "moving", "absence", "leaving")
STATES = ("open", "closed", "cancelled")
_WHY = (("remark", "Why"),)


async def show_page(request: Request) -> None:
    """Draw the list of cases."""
    visit = frame.visit(request)
    if not frame.allowed(visit, PATH):
        return
    given = request.query_params
    filters = {name: given.get(name, "") for name in ("search", "kind", "state")}

    async def fetch(chosen: Mapping[str, str], order: str, after: str | None) -> Page:
        wanted = lists.CaseFilter(
            search=chosen.get("search", ""),
            kind=chosen.get("kind") or None,
            state=chosen.get("state") or None,
        )
        return await visit.read(
            lambda reading: lists.list_cases(
                reading, wanted, sort=order, after=after, limit=ROWS
            )
        )

    sorts = ("effective_on", "-effective_on", "person", "-person")
    sort = given.get("sort", "")
    sort = sort if sort in sorts else "-effective_on"
    grid = Grid(PATH, fetch, _COLUMNS, sort, filters, "No case so far.")
    with frame.page(visit, PATH, "Cases"):
        frame.heading("Cases", "Joiners, movers and leavers, line by line.")
        frame.html(_watches())
        with frame.card():
            with ui.element("div").classes("tools"):
                grid.draw_search("Search a person")
                grid.draw_filter("kind", KINDS)
                grid.draw_filter("state", STATES)
            await grid.draw()


def _watches() -> str:
    names = ("tasks", *lists.LISTS)
    links = " · ".join(
        link(f"{PATH}/lists/{name}", name.replace("-", " ").capitalize())
        for name in names
    )
    return f'<div class="soft" style="margin-bottom:12px">{links}</div>'


async def show_list(request: Request, name: str) -> None:
    """Draw one of the lists people ask for."""
    visit = frame.visit(request)
    if not frame.allowed(visit, PATH):
        return
    if name == "tasks":
        await _tasks(visit)
        return
    if name not in lists.LISTS:
        frame.nothing(visit, f"There is no list {name}.")
        return
    today = visit.app.clock().date()
    rows = await visit.read(lambda reading: lists.LISTS[name](reading, today))
    title = name.replace("-", " ").capitalize()
    with frame.page(visit, PATH, title):
        frame.html(f'<a class="crumb" href="{PATH}">Cases</a>')
        frame.heading(title)
        frame.html(_watches())
        with frame.card():
            columns = _SOON if name in ("joining", "leaving") else _LISTED
            if name == "at-risk":
                columns = [*_LISTED, ("Book value", _values)]
            frame.html(table(rows, columns, "Nothing."))


async def _tasks(visit: frame.Visit) -> None:
    """Draw tasks and proposals with the buttons to decide."""

    def reading(connection: Connection) -> tuple[list[Row], list[Row]]:
        tasks: list[Row] = [*list_tasks(connection)]
        return tasks, [*list_proposals(connection, state="proposed")]

    tasks, proposals = await visit.read(reading)
    with frame.page(visit, PATH, "Tasks"):
        frame.html(f'<a class="crumb" href="{PATH}">Cases</a>')
        frame.heading("Tasks", "What a person has to decide.")
        frame.html(_watches())
        roles = (Role.HR, Role.IT, Role.ACCOUNTING)
        Decider(visit, _actions(visit), _again, roles)
        with frame.card("To look at"):
            frame.html(table(tasks, _TASKS, "Nothing."))
        with frame.card("To write off"):
            frame.html(table(proposals, _PROPOSALS, "Nothing."))


async def _again() -> None:
    ui.navigate.reload()


def _actions(visit: frame.Visit) -> dict[str, Action]:
    rules = provisioning_of(visit.app.settings)

    def close(work: UnitOfWork, number: int, said: Mapping[str, str]) -> object:
        return close_task(work, number, said["remark"])

    def decided(*, approved: bool) -> Action:
        def act(work: UnitOfWork, number: int, said: Mapping[str, str]) -> object:
            context, remark = CaseContext(work, rules), said["remark"]
            write_off.decide(context, number, approved=approved, remark=remark)
            return number

        return Action("Approve" if approved else "Refuse", act, _WHY)

    return {
        "close": Action("Close", close, _WHY),
        "approve": decided(approved=True),
        "refuse": decided(approved=False),
    }


def _values(row: Row) -> str:
    return "<br>".join(
        f"{show(each['book'])} {money(each['value_minor'], each['currency'])}"
        for each in row["values"]
    )


def _case(row: Row) -> str:
    number = row.get("case_id")
    return link(f"{PATH}/{number}", f"case {number}") if number else ""


def _missing(row: Row) -> str:
    return "<br>".join(
        f"{show(line['item'])} {badge(line['state'])}" for line in row["missing"]
    )


_COLUMNS = (
    Column("Person", lambda row: link(f"{PATH}/{row['id']}", row["person"]), "person"),
    Column("Kind", lambda row: badge(row["kind"]), kind="tight"),
    Column("On", lambda row: show(row["effective_on"]), "effective_on", "tight"),
    Column("State", lambda row: badge(row["state"]), kind="tight"),
    Column("Open", lambda row: show(f"{row['open_lines']} of {row['lines']}")),
    Column("Next due", lambda row: show(row["due_on"]), kind="tight"),
)
_SOON = [
    ("Person", lambda row: link(f"{PATH}/{row['id']}", row["person"])),
    ("On", lambda row: show(row["effective_on"])),
    ("State", lambda row: badge(row["state"])),
    ("Missing", _missing),
]
_LISTED = [
    ("Person", lambda row: link(f"/people/{row['person_id']}", row["person"])),
    ("Case", _case),
    ("Item", lambda row: show(row["item"])),
    ("State", lambda row: badge(row["state"])),
    ("Owner", lambda row: show(row["owner"])),
    ("Due", lambda row: show(row["due_on"])),
]
_TASKS = [
    ("About", lambda row: show(row["subject"])),
    ("Person", lambda row: show(row["person"])),
    ("Case", _case),
    ("Seen", lambda row: show(row["detail"])),
    ("Owner", lambda row: show(row["owner"])),
    ("Due", lambda row: show(row["due_on"])),
    ("", lambda row: button("close", "Close", row["id"], str(row["subject"]))),
]
_PROPOSALS = [
    ("Item", lambda row: show(row["item"])),
    ("Person", lambda row: show(row["person"])),
    ("Case", _case),
    ("Reason", lambda row: show(row["reason"])),
    ("On", lambda row: show(row["on"])),
    ("Book value", lambda row: money(row["value_minor"], row["currency"])),
    (
        "",
        lambda row: (
            button("approve", "Approve", row["id"], row["item"])
            + button("refuse", "Refuse", row["id"], row["item"])
        ),
    ),
]
