"""What a generated network is known to be: where everything is, how it is cabled."""

from __future__ import annotations

from dataclasses import dataclass, field

from discovery.topology.model import Network


@dataclass(frozen=True, slots=True)
class Truth:
    """Where an endpoint is.

    Attributes:
        listed: Its switch was read and lists it: the tables determine the place.
        path: The ports on the way to it, of switches that were read; the nearest last.
        moved: Some tables still say where it was before.
    """

    node: int
    port: int
    listed: bool
    behind: int | None = None
    path: tuple[int, ...] = ()
    moved: bool = False


@dataclass(slots=True)
class Switch:
    number: int
    parent: int | None
    read: bool
    announces: bool
    uplink: list[int] = field(default_factory=list)
    downlinks: dict[int, list[int]] = field(default_factory=dict)
    next_port: int = 1


@dataclass(slots=True)
class Made:
    """A network and its truth by MAC; `cables` are pairs of (node, port) ends."""

    network: Network
    truth: dict[str, Truth]
    cables: dict[frozenset[int], tuple[frozenset[int], bool]]
