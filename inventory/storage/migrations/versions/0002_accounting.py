"""Accounting."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from inventory.storage.migrations.rules_0002 import RULES
from inventory.storage.types import Json, UtcDateTime

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Make the tables of this revision."""
    op.create_table(
        "book",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("code", sa.String(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("legal_entity_id", sa.Integer(), nullable=False),
        sa.Column("currency", sa.String(3), nullable=False),
        sa.Column("to_ledger", sa.Boolean(), nullable=False),
        sa.Column("recorded_at", UtcDateTime(), nullable=False),
        sa.ForeignKeyConstraint(
            ["legal_entity_id"],
            ["legal_entity.id"],
            name=op.f("fk_book_legal_entity_id_legal_entity"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_book")),
        sa.UniqueConstraint("legal_entity_id", "code", name="uq_book_code"),
    )
    op.create_table(
        "fiscal_period",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("book_id", sa.Integer(), nullable=False),
        sa.Column("key", sa.String(), nullable=False),
        sa.Column("year", sa.String(), nullable=False),
        sa.Column("starts_on", sa.Date(), nullable=False),
        sa.Column("ends_on", sa.Date(), nullable=False),
        sa.Column("share_num", sa.Integer(), nullable=False),
        sa.Column("share_den", sa.Integer(), nullable=False),
        sa.Column("status", sa.String(), nullable=False),
        sa.Column("reason", sa.String(), nullable=False),
        sa.CheckConstraint(
            "status IN ('open', 'closed', 'locked')",
            name=op.f("ck_fiscal_period_status"),
        ),
        sa.CheckConstraint("ends_on > starts_on", name=op.f("ck_fiscal_period_span")),
        sa.ForeignKeyConstraint(
            ["book_id"], ["book.id"], name=op.f("fk_fiscal_period_book_id_book")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_fiscal_period")),
        sa.UniqueConstraint("book_id", "key", name="uq_fiscal_period_key"),
        sa.UniqueConstraint("book_id", "starts_on", name="uq_fiscal_period_start"),
    )
    op.create_table(
        "posting",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("book_id", sa.Integer(), nullable=False),
        sa.Column("period", sa.String(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("reverses_id", sa.Integer(), nullable=True),
        sa.Column("assets", sa.Integer(), nullable=False),
        sa.Column("depreciation_minor", sa.BigInteger(), nullable=False),
        sa.Column("actor", sa.String(), nullable=False),
        sa.Column("recorded_at", UtcDateTime(), nullable=False),
        sa.ForeignKeyConstraint(
            ["book_id"], ["book.id"], name=op.f("fk_posting_book_id_book")
        ),
        sa.ForeignKeyConstraint(
            ["reverses_id"], ["posting.id"], name=op.f("fk_posting_reverses_id_posting")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_posting")),
        sa.UniqueConstraint("book_id", "period", "version", name="uq_posting_version"),
        sa.UniqueConstraint("reverses_id", name="uq_posting_reverses"),
    )
    op.create_table(
        "asset_book",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("asset_id", sa.Integer(), nullable=False),
        sa.Column("book_id", sa.Integer(), nullable=False),
        sa.Column("asset_class", sa.String(), nullable=False),
        sa.Column("in_service", sa.Date(), nullable=False),
        sa.Column("terms", Json(), nullable=False),
        sa.Column("accounts", Json(), nullable=False),
        sa.Column("revised_at", UtcDateTime(), nullable=False),
        sa.Column("recorded_at", UtcDateTime(), nullable=False),
        sa.ForeignKeyConstraint(
            ["asset_id"], ["asset.id"], name=op.f("fk_asset_book_asset_id_asset")
        ),
        sa.ForeignKeyConstraint(
            ["book_id"], ["book.id"], name=op.f("fk_asset_book_book_id_book")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_asset_book")),
        sa.UniqueConstraint("asset_id", "book_id", name="uq_asset_book"),
    )
    with op.batch_alter_table("asset_book", schema=None) as batch_op:
        batch_op.create_index("ix_asset_book_book", ["book_id", "id"], unique=False)

    op.create_table(
        "book_event",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("asset_book_id", sa.Integer(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("effective", sa.Date(), nullable=False),
        sa.Column("data", Json(), nullable=False),
        sa.Column("recorded_at", UtcDateTime(), nullable=False),
        sa.ForeignKeyConstraint(
            ["asset_book_id"],
            ["asset_book.id"],
            name=op.f("fk_book_event_asset_book_id_asset_book"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_book_event")),
        sa.UniqueConstraint("asset_book_id", "name", name="uq_book_event_name"),
    )
    with op.batch_alter_table("book_event", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_book_event_asset_book_id"), ["asset_book_id"], unique=False
        )

    op.create_table(
        "journal_entry",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("posting_id", sa.Integer(), nullable=False),
        sa.Column("asset_book_id", sa.Integer(), nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("period", sa.String(), nullable=False),
        sa.Column("memo", sa.String(), nullable=False),
        sa.Column("reference", sa.String(), nullable=False),
        sa.ForeignKeyConstraint(
            ["asset_book_id"],
            ["asset_book.id"],
            name=op.f("fk_journal_entry_asset_book_id_asset_book"),
        ),
        sa.ForeignKeyConstraint(
            ["posting_id"],
            ["posting.id"],
            name=op.f("fk_journal_entry_posting_id_posting"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_journal_entry")),
    )
    with op.batch_alter_table("journal_entry", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_journal_entry_asset_book_id"),
            ["asset_book_id"],
            unique=False,
        )
        batch_op.create_index(
            "ix_journal_entry_posting", ["posting_id", "id"], unique=False
        )

    op.create_table(
        "posted_row",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("posting_id", sa.Integer(), nullable=False),
        sa.Column("asset_book_id", sa.Integer(), nullable=False),
        sa.Column("period", sa.String(), nullable=False),
        sa.Column("starts_on", sa.Date(), nullable=False),
        sa.Column("depreciation_minor", sa.BigInteger(), nullable=False),
        sa.Column("closing_minor", sa.BigInteger(), nullable=False),
        sa.Column("row", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(
            ["asset_book_id"],
            ["asset_book.id"],
            name=op.f("fk_posted_row_asset_book_id_asset_book"),
        ),
        sa.ForeignKeyConstraint(
            ["posting_id"],
            ["posting.id"],
            name=op.f("fk_posted_row_posting_id_posting"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_posted_row")),
        sa.UniqueConstraint("posting_id", "asset_book_id", name="uq_posted_row"),
    )
    with op.batch_alter_table("posted_row", schema=None) as batch_op:
        batch_op.create_index(
            "ix_posted_row_asset_book", ["asset_book_id", "starts_on"], unique=False
        )

    op.create_table(
        "journal_line",
        sa.Column("entry_id", sa.Integer(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("account", sa.String(), nullable=False),
        sa.Column("amount_minor", sa.BigInteger(), nullable=False),
        sa.Column("currency", sa.String(3), nullable=False),
        sa.Column("cost_centre", sa.String(), nullable=True),
        sa.ForeignKeyConstraint(
            ["entry_id"],
            ["journal_entry.id"],
            name=op.f("fk_journal_line_entry_id_journal_entry"),
        ),
        sa.PrimaryKeyConstraint("entry_id", "position", name=op.f("pk_journal_line")),
    )
    with op.batch_alter_table("journal_line", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_journal_line_account"), ["account"], unique=False
        )

    for rule in RULES[op.get_context().dialect.name]:
        op.get_bind().exec_driver_sql(rule)
