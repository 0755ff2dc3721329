"""Identification bound to its knowledge, in the shape a scan uses. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from collectors.facts import Neighbour, Observation
from collectors.ports import Oid
from discovery.identity.identify import (
    Identity,
    Knowledge,
    identify,
    identify_neighbour,
    wanted_columns,
    wanted_objects,
)


@dataclass(frozen=True, slots=True)
class KnownDevices:
    """Implements `discovery.scan.context.Identification` by `identity.identify`."""

    knowledge: Knowledge

    def observed(self, observations: Sequence[Observation]) -> Identity:
        """Weigh everything observed of one device."""
        return identify(observations, self.knowledge)

    def heard(self, neighbours: Sequence[Neighbour]) -> Identity:
        """Weigh what one endpoint announced to others."""
        return identify_neighbour(neighbours, self.knowledge)

    def wanted_objects(self, seen: Observation) -> Sequence[Oid]:
        """Return instances to read once the system group is known."""
        return wanted_objects(seen, self.knowledge)

    def wanted_columns(self, seen: Observation) -> Sequence[Oid]:
        """Return columns of which the first rows suffice."""
        return wanted_columns(seen, self.knowledge)
