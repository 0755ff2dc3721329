"""What is booked stays booked, whatever comes later: random histories in 3 books."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import Engine

from inventory.storage.engine import make_engine
from tests.inventory.accounting.histories import World
from tests.inventory.accounting.whole_histories import WholeWorld


@pytest.fixture
def database(sqlite_template: Path, tmp_path: Path) -> Iterator[Engine]:
    """An empty database: the rules are the same on both kinds."""
    shutil.copyfile(sqlite_template, tmp_path / "h.sqlite")
    engine = make_engine(f"sqlite:///{tmp_path / 'h.sqlite'}")
    yield engine
    engine.dispose()


def test_twenty_histories_keep_the_books(database: Engine) -> None:
    told = World(database, seed=7, assets=20).run(12, every=6)
    assert told.breaches == []
    assert told.late > 5


@pytest.mark.slow
@pytest.mark.parametrize("seed", range(10))
def test_two_hundred_histories_keep_the_books(database: Engine, seed: int) -> None:
    told = World(database, seed=seed, assets=20).run(36, every=9)
    assert told.breaches == []
    assert {"reversal", "late purchase", "locked", "split"} <= set(told.acts)


def test_ten_histories_with_leases_parts_and_pools_keep_the_books(
    database: Engine,
) -> None:
    told = WholeWorld(database, seed=5, assets=6).run(12, every=6)
    assert told.breaches == []
    assert {"construction", "by parts", "into a pool"} <= set(told.acts)


@pytest.mark.slow
@pytest.mark.parametrize("seed", range(10))
def test_whole_histories_keep_the_books(database: Engine, seed: int) -> None:
    told = WholeWorld(database, seed=seed, assets=12).run(36, every=9)
    assert told.breaches == []
    acts = set(told.acts)
    assert len({"lease", "part replaced", "declared"} & acts) > 1, (
        "one may not be drawn"
    )
    assert {"construction", "completed"} & acts
