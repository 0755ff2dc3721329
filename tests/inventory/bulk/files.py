"""Profiles as shipped, and tables to import with them."""

from __future__ import annotations

import csv
import io
from collections.abc import Callable
from datetime import datetime
from functools import cache
from pathlib import Path

import yaml
from sqlalchemy import Engine

from inventory.bulk.files.tabular import read_table
from inventory.bulk.importing import ImportReport, import_assets
from inventory.bulk.profiles.profile import Profile, read_profile
from tests.inventory.world import work_on

IMPORTS = Path(__file__).parents[3] / "config" / "imports"
Clock = Callable[[], datetime]


@cache
def profile(name: str) -> Profile:
    """Return a profile as shipped."""
    return read_profile(yaml.safe_load((IMPORTS / f"{name}.yaml").read_text("utf-8")))


def table(*rows: dict[str, str], delimiter: str = ",") -> bytes:
    """Return CSV with the headings of the first row."""
    out = io.StringIO(newline="")
    writer = csv.DictWriter(out, list(rows[0]), delimiter=delimiter)
    writer.writeheader()
    writer.writerows(rows)
    return out.getvalue().encode()


def imported(
    engine: Engine,
    clock: Clock,
    data: bytes,
    name: str = "purser",
    *,
    dry_run: bool = False,
    atomic: bool = True,
) -> ImportReport:
    """Import a table and commit it if it was written."""
    chosen = profile(name)
    with work_on(engine, clock) as work:
        parsed = read_table(data, delimiter=chosen.delimiter)
        report = import_assets(work, parsed, chosen, dry_run=dry_run, atomic=atomic)
        if report.written:
            work.commit()
    return report
