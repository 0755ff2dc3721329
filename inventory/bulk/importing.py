"""Imports a table of assets: every row's effect first, then all or the good ones.

Blank cells never erase anything unless the profile names the field. Importing the same
table again changes nothing. The state of an asset that is registered is left alone:
states are reached by steps.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from sqlalchemy import Connection

from inventory.assets.custody.rules import Holder, plan_check_out
from inventory.assets.custody.service import custody_periods
from inventory.assets.register.lifecycle import DEFAULT
from inventory.assets.register.registration import serial_key
from inventory.assets.register.tags import TAG_PREFIX
from inventory.bulk.files.cells import CellTable
from inventory.bulk.planning import RowPlanner
from inventory.bulk.profiles.apply import IDENTIFIERS, ImportRow, read_rows
from inventory.bulk.profiles.profile import Profile
from inventory.bulk.register_lookup import RegisterSnapshot, load_snapshot
from inventory.bulk.row_effects import RecordToCreate, RowEffect, RowPlan
from inventory.bulk.writing import write_plans
from inventory.kernel.errors import InventoryError, RowProblem
from inventory.storage.work import UnitOfWork


@dataclass(frozen=True, slots=True)
class ImportReport:
    """What an import does, or did.

    Attributes:
        plans: One for each row, in the order of the table.
        written: Rows without a problem were written.
        columns: Heading -> field; None for what is not read.
    """

    plans: Sequence[RowPlan]
    written: bool
    columns: Mapping[str, str | None]

    @property
    def problems(self) -> list[RowProblem]:
        """Everything that is wrong, by row."""
        return [problem for plan in self.plans for problem in plan.intake.problems]

    @property
    def counts(self) -> Counter[RowEffect]:
        """How many rows have which effect."""
        return Counter(plan.effect for plan in self.plans)


def import_assets(
    work: UnitOfWork,
    table: CellTable,
    profile: Profile,
    *,
    dry_run: bool = False,
    atomic: bool = True,
    prefix: str = TAG_PREFIX,
    tell: Callable[[int, int], None] = lambda _done, _total: None,
) -> ImportReport:
    """Import a table of assets; the caller commits if `written`.

    Args:
        work: The unit of work.
        table: As read by `tabular.read_table`.
        profile: How its columns are read.
        dry_run: Only say what would happen.
        atomic: Write nothing if any row has a problem; else write the others.
        prefix: Series of tags for new assets that bring none.
        tell: Takes how many rows are understood, and written: each counts half.

    Raises:
        Invalid: The heading does not fit the profile.
        Conflict: Somebody else wrote the same meanwhile; roll back and import again.
    """
    today = work.clock().date()
    intakes = read_rows(table, profile)
    columns = profile.columns_of(table.header)
    total = len(intakes)
    tell(0, total)
    known = _known(work.connection, intakes, today)
    plans = RowPlanner(known, profile, today).plan_all(intakes)
    for plan in plans:
        _check_handover(work, known, plan)
    good = [plan for plan in plans if plan.effect is not RowEffect.ERROR]
    if dry_run or (atomic and len(good) < len(plans)):
        return ImportReport(plans, written=False, columns=columns)
    effects = [plan for plan in good if plan.effect is not RowEffect.SAME]
    report = ImportReport(plans, written=True, columns=columns)
    tell(total // 2, total)
    write_plans(work, effects, prefix=prefix)
    tell(total, total)
    return report


def _known(
    connection: Connection, intakes: Sequence[ImportRow], today: date
) -> RegisterSnapshot:
    values = [intake.values for intake in intakes]
    keys = (serial_key(one.get("serial")) for one in values)
    return load_snapshot(
        connection,
        (one["tag"] for one in values if one.get("tag")),
        (key for key in keys if key),
        (text for one in values for name in IDENTIFIERS for text in one.get(name, ())),
        today,
    )


def _check_handover(work: UnitOfWork, known: RegisterSnapshot, plan: RowPlan) -> None:
    """Find out whether a registered asset can be handed to another holder."""
    if plan.asset_id is None or plan.holder is None or plan.held_from is None:
        return
    asset = known.assets[plan.asset_id]
    number = 0 if isinstance(plan.holder, RecordToCreate) else plan.holder
    if plan.holder_kind is None:
        return
    try:
        if asset["state"] != "in_use":
            step = "keep" if asset["state"] == "due_back" else "hand_out"
            DEFAULT.take(step, asset["state"], held=True)
        plan_check_out(
            custody_periods(work.connection, plan.asset_id),
            Holder(plan.holder_kind, number),
            plan.held_from,
            today=work.clock().date(),
        )
    except InventoryError as error:
        plan.intake.failed("holder", error)
