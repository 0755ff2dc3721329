"""A network of hand-made observations: scans without sockets."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field, replace
from datetime import datetime

from pydantic import SecretStr
from sqlalchemy import Engine

from collectors.credentials import SnmpCredential
from collectors.errors import AuthFailed, TimedOut
from collectors.facts import Observation, Problem
from collectors.ports import Oid, Snmp
from collectors.sweep.sweep import Answer, SweepPlan
from discovery.access.credentials import Credentials, CredentialSet
from discovery.scan.context import Collectors, ScanContext
from discovery.scan.requests import ScanRequest
from tests.discovery.fakes import PlainIdentify

RIGHT = SnmpCredential(name="right", community=SecretStr("right"))
WRONG = SnmpCredential(name="wrong", version="3", user="wrong")


class Identification(PlainIdentify):
    def objects_to_read(self, seen: Observation) -> Sequence[Oid]:
        return ()

    def columns_to_read(self, seen: Observation) -> Sequence[Oid]:
        return ()

    def more_to_read(
        self, seen: Observation, asked: set[Oid]
    ) -> tuple[Sequence[Oid], Sequence[Oid]]:
        return (), ()

    def subtrees_to_read(self, seen: Observation) -> Sequence[Oid]:
        return ()


class Session:
    """Only carries what the collector needs to know."""

    def __init__(self, address: str, credential: SnmpCredential) -> None:
        self.address = address
        self.credential = credential

    async def get(self, oids: Sequence[Oid]) -> dict[Oid, int]:
        return {}

    async def after(self, oids: Sequence[Oid]) -> dict[Oid, Oid]:
        return {}

    async def close(self) -> None:
        return None


@dataclass(slots=True)
class FakeNetwork:
    """Addresses and what is there.

    Attributes:
        hosts: Address -> what SNMP brings, an error, or None for a host that only
            answers a ping.
        cards: Address -> what ARP shows of a host that only answers a ping.
        told: Whether the sweep says which community fits.
        delay: Seconds a collection takes.
        asked: Addresses that were swept, in order.
        tried: (address, credential) of each login.
    """

    hosts: dict[str, Observation | Exception | None]
    cards: dict[str, str] = field(default_factory=dict)
    told: bool = True
    delay: float = 0.0
    asked: list[str] = field(default_factory=list)
    tried: list[tuple[str, str]] = field(default_factory=list)
    problem: Problem | None = None

    @asynccontextmanager
    async def context(
        self,
        engine: Engine,
        clock: Callable[[], datetime],
        _request: ScanRequest | None = None,
    ) -> AsyncIterator[ScanContext]:
        yield ScanContext(
            engine=engine,
            clock=clock,
            identify=Identification(),
            credentials=Credentials(
                (CredentialSet("all", snmp=(WRONG, RIGHT), offer_to_new=True),)
            ),
            sweep=self.sweep,
            snmp=self,  # type: ignore[arg-type]
            collectors=Collectors(snmp=self.collect),
            resolve=self.resolve,
        )

    def resolve(self, name: str) -> Sequence[str]:
        return {"known.example": ["10.0.0.200"]}.get(name, [])

    def session(self, address: str, port: int, credential: SnmpCredential) -> Session:
        return Session(address, credential)

    async def sweep(
        self,
        addresses: Sequence[str],
        plan: SweepPlan,
        *,
        on_problem: Callable[[Problem], None],
    ) -> AsyncIterator[Answer]:
        if self.problem is not None:
            on_problem(self.problem)
        for address in addresses:
            self.asked.append(address)
            if address not in self.hosts:
                continue
            await asyncio.sleep(0)
            if self.hosts[address] is None:
                yield Answer(address, "icmp", None, 0.001)
                if address in self.cards:
                    card = {"mac": self.cards[address]}
                    yield Answer(address, "arp", None, 0.001, card)
            else:
                said = {"credential": "right"} if self.told else {}
                yield Answer(address, "snmp", 161, 0.001, said)

    async def collect(
        self,
        session: Session | Snmp,
        *,
        address: str,
        port: int,
        site: str,
        credential: str,
        seen_at: datetime,
        topics: Sequence[str] | None = None,
        extra: Sequence[Oid] = (),
    ) -> Observation:
        if topics is None:
            await asyncio.sleep(self.delay)
        else:
            self.tried.append((address, credential))
        if credential != "right":
            raise AuthFailed()
        found = self.hosts[address]
        if isinstance(found, Exception):
            raise found
        if found is None:
            raise TimedOut()
        return replace(
            found, address=address, site=site, credential=credential, seen_at=seen_at
        )
