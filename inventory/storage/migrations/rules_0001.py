"""What the database itself enforces, for both engines, from revision 0001 on.

Frozen with that revision: a later one has rules of its own. One statement a string.
Audit rows, booked rows and moves of consumables are never edited or removed; periods
of one key never overlap; the shares of an allocation sum to the whole.
"""

from __future__ import annotations

AUDIT_SQLITE = (
    """CREATE TRIGGER audit_entry_keep_update BEFORE UPDATE ON audit_entry
    BEGIN SELECT RAISE(ABORT, 'audit rows are never edited or removed'); END""",
    """CREATE TRIGGER audit_entry_keep_delete BEFORE DELETE ON audit_entry
    BEGIN SELECT RAISE(ABORT, 'audit rows are never edited or removed'); END""",
    # INSERT OR REPLACE removes the old row without firing delete triggers.
    """CREATE TRIGGER audit_entry_at_end BEFORE INSERT ON audit_entry
    WHEN NEW.seq <= (SELECT count FROM audit_head)
    BEGIN SELECT RAISE(ABORT, 'audit rows are only added at the end'); END""",
    """CREATE TRIGGER audit_head_keep_update BEFORE UPDATE ON audit_head
    WHEN NEW.count <= OLD.count OR NEW.id <> OLD.id
    BEGIN SELECT RAISE(ABORT, 'audit rows are never edited or removed'); END""",
    """CREATE TRIGGER audit_head_keep_delete BEFORE DELETE ON audit_head
    BEGIN SELECT RAISE(ABORT, 'audit rows are never edited or removed'); END""",
    """CREATE TRIGGER audit_head_single BEFORE INSERT ON audit_head
    WHEN EXISTS (SELECT 1 FROM audit_head)
    BEGIN SELECT RAISE(ABORT, 'audit rows are never edited or removed'); END""",
)

AUDIT_POSTGRESQL = (
    """CREATE FUNCTION audit_keep() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN
      RAISE EXCEPTION 'audit rows are never edited or removed'
      USING ERRCODE = 'integrity_constraint_violation';
    END $$""",
    """CREATE TRIGGER audit_entry_keep BEFORE UPDATE OR DELETE ON audit_entry
    FOR EACH ROW EXECUTE FUNCTION audit_keep()""",
    """CREATE TRIGGER audit_entry_keep_truncate BEFORE TRUNCATE ON audit_entry
    FOR EACH STATEMENT EXECUTE FUNCTION audit_keep()""",
    """CREATE TRIGGER audit_head_keep_update BEFORE UPDATE ON audit_head
    FOR EACH ROW WHEN (NEW.count <= OLD.count OR NEW.id <> OLD.id)
    EXECUTE FUNCTION audit_keep()""",
    """CREATE TRIGGER audit_head_keep BEFORE DELETE ON audit_head
    FOR EACH ROW EXECUTE FUNCTION audit_keep()""",
    """CREATE TRIGGER audit_head_keep_truncate BEFORE TRUNCATE ON audit_head
    FOR EACH STATEMENT EXECUTE FUNCTION audit_keep()""",
)

BOOKED = ("posted_row", "journal_entry", "journal_line")
"""Tables whose rows stay as they were booked; corrections are new rows."""

_BOOKED_SQLITE = """CREATE TRIGGER @_keep_EVENT BEFORE EVENT ON @
    BEGIN SELECT RAISE(ABORT, 'booked rows are never edited or removed'); END"""

_BOOKED_FUNCTION = """CREATE FUNCTION booked_keep() RETURNS trigger
    LANGUAGE plpgsql AS $$
    BEGIN
      RAISE EXCEPTION 'booked rows are never edited or removed'
      USING ERRCODE = 'integrity_constraint_violation';
    END $$"""

_BOOKED_POSTGRESQL = (
    """CREATE TRIGGER @_keep BEFORE UPDATE OR DELETE ON @
    FOR EACH ROW EXECUTE FUNCTION booked_keep()""",
    """CREATE TRIGGER @_keep_truncate BEFORE TRUNCATE ON @
    FOR EACH STATEMENT EXECUTE FUNCTION booked_keep()""",
)

