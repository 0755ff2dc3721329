"""Rows of cases and their lines. Plain; rules are in `lines` and `plan`.

What the database itself enforces: one case for one business key, one line for one
slot of a case, one open line that gets a thing back, one that promises a telecom line.
"""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from sqlalchemy import BigInteger, Index, Text, text
from sqlalchemy import CheckConstraint as Check
from sqlalchemy import UniqueConstraint as Unique
from sqlmodel import Field, SQLModel

import inventory.provisioning.tables  # noqa: F401  (events refer to cases)
from inventory.storage.types import Json, Sentence, UtcDateTime


class ProvisioningCase(SQLModel, table=True):
    """One thing that happens to a person, being carried out.

    Attributes:
        key: Business key: person, kind and the day its first event named.
        kind: joining, moving, absence or leaving.
        effective_on: First day of the new state, as it is known now.
        state: open, closed or cancelled.
        quiet: No automatic message goes out.
        site: Whose calendar counts.
        kit_version_id: The kits it was opened with.
        facts: What it was decided on, as shown to a person.
        version: Grows with every change of the case or of a line.
    """

    __tablename__ = "provisioning_case"
    __table_args__ = (
        Check("state IN ('open', 'closed', 'cancelled')", name="state"),
        Index("ix_provisioning_case_state", "state", "effective_on"),
    )

    id: int | None = Field(default=None, primary_key=True)
    key: str = Field(unique=True)
    kind: str
    person_id: int = Field(foreign_key="person.id", index=True)
    employment_id: int | None = Field(default=None, foreign_key="employment.id")
    effective_on: date
    state: str = "open"
    quiet: bool = False
    site: str = ""
    kit_version_id: int | None = Field(default=None, foreign_key="kit_version.id")
    facts: dict[str, Any] = Field(default_factory=dict, sa_type=Json)
    version: int = 1
    opened_on: date
    closed_on: date | None = None
    recorded_at: datetime = Field(sa_type=UtcDateTime)


class CaseLine(SQLModel, table=True):
    """One item of a case, with its own state.

    Attributes:
        slot: Place in the case: an item of a kit, or the asset to get back.
        action: provide, return, hand-over, suspend or keep.
        item: What it is, for a person.
        kind: Kind of asset, or a service such as `extension`.
        requested_models: Models that fit, the best first, substitutes after them;
            empty for any of the kind.
        tracked: It is an asset of the register or a line of the telecom estate; others
            are counted only.
        telecom_line_id: The telecom line it gives or gets back.
        benefit: Stays with the person until the employment ends.
        origin_id: The line that gave what this one gets back.
        state: See `lines`.
        owner: Role that has to act; empty once closed.
        effective_on: The day deadlines count from.
        entered_on: The day it came into its state.
        due_on: By when.
        cost_minor: Estimate, in minor units of `currency`.
        steps: How many steps were taken; names requests for stock.
        closed_on: The day it was closed; None while something is to be done.
        reminded_on: Last day somebody was reminded.
    """

    __tablename__ = "case_line"
    __table_args__ = (
        Unique("case_id", "slot", name="uq_case_line_slot"),
        Index(
            "uq_case_line_return",
            "asset_id",
            unique=True,
            sqlite_where=text("closed_on IS NULL AND action = 'return'"),
            postgresql_where=text("closed_on IS NULL AND action = 'return'"),
        ),
        Index(
            "uq_case_line_telecom",
            "telecom_line_id",
            unique=True,
            sqlite_where=text("closed_on IS NULL AND action = 'provide'"),
            postgresql_where=text("closed_on IS NULL AND action = 'provide'"),
        ),
        Index("ix_case_line_due", "closed_on", "due_on", "case_id"),
        Check(
            "closed_on IS NOT NULL OR (owner <> '' AND due_on IS NOT NULL)",
            name="owned",
        ),
        Check("(cost_minor IS NULL) = (currency IS NULL)", name="money"),
    )

    id: int | None = Field(default=None, primary_key=True)
    case_id: int = Field(foreign_key="provisioning_case.id", index=True)
    slot: str
    action: str
    item: str
    kind: str
    requested_models: list[Any] = Field(default_factory=list, sa_type=Json)
    tracked: bool = True
    benefit: bool = False
    asset_id: int | None = Field(default=None, foreign_key="asset.id", index=True)
    telecom_line_id: int | None = Field(default=None, foreign_key="telecom_line.id")
    origin_id: int | None = Field(default=None, foreign_key="case_line.id", index=True)
    state: str
    owner: str
    effective_on: date
    entered_on: date
    due_on: date | None = None
    carrier: str = ""
    tracking: str = ""
    note: str = Field(default="", sa_type=Sentence)
    cost_minor: int | None = Field(default=None, sa_type=BigInteger)
    currency: str | None = Field(default=None, max_length=3)
    steps: int = 0
    closed_on: date | None = None
    reminded_on: date | None = None
    recorded_at: datetime = Field(sa_type=UtcDateTime)


