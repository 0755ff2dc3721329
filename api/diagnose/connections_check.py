"""Whether PostgreSQL lets in as many connections as our processes may open; looks only.

Who is connected now is counted by name: each of our processes has one of its own
(`inventory.storage.engine.program_name`), of whatever machine.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal

from sqlalchemy import Connection, text

from api.compose.wiring import Settings, database_url
from config.settings import LEAST_CONNECTIONS
from inventory.kernel.errors import InventoryError
from inventory.storage.engine import PROGRAM, make_engine, program_name

State = Literal["ok", "missing", "failed"]
SPARE = 5
"""For commands, which open one or two, and for whoever looks at the database."""

_ROOM = text(
    """
    SELECT current_setting('max_connections')::int AS most,
           current_setting('superuser_reserved_connections')::int
           + coalesce(current_setting('reserved_connections', true), '0')::int AS kept,
           (SELECT rolconnlimit FROM pg_roles WHERE rolname = current_user) AS of_role,
           (SELECT datconnlimit FROM pg_database WHERE datname = current_database())
               AS of_database
    """
)
_CONNECTED = text(
    """
    SELECT application_name AS program, datname = current_database() AS here
    FROM pg_stat_activity
    WHERE datname IS NOT NULL AND coalesce(backend_type, 'client backend')
          = 'client backend' AND pid <> pg_backend_pid()
    """
)


@dataclass(frozen=True, slots=True)
class Standing:
    """What a server lets in, and who is there.

    Attributes:
        most: Connections of all.
        kept: Of these, for administrators of the server.
        allowed: Further limits, of the role and of the database.
        processes: Ours that are connected, without this one.
        others: Connections of other programs and other databases.
    """

    most: int
    kept: int
    allowed: tuple[int, ...]
    processes: int
    others: int

    @property
    def room(self) -> int:
        """Connections that ours may have together."""
        return min((self.most - self.kept - self.others, *self.allowed))


def examine_connections(settings: Settings) -> Iterator[tuple[State, str, str]]:
    """Yield state, finding and remedy; nothing for a database that is a file."""
    try:
        engine = make_engine(database_url(settings))
        if engine.dialect.name != "postgresql":
            return
        try:
            with engine.connect() as connection:
                standing = _standing(connection)
        finally:
            engine.dispose()
    except InventoryError:
        return  # the check of the database says so
    yield judge(standing, settings.database_connections)


def _standing(connection: Connection) -> Standing:
    room = connection.execute(_ROOM).one()
    ours, others = set(), 0
    for program, here in connection.execute(_CONNECTED):
        if here and program.startswith(PROGRAM):
            ours.add(program)
        else:
            others += 1
    limits = tuple(each for each in (room.of_role, room.of_database) if each >= 0)
    processes = len(ours - {program_name()})
    return Standing(room.most, room.kept, limits, processes, others)


def judge(standing: Standing, each: int) -> tuple[State, str, str]:
    """Return state, finding and remedy (pure).

    Args:
        standing: What the server lets in.
        each: What a process may open.
    """
    processes = max(1, standing.processes)
    need = processes * each + SPARE
    running = f"{standing.processes} running"
    finding = (
        f"{processes} process(es) of Purser ({running}) may open {each} each and"
        f" commands {SPARE}, together {need}; the server leaves {standing.room} of"
        f" {standing.most}: {standing.kept} are kept for its administrators,"
        f" {standing.others} taken by other programs"
    )
    if need <= standing.room:
        return "ok", finding, ""
    return "missing", finding, _remedy(standing, processes, need)


def _remedy(standing: Standing, processes: int, need: int) -> str:
    fits = (standing.room - SPARE) // processes
    lower = f"set database_connections to {fits}" if fits >= LEAST_CONNECTIONS else ""
    most = need + standing.kept + standing.others
    ways = [f"set max_connections of PostgreSQL to {most} or more"]
    if standing.most >= most:
        ways = []
    if any(limit < need for limit in standing.allowed):
        ways.append(f"raise the connection limit of its role or database to {need}")
    raised = " and ".join(ways)
    text = " or ".join(filter(None, (raised, lower)))
    return f"{text[0].upper()}{text[1:]}, and start again."
