"""Stock-takes: the campaigns, one with its outcomes, and the page to scan on."""

from __future__ import annotations

from typing import Any

from sqlalchemy import Connection
from starlette.requests import Request

from api.http.auth import Role
from api.http.stock_take_links import person_token
from api.web import forms, frame
from api.web.acts import base_of, draw_said
from api.web.html import Row, badge, link, moment, mono, number, show, table
from api.web.scanner import SCANNER
from inventory.assets.register.lifecycle import KINDS
from inventory.assets.stocktake.rules import CountOutcome
from inventory.assets.stocktake.tables import StockTake
from inventory.queries.register import stocktakes
from inventory.queries.register.stocktake_names import results_with_names
from inventory.storage.rows import find

PATH = "/stock-takes"
MOST_SHOWN = 500
_TONES = {"found": "", "misplaced": "warn", "missing": "bad", "unknown": "warn"}


async def show_page(request: Request) -> None:
    """Draw the list of campaigns."""
    visit = frame.visit(request)
    if not frame.allowed(visit, PATH):
        return
    takes = await visit.read(stocktakes.list_stock_takes)
    with frame.page(visit, PATH, "Stock-takes"):
        frame.heading("Stock-takes")
        draw_said(request)
        with frame.card():
            frame.html(table(takes, _TAKES, "None yet."))
        if visit.may(Role.IT):
            with frame.card("Begin one"):
                frame.html(_open())


async def show_take(request: Request, take_id: frame.Id) -> None:
    """Draw a campaign with what was found."""
    visit = frame.visit(request)
    if not frame.allowed(visit, PATH):
        return
    wanted = request.query_params.get("outcome", "")

    def reading(connection: Connection) -> dict[str, Any] | None:
        if find(connection, StockTake, id=take_id) is None:
            return None
        state = stocktakes.stock_take_status(connection, take_id, visit.app.clock())
        rest = [one for one in state.results if wanted in ("", str(one.outcome))]
        rest.sort(key=lambda one: one.outcome is CountOutcome.FOUND)
        return {
            "take": state.take,
            "counts": state.counts,
            "rows": results_with_names(connection, rest[:MOST_SHOWN]),
            "corrections": stocktakes.list_corrections(connection, take_id),
            "people": stocktakes.persons_expected(connection, take_id),
        }

    found = await visit.read(reading)
    if found is None:
        frame.nothing(visit, f"There is no stock-take {take_id}.")
    else:
        _draw_take(request, visit, found, wanted)


def _draw_take(
    request: Request, visit: frame.Visit, found: dict[str, Any], wanted: str
) -> None:
    take = found["take"]
    take_id = take["id"]
    here = f"{PATH}/{take_id}"
    with frame.page(visit, PATH, take["name"]):
        frame.html(f'<a class="crumb" href="{PATH}">Stock-takes</a>')
        sub = f"begun {moment(take['recorded_at'])} by {show(take['opened_by'])}"
        frame.heading(take["name"], sub, badges=badge(take["state"]))
        draw_said(request)
        frame.html(_counts(found["counts"], here)).classes("cards")
        if take["state"] == "open" and visit.may(Role.IT):
            frame.html(_acts(take, here)).classes("acts")
        if found["corrections"]:
            with frame.card("Corrections of the register"):
                frame.html(_corrections(found["corrections"], here, visit))
        with frame.card(wanted.capitalize() or "What was found"):
            frame.html(table(found["rows"], _RESULTS, "Nothing."))
        if take["state"] == "open" and visit.may(Role.IT) and found["people"]:
            with frame.card("Ask people for their things"):
                base = base_of(request, visit.app)
                frame.html(_people(found["people"], take_id, visit, base))


async def show_scan(request: Request, take_id: frame.Id) -> None:
    """Draw the page to scan on: a hand-held, the camera of a phone, or typing."""
    visit = frame.visit(request)
    take = await visit.read(lambda reading: find(reading, StockTake, id=take_id))
    if take is None or not visit.may(Role.IT):
        frame.nothing(visit, f"There is no stock-take {take_id} for you.")
        return
    here = f"{PATH}/{take_id}"
    place = request.query_params.get("location", "")
    with frame.page(visit, PATH, "Scan"):
        frame.html(f'<a class="crumb" href="{here}">{show(take["name"])}</a>')
        frame.heading("Scan", badges=badge(take["state"]))
        draw_said(request)
        with frame.card():
            fields = forms.text("location", "Code of the place you are at", place)
            fields += forms.text("texts", "Label", hint="scan, or type and press Enter")
            form = forms.form(
                "scan",
                fields,
                "Note it",
                f"{here}/scan",
                hidden={"take": take_id, "how": "wedge"},
            )
            frame.html(f'<div id="scanning">{form}</div>')
            frame.html(
                '<div class="acts"><button class="plain" id="camera" type="button"'
                ' hidden>Use the camera</button><span id="nocamera" class="soft">'
                "This browser cannot read labels by camera; a hand-held scanner or"
                ' typing works everywhere.</span></div><video id="eye" hidden'
                ' playsinline style="width:100%;max-width:480px"></video>'
            )
        with frame.card("Just now"):
            frame.html('<ol id="seen" reversed></ol>')
        frame.script(SCANNER)


