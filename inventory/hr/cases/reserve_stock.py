"""Stock for lines: reserve, report a shortage, use what comes in. Imports `assets`."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from sqlalchemy import select

from inventory.assets.register.tables import Asset
from inventory.assets.stock.service import (
    StockWish,
    next_in_stock,
    release_reservation,
    reserve_chosen,
)
from inventory.assets.stock.tables import PurchaseReceipt, Reservation
from inventory.hr.cases.case_records import set_line_state
from inventory.hr.cases.telecom_lines import KINDS, reserve_telecom_line
from inventory.hr.context import CaseContext
from inventory.kernel.texts import N_, Said
from inventory.people import tables as people
from inventory.people.organisation import below
from inventory.provisioning.case_tables import (
    CaseLine,
    ProvisioningCase,
    PurchaseRequest,
)
from inventory.storage.rows import Row, add, change, col, find, get, id_of, table_of

_ASSET = table_of(Asset)
_LINE = table_of(CaseLine)
_REQUEST = table_of(PurchaseRequest)


def request_name(line: Row) -> str:
    """Return the name under which a line reserves; a new one after a release."""
    return f"line:{line['id']}/{line['steps']}"


def reserve_for_line(context: CaseContext, line: Row) -> Row:
    """Reserve something for a line that waits, or report the shortage; return it."""
    if not line["tracked"]:
        return line
    if line["kind"] in KINDS:
        return _reserve_telecom(context, line)
    asset_id = take_from_stock(context, line)
    if asset_id is None:
        return record_shortage(context, line)
    return assign_reserved(context, line, asset_id)


def _reserve_telecom(context: CaseContext, line: Row) -> Row:
    case = get(context.connection, ProvisioningCase, line["case_id"])
    found = reserve_telecom_line(context, case, line["kind"])
    if found is None:
        return record_shortage(context, line)
    _close_request(context, line["id"], "filled")
    telecom_line_id, note = found
    return set_line_state(
        context,
        line["id"],
        "reserved",
        name="reserve",
        note=note,
        telecom_line_id=telecom_line_id,
    )


def assign_reserved(context: CaseContext, line: Row, asset_id: int) -> Row:
    """Note what a line got; what it asked to be bought is not needed any more."""
    _close_request(context, line["id"], "filled", asset_id=asset_id)
    asset = get(context.connection, Asset, asset_id)
    more: dict[str, Any] = {"asset_id": asset_id}
    if asset["cost_minor"] is not None:
        more |= {"cost_minor": asset["cost_minor"], "currency": asset["currency"]}
    case = get(context.connection, ProvisioningCase, line["case_id"])
    rooms = rooms_of_site(context, case["site"])
    asset["elsewhere"] = bool(rooms) and asset["location_id"] not in rooms
    note = stock_note(asset, line["requested_models"])
    return set_line_state(
        context, line["id"], "reserved", name="reserve", note=note, **more
    )


def record_shortage(context: CaseContext, line: Row) -> Row:
    """Ask for a purchase; asked once."""
    if (
        find(context.connection, PurchaseRequest, line_id=line["id"], closed_on=None)
        is None
    ):
        add(
            context.work,
            PurchaseRequest,
            {
                "line_id": line["id"],
                "kind": line["kind"],
                "requested_models": line["requested_models"],
                "needed_by": line["due_on"],
            },
        )
    if line["state"] == "shortage":
        return line
    note = Said(
        N_("no {models} is in stock"),
        models=" / ".join(line["requested_models"]) or line["kind"],
    )
    return set_line_state(context, line["id"], "shortage", name="short", note=note)


def take_from_stock(context: CaseContext, line: Row) -> int | None:
    """Reserve the best thing that fits; return its id, None if there is none."""
    case = get(context.connection, ProvisioningCase, line["case_id"])
    wish = StockWish(
        kind=line["kind"],
        models=tuple(line["requested_models"]),
        rooms=rooms_of_site(context, case["site"]),
    )
    asset = next_in_stock(context.connection, wish)
    if asset is None:
        return None
    chosen = [(asset, request_name(line))]
    reserve_chosen(context.work, chosen, case["person_id"], f"case {case['id']}")
    return int(asset["id"])


def stock_note(asset: Row, models: Sequence[str]) -> str:
    """Return what is said of a thing that was taken from stock.

    Args:
        asset: The row, with `elsewhere`: it lies at another site.
        models: Those that were asked for, the best first.
    """
    note = f"{asset['tag']} {asset['model'] or ''}".strip()
    if models and asset["model"] != models[0]:
        note += f", instead of {models[0]}"
    return note + (", to be brought from another site" if asset["elsewhere"] else "")


def end_reservation(context: CaseContext, line: Row, outcome: str = "released") -> None:
    """End the reservation of a line, and what it asked to be bought."""
    _close_request(context, line["id"], "withdrawn")
    if line["asset_id"] is not None:
        release_reservation(context.work, reserved_as(context, line), outcome)


def reserved_as(context: CaseContext, line: Row) -> str:
    """Return the name of the open reservation of a line's asset."""
    row = find(
        context.connection, Reservation, asset_id=line["asset_id"], ended_at=None
    )
    return "" if row is None else str(row["request"])


