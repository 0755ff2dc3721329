"""Routers of the register in use, in the order they are tried."""

from api.routes import (
    acceptances,
    as_of,
    exports,
    holding,
    imports,
    labels,
    stock,
    stock_takes,
)

ROUTERS = (
    holding.router,
    acceptances.router,
    stock.router,
    stock_takes.router,
    imports.router,
    exports.router,
    labels.router,
    as_of.router,
)