def _open() -> str:
    fields = forms.text("name", "Name", required=True, hint="Spring 2026")
    fields += forms.text("location", "Only in the place (code)", hint="everywhere")
    fields += forms.text("kinds", "Only kinds, separated by ;", list_of=KINDS)
    fields += forms.text(
        "evidence_days", "Seen on the network in days counts", "30", kind="number"
    )
    return forms.form("open-stock-take", fields, "Begin", PATH)


def _counts(counts: dict[str, int], here: str) -> str:
    parts = [number(counts["expected"], "Expected", here)]
    for name, tone in _TONES.items():
        target = f"{here}?outcome={name}"
        parts.append(number(counts[name], name.capitalize(), target, tone))
    return "".join(parts)


def _acts(take: Row, here: str) -> str:
    hidden = {"take": take["id"]}
    return (
        f'<a class="act" href="{here}/scan">Scan</a>'
        + forms.form(
            "close-stock-take", "", "Close it and propose", here, hidden=hidden
        )
        + forms.form("cancel-stock-take", "", "Cancel it", here, hidden=hidden)
    )


def _corrections(rows: list[Row], here: str, visit: frame.Visit) -> str:
    open_ones = [row for row in rows if row["state"] == "proposed"]
    if not open_ones or not visit.may(Role.IT):
        return table(rows, _CORRECTIONS)
    boxes = [("", lambda row: _box(row)), *_CORRECTIONS]
    ways = {"true": "carry out", "false": "reject"}
    fields = table(rows, boxes)
    fields += forms.choose("approve", "Those ticked", ways) + forms.text("why", "Why")
    return forms.form("decide", fields, "Do it", here)


def _box(row: Row) -> str:
    if row["state"] != "proposed":
        return ""
    name = show(row["tag"] or row["detail"].get("text"))
    return (
        f'<input type="checkbox" name="corrections" value="{row["id"]}" checked'
        f' aria-label="{name}">'
    )


def _people(rows: list[Row], take_id: int, visit: frame.Visit, base: str) -> str:
    key = visit.app.seal.derived("stock-take")

    def ask(row: Row) -> str:
        return mono(f"{base}/mine/{person_token(key, take_id, row['id'])}")

    columns = [
        ("Person", lambda row: link(f"/people/{row['id']}", row["person"])),
        ("Things", lambda row: show(row["things"])),
        ("Link without a login", ask),
    ]
    return forms.folded(f"{len(rows)} people", table(rows, columns))


_TAKES = [
    ("Name", lambda row: link(f"{PATH}/{row['id']}", row["name"])),
    ("State", lambda row: badge(row["state"])),
    ("Place", lambda row: show(row["location"]) or "everywhere"),
    ("Kinds", lambda row: show(row["kinds"]) or "all"),
    ("Expected", lambda row: show(row["expected"])),
    ("Scans", lambda row: show(row["scans"])),
    ("Begun", lambda row: moment(row["recorded_at"])),
]
_RESULTS = [
    ("Outcome", lambda row: badge(row["outcome"])),
    (
        "Tag",
        lambda row: (
            link(f"/assets/{row['asset_id']}", row["tag"])
            if row["asset_id"]
            else mono(row["tag"])
        ),
    ),
    ("Kind", lambda row: show(row["kind"])),
    ("Model", lambda row: show(row["model"])),
    ("Serial", lambda row: mono(row["serial"])),
    ("Person", lambda row: show(row["person"])),
    ("Seen at", lambda row: show(row["seen_at"])),
    ("How", lambda row: show(row["how"]) + (" denied" if row["denied"] else "")),
    ("Expected", lambda row: show(row["expected"])),
]
_CORRECTIONS = [
    ("State", lambda row: badge(row["state"])),
    ("What", lambda row: show(row["kind"])),
    ("Tag", lambda row: show(row["tag"] or row["detail"].get("text"))),
    ("Place", lambda row: show(row["location"])),
    ("Said", lambda row: show(row["remark"])),
    ("By", lambda row: show(row["decided_by"])),
]
