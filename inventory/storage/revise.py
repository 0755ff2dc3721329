"""Developer's tool: writes a new revision from the difference to the models.

`python -m inventory.storage.revise 0002 "Telecom"` upgrades a scratch database,
compares it with the tables of all contexts and writes `versions/0002_telecom.py`.
Read the result before it is committed: triggers and data are not compared.
"""

from __future__ import annotations

import argparse
import tempfile
from pathlib import Path

from alembic import command

from inventory.storage.engine import for_writing, make_engine
from inventory.storage.upgrade import config, upgrade


def revise(number: str, message: str) -> None:
    """Write the revision `number` that leads from the newest one to the models."""
    with tempfile.TemporaryDirectory() as folder:
        engine = make_engine(f"sqlite:///{Path(folder) / 'scratch.sqlite'}")
        upgrade(engine)
        with for_writing(engine).connect() as connection:
            settings = config(connection)
            settings.set_main_option("file_template", "%%(rev)s_%%(slug)s")
            command.revision(settings, message, autogenerate=True, rev_id=number)
        engine.dispose()


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("number")
    parser.add_argument("message")
    arguments = parser.parse_args()
    revise(arguments.number, arguments.message)
