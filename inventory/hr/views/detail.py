"""One case in full, and what waits for a decision. Reads only."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from sqlalchemy import Connection, select

from inventory.hr.views.lists import PERSON_NAME, lines_where
from inventory.hr.views.purchases import purchases_of_case
from inventory.people import tables as people
from inventory.provisioning.case_tables import (
    CaseLine,
    LineStep,
    ProvisioningCase,
    WriteOffProposal,
)
from inventory.provisioning.line_states import Machine
from inventory.provisioning.tables import HrEvent, HrSource, Task
from inventory.storage.paging import Page, fetch_page
from inventory.storage.rows import Row, col, find, id_of, table_of

_LINE = table_of(CaseLine)
_STEP = table_of(LineStep)
_EVENT = table_of(HrEvent)
_TASK = table_of(Task)
_SOURCE = table_of(HrSource)
_PROPOSAL = table_of(WriteOffProposal)
_PERSON = table_of(people.Person)


def case_detail(connection: Connection, case_id: int, machine: Machine) -> Row | None:
    """Return a case with lines, their story and possible steps, its events and costs.

    Args:
        connection: Where to look.
        case_id: Which.
        machine: Says which steps are possible.

    Returns:
        None if there is no such case.
    """
    row = find(connection, ProvisioningCase, id=case_id)
    if row is None:
        return None
    person = find(connection, people.Person, id=row["person_id"])
    assert person is not None
    lines = lines_where(connection, col(CaseLine.case_id) == case_id)
    lines.sort(key=lambda line: int(line["id"]))
    steps_by_line = _steps_by_line(connection, [line["id"] for line in lines])
    for line in lines:
        tracked = line["tracked"]
        line["story"] = steps_by_line.get(line["id"], [])
        line["steps_possible"] = machine.offers(
            line["state"], line["action"], tracked=tracked
        )
        line["meaning"] = machine.says(
            line["state"], line["action"], line["kind"], tracked=tracked
        )
    row.pop("recorded_at")
    return row | {
        "person": f"{person['given_name']} {person['family_name']}".strip(),
        "lines": lines,
        "events": events_where(connection, col(HrEvent.case_id) == case_id),
        "purchases": purchases_of_case(connection, case_id),
        "costs": costs(lines),
    }


def costs(lines: Sequence[Row]) -> dict[str, int]:
    """Return what the lines that give something cost, in minor units by currency."""
    found: dict[str, int] = {}
    for line in lines:
        if line["action"] != "provide" or line["state"] == "cancelled":
            continue
        if line["cost_minor"] is not None:
            code = line["currency"]
            found[code] = found.get(code, 0) + line["cost_minor"]
    return found


def _steps_by_line(connection: Connection, ids: Sequence[int]) -> dict[int, list[Row]]:
    query = (
        select(_STEP).where(col(LineStep.line_id).in_(ids)).order_by(id_of(LineStep))
    )
    found: dict[int, list[Row]] = {}
    for row in connection.execute(query).mappings():
        found.setdefault(row["line_id"], []).append(dict(row))
    return found


def events_where(connection: Connection, *conditions: Any) -> list[Row]:  # noqa: ANN401
    """Return events with their verdicts, in the order they were said."""
    query = select(_EVENT).where(*conditions)
    rows = connection.execute(
        query.order_by(col(HrEvent.asserted_at), id_of(HrEvent))
    ).mappings()
    return [_without_digest(dict(row)) for row in rows]


def _without_digest(row: Row) -> Row:
    row.pop("digest")
    return row


def list_events(
    connection: Connection,
    *,
    verdict: str | None = None,
    person_id: int | None = None,
    after: str | None = None,
    limit: int = 50,
) -> Page:
    """Return events, the last received first.

    Raises:
        Invalid: The cursor or the limit is not one.
    """
    query = select(_EVENT)
    if verdict is not None:
        query = query.where(col(HrEvent.verdict) == verdict)
    if person_id is not None:
        query = query.where(col(HrEvent.person_id) == person_id)
    page = fetch_page(
        connection,
        query,
        keys={"id": id_of(HrEvent)},
        sort="-id",
        row_id=id_of(HrEvent),
        after=after,
        limit=limit,
    )
    return Page([_without_digest(row) for row in page.rows], page.next)


def list_tasks(
    connection: Connection, *, open_only: bool = True, limit: int = 200
) -> list[Row]:
    """Return tasks with the person they are about, the most urgent first."""
    query = (
        select(_TASK, PERSON_NAME.label("person"))
        .outerjoin(_PERSON, id_of(people.Person) == col(Task.person_id))
        .order_by(col(Task.due_on), id_of(Task))
        .limit(limit)
    )
    if open_only:
        query = query.where(col(Task.closed_at).is_(None))
    return [dict(row) for row in connection.execute(query).mappings()]


def list_proposals(connection: Connection, *, state: str | None = None) -> list[Row]:
    """Return proposals to write something off, the last first."""
    query = (
        select(
            _PROPOSAL,
            PERSON_NAME.label("person"),
            col(CaseLine.item),
            col(CaseLine.case_id),
        )
        .join(_PERSON, id_of(people.Person) == col(WriteOffProposal.person_id))
        .join(_LINE, id_of(CaseLine) == col(WriteOffProposal.line_id))
        .order_by(id_of(WriteOffProposal).desc())
        .limit(1000)
    )
    if state is not None:
        query = query.where(col(WriteOffProposal.state) == state)
    return [dict(row) for row in connection.execute(query).mappings()]


def list_sources(connection: Connection) -> list[Row]:
    """Return the systems that were heard of."""
    query = select(_SOURCE).order_by(col(HrSource.name))
    return [dict(row) for row in connection.execute(query).mappings()]
