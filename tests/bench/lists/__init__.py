"""Every list and detail of the API over a register at size, on both databases.

* `plain_rows.py`: Rows of any table, made from what the schema says of its columns.
* `volumes.py`: How many rows of which table, and what their columns hold.
* `ledgers.py`: Books, schedules and journals, copied from those of a small company.
* `database.py`: The two databases, filled once and kept between runs.
* `questions.py`: What each resource is asked: pages, sorts, filters, lookups, counts.
* `meter.py`: CPU of this process and of the processes of PostgreSQL.
* `test_lists.py`: Asks everything and prints what took longest.
"""
