"""A database that is not as the program made it is told, with what differs."""

from __future__ import annotations

from sqlalchemy import Engine

from api.diagnose.drift import schema_drift


def test_what_was_just_made_does_not_differ(engine: Engine) -> None:
    assert schema_drift(engine) == []


def test_what_somebody_changed_by_hand_is_named(engine: Engine) -> None:
    with engine.begin() as connection:
        connection.exec_driver_sql("ALTER TABLE role_rule DROP COLUMN note")
        connection.exec_driver_sql("ALTER TABLE team ADD COLUMN mascot TEXT")
        connection.exec_driver_sql("DROP INDEX ix_second_factor_user_id")
        connection.exec_driver_sql("DROP TABLE recovery_code")
    found = schema_drift(engine)
    for told in (
        "the column role_rule.note is missing",
        "the column team.mascot is not of this program",
        "the table recovery_code is missing",
    ):
        assert told in found
    assert any("ix_second_factor_user_id is missing" in one for one in found)
