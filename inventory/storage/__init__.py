"""Where the register keeps its rows. Imports `inventory.kernel` only.

`types.py`      column types: aware UTC time, JSON
`tables.py`     metadata, naming of constraints, the audit tables
`engine.py`     one engine factory for SQLite and PostgreSQL
`driver_errors/` what goes wrong between us and a database, and how it is told
`work.py`       unit of work: one transaction, its audit rows, its events
`exclusive.py`  named locks: one process at a time
`rows.py`       adding and changing rows, each with its audit row
`slow_statements.py` names statements that take long
`job_runs.py`   when each periodic job last came to its end
`audit.py`      hash chain of the audit trail and its verification
`upgrade.py`    Alembic without an ini file; revisions are in `migrations/`
`all_tables.py` loads the tables of every context (for Alembic and the tests)

Every context may import this package; it knows none of them.
"""
