"""A scope: what part of the house somebody sees. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

PARTS = ("legal_entities", "sites", "departments", "cost_centres")
"""Names of the parts a scope may be limited to, each by codes."""


@dataclass(frozen=True, slots=True)
class Scope:
    """All conditions hold at once; an empty one does not limit.

    Attributes:
        legal_entities: Codes; what they own and whom they employ.
        sites: Codes of places of the kind site, with all that is within.
        departments: Codes, with those below them.
        cost_centres: Codes, with those below them.
        own: Id of a person: only what that person holds.
        leads: Id of a person: what the people hold whom that person leads or pays for.
    """

    legal_entities: tuple[str, ...] = ()
    sites: tuple[str, ...] = ()
    departments: tuple[str, ...] = ()
    cost_centres: tuple[str, ...] = ()
    own: int | None = None
    leads: int | None = None

    @property
    def is_whole(self) -> bool:
        """Whether nothing is left out."""
        return self == _WHOLE

    @property
    def only_sites(self) -> bool:
        """Whether it limits by site and by nothing else."""
        return bool(self.sites) and self == Scope(sites=self.sites)

    @property
    def only_legal_entities(self) -> bool:
        """Whether it limits by legal entity and by nothing else."""
        return self == Scope(legal_entities=self.legal_entities)


_WHOLE = Scope()


def stored_scope(found: Mapping[str, Iterable[str]] | None) -> Scope:
    """Return the scope of an account or a token, as it is stored: part -> codes."""
    legal_entities, sites, departments, cost_centres = (
        tuple(sorted((found or {}).get(name, ()))) for name in PARTS
    )
    return Scope(legal_entities, sites, departments, cost_centres)