def reserve_arrivals(context: CaseContext, kind: str) -> int:
    """Use what came into stock for what is short, the most urgent first.

    What something was ordered for already waits for that, as long as others wait for
    anything.
    """
    query = (
        select(_LINE)
        .join(_REQUEST, col(PurchaseRequest.line_id) == id_of(CaseLine))
        .where(
            col(PurchaseRequest.closed_on).is_(None),
            col(PurchaseRequest.kind) == kind,
            col(CaseLine.state) == "shortage",
        )
        .order_by(
            col(PurchaseRequest.order_line_id).is_not(None),
            col(PurchaseRequest.needed_by),
            id_of(PurchaseRequest),
        )
    )
    done = 0
    for row in context.connection.execute(query).mappings().all():
        line = dict(row)
        if kind in KINDS:
            done += _reserve_telecom(context, line)["state"] == "reserved"
            continue
        asset_id = take_from_stock(context, line)
        if asset_id is not None:
            assign_reserved(context, line, asset_id)
            done += 1
    return done


def reserve_received(context: CaseContext, asset_id: int) -> int:
    """Reserve what came with a line of an order for what it was ordered for.

    Args:
        context: The change.
        asset_id: Something that came; the others of its line are reserved as well.

    Returns:
        How many lines got what they waited for.
    """
    receipt = find(context.connection, PurchaseReceipt, asset_id=asset_id)
    if receipt is None:
        return 0
    here = select(col(PurchaseReceipt.asset_id)).where(
        col(PurchaseReceipt.line_id) == receipt["line_id"]
    )
    assets = (
        select(_ASSET)
        .where(id_of(Asset).in_(here), col(Asset.state) == "in_stock")
        .order_by(id_of(Asset))
        .with_for_update()
    )
    waiting = (
        select(_LINE)
        .join(_REQUEST, col(PurchaseRequest.line_id) == id_of(CaseLine))
        .where(
            col(PurchaseRequest.closed_on).is_(None),
            col(PurchaseRequest.order_line_id) == receipt["line_id"],
            col(CaseLine.state) == "shortage",
        )
        .order_by(col(PurchaseRequest.needed_by), id_of(PurchaseRequest))
    )
    came = [dict(row) for row in context.connection.execute(assets).mappings()]
    lines = [dict(row) for row in context.connection.execute(waiting).mappings()]
    for asset, line in zip(came, lines, strict=False):
        case = get(context.connection, ProvisioningCase, line["case_id"])
        chosen = [(asset, request_name(line))]
        reserve_chosen(context.work, chosen, case["person_id"], f"case {case['id']}")
        assign_reserved(context, line, int(asset["id"]))
    return min(len(came), len(lines))


def rooms_of_site(context: CaseContext, site: str) -> tuple[int, ...]:
    """Return the stock rooms of a site; none if it has none."""
    home = find(context.connection, people.Location, code=site) if site else None
    if home is None:
        return ()
    query = select(id_of(people.Location)).where(
        id_of(people.Location).in_(below(context.connection, "location", home["id"])),
        col(people.Location.kind) == "stock",
    )
    return tuple(context.connection.execute(query).scalars())


def _close_request(
    context: CaseContext, line_id: int, reason: str, *, asset_id: int | None = None
) -> None:
    known = find(context.connection, PurchaseRequest, line_id=line_id, closed_on=None)
    if known is not None:
        values: Row = {"closed_on": context.today(), "close_reason": reason}
        values |= {"asset_id": asset_id} if asset_id is not None else {}
        change(context.work, PurchaseRequest, known["id"], values, action=reason)
