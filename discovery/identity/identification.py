"""Identification bound to its knowledge, in the shape a scan uses. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from collectors.facts import Neighbour, Observation
from collectors.ports import Oid
from discovery.identity.identify import (
    Identity,
    Knowledge,
    columns_to_read,
    identify,
    identify_neighbour,
    more_to_read,
    objects_to_read,
    subtrees_to_read,
)


@dataclass(frozen=True, slots=True)
class RuleIdentification:
    """Implements `discovery.scan.context.Identification` by `identity.identify`."""

    knowledge: Knowledge

    def observed(self, observations: Sequence[Observation]) -> Identity:
        """Weigh everything observed of one device."""
        return identify(observations, self.knowledge)

    def heard(self, neighbours: Sequence[Neighbour]) -> Identity:
        """Weigh what one endpoint announced to others."""
        return identify_neighbour(neighbours, self.knowledge)

    def objects_to_read(self, observation: Observation) -> Sequence[Oid]:
        """Return instances to read once the system group is known."""
        return objects_to_read(observation, self.knowledge)

    def columns_to_read(self, observation: Observation) -> Sequence[Oid]:
        """Return columns of which the first rows suffice."""
        return columns_to_read(observation, self.knowledge)

    def more_to_read(
        self, observation: Observation, asked: set[Oid]
    ) -> tuple[Sequence[Oid], Sequence[Oid]]:
        """Return likely objects and columns of main fields that are still unknown."""
        return more_to_read(observation, asked, self.knowledge)

    def subtrees_to_read(self, observation: Observation) -> Sequence[Oid]:
        """Return subtrees of makers of whom nothing else tells model or version."""
        return subtrees_to_read(observation, self.knowledge)
