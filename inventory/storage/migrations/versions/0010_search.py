"""The list of a place is read in the order of its tags.

The indexes of words are not made here, as `inventory.storage.searching` says.
"""

from __future__ import annotations

from alembic import op

revision = "0010"
down_revision = "0009"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Make the indexes of this revision."""
    op.drop_index("ix_asset_location_id", table_name="asset")
    op.create_index("ix_asset_location_tag", "asset", ["location_id", "tag"])
