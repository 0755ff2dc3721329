"""All routers of accounting, for `api.app`."""

from __future__ import annotations

from api.routes import accounting_reports, books, schedules

ROUTERS = (books.router, schedules.router, accounting_reports.router)
