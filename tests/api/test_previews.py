"""Whoever only tries something keeps nobody waiting, and leaves nothing."""

from __future__ import annotations

import time
from concurrent.futures import ThreadPoolExecutor
from itertools import count
from pathlib import Path

from sqlalchemy import Connection, func, select, update

from api.compose.rulebooks import context_of
from api.compose.wiring import App
from api.http.callers import Caller, Role
from api.resources.listing import viewer_of
from api.resources.perform import Call, perform_many
from api.resources.registry import resource
from inventory.assets.register.tables import Asset, TagSeries
from inventory.people.tables import LegalEntity
from inventory.scoping.scope import Scope
from inventory.scoping.views import looking_through
from inventory.storage.rows import add, table_of
from inventory.storage.trials.trying import BRIEF
from inventory.storage.work import UnitOfWork
from tests.api.conftest import calling

WHO = Caller("test", "test", frozenset(Role))
ROWS = 200


def register(app: App, work: UnitOfWork, count: int) -> list[str]:
    """Register laptops by the act that people use; return their tags."""
    assets = resource("assets")
    act = assets.act("create")
    assert act is not None
    call = Call(app, viewer_of(app, WHO))
    pairs = [(None, act.given(kind="laptop", serial=f"S{n}")) for n in range(count)]
    perform_many(assets, act, call, work, list(pairs), atomic=True)
    work.settle()
    return list(work.connection.execute(select(table_of(Asset).c.tag)).scalars())


def counted(connection: Connection) -> int:
    return connection.execute(
        select(func.count()).select_from(table_of(Asset))
    ).scalar_one()


async def test_others_write_while_many_things_are_tried(app: App) -> None:
    """They need the same series of tags, the same lock of cases, the same serials."""

    def attempt(work: UnitOfWork) -> tuple[list[str], list[str]]:
        context_of(app.settings, work).lock_cases()
        tried = register(app, work, ROWS)
        with app.work("another") as other:
            context_of(app.settings, other).lock_cases()
            written = register(app, other, 3)
            other.commit()
        return tried, written

    tried, written = app.tried("test", attempt, is_long=True)
    assert len(tried) == ROWS
    assert written == sorted(tried)[:3], "the trial takes no number away"
    with app.engine.connect() as connection:
        assert counted(connection) == 3
        series = connection.execute(select(table_of(TagSeries).c.last)).scalar_one()
    assert series == 3


def test_what_takes_long_is_tried_elsewhere(app: App) -> None:
    """On a file with one writer it begins again on a copy; nothing is left of it."""
    attempts = []

    def attempt(work: UnitOfWork) -> int:
        attempts.append(str(work.connection.engine.url))
        register(app, work, 1)
        time.sleep(BRIEF * 2)
        return counted(work.connection)

    assert app.tried("test", attempt) == 1
    with app.engine.connect() as connection:
        assert counted(connection) == 0
    if app.engine.dialect.name == "sqlite":
        assert len(set(attempts)) == len(attempts) == 2
        folder = Path(str(app.engine.url.database)).parent
        assert list(folder.glob(".trial-*")) == []
    else:
        assert len(attempts) == 1


def test_trials_that_follow_each_other_leave_others_their_turn(app: App) -> None:
    """Eight people previewed at once, and nobody else wrote for nine seconds.

    A wait is counted in trials that ended meanwhile: a slow machine slows both.
    """
    end, waited, ended = time.monotonic() + 3, [0], count()

    def attempt(work: UnitOfWork) -> None:
        work.connection.execute(update(table_of(Asset)).values(note="tried"))
        time.sleep(0.05)

    def preview() -> None:
        while time.monotonic() < end:
            app.tried("test", attempt)
            next(ended)

    def write() -> None:
        while time.monotonic() < end or len(waited) < 7:
            before = next(ended)
            with app.work("another") as work:
                register(app, work, 1)
                work.commit()
            waited.append(next(ended) - before)
            time.sleep(0.02)

    with ThreadPoolExecutor(7) as pool:
        doing = [pool.submit(each) for each in (*[preview] * 6, write)]
    for each in doing:
        each.result()
    assert max(waited) < 40


def test_a_trial_sees_what_it_has_done_through_a_scope(app: App) -> None:
    now = app.clock()
    with app.work("test") as work:
        row = {"name": "x", "currency": "EUR", "recorded_at": now}
        for code in ("A", "B"):
            add(work, LegalEntity, row | {"code": code})
        work.commit()

    def attempt(work: UnitOfWork) -> tuple[int, int, int]:
        register(app, work, 2)
        ours = select(table_of(LegalEntity).c.id).where(
            table_of(LegalEntity).c.code == "A"
        )
        of_ours = update(table_of(Asset)).values(legal_entity_id=ours.scalar_subquery())
        work.connection.execute(of_ours.where(table_of(Asset).c.serial == "S1"))
        before = counted(work.connection)
        with looking_through(work.connection, Scope(legal_entities=("A",))):
            seen = counted(work.connection)
        return before, seen, counted(work.connection)

    assert app.tried("test", attempt, is_long=True) == (2, 1, 2)


async def test_a_preview_of_many_is_what_would_come(app: App) -> None:
    rows = [
        {"kind": "laptop", "serial": f"S{n}", "tag": f"T-{n % 40}"} for n in range(50)
    ]
    async with calling(app, "it") as client:
        tried = await client.post(
            "/api/v1/assets:create?preview=true&atomic=false", json=rows
        )
        assert tried.status_code == 200, tried.text
        assert (await client.get("/api/v1/assets")).json()["items"] == []
        done = await client.post("/api/v1/assets:create?atomic=false", json=rows)
    first, second = tried.json(), done.json()
    assert (
        (first["done"], first["failed"])
        == (second["done"], second["failed"])
        == (40, 10)
    )
    assert [one["problem"] for one in first["results"]] == [
        one["problem"] for one in second["results"]
    ]
