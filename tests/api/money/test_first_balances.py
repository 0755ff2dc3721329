"""Assets older than their book: nobody writes off past years without being told."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from tests.api.test_cli import Terminal, purser, ready

__all__ = ["purser", "ready"]

TABLE = """Tag;Name;Asset class;Purchase date;Cost;Company;User
OLD;Notebook;computer;2024-01-10;4800,00;RBN;Sari
NEW;Notebook;computer;2026-01-10;2400,00;RBN;Sari
"""
STAFF = "Number;Name;Company;Hire date\n1;Sari;RBN;2020-01-01\n"


def opened(ready: Terminal, folder: Path) -> None:
    (folder / "staff.csv").write_text(STAFF)
    (folder / "assets.csv").write_text(TABLE)
    assert ready("hr", "staff", str(folder / "staff.csv"), "--write").code == 0
    assert ready("import", str(folder / "assets.csv"), "--write").code == 0
    words = ("--template", "ifrs", "--legal-entity", "RBN", "--begins-on", "2026-01-01")
    assert ready("book", "open", *words, "--default-cost-centre", "1").code == 0


def depreciated(ready: Terminal, period: str) -> dict[str, str]:
    rows: list[dict[str, Any]] = ready(
        *("schedule-row", "list", "--filter", "book=IFRS", "--json"),
        *("--filter", "from_day=2026-01-01", "--filter", "to_day=2026-01-31"),
    ).json["items"]
    return {one["tag"]: one["depreciation"] for one in rows if one["period"] == period}


def test_old_assets_are_named_before_and_after_the_first_posting(
    ready: Terminal, tmp_path: Path
) -> None:
    opened(ready, tmp_path)
    came = ready("book", "capitalise", "IFRS", "--json").json
    assert came["to_take_over"] == ["OLD"]
    assert came["tags"] == ["OLD", "NEW"]
    posted = ready("book", "post", "IFRS", "2026-01")
    assert "OLD" in posted.err
    assert "take balances over" in posted.err
    (posting,) = ready("posting", "list", "--json").json["items"]
    how = ("--reason", "no balances", "--yes")
    assert ready("posting", "reverse", str(posting["id"]), *how).code == 0
    taken = ready("book", "take-over", "IFRS", "--json").json
    assert (taken["assets"], taken["accumulated"]) == (1, "2400.00")
    again = ready("book", "capitalise", "IFRS", "--json").json
    assert again["to_take_over"] == []
    posted = ready("book", "post", "IFRS", "2026-01")
    assert posted.code == 0
    assert "OLD" not in posted.err
    assert depreciated(ready, "2026-01").keys() == {"OLD", "NEW"}


def test_what_is_found_later_is_late_and_not_a_balance(
    ready: Terminal, tmp_path: Path
) -> None:
    opened(ready, tmp_path)
    assert ready("book", "capitalise", "IFRS").code == 0
    assert ready("book", "take-over", "IFRS").code == 0
    assert ready("book", "post", "IFRS", "2026-01").code == 0
    late = (
        TABLE.splitlines()[0] + "\nLATE;Notebook;computer;2025-06-10;1200,00;RBN;Sari\n"
    )
    (tmp_path / "late.csv").write_text(late)
    assert ready("import", str(tmp_path / "late.csv"), "--write").code == 0
    came = ready("book", "capitalise", "IFRS", "--json").json
    assert (came["tags"], came["to_take_over"]) == (["LATE"], [])
    assert ready("book", "post", "IFRS", "2026-02").err == ""
