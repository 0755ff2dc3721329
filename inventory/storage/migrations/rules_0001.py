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
    """CREATE FUNCTION audit_at_end() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN
      IF NEW.seq <= (SELECT count FROM audit_head) THEN
        RAISE EXCEPTION 'audit rows are only added at the end'
        USING ERRCODE = 'integrity_constraint_violation';
      END IF;
      RETURN NEW;
    END $$""",
    """CREATE TRIGGER audit_entry_keep BEFORE UPDATE OR DELETE ON audit_entry
    FOR EACH ROW EXECUTE FUNCTION audit_keep()""",
    """CREATE TRIGGER audit_entry_keep_truncate BEFORE TRUNCATE ON audit_entry
    FOR EACH STATEMENT EXECUTE FUNCTION audit_keep()""",
    """CREATE TRIGGER audit_entry_at_end BEFORE INSERT ON audit_entry
    FOR EACH ROW EXECUTE FUNCTION audit_at_end()""",
    """CREATE TRIGGER audit_head_keep_update BEFORE UPDATE ON audit_head
    FOR EACH ROW WHEN (NEW.count <= OLD.count OR NEW.id <> OLD.id)
    EXECUTE FUNCTION audit_keep()""",
    """CREATE TRIGGER audit_head_keep BEFORE DELETE ON audit_head
    FOR EACH ROW EXECUTE FUNCTION audit_keep()""",
    """CREATE TRIGGER audit_head_keep_truncate BEFORE TRUNCATE ON audit_head
    FOR EACH STATEMENT EXECUTE FUNCTION audit_keep()""",
)

RULES = {"sqlite": AUDIT_SQLITE, "postgresql": AUDIT_POSTGRESQL}
