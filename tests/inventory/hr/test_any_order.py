from __future__ import annotations

import random
import tempfile
from collections.abc import Sequence
from datetime import timedelta
from itertools import count
from pathlib import Path

from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st
from sqlalchemy import Engine

from inventory.kernel.errors import NotAllowed
from inventory.provisioning.statements.event_kinds import EventKind
from inventory.storage.rows import Row
from tests.inventory.hr import laws
from tests.inventory.hr.company import DAY, Company

FORWARD = ("reserve", "prepare", "deliver", "accept", "receive", "evaluate", "restock")
_numbers = count()
said = st.tuples(
    st.sampled_from(["1", "2"]),
    st.sampled_from([EventKind.HIRE, EventKind.HIRE, *EventKind]),
    st.integers(-60, 90),
    st.sampled_from(["sap", "payroll"]),
    st.sampled_from(["SAL", "LAB"]),
)


def events(
    company: Company, told: Sequence[tuple[str, EventKind, int, str, str]]
) -> list[Row]:
    """Return events that were said one hour after the other."""
    found = []
    for number, (who, kind, offset, source, department) in enumerate(told):
        more = {}
        if kind in (EventKind.HIRE, EventKind.REHIRE, EventKind.TRANSFER):
            more["department"] = department
        on = company.day + offset * DAY
        time = company.now() - timedelta(hours=len(told) - number)
        found.append(company.event(kind, on, who, source=source, time=time, **more))
    return found


def end_state(company: Company) -> list[object]:
    """Return employments, cases, lines and custody, without ids and history."""
    people = {row["id"]: row["number"] for row in company.rows("employment")}
    cases = {row["id"]: row for row in company.rows("provisioning_case")}
    employed = sorted(
        str((row["number"], row["valid_from"], row["valid_to"], row["contract_end"]))
        for row in company.rows("employment")
        if row["valid_to"] is None or row["valid_to"] > row["valid_from"]
    )
    placed = sorted(
        str(
            (
                people[row["employment_id"]],
                row["valid_from"],
                row["valid_to"],
                row["department_id"],
            )
        )
        for row in company.rows("placement")
        if row["valid_to"] is None or row["valid_to"] > row["valid_from"]
    )
    lines = sorted(
        str(
            (
                cases[row["case_id"]]["kind"],
                cases[row["case_id"]]["effective_on"],
                row["kind"],
                row["action"],
                row["state"],
                row["due_on"],
            )
        )
        for row in company.rows("case_line")
        if row["state"] != "cancelled"
    )
    held = sorted(
        row["kind"]
        for row in company.rows("asset")
        if row["state"] in ("in_use", "due_back")
    )
    return [employed, placed, lines, held]


def settle(company: Company) -> None:
    """Let IT do everything that can be done, until nothing is left."""
    for _ in range(12):
        moved = False
        for line in company.rows("case_line"):
            if line["closed_on"] is not None:
                continue
            offers = company.rules.machine.offers(
                line["state"], line["action"], tracked=line["tracked"]
            )
            name = next((step for step in FORWARD if step in offers), None)
            if name is None:
                continue
            try:
                company.step(line["id"], name)
                moved = True
            except NotAllowed:
                continue
        if not moved:
            return


BEFORE_THE_HIRE = [
    ("1", EventKind.HIRE, 0, "payroll", "LAB"),
    ("1", EventKind.TRANSFER_CANCELLED, 0, "sap", "SAL"),
    ("1", EventKind.TRANSFER, 0, "payroll", "SAL"),
]
"""Another system than the one that announces somebody speaks of him first."""
CANCELLED_BEFORE = [
    ("1", EventKind.HIRE, 0, "sap", "SAL"),
    ("1", EventKind.HIRE_CANCELLED, 0, "sap", "SAL"),
    ("1", EventKind.HIRE, 0, "payroll", "SAL"),
]
"""No employment comes of the hire; whose number it is, it has said."""


@settings(max_examples=3, deadline=None, suppress_health_check=list(HealthCheck))
@example(told=BEFORE_THE_HIRE, seed=4)
@example(told=CANCELLED_BEFORE, seed=6)
@given(told=st.lists(said, min_size=2, max_size=5), seed=st.integers(0, 2**32))
def test_the_same_events_end_in_the_same_state_in_any_order(
    sqlite_template: Path,
    told: list[tuple[str, EventKind, int, str, str]],
    seed: int,
) -> None:
    found = []
    with tempfile.TemporaryDirectory() as folder:
        for shuffled in (False, True):
            path = Path(folder) / f"{next(_numbers)}.sqlite"
            company = Company.on_file(sqlite_template, path)
            company.found(laptop=20, phone=20, monitor=20)
            sent = events(company, told)
            if shuffled:
                random.Random(seed).shuffle(sent)
            for event in sent:
                company.hear(event)
            first = end_state(company)
            settle(company)
            laws.check(company)
            found.append([*first, *end_state(company)])
            company.engine.dispose()
    assert found[0] == found[1]


def test_an_end_that_comes_before_its_hire_is_kept_until_the_hire_comes(
    engine: Engine,
) -> None:
    company = Company(engine)
    company.found(laptop=1, phone=1)
    end = company.event("termination", company.day + 90 * DAY)
    assert company.hear(end).event["verdict"] == "parked"
    assert company.rows("person") == []
    company.say("hire", company.day + 10 * DAY)
    (parked,) = [row for row in company.rows("hr_event") if row["kind"] != "hire"]
    assert parked["verdict"] == "applied"
    assert [row["kind"] for row in company.rows("provisioning_case")] == [
        "joining",
        "leaving",
    ]


def test_an_event_of_nobody_is_replaced_whichever_comes_first(
    sqlite_template: Path, tmp_path: Path
) -> None:
    """As its source takes it back, nobody is asked whom it is about."""
    left = []
    for order in (1, -1):
        company = Company.on_file(sqlite_template, tmp_path / f"{order}.sqlite")
        company.found()
        first = company.event("transfer", company.day, "9", department="LAB")
        other = company.event("transfer", company.day, "8", department="SAL")
        other["data"]["replaces"] = first["id"]
        for event in [first, other][::order]:
            company.hear(event)
        company.hear(company.event("hire", company.day, "9"))
        rows = company.rows("hr_event")
        said = sorted((r["employee_id"], r["kind"], r["verdict"]) for r in rows)
        whose = sorted(str((r["employee_id"], r["person_id"])) for r in rows)
        tasks = [row["kind"] for row in company.rows("task") if not row["closed_at"]]
        left.append((said, whose, tasks))
        company.engine.dispose()
    assert left[0] == left[1]
    assert ("9", "transfer", "superseded") in left[0][0]
