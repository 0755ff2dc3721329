"""What the database itself enforces from revision 0005 on: periods never overlap.

Frozen with that revision. One statement a string. Where a pair is meant, both ids
have to be the same for two periods to be in each other's way.
"""

from __future__ import annotations

PERIODS = (
    ("extension_person", ("extension_id",)),
    ("extension_phone", ("extension_id", "phone_id")),
    ("number_extension", ("number_id",)),
    ("hunt_group_member", ("group_id", "extension_id")),
)
"""Tables and the columns within whose values periods never overlap."""

_SQLITE = """CREATE TRIGGER @_no_overlap_EVENT BEFORE EVENT ON @
    WHEN (NEW.valid_to IS NULL OR NEW.valid_to > NEW.valid_from) AND EXISTS (
      SELECT 1 FROM @ AS other
      WHERE SAME SAVE
      AND (other.valid_to IS NULL OR other.valid_to > other.valid_from)
      AND (other.valid_to IS NULL OR other.valid_to > NEW.valid_from)
      AND (NEW.valid_to IS NULL OR NEW.valid_to > other.valid_from))
    BEGIN SELECT RAISE(ABORT, 'periods of @ overlap'); END"""

# A range of one integer stands for equality, which GiST lacks without an extension.
_POSTGRESQL = """ALTER TABLE @ ADD CONSTRAINT @_no_overlap
    EXCLUDE USING gist (SAME, daterange(valid_from, valid_to) WITH &&)"""


def _sqlite() -> tuple[str, ...]:
    rules = []
    for table, keys in PERIODS:
        same = " AND ".join(f"other.{key} = NEW.{key}" for key in keys)
        for event, save in (("INSERT", ""), ("UPDATE", "AND other.id <> OLD.id")):
            rule = _SQLITE.replace("@", table).replace("EVENT", event)
            rules.append(rule.replace("SAME", same).replace("SAVE", save))
    return tuple(rules)


def _postgresql() -> tuple[str, ...]:
    rules = []
    for table, keys in PERIODS:
        same = ", ".join(f"int8range({key}, {key}, '[]') WITH &&" for key in keys)
        rules.append(_POSTGRESQL.replace("@", table).replace("SAME", same))
    return tuple(rules)


RULES = {"sqlite": _sqlite(), "postgresql": _postgresql()}
