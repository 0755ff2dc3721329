"""Columns that revision 0007 adds to older tables, and what the database enforces.

The column of assets is added by SQL that both engines take: rebuilding the table, as
Alembic would do it on SQLite, is slow with many assets and touches what refers to it.
"""

from __future__ import annotations

CATEGORY_OF_ASSET = (
    "ALTER TABLE asset ADD COLUMN category_id INTEGER"
    " CONSTRAINT fk_asset_category_id_category REFERENCES category (id)",
    "CREATE INDEX ix_asset_category_id ON asset (category_id)",
)

_SEAT_SQLITE = """CREATE TRIGGER licence_use_no_overlap_EVENT
    BEFORE EVENT ON licence_use
    WHEN (NEW.valid_to IS NULL OR NEW.valid_to > NEW.valid_from) AND EXISTS (
      SELECT 1 FROM licence_use AS other
      WHERE other.seat_id = NEW.seat_id SAVE
      AND (other.valid_to IS NULL OR other.valid_to > other.valid_from)
      AND (other.valid_to IS NULL OR other.valid_to > NEW.valid_from)
      AND (NEW.valid_to IS NULL OR NEW.valid_to > other.valid_from))
    BEGIN SELECT RAISE(ABORT, 'periods of licence_use overlap'); END"""

# A range of one integer stands for equality, which GiST lacks without an extension.
_SEAT_POSTGRESQL = """ALTER TABLE licence_use ADD CONSTRAINT licence_use_no_overlap
    EXCLUDE USING gist (
      int8range(seat_id, seat_id, '[]') WITH &&,
      daterange(valid_from, valid_to) WITH &&)"""

_LEDGER_SQLITE = """CREATE TRIGGER consumable_move_keep_EVENT
    BEFORE EVENT ON consumable_move
    BEGIN SELECT RAISE(ABORT, 'the ledger of consumables is never changed'); END"""

RULES = {
    "sqlite": (
        _SEAT_SQLITE.replace("EVENT", "INSERT").replace("SAVE", ""),
        _SEAT_SQLITE.replace("EVENT", "UPDATE").replace(
            "SAVE", "AND other.id <> OLD.id"
        ),
        _LEDGER_SQLITE.replace("EVENT", "UPDATE"),
        _LEDGER_SQLITE.replace("EVENT", "DELETE"),
    ),
    "postgresql": (
        _SEAT_POSTGRESQL,
        """CREATE FUNCTION consumable_move_keep() RETURNS trigger LANGUAGE plpgsql
        AS $$ BEGIN
          RAISE EXCEPTION 'the ledger of consumables is never changed';
        END $$""",
        """CREATE TRIGGER consumable_move_keep BEFORE UPDATE OR DELETE
        ON consumable_move FOR EACH ROW EXECUTE FUNCTION consumable_move_keep()""",
    ),
}
