"""Half-open stretches of days, and what is in force when. Pure, imports nothing ours.

Custody, allocation, employment and placement are all dated the same way: `start` is
the first day, `end` the first day no more, None means open. A stretch with
`end == start` records something that began and ended on one day; it covers no day.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Generic, TypeVar

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Span:
    """Days from `start` up to but not including `end`; open if `end` is None.

    Raises:
        ValueError: `end` lies before `start`.
    """

    start: date
    end: date | None = None

    def __post_init__(self) -> None:
        if self.end is not None and self.end < self.start:
            raise ValueError(
                f"the end {self.end} lies before the start {self.start}; "
                "the end is the first day no more"
            )

    def __contains__(self, day: date) -> bool:
        return self.start <= day and (self.end is None or day < self.end)

    def __bool__(self) -> bool:
        """Whether it covers any day."""
        return self.end is None or self.end > self.start

    def overlaps(self, other: Span) -> bool:
        """Return whether both cover some day."""
        return bool(self.meet(other))

    def meet(self, other: Span) -> Span | None:
        """Return the days both cover; None if there are none."""
        start = max(self.start, other.start)
        ends = [end for end in (self.end, other.end) if end is not None]
        end = min(ends) if ends else None
        if end is not None and end <= start:
            return None
        return Span(start, end)

    def __str__(self) -> str:
        return f"{self.start} to {self.end or 'open'}"


@dataclass(frozen=True, slots=True)
class Dated(Generic[T]):
    """A value in force during a span."""

    span: Span
    value: T


@dataclass(frozen=True, slots=True)
class Layered(Generic[T]):
    """What holds during a span, and which layer says so; None if none does."""

    span: Span
    value: T | None
    layer: int | None


def layer(layers: Sequence[Iterable[Dated[T]]], window: Span) -> list[Layered[T]]:
    """Return what holds in each part of `window`; earlier layers outrank later ones.

    Neighbouring parts with the same value and layer are joined; parts without any
    value are kept with None, so the result covers the window without gaps.

    Args:
        layers: Dated values, the strongest layer first; within a layer the first
            that covers a day counts.
        window: The days that are asked about.
    """
    known = [[item for item in items if item.span.meet(window)] for items in layers]
    cuts = {window.start}
    for items in known:
        for item in items:
            part = item.span.meet(window)
            if part:
                cuts.add(part.start)
                if part.end is not None and part.end != window.end:
                    cuts.add(part.end)
    days = sorted(cuts)
    parts: list[Layered[T]] = []
    for start, end in zip(days, [*days[1:], window.end], strict=True):
        found = _on(known, start)
        if parts and (parts[-1].value, parts[-1].layer) == found:
            start = parts.pop().span.start
        parts.append(Layered(Span(start, end), *found))
    return parts


def _on(layers: Sequence[Sequence[Dated[T]]], day: date) -> tuple[T | None, int | None]:
    for number, items in enumerate(layers):
        for item in items:
            if day in item.span:
                return item.value, number
    return None, None


def overlap(spans: Iterable[Span]) -> tuple[Span, Span] | None:
    """Return two spans that cover the same day, if there are any."""
    last: Span | None = None
    for span in sorted(filter(None, spans), key=lambda one: one.start):
        if last is not None and last.overlaps(span):
            return last, span
        last = span
    return None
