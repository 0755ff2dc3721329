"""All routers of accounting, for `api.app`."""

from __future__ import annotations

from api.routes import accounting_reports, books, moves, schedules

ROUTERS = (books.router, schedules.router, moves.router, accounting_reports.router)
