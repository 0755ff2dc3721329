"""Lines for the items of a kit, with what is in stock for them, in few statements."""

from __future__ import annotations

from collections.abc import Sequence

from inventory.assets.stock.service import (
    StockWish,
    kinds_in_stock,
    next_in_stock,
    reserve_chosen,
)
from inventory.hr.cases.case_records import NewLine, add_lines
from inventory.hr.cases.reserve_stock import (
    request_name,
    reserve_for_line,
    rooms_of_site,
    stock_note,
)
from inventory.hr.cases.telecom_lines import KINDS, reserve_telecom_line
from inventory.hr.context import CaseContext
from inventory.kernel.texts import N_, Said
from inventory.provisioning.case_tables import PurchaseRequest
from inventory.provisioning.kits import Item
from inventory.storage.rows import Row, add_many

_FEW = 2
"""Kinds that are looked for one by one: to ask which are there at all is no less."""


def add_item_lines(
    context: CaseContext,
    case: Row,
    items: Sequence[Item],
    *,
    reserves: bool,
    fresh: bool = False,
) -> None:
    """Add a line for each item; reserve what is in stock, ask to buy what is not.

    Args:
        context: The change.
        case: The case.
        items: Items without a line so far.
        reserves: Nothing is reserved for an employment that is over.
        fresh: The case was opened with these lines; nobody saw it without.
    """
    if not items:
        return
    chosen = _chosen(context, case, items) if reserves else {}
    lines_of_telecom = _telecom_chosen(context, case, items) if reserves else {}
    new = [
        _telecom_line(item, lines_of_telecom[item.name])
        if item.name in lines_of_telecom
        else _line(item, chosen, reserves=reserves)
        for item in items
    ]
    lines = add_lines(context, case, new, fresh=fresh)
    taken = [
        (asset, request_name(line))
        for line in lines
        if (asset := chosen.get(line["slot"])) is not None
    ]
    reserve_chosen(context.work, taken, case["person_id"], f"case {case['id']}")
    short = [line for line in lines if line["state"] == "shortage"]
    add_many(
        context.work,
        PurchaseRequest,
        [
            {
                "line_id": line["id"],
                "kind": line["kind"],
                "requested_models": line["requested_models"],
                "needed_by": line["due_on"],
            }
            for line in short
        ],
    )
    if reserves:
        for line in lines:
            if line["kind"] in KINDS and line["state"] == "requested":
                reserve_for_line(context, line)


def _chosen(
    context: CaseContext, case: Row, items: Sequence[Item]
) -> dict[str, Row | None]:
    """Return what is in stock for the items that are assets, by name of the item."""
    wanted = [
        item
        for item in items
        if item.tracked and not item.approval and item.kind not in KINDS
    ]
    found: dict[str, Row | None] = {}
    kinds = {item.kind for item in wanted}
    if len(kinds) > _FEW:
        kinds = kinds_in_stock(context.connection, kinds)
    rooms = rooms_of_site(context, case["site"]) if kinds else ()
    for item in wanted:
        if item.kind not in kinds:
            found[item.name] = None
            continue
        without = tuple(asset["id"] for asset in found.values() if asset)
        wish = StockWish(
            kind=item.kind, models=item.models, rooms=rooms, without=without
        )
        asset = next_in_stock(context.connection, wish)
        if asset is not None:
            asset["elsewhere"] = bool(rooms) and asset["location_id"] not in rooms
        found[item.name] = asset
    return found


def _telecom_chosen(
    context: CaseContext, case: Row, items: Sequence[Item]
) -> dict[str, tuple[int, str] | None]:
    """Return the telecom line for the first item of each kind that asks for one.

    A second one of the kind is chosen once the first is written: it must not be the
    same.
    """
    wanted: dict[str, Item] = {}
    for item in items:
        if item.kind in KINDS and item.tracked and not item.approval:
            wanted.setdefault(item.kind, item)
    return {
        item.name: reserve_telecom_line(context, case, kind)
        for kind, item in wanted.items()
    }


def _telecom_line(item: Item, found: tuple[int, str] | None) -> NewLine:
    if found is None:
        return _short(item, _values(item))
    number, note = found
    values = _values(item) | {"state": "reserved", "telecom_line_id": number}
    return NewLine(values, came_by=("reserve", note), first="requested")


def _values(item: Item) -> Row:
    cost = item.cost
    return {
        "slot": item.name,
        "action": "provide",
        "item": item.name,
        "kind": item.kind,
        "requested_models": list(item.models),
        "tracked": item.tracked,
        "benefit": item.benefit,
        "state": "proposed" if item.approval else "requested",
        "cost_minor": None if cost is None else cost.minor,
        "currency": None if cost is None else cost.currency,
    }


def _short(item: Item, values: Row) -> NewLine:
    models = " / ".join(item.models) or item.kind
    note = Said(N_("no {models} is in stock"), models=models)
    short = values | {"state": "shortage"}
    return NewLine(short, came_by=("short", note), first="requested")


def _line(item: Item, chosen: dict[str, Row | None], *, reserves: bool) -> NewLine:
    values = _values(item)
    if not reserves or item.name not in chosen:
        return NewLine(values)
    asset = chosen[item.name]
    if asset is None:
        return _short(item, values)
    values |= {"state": "reserved", "asset_id": asset["id"]}
    if asset["cost_minor"] is not None:
        values |= {name: asset[name] for name in ("cost_minor", "currency")}
    note = stock_note(asset, item.models)
    return NewLine(values, came_by=("reserve", note), first="requested")
