"""Limits that give back the time in which the process did not run."""

from __future__ import annotations

import asyncio
import time

import pytest

from collectors.patience import GIVEN_BACK, keep_listening, listening

LIMIT, STOP = 0.1, 0.15


async def always_late() -> None:
    """Make every turn of the loop come later than the limit."""
    while True:
        time.sleep(STOP)
        await asyncio.sleep(0)


async def test_what_is_there_when_the_process_goes_on_is_taken() -> None:
    loop = asyncio.get_running_loop()
    here, there = asyncio.Queue[str](), loop.create_future()
    loop.call_soon(time.sleep, STOP)
    loop.call_later(LIMIT, here.put_nowait, "in the turn of the limit")
    loop.call_later(LIMIT, there.set_result, None)
    async with listening(LIMIT):
        assert await here.get()
    assert there.done()


async def test_silence_ends_at_the_limit() -> None:
    begun = time.monotonic()
    with pytest.raises(TimeoutError):
        async with listening(LIMIT):
            await asyncio.Event().wait()
    assert time.monotonic() - begun >= LIMIT


async def test_no_limit_waits() -> None:
    async with listening(None):
        await asyncio.sleep(LIMIT)


async def test_errors_and_cancelling_within_pass_through() -> None:
    with pytest.raises(KeyError):
        async with listening(LIMIT):
            raise KeyError

    async def waiting() -> None:
        async with listening(60):
            await asyncio.Event().wait()

    task = asyncio.create_task(waiting())
    await asyncio.sleep(0)
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task


async def test_a_loop_that_is_always_late_comes_to_an_end() -> None:
    late = asyncio.create_task(always_late())
    turns = 0

    async def count() -> None:
        nonlocal turns
        while True:
            turns += 1
            await asyncio.sleep(0)

    counting = asyncio.create_task(count())
    try:
        with pytest.raises(TimeoutError):
            async with listening(LIMIT):
                await asyncio.Event().wait()
    finally:
        late.cancel()
        counting.cancel()
    assert turns <= 10 * (1 + GIVEN_BACK)


async def test_a_wait_in_steps_looks_often_enough_after_a_stop() -> None:
    looks = 0

    def look() -> bool:
        nonlocal looks
        looks += 1
        return False

    asyncio.get_running_loop().call_soon(time.sleep, STOP)
    await keep_listening(LIMIT, LIMIT / 5, look)
    assert looks >= 3, "one long step is two at most of five"


async def test_a_wait_in_steps_ends_when_all_is_heard() -> None:
    heard = iter((False, False, True))
    await keep_listening(3600, 0.01, lambda: next(heard))
    assert next(heard, None) is None
