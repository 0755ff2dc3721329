"""How the register is ordered: categories, series, fields; register and change many."""

from __future__ import annotations

from typing import Any

from fastapi import APIRouter, Request, Response
from sqlalchemy import Connection

from api.http.actions import carry_out
from api.http.auth import Role
from api.http.errors import ApiError
from api.web import acts, forms, frame
from api.web.acts import Sent, draw_said, say, sentences
from api.web.change_many import CHANGE, ChangeIn
from api.web.html import Row, badge, show, table
from inventory.assets.register import categories
from inventory.assets.register.custom_fields import TYPES
from inventory.assets.register.lifecycle import KINDS
from inventory.kernel.errors import InventoryError

router = APIRouter(include_in_schema=False)
PATH = "/register-order"
_KINDS = {kind: kind for kind in KINDS}
_CHANGES = {
    "location": "Belongs to (code of a place)",
    "category": "Category (code)",
    "legal_entity": "Legal entity (code)",
    "asset_class": "Asset class",
    "manufacturer": "Manufacturer",
    "model": "Model",
    "name": "Name",
    "supplier": "Supplier",
    "order_number": "Order",
    "invoice_number": "Invoice",
    "purchased_on": "Bought (day)",
    "warranty_until": "Warranty until (day)",
    "note": "Note",
}


async def show_page(request: Request) -> None:
    """Draw categories, series of tags and fields, with the forms to change them."""
    visit = frame.visit(request)

    def reading(connection: Connection) -> dict[str, Any]:
        return {
            "categories": categories.list_categories(connection),
            "series": categories.list_series(connection),
            "fields": categories.field_rules(connection),
        }

    found = await visit.read(reading)
    may = visit.may(Role.IT)
    with frame.page(visit, "/assets", "Order of the register"):
        frame.html('<a class="crumb" href="/assets">Assets</a>')
        frame.heading("Categories, tags and fields")
        draw_said(request)
        with frame.card("Categories"):
            frame.html(table(found["categories"], _CATEGORIES, "None yet."))
            if may:
                frame.html(forms.folded("Add or correct one", _category()))
        with frame.card("Series of tags"):
            frame.html(table(found["series"], _SERIES, "IT-00001, IT-00002, ..."))
            if may:
                frame.html(forms.folded("Set one", _series()))
        with frame.card("Fields of assets"):
            rows = [
                {
                    "key": one.key,
                    "type": one.type,
                    "kind": one.kind,
                    "required": one.required,
                    "rules": ", ".join(f"{n}: {v}" for n, v in one.rules.items()),
                }
                for one in found["fields"]
            ]
            frame.html(table(rows, _FIELDS, "None yet."))
            if may:
                frame.html(forms.folded("Add or correct one", _field()))


async def show_register(request: Request) -> None:
    """Draw the form to register a thing."""
    visit = frame.visit(request)
    if not visit.may(Role.IT):
        frame.nothing(visit, "Registering is not for your role.", status=403)
        return
    with frame.page(visit, "/assets", "Register"):
        frame.html('<a class="crumb" href="/assets">Assets</a>')
        frame.heading("Register a thing")
        draw_said(request)
        with frame.card():
            frame.html(_register())


async def show_change(request: Request) -> None:
    """Draw the form to change many assets."""
    visit = frame.visit(request)
    if not visit.may(Role.IT):
        frame.nothing(visit, "Changing is not for your role.", status=403)
        return
    tags = request.query_params.get("tags", "").replace(",", "\n")
    with frame.page(visit, "/assets", "Change many"):
        frame.html('<a class="crumb" href="/assets">Assets</a>')
        frame.heading("Change many assets")
        draw_said(request)
        with frame.card("The same for all of them"):
            fields = forms.area("tags", "Tags or serials, one a line", tags)
            for name, label in _CHANGES.items():
                fields += forms.text(f"set_{name}", label)
            fields += forms.text("clear", "Clear these (names, separated by ;)")
            ways = {"true": "only say what would happen", "false": "do it"}
            fields += forms.choose("preview", "What", ways)
            frame.html(
                forms.form("", fields, "Go", "/change-many", path="/change-many/run")
            )


