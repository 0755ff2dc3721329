"""A clock that is moved by hand, and a database whose changes are told."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from sqlalchemy import Engine

from tests.api.webhooks.receiving import Clock, recording


@pytest.fixture
def now() -> Clock:
    """The present moment, which stands until it is moved."""
    return Clock(datetime.now(UTC))


@pytest.fixture
def told(engine: Engine) -> Engine:
    """A database whose changes are recorded for webhooks."""
    return recording(engine)
