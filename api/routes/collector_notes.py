"""What remote collectors tell beside hosts: logins, notices, what was heard.

Since line 2.

A note has a number that only grows, and what was taken is kept with the collector: sent
twice, it counts once.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

import structlog
from fastapi import APIRouter
from pydantic import Field
from sqlalchemy import Connection, update

from api.compose.device_logins import all_credentials
from api.compose.rulebooks import known
from api.compose.wiring import App
from api.http.deps import AppDep
from api.http.errors import ApiError
from api.routes.collector_line import (
    Body,
    Caller,
    CallerDep,
    RawBody,
    sealed_for,
    standing_of,
    unpacked,
)
from collectors.facts import Observation
from collectors.pacing import LockoutGuard
from discovery.remote import notes
from inventory.jobs.collector_tables import Collector
from inventory.kernel.errors import Invalid
from inventory.network.findings.dhcp_servers import HeardServer
from inventory.storage.engine import writing
from inventory.storage.rows import col, id_of, table_of

router = APIRouter(prefix="/collector", include_in_schema=False)
_collector = table_of(Collector)
log = structlog.get_logger("purser.collector")


class NobodyListens(ApiError):
    """This process starts no scans for notices: another one may."""

    status = 503
    code = "nobody-listens"
    remedy = "Start `purser serve`."


class SentNote(Body):
    """A note as it is sent."""

    seq: int = Field(ge=0, lt=2**63)
    kind: str = Field(max_length=20)
    body: dict[str, Any]


class Notes(Body):
    """What a collector has to tell."""

    notes: list[SentNote] = Field(max_length=1000)


@dataclass
class Heard:
    """Who was heard at a site: machines that start, and who gives addresses away."""

    machines: list[Observation] = field(default_factory=list)
    servers: list[HeardServer] = field(default_factory=list)

    def take(self, who: Caller, note: SentNote) -> None:
        """Take a note.

        Raises:
            ValueError: It is none.
            Invalid: Likewise.
        """
        if note.kind == "machine":
            self.machines.append(notes.machine_of(note.body, who.site, who.skew))
        else:
            self.servers.append(notes.server_of(note.body, who.name))


@router.post("/credentials")
def credentials(app: AppDep, who: CallerDep, raw: RawBody) -> dict[str, Any]:
    """Give the credentials of the site, sealed: traps are heard by them."""
    unpacked(Body, raw)
    return {"credentials": sealed_for(app, who)}


@router.post("/notes")
def take(app: AppDep, who: CallerDep, raw: RawBody) -> dict[str, Any]:
    """Take notes in their order; what is none is left out, and said in the log.

    Raises:
        NobodyListens: There are notices, and nobody to act on them.
    """
    said = unpacked(Notes, raw)
    if app.traps.take is None and any(n.kind == "notice" for n in said.notes):
        raise NobodyListens
    every = all_credentials(app.settings, app.engine, app.clock).sets
    ours = [one for one in every if one.site in (None, who.site)]
    accounts = {each.name for one in ours for each in one.ssh}
    accounts |= {each.name for one in ours for each in one.winrm}
    accounts |= {f"pbx {each.name}" for each in app.settings.pbx}
    heard = Heard()
    for note in sorted(said.notes, key=lambda each: each.seq):
        try:
            if note.kind in {"machine", "server"}:
                heard.take(who, note)
            elif note.kind == "notice":
                _notice(app, who, note)
            else:
                _login(app, who, note, accounts)
        except (Invalid, ValueError, TypeError) as error:
            log.warning("a note is left out", collector=who.name, error=str(error))
    if heard.machines or heard.servers:
        _write(app, who, heard)
    last = max((note.seq for note in said.notes), default=0)
    with writing(app.engine) as connection:
        _is_new(connection, who, last)
    return {"taken": last, "standing": standing_of(app, who)}


def _is_new(connection: Connection, who: Caller, seq: int) -> bool:
    """Take a number; False if it, or a later one, was taken before."""
    changed = connection.execute(
        update(_collector)
        .where(id_of(Collector) == who.id, col(Collector.noted) < seq)
        .values(noted=seq)
    )
    return bool(changed.rowcount)


def _login(app: App, who: Caller, note: SentNote, accounts: set[str]) -> None:
    guard = app.settings.guard
    limits = LockoutGuard(guard.per_account, guard.per_device)
    if note.kind != "login":
        raise Invalid("That is nothing a collector notes.", where="kind")
    with writing(app.engine) as connection:
        if _is_new(connection, who, note.seq):
            notes.apply_login(
                connection, app.clock, limits, who.site, accounts, note.body
            )


def _notice(app: App, who: Caller, note: SentNote) -> None:
    notice = notes.notice_of(note.body)
    with writing(app.engine) as connection:
        new = _is_new(connection, who, note.seq)
    if new and app.traps.take is not None:
        app.traps.take(who.site, notice)


def _write(app: App, who: Caller, heard: Heard) -> None:
    """Write who was heard; twice changes nothing."""
    from discovery.identity.identification import RuleIdentification
    from discovery.notifications.listen import write_dhcp_servers, write_machines

    identify = RuleIdentification(known(app.settings).devices())
    with app.work(f"collector:{who.name}") as work:
        write_machines(work, heard.machines, identify)
        if heard.servers:
            write_dhcp_servers(work, who.site, heard.servers)
        work.commit()
