"""`GET /calendars/contract-exits.ics`: last days of notice for a calendar program."""

from __future__ import annotations

from fastapi import APIRouter, Response

from api.http.answers import ALL_PROBLEMS
from api.http.deps import AppDep, ReadDep, allow
from api.http.files import content_of
from api.resources.telecom.shared import PAYING
from inventory.telecom_expense.exits import calendar_of, list_exits

ICAL = "text/calendar"
TITLE = "Purser: carrier contracts"
TEXTS = {
    "event": "Last day of notice: {contract} ({provider})",
    "detail": "{lines} lines. With notice it ends on {ends_by}, else it renews.",
}
router = APIRouter(
    tags=["calendars"],
    dependencies=[allow(*PAYING, scoped=True)],
    responses=ALL_PROBLEMS,
)


@router.get(
    "/calendars/contract-exits.ics",
    operation_id="contract_exits_calendar",
    response_class=Response,
    responses={200: content_of(ICAL), **ALL_PROBLEMS},
    summary="Last days to give notice of contracts with carriers, as iCalendar.",
)
def contract_exits(app: AppDep, reading: ReadDep) -> Response:
    """Return a feed (RFC 5545) with reminders 90, 60 and 30 days before each day."""
    now = app.clock()
    rows = list_exits(reading, now.date())
    return Response(calendar_of(rows, TITLE, TEXTS, now), media_type=ICAL)
