"""Developer's tool: writes a revision from the difference to the models.

`python -m inventory.storage.revise 0002 "Telecom"` upgrades a scratch database,
compares it with the tables of all contexts and writes `versions/0002_telecom.py`.
`python -m inventory.storage.revise --first` writes 0001 anew, which is right only
until the first release. Read the result before it is committed: triggers and data are
not compared.
"""

from __future__ import annotations

import argparse
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from alembic import command
from sqlalchemy import Engine

from inventory.storage.engine import for_writing, make_engine
from inventory.storage.upgrade import MIGRATIONS, config, upgrade

FIRST = "0001"
_IMPORT = "from inventory.storage.types import"
_RULES = """    op.bulk_insert(
        sa.table("audit_head", sa.column("id"), sa.column("count"), sa.column("hash")),
        [{"id": 1, "count": 0, "hash": "0" * 64}],
    )
    for rule in RULES[op.get_context().dialect.name]:
        op.get_bind().exec_driver_sql(rule)
"""


def revise(number: str, message: str) -> None:
    """Write the revision `number` that leads from the newest one to the models."""
    with _scratch() as engine:
        upgrade(engine)
        _write(engine, number, message)


def write_first() -> None:
    """Write revision 0001 anew from the models, with the rules of `rules_0001`."""
    versions = MIGRATIONS / "versions"
    for old in versions.glob("0*.py"):
        old.unlink()
    with _scratch() as engine:
        _write(engine, FIRST, "The register")
    (made,) = versions.glob(f"{FIRST}_*.py")
    text = "# ruff: noqa: E501\n" + made.read_text("utf-8").rstrip() + "\n" + _RULES
    rules = f"from inventory.storage.migrations.rules_{FIRST} import RULES\n"
    made.write_text(text.replace(_IMPORT, rules + _IMPORT, 1), "utf-8")
    subprocess.run([sys.executable, "-m", "ruff", "format", str(made)], check=True)  # noqa: S603


@contextmanager
def _scratch() -> Iterator[Engine]:
    with tempfile.TemporaryDirectory() as folder:
        engine = make_engine(f"sqlite:///{Path(folder) / 'scratch.sqlite'}")
        yield engine
        engine.dispose()


def _write(engine: Engine, number: str, message: str) -> None:
    with for_writing(engine).connect() as connection:
        settings = config(connection)
        settings.set_main_option("file_template", "%%(rev)s_%%(slug)s")
        command.revision(settings, message, autogenerate=True, rev_id=number)


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("number", nargs="?")
    parser.add_argument("message", nargs="?")
    parser.add_argument("--first", action="store_true")
    arguments = parser.parse_args()
    if arguments.first:
        write_first()
    elif arguments.number and arguments.message:
        revise(arguments.number, arguments.message)
    else:
        parser.error("give a number and what it is about, or --first")
