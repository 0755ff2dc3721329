"""Resources of what is done beside requests: jobs and who works on them.

* `jobs.py`: Jobs: what was asked for, how far it is, what came of it.
* `workers.py`: Processes that work on jobs.
"""
