"""Provisioning."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from inventory.storage.types import Json, UtcDateTime

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Make the tables of this revision."""
    op.create_table(
        "hr_source",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("stopped_at", UtcDateTime(), nullable=True),
        sa.Column("why", sa.String(), nullable=False),
        sa.Column("released_at", UtcDateTime(), nullable=True),
        sa.Column("recorded_at", UtcDateTime(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_hr_source")),
        sa.UniqueConstraint("name", name=op.f("uq_hr_source_name")),
    )
    op.create_table(
        "request_key",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("scope", sa.String(), nullable=False),
        sa.Column("key", sa.String(), nullable=False),
        sa.Column("digest", sa.String(64), nullable=False),
        sa.Column("status", sa.Integer(), nullable=True),
        sa.Column("answer", Json(), nullable=True),
        sa.Column("until", UtcDateTime(), nullable=False),
        sa.Column("recorded_at", UtcDateTime(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_request_key")),
        sa.UniqueConstraint("scope", "key", name="uq_request_key_key"),
    )
    op.create_table(
        "hr_identity",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("source", sa.String(), nullable=False),
        sa.Column("employee_id", sa.String(), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.Column("recorded_at", UtcDateTime(), nullable=False),
        sa.ForeignKeyConstraint(
            ["person_id"], ["person.id"], name=op.f("fk_hr_identity_person_id_person")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_hr_identity")),
        sa.UniqueConstraint("source", "employee_id", name="uq_hr_identity_employee"),
    )
    with op.batch_alter_table("hr_identity", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_hr_identity_person_id"), ["person_id"], unique=False
        )

    op.create_table(
        "hr_stint",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.Column("employment_id", sa.Integer(), nullable=False),
        sa.Column("known", Json(), nullable=True),
        sa.Column("root", sa.String(), nullable=False),
        sa.Column("recorded_at", UtcDateTime(), nullable=False),
        sa.ForeignKeyConstraint(
            ["employment_id"],
            ["employment.id"],
            name=op.f("fk_hr_stint_employment_id_employment"),
        ),
        sa.ForeignKeyConstraint(
            ["person_id"], ["person.id"], name=op.f("fk_hr_stint_person_id_person")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_hr_stint")),
        sa.UniqueConstraint("employment_id", name=op.f("uq_hr_stint_employment_id")),
    )
    with op.batch_alter_table("hr_stint", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_hr_stint_person_id"), ["person_id"], unique=False
        )
        batch_op.create_index(batch_op.f("ix_hr_stint_root"), ["root"], unique=False)

    op.create_table(
        "provisioning_case",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("key", sa.String(), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.Column("employment_id", sa.Integer(), nullable=True),
        sa.Column("effective_on", sa.Date(), nullable=False),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("quiet", sa.Boolean(), nullable=False),
        sa.Column("site", sa.String(), nullable=False),
        sa.Column("facts", Json(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("opened_on", sa.Date(), nullable=False),
        sa.Column("closed_on", sa.Date(), nullable=True),
        sa.Column("recorded_at", UtcDateTime(), nullable=False),
        sa.CheckConstraint(
            "state IN ('open', 'closed', 'cancelled')",
            name=op.f("ck_provisioning_case_state"),
        ),
        sa.ForeignKeyConstraint(
            ["employment_id"],
            ["employment.id"],
            name=op.f("fk_provisioning_case_employment_id_employment"),
        ),
        sa.ForeignKeyConstraint(
            ["person_id"],
            ["person.id"],
            name=op.f("fk_provisioning_case_person_id_person"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_provisioning_case")),
        sa.UniqueConstraint("key", name=op.f("uq_provisioning_case_key")),
    )
    with op.batch_alter_table("provisioning_case", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_provisioning_case_person_id"), ["person_id"], unique=False
        )
        batch_op.create_index(
            "ix_provisioning_case_state", ["state", "effective_on"], unique=False
        )

    op.create_table(
        "hr_event",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("source", sa.String(), nullable=False),
        sa.Column("event_id", sa.String(), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("employee_id", sa.String(), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=True),
        sa.Column("effective_on", sa.Date(), nullable=False),
        sa.Column("said_at", UtcDateTime(), nullable=False),
        sa.Column("data", Json(), nullable=False),
        sa.Column("digest", sa.String(64), nullable=False),
        sa.Column("verdict", sa.String(), nullable=False),
        sa.Column("why", sa.Text(), nullable=False),
        sa.Column("case_id", sa.Integer(), nullable=True),
        sa.Column("recorded_at", UtcDateTime(), nullable=False),
        sa.ForeignKeyConstraint(
            ["case_id"],
            ["provisioning_case.id"],
            name=op.f("fk_hr_event_case_id_provisioning_case"),
        ),
        sa.ForeignKeyConstraint(
            ["person_id"], ["person.id"], name=op.f("fk_hr_event_person_id_person")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_hr_event")),
        sa.UniqueConstraint("source", "event_id", name="uq_hr_event_transport"),
    )
    with op.batch_alter_table("hr_event", schema=None) as batch_op:
        batch_op.create_index(
            "ix_hr_event_business", ["person_id", "kind", "effective_on"], unique=False
        )
        batch_op.create_index(
            batch_op.f("ix_hr_event_case_id"), ["case_id"], unique=False
        )

    op.create_table(
        "case_line",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("case_id", sa.Integer(), nullable=False),
        sa.Column("slot", sa.String(), nullable=False),
        sa.Column("action", sa.String(), nullable=False),
        sa.Column("item", sa.String(), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("wanted", Json(), nullable=False),
        sa.Column("tracked", sa.Boolean(), nullable=False),
        sa.Column("benefit", sa.Boolean(), nullable=False),
        sa.Column("asset_id", sa.Integer(), nullable=True),
        sa.Column("origin_id", sa.Integer(), nullable=True),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("owner", sa.String(), nullable=False),
        sa.Column("effective_on", sa.Date(), nullable=False),
        sa.Column("entered_on", sa.Date(), nullable=False),
        sa.Column("due_on", sa.Date(), nullable=True),
        sa.Column("carrier", sa.String(), nullable=False),
        sa.Column("tracking", sa.String(), nullable=False),
        sa.Column("note", sa.Text(), nullable=False),
        sa.Column("cost_minor", sa.BigInteger(), nullable=True),
        sa.Column("currency", sa.String(3), nullable=True),
        sa.Column("steps", sa.Integer(), nullable=False),
        sa.Column("closed_on", sa.Date(), nullable=True),
        sa.Column("reminded_on", sa.Date(), nullable=True),
        sa.Column("recorded_at", UtcDateTime(), nullable=False),
        sa.CheckConstraint(
            "closed_on IS NOT NULL OR (owner <> '' AND due_on IS NOT NULL)",
            name=op.f("ck_case_line_owned"),
        ),
        sa.CheckConstraint(
            "(cost_minor IS NULL) = (currency IS NULL)", name=op.f("ck_case_line_money")
        ),
        sa.ForeignKeyConstraint(
            ["origin_id"],
            ["case_line.id"],
            name=op.f("fk_case_line_origin_id_case_line"),
        ),
        sa.ForeignKeyConstraint(
            ["asset_id"], ["asset.id"], name=op.f("fk_case_line_asset_id_asset")
        ),
        sa.ForeignKeyConstraint(
            ["case_id"],
            ["provisioning_case.id"],
            name=op.f("fk_case_line_case_id_provisioning_case"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_case_line")),
        sa.UniqueConstraint("case_id", "slot", name="uq_case_line_slot"),
    )
    with op.batch_alter_table("case_line", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_case_line_origin_id"), ["origin_id"], unique=False
        )
        batch_op.create_index(
            batch_op.f("ix_case_line_asset_id"), ["asset_id"], unique=False
        )
        batch_op.create_index(
            batch_op.f("ix_case_line_case_id"), ["case_id"], unique=False
        )
        batch_op.create_index("ix_case_line_due", ["closed_on", "due_on"], unique=False)
        batch_op.create_index(
            "uq_case_line_return",
            ["asset_id"],
            unique=True,
            sqlite_where=sa.text("closed_on IS NULL AND action = 'return'"),
            postgresql_where=sa.text("closed_on IS NULL AND action = 'return'"),
        )

    op.create_table(
        "case_line_step",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("line_id", sa.Integer(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("before", sa.String(), nullable=False),
        sa.Column("after", sa.String(), nullable=False),
        sa.Column("on", sa.Date(), nullable=False),
        sa.Column("by", sa.String(), nullable=False),
        sa.Column("note", sa.Text(), nullable=False),
        sa.Column("recorded_at", UtcDateTime(), nullable=False),
        sa.ForeignKeyConstraint(
            ["line_id"],
            ["case_line.id"],
            name=op.f("fk_case_line_step_line_id_case_line"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_case_line_step")),
    )
    with op.batch_alter_table("case_line_step", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_case_line_step_line_id"), ["line_id"], unique=False
        )

    op.create_table(
        "purchase_request",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("line_id", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("wanted", Json(), nullable=False),
        sa.Column("needed_by", sa.Date(), nullable=True),
        sa.Column("closed_on", sa.Date(), nullable=True),
        sa.Column("closed_why", sa.String(), nullable=True),
        sa.Column("recorded_at", UtcDateTime(), nullable=False),
        sa.CheckConstraint(
            "(closed_on IS NULL) = (closed_why IS NULL)",
            name=op.f("ck_purchase_request_closed"),
        ),
        sa.ForeignKeyConstraint(
            ["line_id"],
            ["case_line.id"],
            name=op.f("fk_purchase_request_line_id_case_line"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_purchase_request")),
    )
    with op.batch_alter_table("purchase_request", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_purchase_request_line_id"), ["line_id"], unique=False
        )
        batch_op.create_index(
            "ix_purchase_request_open", ["closed_on", "kind", "needed_by"], unique=False
        )

    op.create_table(
        "task",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("key", sa.String(), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("subject", sa.String(), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=True),
        sa.Column("case_id", sa.Integer(), nullable=True),
        sa.Column("line_id", sa.Integer(), nullable=True),
        sa.Column("source", sa.String(), nullable=False),
        sa.Column("detail", sa.Text(), nullable=False),
        sa.Column("owner", sa.String(), nullable=False),
        sa.Column("due_on", sa.Date(), nullable=True),
        sa.Column("recorded_at", UtcDateTime(), nullable=False),
        sa.Column("closed_at", UtcDateTime(), nullable=True),
        sa.Column("closed_by", sa.String(), nullable=True),
        sa.Column("outcome", sa.String(), nullable=True),
        sa.CheckConstraint(
            "(closed_at IS NULL) = (outcome IS NULL)", name=op.f("ck_task_closed")
        ),
        sa.ForeignKeyConstraint(
            ["case_id"],
            ["provisioning_case.id"],
            name=op.f("fk_task_case_id_provisioning_case"),
        ),
        sa.ForeignKeyConstraint(
            ["line_id"], ["case_line.id"], name=op.f("fk_task_line_id_case_line")
        ),
        sa.ForeignKeyConstraint(
            ["person_id"], ["person.id"], name=op.f("fk_task_person_id_person")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_task")),
    )
    with op.batch_alter_table("task", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_task_key"), ["key"], unique=False)
        batch_op.create_index("ix_task_open", ["closed_at", "due_on"], unique=False)
        batch_op.create_index(
            batch_op.f("ix_task_person_id"), ["person_id"], unique=False
        )

    op.create_table(
        "write_off_proposal",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("line_id", sa.Integer(), nullable=False),
        sa.Column("asset_id", sa.Integer(), nullable=True),
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.Column("reason", sa.String(), nullable=False),
        sa.Column("on", sa.Date(), nullable=False),
        sa.Column("book", sa.String(), nullable=False),
        sa.Column("value_minor", sa.BigInteger(), nullable=True),
        sa.Column("currency", sa.String(3), nullable=True),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("decided_by", sa.String(), nullable=True),
        sa.Column("decided_at", UtcDateTime(), nullable=True),
        sa.Column("remark", sa.Text(), nullable=False),
        sa.Column("recorded_at", UtcDateTime(), nullable=False),
        sa.CheckConstraint(
            "state IN ('proposed', 'approved', 'refused')",
            name=op.f("ck_write_off_proposal_state"),
        ),
        sa.ForeignKeyConstraint(
            ["asset_id"],
            ["asset.id"],
            name=op.f("fk_write_off_proposal_asset_id_asset"),
        ),
        sa.ForeignKeyConstraint(
            ["line_id"],
            ["case_line.id"],
            name=op.f("fk_write_off_proposal_line_id_case_line"),
        ),
        sa.ForeignKeyConstraint(
            ["person_id"],
            ["person.id"],
            name=op.f("fk_write_off_proposal_person_id_person"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_write_off_proposal")),
    )
    with op.batch_alter_table("write_off_proposal", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_write_off_proposal_line_id"), ["line_id"], unique=False
        )
        batch_op.create_index(
            batch_op.f("ix_write_off_proposal_person_id"), ["person_id"], unique=False
        )
