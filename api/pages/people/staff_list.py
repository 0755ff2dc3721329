"""A list of staff of an HR system: choose it, map its columns, see it, take it in."""

from __future__ import annotations

import json
from datetime import date
from typing import Any

from api.compose.rulebooks import staff_profiles
from api.http.errors import ApiError
from api.jobs.long_requests import LONG_BYTES, STAFF, LongRequest, somebody_works
from api.pages.house.leaving import leave
from api.pages.register.importing import keep_table, table_kept
from api.pages.visit import Answer, Told, View, Visit, refused
from api.resources.exchange.staff_lists import (
    DEFAULT,
    WRITERS,
    StaffListGiven,
    run_staff_list,
)
from inventory.bulk.profiles.store import PEOPLE, list_profiles
from inventory.hr.staff_lists.profile import FIELDS
from inventory.kernel.errors import Invalid, InventoryError
from inventory.kernel.texts import N_

PATH = "/staff-list"
MOST_SHOWN = 500
"""Rows on the page; the API tells all."""
_TITLE = N_("Take in a list of staff")


def show_list(visit: Visit) -> Answer:
    """Draw the choice of a list, what it would do and what it did."""
    if not visit.may(*WRITERS):
        return refused(_TITLE)
    if not visit.sent:
        return _page(visit, "", None, "")
    name, problem, done = visit.typed("kept"), "", None
    sent = visit.files.get("file")
    if sent is not None and sent.data:
        name = keep_table(visit.app, sent)
    writing = visit.typed("do") == "write"
    if not name:
        problem = visit.words.text(N_("Choose a file."))
    else:
        try:
            data = table_kept(visit.app, name).read_bytes()
            given = _given(visit, data)
            if writing and len(data) > LONG_BYTES and somebody_works(visit.app):
                table_kept(visit.app, name).unlink(missing_ok=True)
                return leave(visit, _as_job(given))
            done = run_staff_list(visit.app, visit.caller, given, dry_run=not writing)
        except (InventoryError, ApiError) as error:
            problem = visit.words.error(error)
    if done is not None and writing and not done["problems"]:
        table_kept(visit.app, name).unlink(missing_ok=True)
        counts = _counted(visit, done)
        said = visit.words.text(N_("Taken in: {counts}."), counts=counts)
        if done["left_out"]:
            rows = ", ".join(str(one["row"]) for one in done["left_out"])
            text = N_("Rows left out below the list: {rows}.")
            said = f"{said} {visit.words.text(text, rows=rows)}"
        return Told("/hr-events", said)
    return _page(visit, name, done, problem)


def _given(visit: Visit, data: bytes) -> StaffListGiven:
    return StaffListGiven(
        data=data,
        profile=visit.typed("profile", DEFAULT),
        columns=_chosen(visit),
        source=visit.typed("source"),
        day=_day(visit),
        legal_entity=visit.typed("legal_entity"),
        save_as=visit.typed("save_as"),
    )


def _chosen(visit: Visit) -> dict[str, str]:
    """Return heading -> field as chosen on the page."""
    heads, fields = visit.form.get("head", []), visit.form.get("field", [])
    return dict(zip(heads, fields, strict=False))


def _day(visit: Visit) -> date | None:
    """Return the day that the list is of.

    Raises:
        Invalid: It is none.
    """
    told = visit.typed("day")
    if not told:
        return None
    try:
        return date.fromisoformat(told)
    except ValueError:
        raise Invalid(
            N_("{day!r} is not a day."),
            where="day",
            remedy=N_("Write it as YYYY-MM-DD."),
            day=told,
        ) from None


def _as_job(given: StaffListGiven) -> LongRequest:
    options = {
        "profile": given.profile,
        "columns": json.dumps(dict(given.columns or {})),
        "source": given.source,
        "effective_on": given.day.isoformat() if given.day else None,
        "legal_entity": given.legal_entity,
        "save_as": given.save_as,
        "dry_run": False,
        "rows": "all",
    }
    return LongRequest(
        kind=STAFF,
        subject=given.profile,
        arguments={"options": options},
        sent=("list", "application/octet-stream", given.data),
    )


def _counted(visit: Visit, done: dict[str, Any]) -> str:
    return ", ".join(
        f"{count} {visit.words.word(effect)}"
        for effect, count in done["counts"].items()
    )


def _page(visit: Visit, name: str, done: dict[str, Any] | None, problem: str) -> View:
    rows = sorted(done["effects"], key=lambda row: not row["problems"]) if done else []
    return View(
        template="staff_list.html",
        title=_TITLE,
        here="/hr-events",
        about={
            "profiles": list_profiles(visit.reading, staff_profiles(), PEOPLE),
            "profile": visit.typed("profile", DEFAULT),
            "source": visit.typed("source"),
            "day": visit.typed("day"),
            "legal_entity": visit.typed("legal_entity"),
            "file": name,
            "done": done,
            # What was refused keeps what was chosen.
            "columns": done["columns"] if done else _chosen(visit),
            "save_as": visit.typed("save_as"),
            "shown": rows[:MOST_SHOWN],
            "fields": sorted(FIELDS),
            "problem": problem,
        },
        status=422 if problem else 200,
    )


PAGES = {PATH: show_list}
