from __future__ import annotations

import subprocess
import sys
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import Engine, text
from sqlalchemy.exc import IntegrityError

from inventory.assets.register.registration import NewAsset
from inventory.assets.register.service import register_asset
from inventory.assets.stock.service import (
    ReservationRequest,
    expire_reservations,
    release_reservation,
    reserve_asset,
    set_minimum,
    shortages,
)
from inventory.kernel.errors import Conflict, NotAllowed
from inventory.people.organisation import ensure
from inventory.storage.audit import verify
from inventory.storage.engine import writing
from tests.inventory.world import BOUGHT, Clock, work_on

ROOT = Path(__file__).parents[3]
LAPTOP = ReservationRequest(name="case:1", kind="laptop")


def stock(engine: Engine, clock: Clock, count: int) -> int:
    with work_on(engine, clock) as work:
        room = ensure(work, "location", "ST", name="Stock", kind="stock")
        for number in range(count):
            new = NewAsset(
                tag=f"L-{number:02d}",
                kind="laptop",
                model=f"M{number % 2}",
                since=BOUGHT,
                location_id=room,
                purchased_on=BOUGHT + timedelta(days=number),
            )
            register_asset(work, new)
        work.commit()
    return room


def test_the_oldest_that_fits_is_reserved_once(engine: Engine, clock: Clock) -> None:
    room = stock(engine, clock, 3)
    with work_on(engine, clock) as work:
        first = reserve_asset(work, LAPTOP)
        assert reserve_asset(work, LAPTOP) == first
        second = reserve_asset(work, replace(LAPTOP, name="b", model="M0"))
        with pytest.raises(NotAllowed, match="No laptop M0 is left in stock; 2 are"):
            reserve_asset(work, replace(LAPTOP, name="c", model="M0"))
        with pytest.raises(NotAllowed, match="No laptop"):
            reserve_asset(work, replace(LAPTOP, name="c", locations=(room + 99,)))
        work.commit()
    assert second == first + 2
    assert verify(engine) == []


def test_what_is_released_or_expired_is_in_stock_again(
    engine: Engine, clock: Clock
) -> None:
    stock(engine, clock, 1)
    with work_on(engine, clock) as work:
        asset = reserve_asset(work, LAPTOP)
        assert release_reservation(work, "case:1")
        assert not release_reservation(work, "case:1")
        with pytest.raises(Conflict, match="released"):
            reserve_asset(work, LAPTOP)
        today = clock().date()
        assert reserve_asset(work, replace(LAPTOP, name="2", expires_on=today)) == asset
        assert expire_reservations(work) == 1
        assert reserve_asset(work, replace(LAPTOP, name="3")) == asset
        assert expire_reservations(work) == 0
        work.commit()
    assert verify(engine) == []


def test_the_database_refuses_a_second_promise(engine: Engine, clock: Clock) -> None:
    stock(engine, clock, 1)
    with work_on(engine, clock) as work:
        asset = reserve_asset(work, LAPTOP)
        work.commit()
    insert = (
        "INSERT INTO reservation (asset_id, request, purpose, reserved_on, recorded_at)"
        f" VALUES ({asset}, 'x', '', '2026-03-17', '2026-03-17 09:30:00')"
    )
    with pytest.raises(IntegrityError), writing(engine) as connection:
        connection.execute(text(insert))


def test_a_stock_room_below_its_minimum_is_told(engine: Engine, clock: Clock) -> None:
    room = stock(engine, clock, 3)
    with work_on(engine, clock) as work:
        set_minimum(work, room, "laptop", 3)
        set_minimum(work, room, "laptop", 1, "M0")
        assert shortages(work.connection) == []
        reserve_asset(work, LAPTOP)
        [short] = shortages(work.connection)
        assert (short["in_stock"], short["lacking"], short["model"]) == (2, 1, "")
        set_minimum(work, room, "laptop", 2)
        assert shortages(work.connection) == []
        work.commit()


@pytest.mark.parametrize(
    ("processes", "laptops"),
    [(8, 5), pytest.param(50, 30, marks=pytest.mark.slow)],
)
def test_parallel_processes_never_take_the_same_laptop(
    engine: Engine, database_url: str, clock: Clock, processes: int, laptops: int
) -> None:
    stock(engine, clock, laptops)
    command = [sys.executable, "-m", "tests.inventory.assets.reserving", database_url]
    done = subprocess.run(
        [*command, str(processes)],
        cwd=ROOT,
        capture_output=True,
        text=True,
        timeout=250,
        check=False,
    )
    assert (done.returncode, done.stderr) == (0, "")
    answers = done.stdout.splitlines()
    got = [answer for answer in answers if answer.isdigit()]
    assert len(got) == len(set(got)) == laptops
    told = [answer for answer in answers if not answer.isdigit()]
    assert told == [f"No laptop is left in stock; {laptops} are reserved."] * (
        processes - laptops
    )
    assert verify(engine) == []