@router.post("/change-many/run")
def run(request: Request, form: Sent) -> Response:
    """Change many assets, or say what that would do."""
    tags = acts.words([one for one in form.getlist("tags") if isinstance(one, str)])
    back = f"/change-many?tags={','.join(tags)}"[:1500]
    clear = acts.words([str(form.get("clear") or "")])
    changes = {
        name: text
        for name in _CHANGES
        if (text := str(form.get(f"set_{name}") or "").strip())
    }
    if not tags:
        return say(back, "Give tags.", well=False)
    given = ChangeIn(
        tags=tags,
        changes=changes,
        clear=clear,
        preview=str(form.get("preview")) != "false",
    )
    app, caller = request.state.purser, request.state.caller
    try:
        result = carry_out(app, caller, CHANGE, given)
    except (InventoryError, ApiError) as error:
        return say(back, sentences(error), well=False)
    lines = [result["told"], *(_line(row) for row in result["rows"][:50])]
    return say(back, "\n".join(lines), well=not result["problems"])


def _line(row: Row) -> str:
    if row["problem"]:
        return f"{row['tag']}: {row['problem']}"
    said = "; ".join(f"{n} {old} → {new}" for n, (old, new) in row["changes"].items())
    return f"{row['tag']}: {said or 'stays as it is'}"


def _category() -> str:
    fields = forms.text("code", "Code", required=True) + forms.text("name", "Name")
    fields += forms.text("parent", "Part of (code)")
    fields += forms.choose("kind", "Kind", {"": "as above it"} | _KINDS)
    fields += forms.text("asset_class", "Asset class")
    fields += forms.text("warranty_months", "Warranty, months", kind="number")
    return forms.form("category", fields, "Save", PATH)


def _series() -> str:
    fields = forms.text("prefix", "Tags begin with", required=True, hint="IT-")
    fields += forms.text("width", "Digits", "5", kind="number")
    fields += forms.text("category", "Category (code)", hint="any")
    fields += forms.text("legal_entity", "Legal entity (code)", hint="any")
    return forms.form("series", fields, "Save", PATH)


def _field() -> str:
    fields = forms.text("key", "Key", required=True)
    fields += forms.choose("type", "Type", {one: one for one in TYPES})
    fields += forms.choose("kind", "Only for", {"": "all kinds"} | _KINDS)
    fields += forms.text("category", "Only for the category (code)")
    fields += forms.text("choices", "Choices, separated by ;")
    fields += forms.text("pattern", "Pattern") + forms.text("least", "Least")
    fields += forms.text("most", "Most") + forms.tick("required", "Required")
    return forms.form("field", fields, "Save", PATH)


def _register() -> str:
    fields = forms.choose("kind", "Kind", _KINDS, "laptop")
    fields += forms.text("tag", "Tag", hint="the next of the series")
    for name, label in {
        "manufacturer": "Manufacturer",
        "model": "Model",
        "serial": "Serial",
        "name": "Name",
        "category": "Category (code)",
        "location": "Belongs to (code)",
        "legal_entity": "Legal entity (code)",
        "supplier": "Supplier",
        "cost": "Cost",
        "currency": "Currency",
    }.items():
        fields += forms.text(name, label)
    fields += forms.day("purchased_on", "Bought")
    fields += forms.day("warranty_until", "Warranty until")
    fields += forms.area("note", "Note")
    return forms.form("register", fields, "Register", "/register")


_CATEGORIES = [
    ("Code", lambda row: show(row["code"])),
    ("Name", lambda row: show(row["name"])),
    ("Part of", lambda row: show(row["parent"])),
    ("Kind", lambda row: show(row["inherited"]["kind"])),
    ("Asset class", lambda row: show(row["inherited"]["asset_class"])),
    ("Warranty, months", lambda row: show(row["inherited"]["warranty_months"])),
]
_SERIES = [
    ("Category", lambda row: show(row["category"]) or "any"),
    ("Legal entity", lambda row: show(row["legal_entity_id"]) or "any"),
    ("Tags", lambda row: show(f"{row['prefix']}{'1'.zfill(row['width'])}")),
]
_FIELDS = [
    ("Key", lambda row: show(row["key"])),
    ("Type", lambda row: badge(row["type"])),
    ("Kind", lambda row: show(row["kind"]) or "all"),
    ("Required", lambda row: show(row["required"])),
    ("Allowed", lambda row: show(row["rules"])),
]
