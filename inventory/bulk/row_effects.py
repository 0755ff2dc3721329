"""What an import is going to do with each row: its effect, before it happens. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum
from typing import Any

from inventory.assets.custody.rules import Holder, HolderKind
from inventory.bulk.profiles.apply import ImportRow


class RowEffect(StrEnum):
    """What a row does."""

    CREATE = "create"
    CHANGE = "change"
    SAME = "same"
    ERROR = "error"


@dataclass(frozen=True, slots=True)
class RecordToCreate:
    """Something that is to be added before the row is written."""

    section: str
    name: str
    details: tuple[tuple[str, str], ...] = ()

    def __str__(self) -> str:
        return f"{self.name} (new)"


@dataclass(slots=True)
class RowPlan:
    """What is going to happen with one row.

    Attributes:
        intake: The row as it was read.
        is_new: It is not registered yet.
        asset_id: The asset it is; None for a new one until it is written.
        tag: Its tag; empty if the next of the series is taken.
        columns: Columns of the asset to set; values may be `Wanted`.
        changes: Field -> before and after, for the reader.
        identifiers: New (kind, value) of the asset.
        holder_kind: Kind of `holder`.
        holder: Id of who gets it, or somebody to be added.
        held_from: Since when.
        expected_return: When it should be back.
        bearer: Id of the cost centre that pays for it, or one to be added.
        state: State a new asset ends up in.
        since: Day a new asset is there.
        notes: What is not done, and why that is right.
    """

    intake: ImportRow
    is_new: bool = False
    asset_id: int | None = None
    tag: str = ""
    columns: dict[str, Any] = field(default_factory=dict)
    changes: dict[str, tuple[Any, Any]] = field(default_factory=dict)
    identifiers: list[tuple[str, str]] = field(default_factory=list)
    holder_kind: HolderKind | None = None
    holder: int | RecordToCreate | None = None
    held_from: date | None = None
    expected_return: date | None = None
    bearer: int | RecordToCreate | None = None
    state: str = "in_stock"
    since: date | None = None
    notes: list[str] = field(default_factory=list)

    @property
    def effect(self) -> RowEffect:
        """What the row does."""
        if self.intake.problems:
            return RowEffect.ERROR
        if self.is_new:
            return RowEffect.CREATE
        return RowEffect.CHANGE if self.changes else RowEffect.SAME

    def holder_of(self, created: Mapping[RecordToCreate, int]) -> Holder:
        """Return who gets the asset, now that everybody is there."""
        if self.holder_kind is None or self.holder is None:
            raise ValueError("the row names no holder")
        return Holder(self.holder_kind, resolved_id(self.holder, created))


def resolved_id(
    value: int | RecordToCreate, created: Mapping[RecordToCreate, int]
) -> int:
    """Return the id of what was there or has been added."""
    return created[value] if isinstance(value, RecordToCreate) else value
