"""Every length and tag of an answer can lie: nothing is raised, nothing runs on."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterator

from pydantic import SecretStr

from collectors.credentials import SnmpCredential
from collectors.errors import CollectError
from collectors.facts import Reason
from collectors.snmp.engine import EngineSettings, OwnEngine
from tests.collectors.snmp_engine import wire
from tests.collectors.snmp_engine.agents import COLUMNS, SCALARS, Agent, serving
from tests.collectors.snmp_engine.hostile import HONEST, column_of

PLACES = (
    "message", "version", "community", "pdu", "request_id", "status", "index",
    "bindings", "binding", "oid", "value",
)  # fmt: skip
LENGTHS: dict[str, Callable[[int], bytes]] = {
    "zero": lambda n: b"\0",
    "one less": lambda n: wire.length(max(n - 1, 0)),
    "one more": lambda n: wire.length(n + 1),
    "127": lambda n: b"\x7f",
    "indefinite": lambda n: b"\x80",
    "255 in one octet": lambda n: b"\x81\xff",
    "65535": lambda n: b"\x82\xff\xff",
    "4 GB": lambda n: b"\x84\xff\xff\xff\xff",
    "2^64": lambda n: b"\x88" + b"\xff" * 8,
    "126 octets of length": lambda n: b"\xfe",
    "longer than needed": lambda n: b"\x84" + n.to_bytes(4),
    "padded to 8 octets": lambda n: b"\x88" + n.to_bytes(8),
}
TAGS = (b"\x00", b"\x1f\xff", b"\x31", b"\x24", b"\xff\xff\xff\x7f")


class Liar:
    """Answers a walk correctly but for one element per message."""

    def __init__(
        self,
        place: str,
        size: Callable[[int], bytes] | None = None,
        tag: bytes | None = None,
    ) -> None:
        self.place, self.size, self.tag = place, size, tag

    def element(self, place: str, tag: int, body: bytes) -> bytes:
        """Return an element, with the lie if it is its turn."""
        size = wire.length(len(body))
        head = bytes((tag,))
        if place == self.place:
            size = self.size(len(body)) if self.size else size
            head = self.tag or head
        return head + size + body

    def __call__(self, agent: Agent, data: bytes) -> None:
        """Answer."""
        request = wire.read_request(data)
        binds = HONEST.answer(request)
        name = request.oids[0]
        if name in SCALARS:
            oid = name
        elif len(name) > 10:
            oid = (*column_of(name), name[-1] + 1)
        else:
            oid = (*name, 1)
        binds[0] = self.element(
            "binding",
            0x30,
            self.element("oid", 6, wire.oid_octets(oid))
            + self.element("value", 2, b"\x07"),
        )
        body = (
            self.element("request_id", 2, request.number.to_bytes(4))
            + self.element("status", 2, b"\0")
            + self.element("index", 2, b"\0")
            + self.element("bindings", 0x30, b"".join(binds))
        )
        agent.send(
            self.element(
                "message",
                0x30,
                self.element("version", 2, b"\1")
                + self.element("community", 4, b"public")
                + self.element("pdu", 0xA2, body),
            )
        )


def liars() -> Iterator[tuple[str, Liar]]:
    """Return every lie once."""
    for place in PLACES:
        for name, size in LENGTHS.items():
            yield f"{place} has length {name}", Liar(place, size=size)
        for tag in TAGS:
            yield f"{place} has tag {tag.hex()}", Liar(place, tag=tag)


REASONS = {None, Reason.MALFORMED, Reason.TIMED_OUT, Reason.LOOP, Reason.TOO_MUCH}
BOUNDS = EngineSettings(
    timeout=0.3, retries=2, quickest=0.1, max_rows=100, walk_seconds=6.0
)
MOST_REQUESTS = 120


async def ask(engine: OwnEngine, name: str, liar: Liar) -> str | None:
    """Walk and get from a liar; return what went wrong, if anything did."""
    credential = SnmpCredential(name="t", community=SecretStr("public"))
    async with serving(liar) as (agent, port):
        session = engine.session("127.0.0.1", port, credential)
        table = await session.walk(COLUMNS)
        try:
            await session.get(list(SCALARS))
        except CollectError:
            pass
        if (table.problem and table.problem.reason) not in REASONS:
            return f"{name}: {table.problem}"
        if len(agent.received) > MOST_REQUESTS:
            return f"{name}: {len(agent.received)} requests"
        if any(len(cells) > BOUNDS.max_rows for cells in table.columns.values()):
            return f"{name}: too many rows"
    return None


async def test_no_lie_in_a_length_or_a_tag_does_any_harm() -> None:
    engine = OwnEngine(BOUNDS)
    everybody = list(liars())
    assert len(everybody) > 180
    try:
        async with asyncio.timeout(100):
            for at in range(0, len(everybody), 64):
                group = everybody[at : at + 64]
                found = await asyncio.gather(*(ask(engine, *one) for one in group))
                assert [fault for fault in found if fault] == []
    finally:
        await engine.close()


async def test_lengths_longer_than_needed_are_understood() -> None:
    engine = OwnEngine(BOUNDS)
    credential = SnmpCredential(name="t", community=SecretStr("public"))
    padded = LENGTHS["longer than needed"]
    try:
        for place in PLACES:
            async with serving(Liar(place, size=padded)) as (_, port):
                session = engine.session("127.0.0.1", port, credential)
                table = await session.walk(COLUMNS[:1])
                assert table.problem is None, place
                assert len(table.columns[COLUMNS[0]]) == 30, place
    finally:
        await engine.close()
