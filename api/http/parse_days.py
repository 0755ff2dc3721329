"""Days and moments as people write them. Pure."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta

from inventory.kernel.errors import Invalid

Span = tuple[datetime, datetime]
"""From - to, half-open."""


def moment_of(text: str) -> Span:
    """Return a whole day in UTC, or a moment, as an interval.

    Args:
        text: `2026-03-17`, or a moment such as `2026-03-17T09:30Z`; without a zone it
            is UTC.

    Raises:
        Invalid: It is neither.
    """
    # A plus sign in a query string arrives as a space.
    said = text.strip().replace(" ", "+") if "T" in text else text.strip()
    try:
        if len(said) == len("2026-03-17"):
            start = datetime.combine(date.fromisoformat(said), time(), UTC)
            return start, start + timedelta(days=1)
        at = datetime.fromisoformat(said)
        at = at if at.tzinfo else at.replace(tzinfo=UTC)
        return at.astimezone(UTC), at.astimezone(UTC) + timedelta(microseconds=1)
    except (ValueError, OverflowError):
        raise Invalid(
            f"{text!r} is neither a date nor a date and time.",
            where="at",
            remedy="Write 2026-03-17, or 2026-03-17T09:30Z.",
        ) from None
