"""Routers of the register in use, in the order they are tried."""

from api.routes import (
    acceptances,
    as_of,
    ending,
    exports,
    files,
    imports,
    labels,
    lifecycle,
)

ROUTERS = (
    lifecycle.router,
    acceptances.router,
    imports.router,
    exports.router,
    ending.router,
    files.router,
    labels.router,
    as_of.router,
)
