"""Temporary copies of the tables that a transaction on PostgreSQL writes or locks.

A temporary table comes before the one of its name. Made with the first write, it takes
all further writes and reads of that transaction, so no row, unique key or number of the
register is held while something is tried. Keys to other tables are not checked in it.
"""

from __future__ import annotations

import re
from typing import Any

from sqlalchemy import Connection, event

_NAME = r'(?:ONLY\s+)?"?([a-z_][a-z0-9_]*)"?'
_WRITTEN = re.compile(rf"\b(?:INSERT\s+INTO|UPDATE|DELETE\s+FROM)\s+{_NAME}", re.I)
_READ = re.compile(rf"\b(?:FROM|JOIN)\s+{_NAME}", re.I)
_LOCKING = re.compile(r"\bFOR\s+(?:NO\s+KEY\s+UPDATE|UPDATE|KEY\s+SHARE|SHARE)\b", re.I)
_ALONE = "pg_advisory_xact_lock"
_NO_WORDS = frozenset({"of", "set", "skip", "nowait", "select", "lateral"})
"""Words that follow `UPDATE` or `FROM` and are no tables."""


class Shadows:
    """Makes the copies, from before a connection's first statement to its rollback.

    Args:
        connection: Of PostgreSQL; what it does is rolled back.
    """

    def __init__(self, connection: Connection) -> None:
        self._made: set[str] = set()
        self._schema = connection.exec_driver_sql("SELECT current_schema()").scalar()
        found = connection.exec_driver_sql(
            "SELECT relname FROM pg_class WHERE relkind = 'r'"
            " AND relnamespace = CAST(current_schema() AS regnamespace)"
        )
        self._tables = set(found.scalars())
        event.listen(connection, "before_cursor_execute", self._look, retval=True)

    def _look(
        self,
        _connection: Connection,
        cursor: Any,  # noqa: ANN401 - of the driver
        statement: str,
        parameters: Any,  # noqa: ANN401
        _context: object,
        _many: bool,
    ) -> tuple[str, Any]:
        if _ALONE in statement:
            # Who only tries has nothing to keep others from.
            return "SELECT NULL", ()
        named = _WRITTEN.findall(statement)
        if _LOCKING.search(statement):
            named += _READ.findall(statement)
        for name in named:
            if name.lower() not in _NO_WORDS and name in self._tables - self._made:
                self._shadow(cursor, name)
        return statement, parameters

    def _shadow(self, cursor: Any, name: str) -> None:  # noqa: ANN401
        of = f'"{self._schema}"."{name}"'
        cursor.execute(
            f'CREATE TEMPORARY TABLE "{name}" (LIKE {of} INCLUDING ALL) ON COMMIT DROP'
        )
        cursor.execute(f'INSERT INTO pg_temp."{name}" SELECT * FROM {of}')  # noqa: S608 - names of our tables
        # What was prepared before means the table that was meant then.
        cursor.execute("DISCARD PLANS")
        self._made.add(name)
