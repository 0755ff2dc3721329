"""Finding rows by parts of words, with an index that knows every three characters.

Some tables have a column `search` with lower-case text; of others some columns are
searched together. A word of three characters or more is found anywhere in it, a shorter
one at the beginning of a word. What a word finds is always decided by LIKE, so both
databases answer alike; the index only makes it fast:

- SQLite (3.34 or newer with FTS5): a table `NAME_search` of trigrams, without a copy
  of the text, kept in step by triggers.
- PostgreSQL: a GIN index of the extension `pg_trgm`. It comes with every packaged
  server, but may be missing, or the role may not be allowed to create it.

Where there is none, the same rows are found by reading the table. `make_indexes` runs
after every upgrade, so `purser db upgrade` makes what has become possible since. The
indexes hold nothing of their own; therefore no revision makes them. May import
SQLAlchemy and `tables`.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, MutableMapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import (
    ColumnElement,
    Connection,
    Select,
    Table,
    Text,
    and_,
    column,
    func,
    literal_column,
    select,
)
from sqlalchemy import table as plain_table

SEARCHED: Mapping[str, tuple[str, ...]] = {
    "asset": ("search",),
    "person": ("search",),
    "device": ("search",),
    "interface": ("name", "alias", "mac"),
}
"""Tables with an `id`, and the columns that are searched in. What a service writes into
`search` is in lower case; other columns are brought to it by the database."""

MOST = 10_000
"""Up to that many rows are sorted; more are met soon enough in the list's own order."""

GRAM = 3
_OLDEST = (3, 34, 0)


@dataclass(frozen=True, slots=True)
class SearchPlan:
    """What words narrow a list down to.

    Attributes:
        conditions: All must hold.
        few: At most `MOST` rows, found by the index: fetch and sort them. Else read
            the list in its own order until a page is full.
    """

    conditions: tuple[ColumnElement[bool], ...] = ()
    few: bool = False

    def keys(
        self, keys: Mapping[str, ColumnElement[Any]]
    ) -> dict[str, ColumnElement[Any]]:
        """Return sort keys; for few rows such that no index is walked for them."""
        if not self.few:
            return dict(keys)
        return {name: func.coalesce(key, key) for name, key in keys.items()}


def words_of(text: str) -> list[str]:
    """Return the words of a search, folded like the text that is searched."""
    return text.casefold().split()


def contains(table: Table, word: str) -> ColumnElement[bool]:
    """Return the condition that the text of a row has a word; decides what is found."""
    return _text_of(table).contains(_indexed_form(word), autoescape=True)


def matches(connection: Connection, table: Table, word: str) -> ColumnElement[bool]:
    """Return the condition that a row has a word, by the index if there is one.

    Args:
        connection: Looks whether there is an index.
        table: One of `SEARCHED`.
        word: As of `words_of`.
    """
    exact, form = contains(table, word), _indexed_form(word)
    if connection.dialect.name != "sqlite" or len(form) < GRAM:
        return exact
    if not _has_index(connection, table.name):
        return exact
    # IN would read all that the index finds, however many.
    found = _candidates(table, [form]).limit(MOST + 1)
    if not is_few(connection, found):
        return exact
    return and_(table.c.id.in_(found), exact)


def is_searched(table: Table, columns: Sequence[ColumnElement[Any]]) -> bool:
    """Whether the index of a table is of just these columns."""
    names = tuple(getattr(one, "name", "") for one in columns)
    return SEARCHED.get(table.name) == names


def _text_of(table: Table) -> ColumnElement[str]:
    """Return the text of rows exactly as the index of PostgreSQL has it."""
    if SEARCHED[table.name] == ("search",):
        return _SPACE + table.c.search
    text: ColumnElement[str] | None = None
    for name in SEARCHED[table.name]:
        part = func.coalesce(table.c[name], _NONE, type_=Text())
        text = part if text is None else text + _SPACE + part
    return _SPACE + func.lower(text, type_=Text())


_SPACE, _NONE = literal_column("' '", Text()), literal_column("''", Text())


def _candidates(table: Table, sought: Iterable[str]) -> Select[Any]:
    index = plain_table(f"{table.name}_search", column("rowid"))
    # The name of an FTS5 table stands for its whole text.
    text: ColumnElement[str] = column(index.name)
    return select(index.c.rowid).where(text.op("MATCH")(_match(sought)))


def plan_search(
    connection: Connection, table: Table, words: Sequence[str]
) -> SearchPlan:
    """Return how to find the rows of a table that have all words.

    Args:
        connection: Looks into the index how many there are, up to `MOST`.
        table: One of `SEARCHED`.
        words: As of `words_of`.
    """
    if not words:
        return SearchPlan()
    exact = tuple(contains(table, word) for word in words)
    sought = [_indexed_form(word) for word in words if len(_indexed_form(word)) >= GRAM]
    if connection.dialect.name != "sqlite":
        candidates = select(table.c.id).where(*exact)
        return SearchPlan(exact, is_few(connection, candidates))
    if not sought or not _has_index(connection, table.name):
        return SearchPlan(exact)
    candidates = _candidates(table, sought)
    if not is_few(connection, candidates):
        return SearchPlan(exact)
    return SearchPlan((table.c.id.in_(candidates), *exact), few=True)


