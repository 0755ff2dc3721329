"""Devices that tell no serial find the asset whose MAC the register has."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta

import pytest
from sqlalchemy import Engine

from discovery.observations.apply import apply_visit
from discovery.observations.visit import make_visit
from discovery.reconciliation.service import reconcile_all
from inventory.assets.custody.rules import Holder, HolderKind
from inventory.assets.custody.service import check_out
from inventory.assets.identifiers.rules import IdentifierKind
from inventory.assets.identifiers.service import add_identifiers
from inventory.queries.register.assets import asset_detail
from inventory.storage.work import UnitOfWork
from tests.discovery.fakes import PlainIdentify, box, mac
from tests.inventory.world import BOUGHT, build

IDENTIFY = PlainIdentify()


@pytest.mark.parametrize(
    ("told", "state", "reason"),
    [(None, "matched", "mac"), ("OTHER17", "conflict", "serial")],
)
def test_a_device_is_matched_by_its_mac_unless_a_serial_says_otherwise(
    engine: Engine,
    clock: Callable[[], datetime],
    told: str | None,
    state: str,
    reason: str,
) -> None:
    world = build(engine, clock)
    with UnitOfWork(engine, actor="test", clock=clock) as work:
        check_out(work, world.laptop, Holder(HolderKind.PERSON, world.sari), BOUGHT)
        upper = mac(1).upper().replace(":", "-")
        add_identifiers(work, world.laptop, {IdentifierKind.MAC: [upper]})
        seen = box(serial=told, name="pc", macs=[mac(1)])
        outcome = apply_visit(work, make_visit([seen], IDENTIFY), IDENTIFY)
        reconcile_all(work, missing_after=timedelta(days=30))
        work.commit()
    with engine.connect() as connection:
        detail = asset_detail(connection, world.laptop, clock().date())
    assert detail is not None
    [device] = detail["devices"]
    assert (device["device_id"], device["state"], device["reason"]) == (
        outcome.device_id,
        state,
        reason,
    )
