"""Domain events: what happened, as frozen values. Pure; imports nothing of ours.

A service says what it did by ``work.emit(event)``; which other context cares is
decided in ``inventory/handlers.py`` alone, so contexts never import one another.
Events carry ids and plain values, never table rows.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date


@dataclass(frozen=True, slots=True, kw_only=True)
class Event:
    """Something that happened in the register."""


@dataclass(frozen=True, slots=True, kw_only=True)
class AssetRegistered(Event):
    """The company owns or leases a new thing."""

    asset_id: int
    tag: str


@dataclass(frozen=True, slots=True, kw_only=True)
class AssetStateChanged(Event):
    """An asset went from one lifecycle state to another."""

    asset_id: int
    before: str
    after: str
    on: date


@dataclass(frozen=True, slots=True, kw_only=True)
class CustodyChanged(Event):
    """An asset has another holder, or none, from ``on``."""

    asset_id: int
    holder_kind: str | None
    holder_id: int | None
    on: date


@dataclass(frozen=True, slots=True, kw_only=True)
class AllocationChanged(Event):
    """Other cost centres bear an asset from ``on``."""

    asset_id: int
    on: date


@dataclass(frozen=True, slots=True, kw_only=True)
class PersonEmployed(Event):
    """An employment of a person begins on ``on``."""

    person_id: int
    employment_id: int
    on: date


@dataclass(frozen=True, slots=True, kw_only=True)
class PersonMoved(Event):
    """A person works for another department or cost centre from ``on``."""

    person_id: int
    employment_id: int
    on: date


@dataclass(frozen=True, slots=True, kw_only=True)
class EmploymentEnded(Event):
    """An employment ends; ``on`` is the first day without it."""

    person_id: int
    employment_id: int
    on: date
