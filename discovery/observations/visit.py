"""One visit: all observations made at one address at one time. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from collectors.facts import Observation
from discovery.matching.clusters import Record
from discovery.matching.identifiers import Identifier, identifiers_of
from discovery.observations.fields import IdentifyDevice

OUTSIDE = frozenset(("probe", "sweep", "http", "dns"))
"""Collectors that see a device as anybody does."""

NEW = "new"
"""Key of the record of a visit that is not stored yet."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Visit:
    """What was read at one address, ready to be matched.

    Attributes:
        address: Of the visit, empty for what was only heard of or seen by others.
        seen_at: The same moment for all observations.
        vendor: As identified; the scope of serial numbers.
        serial: As identified.
    """

    site: str
    address: str
    seen_at: datetime
    observations: tuple[Observation, ...]
    identifiers: frozenset[Identifier]
    vendor: str | None = None
    serial: str | None = None

    def as_record(self) -> Record:
        """Return what matching needs."""
        return Record(NEW, self.identifiers, self.site, self.address, self.seen_at)

    @property
    def is_weak(self) -> bool:
        """Whether nothing ties this to what others saw of the machine.

        An address or a name does not; nor does what was said to anybody without the
        address of its card, since neighbours know it by that.
        """
        if all(o.collector in OUTSIDE for o in self.observations):
            return not any(i.kind == "mac" and i.joins for i in self.identifiers)
        return not any(i.joins for i in self.identifiers)


def make_visit(
    observations: Sequence[Observation],
    identify: IdentifyDevice,
    *,
    address: str | None = None,
) -> Visit:
    """Identify what was read and collect its identifiers.

    Args:
        observations: Of one visit; at least one. They get one common time and, in
            the stored rows, one common set of identifiers.
        identify: Identification of one device.
        address: Where not that of the observations: empty for endpoints that others
            told about.
    """
    first = min(o.seen_at for o in observations)
    # What is the same object was identified already, when it was read.
    together = tuple(
        o if o.seen_at == first else replace(o, seen_at=first) for o in observations
    )
    own = [o for o in together if o.collector != "heard"]
    identity = identify.observed(own) if own else None
    vendor = identity.fields["vendor"].value if identity else None
    serial = identity.fields["serial"].value if identity else None
    found = identifiers_of(together, vendor=vendor, serial=serial)
    return Visit(
        site=together[0].site,
        address=together[0].address if address is None else address,
        seen_at=first,
        observations=together,
        identifiers=frozenset(found),
        vendor=vendor,
        serial=serial,
    )
