"""Two systems of HR number the same person: one person, whichever speaks first."""

from __future__ import annotations

from itertools import permutations
from typing import Any

import pytest

from api.compose.wiring import App
from tests.api.conftest import calling
from tests.api.test_hr_findings import ROLES, Answer, Office, app, data_dir

__all__ = ["app", "data_dir"]

SAID: dict[str, tuple[str, str, dict[str, Any]]] = {
    "elsewhere": ("rehire", "2027-05-06", {"legal_entity": "200"}),
    "payroll": ("hire", "2026-09-01", {"source": "payroll", "who": "P7"}),
    "first": ("hire", "2026-09-01", {}),
}
"""What is said of one person: kind, day and data; 200 gives him the number as well."""


async def say(office: Office, what: str) -> Answer:
    kind, on, data = SAID[what]
    said = {"number": "007", "family_name": "One", "who": "007", **data}
    return await office.hr(kind, on, **said)


@pytest.mark.parametrize("order", list(permutations(SAID)))
async def test_a_number_joins_whichever_source_speaks_first(
    app: App, order: tuple[str, ...]
) -> None:
    async with calling(app, *ROLES) as client:
        office = Office(app, client)
        for what in order:
            await say(office, what)
        (person,) = await office.items("people", search="One")
        events = await office.items("hr-events", person=person["id"])
        assert {row["verdict"] for row in events} <= {"applied", "joined"}
        assert len(events) == len(SAID)
        assert await office.employed(person["id"], "2026-10-01") == [("100", None)]
        assert await office.items("tasks", open="true") == []


async def test_two_ids_of_one_source_stay_two_persons(app: App) -> None:
    async with calling(app, *ROLES) as client:
        office = Office(app, client)
        await office.hr("hire", "2026-09-01", "1", number="77", family_name="One")
        await office.hr(
            "hire", "2026-09-01", "2", family_name="One", legal_entity="200"
        )
        await office.hr("hire", "2026-10-01", "2", number="77", family_name="One")
        assert len(await office.items("people", search="One")) == 2


async def test_a_number_of_somebody_of_another_name_joins_nobody(app: App) -> None:
    async with calling(app, *ROLES) as client:
        office = Office(app, client)
        await office.hr("hire", "2027-01-01", legal_entity="200", family_name="One")
        await office.hr(
            "hire",
            "2026-09-01",
            "P7",
            source="payroll",
            number="007",
            given_name="Budi",
            family_name="Other",
        )
        told = await office.hr("hire", "2026-09-01", number="007", family_name="One")
        assert told["event"]["verdict"] == "conflict"
        (task,) = await office.items("tasks", open="true", kind="parked-event")
        assert "in use" in task["detail"]
