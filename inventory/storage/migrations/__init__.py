"""Alembic's folder. Run through `inventory.storage.upgrade` only.

`env.py` is Alembic's entry, `script.py.mako` the form of a new revision, `versions/`
holds the revisions, one file each. A revision is frozen once it is released: it
imports nothing of ours that may change later. What the database enforces beyond
tables and constraints (triggers) is in `rules_*.py` beside them.
"""
