"""Suppliers, what is ordered from them, and what came."""

from __future__ import annotations

from datetime import date
from typing import Annotated, Any, Literal

from pydantic import Field
from sqlalchemy import Connection, func, select

from api.http.actions import Act, Acting, Given
from api.resources.declare import (
    Choice,
    Column,
    Day,
    DetailModel,
    Input,
    Moment,
    Number,
    Question,
    Row,
    RowModel,
    Show,
    Text,
    Viewer,
    Word,
)
from api.resources.perform import changes_of
from api.resources.references import (
    ORDER,
    AssetRef,
    LegalEntityRef,
    LocationRef,
    OrderRef,
    SupplierRef,
)
from api.resources.register.shared import (
    BUYERS,
    SEE_PRICES,
    WRITERS,
    Note,
    columns_of_table,
)
from api.resources.resource import Resource
from api.resources.sources import TableSource
from inventory.assets.register.tables import Asset, Manufacturer
from inventory.assets.stock import purchasing
from inventory.assets.stock.tables import (
    PurchaseLine,
    PurchaseOrder,
    PurchaseReceipt,
    Supplier,
)
from inventory.kernel.errors import Invalid
from inventory.kernel.money import MoneyError, parse_money
from inventory.kernel.texts import N_, NN_
from inventory.queries.register import stock as queries
from inventory.storage.rows import change, col, filled, id_of, table_of

_ASSET = table_of(Asset)
_LINE = table_of(PurchaseLine)
_MAKER = table_of(Manufacturer)
_ORDER = table_of(PurchaseOrder)
_RECEIPT = table_of(PurchaseReceipt)
_SUPPLIER = table_of(Supplier)
Serials = Annotated[
    list[str],
    Field(default_factory=list, max_length=5000),
    Input("Serials", hint="One a line."),
]


class OrderRow(RowModel):
    """An order."""

    id: Annotated[int, Column("Id", shown=False, sort=True)]
    number: Annotated[str, Column("Number", sort=True, lead=True)]
    supplier: Annotated[str, Column("Supplier", sort=True)]
    currency: Annotated[str, Column("Currency")]
    ordered_on: Annotated[Day, Column("Ordered", Show.DAY, sort=True)]
    closed_on: Annotated[Day, Column("Closed", Show.DAY, sort=True)]
    close_reason: Annotated[Text, Column("Outcome", Show.STATE)]
    ordered: Annotated[int, Column("Pieces", Show.NUMBER)]
    received: Annotated[int, Column("Came in", Show.NUMBER)]


class OrderQuestion(Question):
    """Which orders are asked for."""

    number: Annotated[Word, Choice("Number", main=False)] = None
    supplier: Annotated[SupplierRef | None, Choice("Supplier", pick="suppliers")] = None
    legal_entity: Annotated[LegalEntityRef | None, Choice("Legal entity")] = None
    open: Annotated[bool | None, Choice("Open", about="More is awaited.")] = None
    currency: Annotated[Word, Choice("Currency", main=False)] = None
    ordered_on: Annotated[date | None, Choice("Ordered", main=False)] = None
    closed_on: Annotated[date | None, Choice("Closed", main=False)] = None
    close_reason: Annotated[
        Literal["received", "cancelled"] | None, Choice("Outcome", main=False)
    ] = None


class OrderLine(DetailModel):
    """A line of an order."""

    id: int
    order_id: int
    line: int
    kind: str
    name: str
    manufacturer_id: Number
    manufacturer: Text
    model: Text
    asset_class: Text
    quantity: int
    received: int
    price_minor: Annotated[int, Column("Price each", roles=SEE_PRICES)]
    recorded_at: Moment


class ReceivedAsset(DetailModel):
    """An asset that came with an order."""

    id: int
    tag: str
    kind: str
    model: Text
    serial: Text
    line: int
    received_on: Day


class OrderDetail(DetailModel):
    """An order with its lines, and what came."""

    id: int
    number: str
    supplier: str
    currency: str
    ordered_on: Day
    closed_on: Day
    close_reason: Text
    note: str
    lines: list[OrderLine]
    assets: list[ReceivedAsset]


