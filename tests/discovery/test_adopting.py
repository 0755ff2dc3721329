"""Rules adopt what no asset fits; what is entered already is matched, never doubled."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import asynccontextmanager
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import Engine, select
from sqlmodel import SQLModel

from collectors.facts import Clue
from discovery.reconciliation.adoption_rules import AdoptionRule, Candidate, rule_for
from inventory.assets.identifiers.rules import IdentifierKind
from inventory.assets.identifiers.service import add_identifiers
from inventory.assets.register.registration import NewAsset
from inventory.assets.register.service import register_asset
from inventory.network.queries.worklist import worklist
from inventory.storage.audit import verify
from inventory.storage.work import UnitOfWork
from tests.discovery.fake_network import FakeNetwork
from tests.discovery.fakes import T0, box, mac
from tests.discovery.scanning import Clock, request, scan

COMPUTER = Candidate(
    id=1,
    site="north",
    type="computer",
    subtype="laptop",
    vendor="Acme",
    managed=True,
)


@pytest.mark.parametrize(
    ("rule", "fits"),
    [
        ({}, True),
        ({"types": ("laptop",)}, True),
        ({"types": ("computer", "switch")}, True),
        ({"types": ("switch",)}, False),
        ({"vendors": ("ACME",)}, True),
        ({"vendors": ("Other",)}, False),
        ({"sites": ("north",)}, True),
        ({"sites": ("south",)}, False),
    ],
)
def test_a_rule_fits_by_site_type_and_vendor(rule: dict[str, Any], fits: bool) -> None:
    made = AdoptionRule(name="r", **rule)
    assert (rule_for(COMPUTER, [made]) is made) is fits


def test_what_never_answered_is_adopted_only_where_a_rule_says_so() -> None:
    seen = replace(COMPUTER, managed=False)
    assert rule_for(seen, [AdoptionRule(name="a")]) is None
    wide = AdoptionRule(name="b", seen_only=True)
    assert rule_for(seen, [AdoptionRule(name="a"), wide]) is wide


class Adopting(FakeNetwork):
    """A network whose scans adopt by rules."""

    rules: tuple[AdoptionRule, ...] = ()

    @asynccontextmanager
    async def context(self, *given: Any) -> Any:  # noqa: ANN401
        async with super().context(*given) as context:
            yield replace(context, adoption=self.rules)


def network() -> Adopting:
    hosts: dict[str, Any] = {
        f"10.0.0.{n}": replace(
            box(serial=f"SER{n:04}", name=f"pc{n}", macs=[mac(n)]),
            clues=(Clue("type", "computer", "test"),),
        )
        for n in range(1, 5)
    }
    printer = replace(
        box(name="prn", macs=[mac(9)]), clues=(Clue("type", "printer", "test"),)
    )
    found = Adopting(hosts | {"10.0.0.9": printer})
    found.rules = (AdoptionRule(name="all", types=("computer", "printer")),)
    return found


def enter(engine: Engine, clock: Clock, **given: Any) -> int:  # noqa: ANN401
    macs = given.pop("macs", ())
    with UnitOfWork(engine, actor="test", clock=clock) as work:
        new = NewAsset(kind="computer", since=T0.date(), **given)
        asset_id = register_asset(work, new)
        add_identifiers(work, asset_id, {IdentifierKind.MAC: macs})
        work.commit()
    return asset_id


def rows(engine: Engine, name: str) -> list[dict[str, Any]]:
    table = SQLModel.metadata.tables[name]
    with engine.connect() as connection:
        found = connection.execute(select(table).order_by(table.c.id)).mappings()
        return [dict(row) for row in found]


def states(engine: Engine) -> list[tuple[str, str]]:
    with engine.connect() as connection:
        found = worklist(connection, state="matched").rows
        found += worklist(connection).rows
    return sorted((row["state"], row["device_name"]) for row in found)


def test_a_scan_matches_what_is_entered_and_adopts_the_rest(
    engine: Engine, clock: Clock
) -> None:
    known = enter(engine, clock, tag="OLD-1", serial="ser-0001", state="in_use")
    by_mac = enter(engine, clock, tag="OLD-2", state="in_use", macs=[mac(2)])
    scan(network(), engine, clock, request("10.0.0.0/28", site="north"))
    assets = {row["id"]: row for row in rows(engine, "asset")}
    assert len(assets) == 5, "two were there, three are new"
    assert {known, by_mac} <= assets.keys()
    assert states(engine) == [
        ("matched", name) for name in ("pc1", "pc2", "pc3", "pc4", "prn")
    ]
    new = {row["name"]: row for row in assets.values() if row["tag"][:3] == "IT-"}
    assert new["pc3"]["serial"] == "SER0003"
    assert new["prn"]["kind"] == "printer"
    assert verify(engine) == []


def test_a_second_scan_adopts_nothing_more(engine: Engine, clock: Clock) -> None:
    wanted = request("10.0.0.0/28", site="north")
    scan(network(), engine, clock, wanted)
    before = rows(engine, "asset")
    scan(network(), engine, lambda: T0 + timedelta(hours=1), wanted)
    assert rows(engine, "asset") == before
    assert {state for state, _ in states(engine)} == {"matched"}


def test_what_a_disposed_asset_was_is_left_to_a_person(
    engine: Engine, clock: Callable[[], datetime]
) -> None:
    enter(engine, clock, tag="OLD-1", serial="SER0001", state="disposed")
    scan(network(), engine, clock, request("10.0.0.0/28", site="north"))
    assert ("misplaced", "pc1") in states(engine)
    assert len(rows(engine, "asset")) == 5


def test_without_rules_nothing_is_adopted(engine: Engine, clock: Clock) -> None:
    plain = network()
    plain.rules = ()
    scan(plain, engine, clock, request("10.0.0.0/28", site="north"))
    assert rows(engine, "asset") == []
    assert {state for state, _ in states(engine)} == {"unregistered"}
