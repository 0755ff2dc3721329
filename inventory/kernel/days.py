"""Rules about single days. Pure; imports the errors only."""

from __future__ import annotations

from datetime import date, timedelta

from inventory.kernel.errors import Invalid
from inventory.kernel.texts import N_


def not_future(on: date, today: date) -> None:
    """Refuse a day that has not come yet, anywhere on earth.

    Args:
        on: The day somebody gave.
        today: The present day (UTC).

    Raises:
        Invalid: It lies in the future.
    """
    # East of us the next day has begun already.
    if on > today + timedelta(days=1):
        raise Invalid(
            N_("The day {on} lies in the future; the register says what has happened."),
            where="on",
            remedy=N_("Give a day up to {today}; plan later ones as a case."),
            on=on,
            today=today,
        )
