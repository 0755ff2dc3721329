"""Pages of the register in use: their addresses, in one place."""

from __future__ import annotations

from fastapi import FastAPI
from nicegui import ui

from api.web import (
    accept,
    acts,
    asset,
    centres,
    files,
    handing,
    importing,
    labels,
    mine,
    short,
    stock,
    stock_takes,
)


def install(api: FastAPI) -> None:
    """Put the pages and their forms on the application."""
    for router in (accept.router, acts.router, files.router, mine.router, short.router):
        api.include_router(router)
    ui.page("/assets/{asset_id}/timeline")(asset.show_timeline)
    ui.page("/handovers")(handing.show_page)
    ui.page("/handovers/{act}")(handing.show_handover)
    ui.page("/stock")(stock.show_page)
    ui.page("/orders/{order_id}")(stock.show_order)
    ui.page("/stock-takes")(stock_takes.show_page)
    ui.page("/stock-takes/{take_id}")(stock_takes.show_take)
    ui.page("/stock-takes/{take_id}/scan")(stock_takes.show_scan)
    ui.page("/my-things")(mine.show_page)
    ui.page("/import")(importing.show_page)
    ui.page("/labels")(labels.show_page)
    ui.page("/cost-centres")(centres.show_page)
    ui.page("/cost-centres/{centre_id}")(centres.show_centre)
