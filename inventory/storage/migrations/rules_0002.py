"""What the database itself enforces from revision 0002 on: booked facts stay.

Frozen with that revision. One statement a string.
"""

from __future__ import annotations

FACTS = ("posted_row", "journal_entry", "journal_line")
"""Tables whose rows are never edited or removed; corrections are new rows."""

_SQLITE = """CREATE TRIGGER @_keep_EVENT BEFORE EVENT ON @
    BEGIN SELECT RAISE(ABORT, 'booked rows are never edited or removed'); END"""

_FUNCTION = """CREATE FUNCTION booked_keep() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN
      RAISE EXCEPTION 'booked rows are never edited or removed'
      USING ERRCODE = 'integrity_constraint_violation';
    END $$"""

_POSTGRESQL = (
    """CREATE TRIGGER @_keep BEFORE UPDATE OR DELETE ON @
    FOR EACH ROW EXECUTE FUNCTION booked_keep()""",
    """CREATE TRIGGER @_keep_truncate BEFORE TRUNCATE ON @
    FOR EACH STATEMENT EXECUTE FUNCTION booked_keep()""",
)

RULES = {
    "sqlite": tuple(
        _SQLITE.replace("@", table).replace("EVENT", event)
        for table in FACTS
        for event in ("UPDATE", "DELETE")
    ),
    "postgresql": (
        _FUNCTION,
        *(rule.replace("@", table) for table in FACTS for rule in _POSTGRESQL),
    ),
}
