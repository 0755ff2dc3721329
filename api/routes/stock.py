"""`/stock`, `/reservations`, `/orders`, `/suppliers`: what lies ready, what comes."""

from __future__ import annotations

from datetime import date
from typing import Annotated, Any

from fastapi import APIRouter, Response
from pydantic import Field

from api.http.actions import Act, Acting, Given
from api.http.auth import Role
from api.http.deps import ReadDep, allow
from api.http.errors import Missing
from api.routes.acts import Doing, perform
from api.routes.answers import ALL_PROBLEMS, answer, answer_page
from api.routes.parameters import After, Id, Limit
from inventory.assets.register.tables import Asset
from inventory.assets.stock import purchasing
from inventory.assets.stock import service as stock
from inventory.assets.stock.tables import PurchaseOrder
from inventory.kernel.errors import Invalid
from inventory.kernel.money import MoneyError, parse_money
from inventory.people.organisation import unit_named
from inventory.queries.references import person_named
from inventory.queries.register import stock as queries
from inventory.storage.rows import find, get

router = APIRouter(tags=["stock"], dependencies=[allow(*Role)], responses=ALL_PROBLEMS)
WRITERS = frozenset({Role.IT})
BUYERS = frozenset({Role.IT, Role.ACCOUNTING})
Count = Annotated[int, Field(ge=1, le=100_000)]


class MinimumIn(Given):
    """How many a stock room should have at least."""

    location: str = Field(max_length=200, description="Code of the room.")
    kind: str = Field(max_length=40)
    model: str = Field(default="", max_length=200, description="Empty: any model.")
    minimum: int = Field(ge=0, le=100_000)


class ReserveIn(Given):
    """Something that is needed; `request` names it, the same gets the same."""

    request: str = Field(min_length=1, max_length=200)
    kind: str = Field(max_length=40)
    model: str | None = Field(default=None, max_length=200)
    locations: list[str] = Field(default=[], max_length=100)
    person: str | None = Field(default=None, max_length=200)
    purpose: str = Field(default="", max_length=500)
    expires_on: date | None = None


class ReleaseIn(Given):
    """A reservation that is not needed any more."""

    request: str = Field(min_length=1, max_length=200)


class OrderIn(Given):
    """An order; a line is `quantity; kind; manufacturer; model; price each`."""

    number: str = Field(min_length=1, max_length=100)
    supplier: str = Field(min_length=1, max_length=200)
    currency: str = Field(min_length=3, max_length=3)
    lines: list[str] = Field(min_length=1, max_length=500)
    on: date | None = None
    legal_entity: str | None = Field(default=None, max_length=100)


class ReceiveIn(Given):
    """What came with a line; a serial each, or a number of things without one."""

    order: str = Field(max_length=100, description="Its number.")
    line: Count = 1
    serials: list[str] = Field(default=[], max_length=5000)
    without_serial: int = Field(default=0, ge=0, le=5000)
    on: date | None = None
    invoice_number: str | None = Field(default=None, max_length=100)
    location: str | None = Field(default=None, max_length=200)
    prefix: str = Field(default="IT-", max_length=20)


class CancelIn(Given):
    """An order of which nothing more is awaited."""

    order: str = Field(max_length=100)


def _minimum(acting: Acting, given: MinimumIn) -> dict[str, Any]:
    place = unit_named(acting.work.connection, "location", given.location)
    stock.set_minimum(acting.work, place, given.kind, given.minimum, given.model)
    return {"location": given.location, "minimum": given.minimum}


def _reserve(acting: Acting, given: ReserveIn) -> dict[str, Any]:
    reading = acting.work.connection
    person = person_named(reading, given.person) if given.person else None
    wanted = stock.ReservationRequest(
        name=given.request,
        kind=given.kind,
        model=given.model,
        locations=tuple(
            unit_named(reading, "location", one) for one in given.locations
        ),
        person_id=person,
        purpose=given.purpose,
        expires_on=given.expires_on,
    )
    asset_id = stock.reserve_asset(acting.work, wanted)
    tag = get(reading, Asset, asset_id)["tag"]
    return {"asset_id": asset_id, "tag": tag, "request": given.request}


def _release(acting: Acting, given: ReleaseIn) -> dict[str, Any]:
    return {"released": stock.release_reservation(acting.work, given.request)}


def _order(acting: Acting, given: OrderIn) -> dict[str, Any]:
    reading = acting.work.connection
    entity = given.legal_entity
    order_id = purchasing.place_order(
        acting.work,
        given.number,
        given.supplier,
        [_line(text, given.currency.upper()) for text in given.lines],
        given.on or acting.work.clock().date(),
        legal_entity_id=unit_named(reading, "legal_entity", entity) if entity else None,
    )
    return {"order_id": order_id, "number": given.number}


