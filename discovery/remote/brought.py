"""What a collector brought, as the centre takes it: read, or a host with its reason.

A collector is a program elsewhere, of another release or in wrong hands. Whatever it
sends of one host is a result of that host and costs no other one anything. Pure.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import structlog

from collectors.facts import Problem, Reason
from discovery.remote import wire
from discovery.scan.hosts import Host
from inventory.jobs.slices import Kept
from inventory.kernel.texts import N_, Said

LONGEST = 200
"""Letters of what was wrong that are told."""
LONGEST_PROBLEM = 5000
log = structlog.get_logger("purser.scan")


def hosts_of(kept: Collection[Kept], asked: Collection[str], site: str) -> list[Host]:
    """Return the hosts of a slice, with their times by the clock of the centre.

    One that cannot be read is a host that says so. One that was not asked for is left
    out: a collector speaks for its site and the addresses it was given.
    """
    found = []
    for each in kept:
        if each.address in asked:
            found.append(_host(each, site))
        else:
            log.warning("a host was brought that nobody asked for", host=each.address)
    return found


def _host(kept: Kept, site: str) -> Host:
    try:
        host = wire.unpack(Host, kept.body)
        if {host.address, *(o.address for o in host.observations)} != {kept.address}:
            raise ValueError("it is of another address")
        return _at(host, kept.seen_at - host.seen_at, site)
    except Exception as error:
        # Anything may have been sent, and reading it may break anywhere.
        log.exception("what was brought cannot be read", host=kept.address)
        detail = Said(
            N_("what the collector of the site brought cannot be read: {why}"),
            why=why_not(error),
        )
        problem = Problem("collector:host", Reason.MALFORMED, detail)
        return Host(kept.address, kept.seen_at, problems=[problem], collected=True)


def why_not(error: Exception) -> str:
    """Return what was wrong, in letters that can be shown anywhere."""
    text = str(error) if isinstance(error, ValueError) else type(error).__name__
    return "".join(c for c in text if c.isascii() and c.isprintable())[:LONGEST]


def problems_of(sent: Iterable[object]) -> list[Problem]:
    """Return what did not work where a slice was visited, each read by itself."""
    found = []
    for each in sent:
        try:
            problem = wire.from_plain(Problem, each)
            if len(problem.where) + len(problem.detail) > LONGEST_PROBLEM:
                raise ValueError("it is too long")
        except ValueError as error:
            text = N_("what the collector of the site brought cannot be read: {why}")
            detail = Said(text, why=why_not(error))
            problem = Problem("collector", Reason.MALFORMED, detail)
        found.append(problem)
    return found


def moment(told: object, skew: timedelta, now: datetime) -> datetime:
    """Return a moment by our clock; now, where what was told is none."""
    try:
        at = datetime.fromtimestamp(float(str(told)), UTC) - skew
    except (ValueError, OverflowError, OSError):
        return now
    return at if at <= now else now


def _at(host: Host, shift: timedelta, site: str) -> Host:
    host.seen_at += shift
    host.observations = [
        replace(each, seen_at=each.seen_at + shift, site=site)
        for each in host.observations
    ]
    host.collected = True
    return host
