"""Routers of the register in use, in the order they are tried."""

from api.routes import (
    acceptances,
    as_of,
    exports,
    imports,
    labels,
    lifecycle,
    papers,
    stock,
    stock_takes,
    terms,
    units,
    upkeep,
)

ROUTERS = (
    lifecycle.router,
    acceptances.router,
    stock.router,
    stock_takes.router,
    imports.router,
    exports.router,
    labels.router,
    as_of.router,
    terms.router,
    upkeep.router,
    papers.router,
    units.router,
)
