"""Whatever is changed past the program is named: in the register, journal or trail."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from cryptography.fernet import Fernet
from sqlalchemy import Engine, text

from api.compose.keys import Seal
from api.compose.proving import audit_problems, publish_head
from api.compose.wiring import App, compose
from api.demo import load_company
from config.settings import Settings
from config.vault import Audit
from inventory.storage.audit import AUDIT_KEY
from inventory.storage.engine import writing
from inventory.storage.work import UnitOfWork
from tests.conftest import NOW
from tests.pages.sample import fill


@pytest.fixture
def house(engine: Engine, tmp_path: Path) -> Iterator[App]:
    settings = Settings(
        data_dir=tmp_path, audit=Audit(file=tmp_path / "elsewhere" / "heads.jsonl")
    )
    app = compose(settings, engine, lambda: NOW, Seal(Fernet.generate_key(), 12))
    load_company(app)
    fill(app, NOW)
    yield app
    app.close()


def past_the_program(app: App, statement: str) -> None:
    """Change something as who may do anything with the database."""
    with writing(app.engine) as connection:
        if app.engine.dialect.name == "postgresql":
            connection.execute(text("SET LOCAL session_replication_role = replica"))
        else:
            triggers = connection.execute(
                text("SELECT name FROM sqlite_master WHERE type = 'trigger'")
            ).scalars()
            for name in list(triggers):
                connection.exec_driver_sql(f'DROP TRIGGER "{name}"')
        connection.execute(text(statement))


def named(app: App) -> list[str]:
    return [problem.text for problem in audit_problems(app)]


def test_a_register_that_was_left_alone_is_whole(house: App) -> None:
    assert named(house) == []


@pytest.mark.parametrize(
    ("statement", "expected"),
    [
        (
            "UPDATE journal_line SET amount_minor = amount_minor + 100"
            " WHERE entry_id = 3 AND amount_minor > 0",
            "Journal entry 3 of posting",
        ),
        ("DELETE FROM journal_line WHERE entry_id = 3", "The journal of posting"),
        ("UPDATE asset SET serial = 'SWAPPED' WHERE id = 2", "Row 2 of asset"),
        ("UPDATE custody SET valid_from = '1999-01-01' WHERE id = 1", "Row 1 of cust"),
        ("DELETE FROM custody WHERE id = 1", "Row 1 of custody"),
        (
            "UPDATE audit_entry SET after = '{}' WHERE seq = 5",
            "Audit row 5 was edited",
        ),
        ("DELETE FROM audit_entry WHERE seq = 7", "Audit row 7 is missing"),
    ],
    ids=lambda text: text.split(" WHERE")[0].replace(" ", "-")[:30],
)
@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_what_was_changed_past_the_program_is_named(
    house: App, statement: str, expected: str
) -> None:
    past_the_program(house, statement)
    found = named(house)
    assert any(one.startswith(expected) for one in found), found
    assert len(found) < 12


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_a_trail_that_is_written_anew_lacks_the_seal_and_the_published_end(
    house: App,
) -> None:
    publish_head(house)
    other = house.engine.execution_options(**{AUDIT_KEY: b"of a thief"})
    with UnitOfWork(other, actor="thief", clock=lambda: NOW) as work:
        work.audit("asset", 1, "note", None, {})
        work.commit()
    found = named(house)
    assert ["not sealed by the key" in one for one in found] == [True]
    statement = (
        "UPDATE audit_head SET hash = (SELECT hash FROM audit_entry WHERE seq = 9)"
    )
    past_the_program(house, "DELETE FROM audit_entry WHERE seq > 9")
    past_the_program(house, f"{statement}, count = 9")
    found = named(house)
    assert any("to" in one and "are missing" in one for one in found), found
