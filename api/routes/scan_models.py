"""What answers about scans look like; conventions as in `models`."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from pydantic import Field

from api.routes.models import Model, Moment, Next, Number, Text


class Scan(Model):
    """A scan of a list."""

    id: int
    site: str
    state: str = Field(
        description="queued, running, finished, cancelled, interrupted or failed."
    )
    request: dict[str, Any] = Field(description="What was asked for.")
    requested_by: str
    position: int = Field(description="Addresses of the targets that are done with.")
    owner: Text = Field(description="Host, process and start of who runs it.")
    attempt: int = Field(description="How many times it was taken up.")
    counts: dict[str, int]
    error: Text
    created_at: datetime
    started_at: Moment
    heartbeat_at: Moment
    finished_at: Moment


class ScanPage(Model):
    """A page of scans, newest first."""

    items: list[Scan]
    next: Text = Next


class Progress(Model):
    """How far a running scan is, at this moment."""

    phase: str = Field(description="sweep, collect or finish while it runs.")
    total: int
    swept: int
    answered: int
    done: int
    new: int
    problems: int


class ScanDetail(Scan):
    """A scan with the number of hosts per outcome and its live progress."""

    outcomes: dict[str, int]
    progress: Progress


class ScanHost(Model):
    """What came of one address in a scan."""

    id: int
    scan_id: int
    address: str
    outcome: str = Field(
        description="new, same, conflict, unidentified, silent, excluded, waiting or"
        " failed."
    )
    reason: Text
    detail: str
    device_id: Number
    device_name: Text
    collectors: dict[str, str] = Field(
        description="Collector -> ok, or why it brought nothing."
    )
    problems: list[list[str]] = Field(description="(where, reason, detail) each.")
    finished_at: datetime


class ScanHostPage(Model):
    """A page of hosts of a scan."""

    items: list[ScanHost]
    next: Text = Next


class Started(Model):
    """A scan that was queued; its address is in Location."""

    id: int


class Cancelled(Model):
    """Whether the scan ran in this process, so that it could be stopped."""

    id: int
    cancelled: bool
