from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy import Engine, func, select, update

from inventory.assets.custody.acceptance import (
    AcceptanceLink,
    accept,
    dispute,
    open_acceptance,
    request_acceptance,
)
from inventory.assets.custody.acceptance_tables import Acceptance
from inventory.assets.custody.rules import Holder, HolderKind
from inventory.assets.custody.service import check_out, holdings
from inventory.kernel.errors import Invalid, NotAllowed, NotFound
from inventory.storage.audit import verify
from inventory.storage.rows import col, get, table_of
from inventory.storage.tables import AuditEntry
from inventory.storage.work import UnitOfWork
from tests.inventory.world import BOUGHT, Clock, World, build, work_on

KEY = b"k" * 32
TERMS = "I got these things and give them back when I leave."


def asked(work: UnitOfWork, world: World) -> AcceptanceLink:
    sari = Holder(HolderKind.PERSON, world.sari)
    for asset in (world.laptop, world.monitor):
        check_out(work, asset, sari, BOUGHT, handover_id="H-1")
    return request_acceptance(work, "H-1", world.sari, TERMS, KEY)


def test_a_handover_is_confirmed_once_with_a_typed_name(
    engine: Engine, clock: Clock
) -> None:
    world = build(engine, clock)
    with work_on(engine, clock) as work:
        link = asked(work, world)
        shown = open_acceptance(work, link.token, KEY)
        assert [item["tag"] for item in shown["items"]] == ["IT-00001", "IT-00002"]
        with pytest.raises(Invalid, match="name"):
            accept(work, link.token, KEY, " ")
        accept(work, link.token, KEY, "Sari Wijaya")
        for answer in (accept, dispute):
            with pytest.raises(NotAllowed, match="accepted already"):
                answer(work, link.token, KEY, "again")
        row = get(work.connection, Acceptance, link.acceptance_id)
        work.commit()
    assert (row["state"], row["signature"]) == ("accepted", "Sari Wijaya")
    assert row["terms"] == TERMS
    assert verify(engine) == []


def test_who_disputes_still_holds_the_things(engine: Engine, clock: Clock) -> None:
    world = build(engine, clock)
    with work_on(engine, clock) as work:
        link = asked(work, world)
        with pytest.raises(Invalid, match="what is wrong"):
            dispute(work, link.token, KEY, "")
        dispute(work, link.token, KEY, "The monitor is broken.")
        row = get(work.connection, Acceptance, link.acceptance_id)
        held = holdings(
            work.connection, Holder(HolderKind.PERSON, world.sari), clock().date()
        )
        work.commit()
    assert (row["state"], row["remark"]) == ("disputed", "The monitor is broken.")
    assert len(held) == 2


def test_a_link_that_is_forged_old_or_tampered_with_is_refused(
    engine: Engine, clock: Clock
) -> None:
    world = build(engine, clock)
    with work_on(engine, clock) as work:
        link = asked(work, world)
        for forged in ("", "x.y", link.token[:-1], "A" + link.token[1:]):
            if forged != link.token:
                with pytest.raises(NotFound):
                    open_acceptance(work, forged, KEY)
        with pytest.raises(NotFound):
            open_acceptance(work, link.token, b"other key")
        work.commit()
    with work_on(engine, lambda: clock() + timedelta(days=14)) as work:
        with pytest.raises(NotAllowed, match="too old"):
            accept(work, link.token, KEY, "Sari")
    with work_on(engine, clock) as work:
        work.connection.execute(update(table_of(Acceptance)).values(terms="other"))
        with pytest.raises(NotAllowed, match="changed"):
            accept(work, link.token, KEY, "Sari")


def test_the_token_is_kept_nowhere(engine: Engine, clock: Clock) -> None:
    world = build(engine, clock)
    with work_on(engine, clock) as work:
        link = asked(work, world)
        row = get(work.connection, Acceptance, link.acceptance_id)
        work.commit()
    token = link.token.split(".")[0]
    assert token not in str(row)
    assert token not in repr(link)
    told = select(func.count()).where(col(AuditEntry.after).contains(token))
    with engine.connect() as connection:
        assert connection.execute(told).scalar() == 0


def test_nothing_is_asked_where_nothing_was_handed_over(
    engine: Engine, clock: Clock
) -> None:
    world = build(engine, clock)
    with work_on(engine, clock) as work:
        with pytest.raises(NotFound, match="H-9"):
            request_acceptance(work, "H-9", world.sari, TERMS, KEY)
        with pytest.raises(Invalid, match="no terms"):
            request_acceptance(work, "H-9", world.sari, " ", KEY)
