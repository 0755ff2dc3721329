from __future__ import annotations

import random
from datetime import date, timedelta

import pytest
from sqlalchemy import Engine

from inventory.assets.custody.allocation import allocate
from inventory.assets.custody.allocation_rules import (
    Share,
    shares_from_percent,
    split_money,
)
from inventory.assets.custody.rules import Holder, HolderKind
from inventory.assets.custody.service import check_out
from inventory.assets.register.registration import NewAsset
from inventory.assets.register.service import register_asset
from inventory.kernel.errors import InventoryError
from inventory.kernel.money import Money
from inventory.kernel.spans import Span
from inventory.people.employments import NewEmployment, employ, transfer
from inventory.people.organisation import ensure
from inventory.people.persons import NewPerson, add_person
from inventory.people.rules import EmploymentTerms
from inventory.queries.money.cost_allocation import allocations, charged_days
from inventory.queries.money.cost_centre_assets import (
    charged_assets_page,
    charged_assets_totals,
)
from inventory.queries.money.cost_centres import cost_centre_detail
from inventory.queries.money.ever_charged import maybe_ever_charged
from inventory.storage.work import UnitOfWork
from tests.inventory.world import BOUGHT, FOUNDED, Clock, work_on

TODAY = date(2026, 3, 17)
ASSETS = 60
CENTRES = 3
PERCENTS: list[tuple[int | str, ...]] = [("33.3333", "66.6667"), (50, 50), (100,)]


class Company:
    """Things of all kinds of holders, made by chance: assets 1 to `ASSETS`."""

    def __init__(self, work: UnitOfWork, chance: random.Random) -> None:
        self.chance = chance
        entity = ensure(work, "legal_entity", "1", name="A", currency="EUR")
        self.centres = [
            ensure(work, "cost_centre", f"{n}", name=f"C{n}") for n in range(CENTRES)
        ]
        self.rooms = [
            ensure(
                work, "location", f"R{n}", name="R", cost_centre_id=self.any_centre()
            )
            for n in range(4)
        ]
        teams = [
            ensure(work, "team", f"T{n}", name="T", cost_centre_id=self.any_centre())
            for n in range(3)
        ]
        self.holders = [Holder(HolderKind.LOCATION, one) for one in self.rooms]
        self.holders += [Holder(HolderKind.TEAM, one) for one in teams]
        department = ensure(
            work, "department", "D", name="D", cost_centre_id=self.centres[0]
        )
        for number in range(8):
            person = add_person(work, NewPerson(key=f"p{number}", family_name="P"))
            self.holders.append(Holder(HolderKind.PERSON, person))
            for job in range(chance.randrange(3)):
                self.employ(work, entity, person, f"{number}-{job}", department)

    def any_centre(self) -> int | None:
        return self.chance.choice([None, *self.centres])

    def employ(
        self, work: UnitOfWork, entity: int, person: int, number: str, unit: int
    ) -> None:
        new = NewEmployment(
            legal_entity_id=entity, number=number, source="t", span=Span(FOUNDED)
        )
        chosen = self.chance.choice([None, unit])
        job = employ(work, person, new, EmploymentTerms(chosen, self.any_centre()))
        if self.chance.random() < 0.5:
            transfer(work, job, EmploymentTerms(chosen, self.any_centre()), self.day())

    def day(self) -> date:
        return BOUGHT + timedelta(days=self.chance.randrange(60))

    def asset(self, work: UnitOfWork, number: int) -> int:
        new = NewAsset(
            tag=f"A-{number:02d}",
            kind="laptop",
            since=BOUGHT,
            location_id=self.chance.choice([None, *self.rooms]),
            cost=Money(self.chance.randrange(1, 10**13), "EUR") if number % 7 else None,
        )
        asset_id = register_asset(work, new)
        inside = [Holder(HolderKind.ASSET, n) for n in range(1, asset_id)]
        for _ in range(self.chance.randrange(3)):
            holder = self.chance.choice([*self.holders, *inside[-len(self.holders) :]])
            try:
                check_out(work, asset_id, holder, self.day())
            except InventoryError:
                continue
        if self.chance.random() < 0.3:
            percents = self.chance.choice(PERCENTS)
            some = self.chance.sample(self.centres, len(percents))
            shares = shares_from_percent(list(zip(some, percents, strict=True)))
            allocate(work, asset_id, shares, self.day())
        return asset_id


