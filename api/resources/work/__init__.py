"""Resources of what is done beside requests: jobs and who works on them.

* `collectors.py`: Remote collectors: enrol, watch, revoke.
* `findings.py`: What a person should look at: missed, overlong, failed, due.
* `jobs.py`: Jobs: what was asked for, how far it is, what came of it.
* `recurring.py`: What recurs.
* `workers.py`: Processes that work on jobs.
"""
