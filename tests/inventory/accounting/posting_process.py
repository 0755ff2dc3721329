"""A process that posts every period of a book that is due, to be killed.

`python -m tests.inventory.accounting.posting_process URL BOOK LAST`: posts the open
periods up to LAST one after the other, each in a transaction of its own, and prints
each period id before it begins.
"""

from __future__ import annotations

import sys
from datetime import UTC, datetime

from inventory.accounting.posting.post import due, post_period
from inventory.fixed_assets.register_books import cost_shares_of
from inventory.storage.all_tables import load_tables
from inventory.storage.engine import make_engine
from inventory.storage.work import UnitOfWork


def now() -> datetime:
    return datetime.now(UTC)


def main(url: str, book: int, last: str) -> None:
    load_tables()
    engine = make_engine(url)
    with engine.connect() as connection:
        keys = due(connection, book, last)
    for key in keys:
        print(key, flush=True)
        with UnitOfWork(engine, actor="test", clock=now) as work:
            post_period(work, book, key, cost_shares_of(work.connection))
            work.commit()
    print("done", flush=True)
    engine.dispose()


if __name__ == "__main__":
    main(sys.argv[1], int(sys.argv[2]), sys.argv[3])
