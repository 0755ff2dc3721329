"""What recurs: made of defaults and of the settings file, and begun when it is due."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from functools import partial
from typing import Any

import structlog
from sqlalchemy import select

from api.compose.scanning import check_networks
from api.compose.wiring import App, Settings
from api.jobs.kinds import kind_named
from discovery.work.port import Priority
from inventory.jobs.recurring import begin_due, find_overlong_and_failed, plan, replan
from inventory.jobs.rows import NewJob
from inventory.jobs.tables import RecurringJob
from inventory.kernel.errors import Invalid
from inventory.kernel.texts import N_
from inventory.storage.exclusive import lock_for_transaction
from inventory.storage.rows import table_of

log = structlog.get_logger("purser.jobs")

EVERY = 5.0
"""Seconds between looks for what is due."""
ACTOR = "timetable"
FILE, DEFAULT = "file", "default"
_recurring = table_of(RecurringJob)

HOUSE = (
    ("follow-day", "10 0 * * *", 60),
    ("expire-places", "40 1 * * *", 120),
    ("back-up", "30 2 * * *", 240),
    ("prune-jobs", "0 4 * * *", 60),
    ("verify-audit", "0 5 * * sun", 240),
    ("remind-posting", "0 6 * * *", 60),
    ("send-mail", "every 5 minutes", 30),
)
"""What recurs in every house: kind, when, the most minutes it may take."""
OF_SITE = (
    ("sweep", "every 4 hours", 180),
    ("whereabouts", "every 30 minutes", 30),
    ("collect", "30 0 * * *", 480),
    ("crawl", "0 20 * * sat", 480),
)
"""What recurs at a site with networks."""
PBX = ("read-pbx", "every 1 hour", 60)


def duties_of(app: App) -> Mapping[str, tuple[float, Callable[[], object]]]:
    """Return what who works on jobs does beside: looking at the clock."""
    return {"timetable": (EVERY, partial(look, app))}


def look(app: App) -> list[int]:
    """Begin what is due, and note what takes too long; return the new jobs."""
    made = begin_due(app.engine, app.clock, partial(_job, app))
    find_overlong_and_failed(app.engine, app.clock)
    return made


def _job(app: App, kind_name: str, site: str, targets: list[str]) -> NewJob:
    kind = kind_named(app, kind_name)
    return NewJob(
        kind=kind.name,
        queue=str(kind.queue),
        priority=Priority.ROUTINE,
        subject=site,
        arguments={"site": site, "targets": targets},
    )


def check_kind(app: App, name: str, site: str, targets: Sequence[str] = ()) -> None:
    """Refuse what cannot recur.

    Raises:
        Invalid: There is no such kind, site or network, or it is not made for it.
    """
    kind = kind_named(app, name)
    if kind.check is not None:
        kind.check(targets)
    elif not (kind.by_hand or kind.of_site):
        raise Invalid(
            N_("A job {name!r} does not recur."),
            where="kind",
            remedy=N_("Choose such as collect, sweep, whereabouts, crawl or back-up."),
            name=name,
        )
    known = {each.name: each.networks for each in app.settings.sites}
    if kind.of_site and targets:
        check_networks("targets", targets, known.get(site, ()))
    if site and known and site not in known:
        raise Invalid(
            N_("There is no site {site!r}."),
            where="site",
            remedy=N_("Add it to [[sites]] in purser.toml."),
            site=site,
        )


def set_up(app: App) -> None:
    """Make what the settings file and the house need, where it is not there yet.

    What a person changed or switched off stays so.

    Raises:
        Invalid: The file has a rule, a kind or a site that is none.
    """
    with app.work(ACTOR) as work:
        lock_for_transaction(work.connection, "recurring jobs")
        rows = work.connection.execute(select(_recurring)).mappings()
        there = {row["name"]: row for row in rows}
        for values in _of_file(app):
            old = there.get(values["name"])
            if old is None:
                plan(work, values)
            else:
                replan(work, old["id"], values)
        wanted = {each.name for each in app.settings.recurring}
        for name, old in there.items():
            if old["origin"] == FILE and name not in wanted and old["enabled"]:
                replan(work, old["id"], {"enabled": False})
        for values in _defaults(app.settings):
            if values["name"] not in {*there, *wanted}:
                plan(work, values, at_once=not values["site"])
        work.commit()


def _of_file(app: App) -> Iterator[dict[str, Any]]:
    for each in app.settings.recurring:
        check_kind(app, each.kind, each.site, each.targets)
        yield {
            "name": each.name,
            "kind": each.kind,
            "site": each.site,
            "targets": list(each.targets),
            "rule": each.when,
            "time_zone": each.time_zone or _zone(app.settings, each.site),
            "closed": list(each.closed),
            "longest_minutes": each.longest_minutes,
            "enabled": each.enabled,
            "origin": FILE,
        }


def _defaults(settings: Settings) -> Iterator[dict[str, Any]]:
    if not settings.jobs.defaults:
        return
    wanted = [(each, "") for each in HOUSE]
    wanted += [(PBX, "")] if settings.pbx else []
    wanted += [
        (each, site.name)
        for site in settings.sites
        if site.networks
        for each in OF_SITE
    ]
    for (kind, rule, longest), site_name in wanted:
        yield {
            "name": f"{kind} {site_name}".strip(),
            "kind": kind,
            "site": site_name,
            "rule": rule,
            "time_zone": _zone(settings, site_name),
            "longest_minutes": longest,
            "origin": DEFAULT,
        }


def defaults_of_site(
    site: str, networks: Sequence[str], time_zone: str
) -> Iterator[dict[str, Any]]:
    """Yield what usually recurs at a site whose networks a person names.

    Those that only ask known devices need no networks.
    """
    for kind, rule, longest in OF_SITE:
        yield {
            "name": f"{kind} {site}",
            "kind": kind,
            "site": site,
            "targets": [] if kind == "whereabouts" else list(networks),
            "rule": rule,
            "time_zone": time_zone,
            "longest_minutes": longest,
            "origin": "hand",
        }


def _zone(settings: Settings, site: str) -> str:
    of_site = next((s.time_zone for s in settings.sites if s.name == site), None)
    return of_site or settings.jobs.time_zone