def expected(
    engine: Engine, ids: dict[int, Money | None], centre: int, day: date
) -> dict[int, tuple[int, str | None, int | None]]:
    """What `allocations` says, asset by asset."""
    with engine.connect() as connection:
        said = allocations(connection, list(ids), Span(day, day + timedelta(days=1)))
    borne = {}
    for asset_id, cost in ids.items():
        [one] = said[asset_id]
        ppm = {share.cost_centre_id: share.ppm for share in one.shares}.get(centre)
        if ppm is not None:
            part = split_money(cost, one.shares)[centre].minor if cost else None
            borne[asset_id] = (ppm, one.source, part)
    return borne


@pytest.mark.parametrize("seed", range(3))
def test_the_database_decides_as_the_allocations_do(
    engine: Engine, clock: Clock, seed: int
) -> None:
    ids: dict[int, Money | None] = {}
    with work_on(engine, clock) as work:
        company = Company(work, random.Random(seed))
        for number in range(ASSETS):
            asset_id = company.asset(work, number)
            ids[asset_id] = None
        rows = work.connection.exec_driver_sql("SELECT id, cost_minor FROM asset")
        for asset_id, minor in rows:
            ids[asset_id] = None if minor is None else Money(minor, "EUR")
        work.commit()
    seen: set[str | None] = set()
    for day in (BOUGHT + timedelta(days=20), TODAY):
        for centre in company.centres:
            wanted = expected(engine, ids, centre, day)
            seen |= {source for _ppm, source, _part in wanted.values()}
            with engine.connect() as connection:
                page = charged_assets_page(connection, centre, day, limit=1000)
                sums = charged_assets_totals(connection, centre, day)
            assert {
                row["id"]: (row["ppm"], row["source"], row["part_minor"])
                for row in page.rows
            } == wanted
            assert [row["tag"] for row in page.rows] == sorted(
                row["tag"] for row in page.rows
            )
            total = sum(part or 0 for _ppm, _source, part in wanted.values())
            assert sums == (len(wanted), {"EUR": total} if total else {})
    assert seen == {"allocation", "holder", "location"}


def test_nothing_that_was_ever_borne_is_missed(engine: Engine, clock: Clock) -> None:
    with work_on(engine, clock) as work:
        company = Company(work, random.Random(11))
        ids = [company.asset(work, number) for number in range(ASSETS)]
        work.commit()
    formerly: set[int] = set()
    with engine.connect() as connection:
        for centre in company.centres:
            days = charged_days(connection, ids, centre, Span(FOUNDED, None))
            ever = {asset_id for asset_id, spans in days.items() if spans}
            now = charged_days(connection, ids, centre, Span(TODAY, None))
            formerly |= ever - {asset_id for asset_id, spans in now.items() if spans}
            maybe = set(connection.execute(maybe_ever_charged(centre)).scalars())
            assert ever <= maybe
            assert maybe < set(ids)
    assert formerly


def test_a_cost_centre_shows_a_page_and_the_sum_of_all(
    engine: Engine, clock: Clock
) -> None:
    with work_on(engine, clock) as work:
        centre = ensure(work, "cost_centre", "1", name="C")
        room = ensure(work, "location", "R", name="R", cost_centre_id=centre)
        for number in range(5):
            cost = Money(100, "EUR") if number else Money(7, "JPY")
            new = NewAsset(
                tag=f"A{number}", kind="dock", since=BOUGHT, location_id=room, cost=cost
            )
            register_asset(work, new)
        work.commit()
    with engine.connect() as connection:
        found = cost_centre_detail(connection, centre, TODAY, limit=2)
        assert found is not None
        after = found["assets_next"]
        rest = charged_assets_page(connection, centre, TODAY, after=after, limit=3)
    assert [row["tag"] for row in found["assets"]] == ["A0", "A1"]
    assert (found["asset_count"], found["cost"]) == (5, {"EUR": 400, "JPY": 7})
    assert [row["tag"] for row in rest.rows] == ["A2", "A3", "A4"]
    assert rest.next is None
    whole = Share(centre, 1_000_000)
    assert all(row["ppm"] == whole.ppm for row in rest.rows)
