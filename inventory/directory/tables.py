"""Rows of what identity providers sent. Plain; rules are in `records` and `joining`.

`document` is the resource as the provider sees it (RFC 7643), so that it is given
back as it came. `directory_value` holds each of its values once more, in the form
comparisons use, so that the database answers filters and sorts.
"""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import CheckConstraint as Check
from sqlalchemy import Column, Index, Text, text
from sqlmodel import Field, SQLModel

from inventory.storage.tables import BIG
from inventory.storage.types import Json, UtcDateTime

BYTEWISE = Text().with_variant(Text(collation="C"), "postgresql")
"""Text that both databases order by code points, as comparisons in SCIM do."""

KEY_LENGTH = 120
"""Characters of a value in the index; what is longer is compared in full after it."""


class DirectoryRecord(SQLModel, table=True):
    """A user or group of one identity provider.

    Attributes:
        uid: The SCIM `id`; never used again.
        source: Which provider, such as `scim:okta`.
        kind: `User` or `Group`.
        name_key: `userName` or `displayName` in the form in which no other record of
            the provider may have it, unless that one is deleted.
        external_id: The provider's own id.
        number: Personnel number as the provider sent it.
        document: The resource without `id`, `meta` and secrets.
        version: Grows with each change; the ETag.
        active: False: blocked, unassigned or out of scope there; not "has left".
        person_id: The person a user was found to be.
        team_id: The team a group stands for.
        kit: The kit a group's members are to get, if it is mapped to one.
    """

    __tablename__ = "directory_record"
    __table_args__ = (
        Index(
            "uq_directory_record_name",
            "source",
            "kind",
            "name_key",
            unique=True,
            sqlite_where=text("deleted_at IS NULL"),
            postgresql_where=text("deleted_at IS NULL"),
        ),
        Index(
            "uq_directory_record_external",
            "source",
            "kind",
            "external_id",
            unique=True,
            sqlite_where=text("deleted_at IS NULL"),
            postgresql_where=text("deleted_at IS NULL"),
        ),
        Check("kind IN ('User', 'Group')", name="kind"),
    )

    id: int | None = Field(default=None, primary_key=True)
    uid: str = Field(unique=True)
    source: str
    kind: str
    name_key: str = Field(sa_column=Column(BYTEWISE, nullable=False))
    external_id: str | None = Field(default=None, sa_column=Column(BYTEWISE))
    number: str | None = Field(default=None, index=True)
    document: dict[str, Any] = Field(sa_type=Json)
    version: int = 1
    active: bool = True
    person_id: int | None = Field(default=None, foreign_key="person.id", index=True)
    team_id: int | None = Field(default=None, foreign_key="team.id", index=True)
    kit: str | None = None
    created_at: datetime = Field(sa_type=UtcDateTime)
    changed_at: datetime = Field(sa_type=UtcDateTime)
    deleted_at: datetime | None = Field(default=None, sa_type=UtcDateTime)


class DirectoryValue(SQLModel, table=True):
    """One value of a record, for filters and sorts.

    An entry of a list has a row of its own with an empty `sub` and no `value`, so
    that an entry without a sub-attribute can be told from no entry.

    Attributes:
        attr: The attribute, such as `emails`; those of extensions with their URN.
        sub: The sub-attribute, such as `type`; empty for the attribute itself.
        entry: Place in the list, from 0.
        lead: Whether a sort uses this entry: the primary one, or else the first.
        key: The first `KEY_LENGTH` characters of `value`.
        value: In the form comparisons use; moments in UTC, truth as true and false.
    """

    __tablename__ = "directory_value"
    __table_args__ = (Index("ix_directory_value_key", "attr", "sub", "key"),)

    id: int | None = Field(
        default=None, sa_column=Column(BIG, primary_key=True, autoincrement=True)
    )
    record_id: int = Field(foreign_key="directory_record.id", index=True)
    attr: str
    sub: str = ""
    entry: int = 0
    lead: bool = True
    key: str | None = Field(default=None, sa_column=Column(BYTEWISE))
    value: str | None = Field(default=None, sa_column=Column(BYTEWISE))
