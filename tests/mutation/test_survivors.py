"""No small change of a rule goes unnoticed: a bounded mutation run, module by module.

Each run draws other mutants by the day unless `PURSER_MUTATION_SEED` is set, so that
in time all are tried; a failure names the seed.
"""

from __future__ import annotations

import os
from datetime import UTC, datetime

import pytest

from tests.mutation.run import ROOT, Target, read_targets, report, run_target

pytestmark = [pytest.mark.mutation, pytest.mark.timeout(3600)]

LIMIT = int(os.environ.get("PURSER_MUTATION_LIMIT", "15"))
SEED = int(os.environ.get("PURSER_MUTATION_SEED", datetime.now(UTC).date().toordinal()))


@pytest.mark.parametrize("target", read_targets(), ids=lambda target: target.path)
def test_every_mutant_is_noticed(target: Target) -> None:
    outcome = run_target(target, limit=LIMIT, seed=SEED)
    assert not outcome.survivors, "\n".join((f"seed {SEED}", *report(outcome)))


def test_every_file_named_in_the_targets_exists() -> None:
    for target in read_targets():
        for path in (target.path, *target.tests):
            assert (ROOT / path).exists(), path
