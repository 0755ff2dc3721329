"""A process that writes: `python -m tests.inventory.storage.writer URL NAME COUNT`.

Prints a line for each commit, so that who killed it knows how far it came. Each unit
of work adds a location, two audit rows and counts on one shared tag series, which a
lost update would show.
"""

from __future__ import annotations

import os
import sys
from datetime import UTC, datetime

from inventory.assets.register.tags import next_tag
from inventory.people.organisation import ensure
from inventory.storage.audit import AUDIT_KEY
from inventory.storage.engine import make_engine
from inventory.storage.work import UnitOfWork


def main(url: str, name: str, count: int) -> None:
    """Commit `count` units of work, each with three audit rows at most."""
    engine = make_engine(url)
    if key := os.environ.get("WRITER_AUDIT_KEY"):
        engine = engine.execution_options(**{AUDIT_KEY: bytes.fromhex(key)})
    for number in range(count):
        with UnitOfWork(
            engine, actor=f"process:{name}", clock=lambda: datetime.now(UTC)
        ) as work:
            tag = next_tag(work, "N-")
            ensure(work, "location", f"{name}-{number}", name=tag)
            work.audit("location", tag, "note", None, {"number": number})
            work.commit()
        print(number, flush=True)
    engine.dispose()


if __name__ == "__main__":
    main(sys.argv[1], sys.argv[2], int(sys.argv[3]))
