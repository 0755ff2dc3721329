"""What rules of provisioning say, as tables that an HR officer reads."""

from __future__ import annotations

from typing import Annotated, Any

from api.resources.declare import Column, Day, DetailModel, Show


class KitSaid(DetailModel):
    """A kit."""

    kit: Annotated[str, Column("Kit")]
    for_whom: Annotated[dict[str, list[str]] | str, Column("For whom")]
    gets: Annotated[list[str], Column("Gets")]
    without: Annotated[list[str], Column("Without")]
    start: Annotated[Day, Column("From", Show.DAY)]
    end: Annotated[Day, Column("Until", Show.DAY)]
    cost: Annotated[str | None, Column("Cost", Show.AMOUNT, about="Decimal text.")]
    currency: Annotated[str | None, Column("Currency", shown=False)]


class ItemSaid(DetailModel):
    """An item of kits."""

    item: Annotated[str, Column("Item")]
    kind: Annotated[str, Column("Kind", Show.WORD)]
    cost: Annotated[str | None, Column("Cost", Show.AMOUNT, about="Decimal text.")]
    currency: Annotated[str | None, Column("Currency", shown=False)]
    models: Annotated[list[str], Column("Models")]
    substitutes: Annotated[list[str], Column("Substitutes")]
    approval: Annotated[bool, Column("Needs approval", Show.YES)]
    benefit: Annotated[bool, Column("Stays with the person", Show.YES)]
    counted_only: Annotated[bool, Column("Counted only", Show.YES)]
    overlap: Annotated[int | None, Column("Days an old one may be kept")]


class CalendarSaid(DetailModel):
    """The working days of a site from a day on."""

    site: Annotated[str, Column("Site")]
    start: Annotated[Day, Column("From", Show.DAY)]
    zone: Annotated[str, Column("Time zone")]
    holidays_of: Annotated[str, Column("Public holidays of")]
    weekend: Annotated[list[str], Column("Weekend", Show.WORD)]


class ClosedSaid(DetailModel):
    """Days on which a site does not work."""

    site: Annotated[str, Column("Site")]
    first_day: Annotated[Day, Column("First day", Show.DAY)]
    last_day: Annotated[Day, Column("Last day", Show.DAY)]
    why: Annotated[str, Column("Reason")]


class HolidaySaid(DetailModel):
    """A public holiday."""

    day: Annotated[Day, Column("Day", Show.DAY)]
    holidays_of: Annotated[str, Column("Public holidays of")]
    name: Annotated[str, Column("Name")]


class StateSaid(DetailModel):
    """A state of a line."""

    state: Annotated[str, Column("State", Show.WORD)]
    meaning: Annotated[str, Column("Meaning", Show.SAID)]
    owner: Annotated[str, Column("Who has to act", Show.WORD)]
    deadline: Annotated[str, Column("Deadline", Show.SAID)]
    closed: Annotated[bool, Column("Nothing more to do", Show.YES)]
    other_words: Annotated[dict[str, str], Column("Other words")]
    other_owners: Annotated[dict[str, str], Column("Other owners")]


class StepSaid(DetailModel):
    """A step of a line."""

    step: Annotated[str, Column("Step", Show.WORD)]
    before: Annotated[list[str], Column("From the state", Show.WORD)]
    after: Annotated[str, Column("To the state", Show.WORD)]
    for_lines: Annotated[list[str], Column("For lines to", Show.WORD)]
    needs: Annotated[str, Column("Needs", Show.SAID)]


class NoticeSaid(DetailModel):
    """A notice: when it is sent, and to whom."""

    notice: Annotated[str, Column("Which notice")]
    moment: Annotated[str, Column("Moment", Show.WORD)]
    case_kind: Annotated[str, Column("Kind of case", Show.WORD)]
    to: Annotated[list[str], Column("To", Show.WORD)]
    owner: Annotated[str, Column("Of lines of", Show.WORD)]
    calendar_entry: Annotated[bool, Column("With a calendar entry", Show.YES)]


class LetterSaid(DetailModel):
    """The text of a notice in a language."""

    notice: Annotated[str, Column("Which notice")]
    language: Annotated[str, Column("Language")]
    subject: Annotated[str, Column("Subject line")]
    body: Annotated[str, Column("Text")]


class RuleSaid(DetailModel):
    """A rule of sources of staff."""

    rule: Annotated[str, Column("Rule")]
    value: Annotated[Any, Column("Value")]