class OrderIn(Given):
    """An order; a line is `quantity; kind; manufacturer; model; price each`."""

    number: Annotated[str, Field(min_length=1, max_length=100), Input("Number")]
    supplier: Annotated[
        str, Field(min_length=1, max_length=200), Input("Supplier", pick="suppliers")
    ]
    currency: Annotated[str, Field(pattern="^[A-Z]{3}$"), Input("Currency")]
    lines: Annotated[
        list[str],
        Field(min_length=1, max_length=500),
        Input("Lines", hint="Quantity; kind; manufacturer; model; price each."),
    ]
    on: Annotated[date | None, Input("Ordered", hint="Today without.")] = None
    legal_entity: Annotated[LegalEntityRef | None, Input("Legal entity")] = None
    note: Annotated[Note, Input("Note", kind="area")] = ""


class OrderEditIn(Given):
    """Changes of an order; what is left out stays as it is."""

    note: Annotated[Note, Input("Note", kind="area")]


class ReceiveIn(Given):
    """What came with a line; a serial each, or a number of things without one."""

    order: Annotated[OrderRef, Input("Order", pick="orders")]
    line: Annotated[int, Field(ge=1, le=100_000), Input("Line")] = 1
    serials: Serials
    without_serial: Annotated[int, Field(ge=0, le=5000), Input("Without a serial")] = 0
    on: Annotated[date | None, Input("On", hint="Today without.")] = None
    invoice_number: Annotated[str | None, Field(max_length=100), Input("Invoice")] = (
        None
    )
    location: Annotated[LocationRef | None, Input("Room", pick="places")] = None
    prefix: Annotated[str, Field(max_length=20), Input("Series of tags")] = "IT-"


class OrderReceived(DetailModel):
    """What came in."""

    order_id: int
    asset_ids: list[int]
    count: int


class CancelIn(Given):
    """An order of which nothing more is awaited."""

    order: Annotated[OrderRef, Input("Order", pick="orders")]


def _place(acting: Acting, given: OrderIn) -> dict[str, Any]:
    entity = given.legal_entity
    order_id = purchasing.place_order(
        acting.work,
        given.number,
        given.supplier,
        [_line(text, given.currency.upper()) for text in given.lines],
        given.on or acting.work.clock().date(),
        legal_entity_id=None if entity is None else int(entity),
    )
    if given.note:
        change(acting.work, PurchaseOrder, order_id, {"note": given.note})
    return {"id": order_id, "order_id": order_id, "number": given.number}


