"""Which provider may change which field of a person. Pure.

Several may know one person: HR by a file, two identity providers by SCIM. A field has
one owner; what others say is kept in their records and listed as a difference, and
changes nothing.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

NAMES = ("given_name", "family_name")
"""Owned by who first told of the person: for staff that is HR."""
ACCOUNT = ("email", "login")
"""Owned by the leading identity provider, because it gives them out."""


@dataclass(frozen=True, slots=True)
class ProviderRecord:
    """A provider's record of a person.

    Attributes:
        source: The provider.
        number: Number of its record; older ones are smaller.
        active: Whether the account is in use there.
    """

    source: str
    number: int
    active: bool


def leading_provider(
    provider_records: Sequence[ProviderRecord], ranking: Sequence[str] = ()
) -> str | None:
    """Return the provider whose e-mail and log-in hold for a person.

    Active accounts come before others, then the ranking decides, then who told first.
    """
    rank = {source: place for place, source in enumerate(ranking)}
    ordered = sorted(
        provider_records,
        key=lambda v: (not v.active, rank.get(v.source, len(rank)), v.number),
    )
    return ordered[0].source if ordered else None


def owned_fields(
    source: str, person_key: str, leading: str | None, sent: Mapping[str, str | None]
) -> dict[str, str]:
    """Return the fields of a person that a provider may set, of those it has said.

    Args:
        source: The provider that speaks.
        person_key: Key of the person; begins with the source that added it.
        leading: From `leading_provider`.
        sent: Fields and values; empty ones are left out, for a provider that says
            nothing of a field does not say that there is none.
    """
    own = person_key.startswith(f"{source}:")
    fields = (NAMES if own else ()) + (ACCOUNT if leading == source else ())
    return {name: value for name in fields if (value := sent.get(name))}
