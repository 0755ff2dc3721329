"""Routers of HR's events and of cases."""

from api.routes import cases, hr

ROUTERS = (hr.router, cases.router)
