"""Places are found by MAC alone, whatever the site."""

from __future__ import annotations

from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Make the index by which the history of a MAC is read."""
    op.create_index("ix_sighting_seen", "sighting", ["mac", "last_seen"])
