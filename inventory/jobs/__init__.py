"""Work that outlives a request: what was asked for, how far it is, what came of it.

* `tables.py`: Rows of jobs and of the processes that work on them.
* `recurring.py`: Makes jobs of what recurs, once for each moment.
* `file_tables.py`: Rows of the files of jobs.
* `files.py`: What a job was sent and what it made, as files.
* `progress.py`: How far jobs on SQLite are, beside the database.
* `collector_tables.py`: Rows of remote collectors and of what they are asked.
* `slices.py`: What collectors are asked, have and brought: leases that run out.
* `timetable.py`: When something is done again, over both clock changes. Pure.
* `rows.py`: Adding, claiming, ending and pruning jobs; a claim keeps slow ones out.
* `workers.py`: Which processes work on jobs, and which of them are dead.

The rows are the truth; what carries them out (`discovery.work`, `api.engine`) may lose
all it knows. Imports `inventory.storage` and `inventory.kernel`.
"""
