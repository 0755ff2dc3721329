"""Which enterprises an agent has objects of, whatever its sysObjectID says.

What is sold under one name often serves the objects of who built it, and an agent
that anybody ships hides who that is. GETNEXT jumps from one enterprise to the next
without reading any: several at once from points spread over the numbers, so that most
agents are done in two messages. Each enterprise becomes a clue of kind `enterprise`.
"""

from __future__ import annotations

from collections.abc import Iterable

from collectors.errors import CollectError
from collectors.facts import Clue
from collectors.ports import Oid, Snmp

ENTERPRISES: Oid = (1, 3, 6, 1, 4, 1)
MOST_JUMPS = 6
"""Messages; an agent that invents enterprises is left alone after these."""
MOST_ENTERPRISES = 24
_SPREAD = (0, 10, 2022, 8073, 20000)
"""Where the first jumps begin: behind what nearly every agent serves (Cisco, UCD,
Net-SNMP), and where many makers lie."""


async def sweep_enterprises(session: Snmp, own: int | None = None) -> tuple[Clue, ...]:
    """Return the enterprises an agent serves, in order of their numbers.

    Args:
        session: Whom to ask.
        own: The enterprise of its sysObjectID: what lies behind it is asked for at
            once as well.
    """
    found: set[int] = set()
    starts = sorted({*_SPREAD, *([own, own + 1] if own else [])})
    ends = [*starts[1:], 1 << 32]
    open_ranges = list(zip(starts, ends, strict=True))
    for _ in range(MOST_JUMPS):
        if not open_ranges or len(found) >= MOST_ENTERPRISES:
            break
        try:
            answer = await session.after([(*ENTERPRISES, at) for at, _ in open_ranges])
        except CollectError:
            break
        left = []
        for start, end in open_ranges:
            follower = answer.get((*ENTERPRISES, start), ())
            number = follower[6] if follower[:6] == ENTERPRISES else end
            if start <= number < end:
                found.add(number)
                left.append((number + 1, end))
        open_ranges = [(at, end) for at, end in left if at < end]
    return _clues(found)


def _clues(found: Iterable[int]) -> tuple[Clue, ...]:
    numbers = sorted(found)[:MOST_ENTERPRISES]
    return tuple(
        Clue("enterprise", str(number), "snmp enterprises") for number in numbers
    )
