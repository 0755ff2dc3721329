"""What goes wrong between us and a database, and how it is told.

`failures.py`   driver errors -> errors with a remedy
`refusal.py`    why PostgreSQL lets nobody in, by its SQLSTATE

Used by `engine` and by who has connections of his own.
"""
