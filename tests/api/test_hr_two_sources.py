"""Two systems of HR number the same person: one person, whichever speaks first."""

from __future__ import annotations

from itertools import permutations
from typing import Any

import pytest

from api.compose.wiring import App
from tests.api.conftest import calling
from tests.api.test_hr_findings import (
    API,
    ROLES,
    Answer,
    Office,
    app,
    data_dir,
    embedded_app,
    today,
)

__all__ = ["app", "data_dir", "embedded_app", "today"]

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
    embedded_app: App, order: tuple[str, ...]
) -> None:
    async with calling(embedded_app, *ROLES) as client:
        office = Office(embedded_app, client)
        for what in order:
            await say(office, what)
        (person,) = await office.items("people", search="One")
        events = await office.items("hr-events", person=person["id"])
        assert {row["verdict"] for row in events} <= {"applied", "joined"}
        assert len(events) == len(SAID)
        assert await office.employed(person["id"], "2026-10-01") == [("100", None)]
        assert await office.items("tasks", open="true") == []


async def test_two_ids_of_one_source_stay_two_persons(embedded_app: App) -> None:
    async with calling(embedded_app, *ROLES) as client:
        office = Office(embedded_app, client)
        await office.hr("hire", "2026-09-01", "1", number="77", family_name="One")
        await office.hr(
            "hire", "2026-09-01", "2", family_name="One", legal_entity="200"
        )
        await office.hr("hire", "2026-10-01", "2", number="77", family_name="One")
        assert len(await office.items("people", search="One")) == 2


async def test_a_number_of_somebody_of_another_name_joins_nobody(
    embedded_app: App,
) -> None:
    async with calling(embedded_app, *ROLES) as client:
        office = Office(embedded_app, client)
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


async def test_who_was_joined_by_number_is_two_persons_again(app: App) -> None:
    async with calling(app, *ROLES) as client:
        office = Office(app, client)
        mine = await say(office, "elsewhere")
        other = await say(office, "payroll")
        joined = await say(office, "first")
        one, two = mine["event"]["person_id"], other["event"]["person_id"]
        assert joined["event"]["person_id"] == one
        (merge,) = await office.items("person-merges")
        assert (merge["from_id"], merge["into_id"]) == (two, one)
        assert len(await office.items("people", search="One")) == 1

        undone = await office.post(f"person-merges/{merge['id']}:undo")
        assert undone["undone_by"] == merge["merged_by"]
        people = await office.items("people", search="One")
        assert {row["id"]: row["key"] for row in people} == {
            one: "sap:007",
            two: "payroll:P7",
        }
        # Each has the employment and the case that its own source announced first.
        assert await office.employed(one, "2027-06-01") == [("200", None)]
        assert await office.employed(two, "2027-06-01") == [("100", None)]
        for who, day in ((one, "2027-05-06"), (two, "2026-09-01")):
            (case,) = await office.items("cases", person=who)
            assert (case["effective_on"], case["state"]) == (day, "open")
            (line,) = await office.items("case-lines", person=who)
            assert (line["item"], line["state"]) == ("laptop", "reserved")
        # Both cannot have the number: the hire that took it waits for somebody.
        said = {row["id"]: row for row in await office.items("hr-events")}
        assert said[mine["event"]["id"]]["person_id"] == one
        assert said[other["event"]["id"]]["person_id"] == two
        parked = said[joined["event"]["id"]]
        assert (parked["person_id"], parked["verdict"]) == (one, "conflict")
        (task,) = await office.items("tasks", open="true")
        assert task["event_id"] == parked["id"]
        assert task["detail"].startswith("The number '007' is in use. Correct it,")

        # Told apart by somebody, they are not joined again by the same number.
        again = await say(office, "first")
        assert again["event"]["verdict"] == "conflict"
        assert len(await office.items("people", search="One")) == 2
        twice = await client.post(f"{API}/person-merges/{merge['id']}:undo", json={})
        assert twice.status_code == 409
