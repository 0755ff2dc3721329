"""Register in use."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from inventory.storage.migrations.rules_0007 import CATEGORY_OF_ASSET, RULES
from inventory.storage.types import Json, UtcDateTime

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Make the tables of this revision, and what the database enforces."""
    op.create_table(
        "category",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("code", sa.String(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("parent_id", sa.Integer(), nullable=True),
        sa.Column("kind", sa.String(), nullable=True),
        sa.Column("asset_class", sa.String(), nullable=True),
        sa.Column("warranty_months", sa.Integer(), nullable=True),
        sa.Column("recorded_at", UtcDateTime(), nullable=False),
        sa.CheckConstraint("parent_id <> id", name=op.f("ck_category_parent")),
        sa.ForeignKeyConstraint(
            ["parent_id"], ["category.id"], name=op.f("fk_category_parent_id_category")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_category")),
        sa.UniqueConstraint("code", name=op.f("uq_category_code")),
    )
    with op.batch_alter_table("category", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_category_parent_id"), ["parent_id"], unique=False
        )

    op.create_table(
        "consumable",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("key", sa.String(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("unit", sa.String(), nullable=False),
        sa.Column("minimum", sa.Integer(), nullable=False),
        sa.Column("note", sa.Text(), nullable=False),
        sa.Column("recorded_at", UtcDateTime(), nullable=False),
        sa.CheckConstraint("minimum >= 0", name=op.f("ck_consumable_minimum")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_consumable")),
        sa.UniqueConstraint("key", name=op.f("uq_consumable_key")),
    )
    op.create_table(
        "ended_session",
        sa.Column("key", sa.String(64), nullable=False),
        sa.Column("until", UtcDateTime(), nullable=False),
        sa.PrimaryKeyConstraint("key", name=op.f("pk_ended_session")),
    )
    with op.batch_alter_table("ended_session", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_ended_session_until"), ["until"], unique=False
        )

    op.create_table(
        "import_profile",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("document", Json(), nullable=False),
        sa.Column("recorded_at", UtcDateTime(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_import_profile")),
        sa.UniqueConstraint("name", name=op.f("uq_import_profile_name")),
    )
    op.create_table(
        "saved_view",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("owner", sa.String(), nullable=False),
        sa.Column("page", sa.String(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("query", sa.Text(), nullable=False),
        sa.Column("shared", sa.Boolean(), nullable=False),
        sa.Column("recorded_at", UtcDateTime(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_saved_view")),
        sa.UniqueConstraint("owner", "page", "name", name="uq_saved_view_name"),
    )
    op.create_table(
        "asset_contract",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("number", sa.String(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("supplier_id", sa.Integer(), nullable=True),
        sa.Column("legal_entity_id", sa.Integer(), nullable=True),
        sa.Column("starts_on", sa.Date(), nullable=False),
        sa.Column("ends_on", sa.Date(), nullable=True),
        sa.Column("notice_on", sa.Date(), nullable=True),
        sa.Column("renews_months", sa.Integer(), nullable=False),
        sa.Column("cost_minor", sa.BigInteger(), nullable=True),
        sa.Column("currency", sa.String(3), nullable=True),
        sa.Column("note", sa.Text(), nullable=False),
        sa.Column("recorded_at", UtcDateTime(), nullable=False),
        sa.CheckConstraint(
            "(cost_minor IS NULL) = (currency IS NULL)",
            name=op.f("ck_asset_contract_money"),
        ),
        sa.CheckConstraint(
            "ends_on IS NULL OR ends_on >= starts_on",
            name=op.f("ck_asset_contract_period"),
        ),
        sa.CheckConstraint("renews_months >= 0", name=op.f("ck_asset_contract_renews")),
        sa.ForeignKeyConstraint(
            ["legal_entity_id"],
            ["legal_entity.id"],
            name=op.f("fk_asset_contract_legal_entity_id_legal_entity"),
        ),
        sa.ForeignKeyConstraint(
            ["supplier_id"],
            ["supplier.id"],
            name=op.f("fk_asset_contract_supplier_id_supplier"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_asset_contract")),
        sa.UniqueConstraint("number", name=op.f("uq_asset_contract_number")),
    )
    with op.batch_alter_table("asset_contract", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_asset_contract_ends_on"), ["ends_on"], unique=False
        )
        batch_op.create_index(
            batch_op.f("ix_asset_contract_notice_on"), ["notice_on"], unique=False
        )

    op.create_table(
        "custom_field",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("key", sa.String(), nullable=False),
        sa.Column("label", sa.String(), nullable=False),
        sa.Column("type", sa.String(), nullable=False),
        sa.Column("kind", sa.String(), nullable=True),
        sa.Column("category_id", sa.Integer(), nullable=True),
        sa.Column("required", sa.Boolean(), nullable=False),
        sa.Column("rules", Json(), nullable=False),
        sa.Column("recorded_at", UtcDateTime(), nullable=False),
        sa.Column("ended_at", UtcDateTime(), nullable=True),
        sa.CheckConstraint(
            "type IN ('text', 'integer', 'decimal', 'day', 'boolean', 'choice', 'url')",
            name=op.f("ck_custom_field_type"),
        ),
        sa.ForeignKeyConstraint(
            ["category_id"],
            ["category.id"],
            name=op.f("fk_custom_field_category_id_category"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_custom_field")),
        sa.UniqueConstraint("key", name=op.f("uq_custom_field_key")),
    )
    op.create_table(
        "licence",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("key", sa.String(), nullable=False),
        sa.Column("product", sa.String(), nullable=False),
        sa.Column("manufacturer_id", sa.Integer(), nullable=True),
        sa.Column("supplier_id", sa.Integer(), nullable=True),
        sa.Column("legal_entity_id", sa.Integer(), nullable=True),
        sa.Column("starts_on", sa.Date(), nullable=False),
        sa.Column("ends_on", sa.Date(), nullable=True),
        sa.Column("notice_on", sa.Date(), nullable=True),
        sa.Column("reassignable", sa.Boolean(), nullable=False),
        sa.Column("cost_minor", sa.BigInteger(), nullable=True),
        sa.Column("currency", sa.String(3), nullable=True),
        sa.Column("note", sa.Text(), nullable=False),
        sa.Column("recorded_at", UtcDateTime(), nullable=False),
        sa.CheckConstraint(
            "(cost_minor IS NULL) = (currency IS NULL)", name=op.f("ck_licence_money")
        ),
        sa.ForeignKeyConstraint(
            ["legal_entity_id"],
            ["legal_entity.id"],
            name=op.f("fk_licence_legal_entity_id_legal_entity"),
        ),
        sa.ForeignKeyConstraint(
            ["manufacturer_id"],
            ["manufacturer.id"],
            name=op.f("fk_licence_manufacturer_id_manufacturer"),
        ),
        sa.ForeignKeyConstraint(
            ["supplier_id"],
            ["supplier.id"],
            name=op.f("fk_licence_supplier_id_supplier"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_licence")),
        sa.UniqueConstraint("key", name=op.f("uq_licence_key")),
    )
    with op.batch_alter_table("licence", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_licence_ends_on"), ["ends_on"], unique=False
        )
        batch_op.create_index(
            batch_op.f("ix_licence_notice_on"), ["notice_on"], unique=False
        )

    op.create_table(
        "tag_rule",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("scope", sa.String(), nullable=False),
        sa.Column("category_id", sa.Integer(), nullable=True),
        sa.Column("legal_entity_id", sa.Integer(), nullable=True),
        sa.Column("prefix", sa.String(), nullable=False),
        sa.Column("width", sa.Integer(), nullable=False),
        sa.Column("recorded_at", UtcDateTime(), nullable=False),
        sa.ForeignKeyConstraint(
            ["category_id"],
            ["category.id"],
            name=op.f("fk_tag_rule_category_id_category"),
        ),
        sa.ForeignKeyConstraint(
            ["legal_entity_id"],
            ["legal_entity.id"],
            name=op.f("fk_tag_rule_legal_entity_id_legal_entity"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_tag_rule")),
        sa.UniqueConstraint("scope", name=op.f("uq_tag_rule_scope")),
    )
    op.create_table(
        "licence_seat",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("licence_id", sa.Integer(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("ended_on", sa.Date(), nullable=True),
        sa.Column("recorded_at", UtcDateTime(), nullable=False),
        sa.ForeignKeyConstraint(
            ["licence_id"],
            ["licence.id"],
            name=op.f("fk_licence_seat_licence_id_licence"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_licence_seat")),
        sa.UniqueConstraint("licence_id", "number", name="uq_licence_seat_number"),
    )
    op.create_table(
        "consumable_stock",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("consumable_id", sa.Integer(), nullable=False),
        sa.Column("location_id", sa.Integer(), nullable=False),
        sa.Column("quantity", sa.Integer(), nullable=False),
        sa.Column("recorded_at", UtcDateTime(), nullable=False),
        sa.CheckConstraint("quantity >= 0", name=op.f("ck_consumable_stock_quantity")),
        sa.ForeignKeyConstraint(
            ["consumable_id"],
            ["consumable.id"],
            name=op.f("fk_consumable_stock_consumable_id_consumable"),
        ),
        sa.ForeignKeyConstraint(
            ["location_id"],
            ["location.id"],
            name=op.f("fk_consumable_stock_location_id_location"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_consumable_stock")),
        sa.UniqueConstraint(
            "consumable_id", "location_id", name="uq_consumable_stock_room"
        ),
    )
    op.create_table(
        "stock_take",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("location_id", sa.Integer(), nullable=True),
        sa.Column("kinds", Json(), nullable=False),
        sa.Column("evidence_days", sa.Integer(), nullable=False),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("opened_by", sa.String(), nullable=False),
        sa.Column("recorded_at", UtcDateTime(), nullable=False),
        sa.Column("closed_at", UtcDateTime(), nullable=True),
        sa.Column("applied_at", UtcDateTime(), nullable=True),
        sa.CheckConstraint(
            "state IN ('open', 'closed', 'applied', 'cancelled')",
            name=op.f("ck_stock_take_state"),
        ),
        sa.CheckConstraint("evidence_days >= 0", name=op.f("ck_stock_take_evidence")),
        sa.ForeignKeyConstraint(
            ["location_id"],
            ["location.id"],
            name=op.f("fk_stock_take_location_id_location"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_stock_take")),
        sa.UniqueConstraint("name", name=op.f("uq_stock_take_name")),
    )
    op.create_table(
        "asset_contract_cover",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("contract_id", sa.Integer(), nullable=False),
        sa.Column("asset_id", sa.Integer(), nullable=False),
        sa.Column("valid_from", sa.Date(), nullable=False),
        sa.Column("valid_to", sa.Date(), nullable=True),
        sa.Column("recorded_at", UtcDateTime(), nullable=False),
        sa.CheckConstraint(
            "valid_to IS NULL OR valid_to >= valid_from",
            name=op.f("ck_asset_contract_cover_period"),
        ),
        sa.ForeignKeyConstraint(
            ["asset_id"],
            ["asset.id"],
            name=op.f("fk_asset_contract_cover_asset_id_asset"),
        ),
        sa.ForeignKeyConstraint(
            ["contract_id"],
            ["asset_contract.id"],
            name=op.f("fk_asset_contract_cover_contract_id_asset_contract"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_asset_contract_cover")),
    )
    with op.batch_alter_table("asset_contract_cover", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_asset_contract_cover_asset_id"), ["asset_id"], unique=False
        )
        batch_op.create_index(
            "uq_asset_contract_cover_open",
            ["contract_id", "asset_id"],
            unique=True,
            sqlite_where=sa.text("valid_to IS NULL"),
            postgresql_where=sa.text("valid_to IS NULL"),
        )

    op.create_table(
        "asset_note",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("asset_id", sa.Integer(), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("author", sa.String(), nullable=False),
        sa.Column("recorded_at", UtcDateTime(), nullable=False),
        sa.ForeignKeyConstraint(
            ["asset_id"], ["asset.id"], name=op.f("fk_asset_note_asset_id_asset")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_asset_note")),
    )
    with op.batch_alter_table("asset_note", schema=None) as batch_op:
        batch_op.create_index("ix_asset_note_asset", ["asset_id", "id"], unique=False)

    op.create_table(
        "attachment",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("asset_id", sa.Integer(), nullable=True),
        sa.Column("contract_id", sa.Integer(), nullable=True),
        sa.Column("order_id", sa.Integer(), nullable=True),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("media_type", sa.String(), nullable=False),
        sa.Column("size", sa.BigInteger(), nullable=False),
        sa.Column("sha256", sa.String(64), nullable=False),
        sa.Column("note", sa.Text(), nullable=False),
        sa.Column("author", sa.String(), nullable=False),
        sa.Column("recorded_at", UtcDateTime(), nullable=False),
        sa.Column("removed_at", UtcDateTime(), nullable=True),
        sa.CheckConstraint(
            "(CASE WHEN asset_id IS NULL THEN 0 ELSE 1 END)"
            " + (CASE WHEN contract_id IS NULL THEN 0 ELSE 1 END)"
            " + (CASE WHEN order_id IS NULL THEN 0 ELSE 1 END) = 1",
            name=op.f("ck_attachment_one_owner"),
        ),
        sa.CheckConstraint("size > 0", name=op.f("ck_attachment_size")),
        sa.ForeignKeyConstraint(
            ["asset_id"], ["asset.id"], name=op.f("fk_attachment_asset_id_asset")
        ),
        sa.ForeignKeyConstraint(
            ["contract_id"],
            ["asset_contract.id"],
            name=op.f("fk_attachment_contract_id_asset_contract"),
        ),
        sa.ForeignKeyConstraint(
            ["order_id"],
            ["purchase_order.id"],
            name=op.f("fk_attachment_order_id_purchase_order"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_attachment")),
    )
    with op.batch_alter_table("attachment", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_attachment_asset_id"), ["asset_id"], unique=False
        )
        batch_op.create_index(
            batch_op.f("ix_attachment_contract_id"), ["contract_id"], unique=False
        )
        batch_op.create_index(
            batch_op.f("ix_attachment_order_id"), ["order_id"], unique=False
        )
        batch_op.create_index(
            batch_op.f("ix_attachment_sha256"), ["sha256"], unique=False
        )

    op.create_table(
        "consumable_move",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("consumable_id", sa.Integer(), nullable=False),
        sa.Column("location_id", sa.Integer(), nullable=False),
        sa.Column("quantity", sa.Integer(), nullable=False),
        sa.Column("why", sa.String(), nullable=False),
        sa.Column("on", sa.Date(), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=True),
        sa.Column("asset_id", sa.Integer(), nullable=True),
        sa.Column("cost_minor", sa.BigInteger(), nullable=True),
        sa.Column("currency", sa.String(3), nullable=True),
        sa.Column("note", sa.String(), nullable=False),
        sa.Column("recorded_at", UtcDateTime(), nullable=False),
        sa.CheckConstraint(
            "why IN ('bought', 'used', 'moved', 'counted')",
            name=op.f("ck_consumable_move_why"),
        ),
        sa.CheckConstraint(
            "(cost_minor IS NULL) = (currency IS NULL)",
            name=op.f("ck_consumable_move_money"),
        ),
        sa.CheckConstraint("quantity <> 0", name=op.f("ck_consumable_move_quantity")),
        sa.ForeignKeyConstraint(
            ["asset_id"], ["asset.id"], name=op.f("fk_consumable_move_asset_id_asset")
        ),
        sa.ForeignKeyConstraint(
            ["consumable_id"],
            ["consumable.id"],
            name=op.f("fk_consumable_move_consumable_id_consumable"),
        ),
        sa.ForeignKeyConstraint(
            ["location_id"],
            ["location.id"],
            name=op.f("fk_consumable_move_location_id_location"),
        ),
        sa.ForeignKeyConstraint(
            ["person_id"],
            ["person.id"],
            name=op.f("fk_consumable_move_person_id_person"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_consumable_move")),
    )
    with op.batch_alter_table("consumable_move", schema=None) as batch_op:
        batch_op.create_index(
            "ix_consumable_move_of", ["consumable_id", "id"], unique=False
        )

    op.create_table(
        "licence_use",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("seat_id", sa.Integer(), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=True),
        sa.Column("asset_id", sa.Integer(), nullable=True),
        sa.Column("valid_from", sa.Date(), nullable=False),
        sa.Column("valid_to", sa.Date(), nullable=True),
        sa.Column("recorded_at", UtcDateTime(), nullable=False),
        sa.Column("ended_recorded_at", UtcDateTime(), nullable=True),
        sa.CheckConstraint(
            "(person_id IS NULL) <> (asset_id IS NULL)",
            name=op.f("ck_licence_use_one_user"),
        ),
        sa.CheckConstraint(
            "valid_to IS NULL OR valid_to >= valid_from",
            name=op.f("ck_licence_use_period"),
        ),
        sa.ForeignKeyConstraint(
            ["asset_id"], ["asset.id"], name=op.f("fk_licence_use_asset_id_asset")
        ),
        sa.ForeignKeyConstraint(
            ["person_id"], ["person.id"], name=op.f("fk_licence_use_person_id_person")
        ),
        sa.ForeignKeyConstraint(
            ["seat_id"],
            ["licence_seat.id"],
            name=op.f("fk_licence_use_seat_id_licence_seat"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_licence_use")),
    )
    with op.batch_alter_table("licence_use", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_licence_use_asset_id"), ["asset_id"], unique=False
        )
        batch_op.create_index(
            batch_op.f("ix_licence_use_person_id"), ["person_id"], unique=False
        )
        batch_op.create_index(
            "ix_licence_use_seat", ["seat_id", "valid_from"], unique=False
        )
        batch_op.create_index(
            "uq_licence_use_open",
            ["seat_id"],
            unique=True,
            sqlite_where=sa.text("valid_to IS NULL"),
            postgresql_where=sa.text("valid_to IS NULL"),
        )

    op.create_table(
        "stock_take_correction",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("stock_take_id", sa.Integer(), nullable=False),
        sa.Column("asset_id", sa.Integer(), nullable=True),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("detail", Json(), nullable=False),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("said", sa.Text(), nullable=False),
        sa.Column("decided_by", sa.String(), nullable=True),
        sa.Column("recorded_at", UtcDateTime(), nullable=False),
        sa.Column("decided_at", UtcDateTime(), nullable=True),
        sa.CheckConstraint(
            "kind IN ('move', 'lose', 'find', 'register')",
            name=op.f("ck_stock_take_correction_kind"),
        ),
        sa.CheckConstraint(
            "state IN ('proposed', 'applied', 'rejected', 'failed')",
            name=op.f("ck_stock_take_correction_state"),
        ),
        sa.ForeignKeyConstraint(
            ["asset_id"],
            ["asset.id"],
            name=op.f("fk_stock_take_correction_asset_id_asset"),
        ),
        sa.ForeignKeyConstraint(
            ["stock_take_id"],
            ["stock_take.id"],
            name=op.f("fk_stock_take_correction_stock_take_id_stock_take"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_stock_take_correction")),
    )
    with op.batch_alter_table("stock_take_correction", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_stock_take_correction_asset_id"), ["asset_id"], unique=False
        )
        batch_op.create_index(
            "ix_stock_take_correction_of", ["stock_take_id", "id"], unique=False
        )

    op.create_table(
        "stock_take_item",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("stock_take_id", sa.Integer(), nullable=False),
        sa.Column("asset_id", sa.Integer(), nullable=False),
        sa.Column("location_id", sa.Integer(), nullable=True),
        sa.Column("person_id", sa.Integer(), nullable=True),
        sa.ForeignKeyConstraint(
            ["asset_id"], ["asset.id"], name=op.f("fk_stock_take_item_asset_id_asset")
        ),
        sa.ForeignKeyConstraint(
            ["location_id"],
            ["location.id"],
            name=op.f("fk_stock_take_item_location_id_location"),
        ),
        sa.ForeignKeyConstraint(
            ["person_id"],
            ["person.id"],
            name=op.f("fk_stock_take_item_person_id_person"),
        ),
        sa.ForeignKeyConstraint(
            ["stock_take_id"],
            ["stock_take.id"],
            name=op.f("fk_stock_take_item_stock_take_id_stock_take"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_stock_take_item")),
        sa.UniqueConstraint(
            "stock_take_id", "asset_id", name="uq_stock_take_item_asset"
        ),
    )
    with op.batch_alter_table("stock_take_item", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_stock_take_item_asset_id"), ["asset_id"], unique=False
        )
        batch_op.create_index(
            "ix_stock_take_item_person", ["stock_take_id", "person_id"], unique=False
        )

    op.create_table(
        "stock_take_scan",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("stock_take_id", sa.Integer(), nullable=False),
        sa.Column("text", sa.String(), nullable=False),
        sa.Column("asset_id", sa.Integer(), nullable=True),
        sa.Column("location_id", sa.Integer(), nullable=True),
        sa.Column("how", sa.String(), nullable=False),
        sa.Column("answer", sa.String(), nullable=False),
        sa.Column("author", sa.String(), nullable=False),
        sa.Column("note", sa.Text(), nullable=False),
        sa.Column("recorded_at", UtcDateTime(), nullable=False),
        sa.CheckConstraint(
            "answer IN ('seen', 'denied')", name=op.f("ck_stock_take_scan_answer")
        ),
        sa.CheckConstraint(
            "how IN ('wedge', 'camera', 'hand', 'person', 'network')",
            name=op.f("ck_stock_take_scan_how"),
        ),
        sa.ForeignKeyConstraint(
            ["asset_id"], ["asset.id"], name=op.f("fk_stock_take_scan_asset_id_asset")
        ),
        sa.ForeignKeyConstraint(
            ["location_id"],
            ["location.id"],
            name=op.f("fk_stock_take_scan_location_id_location"),
        ),
        sa.ForeignKeyConstraint(
            ["stock_take_id"],
            ["stock_take.id"],
            name=op.f("fk_stock_take_scan_stock_take_id_stock_take"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_stock_take_scan")),
    )
    with op.batch_alter_table("stock_take_scan", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_stock_take_scan_asset_id"), ["asset_id"], unique=False
        )
        batch_op.create_index(
            "ix_stock_take_scan_of", ["stock_take_id", "id"], unique=False
        )

    op.add_column("acceptance", sa.Column("drawing", Json(), nullable=True))
    for statement in (*CATEGORY_OF_ASSET, *RULES[op.get_bind().dialect.name]):
        op.execute(statement)