class LineStep(SQLModel, table=True):
    """A step of a line, or something seen of it: what a person reads as its story.

    Attributes:
        by: Who, as the audit trail names it.
        attested: Somebody signed on paper, and another than he says so.
    """

    __tablename__ = "case_line_step"

    id: int | None = Field(default=None, primary_key=True)
    line_id: int = Field(foreign_key="case_line.id", index=True)
    name: str
    before: str
    after: str
    on: date
    by: str
    note: str = Field(default="", sa_type=Sentence)
    attested: bool = False
    recorded_at: datetime = Field(sa_type=UtcDateTime)


class PurchaseRequest(SQLModel, table=True):
    """Something a line needs that is not in stock.

    Attributes:
        order_line_id: What was ordered for it; None while nothing is.
        asset_id: What it was filled with.
        close_reason: filled or withdrawn.
    """

    __tablename__ = "purchase_request"
    __table_args__ = (
        Check("(closed_on IS NULL) = (close_reason IS NULL)", name="closed"),
        Check("asset_id IS NULL OR close_reason = 'filled'", name="filled"),
        Index("ix_purchase_request_open", "closed_on", "kind", "needed_by"),
    )

    id: int | None = Field(default=None, primary_key=True)
    line_id: int = Field(foreign_key="case_line.id", index=True)
    kind: str
    requested_models: list[Any] = Field(default_factory=list, sa_type=Json)
    needed_by: date | None = None
    order_line_id: int | None = Field(
        default=None, foreign_key="purchase_line.id", index=True
    )
    asset_id: int | None = Field(default=None, foreign_key="asset.id")
    closed_on: date | None = None
    close_reason: str | None = None
    recorded_at: datetime = Field(sa_type=UtcDateTime)


class WriteOffProposal(SQLModel, table=True):
    """What a thing that is gone was worth; a person decides what follows.

    Attributes:
        reason: lost, stolen, unreturned, damaged or bought-out.
        on: The day it counts from.
        book: Code of the book the value is from; empty if it is in none.
        value_minor: Net book value on that day; None if it is in no book.
        state: proposed, approved or refused.
        proposed_by: Who took the step that proposed it, as the audit trail names him.
    """

    __tablename__ = "write_off_proposal"
    __table_args__ = (
        Check("state IN ('proposed', 'approved', 'refused')", name="state"),
    )

    id: int | None = Field(default=None, primary_key=True)
    line_id: int = Field(foreign_key="case_line.id", index=True)
    asset_id: int | None = Field(default=None, foreign_key="asset.id")
    person_id: int = Field(foreign_key="person.id", index=True)
    reason: str
    on: date
    book: str = ""
    value_minor: int | None = Field(default=None, sa_type=BigInteger)
    currency: str | None = Field(default=None, max_length=3)
    state: str = "proposed"
    proposed_by: str | None = None
    decided_by: str | None = None
    decided_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
    remark: str = Field(default="", sa_type=Text)
    recorded_at: datetime = Field(sa_type=UtcDateTime)


class EntityTransferProposal(SQLModel, table=True):
    """A thing of one legal entity goes with its holder to another; a person decides.

    Attributes:
        case_id: The move that leads there.
        from_entity_id: Who owns the thing.
        to_entity_id: Who employs its holder from `on`.
        on: First day with the other legal entity.
        state: proposed, approved, refused or withdrawn.
        books: What was done in the books, once it is approved.
    """

    __tablename__ = "entity_transfer"
    __table_args__ = (
        Check(
            "state IN ('proposed', 'approved', 'refused', 'withdrawn')", name="state"
        ),
        Index("ix_entity_transfer_case", "case_id", "asset_id"),
    )

    id: int | None = Field(default=None, primary_key=True)
    case_id: int = Field(foreign_key="provisioning_case.id")
    asset_id: int = Field(foreign_key="asset.id", index=True)
    person_id: int = Field(foreign_key="person.id", index=True)
    from_entity_id: int = Field(foreign_key="legal_entity.id")
    to_entity_id: int = Field(foreign_key="legal_entity.id")
    on: date
    state: str = "proposed"
    books: list[str] = Field(default_factory=list, sa_type=Json)
    decided_by: str | None = None
    decided_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
    remark: str = Field(default="", sa_type=Text)
    recorded_at: datetime = Field(sa_type=UtcDateTime)
