"""What a device said to a probe, collected by a parser within bounds. Pure.

A value that names a model, a maker or the like is a clue of kind `announced`, whose
source says protocol and place (`ipp printer-make-and-model`): what such a place means
is a line of data (`config/fingerprints/announced.tsv`), not code.
"""

from __future__ import annotations

import uuid
from dataclasses import dataclass, field

from collectors import macs
from collectors.facts import Certificate, Clue, HostKey, Service
from collectors.text import printable

MOST_CLUES = 96
"""Clues of one probe of one device."""
LONGEST = 256
"""Characters of one value."""
ANNOUNCED = "announced"


@dataclass(slots=True)
class Said:
    """What one device said, in the order it said it.

    Attributes:
        clues: Values with where they were read.
        host_keys: SSH host keys.
        services: What listens where.
        more: What the probe may ask next, such as the address of a description.
    """

    clues: list[Clue] = field(default_factory=list)
    host_keys: list[HostKey] = field(default_factory=list)
    services: list[Service] = field(default_factory=list)
    more: list[str] = field(default_factory=list)

    def clue(self, kind: str, value: str | None, source: str) -> None:
        """Add a clue; empty ones, doubles and those past the bound are left out."""
        text = printable((value or "")[: 4 * LONGEST])[:LONGEST].strip()
        if not text or len(self.clues) >= MOST_CLUES:
            return
        found = Clue(kind, text, printable(source)[:80])
        if found not in self.clues:
            self.clues.append(found)

    def announced(self, source: str, value: str | None) -> None:
        """Add a value whose place tells what it means."""
        self.clue(ANNOUNCED, value, source)

    def name(self, value: str | None, source: str) -> None:
        """Add what the device calls itself; an address is no name."""
        text = (value or "").strip().rstrip(".")
        if text and not text.replace(".", "").isdigit() and ":" not in text:
            self.clue("name", text, source)

    def mac(self, value: str | None, source: str) -> None:
        """Add the address of a card, where it is one."""
        found = macs.from_text(value or "")
        if found is not None and macs.identifies(found):
            self.clue("mac", found, source)

    def uuid(self, value: str | None, source: str) -> None:
        """Add a UUID of the device, written with or without `urn:` or `uuid:`."""
        found = uuid_in(value or "")
        if found is not None:
            self.clue("uuid", found, source)

    def serves(
        self,
        protocol: str,
        port: int,
        *,
        transport: str = "tcp",
        product: str | None = None,
        certificate: Certificate | None = None,
    ) -> None:
        """Add what listens on a port."""
        text = printable((product or "")[: 4 * LONGEST])[:LONGEST].strip()
        self.services.append(
            Service(
                transport=transport,
                port=port,
                protocol=protocol,
                product=text or None,
                certificate=certificate,
            )
        )

    def add(self, other: Said) -> None:
        """Add what another probe of the same device brought."""
        for each in other.clues:
            self.clue(each.kind, each.value, each.source)
        self.host_keys += [k for k in other.host_keys if k not in self.host_keys]
        self.services += [s for s in other.services if s not in self.services]


def uuid_in(text: str) -> str | None:
    """Return the UUID a text is, lower case with dashes; None where it is none.

    Those of one octet repeated, and those that are all but zero, are left out: makers
    ship them to every customer.
    """
    bare = text.strip().lower()
    for beginning in ("urn:", "uuid:"):
        bare = bare.removeprefix(beginning)
    bare = bare.split("::", 1)[0].strip("{}")
    if len(bare) not in (32, 36):
        return None
    try:
        found = uuid.UUID(bare)
    except ValueError:
        return None
    octets = found.bytes
    return None if len(set(octets)) < 4 else str(found)