def _line(text: str, currency: str) -> purchasing.NewOrderLine:
    parts = [part.strip() for part in text.replace("|", ";").split(";")]
    parts = parts if len(parts) > 1 else [part.strip() for part in text.split(",")]
    if len(parts) != 5 or not parts[0].isdecimal():
        raise Invalid(
            f"{text!r} is no line of an order.",
            where="lines",
            remedy="Write quantity, kind, manufacturer, model, price each.",
        )
    quantity, kind, maker, model, price = parts
    try:
        money = parse_money(price, currency)
    except MoneyError as error:
        raise Invalid(f"{error}.", where="lines") from error
    return purchasing.NewOrderLine(
        kind=kind,
        quantity=int(quantity),
        price=money,
        manufacturer=maker or None,
        model=model or None,
    )


def _receive(acting: Acting, given: ReceiveIn) -> dict[str, Any]:
    reading = acting.work.connection
    serials: list[str | None] = [*given.serials, *[None] * given.without_serial]
    if not serials:
        raise Invalid("Nothing came.", where="serials", remedy="Give what came.")
    place = given.location
    order_id = _order_named(acting, given.order)
    made = purchasing.receive_line(
        acting.work,
        order_id,
        given.line,
        purchasing.NewReceipt(
            serials=serials,
            on=given.on or acting.work.clock().date(),
            invoice_number=given.invoice_number,
            location_id=unit_named(reading, "location", place) if place else None,
            prefix=given.prefix,
        ),
    )
    return {"order_id": order_id, "asset_ids": made, "count": len(made)}


def _cancel(acting: Acting, given: CancelIn) -> dict[str, Any]:
    order_id = _order_named(acting, given.order)
    day = acting.work.clock().date()
    changed = purchasing.cancel_order(acting.work, order_id, day)
    return {"order_id": order_id, "cancelled": changed}


def _order_named(acting: Acting, number: str) -> int:
    row = find(acting.work.connection, PurchaseOrder, number=number)
    if row is None:
        raise Missing(f"There is no order {number!r}.")
    return int(row["id"])


MINIMUM = Act("minimum", MinimumIn, _minimum, WRITERS, said="Minimum set.")
RESERVE = Act("reserve", ReserveIn, _reserve, WRITERS, said="{tag} is reserved.")
RELEASE = Act("release", ReleaseIn, _release, WRITERS, said="Released.")
ORDER = Act(
    "order", OrderIn, _order, BUYERS, said="Ordered.", leads_to="/orders/{order_id}"
)
RECEIVE = Act("receive", ReceiveIn, _receive, WRITERS, said="{count} came in.")
CANCEL = Act("cancel-order", CancelIn, _cancel, BUYERS, said="Cancelled.")
ACTS = (MINIMUM, RESERVE, RELEASE, ORDER, RECEIVE, CANCEL)


@router.get("/stock")
def in_stock(reading: ReadDep) -> Response:
    """Show what lies in stock by room, kind and model; minima, and what lacks."""
    return answer(
        {"rooms": queries.stock_rooms(reading), "minima": queries.list_minima(reading)}
    )


@router.put("/stock/minima")
def minimum(doing: Doing, given: MinimumIn) -> Response:
    """Say how many of a kind, or of a model, a stock room should have at least."""
    return perform(doing, MINIMUM, given)


@router.get("/reservations")
def reservations(reading: ReadDep) -> Response:
    """List reservations that hold."""
    return answer({"items": queries.open_reservations(reading), "next": None})


@router.post("/reservations")
def reserve(doing: Doing, given: ReserveIn) -> Response:
    """Reserve one asset in stock; two requests at once never get the same one."""
    return perform(doing, RESERVE, given)


@router.post("/reservations/release")
def release(doing: Doing, given: ReleaseIn) -> Response:
    """End a reservation; the asset is in stock again."""
    return perform(doing, RELEASE, given)


@router.get("/suppliers")
def suppliers(reading: ReadDep) -> Response:
    """List suppliers."""
    return answer({"items": queries.list_suppliers(reading), "next": None})


@router.get("/orders")
def orders(reading: ReadDep, after: After = None, limit: Limit = 50) -> Response:
    """List orders, the newest first."""
    return answer_page(queries.list_orders(reading, after=after, limit=limit))


@router.post("/orders")
def order(doing: Doing, given: OrderIn) -> Response:
    """Record an order."""
    return perform(doing, ORDER, given)


@router.get("/orders/{order_id}")
def order_detail(reading: ReadDep, order_id: Id) -> Response:
    """Show an order with its lines and what came."""
    found = queries.order_detail(reading, order_id)
    if found is None:
        raise Missing(f"There is no order {order_id}.")
    return answer(found)


@router.post("/orders/receive")
def receive(doing: Doing, given: ReceiveIn) -> Response:
    """Take what came with a line into stock: assets with cost and invoice."""
    return perform(doing, RECEIVE, given)


@router.post("/orders/cancel")
def cancel(doing: Doing, given: CancelIn) -> Response:
    """Close an order of which nothing more is awaited."""
    return perform(doing, CANCEL, given)