def _line(text: str, currency: str) -> purchasing.NewOrderLine:
    parts = [part.strip() for part in text.replace("|", ";").split(";")]
    parts = parts if len(parts) > 1 else [part.strip() for part in text.split(",")]
    if len(parts) != 5 or not parts[0].isdecimal():
        raise Invalid(
            N_("{line} is not a line of an order."),
            where="lines",
            remedy=N_("Write quantity; kind; manufacturer; model; price each."),
            line=text,
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


def _update_order(acting: Acting, given: OrderEditIn) -> None:
    change(acting.work, PurchaseOrder, acting.id, changes_of(given))


def _receive(acting: Acting, given: ReceiveIn) -> dict[str, Any]:
    serials: list[str | None] = [*given.serials, *[None] * given.without_serial]
    if not serials:
        raise Invalid(
            N_("Nothing came."), where="serials", remedy=N_("Give what came.")
        )
    room = given.location
    asset_ids = purchasing.receive_line(
        acting.work,
        int(given.order),
        given.line,
        purchasing.NewReceipt(
            serials=serials,
            on=given.on or acting.work.clock().date(),
            invoice_number=given.invoice_number,
            location_id=None if room is None else int(room),
            prefix=given.prefix,
        ),
    )
    return {
        "order_id": int(given.order),
        "asset_ids": asset_ids,
        "count": len(asset_ids),
    }


def _cancel(acting: Acting, given: CancelIn) -> dict[str, Any]:
    day = acting.work.clock().date()
    cancelled = purchasing.cancel_order(acting.work, int(given.order), day)
    return {"order_id": int(given.order), "cancelled": cancelled}


def _get_order(connection: Connection, order_id: int, _viewer: Viewer) -> Row | None:
    return queries.order_detail(connection, order_id)


def _pieces(column: Any) -> Any:  # noqa: ANN401
    return (
        select(func.coalesce(func.sum(column), 0))
        .where(col(PurchaseLine.order_id) == id_of(PurchaseOrder))
        .correlate(_ORDER)
        .scalar_subquery()
    )


PLACE = Act(
    "order",
    OrderIn,
    _place,
    BUYERS,
    verb="create",
    said=N_("Ordered."),
    leads_to="/orders/{order_id}",
    about="Record an order.",
)
RECEIVE = Act(
    "receive",
    ReceiveIn,
    _receive,
    WRITERS,
    ref="order",
    said=N_("{count} came in."),
    answer=OrderReceived,
    about="Take what came with a line into stock: assets with cost and invoice.",
)
CANCEL = Act(
    "cancel-order",
    CancelIn,
    _cancel,
    BUYERS,
    verb="cancel",
    ref="order",
    said=N_("Cancelled."),
    danger=True,
    about="Close an order of which nothing more is awaited.",
)
ORDERS = Resource(
    name="orders",
    command="order",
    title=N_("Orders"),
    counted=NN_("{count} order", "{count} orders"),
    group="register",
    rows=OrderRow,
    question=OrderQuestion,
    sort="-id",
    source=TableSource(
        table=_ORDER,
        columns=columns_of_table(
            PurchaseOrder, "id number currency ordered_on closed_on close_reason"
        )
        | {
            "supplier": col(Supplier.name),
            "ordered": _pieces(col(PurchaseLine.quantity)),
            "received": _pieces(col(PurchaseLine.received)),
            "legal_entity": col(PurchaseOrder.legal_entity_id),
        },
        shown=tuple(OrderRow.model_fields),
        joined=_ORDER.join(
            _SUPPLIER, id_of(Supplier) == col(PurchaseOrder.supplier_id)
        ),
        refers={"supplier": col(PurchaseOrder.supplier_id)},
        filters={
            "open": lambda open_, _viewer: (
                filled(PurchaseOrder.closed_on).is_(None) == open_
            )
        },
        searched=(col(PurchaseOrder.number), col(Supplier.name)),
    ),
    reference=ORDER,
    detail=OrderDetail,
    get=_get_order,
    called=lambda row: str(row["number"]),
    acts=(
        PLACE,
        Act("update-order", OrderEditIn, _update_order, BUYERS, verb="update"),
        RECEIVE,
        CANCEL,
    ),
)


class OrderLineRow(RowModel):
    """A line of an order."""

    id: Annotated[int, Column("Id", shown=False, sort=True)]
    order_id: int
    number: Annotated[str, Column("Order", sort=True)]
    line: Annotated[int, Column("Line", Show.NUMBER)]
    supplier: Annotated[str, Column("Supplier")]
    kind: Annotated[str, Column("Kind", Show.WORD, sort=True)]
    name: Annotated[str, Column("Name", shown=False)]
    manufacturer: Annotated[Text, Column("Manufacturer")]
    model: Annotated[Text, Column("Product")]
    asset_class: Annotated[Text, Column("Class", shown=False)]
    quantity: Annotated[int, Column("Pieces", Show.NUMBER, sort=True)]
    received: Annotated[int, Column("Came in", Show.NUMBER)]
    price_minor: Annotated[
        int, Column("Price each", Show.MONEY, sort=True, roles=SEE_PRICES)
    ]
    currency: Annotated[str, Column("Currency", shown=False)]
    ordered_on: Annotated[Day, Column("Ordered", Show.DAY, sort=True)]


class OrderLineQuestion(Question):
    """Which lines of orders are asked for."""

    order: Annotated[OrderRef | None, Choice("Order", pick="orders")] = None
    supplier: Annotated[SupplierRef | None, Choice("Supplier", pick="suppliers")] = None
    kind: Annotated[Word, Choice("Kind")] = None
    model: Annotated[Word, Choice("Product", main=False)] = None
    awaited: Annotated[
        bool | None, Choice("Awaited", about="The order is open and more is to come.")
    ] = None
    quantity: Annotated[
        int | None, Field(ge=1, le=2**31 - 1), Choice("Pieces", main=False)
    ] = None
    price_minor: Annotated[
        int | None, Field(ge=0, le=2**63 - 1), Choice("Price each", main=False)
    ] = None
    ordered_on: Annotated[date | None, Choice("Ordered", main=False)] = None


_AWAITED = (filled(PurchaseOrder.closed_on).is_(None)) & (
    col(PurchaseLine.received) < col(PurchaseLine.quantity)
)
ORDER_LINES = Resource(
    name="order-lines",
    command="order-line",
    title=N_("Lines of orders"),
    counted=NN_("{count} line", "{count} lines"),
    group="register",
    rows=OrderLineRow,
    question=OrderLineQuestion,
    sort="-id",
    source=TableSource(
        table=_LINE,
        columns=columns_of_table(
            PurchaseLine,
            "id order_id line kind name model asset_class quantity received"
            " price_minor",
        )
        | columns_of_table(PurchaseOrder, "number currency ordered_on")
        | {
            "supplier": col(Supplier.name),
            "manufacturer": col(Manufacturer.name),
            "order": col(PurchaseLine.order_id),
        },
        shown=tuple(OrderLineRow.model_fields),
        joined=_LINE.join(_ORDER, id_of(PurchaseOrder) == col(PurchaseLine.order_id))
        .join(_SUPPLIER, id_of(Supplier) == col(PurchaseOrder.supplier_id))
        .outerjoin(_MAKER, id_of(Manufacturer) == col(PurchaseLine.manufacturer_id)),
        refers={"supplier": col(PurchaseOrder.supplier_id)},
        filters={"awaited": lambda awaited, _viewer: _AWAITED == awaited},
        searched=(
            col(PurchaseOrder.number),
            col(PurchaseLine.kind),
            col(PurchaseLine.model),
        ),
    ),
)


class ReceiptRow(RowModel):
    """An asset that came with a line of an order."""

    id: Annotated[int, Column("Id", shown=False, sort=True)]
    order_id: int
    number: Annotated[str, Column("Order", sort=True)]
    line: Annotated[int, Column("Line", Show.NUMBER)]
    asset_id: int
    tag: Annotated[str, Column("Asset", sort=True, lead=True)]
    kind: Annotated[str, Column("Kind", Show.WORD)]
    model: Annotated[Text, Column("Product")]
    serial: Annotated[Text, Column("Serial", Show.MONO)]
    received_on: Annotated[Day, Column("Came in", Show.DAY, sort=True)]


class ReceiptQuestion(Question):
    """Which receipts are asked for."""

    order: Annotated[OrderRef | None, Choice("Order", pick="orders")] = None
    asset: Annotated[AssetRef | None, Choice("Asset", pick="assets")] = None
    kind: Annotated[Word, Choice("Kind", main=False)] = None
    received_on: Annotated[date | None, Choice("Came in", main=False)] = None


RECEIPTS = Resource(
    name="receipts",
    command="receipt",
    title=N_("Receipts"),
    counted=NN_("{count} receipt", "{count} receipts"),
    group="register",
    rows=ReceiptRow,
    question=ReceiptQuestion,
    sort="-id",
    source=TableSource(
        table=_RECEIPT,
        columns=columns_of_table(PurchaseReceipt, "id asset_id received_on")
        | columns_of_table(PurchaseLine, "order_id line")
        | columns_of_table(Asset, "tag kind model serial")
        | {
            "number": col(PurchaseOrder.number),
            "order": col(PurchaseLine.order_id),
            "asset": col(PurchaseReceipt.asset_id),
        },
        shown=tuple(ReceiptRow.model_fields),
        joined=_RECEIPT.join(_LINE, id_of(PurchaseLine) == col(PurchaseReceipt.line_id))
        .join(_ORDER, id_of(PurchaseOrder) == col(PurchaseLine.order_id))
        .join(_ASSET, id_of(Asset) == col(PurchaseReceipt.asset_id)),
        searched=(col(PurchaseOrder.number), col(Asset.tag), col(Asset.serial)),
    ),
)
