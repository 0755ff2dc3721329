"""What is ordered for lines that are short: the way from a shortage to its order."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from sqlalchemy import func, select

from inventory.assets.stock.purchasing import NewOrderLine, order_one_more
from inventory.assets.stock.tables import PurchaseLine, PurchaseOrder
from inventory.hr.context import CaseContext
from inventory.kernel.errors import Invalid, NotAllowed
from inventory.kernel.money import Money
from inventory.kernel.texts import N_
from inventory.provisioning.case_tables import PurchaseRequest
from inventory.storage.rows import Row, change, col, find, get, id_of, table_of

_LINE, _REQUEST = table_of(PurchaseLine), table_of(PurchaseRequest)


@dataclass(frozen=True, slots=True, kw_only=True)
class Bought:
    """How one thing is ordered for a purchase request.

    Attributes:
        number: Of the order; an open one grows.
        supplier: Whom it goes to.
        price: Of one.
        on: The day of the order.
        model: What is ordered; the best of those asked for without.
        manufacturer: Of it.
        legal_entity_id: Who buys it.
    """

    number: str
    supplier: str
    price: Money
    on: date
    model: str | None = None
    manufacturer: str | None = None
    legal_entity_id: int | None = None


def order_for_request(context: CaseContext, request_id: int, bought: Bought) -> int:
    """Order what a purchase request asks for; return the line of the order.

    Raises:
        NotAllowed: Something is ordered for it already, or it is closed.
        Conflict: The order goes to somebody else, or is in another currency.
    """
    request = _waiting(context, request_id)
    wanted = request["requested_models"]
    line = NewOrderLine(
        kind=request["kind"],
        quantity=1,
        price=bought.price,
        manufacturer=bought.manufacturer,
        model=bought.model or (wanted[0] if wanted else None),
    )
    line_id = order_one_more(
        context.work,
        bought.number,
        bought.supplier,
        line,
        bought.on,
        legal_entity_id=bought.legal_entity_id,
    )
    _link(context, request_id, line_id)
    return line_id


def link_request(
    context: CaseContext, request_id: int, order_id: int, position: int
) -> None:
    """Note that a line of an order is for a purchase request.

    Raises:
        NotAllowed: Something is ordered for it already, it is closed, or all of the
            line is for others or came.
        Invalid: There is no such line, or it is of another kind.
    """
    request = _waiting(context, request_id)
    line = find(context.connection, PurchaseLine, order_id=order_id, line=position)
    if line is None:
        raise Invalid(
            N_("The order has no line {position}."), where="line", position=position
        )
    if line["kind"] != request["kind"]:
        raise Invalid(
            N_("The line is of the kind {ordered}, {wanted} is needed."),
            where="line",
            ordered=line["kind"],
            wanted=request["kind"],
        )
    if _free(context, line) <= 0:
        raise NotAllowed(
            N_("All that the line still awaits is for others."), where="line"
        )
    _link(context, request_id, line["id"])


def unlink_request(context: CaseContext, request_id: int) -> None:
    """Note that what was ordered for a purchase request is not for it any more.

    Raises:
        NotAllowed: It is closed.
    """
    _waiting(context, request_id, ordered=True)
    _link(context, request_id, None)


def link_order(context: CaseContext, order_id: int) -> int:
    """Note for which purchase requests an order is; return for how many.

    Each thing of a line is for the most urgent request that it fits.
    """
    query = (
        select(_LINE)
        .where(col(PurchaseLine.order_id) == order_id)
        .order_by(col(PurchaseLine.line))
    )
    done = 0
    for row in context.connection.execute(query).mappings().all():
        line = dict(row)
        free = _free(context, line)
        fitting = [one for one in _open(context, line["kind"]) if _fits(one, line)]
        for request in fitting[: max(free, 0)]:
            _link(context, request["id"], line["id"])
            done += 1
    return done


def unlink_order(context: CaseContext, order_id: int) -> None:
    """Let the requests of an order that is cancelled wait for another one."""
    lines = select(id_of(PurchaseLine)).where(col(PurchaseLine.order_id) == order_id)
    query = select(id_of(PurchaseRequest)).where(
        col(PurchaseRequest.order_line_id).in_(lines),
        col(PurchaseRequest.closed_on).is_(None),
    )
    for request_id in context.connection.execute(query).scalars().all():
        _link(context, request_id, None)


def _open(context: CaseContext, kind: str) -> list[Row]:
    """Return requests of a kind that nothing is ordered for, the most urgent first."""
    query = (
        select(_REQUEST)
        .where(
            col(PurchaseRequest.closed_on).is_(None),
            col(PurchaseRequest.kind) == kind,
            col(PurchaseRequest.order_line_id).is_(None),
        )
        .order_by(col(PurchaseRequest.needed_by), id_of(PurchaseRequest))
    )
    return [dict(row) for row in context.connection.execute(query).mappings()]


def _fits(request: Row, line: Row) -> bool:
    models = request["requested_models"]
    return not models or line["model"] in models


def _free(context: CaseContext, line: Row) -> int:
    """Return how many of a line are awaited and for nobody."""
    query = select(func.count()).where(
        col(PurchaseRequest.order_line_id) == line["id"],
        col(PurchaseRequest.closed_on).is_(None),
    )
    promised: int = context.connection.execute(query).scalar_one()
    order = get(context.connection, PurchaseOrder, line["order_id"])
    awaited = 0 if order["closed_on"] else line["quantity"] - line["received"]
    return int(awaited) - promised


def _waiting(context: CaseContext, request_id: int, *, ordered: bool = False) -> Row:
    """Return a request that is open, locked.

    Raises:
        NotAllowed: It is closed, or something is ordered for it although it should not.
    """
    request = get(context.connection, PurchaseRequest, request_id, lock=True)
    if request["closed_on"] is not None:
        raise NotAllowed(
            N_("The purchase request is {state}."),
            where="request",
            state=request["close_reason"],
        )
    if request["order_line_id"] is not None and not ordered:
        raise NotAllowed(
            N_("Something is ordered for it already."),
            where="request",
            remedy=N_("Unlink it from that order first."),
        )
    return request


def _link(context: CaseContext, request_id: int, line_id: int | None) -> None:
    values = {"order_line_id": line_id}
    action = "unlink" if line_id is None else "order"
    change(context.work, PurchaseRequest, request_id, values, action=action)