_MOVES_SQLITE = """CREATE TRIGGER consumable_move_keep_EVENT
    BEFORE EVENT ON consumable_move
    BEGIN SELECT RAISE(ABORT, 'moves of consumables are never changed'); END"""

_MOVES_POSTGRESQL = (
    """CREATE FUNCTION consumable_move_keep() RETURNS trigger LANGUAGE plpgsql
    AS $$ BEGIN
      RAISE EXCEPTION 'moves of consumables are never changed';
    END $$""",
    """CREATE TRIGGER consumable_move_keep BEFORE UPDATE OR DELETE
    ON consumable_move FOR EACH ROW EXECUTE FUNCTION consumable_move_keep()""",
)

PERIODS = (
    ("custody", ("asset_id",)),
    ("allocation", ("asset_id",)),
    ("placement", ("employment_id",)),
    ("extension_person", ("extension_id",)),
    ("extension_phone", ("extension_id", "phone_id")),
    ("number_extension", ("number_id",)),
    ("hunt_group_member", ("group_id", "extension_id")),
    ("licence_use", ("seat_id",)),
)
"""Tables, and the columns within whose values half-open periods never overlap."""

_OVERLAP_SQLITE = """CREATE TRIGGER @_no_overlap_EVENT BEFORE EVENT ON @
    WHEN (NEW.valid_to IS NULL OR NEW.valid_to > NEW.valid_from) AND EXISTS (
      SELECT 1 FROM @ AS other
      WHERE SAME EXCEPT_ITSELF
      AND (other.valid_to IS NULL OR other.valid_to > other.valid_from)
      AND (other.valid_to IS NULL OR other.valid_to > NEW.valid_from)
      AND (NEW.valid_to IS NULL OR NEW.valid_to > other.valid_from))
    BEGIN SELECT RAISE(ABORT, 'periods of @ overlap'); END"""

# A range of one integer stands for equality, which GiST lacks without an extension.
_OVERLAP_POSTGRESQL = """ALTER TABLE @ ADD CONSTRAINT @_no_overlap
    EXCLUDE USING gist (SAME, daterange(valid_from, valid_to) WITH &&)"""

_WHOLE_POSTGRESQL = """ALTER TABLE allocation ADD CONSTRAINT fk_allocation_whole
    FOREIGN KEY (id, whole) REFERENCES allocation_share (allocation_id, upper_ppm)
    DEFERRABLE INITIALLY DEFERRED"""


def _overlaps_sqlite() -> tuple[str, ...]:
    rules = []
    for table, keys in PERIODS:
        same = " AND ".join(f"other.{key} = NEW.{key}" for key in keys)
        for event, itself in (("INSERT", ""), ("UPDATE", "AND other.id <> OLD.id")):
            rule = _OVERLAP_SQLITE.replace("@", table).replace("EVENT", event)
            rules.append(rule.replace("SAME", same).replace("EXCEPT_ITSELF", itself))
    return tuple(rules)


def _overlaps_postgresql() -> tuple[str, ...]:
    rules = []
    for table, keys in PERIODS:
        same = ", ".join(f"int8range({key}, {key}, '[]') WITH &&" for key in keys)
        rules.append(_OVERLAP_POSTGRESQL.replace("@", table).replace("SAME", same))
    return tuple(rules)


RULES = {
    "sqlite": (
        *AUDIT_SQLITE,
        *(
            _BOOKED_SQLITE.replace("@", table).replace("EVENT", event)
            for table in BOOKED
            for event in ("UPDATE", "DELETE")
        ),
        *(_MOVES_SQLITE.replace("EVENT", event) for event in ("UPDATE", "DELETE")),
        *_overlaps_sqlite(),
    ),
    "postgresql": (
        *AUDIT_POSTGRESQL,
        _BOOKED_FUNCTION,
        *(rule.replace("@", table) for table in BOOKED for rule in _BOOKED_POSTGRESQL),
        *_MOVES_POSTGRESQL,
        *_overlaps_postgresql(),
        # SQLite has this one in the table itself: there it may name a later table.
        _WHOLE_POSTGRESQL,
    ),
}
