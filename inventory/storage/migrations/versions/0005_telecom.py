"""Telecom."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from inventory.storage.migrations.rules_0005 import RULES
from inventory.storage.types import UtcDateTime

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Make the tables of this revision."""
    _make_systems()
    _make_groups()
    _make_phones()
    _make_owners()
    _make_members()
    for rule in RULES[op.get_context().dialect.name]:
        op.get_bind().exec_driver_sql(rule)


def _make_systems() -> None:
    op.create_table(
        "phone_system",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("site", sa.String(), nullable=False),
        sa.Column("address", sa.String(), nullable=False),
        sa.Column("product", sa.String(), nullable=True),
        sa.Column("version", sa.String(), nullable=True),
        sa.Column("last_seen", UtcDateTime(), nullable=True),
        sa.Column("problems", sa.Text(), nullable=False),
        sa.Column("recorded_at", UtcDateTime(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_phone_system")),
        sa.UniqueConstraint("name", name=op.f("uq_phone_system_name")),
    )
    op.create_table(
        "extension",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("system_id", sa.Integer(), nullable=False),
        sa.Column("number", sa.String(), nullable=False),
        sa.Column("partition", sa.String(), nullable=False),
        sa.Column("name", sa.String(), nullable=True),
        sa.Column("login", sa.String(), nullable=True),
        sa.Column("email", sa.String(), nullable=True),
        sa.Column("cost_centre", sa.String(), nullable=True),
        sa.Column("mailbox", sa.String(), nullable=True),
        sa.Column("enabled", sa.Boolean(), nullable=True),
        sa.Column("person_note", sa.String(), nullable=True),
        sa.Column("search", sa.Text(), nullable=False),
        sa.Column("first_seen", UtcDateTime(), nullable=False),
        sa.Column("last_seen", UtcDateTime(), nullable=False),
        sa.Column("removed_at", UtcDateTime(), nullable=True),
        sa.ForeignKeyConstraint(
            ["system_id"],
            ["phone_system.id"],
            name=op.f("fk_extension_system_id_phone_system"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_extension")),
        sa.UniqueConstraint("system_id", "partition", "number", name="uq_extension"),
    )
    with op.batch_alter_table("extension", schema=None) as batch_op:
        batch_op.create_index("ix_extension_number", ["number", "id"], unique=False)


def _make_groups() -> None:
    op.create_table(
        "hunt_group",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("system_id", sa.Integer(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("number", sa.String(), nullable=True),
        sa.Column("strategy", sa.String(), nullable=True),
        sa.Column("first_seen", UtcDateTime(), nullable=False),
        sa.Column("removed_at", UtcDateTime(), nullable=True),
        sa.ForeignKeyConstraint(
            ["system_id"],
            ["phone_system.id"],
            name=op.f("fk_hunt_group_system_id_phone_system"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_hunt_group")),
        sa.UniqueConstraint("system_id", "name", name="uq_hunt_group"),
    )
    op.create_table(
        "mailbox",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("system_id", sa.Integer(), nullable=False),
        sa.Column("number", sa.String(), nullable=False),
        sa.Column("context", sa.String(), nullable=False),
        sa.Column("name", sa.String(), nullable=True),
        sa.Column("email", sa.String(), nullable=True),
        sa.Column("first_seen", UtcDateTime(), nullable=False),
        sa.Column("removed_at", UtcDateTime(), nullable=True),
        sa.ForeignKeyConstraint(
            ["system_id"],
            ["phone_system.id"],
            name=op.f("fk_mailbox_system_id_phone_system"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_mailbox")),
        sa.UniqueConstraint("system_id", "context", "number", name="uq_mailbox"),
    )


def _make_phones() -> None:
    op.create_table(
        "phone_number",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("e164", sa.String(), nullable=False),
        sa.Column("system_id", sa.Integer(), nullable=True),
        sa.Column("kind", sa.String(), nullable=True),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("status", sa.String(), nullable=True),
        sa.Column("city", sa.String(), nullable=True),
        sa.Column("first_seen", UtcDateTime(), nullable=False),
        sa.Column("last_seen", UtcDateTime(), nullable=False),
        sa.ForeignKeyConstraint(
            ["system_id"],
            ["phone_system.id"],
            name=op.f("fk_phone_number_system_id_phone_system"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_phone_number")),
        sa.UniqueConstraint("e164", name=op.f("uq_phone_number_e164")),
    )
    op.create_table(
        "telephone",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("site", sa.String(), nullable=False),
        sa.Column("mac", sa.String(), nullable=True),
        sa.Column("device_id", sa.Integer(), nullable=True),
        sa.Column("device_name", sa.String(), nullable=True),
        sa.Column("instance", sa.String(), nullable=True),
        sa.Column("ip", sa.String(), nullable=True),
        sa.Column("user_agent", sa.String(), nullable=True),
        sa.Column("vendor", sa.String(), nullable=True),
        sa.Column("model", sa.String(), nullable=True),
        sa.Column("serial", sa.String(), nullable=True),
        sa.Column("firmware", sa.String(), nullable=True),
        sa.Column("first_seen", UtcDateTime(), nullable=False),
        sa.Column("last_seen", UtcDateTime(), nullable=False),
        sa.ForeignKeyConstraint(
            ["device_id"], ["device.id"], name=op.f("fk_telephone_device_id_device")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_telephone")),
        sa.UniqueConstraint("mac", name=op.f("uq_telephone_mac")),
    )
    with op.batch_alter_table("telephone", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_telephone_device_id"), ["device_id"], unique=False
        )
        batch_op.create_index(
            batch_op.f("ix_telephone_device_name"), ["device_name"], unique=False
        )
        batch_op.create_index(
            batch_op.f("ix_telephone_instance"), ["instance"], unique=False
        )
        batch_op.create_index(batch_op.f("ix_telephone_ip"), ["ip"], unique=False)


def _make_owners() -> None:
    op.create_table(
        "extension_person",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("extension_id", sa.Integer(), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.Column("evidence", sa.String(), nullable=False),
        sa.Column("source", sa.String(), nullable=False),
        sa.Column("valid_from", sa.Date(), nullable=False),
        sa.Column("valid_to", sa.Date(), nullable=True),
        sa.Column("recorded_at", UtcDateTime(), nullable=False),
        sa.Column("ended_recorded_at", UtcDateTime(), nullable=True),
        sa.CheckConstraint(
            "valid_to IS NULL OR valid_to >= valid_from",
            name=op.f("ck_extension_person_period"),
        ),
        sa.ForeignKeyConstraint(
            ["extension_id"],
            ["extension.id"],
            name=op.f("fk_extension_person_extension_id_extension"),
        ),
        sa.ForeignKeyConstraint(
            ["person_id"],
            ["person.id"],
            name=op.f("fk_extension_person_person_id_person"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_extension_person")),
    )
    with op.batch_alter_table("extension_person", schema=None) as batch_op:
        batch_op.create_index(
            "ix_extension_person_extension",
            ["extension_id", "valid_from"],
            unique=False,
        )
        batch_op.create_index(
            "ix_extension_person_person", ["person_id", "valid_from"], unique=False
        )
        batch_op.create_index(
            "uq_extension_person_open",
            ["extension_id"],
            unique=True,
            sqlite_where=sa.text("valid_to IS NULL"),
            postgresql_where=sa.text("valid_to IS NULL"),
        )

    op.create_table(
        "extension_phone",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("extension_id", sa.Integer(), nullable=False),
        sa.Column("phone_id", sa.Integer(), nullable=False),
        sa.Column("registered", sa.Boolean(), nullable=True),
        sa.Column("last_seen", UtcDateTime(), nullable=False),
        sa.Column("source", sa.String(), nullable=False),
        sa.Column("valid_from", sa.Date(), nullable=False),
        sa.Column("valid_to", sa.Date(), nullable=True),
        sa.Column("recorded_at", UtcDateTime(), nullable=False),
        sa.Column("ended_recorded_at", UtcDateTime(), nullable=True),
        sa.CheckConstraint(
            "valid_to IS NULL OR valid_to >= valid_from",
            name=op.f("ck_extension_phone_period"),
        ),
        sa.ForeignKeyConstraint(
            ["extension_id"],
            ["extension.id"],
            name=op.f("fk_extension_phone_extension_id_extension"),
        ),
        sa.ForeignKeyConstraint(
            ["phone_id"],
            ["telephone.id"],
            name=op.f("fk_extension_phone_phone_id_telephone"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_extension_phone")),
    )
    with op.batch_alter_table("extension_phone", schema=None) as batch_op:
        batch_op.create_index(
            "ix_extension_phone_extension", ["extension_id", "valid_from"], unique=False
        )
        batch_op.create_index(
            "ix_extension_phone_phone", ["phone_id", "valid_from"], unique=False
        )
        batch_op.create_index(
            "uq_extension_phone_open",
            ["extension_id", "phone_id"],
            unique=True,
            sqlite_where=sa.text("valid_to IS NULL"),
            postgresql_where=sa.text("valid_to IS NULL"),
        )


def _make_members() -> None:
    op.create_table(
        "hunt_group_member",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("group_id", sa.Integer(), nullable=False),
        sa.Column("extension_id", sa.Integer(), nullable=False),
        sa.Column("valid_from", sa.Date(), nullable=False),
        sa.Column("valid_to", sa.Date(), nullable=True),
        sa.Column("recorded_at", UtcDateTime(), nullable=False),
        sa.Column("ended_recorded_at", UtcDateTime(), nullable=True),
        sa.CheckConstraint(
            "valid_to IS NULL OR valid_to >= valid_from",
            name=op.f("ck_hunt_group_member_period"),
        ),
        sa.ForeignKeyConstraint(
            ["extension_id"],
            ["extension.id"],
            name=op.f("fk_hunt_group_member_extension_id_extension"),
        ),
        sa.ForeignKeyConstraint(
            ["group_id"],
            ["hunt_group.id"],
            name=op.f("fk_hunt_group_member_group_id_hunt_group"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_hunt_group_member")),
    )
    with op.batch_alter_table("hunt_group_member", schema=None) as batch_op:
        batch_op.create_index(
            "ix_hunt_group_member_extension",
            ["extension_id", "valid_from"],
            unique=False,
        )
        batch_op.create_index(
            "ix_hunt_group_member_group", ["group_id", "valid_from"], unique=False
        )
        batch_op.create_index(
            "uq_hunt_group_member_open",
            ["group_id", "extension_id"],
            unique=True,
            sqlite_where=sa.text("valid_to IS NULL"),
            postgresql_where=sa.text("valid_to IS NULL"),
        )

    op.create_table(
        "number_extension",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("number_id", sa.Integer(), nullable=False),
        sa.Column("extension_id", sa.Integer(), nullable=False),
        sa.Column("source", sa.String(), nullable=False),
        sa.Column("valid_from", sa.Date(), nullable=False),
        sa.Column("valid_to", sa.Date(), nullable=True),
        sa.Column("recorded_at", UtcDateTime(), nullable=False),
        sa.Column("ended_recorded_at", UtcDateTime(), nullable=True),
        sa.CheckConstraint(
            "valid_to IS NULL OR valid_to >= valid_from",
            name=op.f("ck_number_extension_period"),
        ),
        sa.ForeignKeyConstraint(
            ["extension_id"],
            ["extension.id"],
            name=op.f("fk_number_extension_extension_id_extension"),
        ),
        sa.ForeignKeyConstraint(
            ["number_id"],
            ["phone_number.id"],
            name=op.f("fk_number_extension_number_id_phone_number"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_number_extension")),
    )
    with op.batch_alter_table("number_extension", schema=None) as batch_op:
        batch_op.create_index(
            "ix_number_extension_extension",
            ["extension_id", "valid_from"],
            unique=False,
        )
        batch_op.create_index(
            "ix_number_extension_number", ["number_id", "valid_from"], unique=False
        )
        batch_op.create_index(
            "uq_number_extension_open",
            ["number_id"],
            unique=True,
            sqlite_where=sa.text("valid_to IS NULL"),
            postgresql_where=sa.text("valid_to IS NULL"),
        )
