"""Which port leads to which bridge: what is told and what nothing contradicts. Pure.

A silent switch that is read alone shows the stations behind its uplink like those on
a hub. Only when the next switch is read can it be said that the port leads there: by
announcements, by addresses of bridges, or by what both have learned. Until one of
these tells, the port may lead to any bridge.
"""

from __future__ import annotations

from datetime import datetime, timedelta

from discovery.topology.bridges import Directions
from discovery.topology.model import Network
from discovery.topology.port_pairs import Pairs

AGEING = timedelta(seconds=300)
"""How long a bridge keeps what it has learned, by default (IEEE 802.1Q, table 8-6)."""


class Ways:
    """Ways between the bridges of one network.

    Args:
        network: All that is known.
        directions: What links and addresses of bridges tell.
        pairs: What the tables of two bridges tell together.
    """

    def __init__(self, network: Network, directions: Directions, pairs: Pairs) -> None:
        self._tables = network.tables
        self._directions = directions
        self._pairs = pairs

    def lead(self, here: int, port: int, there: int, their_port: int) -> bool:
        """Whether a port leads to another bridge, which has its own port elsewhere."""
        if self._directions.may_lead(here, port, there):
            return True
        if not self._are_silent(here, there):
            return False
        return self._pairs.leads(here, port, there, their_port)

    def may_lead(self, here: int, port: int, there: int) -> bool:
        """Whether a port leads to another bridge for all that is known."""
        if self._directions.may_lead(here, port, there):
            return True
        if not self._are_silent(here, there):
            return False
        return not self._pairs.leads_away(here, port, there)

    def is_read(self, node: int, since: datetime) -> bool:
        """Whether the whole forwarding table of a bridge was read since a moment."""
        table = self._tables.get(node)
        return table is not None and table.complete and table.read_at > since

    def is_new_behind(
        self, here: int, port: int, there: int, their_port: int, since: datetime
    ) -> bool:
        """Whether a bridge is likely behind a port, and not known from before.

        Nothing that it did not list may speak against that: it was never read till
        now, or only so long after a moment that it may have forgotten what was behind
        it then. And what both have learned fits: there are addresses that the other
        bridge sees through a port which is not this one of it, and that are not
        behind ours.
        """
        table = self._tables.get(there)
        if table is None or table.first_read_at is None:
            return False
        is_first = table.first_read_at == table.read_at
        if not (is_first or table.first_read_at > since + AGEING):
            return False
        if not self._are_silent(here, there):
            return False
        return self._pairs.may_face(here, port, there, their_port)

    def _are_silent(self, here: int, there: int) -> bool:
        """Whether both are bridges, and nothing tells how one reaches the other."""
        both = {here, there} <= self._tables.keys()
        return both and self._directions.toward(here, there) is None
