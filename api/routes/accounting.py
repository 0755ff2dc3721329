"""All routers of accounting, for `api.app`."""

from __future__ import annotations

from api.routes import accounting_reports, journals, schedules

ROUTERS = (journals.router, schedules.router, accounting_reports.router)
