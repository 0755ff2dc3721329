"""Changes of a register to be told of, and what became of them."""

from __future__ import annotations

from sqlalchemy import Engine, func, select

from inventory.assets.register.registration import NewAsset
from inventory.assets.register.service import register_asset
from inventory.outbox import queries
from inventory.storage.rows import table_of
from inventory.storage.work import UnitOfWork
from tests.api.webhooks.receiving import (
    Clock,
)


def change(
    engine: Engine,
    clock: Clock,
    tag: str,
    *,
    actor: str = "user:1",
    location: int | None = None,
    commit: bool = True,
) -> None:
    """Register an asset: one event."""
    with UnitOfWork(engine, actor=actor, clock=clock) as work:
        new = NewAsset(
            tag=tag, kind="computer", since=clock().date(), location_id=location
        )
        register_asset(work, new)
        if commit:
            work.commit()


def count(engine: Engine, model: type) -> int:
    with engine.connect() as connection:
        query = select(func.count()).select_from(table_of(model))
        return int(connection.execute(query).scalar_one())


def states(engine: Engine, webhook_id: int) -> list[str]:
    with engine.connect() as connection:
        page = queries.list_deliveries(connection, webhook_id)
        return [row["state"] for row in reversed(page.rows)]
