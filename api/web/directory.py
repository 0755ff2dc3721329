"""What identity providers brought, and where it differs from the register."""

from __future__ import annotations

from collections.abc import Mapping
from itertools import islice

from sqlalchemy import Connection
from starlette.requests import Request

from api.web import frame
from api.web.grid import Column, Grid
from api.web.html import Row, badge, link, moment, mono, show, table
from inventory.directory.queries import Page, differences, list_records

PATH = "/directory"
KINDS = ("User", "Group")
ROWS = 50
MOST = 200


async def show_page(request: Request) -> None:
    """Draw the page."""
    visit = frame.visit(request)
    if not frame.allowed(visit, PATH):
        return
    kind = request.query_params.get("kind", "")
    filters = {"kind": kind if kind in KINDS else "User"}

    async def fetch(chosen: Mapping[str, str], _order: str, after: str | None) -> Page:
        def reading(connection: Connection) -> Page:
            wanted = chosen["kind"] or "User"
            return list_records(connection, wanted, after=after, limit=ROWS)

        return await visit.read(reading)

    def different(connection: Connection) -> list[Row]:
        day = visit.app.clock().date()
        return list(islice(differences(connection, day), MOST))

    rows = await visit.read(different)
    grid = Grid(PATH, fetch, COLUMNS, "", filters, "No provider brought anything.")
    with frame.page(visit, PATH, "Directory"):
        frame.heading(
            "Directory",
            "Users and groups of identity providers. They send to"
            " <code>/scim/v2</code> with a token of the role scim.",
        )
        with frame.card("Records"):
            grid.draw_filter("kind", KINDS)
            await grid.draw()
        with frame.card(f"Differences ({len(rows)}{'+' if len(rows) == MOST else ''})"):
            frame.html(table(rows, DIFFERENCES, "Providers and register agree."))


def _stands_for(row: Row) -> str:
    if row["person_id"] is not None:
        return link(f"/people/{row['person_id']}", row["person"])
    return show(row["team"] or (f"kit {row['kit']}" if row["kit"] else None))


COLUMNS = (
    Column("Provider", lambda row: show(row["source"]), kind="tight"),
    Column("Name", lambda row: show(row["name"])),
    Column("State", lambda row: badge("in use" if row["active"] else "out of use")),
    Column("Number", lambda row: mono(row["number"]), kind="tight"),
    Column("Stands for", _stands_for),
    Column("Changed", lambda row: moment(row["changed_at"]), kind="tight"),
)

DIFFERENCES = [
    ("Provider", lambda row: show(row["source"])),
    ("User", lambda row: link(f"/people/{row['person_id']}", row["user"])),
    ("Field", lambda row: show(row["field"])),
    ("Register", lambda row: show(row["known"])),
    ("Provider says", lambda row: show(row["said"])),
]
