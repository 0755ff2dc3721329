"""From a change to the receiver: with the change, at least once, with one id."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

import pytest
from sqlalchemy import Engine

from inventory.kernel.errors import NotFound
from inventory.outbox import delivery_rules, queries, retention, subscriptions
from inventory.outbox.tables import OutboxMessage, WebhookDelivery
from inventory.storage.work import UnitOfWork
from tests.api.webhooks.changing import change, count, states
from tests.api.webhooks.receiving import (
    SEALER,
    Clock,
    Receiver,
    subscribe,
    worker,
)


async def test_a_change_is_delivered_once_and_verified(
    told: Engine, now: Clock
) -> None:
    receiver = Receiver()
    hook = subscribe(told, now, receiver, events=["asset.*"])
    change(told, now, "A-1")
    assert await worker(told, now, receiver).drain() == 1
    (body,) = receiver.taken
    assert body["type"] == "asset.registered"
    assert body["data"]["tag"] == "A-1"
    assert body["actor"] == "user:1"
    assert body["id"] == receiver.ids[0]
    assert states(told, hook) == ["delivered"]
    assert await worker(told, now, receiver).drain() == 0


async def test_the_address_that_was_judged_is_called_with_the_name_of_the_host(
    told: Engine, now: Clock
) -> None:
    receiver = Receiver()
    subscribe(told, now, receiver, url="https://receiver.example:8443/hook?a=1")
    change(told, now, "A-1")
    await worker(told, now, receiver).drain()
    (request,) = receiver.seen
    assert str(request.url) == "https://93.184.216.34:8443/hook?a=1"
    assert request.headers["host"] == "receiver.example:8443"
    assert request.extensions["sni_hostname"] == "receiver.example"


def test_a_change_that_is_not_committed_leaves_no_message(
    told: Engine, now: Clock
) -> None:
    subscribe(told, now, Receiver())
    change(told, now, "A-1", commit=False)
    assert count(told, OutboxMessage) == 0
    change(told, now, "A-2")
    assert count(told, OutboxMessage) == count(told, WebhookDelivery) > 0


def test_nothing_is_written_while_nobody_listens(told: Engine, now: Clock) -> None:
    hook = subscribe(told, now, Receiver())
    with UnitOfWork(told, actor="user:1", clock=now) as work:
        subscriptions.remove(work, hook)
        work.commit()
    change(told, now, "A-1")
    assert count(told, OutboxMessage) == 0


async def test_what_happens_while_a_webhook_is_disabled_is_kept_for_it(
    told: Engine, now: Clock
) -> None:
    receiver = Receiver()
    hook = subscribe(told, now, receiver, events=["asset.registered"])

    def acted(act: Callable[..., object], *given: object) -> None:
        with UnitOfWork(told, actor="user:1", clock=now) as work:
            act(work, hook, *given)
            work.commit()

    acted(subscriptions.disable, "holiday")
    for tag in ("A-1", "A-2", "A-3"):
        now.tick(days=1)
        change(told, now, tag)
    assert await worker(told, now, receiver).drain() == 0
    # Of what was kept only the last day is wanted at once.
    acted(subscriptions.enable, now())
    assert await worker(told, now, receiver).drain() == 1
    assert [body["data"]["tag"] for body in receiver.taken] == ["A-3"]
    acted(retention.replay_between, now() - timedelta(days=1), now())
    assert await worker(told, now, receiver).drain() == 1
    assert [body["data"]["tag"] for body in receiver.taken] == ["A-3", "A-2"]

    acted(subscriptions.disable, "for good")
    change(told, now, "A-4")
    now.tick(days=31)
    change(told, now, "A-5")
    retention.purge(told, now() - timedelta(days=30))
    acted(subscriptions.enable)
    assert await worker(told, now, receiver).drain() == 1
    assert receiver.taken[-1]["data"]["tag"] == "A-5"


async def test_a_failed_try_is_repeated_with_the_same_id(
    told: Engine, now: Clock
) -> None:
    receiver = Receiver(answers=[500, 503, 302])
    hook = subscribe(told, now, receiver, events=["asset.registered"])
    change(told, now, "A-1")
    works = worker(told, now, receiver)
    assert await works.drain() == 1
    assert await works.drain() == 0, "not before its time"
    for pause in (timedelta(seconds=6), timedelta(minutes=6), timedelta(minutes=36)):
        now.tick(seconds=pause.total_seconds())
        assert await works.drain() == 1
    assert len(receiver.ids) == 4
    assert len(set(receiver.ids)) == 1
    assert states(told, hook) == ["delivered"]
    with told.connect() as connection:
        (row,) = queries.list_deliveries(connection, hook).rows
    assert (row["attempts"], row["last_status"]) == (4, 204)


async def test_what_was_told_in_a_time_is_sent_again_with_the_same_ids(
    told: Engine, now: Clock
) -> None:
    receiver = Receiver()
    hook = subscribe(told, now, receiver, events=["asset.registered"])
    works = worker(told, now, receiver)
    moments = []
    for tag in ("A-1", "A-2", "A-3"):
        moments.append(now())
        change(told, now, tag)
        await works.drain()
        now.tick(seconds=3600)
    assert len(receiver.ids) == 3
    second = receiver.ids[1]
    with UnitOfWork(told, actor="user:1", clock=now) as work:
        times = (moments[1], moments[2])
        assert retention.replay_between(work, hook, *times) == 1
        assert retention.replay_between(work, hook, *times) == 0, "it is on its way"
        assert retention.replay_between(work, hook + 1, moments[0], now()) == 0
        work.commit()
    assert await works.drain() == 1
    assert receiver.ids[3:] == [second]
    assert states(told, hook) == ["delivered"] * 3


async def test_after_the_last_try_it_is_given_up_and_can_be_replayed(
    told: Engine, now: Clock
) -> None:
    receiver = Receiver(answers=[500] * 10)
    hook = subscribe(told, now, receiver, events=["asset.registered"])
    change(told, now, "A-1")
    works = worker(told, now, receiver)
    for pause in (*delivery_rules.PAUSES, timedelta()):
        assert await works.drain() == 1
        now.tick(seconds=(pause * 1.21).total_seconds())
    assert states(told, hook) == ["given_up"]
    with UnitOfWork(told, actor="user:1", clock=now) as work:
        with pytest.raises(NotFound):
            retention.replay(work, hook + 1, 1)
        uid = retention.replay(work, hook, 1)
        work.commit()
    assert await works.drain() == 1
    assert states(told, hook) == ["delivered"]
    assert set(receiver.ids) == {uid}


async def test_a_receiver_that_fails_for_days_is_disabled_with_a_reason(
    told: Engine, now: Clock
) -> None:
    receiver = Receiver(answers=[500] * 50)
    hook = subscribe(told, now, receiver, events=["asset.registered"])
    works = worker(told, now, receiver)
    for day in range(3):
        change(told, now, f"A-{day}")
        await works.drain()
        now.tick(days=2.5)
    with told.connect() as connection:
        row = queries.webhook_detail(connection, hook)
    assert row is not None
    assert row["disabled_at"] is not None
    assert row["disabled_reason"].startswith("It failed for 5 days; last: The receiver")
    assert await works.drain() == 0, "nothing more is sent"
    with UnitOfWork(told, actor="user:1", clock=now) as work:
        subscriptions.enable(work, hook)
        work.commit()
    receiver.answers = []
    assert await works.drain() > 0
    assert set(states(told, hook)) == {"delivered"}


async def test_a_receiver_that_is_gone_is_disabled_at_once(
    told: Engine, now: Clock
) -> None:
    receiver = Receiver(answers=[410])
    hook = subscribe(told, now, receiver, events=["asset.registered"])
    change(told, now, "A-1")
    await worker(told, now, receiver).drain()
    with told.connect() as connection:
        row = queries.webhook_detail(connection, hook)
    assert row is not None
    assert "410" in row["disabled_reason"]
    assert states(told, hook) == ["given_up"]


async def test_a_busy_receiver_is_asked_again_when_it_wishes(
    told: Engine, now: Clock
) -> None:
    receiver = Receiver(answers=[429], headers={"retry-after": "600"})
    subscribe(told, now, receiver, events=["asset.registered"])
    change(told, now, "A-1")
    works = worker(told, now, receiver)
    await works.drain()
    now.tick(seconds=590)
    assert await works.drain() == 0
    now.tick(seconds=11)
    assert await works.drain() == 1


async def test_an_exchanged_key_signs_along_for_a_day(told: Engine, now: Clock) -> None:
    receiver = Receiver()
    hook = subscribe(told, now, receiver, events=["asset.registered"])
    with UnitOfWork(told, actor="user:1", clock=now) as work:
        fresh = subscriptions.rotate(work, hook, SEALER)
        work.commit()
    change(told, now, "A-1")
    works = worker(told, now, receiver)
    await works.drain()  # verified with the old key
    receiver.keys = [fresh]
    change(told, now, "A-2")
    await works.drain()  # verified with the new one
    assert len(receiver.taken) == 2
    for request in receiver.seen:
        assert len(request.headers["webhook-signature"].split()) == 2
    now.tick(hours=25)
    receiver.keys = []
    change(told, now, "A-3")
    await works.drain()
    assert len(receiver.seen[-1].headers["webhook-signature"].split()) == 1
