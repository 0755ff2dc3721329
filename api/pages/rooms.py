"""Pages of our own beside those that every resource has: their addresses."""

from __future__ import annotations

from collections.abc import Mapping

from api.pages.house import guide, handbook, home, job, setup, upload_backup
from api.pages.money import cockpit, explained, report
from api.pages.network import device, map, scan, whereabouts
from api.pages.people import announce, case, mine, my_login, person, staff_list, team
from api.pages.register import (
    as_of,
    asset,
    handover,
    importing,
    labels,
    stock_take,
)
from api.pages.visit import Page

ENTITIES: Mapping[str, Page] = {
    "acceptances": handover.show_handover,
    "assets": asset.show_asset,
    "books": cockpit.show_book,
    "cases": case.show_case,
    "devices": device.show_device,
    "jobs": job.show_job,
    "people": person.show_person,
    "reports": report.show_named,
    "scans": scan.show_scan,
    "stock-takes": stock_take.show_take,
}
"""Resources of which one has a page of its own, instead of `entity.py`."""

_MODULES = (
    announce,
    as_of,
    asset,
    case,
    cockpit,
    device,
    explained,
    guide,
    handbook,
    handover,
    home,
    importing,
    job,
    labels,
    map,
    mine,
    my_login,
    report,
    setup,
    staff_list,
    stock_take,
    team,
    upload_backup,
    whereabouts,
)
PAGES: Mapping[str, Page] = {
    path: page for one in _MODULES for path, page in one.PAGES.items()
}
"""Path -> page."""
