"""What a device looks like now, and the difference to what is stored. Pure.

`discovery` computes a `DeviceState` from everything observed of a device;
`inventory.network.write_device` writes the difference. Equal states write nothing.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

SUGGESTED = "suggested"
"""Origin of a value that is right too seldom to be told for a fact: it is shown as a
suggestion and is never the value of the device."""
REJECTED = "rejected"
"""Origin of a value that a person has said is wrong: not suggested again."""
BY_PERSON = ("person", REJECTED)
"""Origins that no scan writes or takes away."""
Key = tuple[Any, ...]
Row = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class FieldValue:
    """One value of one field with who says so; see `tables.DeviceField`."""

    value: str | None
    source: str
    confidence: float
    reasons: tuple[str, ...] = ()
    chosen: bool = True


@dataclass(frozen=True, slots=True, kw_only=True)
class DeviceState:
    """Everything known of a device but its times.

    Attributes:
        site: Site of its newest observation.
        managed: It answered itself at least once.
        fields: (field, origin) -> value; without corrections by hand.
        parts: Table -> key -> other columns, for the tables of `PARTS`.
        complete: Tables that were read whole: only their rows may end.
    """

    site: str
    managed: bool
    fields: Mapping[tuple[str, str], FieldValue]
    parts: Mapping[str, Mapping[Key, Row]]
    complete: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class PartTable:
    """A table of parts of a device.

    Attributes:
        key: Columns that tell the parts of one device apart.
        end: Column that ends a row; a row that comes back has it emptied.
        dated: A column, and the one that keeps when its value changed last.
    """

    name: str
    key: tuple[str, ...]
    end: str
    dated: tuple[str, str] | None = None


PARTS = (
    PartTable("identifier", ("kind", "value", "scope"), "ended_at"),
    PartTable("interface", ("name",), "removed_at", ("oper_up", "changed_at")),
    PartTable("device_address", ("site", "vrf", "ip"), "removed_at"),
    PartTable("component", ("part",), "removed_at"),
    PartTable("neighbour", ("port", "key"), "removed_at"),
    PartTable("device_modem", ("part",), "removed_at"),
    PartTable("device_service", ("transport", "port", "protocol"), "removed_at"),
)


@dataclass(slots=True)
class Difference:
    """What must be written to a table of parts.

    Attributes:
        added: Keys and columns of new rows.
        changed: Row id -> columns that differ, the end column of a row that came
            back among them.
        ended: Ids of rows that are no more.
    """

    added: dict[Key, Row] = field(default_factory=dict)
    changed: dict[int, dict[str, Any]] = field(default_factory=dict)
    ended: list[int] = field(default_factory=list)

    def __bool__(self) -> bool:
        return bool(self.added or self.changed or self.ended)


def difference(
    stored: Mapping[Key, Row],
    wanted: Mapping[Key, Row],
    *,
    end: str,
    complete: bool,
) -> Difference:
    """Compare stored rows with wanted ones.

    Args:
        stored: Key -> row with `id`, all columns and the end column.
        wanted: Key -> columns; columns it does not name are left alone.
        end: Name of the end column.
        complete: Whether rows that are not wanted end; never if nothing is wanted.
    """
    found = Difference()
    for key, row in wanted.items():
        old = stored.get(key)
        if old is None:
            found.added[key] = row
            continue
        changes = {name: v for name, v in row.items() if not same(old[name], v)}
        if old[end] is not None:
            changes[end] = None
        if changes:
            found.changed[old["id"]] = changes
    if complete and wanted:
        found.ended = sorted(
            row["id"]
            for key, row in stored.items()
            if key not in wanted and row[end] is None
        )
    return found


def same(old: Any, new: Any) -> bool:  # noqa: ANN401
    """Whether a stored value says the same as a new one; tuples are stored as lists."""
    if isinstance(new, tuple):
        new = list(new)
    return bool(old == new)


def choose(
    fields: Mapping[tuple[str, str], FieldValue], corrected: Mapping[str, str | None]
) -> dict[str, str | None]:
    """Return the value shown for each field: a person's word, else the chosen one."""
    shown = {name: f.value for (name, _), f in fields.items() if f.chosen}
    return shown | dict(corrected)
