"""From a shortage to the hand-over: purchase requests with what became of them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from sqlalchemy import ColumnElement, Connection, FromClause, and_, case, func, select

from inventory.assets.register.tables import Asset
from inventory.assets.stock.tables import (
    PurchaseLine,
    PurchaseOrder,
    PurchaseReceipt,
    Supplier,
)
from inventory.provisioning.case_tables import CaseLine, LineStep, PurchaseRequest
from inventory.storage.rows import Row, col, id_of, table_of

_REQUEST = table_of(PurchaseRequest)
_LINE, _STEP = table_of(CaseLine), table_of(LineStep)
_ORDER, _ORDER_LINE = table_of(PurchaseOrder), table_of(PurchaseLine)
_SUPPLIER, _RECEIPT, _ASSET = (
    table_of(Supplier),
    table_of(PurchaseReceipt),
    table_of(Asset),
)

STATE: ColumnElement[str] = case(
    (col(PurchaseRequest.closed_on).is_not(None), col(PurchaseRequest.close_reason)),
    (col(PurchaseRequest.order_line_id).is_not(None), "ordered"),
    else_="open",
)
"""open: nothing is ordered; ordered: it is awaited; filled: it is reserved or handed
over; withdrawn: it is not needed any more."""


def _handed_over_on() -> ColumnElement[Any]:
    delivered = (
        select(func.max(col(LineStep.on)))
        .where(
            col(LineStep.line_id) == col(PurchaseRequest.line_id),
            col(LineStep.after) == "delivered",
            col(LineStep.on) >= col(PurchaseRequest.closed_on),
        )
        .correlate(_REQUEST)
        .scalar_subquery()
    )
    return case((col(PurchaseRequest.asset_id) == col(CaseLine.asset_id), delivered))


COLUMNS: Mapping[str, ColumnElement[Any]] = {
    "id": id_of(PurchaseRequest),
    "line_id": col(PurchaseRequest.line_id),
    "case_id": col(CaseLine.case_id),
    "item": col(CaseLine.item),
    "kind": col(PurchaseRequest.kind),
    "requested_models": col(PurchaseRequest.requested_models),
    "state": STATE,
    "requested_at": col(PurchaseRequest.recorded_at),
    "needed_by": col(PurchaseRequest.needed_by),
    "order_id": col(PurchaseLine.order_id),
    "order_number": col(PurchaseOrder.number),
    "order_line": col(PurchaseLine.line),
    "supplier": col(Supplier.name),
    "ordered_on": col(PurchaseOrder.ordered_on),
    "received_on": col(PurchaseReceipt.received_on),
    "asset_id": col(PurchaseRequest.asset_id),
    "tag": col(Asset.tag),
    "closed_on": col(PurchaseRequest.closed_on),
    "handed_over_on": _handed_over_on(),
}
"""Field -> SQL over `ALONG`."""

ALONG: FromClause = (
    _REQUEST.join(_LINE, id_of(CaseLine) == col(PurchaseRequest.line_id))
    .outerjoin(_ORDER_LINE, id_of(PurchaseLine) == col(PurchaseRequest.order_line_id))
    .outerjoin(_ORDER, id_of(PurchaseOrder) == col(PurchaseLine.order_id))
    .outerjoin(_SUPPLIER, id_of(Supplier) == col(PurchaseOrder.supplier_id))
    .outerjoin(_ASSET, id_of(Asset) == col(PurchaseRequest.asset_id))
    .outerjoin(
        _RECEIPT,
        and_(
            col(PurchaseReceipt.asset_id) == col(PurchaseRequest.asset_id),
            col(PurchaseReceipt.line_id) == col(PurchaseRequest.order_line_id),
        ),
    )
)
"""Requests with their line, order, receipt and the thing they were filled with."""


def purchases_of_case(connection: Connection, case_id: int) -> list[Row]:
    """Return the purchase requests of a case with what became of them, in order."""
    query = (
        select(*(one.label(name) for name, one in COLUMNS.items()))
        .select_from(ALONG)
        .where(col(CaseLine.case_id) == case_id)
        .order_by(id_of(PurchaseRequest))
    )
    return [dict(row) for row in connection.execute(query).mappings()]
