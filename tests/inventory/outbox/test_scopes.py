"""Where events happened: through assets, people, cases' people, books and sites."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, datetime

from sqlalchemy import Engine, insert

from inventory.accounting.tables import Book
from inventory.assets.register.tables import Asset
from inventory.kernel.events import (
    AssetRegistered,
    LineDue,
    PersonMoved,
    PostingsMade,
    SightingOpened,
)
from inventory.outbox.delivery_rules import Scope
from inventory.people.employments import transfer
from inventory.people.organisation import ensure
from inventory.people.rules import EmploymentTerms
from inventory.queries.event_scopes import scopes
from inventory.storage.rows import change, id_of, table_of
from tests.inventory.world import build, work_on

DAY = date(2026, 2, 1)


def test_each_event_leads_to_its_site_and_company(
    engine: Engine, clock: Callable[[], datetime]
) -> None:
    world = build(engine, clock)
    with work_on(engine, clock) as work:
        site = ensure(work, "location", "BER", name="Berlin", kind="site")
        room = ensure(work, "location", "B1", name="Room", parent_id=site)
        place = {"location_id": room, "legal_entity_id": world.entity}
        change(work, Asset, world.laptop, place)
        change(work, Asset, world.monitor, {"location_id": None})
        transfer(work, world.sari_job, EmploymentTerms(location_id=room), DAY)
        book = work.connection.execute(
            insert(table_of(Book))
            .values(
                legal_entity_id=world.entity,
                code="hgb",
                name="HGB",
                currency="EUR",
                to_ledger=True,
                recorded_at=work.clock(),
            )
            .returning(id_of(Book))
        ).scalar_one()
        work.commit()
    seen = SightingOpened(
        site="MUC", mac="a", ip="", device_id=1, interface_id=1, endpoint_id=None
    )
    made = PostingsMade(
        posting_id=1, book_id=book, period="1", assets=0, depreciation_minor=0
    )
    due = LineDue(line_id=1, case_id=99, owner="it", due_on=DAY, overdue=False)
    moved = PersonMoved(person_id=world.sari, employment_id=world.sari_job, on=DAY)
    asset = AssetRegistered(asset_id=world.laptop, tag="x")
    with engine.connect() as connection:
        found = scopes(connection, [asset, moved, seen, made, due, asset], DAY)
    here = Scope(frozenset({"BER"}), frozenset({"100"}))
    assert found == [
        here,
        here,
        Scope(frozenset({"MUC"})),
        Scope(legal_entities=frozenset({"100"})),
        Scope(),
        here,
    ]
