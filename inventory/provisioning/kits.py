"""Who gets what: kits chosen by role, place, legal entity and day. Pure."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from inventory.kernel.money import Money


@dataclass(frozen=True, slots=True)
class Item:
    """Something a kit contains.

    Attributes:
        name: Also its place in a case.
        kind: Kind of asset, or of a service.
        any_of: Models that fit, the best first; none for any.
        substitutes: Models to take if none of these is in stock.
        tracked: It is an asset of the register.
        benefit: Stays until the employment ends.
        cost: Estimate.
        approval: Somebody has to approve it.
        overlap: Working days an old one may be kept after a move.
    """

    name: str
    kind: str
    any_of: tuple[str, ...] = ()
    substitutes: tuple[str, ...] = ()
    tracked: bool = True
    benefit: bool = False
    cost: Money | None = None
    approval: bool = False
    overlap: int = 0

    @property
    def models(self) -> tuple[str, ...]:
        """All models that do, the best first; none for any of the kind."""
        return (*self.any_of, *self.substitutes) if self.any_of else ()

    def fits(self, kind: str, model: str | None) -> bool:
        """Whether a thing does for it."""
        return kind == self.kind and (not self.models or model in self.models)


@dataclass(frozen=True, slots=True)
class Kit:
    """Items for everybody whom it fits.

    Attributes:
        when: Field -> values; all of the fields have to fit.
        without: Items of other kits that these people do not get.
        start: First day the kit holds; None from ever.
        end: First day it holds no more; None for good.
    """

    name: str
    items: tuple[str, ...]
    when: Mapping[str, Sequence[str]] = field(default_factory=dict)
    without: tuple[str, ...] = ()
    start: date | None = None
    end: date | None = None

    def fits(self, terms: Mapping[str, Any], day: date) -> bool:
        """Whether somebody who works on these terms gets it on a day."""
        if self.start is not None and day < self.start:
            return False
        if self.end is not None and day >= self.end:
            return False
        return all(terms.get(name) in values for name, values in self.when.items())


@dataclass(frozen=True, slots=True)
class Kits:
    """All kits and their items.

    Attributes:
        document: What they were read from, as plain JSON.
    """

    items: Mapping[str, Item]
    kits: Sequence[Kit]
    document: Mapping[str, Any] = field(default_factory=dict, compare=False)

    @property
    def digest(self) -> str:
        """SHA-256 of the document: tells versions apart."""
        text = json.dumps(self.document, sort_keys=True, ensure_ascii=False)
        return hashlib.sha256(text.encode()).hexdigest()

    def of(self, terms: Mapping[str, Any], day: date) -> tuple[Item, ...]:
        """Return what somebody gets who works on these terms from a day on."""
        fitting = [kit for kit in self.kits if kit.fits(terms, day)]
        without = {name for kit in fitting for name in kit.without}
        names = dict.fromkeys(name for kit in fitting for name in kit.items)
        return tuple(self.items[name] for name in names if name not in without)
