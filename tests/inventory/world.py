"""A small company for the tests of the register."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import Engine

from inventory.assets.register.registration import NewAsset
from inventory.assets.register.service import register_asset
from inventory.kernel.money import Money
from inventory.kernel.spans import Span
from inventory.people.employments import NewEmployment, employ
from inventory.people.organisation import ensure
from inventory.people.persons import NewPerson, add_person
from inventory.people.rules import EmploymentTerms
from inventory.storage.work import UnitOfWork

Clock = Callable[[], datetime]

FOUNDED = date(2024, 1, 1)
BOUGHT = date(2026, 1, 10)


@dataclass(frozen=True)
class World:
    """Ids of what there is."""

    entity: int
    sales: int
    research: int
    office: int
    room: int
    sari: int
    sari_job: int
    budi: int
    budi_job: int
    laptop: int
    monitor: int


def work_on(engine: Engine, clock: Clock) -> UnitOfWork:
    """Return a unit of work of the person 1."""
    return UnitOfWork(engine, actor="user:1", clock=clock)


def build(engine: Engine, clock: Clock) -> World:
    """Make the company: two people of two cost centres, a laptop, a monitor."""
    with work_on(engine, clock) as work:
        entity = ensure(
            work, "legal_entity", "100", name="Example GmbH", currency="EUR"
        )
        sales = ensure(work, "cost_centre", "4100", name="Sales")
        research = ensure(work, "cost_centre", "4200", name="Research")
        lab = ensure(
            work, "department", "LAB", name="Laboratory", cost_centre_id=research
        )
        office = ensure(work, "location", "office", name="Office", kind="site")
        room = ensure(
            work, "location", "R1", name="Meeting", parent_id=office, cost_centre_id=1
        )
        sari, sari_job = _person(
            work, entity, "p-1", "Sari", EmploymentTerms(None, sales)
        )
        budi, budi_job = _person(work, entity, "p-2", "Budi", EmploymentTerms(lab))
        laptop = register_asset(
            work, _bought("IT-00001", "laptop", "Lenovo", "PF3ABCDE")
        )
        monitor = register_asset(
            work, _bought("IT-00002", "monitor", "Dell", "CN-0ABC")
        )
        work.commit()
    return World(
        entity,
        sales,
        research,
        office,
        room,
        sari,
        sari_job,
        budi,
        budi_job,
        laptop,
        monitor,
    )


def _person(
    work: UnitOfWork, entity: int, key: str, name: str, terms: EmploymentTerms
) -> tuple[int, int]:
    person = add_person(
        work,
        NewPerson(
            key=key,
            given_name=name,
            family_name="Wijaya",
            email=f"{name}@Example.com",
            login=name,
        ),
    )
    new = NewEmployment(
        legal_entity_id=entity,
        number=f"000{key[-1]}",
        source="test",
        span=Span(FOUNDED),
    )
    return person, employ(work, person, new, terms)


def _bought(tag: str, kind: str, maker: str, serial: str) -> NewAsset:
    return NewAsset(
        tag=tag,
        kind=kind,
        manufacturer=maker,
        model="Model 1",
        serial=serial,
        since=BOUGHT,
        purchased_on=BOUGHT,
        cost=Money(100_001, "EUR"),
    )
