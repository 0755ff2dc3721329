"""Old places end, very old ones are forgotten; what an asset was is kept."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import Engine, insert, select
from sqlmodel import SQLModel

from discovery.reconciliation.service import reconcile_all
from discovery.topology.expiry import expire
from inventory.assets.register.registration import NewAsset
from inventory.assets.register.service import register_asset
from inventory.network.identity_tables import Reconciliation
from inventory.network.tables import Device
from inventory.network.topology_tables import Sighting
from inventory.network.worklist_decisions import link_asset
from inventory.storage.audit import verify
from inventory.storage.rows import col, id_of, table_of
from inventory.storage.work import UnitOfWork
from tests.discovery.fakes import T0
from tests.discovery.scanning import Clock

DAY = timedelta(days=1)
YEARS = 1095 * DAY


class Site:
    """Two computers, the second one an asset, and their places."""

    def __init__(self, engine: Engine, clock: Clock) -> None:
        self.engine = engine
        self._clock = clock
        tables = SQLModel.metadata.tables
        with engine.begin() as connection:
            for number in (1, 2):
                connection.execute(
                    insert(tables["device"]).values(
                        id=number,
                        site="north",
                        name=f"pc{number}",
                        managed=True,
                        search="",
                        first_seen=T0 - 5 * YEARS,
                        last_seen=T0,
                    )
                )
        with self.work() as work:
            new = NewAsset(kind="laptop", tag="IT-1", since=T0.date())
            link_asset(work, 2, register_asset(work, new))
            work.commit()

    def work(self) -> UnitOfWork:
        return UnitOfWork(self.engine, actor="test", clock=self._clock)

    def see(self, endpoint: int | None, last: Any, closed: Any = None) -> None:  # noqa: ANN401
        with self.engine.begin() as connection:
            connection.execute(
                insert(table_of(Sighting)).values(
                    site="north",
                    mac=f"00:00:5e:00:53:{endpoint or 0:02x}",
                    endpoint_id=endpoint,
                    first_seen=last - DAY,
                    last_seen=last,
                    closed_at=closed,
                )
            )

    def expire(self) -> tuple[int, int]:
        with self.work() as work:
            counts = expire(work, "north", place=90 * DAY, history=YEARS)
            work.commit()
        return counts[:2]

    def places(self) -> list[tuple[int | None, Any]]:
        with self.engine.connect() as connection:
            query = select(col(Sighting.endpoint_id), col(Sighting.closed_at))
            return [
                (row[0], row[1])
                for row in connection.execute(query.order_by(id_of(Sighting)))
            ]


@pytest.fixture
def site(engine: Engine, clock: Clock) -> Site:
    return Site(engine, clock)


def test_a_place_that_nobody_confirmed_ends_when_it_was_last_seen(site: Site) -> None:
    site.see(1, T0 - 91 * DAY)
    site.see(1, T0 - 89 * DAY)
    assert site.expire() == (1, 0)
    assert site.places() == [(1, T0 - 91 * DAY), (1, None)]
    assert site.expire() == (0, 0)


def test_very_old_places_are_forgotten_but_those_of_assets(site: Site) -> None:
    old = T0 - YEARS - DAY
    for endpoint in (1, 2, None):
        site.see(endpoint, old, closed=old)
    assert site.expire() == (0, 2)
    assert site.places() == [(2, old)], "it was custody's and money's"
    assert verify(site.engine) == []


def test_what_was_an_asset_once_keeps_its_history(site: Site) -> None:
    table = table_of(Reconciliation)
    with site.engine.begin() as connection:
        connection.execute(table.update().values(closed_at=T0))
    old = T0 - YEARS - DAY
    site.see(2, old, closed=old)
    assert site.expire() == (0, 0)


def test_a_visitor_who_is_gone_is_no_question_any_more(site: Site) -> None:
    device = table_of(Device)

    def asked() -> list[int]:
        with site.work() as work:
            reconcile_all(work, missing_after=30 * DAY, forgotten_after=90 * DAY)
            work.commit()
        with site.engine.connect() as connection:
            query = select(col(Reconciliation.device_id)).where(
                col(Reconciliation.state) == "unregistered",
                col(Reconciliation.closed_at).is_(None),
            )
            return list(connection.scalars(query))

    assert asked() == [1]
    with site.engine.begin() as connection:
        connection.execute(device.update().values(last_seen=T0 - 91 * DAY))
    assert asked() == []
