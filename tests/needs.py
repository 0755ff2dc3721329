"""What a test needs from the machine, and what happens when it is not there.

A missing daemon, browser or right skips the test with a reason; under continuous
integration the variable `TEST_REQUIRE` (comma-separated kinds) turns such a skip
into a failure, so that a green run means that these tests did run.
"""

from __future__ import annotations

import os
from pathlib import Path

import pytest

REQUIRED = frozenset(filter(None, os.environ.get("TEST_REQUIRE", "").split(",")))

SHARED = Path(__file__).resolve().parents[2] / "shared"
"""Test material that is kept beside the repository, where somebody has it."""


def missing(kind: str, reason: str) -> None:
    """Skip the running test, or fail it where `kind` is required.

    Args:
        kind: `lab`, `browser`, `oidc` or `postgres`.
        reason: What is missing and how to get it.
    """
    if kind in REQUIRED:
        pytest.fail(f"{kind} tests are required here, but {reason}", pytrace=False)
    pytest.skip(reason)
