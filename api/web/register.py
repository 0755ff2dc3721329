"""Pages of the register in use: their addresses, in one place."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from fastapi import FastAPI
from nicegui import ui

from api.web import (
    accept,
    acts,
    asking,
    asset,
    centres,
    files,
    handing,
    importing,
    labels,
    mine,
    papers,
    short,
    stock,
    stock_takes,
    terms,
    units,
    upkeep,
)

PAGES: dict[str, Callable[..., Any]] = {
    "/assets/{asset_id}/timeline": asset.show_timeline,
    "/assets/{asset_id}/papers": papers.show_page,
    "/register": upkeep.show_register,
    "/register-order": upkeep.show_page,
    "/change-many": upkeep.show_change,
    "/import": importing.show_page,
    "/labels": labels.show_page,
    "/as-of": asking.show_page,
    "/handovers": handing.show_page,
    "/handovers/{act}": handing.show_handover,
    "/stock": stock.show_page,
    "/orders/{order_id}": stock.show_order,
    "/stock-takes": stock_takes.show_page,
    "/stock-takes/{take_id}": stock_takes.show_take,
    "/stock-takes/{take_id}/scan": stock_takes.show_scan,
    "/my-things": mine.show_page,
    "/contracts": terms.show_page,
    "/contracts/{contract_id}": terms.show_contract,
    "/licences/{licence_id}": terms.show_licence,
    "/units": units.show_page,
    "/cost-centres": centres.show_page,
    "/cost-centres/{centre_id}": centres.show_centre,
}
_FORMS = (accept, acts, files, mine, papers, short, upkeep)


def install(api: FastAPI) -> None:
    """Put the pages and their forms on the application."""
    for module in _FORMS:
        api.include_router(module.router)
    for path, draw in PAGES.items():
        ui.page(path)(draw)
