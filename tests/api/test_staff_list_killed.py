"""A list of staff that is broken off between two commits goes on, mapping and all."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pytest
from sqlalchemy import func, select

from api.compose.wiring import App
from api.resources.cli.options import local_caller
from api.resources.exchange.staff_lists import StaffListGiven, run_staff_list
from inventory.hr.staff_lists import load
from inventory.people.tables import Employment, Person
from inventory.provisioning.tables import HrEvent
from inventory.storage.audit import verify
from inventory.storage.rows import table_of
from inventory.storage.work import UnitOfWork
from tests.api.conftest import calling
from tests.api.test_staff_lists import Today, items, office, today

__all__ = ["office", "today"]

COLUMNS = {"Nr": "number", "Wer": "full_name", "Seit": "start", "Team": "department"}
LIST = "Nr;Wer;Seit;Team\n" + "".join(
    f"{n};Family{n}, Given{n};2026-08-10;T{n % 2}\n" for n in range(1, 6)
)


class Killed(BaseException):
    """The process ends here."""


def take_in(office: App, **how: Any) -> Mapping[str, Any]:  # noqa: ANN401
    given = StaffListGiven(data=LIST.encode(), **how)
    return run_staff_list(office, local_caller(), given, dry_run=False)


def whole(office: App) -> int:
    """Return how many persons there are, of whom everything is there."""
    with office.engine.connect() as connection:
        counts = {
            connection.execute(
                select(func.count()).select_from(table_of(model))
            ).scalar()
            for model in (Person, Employment, HrEvent)
        }
    assert len(counts) == 1
    return counts.pop() or 0


@pytest.mark.parametrize("boundary", range(8))
async def test_who_was_taken_in_before_a_kill_has_the_mapping_kept(
    office: App, today: Today, monkeypatch: pytest.MonkeyPatch, boundary: int
) -> None:
    """Each commit is once the last that is made, and once the first that is not."""
    monkeypatch.setattr(load, "TOGETHER", 2)
    real, commits = UnitOfWork.commit, 0

    def commit(work: UnitOfWork) -> None:
        nonlocal commits
        commits += 1
        if commits == boundary // 2 + 1:
            if boundary % 2:
                real(work)
            raise Killed
        real(work)

    monkeypatch.setattr(UnitOfWork, "commit", commit)
    with pytest.raises(Killed):
        take_in(office, columns=COLUMNS, save_as="ours")
    monkeypatch.setattr(UnitOfWork, "commit", real)
    before = whole(office)
    assert before == min(5, 2 * max(0, (boundary - 1) // 2))
    async with calling(office, "hr", "it") as client:
        found = await items(client, "import-profiles", name="ours")
        kept = [row for row in found if row["saved"]]
    assert bool(kept) is (boundary > 0)
    again: dict[str, Any] = {"profile": "ours"} if kept else {"columns": COLUMNS}
    done = take_in(office, save_as="ours", **again)
    assert done["counts"] == {
        effect: count
        for effect, count in (("same", before), ("hire", 5 - before))
        if count
    }
    assert whole(office) == 5
    assert verify(office.engine) == []
