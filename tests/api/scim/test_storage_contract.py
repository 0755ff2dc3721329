"""Our storage keeps the rules scim2-server has for storages, on both databases.

The library compares filters and sorts with its own evaluator; a skipped case would be
one that we refuse, so skips are counted as failures here.
"""

from __future__ import annotations

from collections.abc import Callable, Generator
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from scim2_models import ResourceType, ScimProvider, SearchRequest
from scim2_server.storage import ScimStorage
from scim2_server.testing import ScimStorageContract
from sqlalchemy import Engine

from api.scim.models import provider as our_provider
from api.scim.register_effects import Register
from api.scim.storage import DirectoryStorage
from inventory.storage.work import UnitOfWork


def ticking() -> Callable[[], datetime]:
    """Return a clock that goes on by a second each time it is asked."""
    moments = iter(range(10**6))
    start = datetime(2026, 3, 17, 9, 30, tzinfo=UTC)
    return lambda: start + timedelta(seconds=next(moments))


class TestOurStorage(ScimStorageContract):
    """Runs every case of the contract."""

    @pytest.fixture
    def provider(self) -> ScimProvider:
        return our_provider()

    @pytest.fixture
    def storage(self, empty_engine: Engine) -> DirectoryStorage:
        clock = ticking()

        def begin() -> UnitOfWork:
            return UnitOfWork(empty_engine, actor="token:1", clock=clock)

        return DirectoryStorage(
            our_provider(), empty_engine, begin, "scim:test", Register("scim:test")
        )

    @pytest.fixture(autouse=True)
    def within(self) -> Generator[None]:
        """Run under our policy, as the handler does."""
        with our_provider():
            yield

    @staticmethod
    def require(supported: bool, feature: str) -> None:
        """Fail instead of skipping: we announce all of it."""
        assert supported, f"not supported: {feature}"

    def search_or_skip(
        self,
        storage: ScimStorage,
        resource_types: list[ResourceType],
        search_request: SearchRequest[Any],
    ) -> object:
        """Search; a refused filter is a failure, not a skip."""
        return self.search(storage, resource_types, search_request)
