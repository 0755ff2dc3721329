from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import Connection, Engine, delete, insert, select, text, update

from inventory.assets.register.tables import Asset
from inventory.storage import searching
from inventory.storage.engine import for_writing, writing
from inventory.storage.rows import col, distinct, id_of, table_of
from inventory.storage.searching import MOST, make_indexes, plan_search, words_of

ASSET = table_of(Asset)
NOW = datetime(2026, 3, 17, tzinfo=UTC)
# Wildcards, quotes, operators of FTS5, letters that fold, letters beyond 16 bits.
LETTERS = "ab0-_%\"'*/\\:^ ßİéд漢😀"
TEXTS = st.lists(st.text(LETTERS, min_size=1, max_size=12), min_size=1, max_size=12)
WORDS = st.text(LETTERS.replace(" ", ""), min_size=1, max_size=5)


def rows(texts: list[str]) -> list[dict[str, object]]:
    return [
        {
            "tag": f"T{n}",
            "kind": "laptop",
            "name": "",
            "state": "in_stock",
            "fields": {},
            "note": "",
            "search": one.casefold(),
            "recorded_at": NOW,
        }
        for n, one in enumerate(texts)
    ]


def put(connection: Connection, texts: list[str]) -> None:
    connection.execute(insert(ASSET), rows(texts))


@contextmanager
def undone(engine: Engine) -> Iterator[Connection]:
    """A transaction that is undone at the end."""
    with for_writing(engine).connect() as connection:
        yield connection
        connection.rollback()


def found(connection: Connection, words: str) -> list[str]:
    query = select(col(Asset.search)).order_by(id_of(Asset))
    conditions = plan_search(connection, ASSET, words_of(words)).conditions
    return list(connection.execute(query.where(*conditions)).scalars())


def expected(texts: list[str], words: str) -> list[str]:
    """Long words are parts of the text, short ones begin a word of it."""
    folded = [one.casefold() for one in texts]
    return [
        one
        for one in folded
        if all((w if len(w) > 2 else f" {w}") in f" {one}" for w in words_of(words))
    ]


@settings(
    max_examples=60,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
@given(texts=TEXTS, words=st.lists(WORDS, min_size=1, max_size=3))
def test_words_find_what_plain_text_says(
    engine: Engine, texts: list[str], words: list[str]
) -> None:
    # Parts of the texts themselves, as words drawn at random would find nothing.
    parts = [one[1:5] for one in texts]
    with undone(engine) as connection:
        put(connection, texts)
        for sought in (" ".join(words), *parts):
            assert found(connection, sought) == expected(texts, sought)


def test_the_index_follows_every_change(engine: Engine) -> None:
    with writing(engine) as connection:
        put(connection, ["thinkpad t14", "latitude"])
        assert found(connection, "think") == ["thinkpad t14"]
        put_new = update(ASSET).where(col(Asset.tag) == "T0").values(search="elitebook")
        connection.execute(put_new)
        assert found(connection, "think") == []
        assert found(connection, "liteb") == ["elitebook"]
        connection.execute(delete(ASSET).where(col(Asset.tag) == "T0"))
        assert found(connection, "liteb") == []
        assert found(connection, "titu") == ["latitude"]


def test_rows_that_were_there_before_the_index_are_found(engine: Engine) -> None:
    with writing(engine) as connection:
        drop_index(connection)
        put(connection, ["thinkpad t14", "latitude"])
        # Without an index too, only slower.
        assert found(connection, "inkp") == ["thinkpad t14"]
        make_indexes(connection)
        make_indexes(connection)
        assert found(connection, "inkp") == ["thinkpad t14"]
        assert plan_search(connection, ASSET, ["inkp"]).few
    assert uses_index(engine)


def test_a_word_of_more_rows_than_are_sorted_finds_them_all(
    engine: Engine, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(searching, "MOST", 3)
    texts = [f"thinkpad {n}" for n in range(5)]
    with undone(engine) as connection:
        put(connection, texts)
        assert not plan_search(connection, ASSET, ["thinkpad"]).few
        assert found(connection, "thinkpad") == texts
        assert plan_search(connection, ASSET, ["thinkpad", "zzz"]).few
        assert found(connection, "pad 3") == ["thinkpad 3"]
    assert MOST > 3


def test_a_database_that_refuses_the_extension_is_upgraded_all_the_same(
    engine: Engine,
) -> None:
    if engine.dialect.name != "postgresql":
        pytest.skip("SQLite has its own")
    with undone(engine) as connection:
        drop_index(connection)
        for statement in (
            "DROP EXTENSION pg_trgm",
            "CREATE ROLE modest",
            "SET LOCAL ROLE modest",
        ):
            connection.execute(text(statement))
        make_indexes(connection)
        connection.execute(text("RESET ROLE"))
        put(connection, ["thinkpad"])
        assert found(connection, "inkp") == ["thinkpad"]


def test_values_are_listed_by_jumping_through_the_index(engine: Engine) -> None:
    with undone(engine) as connection:
        assert distinct(connection, col(Asset.kind)) == []
        put(connection, ["a", "b", "c"])
        change = update(ASSET).where(col(Asset.tag) == "T1").values(kind="dock")
        connection.execute(change)
        assert distinct(connection, col(Asset.kind)) == ["dock", "laptop"]


def drop_index(connection: Connection) -> None:
    if connection.dialect.name == "postgresql":
        for name in searching.SEARCHED:
            connection.execute(text(f"DROP INDEX ix_{name}_search"))
        return
    connection.execute(text("DROP TABLE asset_search"))
    for event in ("insert", "update", "delete"):
        connection.execute(text(f"DROP TRIGGER asset_search_{event}"))


def uses_index(engine: Engine) -> bool:
    with engine.connect() as connection:
        if engine.dialect.name == "sqlite":
            query = "SELECT count(*) FROM asset_search WHERE asset_search MATCH 'ink'"
            return connection.execute(text(query)).scalar() == 1
        query = "SELECT count(*) FROM pg_indexes WHERE indexname = 'ix_asset_search'"
        return connection.execute(text(query)).scalar() == 1
