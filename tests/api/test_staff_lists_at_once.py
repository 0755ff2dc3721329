"""One list of staff, taken in by two processes at once, and once more afterwards."""

from __future__ import annotations

import json
import subprocess
from pathlib import Path

from sqlalchemy import text

from api.compose.wiring import build
from config.settings import Settings
from inventory.people.organisation import ensure
from tests.api.test_cli import PURSER, Terminal, purser, ready

__all__ = ["purser", "ready"]

ROWS = 12


def written(file: Path) -> tuple[str, ...]:
    return (*PURSER, "hr", "staff", str(file), "--write", "--json")


def test_two_processes_take_in_the_same_list(ready: Terminal, tmp_path: Path) -> None:
    app = build(Settings())
    with app.work("test") as work:
        ensure(work, "legal_entity", "RBN", name="Rempah", currency="EUR")
        work.commit()
    lines = ["Number;Family name;Given name;Legal entity;Start date;Department"]
    lines += [f"{n};Family {n};Given {n};RBN;2099-01-05;D{n % 3}" for n in range(ROWS)]
    file = tmp_path / "staff.csv"
    file.write_text("\n".join(lines), "utf-8")
    both = [
        subprocess.Popen(
            written(file), stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
        )
        for _ in range(2)
    ]
    for process in both:
        out, err = process.communicate(timeout=240)
        assert process.returncode == 0, out + err
        assert json.loads(out)["problems"] == 0
    with app.engine.connect() as reading:
        counts = {
            table: reading.execute(text(f"SELECT count(*) FROM {table}")).scalar()
            for table in ("person", "employment", "provisioning_case", "department")
        }
    app.close()
    assert counts == {
        "person": ROWS,
        "employment": ROWS,
        "provisioning_case": ROWS,
        "department": 3,
    }
    again = ready("hr", "staff", str(file), "--write", "--json").json
    assert again["counts"] == {"same": ROWS}
