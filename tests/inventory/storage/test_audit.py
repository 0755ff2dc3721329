from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

import pytest
from sqlalchemy import Engine, text
from sqlalchemy.exc import DBAPIError

from inventory.storage.audit import verify
from inventory.storage.work import UnitOfWork

Clock = Callable[[], datetime]


def test_trail_of_committed_changes_is_whole(engine: Engine, clock: Clock) -> None:
    for number in range(3):
        with UnitOfWork(engine, actor="person:1", clock=clock) as work:
            work.audit("asset", number, "create", None, {"tag": f"IT-{number}"})
            work.audit("asset", number, "change", {"a": 1}, {"a": 2})
            work.commit()
    assert verify(engine) == []
    with engine.connect() as connection:
        rows = connection.execute(text("SELECT seq FROM audit_entry ORDER BY seq"))
        assert [row.seq for row in rows] == [1, 2, 3, 4, 5, 6]


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE audit_entry SET actor = 'person:2'",
        "DELETE FROM audit_entry",
        "UPDATE audit_head SET count = 0",
        "DELETE FROM audit_head",
        "INSERT INTO audit_head (id, count, hash) VALUES (1, 0, '')",
    ],
)
def test_database_refuses_to_edit_the_trail(
    engine: Engine, clock: Clock, statement: str
) -> None:
    with UnitOfWork(engine, actor="person:1", clock=clock) as work:
        work.audit("asset", 1, "create", None, {"tag": "IT-1"})
        work.commit()
    with pytest.raises(DBAPIError), engine.begin() as connection:
        connection.execute(text(statement))
    assert verify(engine) == []
