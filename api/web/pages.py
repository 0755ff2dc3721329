"""Puts login and pages together, behind the gate."""

from __future__ import annotations

from fastapi import FastAPI
from nicegui import core, ui
from starlette.types import ASGIApp

from api.compose.wiring import App
from api.http import errors
from api.web import (
    accounting,
    asset,
    assets,
    case,
    cases,
    credentials,
    dashboard,
    device,
    devices,
    directory,
    identity,
    login,
    map,
    neighbours,
    people,
    places,
    register,
    report,
    scan,
    scans,
    telephony,
    trouble,
    webhooks,
    worklist,
)
from api.web.gate import Gate
from api.web.style import ICON


def create_pages(app: App) -> ASGIApp:
    """Return the pages behind their gate. Once per process: see `api.app`."""
    api = FastAPI(docs_url=None, redoc_url=None, openapi_url=None)
    api.state.purser = app
    errors.install(api)
    api.include_router(login.router)
    api.include_router(report.router)
    _install()
    register.install(api)
    ui.run_with(
        api,
        title="Purser",
        tailwind=False,
        favicon=ICON,
        language="en-US",
        show_welcome_message=False,
    )
    trouble.install(core.app)
    return Gate(api, app)


def _install() -> None:
    """Register the pages with NiceGUI."""
    ui.page("/")(dashboard.show_page)
    ui.page("/devices")(devices.show_page)
    ui.page("/devices/{device_id}")(device.show_page)
    # The vendor data is loaded when it is first looked at.
    slow = ui.page("/devices/{device_id}/identity", response_timeout=60)
    slow(identity.show_page)
    ui.page("/assets")(assets.show_page)
    ui.page("/assets/{asset_id}")(asset.show_page)
    ui.page("/accounting")(accounting.show_page)
    ui.page("/accounting/books/{book_id}")(accounting.show_book)
    ui.page("/accounting/reports/{name}")(report.show_page)
    ui.page("/cases")(cases.show_page)
    ui.page("/cases/lists/{name}")(cases.show_list)
    ui.page("/cases/{case_id}")(case.show_page)
    ui.page("/directory")(directory.show_page)
    ui.page("/webhooks")(webhooks.show_page)
    ui.page("/people")(people.show_page)
    ui.page("/people/{person_id}")(people.show_person)
    ui.page("/telephony")(telephony.show_page)
    ui.page("/telephony/{extension_id}")(telephony.show_extension)
    ui.page("/worklist")(worklist.show_page)
    ui.page("/neighbours")(neighbours.show_page)
    ui.page("/places")(places.show_page)
    ui.page("/map")(map.show_page)
    ui.page("/scans")(scans.show_page)
    ui.page("/credentials")(credentials.show_page)
    ui.page("/scans/{scan_id}")(scan.show_page)
