"""Credentials."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from inventory.storage.types import Json, UtcDateTime

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Make the tables of this revision."""
    _make_vault()
    _make_failures()
    _make_uses()


def _make_vault() -> None:
    op.create_table(
        "vault_key",
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("master", sa.String(), nullable=False),
        sa.Column("wrapped", sa.String(), nullable=False),
        sa.Column("made_at", UtcDateTime(), nullable=False),
        sa.PrimaryKeyConstraint("name", name=op.f("pk_vault_key")),
    )
    op.create_table(
        "credential",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("set_name", sa.String(), nullable=False),
        sa.Column("site", sa.String(), nullable=True),
        sa.Column("networks", Json(), nullable=False),
        sa.Column("valid_from", UtcDateTime(), nullable=True),
        sa.Column("valid_until", UtcDateTime(), nullable=True),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("public", Json(), nullable=False),
        sa.Column("key", sa.String(), nullable=False),
        sa.Column("sealed", sa.Text(), nullable=False),
        sa.Column("made_at", UtcDateTime(), nullable=False),
        sa.Column("changed_at", UtcDateTime(), nullable=False),
        sa.CheckConstraint("name <> ''", name=op.f("ck_credential_named")),
        sa.CheckConstraint(
            "valid_until > valid_from", name=op.f("ck_credential_valid")
        ),
        sa.ForeignKeyConstraint(
            ["key"], ["vault_key.name"], name=op.f("fk_credential_key_vault_key")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_credential")),
        sa.UniqueConstraint("name", name=op.f("uq_credential_name")),
    )
    with op.batch_alter_table("credential", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_credential_key"), ["key"], unique=False)


def _make_failures() -> None:
    op.create_table(
        "login_failures",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("subject", sa.String(), nullable=False),
        sa.Column("failures", sa.Integer(), nullable=False),
        sa.Column("last_at", UtcDateTime(), nullable=False),
        sa.Column("off_at", UtcDateTime(), nullable=True),
        sa.Column("reason", sa.String(), nullable=False),
        sa.CheckConstraint(
            "kind IN ('account', 'device')", name=op.f("ck_login_failures_kind")
        ),
        sa.CheckConstraint("failures > 0", name=op.f("ck_login_failures_some")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_login_failures")),
        sa.UniqueConstraint(
            "kind", "subject", name=op.f("uq_login_failures_kind_subject")
        ),
    )


def _make_uses() -> None:
    op.create_table(
        "credential_use",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("credential", sa.String(), nullable=False),
        sa.Column("site", sa.String(), nullable=False),
        sa.Column("address", sa.String(), nullable=False),
        sa.Column("collector", sa.String(), nullable=False),
        sa.Column("device_id", sa.Integer(), nullable=True),
        sa.Column("uses", sa.Integer(), nullable=False),
        sa.Column("first_at", UtcDateTime(), nullable=False),
        sa.Column("last_at", UtcDateTime(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_credential_use")),
        sa.UniqueConstraint(
            "credential",
            "site",
            "address",
            "collector",
            name=op.f("uq_credential_use_credential_site_address_collector"),
        ),
    )
    with op.batch_alter_table("credential_use", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_credential_use_device_id"), ["device_id"], unique=False
        )

    op.create_table(
        "host_key_pin",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("site", sa.String(), nullable=False),
        sa.Column("address", sa.String(), nullable=False),
        sa.Column("port", sa.Integer(), nullable=False),
        sa.Column("fingerprint", sa.String(), nullable=False),
        sa.Column("first_at", UtcDateTime(), nullable=False),
        sa.Column("changed_to", sa.String(), nullable=True),
        sa.Column("changed_at", UtcDateTime(), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_host_key_pin")),
        sa.UniqueConstraint(
            "site", "address", "port", name=op.f("uq_host_key_pin_site_address_port")
        ),
    )
