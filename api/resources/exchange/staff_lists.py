"""Lists of staff of HR systems: first what each row would do, then done."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from functools import partial
from typing import TYPE_CHECKING, Any, Literal

from pydantic import BaseModel, Field

from api.compose.rulebooks import context_of, staff_profiles
from api.http.actions import Tell, unheard
from api.http.callers import Caller, Role, check_whole
from api.resources.exchange.importing import RowFault
from inventory.bulk.files.cells import CellTable, heading
from inventory.bulk.files.tabular import read_table
from inventory.bulk.profiles.store import PEOPLE, profile_document, save_profile
from inventory.hr.context import CaseContext
from inventory.hr.staff_lists.load import (
    RowOutcome,
    StaffList,
    StaffReport,
    take_in_list,
    try_list,
)
from inventory.hr.staff_lists.profile import StaffProfile, read_staff_profile
from inventory.hr.staff_lists.rows import below_titles
from inventory.kernel.errors import Invalid
from inventory.kernel.texts import N_
from inventory.storage.work import UnitOfWork

if TYPE_CHECKING:
    from api.compose.wiring import App

WRITERS = frozenset({Role.HR})
Shown = Literal["all", "problems", "none"]
DEFAULT = "generic"


class EventOfRow(BaseModel):
    """An event that a row says."""

    kind: str
    on: date
    data: dict[str, Any]
    verdict: str | None = Field(description="Of the event, once it was sent.")


class RowOfStaffList(BaseModel):
    """What a row does."""

    row: int
    number: str = Field(description="Employee id.")
    name: str
    effect: Literal["hire", "rehire", "change", "leave", "same", "skipped", "error"]
    events: list[EventOfRow]
    note: str
    problems: list[RowFault]


class NewUnit(BaseModel):
    """A unit that is added."""

    unit: str
    code: str
    name: str


class RowLeftOut(BaseModel):
    """A row of the file that is none of the list: a total, when it was made."""

    row: int
    text: str
    reason: str


class StaffListAnswer(BaseModel):
    """What a list does, or did."""

    written: bool
    rows: int
    counts: dict[str, int]
    problems: int
    units: list[NewUnit]
    absent: list[str] = Field(
        description="Employed, and not in the list: nothing is done to them."
    )
    left_out: list[RowLeftOut] = Field(
        description="Rows below the list: totals, signatures, when it was made."
    )
    columns: dict[str, str | None] = Field(
        description="Heading and field; null for what is not read."
    )
    effects: list[RowOfStaffList]


@dataclass(frozen=True, slots=True, kw_only=True)
class StaffListGiven:
    """A list somebody sends.

    Attributes:
        profile: Name of the profile.
        columns: Headings that are read otherwise than the profile says, to fields.
        source: Of the events; that of the profile without.
        day: Since when changes hold; today without.
        legal_entity: Where a row tells none.
        save_as: Keep the profile with these columns under a name, with what is written.
    """

    data: bytes
    profile: str = DEFAULT
    columns: Mapping[str, str] | None = None
    source: str = ""
    day: date | None = None
    legal_entity: str = ""
    save_as: str = ""


def mapping_of(text: str) -> Mapping[str, str]:
    """Return a mapping of headings to fields from JSON.

    Raises:
        Invalid: It is none.
    """
    try:
        mapping = json.loads(text) if text else {}
    except ValueError as error:
        raise Invalid(f"It is not JSON: {error}.", where="columns") from error
    if not isinstance(mapping, dict):
        raise Invalid(N_("It is not a JSON object."), where="columns")
    return {str(head): str(field) for head, field in mapping.items()}


def given_in(data: bytes, options: Mapping[str, Any]) -> StaffListGiven:
    """Return a list with its options as JSON has them."""
    day = options.get("effective_on")
    return StaffListGiven(
        data=data,
        profile=options["profile"],
        columns=mapping_of(options["columns"]),
        source=options["source"],
        day=date.fromisoformat(day) if day else None,
        legal_entity=options["legal_entity"],
        save_as=options["save_as"],
    )


def run_staff_list(
    app: App,
    who: Caller,
    given: StaffListGiven,
    *,
    dry_run: bool,
    tell: Tell = unheard,
) -> dict[str, Any]:
    """Take in a list of staff, or say what that would do.

    Raises:
        InventoryError: The file, the profile or the database does not do.
    """
    check_whole(who)
    with app.work(who.actor, looking=True) as work:
        profile, document = _profile(work.connection, given)
    keep = partial(_keep_profile, given, document)
    with app.work(who.actor) as work:
        keep(work)  # only to see whether that can be
    table = read_table(
        given.data, delimiter=profile.delimiter, code_page=profile.code_page
    )
    table = below_titles(table, profile)
    staff = StaffList(
        table=table,
        profile=profile,
        source=given.source.strip() or profile.source,
        day=given.day or app.clock().date(),
        currency=app.settings.currency,
    )

    def context() -> CaseContext:
        return context_of(app.settings, app.work(who.actor))

    if not dry_run:
        done = take_in_list(context, staff, tell, beside=keep)
        return told(done, table, profile)
    with app.work(who.actor, looking=True) as work:
        looked = try_list(context_of(app.settings, work), staff)
    return told(looked, table, profile)


def _keep_profile(
    given: StaffListGiven, document: Mapping[str, Any], work: UnitOfWork
) -> None:
    """Keep a profile under the name that is given, if any.

    Raises:
        InventoryError: The name is another's, or it is no profile.
    """
    if given.save_as.strip():
        named = {**document, "title": given.save_as.strip()}
        save_profile(work, given.save_as, named, about=PEOPLE, read=read_staff_profile)


def _profile(
    connection: Any,  # noqa: ANN401 - of SQLAlchemy
    given: StaffListGiven,
) -> tuple[StaffProfile, Mapping[str, Any]]:
    known = profile_document(connection, staff_profiles(), given.profile, PEOPLE)
    document = dict(known)
    columns = {heading(str(k)): v for k, v in (known.get("columns") or {}).items()}
    laid_over = {heading(k): v or "-" for k, v in (given.columns or {}).items()}
    document["columns"] = {**columns, **laid_over}
    if given.legal_entity.strip():
        defaults = dict(document.get("defaults") or {})
        defaults["legal_entity"] = given.legal_entity.strip()
        document["defaults"] = defaults
    usual = profile_document(connection, staff_profiles(), DEFAULT, PEOPLE)
    return read_staff_profile(document, usual), document


def told(
    report: StaffReport, table: CellTable, profile: StaffProfile
) -> dict[str, Any]:
    """Return a report as JSON values: counts, and each row with its effect."""
    effects = [_row(one) for one in report.outcomes]
    return {
        "written": report.written,
        "rows": len(effects),
        "counts": dict(report.counts),
        "problems": sum(len(one["problems"]) for one in effects),
        "units": [
            {"unit": unit, "code": code, "name": name}
            for unit, code, name in report.units
        ],
        "absent": list(report.absent),
        "left_out": [
            {"row": one.row, "text": one.text, "reason": one.reason}
            for one in report.left_out
        ],
        "columns": {
            " ".join(head.split()): field
            for head, field in zip(
                table.header, profile.fields_of(table.header), strict=True
            )
            if head.strip()
        },
        "effects": effects,
    }


def only(answer: dict[str, Any], shown: Shown) -> dict[str, Any]:
    """Return an answer with the rows that are asked for."""
    rows = [] if shown == "none" else answer["effects"]
    if shown == "problems":
        rows = [row for row in rows if row["problems"]]
    return answer | {"effects": rows}


def _row(one: RowOutcome) -> dict[str, Any]:
    row = one.row
    verdicts: list[str | None] = [*one.verdicts]
    verdicts += [None] * (len(one.plan.events) - len(verdicts))
    return {
        "row": row.row,
        "number": row.number,
        "name": row.name,
        "effect": one.effect,
        "events": [
            {
                "kind": str(event.kind),
                "on": event.on.isoformat(),
                "data": dict(event.data),
                "verdict": verdict,
            }
            for event, verdict in zip(one.plan.events, verdicts, strict=True)
        ],
        "note": one.plan.note,
        "problems": [
            {"field": each.field, "problem": each.problem, "remedy": each.remedy}
            for each in row.problems
        ],
    }
