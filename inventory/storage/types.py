"""Column types that behave alike on SQLite and PostgreSQL.

Import SQLAlchemy and the marks of texts only.
"""

from __future__ import annotations

import json
from datetime import UTC, datetime

from sqlalchemy import JSON, DateTime, Dialect, Text
from sqlalchemy.types import TypeDecorator

from inventory.kernel.texts import Said, sentence


class UtcDateTime(TypeDecorator[datetime]):
    """A moment: aware in, aware UTC out.

    PostgreSQL keeps `timestamptz`. SQLite has no such type, so the moment is stored
    as text in UTC, of fixed width, which sorts as time does.

    Raises:
        ValueError: A naive time was given; which zone it means cannot be guessed.
    """

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(
        self, value: datetime | None, dialect: Dialect
    ) -> datetime | None:
        """Refuse naive times; normalise the others to UTC."""
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError(
                f"{value.isoformat()} has no time zone; "
                "give an aware time, such as datetime.now(UTC)"
            )
        value = value.astimezone(UTC)
        return value.replace(tzinfo=None) if dialect.name == "sqlite" else value

    def process_result_value(
        self, value: datetime | None, dialect: Dialect
    ) -> datetime | None:
        """Return the moment as aware UTC."""
        if value is None:
            return None
        if value.tzinfo is None:
            return value.replace(tzinfo=UTC)
        return value.astimezone(UTC)


class Json(TypeDecorator[object]):
    """Any JSON value; `jsonb` on PostgreSQL, text on SQLite. None is SQL NULL."""

    impl = JSON(none_as_null=True)
    cache_ok = True

    def load_dialect_impl(self, dialect: Dialect) -> object:  # type: ignore[override]
        """Choose the binary form where there is one."""
        if dialect.name == "postgresql":
            from sqlalchemy.dialects.postgresql import JSONB

            return dialect.type_descriptor(JSONB(none_as_null=True))
        return dialect.type_descriptor(JSON(none_as_null=True))


_PARTS = "\x1f"
"""Stands before the parts of a sentence (ASCII unit separator)."""


class Sentence(TypeDecorator[str]):
    """A sentence for a person, with its parts, so that a reader has it in his language.

    The English stands first: searches, orders and other programs read that. Plain text
    is kept as it is.
    """

    impl = Text
    cache_ok = True

    def process_bind_param(self, value: str | None, dialect: Dialect) -> str | None:
        """Return the English and, behind it, the parts."""
        if not isinstance(value, Said):
            return value
        parts = json.dumps(value.data(), ensure_ascii=False, sort_keys=True)
        return f"{value}{_PARTS}{parts}"

    def process_result_value(self, value: str | None, dialect: Dialect) -> str | None:
        """Return the sentence with its parts, if it has any."""
        if value is None or _PARTS not in value:
            return value
        english, _, parts = value.partition(_PARTS)
        try:
            return sentence(json.loads(parts)) or english
        except ValueError:
            return english


class Sentences(Json):
    """JSON in which sentences keep their parts."""

    cache_ok = True

    def process_bind_param(self, value: object, dialect: Dialect) -> object:
        """Return the value with parts in the place of sentences."""
        return with_parts(value)

    def process_result_value(self, value: object, dialect: Dialect) -> object:
        """Return the value with its sentences."""
        return with_sentences(value)


def with_parts(value: object) -> object:
    """Return a JSON value with the parts of sentences in their place."""
    match value:
        case Said():
            return value.data()
        case list() | tuple():
            return [with_parts(one) for one in value]
        case dict():
            return {name: with_parts(one) for name, one in value.items()}
        case _:
            return value


def with_sentences(value: object) -> object:
    """Return a JSON value with sentences in the place of their parts."""
    match value:
        case list():
            return [with_sentences(one) for one in value]
        case dict():
            return sentence(value) or {n: with_sentences(v) for n, v in value.items()}
        case _:
            return value
