"""What the database itself enforces from revision 0001 on, for both engines.

Frozen with that revision. One statement a string.
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

PERIODS = (
    ("custody", "asset_id"),
    ("allocation", "asset_id"),
    ("placement", "employment_id"),
)
"""Tables whose half-open periods of one key never overlap."""

_OVERLAP_SQLITE = """CREATE TRIGGER @_no_overlap_EVENT BEFORE EVENT ON @
    WHEN (NEW.valid_to IS NULL OR NEW.valid_to > NEW.valid_from) AND EXISTS (
      SELECT 1 FROM @ AS other
      WHERE other.KEY = NEW.KEY SAVE
      AND (other.valid_to IS NULL OR other.valid_to > other.valid_from)
      AND (other.valid_to IS NULL OR other.valid_to > NEW.valid_from)
      AND (NEW.valid_to IS NULL OR NEW.valid_to > other.valid_from))
    BEGIN SELECT RAISE(ABORT, 'periods of @ overlap'); END"""

# A range of one integer stands for equality, which GiST lacks without an extension.
_OVERLAP_POSTGRESQL = """ALTER TABLE @ ADD CONSTRAINT @_no_overlap
    EXCLUDE USING gist (
      int8range(KEY, KEY, '[]') WITH &&,
      daterange(valid_from, valid_to) WITH &&)"""

_WHOLE_POSTGRESQL = """ALTER TABLE allocation ADD CONSTRAINT fk_allocation_whole
    FOREIGN KEY (id, whole) REFERENCES allocation_share (allocation_id, upper)
    DEFERRABLE INITIALLY DEFERRED"""


def _fill(template: str, table: str, key: str, **more: str) -> str:
    for name, value in {"@": table, "KEY": key, **more}.items():
        template = template.replace(name, value)
    return template


def _sqlite() -> tuple[str, ...]:
    events = (("INSERT", ""), ("UPDATE", "AND other.id <> OLD.id"))
    return AUDIT_SQLITE + tuple(
        _fill(_OVERLAP_SQLITE, table, key, EVENT=event, SAVE=save)
        for table, key in PERIODS
        for event, save in events
    )


def _postgresql() -> tuple[str, ...]:
    overlaps = tuple(_fill(_OVERLAP_POSTGRESQL, *period) for period in PERIODS)
    # SQLite has this one in the table itself: there it may name a later table.
    return (*AUDIT_POSTGRESQL, *overlaps, _WHOLE_POSTGRESQL)


RULES = {"sqlite": _sqlite(), "postgresql": _postgresql()}
