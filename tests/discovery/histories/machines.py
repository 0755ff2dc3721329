"""Machines with what they tell of themselves, and how they change.

Every machine has something by which the standards of its kind can tell it: a serial
number, a burnt-in address, an engine id, a host key. What is shared or made up (the
serial number of cheap power supplies, the MAC of a dock, the host key of a cloned disk,
default names) stands beside it, as found in the wild.
"""

from __future__ import annotations

import random
from dataclasses import dataclass, field, replace
from itertools import count

from collectors.facts import (
    Component,
    Hardware,
    HostKey,
    Interface,
    Observation,
    OperatingSystem,
    Phone,
    System,
)
from tests.discovery.fakes import T0, mac

DOCK = "3c:d9:2b:dd:00:01"
"""A network card in a dock: it goes from laptop to laptop."""

CLONED_KEY = "SHA256:template"
KINDS = "switch stack laptop vm printer ups phone router".split()


@dataclass(slots=True)
class Machine:
    """One machine; `truth` never changes.

    Attributes:
        members: Serial numbers of the boxes of a stack, the master first.
        cards: Burnt-in addresses, or those of a virtual machine.
        docked: Its network goes through the shared dock at the moment.
    """

    truth: int
    kind: str
    name: str
    serial: str | None = None
    uuid: str | None = None
    engine: str | None = None
    key: str | None = None
    cards: list[str] = field(default_factory=list)
    members: list[str] = field(default_factory=list)
    docked: bool = False

    def observed(self, *, partly: bool = False) -> Observation:
        """Return what one visit reads.

        Args:
            partly: The tables of interfaces and parts failed.
        """
        cards = [] if partly else [*self.cards, *([DOCK] if self.docked else [])]
        parts = [] if partly else list(self._parts())
        seen = Observation(
            address="10.0.0.1",
            collector={"phone": "sip", "laptop": "ssh", "vm": "ssh"}.get(
                self.kind, "snmp"
            ),
            seen_at=T0,
            hardware=Hardware(
                manufacturer="Acme", model=self.kind, serial=self.serial, uuid=self.uuid
            ),
            components=tuple(parts),
            interfaces=tuple(
                Interface(if_index=n, name=f"eth{n}", type=6, mac=each)
                for n, each in enumerate(cards, 1)
            ),
            host_keys=(HostKey(algorithm="", fingerprint=self.key),)
            if self.key
            else (),
            reads=frozenset() if partly else frozenset(("interfaces", "components")),
        )
        return self._in_its_words(seen)

    def _parts(self) -> list[Component]:
        return [
            Component(index=n, kind="chassis", name=f"Unit {n}", serial=serial)
            for n, serial in enumerate(self.members, 1)
        ]

    def _in_its_words(self, seen: Observation) -> Observation:
        """Put the name where a machine of this kind tells it."""
        if self.kind in ("laptop", "vm"):
            host = OperatingSystem(name="Debian", hostname=self.name)
            return replace(seen, operating_system=host)
        if self.kind == "phone":
            phone = Phone(mac=self.cards[0], manufacturer="Acme", source="user agent")
            return replace(seen, phones=(phone,), interfaces=(), hardware=None)
        base = self.cards[0] if self.kind in ("switch", "stack") else None
        system = System(name=self.name, engine_id=self.engine, base_mac=base)
        return replace(seen, system=system)


class Factory:
    """Builds machines that have nothing in common but what is shared in the wild."""

    def __init__(self, seed: int) -> None:
        self.random = random.Random(seed)
        self._numbers = count(1)
        self._cards = count(0x100000)

    def card(self) -> str:
        """Return the next burnt-in address."""
        return mac(next(self._cards))

    def build(self, kind: str) -> Machine:
        """Return a machine of a kind."""
        number = next(self._numbers)
        made = Machine(number, kind, f"{kind}{number}")
        make = getattr(self, f"_{kind}")
        make(made, number)
        return made

    def engine_of(self, card: str) -> str:
        """Return an engine id made from a MAC (RFC 3411, format 3)."""
        return "80001f8803" + card.replace(":", "")

    def _switch(self, made: Machine, number: int) -> None:
        made.serial = f"FOC{number:04}X"
        made.cards = [self.card() for _ in range(3)]
        made.engine = self.engine_of(made.cards[0])

    def _stack(self, made: Machine, number: int) -> None:
        made.members = [f"FOS{number:03}{unit}" for unit in "ABC"]
        made.serial = made.members[0]
        made.cards = [self.card() for _ in range(3)]
        made.engine = self.engine_of(made.cards[0])

    def _laptop(self, made: Machine, number: int) -> None:
        made.serial = f"PF{number:06}" if self.random.random() < 0.7 else None
        made.uuid = f"4c4c4544-0042-3510-8051-{number:012x}"
        made.cards = [self.card(), self.card()]
        made.key = f"SHA256:key{number}"

    def _vm(self, made: Machine, number: int) -> None:
        made.name = self.random.choice(("template", made.name))
        made.cards = [f"52:54:00:{number:02x}:00:01"]
        made.key = CLONED_KEY

    def _printer(self, made: Machine, number: int) -> None:
        made.name = self.random.choice(("printer", made.name))
        made.cards = [self.card()]
        made.serial = f"VNB{number:05}" if self.random.random() < 0.5 else None

    def _ups(self, made: Machine, number: int) -> None:
        made.name = "UPS"
        made.serial = "AS0400"
        made.cards = [self.card()]

    def _phone(self, made: Machine, number: int) -> None:
        made.cards = [self.card()]

    def _router(self, made: Machine, number: int) -> None:
        made.cards = [self.card(), self.card()]
        made.engine = self.engine_of(made.cards[0])
