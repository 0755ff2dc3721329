"""What HR says in any mixture is applied, parked or refused in words: never a crash."""

from __future__ import annotations

import random
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Engine, event

from inventory.hr.context import CaseContext
from inventory.kernel.errors import InventoryError
from inventory.people.organisation import ensure
from inventory.provisioning.statements.event_kinds import EventKind
from inventory.storage.rows import Row
from tests.inventory.hr.company import Company

OFTEN = {
    EventKind.HIRE: 40,
    EventKind.HIRE_CHANGED: 30,
    EventKind.TRANSFER: 40,
    EventKind.TERMINATION: 30,
    EventKind.DECEASED: 1,
}
OFFSETS = (-40, -20, -5, -1, 0, 0, 1, 5, 10, 20, 31, 40, 60)
STATEMENTS = 22


def statement(company: Company, chance: random.Random, told: list[str]) -> Row:
    """Return something that HR of two legal entities might say of two persons."""
    weights = [OFTEN.get(kind, 15) for kind in EventKind]
    (kind,) = chance.choices(list(EventKind), weights)
    more: dict[str, Any] = {}
    begins = kind in (EventKind.HIRE, EventKind.REHIRE)
    if begins or chance.random() < 0.4:
        more["department"] = chance.choice(["SAL", "LAB"])
        more["legal_entity"] = chance.choice(["100", "100", "200"])
    if told and chance.random() < 0.15:
        more["replaces"] = chance.choice(told)
    if chance.random() < 0.1:
        more["given_name"] = "Sri"
    on = company.day + timedelta(chance.choice(OFFSETS))
    source = chance.choice(["sap", "sap", "payroll"])
    return company.event(str(kind), on, chance.choice("12"), source=source, **more)


def second_entity(context: CaseContext) -> None:
    """Add another company of the group."""
    ensure(context.work, "legal_entity", "200", name="Second", currency="EUR")


@pytest.mark.parametrize("seed", range(6))
def test_no_mixture_of_statements_crashes(
    seed: int, sqlite_template: Path, tmp_path: Path
) -> None:
    company = Company.on_file(sqlite_template, tmp_path / "company.sqlite")
    tell_everything(company, random.Random(seed))
    company.engine.dispose()


def test_nor_on_another_database(engine: Engine) -> None:
    tell_everything(Company(engine), random.Random(35))


def tell_everything(company: Company, chance: random.Random) -> None:
    """Tell a company many things in the order of time."""
    company.found(laptop=5)
    company.do(second_entity)
    told: list[str] = []
    for _ in range(STATEMENTS):
        company.day += timedelta(chance.choice([0, 0, 1, 3, 10]))
        said = statement(company, chance, told)
        try:
            outcome = company.hear(said)
        except InventoryError:
            continue
        else:
            assert outcome.event["verdict"] in (
                "applied",
                "joined",
                "superseded",
                "parked",
                "conflict",
            )
            told.append(said["id"])


def test_a_move_that_says_nothing_is_parked_and_later_ones_are_followed(
    engine: Engine,
) -> None:
    company = Company(engine)
    company.found(laptop=1)
    company.say("hire", company.day)
    empty = company.say("transfer", company.day + timedelta(20))
    assert empty.event["verdict"] == "parked"
    assert "what changes" in empty.event["verdict_reason"]
    named = company.say("transfer", company.day + timedelta(20), given_name="Sri")
    assert named.event["verdict"] == "applied"
    moved = company.say("transfer", company.day + timedelta(30), department="LAB")
    assert moved.event["verdict"] == "applied"
    assert {row["given_name"] for row in company.rows("person")} == {"Sri"}


def test_a_hire_that_is_cancelled_stands_in_nobodys_way(engine: Engine) -> None:
    company = Company(engine)
    company.found(laptop=1)
    first, later = company.day + timedelta(20), company.day + timedelta(50)
    for kind, on in (("hire", first), ("hire.cancelled", first), ("hire", later)):
        company.say(kind, on)
        company.day += timedelta(1)
    moved = company.say("hire.changed", first, previous=later.isoformat())
    assert moved.event["verdict"] == "applied"
    rows = company.rows("employment")
    (held,) = [row for row in rows if row["valid_to"] != row["valid_from"]]
    assert held["valid_from"] == first


def test_the_address_of_a_leaver_is_given_to_a_joiner(engine: Engine) -> None:
    company = Company(engine)
    company.found(laptop=1)
    company.say("hire", company.day, "1", email="w@example.com")
    company.day += timedelta(1)
    # Somebody who is there keeps it; whether the two are one is asked.
    company.say("hire", company.day, "2", email="w@example.com")
    (task,) = company.rows("task", kind="join-persons")
    assert task["closed_at"] is None
    company.say("termination", company.day, "1")
    company.day += timedelta(10)
    company.say("hire", company.day, "3", email="W@example.com")
    # What is said of the leaver later takes nothing from the joiner.
    company.day += timedelta(1)
    company.say("termination.changed", company.day - timedelta(9), "1")
    emails = {row["family_name"]: row["email"] for row in company.rows("person")}
    assert emails == {"Person 1": None, "Person 2": None, "Person 3": "w@example.com"}


MOST_STATEMENTS = 25
"""SQL statements of a hire with a kit of two things, from BEGIN to COMMIT."""


def test_a_hire_takes_few_statements(sqlite_template: Path, tmp_path: Path) -> None:
    company = Company.on_file(sqlite_template, tmp_path / "company.sqlite")
    company.found(laptop=3, phone=3)
    company.say("hire", company.day, "1")
    sent: list[str] = []

    def note(_connection: object, _cursor: object, text: str, *_: object) -> None:
        sent.append(text)

    event.listen(company.engine, "before_cursor_execute", note)
    company.say("hire", company.day, "2")
    assert len(sent) <= MOST_STATEMENTS, "\n".join(sent)
    company.engine.dispose()


def test_a_move_to_another_company_that_was_told_before_the_hire(
    engine: Engine,
) -> None:
    """Both parts of the employment are new at once; they have one number."""
    company = Company(engine)
    company.found(laptop=1)
    company.do(second_entity)
    later = company.day + timedelta(40)
    company.hear(company.event("transfer", later, "7", legal_entity="200"))
    company.hear(company.event("hire", company.day, "7", legal_entity="100"))
    rows = company.rows("employment")
    assert [(row["number"], row["valid_from"]) for row in rows] == [
        ("7", company.day),
        ("7", later),
    ]
    assert {row["verdict"] for row in company.rows("hr_event")} == {"applied"}
