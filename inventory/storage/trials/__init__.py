"""Changes that are only tried: what comes of them is told, and nobody waits for it.

* `trying.py`: where a trial runs, and for how long it may keep other writers out.
* `copies.py`: SQLite has one writer, so a trial that takes long has a copy of the file.
* `temporary_tables.py`: on PostgreSQL a trial changes copies of the tables it writes.

Imports `storage` alone.
"""
