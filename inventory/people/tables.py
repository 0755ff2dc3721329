"""Rows of persons and of the organisation. Plain; rules are in `rules`.

Periods are half-open days: `valid_from` is the first day, `valid_to` the first day
no more; None is open. Rows are ended, never deleted. `recorded_at` is when we learned
of a row, which may be later than when it became true.
"""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from sqlalchemy import CheckConstraint as Check
from sqlalchemy import Index, Text, text
from sqlmodel import Field, SQLModel

import inventory.storage.tables  # noqa: F401  (gives constraints their names)
from inventory.storage.types import Json, UtcDateTime

_PERIOD = "valid_to IS NULL OR valid_to >= valid_from"


class LegalEntity(SQLModel, table=True):
    """A company of the group: the one that owns assets and employs people.

    Attributes:
        currency: ISO 4217 code of its books.
    """

    __tablename__ = "legal_entity"

    id: int | None = Field(default=None, primary_key=True)
    code: str = Field(unique=True)
    name: str
    country: str | None = None
    currency: str
    recorded_at: datetime = Field(sa_type=UtcDateTime)


class CostCentre(SQLModel, table=True):
    """What a cost is charged to.

    Attributes:
        code: As in the accounts; leading zeros are kept.
    """

    __tablename__ = "cost_centre"
    __table_args__ = (Check(_PERIOD, name="period"),)

    id: int | None = Field(default=None, primary_key=True)
    code: str = Field(unique=True)
    name: str
    legal_entity_id: int | None = Field(default=None, foreign_key="legal_entity.id")
    parent_id: int | None = Field(
        default=None, foreign_key="cost_centre.id", index=True
    )
    manager_id: int | None = Field(default=None, foreign_key="person.id")
    valid_from: date | None = None
    valid_to: date | None = None
    recorded_at: datetime = Field(sa_type=UtcDateTime)


class Department(SQLModel, table=True):
    """A unit of the organisation.

    Attributes:
        cost_centre_id: Who pays for its people, unless a placement says otherwise.
    """

    __tablename__ = "department"
    __table_args__ = (Check(_PERIOD, name="period"),)

    id: int | None = Field(default=None, primary_key=True)
    code: str = Field(unique=True)
    name: str
    legal_entity_id: int | None = Field(default=None, foreign_key="legal_entity.id")
    parent_id: int | None = Field(default=None, foreign_key="department.id", index=True)
    cost_centre_id: int | None = Field(default=None, foreign_key="cost_centre.id")
    manager_id: int | None = Field(default=None, foreign_key="person.id")
    valid_from: date | None = None
    valid_to: date | None = None
    recorded_at: datetime = Field(sa_type=UtcDateTime)


class Location(SQLModel, table=True):
    """A place: site, building, floor, room, rack or stock room.

    Attributes:
        code: Unique name; for a `site` it is the site that scans carry.
        cost_centre_id: Who pays for shared things that are kept here.
    """

    __tablename__ = "location"

    id: int | None = Field(default=None, primary_key=True)
    code: str = Field(unique=True)
    name: str
    kind: str = "room"
    parent_id: int | None = Field(default=None, foreign_key="location.id", index=True)
    cost_centre_id: int | None = Field(default=None, foreign_key="cost_centre.id")
    recorded_at: datetime = Field(sa_type=UtcDateTime)


class Team(SQLModel, table=True):
    """Several people who share things; not necessarily a department."""

    __tablename__ = "team"

    id: int | None = Field(default=None, primary_key=True)
    code: str = Field(unique=True)
    name: str
    department_id: int | None = Field(default=None, foreign_key="department.id")
    cost_centre_id: int | None = Field(default=None, foreign_key="cost_centre.id")
    recorded_at: datetime = Field(sa_type=UtcDateTime)


