"""${message}."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from inventory.storage.types import Json, UtcDateTime

revision = ${repr(up_revision)}
down_revision = ${repr(down_revision)}
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Make the tables of this revision."""
    ${upgrades if upgrades else "pass"}
