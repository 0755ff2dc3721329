"""Where machines are, and what happens to a network from day to day."""

from __future__ import annotations

import random
from collections.abc import Callable, Mapping, Sequence

from collectors.facts import Observation
from tests.discovery.histories.machines import KINDS, Factory, Machine

SITES = ("north", "south")
"""Both use the same addresses."""

AT_FIRST = (*KINDS, "ups", "vm", "laptop")

Place = tuple[str, str]


class Network:
    """Machines at their places; `happen` changes them.

    Attributes:
        placed: (site, address) -> machine.
        away: Machines that are switched off.
        log: What happened, one line an event.
    """

    def __init__(self, seed: int, kinds: Sequence[str] = AT_FIRST) -> None:
        self.random = random.Random(seed)
        self.factory = Factory(seed)
        self.placed: dict[Place, Machine] = {}
        self.away: list[Machine] = []
        self.log: list[str] = []
        for kind in kinds:
            self.placed[self._free()] = self.factory.build(kind)

    def happen(self) -> None:
        """Let one thing happen."""
        events: list[Callable[[], None]] = [
            *(self._move, self._move, self._rename, self._replace, self._swap_member),
            *(self._readdress, self._other_site, self._vanish, self._come_back),
            *(self._reinstall, self._dock, self._new_board),
        ]
        self.random.choice(events)()

    def told(
        self, site: str, *, part: float = 1.0, broken: float = 0.0
    ) -> tuple[dict[str, Observation], set[str]]:
        """Return what a scan of a site meets, by address, and where tables failed.

        Args:
            site: Which.
            part: Share of the machines that are scanned.
            broken: Share of those whose tables fail.
        """
        found, failed = {}, set()
        for (where, address), machine in sorted(self.placed.items()):
            if where == site and self.random.random() < part:
                partly = self.random.random() < broken
                found[address] = machine.observed(partly=partly)
                if partly:
                    failed.add(address)
        return found, failed

    def _free(self, site: str | None = None) -> Place:
        while True:
            place = (
                site or self.random.choice(SITES),
                f"10.0.0.{self.random.randrange(2, 30)}",
            )
            if place not in self.placed:
                return place

    def _some(self, *kinds: str) -> Place | None:
        fits = [p for p, m in sorted(self.placed.items()) if m.kind in (kinds or KINDS)]
        return self.random.choice(fits) if fits else None

    def _note(self, what: str, machine: Machine, where: object = "") -> None:
        self.log.append(f"{what} {machine.kind}#{machine.truth} {where}".strip())

    def _move(self) -> None:
        if place := self._some():
            machine = self.placed.pop(place)
            to = self._free(place[0])
            self.placed[to] = machine
            self._note("move", machine, f"{place} -> {to}")

    def _other_site(self) -> None:
        if place := self._some("laptop", "phone", "switch", "vm"):
            machine = self.placed.pop(place)
            other = next(site for site in SITES if site != place[0])
            to = self._free(other)
            self.placed[to] = machine
            self._note("to the other site", machine, to)

    def _rename(self) -> None:
        if place := self._some("switch", "stack", "laptop", "printer", "router"):
            machine = self.placed[place]
            machine.name = f"{machine.kind}-renamed-{self.random.randrange(1000)}"
            self._note("rename", machine, machine.name)

    def _replace(self) -> None:
        """Put another box of the kind at its place, with its name."""
        if place := self._some():
            old = self.placed[place]
            new = self.factory.build(old.kind)
            if old.kind != "vm":  # one that is made anew under its name is the same
                new.name = old.name
            self.placed[place] = new
            self._note("replace", old, f"by #{new.truth} at {place}")

    def _swap_member(self) -> None:
        """Exchange a box of a stack, or make another one its master."""
        if place := self._some("stack"):
            machine = self.placed[place]
            if self.random.random() < 0.5:
                machine.members[-1] = f"NEW{self.random.randrange(10**6):06}"
            else:
                machine.members.append(machine.members.pop(0))
                machine.serial = machine.members[0]
                machine.cards = [self.factory.card() for _ in range(3)]
                machine.engine = self.factory.engine_of(machine.cards[0])
            self._note("swap member", machine, machine.members)

    def _readdress(self) -> None:
        """Deal out the addresses of a site anew among some of its machines."""
        site = self.random.choice(SITES)
        places = [p for p in sorted(self.placed) if p[0] == site]
        chosen = [p for p in places if self.random.random() < 0.6]
        machines = [self.placed[p] for p in chosen]
        self.random.shuffle(machines)
        self.placed |= dict(zip(chosen, machines, strict=True))
        self.log.append(f"readdress {site}: {len(chosen)}")

    def _vanish(self) -> None:
        if len(self.placed) > 4 and (place := self._some()):
            machine = self.placed.pop(place)
            self.away.append(machine)
            self._note("vanish", machine)

    def _come_back(self) -> None:
        if self.away:
            machine = self.away.pop(self.random.randrange(len(self.away)))
            place = self._free()
            self.placed[place] = machine
            self._note("come back", machine, place)

    def _reinstall(self) -> None:
        if place := self._some("laptop"):
            machine = self.placed[place]
            machine.key = f"SHA256:again{self.random.randrange(10**6)}"
            machine.name = f"win-{self.random.randrange(10**6)}"
            self._note("reinstall", machine)

    def _new_board(self) -> None:
        """A repair: another UUID, other cards; the serial number is written anew."""
        if place := self._some("laptop"):
            machine = self.placed[place]
            if machine.serial:
                number = self.random.randrange(10**9)
                machine.uuid = f"4c4c4544-0042-3510-8052-{number:012x}"
                machine.cards = [self.factory.card(), machine.cards[1]]
                self._note("new board", machine)

    def _dock(self) -> None:
        laptops = [m for m in self.placed.values() if m.kind == "laptop"]
        for machine in laptops:
            machine.docked = False
        if laptops:
            machine = self.random.choice(laptops)
            machine.docked = True
            self._note("dock", machine)


def at(placed: Mapping[Place, Machine], site: str) -> dict[str, Machine]:
    """Return the machines of a site by address."""
    return {address: m for (where, address), m in placed.items() if where == site}
