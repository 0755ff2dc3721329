"""A process of its own that reserves one laptop: `reserving.py URL NAME`."""

from __future__ import annotations

import sys
from datetime import UTC, datetime

from inventory.assets.stock import Request, reserve
from inventory.errors import NotAllowed
from inventory.storage.all_tables import load_tables
from inventory.storage.engine import make_engine
from inventory.storage.work import UnitOfWork


def main(url: str, name: str) -> None:
    """Reserve and print the id of the asset, or why there is none."""
    load_tables()
    engine = make_engine(url)
    print("ready", flush=True)
    sys.stdin.readline()
    clock = lambda: datetime(2026, 3, 17, 9, 30, tzinfo=UTC)  # noqa: E731
    try:
        with UnitOfWork(engine, actor=f"test:{name}", clock=clock) as work:
            got = reserve(work, Request(name=name, kind="laptop"))
            work.commit()
        print(got)
    except NotAllowed as error:
        print(error.problem)
    finally:
        engine.dispose()


if __name__ == "__main__":
    main(sys.argv[1], sys.argv[2])
