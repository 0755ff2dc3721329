"""Who is sent what, and who is not: loops, places, secrets, leases, removal."""

from __future__ import annotations

from datetime import timedelta

import httpx
import pytest
from sqlalchemy import Engine, select

from inventory.kernel.errors import NotAllowed
from inventory.outbox import delivery_queue, retention, subscriptions
from inventory.outbox.tables import OutboxMessage, WebhookSecret
from inventory.people.organisation import ensure
from inventory.storage.audit import verify
from inventory.storage.tables import METADATA
from inventory.storage.work import UnitOfWork
from tests.api.webhooks.changing import change, count, states
from tests.api.webhooks.receiving import (
    SEALER,
    Clock,
    Receiver,
    subscribe,
    worker,
)


async def test_no_loop_what_the_owner_causes_is_not_sent_back(
    told: Engine, now: Clock
) -> None:
    quiet, marked = Receiver(), Receiver()
    mine = subscribe(told, now, quiet, owner="token:3", events=["asset.registered"])
    own = subscribe(
        told, now, marked, owner="token:3", events=["asset.registered"], send_own=True
    )
    change(told, now, "A-1", actor="token:3")
    assert states(told, mine) == []
    await worker(told, now, marked).drain()
    assert states(told, own) == ["delivered"]
    assert marked.seen[0].headers["purser-own"] == "true"


async def test_a_subscription_to_one_site_and_company_gets_no_other(
    told: Engine, now: Clock
) -> None:
    with UnitOfWork(told, actor="user:1", clock=now) as work:
        site = ensure(work, "location", "BER", name="Berlin", kind="site")
        room = ensure(work, "location", "R1", name="Room", parent_id=site)
        work.commit()
    receiver = Receiver()
    hook = subscribe(told, now, receiver, sites=["BER"], events=["asset.registered"])
    change(told, now, "A-1", location=room)
    change(told, now, "A-2")
    await worker(told, now, receiver).drain()
    assert [body["data"]["tag"] for body in receiver.taken] == ["A-1"]
    assert states(told, hook) == ["delivered"]


async def test_a_removed_webhook_gets_nothing_more(told: Engine, now: Clock) -> None:
    receiver = Receiver()
    hook = subscribe(told, now, receiver, events=["asset.registered"])
    change(told, now, "A-1")
    with UnitOfWork(told, actor="user:1", clock=now) as work:
        subscriptions.remove(work, hook)
        work.commit()
    assert await worker(told, now, receiver).drain() == 0
    assert states(told, hook) == ["withdrawn"]
    with UnitOfWork(told, actor="user:1", clock=now) as work:
        with pytest.raises(NotAllowed):
            retention.replay(work, hook, 1)


async def test_a_lease_that_ran_out_is_tried_again_by_another(
    told: Engine, now: Clock
) -> None:
    receiver = Receiver()
    subscribe(told, now, receiver, events=["asset.registered"])
    change(told, now, "A-1")
    lease = timedelta(seconds=90)
    (first,) = delivery_queue.claim(
        told, SEALER, now(), 8, lease
    )  # and then it is killed
    works = worker(told, now, receiver)
    assert await works.drain() == 0, "leased"
    now.tick(seconds=91)
    assert await works.drain() == 1
    assert receiver.ids == [first.uid]


async def test_a_slow_receiver_holds_up_no_other(told: Engine, now: Clock) -> None:
    slow, quick = Receiver(), Receiver()
    one = subscribe(told, now, slow, events=["asset.registered"])
    two = subscribe(
        told, now, quick, events=["asset.registered"], url="https://b.example"
    )
    for number in range(10):
        change(told, now, f"A-{number}")
    taken = delivery_queue.claim(told, SEALER, now(), 8, timedelta(seconds=90))
    per = [sum(each.webhook_id == hook for each in taken) for hook in (one, two)]
    assert per == [4, 4]


def test_no_key_lies_open_in_the_database(told: Engine, now: Clock) -> None:
    receiver = Receiver()
    hook = subscribe(told, now, receiver)
    with UnitOfWork(told, actor="user:1", clock=now) as work:
        receiver.keys.append(subscriptions.rotate(work, hook, SEALER))
        work.commit()
    assert count(told, WebhookSecret) == 2
    with told.connect() as connection:
        text = " ".join(
            str(row)
            for table in METADATA.sorted_tables
            for row in connection.execute(select(table))
        )
    for key in receiver.keys:
        assert key not in text
        assert key.removeprefix("whsec_") not in text
    assert verify(told) == []


async def test_a_name_that_leads_inside_is_not_called(told: Engine, now: Clock) -> None:
    from tests.api.webhooks.receiving import sender

    async def rebinding(_host: str, _port: int) -> list[str]:
        return ["93.184.216.34", "169.254.169.254"]

    called: list[httpx.Request] = []

    async def receiver(request: httpx.Request) -> httpx.Response:
        called.append(request)
        return httpx.Response(204)

    subscribe(told, now, Receiver(), events=["asset.registered"])
    change(told, now, "A-1")
    (due,) = delivery_queue.claim(told, SEALER, now(), 8, timedelta(seconds=90))
    outcome = await sender(now, receiver, rebinding).send(due)
    assert called == []
    assert "169.254.169.254 is not a public address" in outcome.problem


async def test_what_ended_long_ago_is_forgotten_and_what_waits_is_not(
    told: Engine, now: Clock
) -> None:
    receiver = Receiver(answers=[204, 500])
    hook = subscribe(told, now, receiver, events=["asset.registered"])
    for tag in ("A-1", "A-2"):
        change(told, now, tag)
        await worker(told, now, receiver).drain()
    now.tick(days=29)
    assert retention.purge(told, now() - timedelta(days=30)) == 0
    now.tick(days=2)
    assert retention.purge(told, now() - timedelta(days=30)) == 1
    assert states(told, hook) == ["pending"]
    assert count(told, OutboxMessage) == 1
