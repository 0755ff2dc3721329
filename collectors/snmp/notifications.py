"""What a trap or inform means: a device had better be collected again. Pure.

The notifications are data: a further one is a row in `KINDS`.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from math import inf

from collectors.ports import Oid, Value
from collectors.snmp.smi_values import ip, mac, number, oid

TRAP_OID = oid("1.3.6.1.6.3.1.1.4.1.0")
AGENT_ADDRESS = oid("1.3.6.1.6.3.18.1.3.0")
_IF_ENTRY = oid("1.3.6.1.2.1.2.2.1")
_IF_INDEX_COLUMN = 1
_MAC_CHANGES = oid("1.3.6.1.4.1.9.9.215.1.1.8.1.2")

_PORTS = frozenset({"interfaces", "neighbours", "fdb"})
KINDS: Mapping[Oid, tuple[str, frozenset[str] | None]] = {
    oid("1.3.6.1.6.3.1.1.5.1"): ("cold-start", None),
    oid("1.3.6.1.6.3.1.1.5.2"): ("warm-start", None),
    oid("1.3.6.1.6.3.1.1.5.3"): ("link-down", _PORTS),
    oid("1.3.6.1.6.3.1.1.5.4"): ("link-up", _PORTS),
    oid("1.3.6.1.4.1.9.9.215.2.0.1"): ("mac-notification", frozenset({"fdb"})),
    oid("1.3.6.1.4.1.9.9.215.2.0.2"): ("mac-notification", frozenset({"fdb"})),
    oid("1.0.8802.1.1.2.0.0.1"): ("neighbours-changed", _PORTS),
    oid("1.3.6.1.2.1.47.2.0.1"): ("parts-changed", frozenset({"components"})),
}
"""Kind and topics to collect again (None for all) by snmpTrapOID. Others do not ask
for a collection."""


@dataclass(frozen=True, slots=True)
class MacChange:
    """One entry of a MAC notification (CISCO-MAC-NOTIFICATION-MIB)."""

    learned: bool
    vlan: int
    mac: str
    bridge_port: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Notice:
    """A notification that was received.

    Attributes:
        source: Address it came from: whom to collect again.
        agent: Address of the device itself, where a proxy forwarded it or it has
            several (snmpTrapAddress, the agent address of SNMPv1).
        kind: A word of `KINDS`.
        topics: What to collect again, None for everything.
        if_index: The interface it is about.
        macs: Changes of the forwarding table.
    """

    source: str
    kind: str
    agent: str | None = None
    topics: frozenset[str] | None = None
    if_index: int | None = None
    macs: tuple[MacChange, ...] = ()


def read_notice(source: str, binds: Sequence[tuple[Oid, Value]]) -> Notice | None:
    """Return what a notification says, None if it asks for no collection."""
    values = dict(binds)
    trap = values.get(TRAP_OID)
    kind = KINDS.get(trap) if isinstance(trap, tuple) else None
    if kind is None:
        return None
    agent = ip(values.get(AGENT_ADDRESS))
    return Notice(
        source=source,
        agent=None if agent == "0.0.0.0" else agent,  # noqa: S104 - compared
        kind=kind[0],
        topics=kind[1],
        if_index=_if_index(binds),
        macs=tuple(
            change
            for name, value in binds
            if name[: len(_MAC_CHANGES)] == _MAC_CHANGES
            for change in _mac_changes(value)
        ),
    )


def _if_index(binds: Sequence[tuple[Oid, Value]]) -> int | None:
    size = len(_IF_ENTRY)
    for name, value in binds:
        if name[:size] == _IF_ENTRY and len(name) > size:
            if name[size] == _IF_INDEX_COLUMN:
                return number(value)
            return name[-1]
    return None


def _mac_changes(value: Value) -> list[MacChange]:
    """Read cmnHistMacChangedMsg: operation, VLAN, MAC, bridge port; ended by zero."""
    changes: list[MacChange] = []
    rest = value if isinstance(value, bytes) else b""
    while len(rest) >= 11 and rest[0] in (1, 2):
        changes.append(
            MacChange(
                learned=rest[0] == 1,
                vlan=int.from_bytes(rest[1:3], "big"),
                mac=mac(rest[3:9]) or "",
                bridge_port=int.from_bytes(rest[9:11], "big"),
            )
        )
        rest = rest[11:]
    return changes


@dataclass(slots=True)
class NoticeGate:
    """Lets a device ask for a collection now and then, whatever it sends.

    Notifications can be forged and come in storms. What is heard waits until no more
    can come of the same event (a switch that restarts tells of each port), and until
    its device was left alone long enough; then `due` returns it, once.

    Attributes:
        settle: Seconds from the first notice of a device until it is due.
        quiet: Seconds between two collections of one device.
        most: Devices that wait or are remembered at a time; more are not listened to.
    """

    settle: float = 5.0
    quiet: float = 60.0
    most: int = 10_000
    _last: dict[str, float] = field(default_factory=dict)
    _waiting: dict[str, tuple[float, Notice]] = field(default_factory=dict)

    def hear(self, device: str, notice: Notice, now: float) -> bool:
        """Take in a notice; False if too many devices are waiting already.

        Args:
            device: Whom to collect: an address, and what tells it from others.
            notice: What was heard of it.
            now: Seconds of any clock that never goes back.
        """
        waiting = self._waiting.get(device)
        if waiting is not None:
            self._waiting[device] = waiting[0], _both(waiting[1], notice)
            return True
        if len(self._waiting) >= self.most:
            return False
        ready = max(now + self.settle, self._last.get(device, -inf) + self.quiet)
        self._waiting[device] = ready, notice
        return True

    @property
    def waiting(self) -> int:
        """How many devices wait for their turn."""
        return len(self._waiting)

    def due(self, now: float, most: int = 0) -> dict[str, Notice]:
        """Return who is to be collected now, those that waited longest first.

        At most `most` of them, 0 for all.
        """
        self._last = {d: at for d, at in self._last.items() if now < at + self.quiet}
        room = self.most - len(self._last)
        ready = sorted((at, d) for d, (at, _) in self._waiting.items() if at <= now)
        chosen = [device for _, device in ready[: min(most or room, room)]]
        self._last |= dict.fromkeys(chosen, now)
        return {device: self._waiting.pop(device)[1] for device in chosen}


@dataclass(slots=True)
class FloodGate:
    """Counts datagrams a second, so that a flood costs little and hides nobody long.

    Attributes:
        each: Datagrams a second of one source.
        total: Datagrams a second of all together.
    """

    each: int = 100
    total: int = 1000
    _second: int = 0
    _seen: int = 0
    _sources: dict[str, int] = field(default_factory=dict)

    def admits(self, source: str, now: float) -> bool:
        """Whether a datagram of a source may be read."""
        if int(now) != self._second:
            self._second, self._seen = int(now), 0
            self._sources.clear()
        count = self._sources.get(source, 0)
        if count >= self.each or self._seen >= self.total:
            return False
        self._sources[source] = count + 1
        self._seen += 1
        return True


def _both(first: Notice, second: Notice) -> Notice:
    """Return one notice that asks for what both do; the later one names the kind."""
    topics = (
        None
        if first.topics is None or second.topics is None
        else first.topics | second.topics
    )
    return Notice(
        source=second.source,
        agent=second.agent,
        kind=second.kind,
        topics=topics,
        if_index=second.if_index,
        macs=first.macs + second.macs,
    )
