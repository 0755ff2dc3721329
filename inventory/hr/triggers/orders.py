"""Orders are placed and cancelled: what waits for them takes notice."""

from __future__ import annotations

from inventory.hr.context import CaseContext
from inventory.hr.requests.purchase_requests import link_order, unlink_order
from inventory.kernel.events import OrderCancelled, OrderPlaced


def on_order_placed(context: CaseContext, event: OrderPlaced) -> None:
    """Note for which lines that are short an order is."""
    context.lock_cases()
    link_order(context, event.order_id)


def on_order_cancelled(context: CaseContext, event: OrderCancelled) -> None:
    """Let what an order was for wait for another one."""
    context.lock_cases()
    unlink_order(context, event.order_id)
