"""Sections of what is done beside requests. Pure."""

from __future__ import annotations

from pydantic import Field

from config.shapes import Section


class Jobs(Section):
    """`[jobs]`: work that is done beside requests."""

    queues: str = Field(
        default="all",
        description=(
            "which jobs `purser serve` works on: quick, scans, visits, house, long with"
            " commas between, all or none"
        ),
    )
    keep_days: int = Field(
        default=90,
        ge=1,
        le=3650,
        description="days that jobs which ended are kept, 1 to 3650",
    )
    time_zone: str = Field(
        default="UTC",
        description="the time zone of what recurs, such as Asia/Jakarta",
    )
    defaults: bool = Field(
        default=True,
        description="true or false: sites and the house get what usually recurs",
    )


class Recurring(Section):
    """`[[recurring]]`: something that is done again and again."""

    name: str = Field(min_length=1, max_length=100, description="its name")
    kind: str = Field(
        description="what is done, such as collect, sweep, whereabouts or back-up"
    )
    when: str = Field(
        description="every 15 minutes, or as in cron, such as 30 2 * * mon-fri"
    )
    site: str = Field(default="", description="the name of a site")
    targets: tuple[str, ...] = Field(
        default=(), description="a list of networks; else those of the site"
    )
    time_zone: str | None = Field(
        default=None, description="such as Asia/Jakarta; else that of the site"
    )
    closed: tuple[str, ...] = Field(
        default=(),
        description="a list of windows in which it is not begun: mon-fri 08:00-18:00",
    )
    longest_minutes: int = Field(
        default=240, ge=1, le=100_000, description="minutes it may take"
    )
    enabled: bool = Field(default=True, description="true or false: it is done")