class Person(SQLModel, table=True):
    """A human being who may hold things.

    Attributes:
        key: Stable name in files and at HR, such as `hr:10023`; unique.
        sort_name: Lower-case name that lists are ordered by.
        login: Account name on computers, by which a device's last user is found.
        search: Lower-case text that the list of people searches.
        merged_into_id: Who it turned out to be; None for a person of its own.
    """

    __tablename__ = "person"
    __table_args__ = (Index("ix_person_sort_name_id", "sort_name", "id"),)

    id: int | None = Field(default=None, primary_key=True)
    key: str = Field(unique=True)
    given_name: str = ""
    family_name: str
    sort_name: str
    email: str | None = Field(default=None, unique=True)
    login: str | None = Field(default=None, index=True)
    search: str = Field(default="", sa_type=Text)
    merged_into_id: int | None = Field(default=None, foreign_key="person.id")
    recorded_at: datetime = Field(sa_type=UtcDateTime)


class PersonMerge(SQLModel, table=True):
    """Two persons turned out to be one; kept so that it can be undone.

    Attributes:
        moved: Table and column -> rows that went over.
        fields: Fields of the remaining person before it took over what it lacked.
        taken: Fields of the other one before they were given up.
    """

    __tablename__ = "person_merge"

    id: int | None = Field(default=None, primary_key=True)
    from_id: int = Field(foreign_key="person.id", index=True)
    into_id: int = Field(foreign_key="person.id", index=True)
    moved: dict[str, Any] = Field(default_factory=dict, sa_type=Json)
    fields: dict[str, Any] = Field(default_factory=dict, sa_type=Json)
    taken: dict[str, Any] = Field(default_factory=dict, sa_type=Json)
    remark: str = Field(default="", sa_type=Text)
    merged_by: str
    undone_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
    undone_by: str | None = None
    recorded_at: datetime = Field(sa_type=UtcDateTime)


class Employment(SQLModel, table=True):
    """A person works for a legal entity, from - to.

    Attributes:
        number: Personnel number; leading zeros are kept.
        source: Who says so, such as `hr:sap` or `file`.
        contract_end: Known end of a fixed term, before it has come.
        end_reason: Why it ended.
    """

    __tablename__ = "employment"
    __table_args__ = (
        # One that was cancelled covers no day and stands in nobody's way.
        Index(
            "uq_employment_number",
            "legal_entity_id",
            "number",
            "valid_from",
            unique=True,
            sqlite_where=text("valid_to IS NULL OR valid_to > valid_from"),
            postgresql_where=text("valid_to IS NULL OR valid_to > valid_from"),
        ),
        Index(
            "uq_employment_open",
            "legal_entity_id",
            "number",
            unique=True,
            sqlite_where=text("valid_to IS NULL"),
            postgresql_where=text("valid_to IS NULL"),
        ),
        Check(_PERIOD, name="period"),
    )

    id: int | None = Field(default=None, primary_key=True)
    person_id: int = Field(foreign_key="person.id", index=True)
    legal_entity_id: int = Field(foreign_key="legal_entity.id")
    number: str
    source: str
    valid_from: date
    valid_to: date | None = None
    contract_end: date | None = None
    end_reason: str | None = None
    recorded_at: datetime = Field(sa_type=UtcDateTime)
    ended_recorded_at: datetime | None = Field(default=None, sa_type=UtcDateTime)


class Placement(SQLModel, table=True):
    """Where an employed person works and who pays, from - to; never overlapping.

    Attributes:
        cost_centre_id: None follows the department.
    """

    __tablename__ = "placement"
    __table_args__ = (
        Index("ix_placement_employment", "employment_id", "valid_from"),
        Check(_PERIOD, name="period"),
    )

    id: int | None = Field(default=None, primary_key=True)
    employment_id: int = Field(foreign_key="employment.id")
    department_id: int | None = Field(
        default=None, foreign_key="department.id", index=True
    )
    cost_centre_id: int | None = Field(
        default=None, foreign_key="cost_centre.id", index=True
    )
    manager_id: int | None = Field(default=None, foreign_key="person.id", index=True)
    location_id: int | None = Field(default=None, foreign_key="location.id")
    title: str | None = None
    valid_from: date
    valid_to: date | None = None
    recorded_at: datetime = Field(sa_type=UtcDateTime)
    ended_recorded_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
