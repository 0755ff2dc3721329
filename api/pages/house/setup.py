"""Setting up an empty installation, step by step; each can be left and taken up."""

from __future__ import annotations

import csv
import io
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from api.http.callers import Role, check_whole
from api.pages.render import address
from api.pages.visit import Answer, Told, View, Visit, refused
from api.resources.listing import list_call
from api.resources.registry import resource
from inventory.bulk.company_file import load
from inventory.kernel.errors import InvalidRows, InventoryError, RowProblem
from inventory.kernel.texts import N_

PATH = "/setup"
MOST_IN_PLACE = 20
"""Of more people it is tried on a copy whether they can be read."""
MOST_TOLD = 50
"""Problems of a table on the page."""

COLUMNS = (
    "key",
    "given_name",
    "family_name",
    "email",
    "login",
    "number",
    "legal_entity",
    "from",
    "department",
    "cost_centre",
    "location",
    "title",
)
"""Of a table of people; key and family_name are needed."""


@dataclass(frozen=True, slots=True)
class Step:
    """Something to set up.

    Attributes:
        title: What it is.
        about: Why.
        resource: Done once this list has a row.
        path: Where it is done.
        roles: Who does it.
        only: Which rows of the list count.
    """

    title: str
    about: str
    resource: str
    path: str
    roles: tuple[Role, ...]
    only: Mapping[str, str] = field(default_factory=dict)


STEPS = (
    Step(
        N_("Company"),
        N_("The legal entities that own things; each has a currency."),
        "legal-entities",
        "/legal-entities/new",
        (Role.IT, Role.HR, Role.ACCOUNTING),
    ),
    Step(
        N_("Cost centres"),
        N_("Who pays. Depreciation is charged to them."),
        "cost-centres",
        "/cost-centres/new",
        (Role.IT, Role.HR, Role.ACCOUNTING),
    ),
    Step(
        N_("Calendar and books"),
        N_("Fiscal years and a book for each way of depreciation."),
        "books",
        "/books/open",
        (Role.ACCOUNTING,),
    ),
    Step(
        N_("Places"),
        N_("Sites, buildings and rooms; a site has the name that scans carry."),
        "places",
        "/places/new",
        (Role.IT, Role.HR),
    ),
    Step(
        N_("People"),
        N_("A table of who works here. LDAP and SCIM bring them later as well."),
        "people",
        "/setup/people",
        (Role.IT, Role.HR),
    ),
    Step(
        N_("Assets"),
        N_("A table of what the company owns, also from other programs."),
        "assets",
        "/import",
        (Role.IT, Role.ACCOUNTING),
    ),
    Step(
        N_("Credentials"),
        N_("What logs in to switches and computers; sealed, never shown."),
        "credentials",
        "/credentials/new",
        (Role.IT,),
    ),
    Step(
        N_("First scan"),
        N_("Finds what is on the network, and where it is plugged in."),
        "scans",
        "/scans/new",
        (Role.IT,),
    ),
    Step(
        N_("Scans by themselves"),
        N_("What is new every four hours, all of it each night, in your time zone."),
        "recurring-jobs",
        "/recurring-jobs/plan-site",
        (Role.IT,),
        {"kind": "collect"},
    ),
)


def progress(visit: Visit) -> Sequence[tuple[Step, int]]:
    """Return the steps the caller may do, each with how much there is already."""
    found = []
    for step in STEPS:
        one = resource(step.resource)
        if visit.may(*step.roles) and one.may_see(visit.caller):
            call = list_call(one, dict(step.only))
            count = one.source.count(visit.reading, call.asked, visit.viewer)
            found.append((step, 1 if count is None else count))
    return found


def show_setup(visit: Visit) -> Answer:
    """Draw the steps, and which are done."""
    steps = progress(visit)
    if not steps:
        return refused(N_("Set-up"))
    return View(
        template="setup.html",
        title=N_("Set-up"),
        here="/",
        about={
            "steps": [
                (step, count, address(step.path, {"back": PATH}))
                for step, count in steps
            ],
            "done": sum(bool(count) for _, count in steps),
        },
    )


def show_people(visit: Visit) -> Answer:
    """Draw the form for a table of people, or take the table."""
    if not visit.may(Role.IT, Role.HR):
        return refused(N_("People"))
    problems: list[str] = []
    if visit.sent:
        file = visit.files.get("file")
        text = visit.typed("rows")
        if file is not None and file.data:
            text = file.data.decode("utf-8-sig", "replace")
        try:
            counts = _load(visit, text, write=not visit.typed("try"))
        except InvalidRows as error:
            problems = [_of_row(visit, one) for one in error.problems[:MOST_TOLD]]
        except InventoryError as error:
            problems = [visit.words.error(error)]
        else:
            if not visit.typed("try"):
                said = visit.words.many(
                    "{count} person is read.", "{count} people are read.", counts
                )
                return Told(PATH, said)
            problems = []
        return _people(visit, text, problems, tried=0 if problems else counts)
    return _people(visit, "", problems)


def _of_row(visit: Visit, one: RowProblem) -> str:
    place = " ".join(filter(None, (one.file, str(one.row or ""), one.field)))
    return f"{place}: {visit.words.error(one)}"


def _load(visit: Visit, text: str, *, write: bool) -> int:
    """Read a table of people, all of it or nothing; return how many there are."""
    check_whole(visit.caller)
    rows = _rows(text)
    if not write:
        visit.app.tried(
            visit.caller.actor,
            lambda work: load(work, {"persons": rows}, source="setup"),
            is_long=len(rows) > MOST_IN_PLACE,
        )
        return len(rows)
    with visit.work() as work:
        load(work, {"persons": rows}, source="setup")
        work.commit()
    return len(rows)


def _rows(text: str) -> list[dict[str, Any]]:
    first = text.split("\n", 1)[0]
    separator = max(",;\t", key=first.count)
    table = csv.DictReader(io.StringIO(text.strip()), delimiter=separator)
    return [
        {
            str(name).strip(): (value or "").strip()
            for name, value in row.items()
            if name and isinstance(value, str | None) and (value or "").strip()
        }
        for row in table
    ]


def _people(
    visit: Visit, text: str, problems: Sequence[str], tried: int | None = None
) -> View:
    about: Mapping[str, Any] = {
        "rows": text,
        "problems": problems,
        "tried": tried,
        "columns": COLUMNS,
        "back": PATH,
    }
    return View(
        template="setup_people.html",
        title=N_("People"),
        here="/people",
        about=about,
        status=422 if problems else 200,
    )


PAGES = {PATH: show_setup, "/setup/people": show_people}