def make_indexes(connection: Connection) -> None:
    """Make the indexes that this database can have and has not yet.

    Fills them from the rows that are there. Nothing happens where it cannot be done.
    """
    make = _make_sqlite if connection.dialect.name == "sqlite" else _make_postgres
    make(connection)


def is_compared(
    name: str | None, kind: str, _parents: MutableMapping[Any, Any]
) -> bool:
    """Tell Alembic which names of a database are the models' and which ours."""
    ours = tuple(f"{table}_search" for table in SEARCHED)
    if kind == "table" and name is not None:
        return not name.startswith(ours)
    return not (kind == "index" and name in [f"ix_{one}" for one in ours])


def _indexed_form(word: str) -> str:
    return word if len(word) >= GRAM else f" {word}"


def is_few(connection: Connection, candidates: Any) -> bool:  # noqa: ANN401
    """Whether a query has at most `MOST` rows; reads no more of them."""
    some = candidates.limit(MOST + 1).subquery()
    query = select(func.count()).select_from(some)
    return int(connection.execute(query).scalar_one()) <= MOST


def _match(sought: Iterable[str]) -> str:
    """Return the FTS5 query for rows with every third trigram, and the last.

    They overlap enough to cover the word; that they stand side by side, LIKE tells.
    """
    grams = {
        one[start : start + GRAM]
        for one in sought
        for start in (*range(0, len(one) - GRAM, GRAM), len(one) - GRAM)
    }
    return " AND ".join('"' + gram.replace('"', '""') + '"' for gram in sorted(grams))


def _has_index(connection: Connection, name: str) -> bool:
    query = "SELECT 1 FROM sqlite_master WHERE name = ?"
    return connection.exec_driver_sql(query, (f"{name}_search",)).first() is not None


def _make_sqlite(connection: Connection) -> None:
    used = "SELECT sqlite_compileoption_used('ENABLE_FTS5')"
    version = connection.dialect.server_version_info or ()
    if version < _OLDEST or not connection.exec_driver_sql(used).scalar():
        return
    for name, columns in SEARCHED.items():
        new = () if _has_index(connection, name) else _SQLITE
        for statement in (*new, *_TRIGGERS):
            for row in ("NEW.", "OLD.", ""):
                text = _written(columns, row)
                statement = statement.replace(f"{row}TEXT", text)
            connection.exec_driver_sql(statement.replace("NAME", name))


_SQLITE = (
    "CREATE VIRTUAL TABLE NAME_search USING fts5("
    "text, content='', tokenize='trigram', detail=none)",
    "INSERT INTO NAME_search (rowid, text) SELECT id, TEXT FROM NAME",
)
_COMES = "INSERT INTO NAME_search (rowid, text) VALUES (NEW.id, NEW.TEXT);"
_GOES = (
    "INSERT INTO NAME_search (NAME_search, rowid, text)"
    " VALUES ('delete', OLD.id, OLD.TEXT);"
)
_TRIGGERS = (
    "CREATE TRIGGER IF NOT EXISTS NAME_search_insert AFTER INSERT ON NAME"
    f" BEGIN {_COMES} END",
    "CREATE TRIGGER IF NOT EXISTS NAME_search_update AFTER UPDATE ON NAME"
    " WHEN OLD.TEXT <> NEW.TEXT OR OLD.id <> NEW.id"
    f" BEGIN {_GOES} {_COMES} END",
    "CREATE TRIGGER IF NOT EXISTS NAME_search_delete AFTER DELETE ON NAME"
    f" BEGIN {_GOES} END",
)


def _written(columns: Sequence[str], row: str = "") -> str:
    """Return the text of a row as SQL; `_text_of` writes the same."""
    if tuple(columns) == ("search",):
        return f"' ' || {row}search"
    parts = " || ' ' || ".join(f"coalesce({row}{name}, '')" for name in columns)
    return f"' ' || lower({parts})"


def _make_postgres(connection: Connection) -> None:
    connection.exec_driver_sql(_EXTENSION)
    schema = connection.exec_driver_sql(_SCHEMA).scalar()
    if schema is None:
        return
    quoted = connection.dialect.identifier_preparer.quote(str(schema))
    for name, columns in SEARCHED.items():
        connection.exec_driver_sql(
            f"CREATE INDEX IF NOT EXISTS ix_{name}_search ON {name}"
            f" USING gin (({_written(columns)}) {quoted}.gin_trgm_ops)"
        )


# A block of its own, so that a refusal does not undo the upgrade.
_EXTENSION = """DO $$ BEGIN
  CREATE EXTENSION IF NOT EXISTS pg_trgm;
EXCEPTION
  WHEN undefined_file OR feature_not_supported OR insufficient_privilege
    OR invalid_schema_name THEN NULL;
END $$"""
_SCHEMA = """SELECT nspname FROM pg_extension
  JOIN pg_namespace ON pg_namespace.oid = extnamespace WHERE extname = 'pg_trgm'"""
