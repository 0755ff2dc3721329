"""Processes that all reserve a laptop at once: `reserving.py URL COUNT`.

They are forked from one that has loaded the program, as loading it fifty times would
take minutes; each opens its own connection. Each prints the id of its asset, or why it
got none.
"""

from __future__ import annotations

import os
import sys
from datetime import UTC, datetime

from inventory.assets.stock.service import ReservationRequest, reserve_asset
from inventory.kernel.errors import NotAllowed
from inventory.storage.all_tables import load_tables
from inventory.storage.engine import make_engine
from inventory.storage.work import UnitOfWork

NOW = datetime(2026, 3, 17, 9, 30, tzinfo=UTC)


def main(url: str, count: int) -> None:
    """Start the processes, wait until all are ready, let them go, await them."""
    load_tables()
    ready, tell = os.pipe()
    wait, go = os.pipe()
    children = []
    for number in range(count):
        child = os.fork()
        if child == 0:
            os.close(go)
            os.write(tell, b".")
            # Returns when nobody holds the other end any more.
            os.read(wait, 1)
            _reserve(url, f"case:{number}")
            os._exit(0)
        children.append(child)
    there = 0
    while there < count:
        there += len(os.read(ready, count))
    os.close(go)
    codes = [os.waitstatus_to_exitcode(os.waitpid(one, 0)[1]) for one in children]
    sys.exit(max(codes))


def _reserve(url: str, name: str) -> None:
    engine = make_engine(url)
    try:
        with UnitOfWork(engine, actor=f"test:{name}", clock=lambda: NOW) as work:
            got = reserve_asset(work, ReservationRequest(name=name, kind="laptop"))
            work.commit()
        answer = str(got)
    except NotAllowed as error:
        answer = error.problem
    finally:
        engine.dispose()
    # One short write to a pipe is never mixed with another.
    os.write(1, f"{answer}\n".encode())


if __name__ == "__main__":
    main(sys.argv[1], int(sys.argv[2]))
