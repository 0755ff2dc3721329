"""Identification bound to its knowledge, in the shape a scan uses. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

from collectors.facts import Neighbour, Observation
from collectors.ports import Oid
from discovery.identity.identify import (
    Considered,
    Identity,
    Knowledge,
    columns_to_read,
    identify,
    identify_neighbour,
    more_to_read,
    objects_to_read,
    subtrees_to_read,
)

MOST_RECENT = 256
"""Devices remembered between rounds of questions, and until they are written."""


@dataclass(frozen=True, slots=True)
class RuleIdentification:
    """Implements `discovery.scan.context.Identification` by `identity.identify`."""

    knowledge: Knowledge
    _recent: dict[str, tuple[Observation, Considered]] = field(
        default_factory=dict, init=False, repr=False, compare=False
    )

    def _consider(self, observation: Observation) -> Considered:
        """Return what was made of this very observation, if it was a moment ago."""
        where = f"{observation.site} {observation.address}"
        known = self._recent.get(where)
        if known is not None and known[0] is observation:
            return known[1]
        made = Considered(observation, self.knowledge)
        self._recent.pop(where, None)
        self._recent[where] = observation, made
        # One thread asks devices and another one writes them: no iterator is kept.
        for oldest in tuple(self._recent)[:-MOST_RECENT]:
            self._recent.pop(oldest, None)
        return made

    def observed(self, observations: Sequence[Observation]) -> Identity:
        """Weigh everything observed of one device."""
        if len(observations) == 1:
            return self._consider(observations[0]).identity
        return identify(observations, self.knowledge)

    def heard(self, neighbours: Sequence[Neighbour]) -> Identity:
        """Weigh what one endpoint announced to others."""
        return identify_neighbour(neighbours, self.knowledge)

    def objects_to_read(self, observation: Observation) -> Sequence[Oid]:
        """Return instances to read once the system group is known."""
        return objects_to_read(self._consider(observation), self.knowledge)

    def columns_to_read(self, observation: Observation) -> Sequence[Oid]:
        """Return columns of which the first rows suffice."""
        return columns_to_read(self._consider(observation), self.knowledge)

    def more_to_read(
        self, observation: Observation, asked: set[Oid]
    ) -> tuple[Sequence[Oid], Sequence[Oid]]:
        """Return likely objects and columns of main fields that are still unknown."""
        return more_to_read(self._consider(observation), asked, self.knowledge)

    def subtrees_to_read(self, observation: Observation) -> Sequence[Oid]:
        """Return subtrees of makers of whom nothing else tells model or version."""
        return subtrees_to_read(self._consider(observation), self.knowledge)
