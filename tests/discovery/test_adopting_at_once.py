"""Two who adopt one device at the same moment: the second one waits and is told."""

from __future__ import annotations

import threading
from concurrent.futures import ThreadPoolExecutor

import pytest
from sqlalchemy import Engine, text

from discovery.observations.apply import apply_visit
from discovery.observations.visit import make_visit
from discovery.reconciliation.adopt import adopt
from inventory.kernel.errors import NotAllowed
from inventory.storage.work import UnitOfWork
from tests.discovery.fakes import PlainIdentify, box, mac
from tests.discovery.scanning import Clock

IDENTIFY = PlainIdentify()


def test_a_device_is_adopted_once_however_close_two_come(
    engine: Engine, clock: Clock
) -> None:
    """Without a serial number nothing else would keep the second asset out."""
    with UnitOfWork(engine, actor="test", clock=clock) as work:
        visit = make_visit([box(name="pc", macs=[mac(1)])], IDENTIFY)
        device = apply_visit(work, visit, IDENTIFY).device_id
        work.commit()
    assert device is not None
    begun = threading.Event()

    def second() -> None:
        begun.set()
        with UnitOfWork(engine, actor="second", clock=clock) as work:
            adopt(work, device, tag="IT-2")
            work.commit()

    with (
        ThreadPoolExecutor(1) as pool,
        UnitOfWork(engine, actor="first", clock=clock) as work,
    ):
        adopt(work, device, tag="IT-1")
        other = pool.submit(second)
        assert begun.wait(120)
        with pytest.raises(TimeoutError):
            other.result(0.5)
        work.commit()
        with pytest.raises(NotAllowed):
            other.result(120)
    with engine.connect() as connection:
        tags = connection.execute(text("SELECT tag FROM asset")).scalars().all()
    assert tags == ["IT-1"]
