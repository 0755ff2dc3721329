"""Employments and placements over time, and what a place or an e-mail may be. Pure.

A placement says where an employed person works and who pays. A change of it from a
day on ends the one in force and drops what was planned after that day, because the
new statement covers it.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from inventory.kernel.errors import Conflict, Invalid
from inventory.kernel.spans import Dated, Span
from inventory.kernel.texts import N_

LOCATION_KINDS = (
    *(N_("site"), N_("building"), N_("floor"), N_("room"), N_("rack"), N_("stock")),
)
"""What a location can be."""


@dataclass(frozen=True, slots=True)
class EmploymentTerms:
    """Where somebody works and who pays; None is not known or not applicable."""

    department_id: int | None = None
    cost_centre_id: int | None = None
    manager_id: int | None = None
    location_id: int | None = None
    title: str | None = None


@dataclass(frozen=True, slots=True)
class PlacementChange:
    """What to write: these rows end on these days, then this one begins.

    Nothing to end and nothing to begin means that nothing changes.
    """

    end: tuple[tuple[int, date], ...] = ()
    begin: Dated[EmploymentTerms] | None = None


@dataclass(frozen=True, slots=True)
class RecordedPlacement:
    """A placement as it is recorded."""

    id: int
    span: Span
    terms: EmploymentTerms


def change_placement(
    placements: Sequence[RecordedPlacement],
    employed: Span,
    terms: EmploymentTerms,
    on: date,
) -> PlacementChange:
    """Return what to write so that `terms` hold from `on` to the end of employment.

    Raises:
        Invalid: The person is not employed on that day.
    """
    if on not in employed:
        raise Invalid(
            N_("The employment runs {employed}; {on} is not in it."),
            where="on",
            remedy=N_("Give a day within the employment, or employ the person first."),
            employed=employed,
            on=on,
        )
    known = [placed for placed in placements if placed.span]
    later = [placed for placed in known if placed.span.start > on]
    current = next((placed for placed in known if on in placed.span), None)
    if current and not later and current.terms == terms:
        return PlacementChange()
    ends = [(placed.id, placed.span.start) for placed in later]
    if current:
        ends.append((current.id, on))
    return PlacementChange(tuple(ends), Dated(Span(on, employed.end), terms))


def end_placements(
    placements: Sequence[RecordedPlacement], employed: Span, on: date
) -> PlacementChange:
    """Return what to write so that the employment ends: `on` is the first day without.

    A later end than the one recorded prolongs the last placement.

    Raises:
        Invalid: `on` lies before the employment began.
    """
    if on < employed.start:
        raise Invalid(
            N_("The employment begins on {start} only."),
            where="on",
            remedy=N_("Give a day from {start} on."),
            start=employed.start,
        )
    ends = []
    for placed in filter(lambda one: one.span, placements):
        last = placed.span.end
        if last is None or last > on:
            ends.append((placed.id, max(on, placed.span.start)))
        elif last == employed.end and last < on:
            ends.append((placed.id, on))
    return PlacementChange(tuple(ends))


def check_employment(existing: Sequence[Span], new: Span, number: str) -> None:
    """Refuse an employment that overlaps another with the same number.

    Raises:
        Conflict: They overlap.
    """
    for span in existing:
        if span.overlaps(new):
            raise Conflict(
                N_("The number {number!r} is in use {span}."),
                where="number",
                remedy=N_("End that employment first, or use another number."),
                number=number,
                span=span,
            )


def check_email(email: str | None) -> None:
    """Refuse what cannot be an address.

    Raises:
        Invalid: Not `somebody@somewhere`.
    """
    if email is None:
        return
    name, _, domain = email.partition("@")
    if not name or not domain or "@" in domain or any(c.isspace() for c in email):
        raise Invalid(
            N_("{email!r} is not an e-mail address."),
            where="email",
            remedy=N_("Write it as somebody@example.com, or leave it empty."),
            email=email,
        )
